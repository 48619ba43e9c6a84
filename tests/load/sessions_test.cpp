// Goal: many connected sessions trade at once over SoupBinTCP and every order is answered; what an
// idle session takes is stated; sessions whose connections are cut while trading goes on come back
// at their next number, and each was told all of its stream once.
// Method: `wirebook run` as a child process, load threads in this one. WIREBOOK_SESSIONS,
// WIREBOOK_SESSIONS_SECONDS and WIREBOOK_SESSIONS_RATE make it large: `./dev sessions`.
#include <cstdlib>
#include <fstream>
#include <string>
#include <thread>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "node/load/load.hpp"
#include "node/load/load_report.hpp"
#include "node/sockets/udp_socket.hpp"
#include "node/soup/tcp_client.hpp"
#include "tests/node/running_program.hpp"

namespace wirebook::node {
namespace {

using testing::AnyOf;
using testing::HasSubstr;

constexpr std::size_t symbols = 8;
constexpr std::size_t kib = 1024;

double number_from(const char* name, double otherwise) {
  const char* const text = std::getenv(name);
  return text == nullptr ? otherwise : std::strtod(text, nullptr);
}

std::string user(std::size_t i) { return fmt::format("u{}", i); }

/// With few processors the node has two of them, and the load the others.
std::string threads() {
  const unsigned processors = std::thread::hardware_concurrency();
  return processors < 3 || processors > 7
             ? ""
             : fmt::format("[threads]\ningress = 1\nmatch = 1\nwire_out = {}\n", processors - 1);
}

std::string config_text(std::size_t sessions, std::size_t orders, std::size_t history_mib,
                        const UdpSocket& feed) {
  std::string text;
  for (std::size_t i = 0; i < symbols; ++i)
    text += fmt::format("[[instruments]]\nsymbol = \"SYM{}\"\n", i);
  for (std::size_t i = 0; i < sessions; ++i)
    text += fmt::format(
        "[[sessions]]\nusername = \"{}\"\npassword = \"secret\"\nfirm = \"F{}\"\n"
        "cancel_on_disconnect = false\n",
        user(i), i % 50);
  return text +
         fmt::format(
             "[engine]\norders = {0}\norders_start = {0}\ntrades = 65536\n"
             "[order_entry]\nlisten = \"127.0.0.1:0\"\nhistory_mib = {1}\n"
             "[soup]\nlisten = \"127.0.0.1:0\"\n"
             "[market_data]\nsend_to = \"127.0.0.1:{2}\"\n",
             orders, history_mib, feed.local().port) +
         threads();
}

/// A node as a process, and who listens to its feed without ever hearing it.
class Venue {
 public:
  Venue(std::size_t sessions, std::size_t orders, std::size_t history_mib) {
    feed_.bind({0x7F000001, 0});
    node_ = std::make_unique<RunningProgram>(std::vector<std::string>{
        "run", "--config", file_with(config_text(sessions, orders, history_mib, feed_))});
    const auto port = node_->wait_for("order entry: OUCH over SoupBinTCP on 127.0.0.1:");
    if (port && node_->wait_for("running"))
      to_ = {0x7F000001, static_cast<std::uint16_t>(std::strtoul(port->c_str(), nullptr, 10))};
    else
      ADD_FAILURE() << node_->output();
  }

  [[nodiscard]] Endpoint to() const { return to_; }
  [[nodiscard]] pid_t pid() const { return node_->pid(); }
  /// Its memory that is there, in KiB.
  [[nodiscard]] std::size_t resident_kib() const {
    std::ifstream memory(fmt::format("/proc/{}/smaps_rollup", pid()));
    for (std::string line; std::getline(memory, line);)
      if (line.starts_with("Rss:"))
        return std::strtoul(line.c_str() + 4, nullptr, 10);
    return 0;
  }
  /// What it says at its end.
  std::string summary() {
    EXPECT_EQ(node_->end(SIGINT), 0);
    const std::string output = node_->output();
    return output.substr(std::min(output.find("summary"), output.size()));
  }

