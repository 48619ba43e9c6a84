// The round trip of an order over loopback, UFO and SoupBinTCP, beside a bare echo with the same
// socket strategy on the same processor, by turns: with one order in flight, and on a schedule.
//
//   --rate N         messages a second of the schedule, 20000 unless told; a tenth where it sleeps
//   --seconds S      a measurement, 0.2 unless told
//   --directory D    of the journal's disk; else beside the program
//   --only TEXT      rows whose name begins so
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "bench/journal/place.hpp"
#include "bench/node/echo_server.hpp"
#include "bench/node/order_client.hpp"
#include "bench/report.hpp"
#include "node/node.hpp"

namespace {

using namespace wirebook;
using bench::EchoStrategy;
using bench::Transport;

struct Settings {
  double rate = 20'000;
  double seconds = 0.2;
  std::string only;
};

Settings settings_of(int argc, char** argv) {
  Settings settings;
  for (int i = 1; i + 1 < argc; ++i) {
    const std::string_view option = argv[i];
    if (option == "--rate")
      settings.rate = std::atof(argv[i + 1]);
    if (option == "--seconds")
      settings.seconds = std::atof(argv[i + 1]);
    if (option == "--only")
      settings.only = argv[i + 1];
  }
  return settings;
}

/// The client has a physical core to itself, the server another: its threads are that core's two.
constexpr unsigned client_core = bench::here;
const unsigned server_core = bench::there;
const unsigned beside_core = server_core + 1;

/// In microseconds.
struct Latency {
  double p50 = 0;
  double p99 = 0;

  static Latency of(const metrics::Histogram& latency) {
    return {static_cast<double>(latency.percentile(50)) / 1000,
            static_cast<double>(latency.percentile(99)) / 1000};
  }
};

struct RoundTrips {
  Latency ping_pong;
  Latency scheduled;
};

/// Only while it asks: a node that is made on this thread counts the processors that it may use.
class ClientCore {
 public:
  ClientCore() {
    sched_getaffinity(0, sizeof before_, &before_);
    bench::pin_to_core(client_core);
  }
  ~ClientCore() { sched_setaffinity(0, sizeof before_, &before_); }
  ClientCore(const ClientCore&) = delete;
  ClientCore& operator=(const ClientCore&) = delete;

