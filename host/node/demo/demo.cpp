#include "node/demo/demo.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <fstream>
#include <memory>
#include <optional>
#include <system_error>
#include <thread>
#include <vector>

#include <fmt/format.h>

#include "metrics/allocation_counter.hpp"
#include "node/demo/demo_card.hpp"
#include "node/demo/demo_feed.hpp"
#include "node/demo/demo_host.hpp"
#include "node/demo/demo_journal.hpp"
#include "node/demo/demo_report.hpp"
#include "node/demo/live_view.hpp"
#include "node/demo/live_view_terminal.hpp"
#include "node/load/load.hpp"
#include "node/load/load_clock.hpp"
#include "node/node.hpp"
#include "node/on_card/card_choice.hpp"
#include "node/sockets/endpoint.hpp"

namespace wirebook::node {
namespace {

constexpr std::uint32_t orders_max = 1U << 18;
constexpr double default_seconds = 20;
constexpr double socket_rate = 20'000;  ///< two cores manage that
constexpr double simulated_rate = 500;
constexpr auto picture_every = std::chrono::milliseconds(200);
constexpr auto line_every = std::chrono::milliseconds(1000);
constexpr auto settle_poll = std::chrono::milliseconds(5);
constexpr std::uint32_t settle_max_ms = 30'000;  // on a machine that does much else
constexpr std::array<std::string_view, 6> symbols = {"AAPL", "AMZN", "GOOG",
                                                     "MSFT", "NVDA", "TSLA"};

NodeConfig node_config(const DemoOptions& options, Endpoint feed) {
  NodeConfig config;
  for (const std::string_view symbol : symbols)
    config.instruments.push_back({.symbol = Symbol::from(symbol)});
  for (std::uint32_t i = 1; i <= options.sessions; ++i)
    // Orders stay when the clients leave: the books that are compared at the end are not empty.
    config.sessions.push_back({.username = Alpha<6>::from(fmt::format("demo{}", i)),
                               .password = Alpha<10>::from("demo"),
                               .firm = Firm::from(fmt::format("F{:03}", i)),
                               .cancel_on_disconnect = false});
  config.engine.orders = orders_max;
  config.order_entry.listen = {0x7F00'0001, 0};
  config.market_data.send_to = feed;
  return config;
}

LoadOptions load_options(const DemoOptions& options, const NodeConfig& config, Endpoint to) {
  LoadOptions load;
  load.to = to;
  for (const SessionConfig& session : config.sessions)
    load.accounts.push_back({session.username, session.password});
  for (const InstrumentConfig& instrument : config.instruments)
    load.symbols.push_back(instrument.symbol);
  load.rate = *options.rate;
  load.seconds = *options.seconds;
  load.seed = options.seed;
  load.wait = options.wait;
  load.login_timeout_ms = load.drain_ms = settle_max_ms;
  load.live_orders_max = orders_max / (2 * options.sessions);
  return load;
}

/// Takes pictures of the running demo; rates come from the difference to the one before.
class Camera {
 public:
  Camera(const Node& node, const Load& load, const DemoFeed& feed, double total_s)
      : node_(node), load_(load), feed_(feed), total_s_(total_s), start_ns_(load_clock_ns()) {}

  LiveSnapshot take() {
    const NodeStatus status = node_.status();
    const FeedState feed = feed_.state();
    const LoadCounters& counts = load_.records().counters;
    const metrics::Histogram& latency = load_.records().latency;
    const double elapsed_s = static_cast<double>(load_clock_ns() - start_ns_) / 1e9;
    const double since_s = std::max(elapsed_s - last_s_, 1e-3);
    LiveSnapshot now;
    now.elapsed_s = elapsed_s;
    now.total_s = total_s_;
    now.title = fmt::format("{} sessions at {}, {}", load_.options().accounts.size(),
                            to_string(status.order_entry), status.receive_path);
    now.books = feed.books;
    now.messages = counts[LoadCount::sent];
    now.answered = counts[LoadCount::answered];
    now.fills = status.fills;
    now.rejects = status.rejects;
    now.slot_ring = status.slot_ring;
    now.event_ring = status.event_ring;
    now.feed_messages = feed.messages;
    now.feed_datagrams = feed.datagrams;
    now.feed_missing = feed.missing;
    now.latency_p50_ns = latency.percentile(50);
    now.latency_p99_ns = latency.percentile(99);
    now.latency_p999_ns = latency.percentile(99.9);
    now.latency_max_ns = latency.max();
    now.messages_per_s = static_cast<double>(now.messages - messages_) / since_s;
    now.fills_per_s = static_cast<double>(now.fills - fills_) / since_s;
    now.itch_per_s = static_cast<double>(now.feed_messages - feed_messages_) / since_s;
    last_s_ = elapsed_s;
    messages_ = now.messages;
    fills_ = now.fills;
    feed_messages_ = now.feed_messages;
    return now;
  }

 private:
  const Node& node_;
  const Load& load_;
  const DemoFeed& feed_;
  double total_s_;
  std::uint64_t start_ns_;
  double last_s_ = 0;
  std::uint64_t messages_ = 0;
  std::uint64_t fills_ = 0;
  std::uint64_t feed_messages_ = 0;
};

/// Shows pictures until `done`: over each other on a terminal, else a line a second.
void show(Camera& camera, bool plain, const std::atomic<bool>& done) {
  std::optional<LiveTerminal> terminal;
  if (!plain && LiveTerminal::available())
    terminal.emplace();
  const auto every = terminal ? std::chrono::milliseconds(picture_every) : line_every;
  auto next = std::chrono::steady_clock::now() + every;
  while (!done) {
    // Short sleeps, so that the end is not waited for.
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    if (std::chrono::steady_clock::now() < next)
      continue;
    next += every;
    const LiveSnapshot snapshot = camera.take();
    if (terminal) {
      terminal->draw(render_live_view(snapshot, terminal->columns()));
    } else {
      fmt::print("{}\n", render_live_line(snapshot));
      std::fflush(stdout);
    }
  }
}

/// Waits until `settled`, or long enough.
template <class Condition>
void wait_for(Condition settled) {
  const auto until = std::chrono::steady_clock::now() + std::chrono::milliseconds(settle_max_ms);
  while (!settled() && std::chrono::steady_clock::now() < until)
    std::this_thread::sleep_for(settle_poll);
}

void print_start(const DemoOptions& options, const Node& node) {
  fmt::print("wirebook demo: a node, {} client sessions and a feed listener on loopback\n",
             options.sessions);
  for (const std::string& line : node.start_lines())
    fmt::print("  {}\n", line);
  for (const std::string& line : host_advice())
    fmt::print("  {}\n", line);
  fmt::print("  {:.0f} messages/s for {:.1f} s, seed {}\n", *options.rate, *options.seconds,
             options.seed);
  std::fflush(stdout);
}

/// An empty text, or what went wrong.
std::string write_files(const LoadFiles& files, const DemoFindings& findings, const Load& load) {
  std::string problem = write_load_files({.hgrm = files.hgrm, .json = ""}, load, findings.result);
  if (!problem.empty() || files.json.empty())
    return problem;
  std::ofstream out(files.json);
  out << demo_json(findings, load);
  return out.flush() ? "" : "cannot write " + files.json;
}

void print_journal(const JournalFindings& journal) {
  if (journal.mode == JournalMode::off)
    return;
  fmt::print("node rebuilt from the journal: {} ({} slots in {:.2f} s, {} digests agree)\n",
             journal.different.empty() ? "equal" : "NOT equal", journal.slots, journal.replay_s,
             journal.digests_agreed);
  for (const std::string& line : journal.different)
    fmt::print("  {}\n", line);
}

/// Prints what was found; the exit code tells whether it is as it has to be.
ExitCode judge(const DemoOptions& options, const DemoFindings& findings, const Load& load) {
  fmt::print("{}", demo_table(findings, load));
  const std::vector<std::string> different = differences(findings.status, findings.feed);
  fmt::print("\nbooks rebuilt from the feed: {}\n", different.empty() ? "equal" : "NOT equal");
  for (const std::string& line : different)
    fmt::print("  {}\n", line);
  print_journal(findings.journal);
  std::fflush(stdout);
  if (const std::string problem = write_files(options.files, findings, load); !problem.empty()) {
    fmt::print(stderr, "wirebook demo: {}\n", problem);
    return ExitCode::io;
  }
  const bool equal = different.empty() && findings.journal.different.empty();
  return equal && all_answered(load) ? ExitCode::ok : ExitCode::check_failed;
}

/// Fills in what was not told: a simulator sustains less than a card.
DemoOptions with_defaults(DemoOptions options, bool simulated) {
  if (!options.rate)
    options.rate = simulated ? simulated_rate : socket_rate;
  if (!options.seconds)
    options.seconds = default_seconds;
  return options;
}

/// Trades with the node until both have ended. An empty text, or what went wrong.
std::string trade(const DemoOptions& options, Node& node, DemoFeed& feed, Load& load,
                  const std::atomic<bool>& stop, DemoFindings& findings) {
  if (std::string problem = load.log_in(); !problem.empty())
    return problem;
  std::atomic<bool> done{false};
  Camera camera(node, load, feed, *options.seconds);
  std::thread clients([&] {
    findings.result = load.run(stop);
    done = true;
  });
  show(camera, options.plain, done);
  clients.join();
  load.log_off();
  return {};
}

/// Where the node is to run, if not on this host's sockets.
std::unique_ptr<card::Card> open_card(const DemoOptions& options, NodeConfig& config) {
  if (!names_image(options.card))
    return nullptr;
  config.card.image = options.card;
  config.order_entry.listen = free_card_endpoint();
  return choose_card(options.card, config).card;
}

ExitCode run(const DemoOptions& told, const std::atomic<bool>& stop) {
  const match::Capacity capacity{.orders = orders_max, .trades = 1024, .instruments = 64};
  DemoFeed feed(capacity, symbols.size());
  NodeConfig config = node_config(told, feed.endpoint());
  const DemoJournal journal(told.journal, told.journal_dir);
  config.journal = journal.table();
  const SimulationReport report;
  std::unique_ptr<card::Card> card = open_card(told, config);
  const bool simulated = card != nullptr && card->identity().bus.simulated;
  const DemoOptions options = with_defaults(told, simulated);
  feed.start();
  auto node = std::make_unique<Node>(config, std::move(card));
  node->start();
  print_start(options, *node);

  Load load(load_options(options, config, node->status().order_entry));
  DemoFindings findings;
  std::string problem = trade(options, *node, feed, load, stop, findings);
  node->stop();
  wait_for([&] { return feed.state().ended; });
  feed.stop();
  findings.status = node->status();
  if (metrics::allocations_are_counted())
    findings.allocations = findings.status.heap_allocations;
  findings.feed = feed.state();
  const std::string failure = node->failure();
  node.reset();  // a simulated card reports when it is closed
  if (simulated)
    findings.kernel = report.read();
  for (const std::string& text : {problem, failure})
    if (!text.empty())
      fmt::print(stderr, "wirebook demo: {}\n", text);
  if (!failure.empty())
    return ExitCode::card;
  findings.journal = journal.check(config, findings.status);
  return problem.empty() ? judge(options, findings, load) : ExitCode::io;
}

}  // namespace

ExitCode run_demo(const DemoOptions& options, const std::atomic<bool>& stop) {
  try {
    return run(options, stop);
  } catch (const card::CardError& error) {
    fmt::print(stderr, "wirebook demo: {}\n", error.what());
    return ExitCode::card;
  } catch (const std::system_error& error) {
    fmt::print(stderr, "wirebook demo: {}\n", error.what());
    return ExitCode::io;
  }
}

}  // namespace wirebook::node