 private:
  UdpSocket feed_;
  std::unique_ptr<RunningProgram> node_;
  Endpoint to_;
};

/// Processor time, in ticks of which there are 100 a second: of the machine, of a process.
double machine_ticks() {
  std::ifstream stat("/proc/stat");
  std::string cpu;
  double user = 0, nice = 0, system = 0, idle = 0, iowait = 0, irq = 0, softirq = 0, steal = 0;
  stat >> cpu >> user >> nice >> system >> idle >> iowait >> irq >> softirq >> steal;
  return user + nice + system + irq + softirq + steal;
}
double process_ticks(pid_t pid) {
  std::ifstream stat(fmt::format("/proc/{}/stat", pid));
  std::string field;
  for (int skipped = 0; skipped < 13; ++skipped)
    stat >> field;
  double user = 0, system = 0;
  stat >> user >> system;
  return user + system;
}

/// What the machine does besides: a processor that a stage has to share makes its orders wait, and
/// so the latencies say something of the node only where this is little.
class OtherWork {
 public:
  explicit OtherWork(pid_t node) : node_(node), before_(ticks()) {}

  void print(double seconds) const {
    fmt::print("  {:<12}{:.2f} of {} processors, {:.2f} of them by neither load nor node\n", "busy",
               (machine_ticks() - machine_before_) / 100 / seconds,
               std::thread::hardware_concurrency(), (ticks() - before_) / 100 / seconds);
  }

 private:
  [[nodiscard]] double ticks() const {
    return machine_ticks() - process_ticks(node_) - process_ticks(getpid());
  }

