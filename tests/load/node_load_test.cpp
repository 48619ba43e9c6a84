// Load against a node in this process, over real sockets: every message gets its answer, and the
// books that a listener rebuilds from the node's feed are the node's own. No speed is asserted.
#include <algorithm>

#include <gtest/gtest.h>

#include "node/demo/demo_feed.hpp"
#include "node/demo/demo_report.hpp"
#include "node/load/load.hpp"
#include "node/load/load_report.hpp"
#include "node/node.hpp"
#include "node/sockets/udp_socket.hpp"
#include "tests/patience.hpp"

namespace wirebook::node {
namespace {

constexpr std::size_t sessions = 3;

NodeConfig small_node(Endpoint feed) {
  NodeConfig config;
  for (const char* const symbol : {"AAPL", "MSFT", "NVDA"})
    config.instruments.push_back({.symbol = Symbol::from(symbol)});
  for (std::size_t i = 0; i < sessions; ++i)
    config.sessions.push_back({.username = Alpha<6>::from("user" + std::to_string(i)),
                               .password = Alpha<10>::from("secret"),
                               .firm = Firm::from("FIRM"),
                               .cancel_on_disconnect = false});
  config.engine = {.orders = 1U << 14, .trades = 1U << 14};
  config.rings.slots = 1U << 12;
  config.rings.events = 1U << 12;
  config.order_entry.listen = {0x7F00'0001, 0};
  config.market_data.send_to = feed;
  return config;
}

LoadOptions half_a_second(const NodeConfig& config, Endpoint to) {
  LoadOptions options;
  options.to = to;
  for (const SessionConfig& session : config.sessions)
    options.accounts.push_back({session.username, session.password});
  for (const InstrumentConfig& instrument : config.instruments)
    options.symbols.push_back(instrument.symbol);
  options.rate = 2000;
  options.seconds = 0.5;
  options.drain_ms = patience_ms;
  options.login_timeout_ms = patience_ms;
  return options;
}

TEST(NodeLoad, AllIsAnsweredAndTheFeedTellsTheBooks) {
  DemoFeed feed({.orders = 1U << 14, .trades = 16, .instruments = 8}, 3);
  feed.start();
  const NodeConfig config = small_node(feed.endpoint());
  Node node(config);
  node.start();

  Load load(half_a_second(config, node.status().order_entry));
  ASSERT_EQ(load.log_in(), "");
  const std::atomic<bool> stop{false};
  const LoadResult result = load.run(stop);
  load.log_off();
  node.stop();
  for (int i = 0; i < patience_ms / 10 && !feed.state().ended; ++i)
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  feed.stop();

  const LoadCounters& counts = load.records().counters;
  EXPECT_FALSE(result.stopped);
  EXPECT_GT(counts[LoadCount::sent], 0U);
  EXPECT_TRUE(all_answered(load)) << load_table(load, result);
  EXPECT_EQ(counts[LoadCount::rejected], 0U) << load_table(load, result);
  EXPECT_EQ(counts[LoadCount::unexpected], 0U);
  EXPECT_GT(counts[LoadCount::executions], 0U);

  const NodeStatus status = node.status();
  const FeedState state = feed.state();
  // Both sides of every trade are ours.
  EXPECT_EQ(counts[LoadCount::executions], 2 * status.fills);
  EXPECT_EQ(counts[LoadCount::shares], 2 * status.volume);
  EXPECT_EQ(counts[LoadCount::accepted] + counts[LoadCount::replaced], status.orders);
  EXPECT_TRUE(state.ended);
  // Any one side may have traded away at the end; all of them would prove little.
  EXPECT_TRUE(std::any_of(state.books.begin(), state.books.end(), [](const auto& book) {
    return book.bid_quantity + book.ask_quantity > 0;
  }));
  EXPECT_EQ(differences(status, state), std::vector<std::string>{});
}

TEST(NodeLoad, ManySessionsOverTcpAreAllAnswered) {
  UdpSocket feed;  // nobody reads it
  feed.bind({0x7F00'0001, 0});
  NodeConfig config = small_node(feed.local());
  config.sessions.clear();
  for (std::size_t i = 0; i < 150; ++i)
    config.sessions.push_back({.username = Alpha<6>::from("u" + std::to_string(i)),
                               .password = Alpha<10>::from("secret"),
                               .firm = Firm::from("FIRM"),
                               .cancel_on_disconnect = false});
  config.soup.on = true;
  config.soup.listen = {0x7F00'0001, 0};
  Node node(config);
  node.start();
  LoadOptions options = half_a_second(config, node.status().soup->listens_on);
  options.soup = true;
  options.threads = 2;
  Load load(options);
  ASSERT_EQ(load.log_in(), "");
  EXPECT_EQ(node.status().sessions_up, 150U);
  const std::atomic<bool> stop{false};
  load.run(stop);
  EXPECT_TRUE(all_answered(load)) << load.records().counters[LoadCount::unanswered];
  EXPECT_EQ(load.records().counters[LoadCount::resent], 0U);
  EXPECT_GT(load.records().counters[LoadCount::answered], 500U);
  load.log_off();
}

}  // namespace
}  // namespace wirebook::node
