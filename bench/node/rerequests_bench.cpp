// What a node trades while nobody asks for its feed again, and while a hundred ask without end, by
// turns: who asks must not hold wire_out.
//
// The stages have one processor, the client that trades another, and the market's thread and all
// who ask the other two: what they take from the trading is not processor time.
//
//   --messages N  a run, 200000 unless told
#include <array>
#include <atomic>
#include <cstdlib>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include <sched.h>
#include <sys/socket.h>

#include "wirebook/wire/session.hpp"

#include "bench/report.hpp"
#include "node/load/load.hpp"
#include "node/load/load_report.hpp"
#include "node/node.hpp"
#include "node/sockets/endpoint.hpp"
#include "node/sockets/udp_socket.hpp"

namespace {

using namespace wirebook;  // NOLINT(google-build-using-namespace): a program of its own

constexpr std::uint32_t loopback = 0x7F00'0001;
constexpr std::size_t requesters = 100;
constexpr std::size_t at_once = 8;  // requests of one, in a system call
constexpr std::uint64_t asked_for = 5'000;

void run_on(std::initializer_list<unsigned> processors) {
  cpu_set_t set;
  CPU_ZERO(&set);
  for (const unsigned processor : processors)
    CPU_SET(processor, &set);
  (void)sched_setaffinity(0, sizeof set, &set);
}

node::NodeConfig node_config() {
  node::NodeConfig config;
  for (const char* const symbol : {"AAPL", "AMZN", "MSFT", "NVDA"})
    config.instruments.push_back({.symbol = Symbol::from(symbol)});
  for (int i = 0; i < 4; ++i)
    config.sessions.push_back({.username = Alpha<6>::from("user" + std::to_string(i)),
                               .password = Alpha<10>::from("secret"),
                               .firm = Firm::from("FIRM")});
  config.threads = {.automatic = false, .ingress = 0, .match = 0, .wire_out = 0, .pin = true};
  config.order_entry.listen = {loopback, 0};
  config.market_data.send_to = {loopback, 9};  // nobody listens: it is sent all the same
  config.market_data.rerequest = node::Endpoint{loopback, 0};
  config.market_data.end_of_session_ms = 0;
  return config;
}

/// A hundred addresses on one thread, which wait for nothing but the kernel.
class Requesters {
 public:
  explicit Requesters(node::Endpoint server) : server_(node::to_sockaddr(server)) {
    for (std::size_t i = 0; i < requesters; ++i)
      sockets_[i].bind({loopback + 0x100 + static_cast<std::uint32_t>(i), 0});
    thread_ = std::thread([this] {
      run_on({2, 3});
      for (std::uint64_t number = 1; !stop_; number = number % asked_for + 27)
        for (const node::UdpSocket& socket : sockets_)
          ask(socket.descriptor(), number);
    });
  }
  ~Requesters() {
    stop_ = true;
    thread_.join();
  }
  Requesters(const Requesters&) = delete;
  Requesters& operator=(const Requesters&) = delete;

 private:
  void ask(int socket, std::uint64_t number) {
    wire::mold::Header request;
    request.session = node::MarketDataConfig{}.session_name;
    request.sequence_number = number;
    request.message_count = std::uint16_t{0xFFFE};
    iovec out{.iov_base = &request, .iov_len = sizeof request};
    std::array<mmsghdr, at_once> headers{};
    for (mmsghdr& header : headers)
      header.msg_hdr = {
          .msg_name = &server_, .msg_namelen = sizeof server_, .msg_iov = &out, .msg_iovlen = 1};
    (void)sendmmsg(socket, headers.data(), at_once, MSG_DONTWAIT);
    iovec in{.iov_base = room_.data(), .iov_len = room_.size()};
    for (mmsghdr& header : headers)
      header.msg_hdr = {.msg_iov = &in, .msg_iovlen = 1};
    (void)recvmmsg(socket, headers.data(), at_once, MSG_DONTWAIT, nullptr);
  }