  const pid_t node_;
  const double machine_before_ = machine_ticks();
  const double before_;
};

LoadOptions load_options(Endpoint to, std::size_t sessions, double seconds, double rate) {
  LoadOptions options;
  options.to = to;
  options.soup = true;
  options.threads = 2;
  options.rate = rate;
  options.seconds = seconds;
  options.login_timeout_ms = 60'000;
  options.drain_ms = 60'000;
  for (std::size_t i = 0; i < sessions; ++i)
    options.accounts.push_back({Alpha<6>::from(user(i)), Alpha<10>::from("secret")});
  for (std::size_t i = 0; i < symbols; ++i)
    options.symbols.push_back(Symbol::from(fmt::format("SYM{}", i)));
  return options;
}

/// Logs in from the first number of `told` on, and hears what it says again.
LoadStream heard_again(Endpoint to, const LoadAccount& account, const LoadStream& told) {
  LoadStream heard{.first = told.first, .next = told.first};
  soup::SoupConnection connection(
      {.username = account.username, .password = account.password, .next_number = told.first});
  const auto now = [] {
    return static_cast<std::uint64_t>(std::chrono::steady_clock::now().time_since_epoch().count());
  };
  const std::uint64_t give_up = now() + 60'000'000'000;
  bool open = connection.connect(to);
  while (open && heard.next < told.next && now() < give_up)
    open = connection.poll(now(), [&](const soup::SoupClientInput& input) {
      if (input.kind == soup::SoupClientKind::message && input.number < told.next)
        heard.add(input.payload);
    });
  return heard;
}

class Sessions : public testing::Test {
 protected:
  const std::size_t sessions_ = static_cast<std::size_t>(number_from("WIREBOOK_SESSIONS", 64));
  const double seconds_ = number_from("WIREBOOK_SESSIONS_SECONDS", 1);
  const double rate_ = number_from("WIREBOOK_SESSIONS_RATE", 4000);
  /// Of replies: two and a half an order at most, of 80 bytes; and chunks that are half full.
  const std::size_t history_mib_ =
      1 + static_cast<std::size_t>(seconds_ * rate_ * 250) / kib / kib + sessions_ / 8;
  /// No more of them live: half of the messages are orders, and most of these are canceled.
  const std::size_t orders_ = 65'536 + static_cast<std::size_t>(seconds_ * rate_ / 2);
};

TEST_F(Sessions, EveryOrderIsAnsweredAndWhoIsCutMissesNothing) {
  Venue venue(sessions_, orders_, history_mib_);
  ASSERT_FALSE(HasFailure());
  const std::atomic<bool> stop{false};
  {
    const std::size_t before_kib = venue.resident_kib();
    Load load(load_options(venue.to(), sessions_, seconds_, rate_));
    ASSERT_EQ(load.log_in(), "");
    const std::size_t idle_kib = venue.resident_kib() - before_kib;
    fmt::print("memory: {} sessions log in and are idle: {} KiB more, {:.2f} KiB a session\n",
               sessions_, idle_kib, static_cast<double>(idle_kib) / static_cast<double>(sessions_));
    const OtherWork others(venue.pid());
    const LoadResult result = load.run(stop);
    others.print(static_cast<double>(result.running_ns) / 1e9);
    load.log_off();
    fmt::print("{}", load_table(load, result));
    const LoadCounters& counts = load.records().counters;
    EXPECT_TRUE(all_answered(load));
    EXPECT_EQ(counts[LoadCount::resent], 0U);
    EXPECT_EQ(counts[LoadCount::rejected], 0U);
    EXPECT_EQ(counts[LoadCount::unexpected], 0U);
    EXPECT_EQ(counts[LoadCount::answered] + counts[LoadCount::overtaken], counts[LoadCount::sent]);
  }

  fmt::print("\nthe same, slower, with connections that are cut:\n");
  LoadOptions options = load_options(venue.to(), sessions_, std::min(seconds_, 10.0), rate_ / 4);
  options.cuts = static_cast<double>(sessions_) / 2;
  Load load(options);
  ASSERT_EQ(load.log_in(), "");
  const LoadResult result = load.run(stop);
  load.log_off();
  fmt::print("{}", load_table(load, result));
  const LoadCounters& counts = load.records().counters;
  EXPECT_TRUE(all_answered(load));
  EXPECT_GT(counts[LoadCount::cuts], 0U);
  EXPECT_EQ(counts[LoadCount::resumed], counts[LoadCount::cuts]);
  std::uint64_t messages = 0;
  for (std::size_t i = 0; i < sessions_; ++i) {
    const LoadStream& told = load.stream(i);
    const LoadStream again = heard_again(venue.to(), options.accounts[i], told);
    EXPECT_EQ(again.next, told.next) << user(i);
    EXPECT_EQ(again.digest, told.digest) << user(i);
    messages += again.next - again.first;
  }
  fmt::print("  {:<12}{} messages: the {} streams again, from before the first cut, are the same\n",
             "asked for", messages, sessions_);
  EXPECT_EQ(messages, counts[LoadCount::messages]);

  const std::string summary = venue.summary();
  EXPECT_THAT(summary, HasSubstr("dropped      0 order entry, 0 session, 0 by the kernel"));
  EXPECT_THAT(summary, HasSubstr(" 0 slow,"));
  EXPECT_THAT(summary, AnyOf(HasSubstr("allocations  0 after the start"),
                             HasSubstr("allocations  not counted")));
  fmt::print("\n{}", summary);
}

TEST_F(Sessions, AnAccountTakesItsHistoryAndLittleMore) {
  const auto resident_kib = [](std::size_t sessions) {
    return Venue(sessions, 1024, 1).resident_kib();
  };
  // The history of few is the least that there is.
  constexpr std::size_t few = 8;
  const double each = static_cast<double>(resident_kib(sessions_ + few) - resident_kib(few)) /
                      static_cast<double>(sessions_);
  fmt::print("memory: {:.1f} KiB for each account, with the least history that there is\n", each);
}

}  // namespace
}  // namespace wirebook::node