 private:
  cpu_set_t before_{};
};

RoundTrips measure(bench::OrderClient& client, double rate, const Settings& settings) {
  const ClientCore core;
  metrics::Histogram ping_pong;
  metrics::Histogram scheduled;
  client.ping_pong(settings.seconds, ping_pong);
  client.by_schedule(rate, settings.seconds, scheduled);
  return {Latency::of(ping_pong), Latency::of(scheduled)};
}

RoundTrips ask_echo(Transport transport, EchoStrategy strategy, double rate,
                    const Settings& settings) {
  const bench::EchoServer server(transport, strategy, server_core, beside_core);
  bench::OrderClient client(transport, server.address());
  return measure(client, rate, settings);
}

node::NodeConfig node_config(const std::function<void(node::NodeConfig&)>& change) {
  node::NodeConfig config;
  config.instruments.push_back({.symbol = Symbol::from("AAPL")});
  config.sessions.push_back({.username = Alpha<6>::from("user"),
                             .password = Alpha<10>::from("secret"),
                             .firm = Firm::from("FIRM")});
  config.engine = {.orders = 4096, .orders_start = 4096, .trades = 4096};
  config.order_entry.listen = {0x7F00'0001, 0};
  config.soup.on = true;
  config.soup.listen = {0x7F00'0001, 0};
  config.market_data.send_to = {0xEFC0'0001, 26'500};
  config.market_data.multicast_interface = 0x7F00'0001;
  config.threads = {.automatic = false,
                    .ingress = server_core,
                    .match = server_core,
                    .wire_out = server_core,
                    .journal = beside_core};
  change(config);
  return config;
}

RoundTrips ask_node(Transport transport, const node::NodeConfig& config, double rate,
                    const Settings& settings) {
  node::Node node(config);
  node.start();
  const node::NodeStatus status = node.status();
  bench::OrderClient client(
      transport, transport == Transport::udp ? status.order_entry : status.soup->listens_on);
  client.log_in("user", "secret");
  const RoundTrips trips = measure(client, rate, settings);
  node.stop();
  return trips;
}

struct Contest {
  std::string name;
  std::string node;
  std::string echo;
  std::function<RoundTrips()> run_node;
  std::function<RoundTrips()> run_echo;
  double rate = 0;
  bench::Goal goal;
};

/// The same of each run: one figure of the node, of the echo, and their ratio.
void add_rows(bench::Report& report, const Contest& contest, const std::string& what,
              const std::vector<RoundTrips>& nodes, const std::vector<RoundTrips>& echoes,
              Latency RoundTrips::*kind) {
  std::vector<double> node_p50, node_p99, echo_p50, echo_p99, ratio;
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    node_p50.push_back((nodes[i].*kind).p50);
    node_p99.push_back((nodes[i].*kind).p99);
    echo_p50.push_back((echoes[i].*kind).p50);
    echo_p99.push_back((echoes[i].*kind).p99);
    ratio.push_back(node_p50.back() / echo_p50.back());
  }
  const std::string name = contest.name + ", " + what + ": ";
  report.add(name + contest.node + " p50", bench::summarize(node_p50), "us");
  report.add(name + contest.node + " p99", bench::summarize(node_p99), "us");
  report.add(name + contest.echo + " p50", bench::summarize(echo_p50), "us");
  report.add(name + contest.echo + " p99", bench::summarize(echo_p99), "us");
  report.add_ratio(name + contest.node + " / " + contest.echo + ", p50", bench::summarize(ratio),
                   contest.goal);
}

void hold(bench::Report& report, const Contest& contest) {
  std::vector<RoundTrips> nodes, echoes;
  for (std::size_t run = 0; run <= report.runs(); ++run) {
    if (run == 1) {  // what came before warmed up, and does not count
      nodes.clear();
      echoes.clear();
    }
    if (run % 2 == 0)
      nodes.push_back(contest.run_node());
    echoes.push_back(contest.run_echo());
    if (run % 2 != 0)
      nodes.push_back(contest.run_node());
  }
  add_rows(report, contest, "one in flight", nodes, echoes, &RoundTrips::ping_pong);
  add_rows(report, contest, std::to_string(static_cast<int>(contest.rate)) + "/s", nodes, echoes,
           &RoundTrips::scheduled);
}

using Change = std::function<void(node::NodeConfig&)>;

Change waits(node::WaitMode wait, node::ReceivePath path = node::ReceivePath::automatic) {
  return [=](node::NodeConfig& config) {
    config.rings.wait = wait;
    config.order_entry.receive = path;
  };
}

/// With one stage beside the client, for want of cores.
void give_each_stage_a_thread(node::NodeConfig& config) {
  config.rings.wait = node::WaitMode::spin;
  config.threads.match = beside_core;
  config.threads.wire_out = client_core + 1;
}

Change keeps_journal(node::JournalMode mode, const bench::Place& place) {
  return [mode, &place](node::NodeConfig& config) {
    config.rings.wait = node::WaitMode::spin;
    config.journal.mode = mode;
    config.journal.directory = place.empty("journal");
    config.journal.segment_mib = 16;  // the disk is not to be busy with the next one all the time
  };
}

std::vector<Contest> contests(Transport transport, const Settings& settings,
                              const bench::Place& place) {
  constexpr bench::Goal goal{.at_most = 1.3};
  const bool is_udp = transport == Transport::udp;
  const std::string by = is_udp ? "UDP, " : "TCP, ";
  std::vector<Contest> all;
  const auto ask = [=](EchoStrategy strategy, double rate) {
    return [=] { return ask_echo(transport, strategy, rate, settings); };
  };
  const auto add = [&](const std::string& name, const Change& change, EchoStrategy strategy,
                       double rate, bench::Goal wanted = {}) {
    const auto run = [=] { return ask_node(transport, node_config(change), rate, settings); };
    all.push_back({by + name, "node", "echo", run, ask(strategy, rate), rate, wanted});
  };
  using enum node::WaitMode;
  const double rate = settings.rate;
  add("busy", waits(spin), EchoStrategy::busy, rate, goal);
  // So that a node that parks does sleep in between.
  add("blocking", waits(park), EchoStrategy::blocking, rate / 10, goal);
  all.push_back({by + "busy",
                 "echo by SQPOLL",
                 "echo",
                 ask(EchoStrategy::sqpoll, rate),
                 ask(EchoStrategy::busy, rate),
                 rate,
                 {}});
  add(is_udp ? "busy, io_uring" : "busy, epoll",
      waits(spin, is_udp ? node::ReceivePath::io_uring : node::ReceivePath::recvmmsg),
      EchoStrategy::busy, rate);
  add("busy, a thread a stage", give_each_stage_a_thread, EchoStrategy::busy, rate);
  const Change by_itself = [](node::NodeConfig& config) { config.threads = {}; };
  add("automatic", by_itself, EchoStrategy::blocking, rate);
  for (const auto& [name, mode] : {std::pair("busy, journal async", node::JournalMode::async),
                                   std::pair("busy, journal durable", node::JournalMode::durable)})
    add(name, keeps_journal(mode, place), EchoStrategy::busy, rate / 10);
  return all;
}

}  // namespace

int main(int argc, char** argv) {
  bench::Report report("round_trip", argc, argv);
  const Settings settings = settings_of(argc, argv);
  try {
    const bench::Place place(argc, argv);
    for (const Transport transport : {Transport::udp, Transport::tcp})
      for (const Contest& contest : contests(transport, settings, place))
        if (contest.name.starts_with(settings.only))
          hold(report, contest);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "bench_round_trip: %s\n", error.what());
    return 1;
  }
  report.note("from the send of an order, or from when it was due, to its first reply; cancels in");
  report.note("between are not counted. The client spins, on a physical core of its own");
  report.note("one thread for the node's stages; parked, it asks 200 times before it sleeps");
  return report.finish();
}