  sockaddr_in server_;
  std::array<node::UdpSocket, requesters> sockets_;
  std::array<std::byte, 2048> room_{};
  std::atomic<bool> stop_{false};
  std::thread thread_;
};

/// Of one node: what it traded, and what it was asked meanwhile.
struct Traded {
  double orders_a_second = 0;
  double requests_a_second = 0;
  double answers_a_second = 0;
  bool all = true;  ///< every message was answered, and everything is kept
};

Traded trade(node::Node& node, const node::NodeConfig& config, std::uint64_t messages) {
  node::LoadOptions options;
  options.to = node.status().order_entry;
  for (const auto& session : config.sessions)
    options.accounts.push_back({session.username, session.password});
  for (const auto& instrument : config.instruments)
    options.symbols.push_back(instrument.symbol);
  options.rate = 1e7;  // more than can be: 256 are under way at any time
  options.in_flight_max = 256;
  options.messages = messages;
  options.wait = node::LoadWait::spin;
  node::Load load(options);
  if (const std::string problem = load.log_in(); !problem.empty()) {
    std::fprintf(stderr, "bench_rerequests: %s\n", problem.c_str());
    return {.all = false};
  }
  const node::MarketStatus before = *node.status().market;
  const std::atomic<bool> stop{false};
  const node::LoadResult result = load.run(stop);
  const node::MarketStatus after = *node.status().market;
  const double elapsed = static_cast<double>(result.running_ns) / 1e9;
  const auto rate = [&](node::MarketCount count) {
    return static_cast<double>(after[count] - before[count]) / elapsed;
  };
  load.log_off();
  return {.orders_a_second = node::achieved_rate(load, result),
          .requests_a_second = rate(node::MarketCount::rerequests),
          .answers_a_second = rate(node::MarketCount::rerequests_answered),
          .all = node::all_answered(load) && after.datagrams_lost == 0};
}

Traded run(bool asked, std::uint64_t messages) {
  const node::NodeConfig config = node_config();
  run_on({2, 3});  // where its market's thread begins, and stays
  node::Node node(config);
  node.start();
  run_on({1});
  (void)trade(node, config, 2 * asked_for);  // so that there is something to ask for
  std::optional<Requesters> who;
  if (asked)
    who.emplace(*node.status().market->addresses.rerequest);
  const Traded traded = trade(node, config, messages);
  who.reset();
  node.stop();
  return traded;
}

}  // namespace

int main(int argc, char** argv) {
  bench::Report report("rerequests", argc, argv);
  std::uint64_t messages = 200'000;
  for (int i = 1; i + 1 < argc; ++i)
    if (std::string_view(argv[i]) == "--messages")
      messages = std::strtoull(argv[i + 1], nullptr, 10);
  if (std::thread::hardware_concurrency() < 4) {
    std::fprintf(stderr, "bench_rerequests: four processors are needed\n");
    return 0;
  }
  std::vector<double> requests, answers;
  bool all = true;
  const auto orders = [&](bool asked) {
    const Traded traded = run(asked, messages);
    all &= traded.all;
    if (asked) {
      requests.push_back(traded.requests_a_second / 1000);
      answers.push_back(traded.answers_a_second / 1000);
    }
    return traded.orders_a_second / 1000;
  };
  const auto pair = bench::paired_runs(
      report.runs(), [&] { return orders(true); }, [&] { return orders(false); });
  report.add("orders, nobody asks", pair.b, "k/s");
  report.add("orders, a hundred ask", pair.a, "k/s");
  report.add("requests taken", bench::summarize(requests), "k/s");
  report.add("answers of 1.4 kB", bench::summarize(answers), "k/s");
  report.add_ratio("a hundred ask / nobody", pair.ratio, {.at_least = 0.95});
  report.note("256 messages under way; a hundred addresses ask without waiting for answers");
  if (!all)
    report.note("NOT every message was answered and kept");
  return report.finish();
}
