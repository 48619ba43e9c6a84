// Goal: what a node publishes can be had again, by every road, under the same numbers, and its two
// lines are one. Method: nodes in this process on ephemeral ports, clients for orders and the feed.
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "journal_node.hpp"
#include "market_listener.hpp"
#include "node/node.hpp"
#include "ufo_client.hpp"

namespace wirebook::node {
namespace {

NodeConfig market_config(Endpoint feed) {
  NodeConfig config;
  config.instruments.push_back({.symbol = Symbol::from("AAPL")});
  config.instruments.push_back({.symbol = Symbol::from("MSFT"), .trading_state = 'H'});
  config.sessions.push_back({.username = Alpha<6>::from("alice"),
                             .password = Alpha<10>::from("secret"),
                             .firm = Firm::from("ACME")});
  config.engine = {.orders = 4096, .trades = 4096};
  config.rings.slots = 1024;
  config.rings.events = 1024;
  config.rings.wait = WaitMode::park;
  config.threads = {.automatic = false, .pin = false};
  config.order_entry.listen = {0x7F000001, 0};
  config.order_entry.history_mib = 1;
  config.market_data.send_to = feed;
  config.market_data.rerequest = Endpoint{0x7F000001, 0};
  config.market_data.history_mib = 1;
  config.market_data.heartbeat_ms = 20;
  config.market_data.end_of_session_ms = 0;
  return config;
}

/// Orders that rest one by one, each answered.
void enter_orders(Client& client, std::uint32_t first, std::uint32_t count) {
  for (std::uint32_t i = first; i != first + count; ++i) {
    client.send(enter(i, 'B', 1'000'000 + 100 * i));
    ASSERT_EQ(client.answer_to(i), 'A');
  }
}

TEST(MarketLines, BothCarryTheSameDatagrams) {
  UdpClient a;
  UdpClient b;
  NodeConfig config = market_config(a.endpoint());
  config.market_data.send_to_b = b.endpoint();
  Node node(config);
  node.start();
  Client client(node.status().order_entry);
  client.log_in("alice", "secret");
  enter_orders(client, 1, 20);
  node.stop();
  const auto heard = [](UdpClient& line) {
    std::vector<ByteVector> datagrams;
    line.receive_until([&](const ByteVector& bytes) {
      const MoldPacket packet = parse_mold(bytes);
      if (packet.count != wire::mold::count_heartbeat)
        datagrams.push_back(bytes);
      return packet.count == wire::mold::count_end_of_session;
    });
    return datagrams;
  };
  const auto on_a = heard(a);
  EXPECT_GT(on_a.size(), 20U);
  EXPECT_EQ(on_a, heard(b));
}

TEST(MarketPacking, MessagesWaitForOthersWhereTheyAreTold) {
  UdpClient feed;
  NodeConfig config = market_config(feed.endpoint());
  config.market_data.pack_us = 200'000;
  config.market_data.payload_bytes_max = 300;
  Node node(config);
  node.start();
  Client client(node.status().order_entry);
  client.log_in("alice", "secret");
  enter_orders(client, 1, 100);
  node.stop();
  // S R H R H and all adds, of 38 bytes each in their blocks: a datagram holds 6 or 7 of them. How
  // many had to leave by their time says how slow the machine is.
  std::size_t datagrams = 0;
  std::size_t messages = 0;
  std::size_t longest = 0;
  feed.receive_until([&](const ByteVector& bytes) {
    const MoldPacket packet = parse_mold(bytes);
    datagrams += packet.messages.empty() ? 0U : 1U;
    messages += packet.messages.size();
    longest = std::max(longest, bytes.size());
    return packet.count == wire::mold::count_end_of_session;
  });
  EXPECT_EQ(messages, 6U + 100 + 2);
  EXPECT_LT(datagrams, messages / 2);
  EXPECT_LE(longest, 300U);
  EXPECT_GT(longest, 300U - 2 * 52);
}

TEST(MarketRerequest, GivesAgainWhatTheLineHasCarried) {
  UdpClient feed;
  Node node(market_config(feed.endpoint()));
  node.start();
  Client client(node.status().order_entry);
  client.log_in("alice", "secret");
  enter_orders(client, 1, 50);
  MarketListener live;
  EXPECT_THAT(live.types(feed, 56), testing::StartsWith("SRHRHSAAAA"));

  const Endpoint server = *node.status().market->addresses.rerequest;
  UdpClient late;
  MarketListener again;
  for (std::uint64_t next = 1; next <= 56;) {
    const MoldPacket packet = ask_again(late, server, rerequest(next, 0xFFFE));
    ASSERT_EQ(packet.first, next);
    for (const ByteVector& message : packet.messages)
      ASSERT_EQ(message, live.messages().at(next++));
  }
  const MoldPacket some = ask_again(late, server, rerequest(10, 3));
  EXPECT_EQ(some.first, 10U);
  EXPECT_EQ(some.messages.size(), 3U);

  // The next number, another session and nonsense are met with silence; what is right is answered.
  late.send(server, rerequest(1000, 1));
  late.send(server, rerequest(1, 1, "OTHER"));
  late.send(server, ByteVector(3));
  const MoldPacket first = ask_again(late, server, rerequest(1, 1));
  EXPECT_EQ(first.first, 1U);
  const MarketStatus status = *node.status().market;
  EXPECT_EQ(status[MarketCount::rerequests_not_kept], 1U);
  EXPECT_EQ(status[MarketCount::rerequests_of_others], 1U);
  EXPECT_EQ(status[MarketCount::rerequests_malformed], 1U);
  EXPECT_EQ(status[MarketCount::gaps], 0U);
}

TEST(MarketRerequest, IsServedWhileTheEndIsRepeated) {
  UdpClient feed;
  NodeConfig config = market_config(feed.endpoint());
  config.market_data.end_of_session_ms = 60'000;  // it is not waited for: see below
  auto node = std::make_unique<Node>(config);
  node->start();
  const Endpoint server = *node->status().market->addresses.rerequest;
  std::thread end([&] { node->stop(); });
  int ends = 0;
  std::uint64_t next = 0;
  feed.receive_until([&](const ByteVector& bytes) {
    const MoldPacket packet = parse_mold(bytes);
    ends += packet.count == wire::mold::count_end_of_session ? 1 : 0;
    next = packet.first;
    return ends == 3;
  });
  EXPECT_EQ(next, 9U);  // S R H R H S, and E C
  UdpClient late;
  const MoldPacket last = ask_again(late, server, rerequest(8, 10));
  EXPECT_EQ(last.messages.size(), 1U);
  EXPECT_EQ(static_cast<char>(last.messages.at(0).at(11)), 'C');
  node->hurry();
  end.join();
}

/// What of the feed there is to be had, from the first number on.
std::vector<ByteVector> all_again(const Node& node, std::uint64_t end) {
  UdpClient late;
  const Endpoint server = *node.status().market->addresses.rerequest;
  std::vector<ByteVector> messages;
  while (messages.size() + 1 < end) {
    const MoldPacket packet = ask_again(late, server, rerequest(messages.size() + 1, 0xFFFE));
    if (packet.messages.empty())
      break;
    messages.insert(messages.end(), packet.messages.begin(), packet.messages.end());
  }
  return messages;
}

/// Of a node that is killed by not being stopped: a copy of its directory is another node's day.
class MarketAfterARestart : public testing::TestWithParam<std::uint64_t> {};

TEST_P(MarketAfterARestart, NumbersGoOnAndEverythingIsServedFromTheStart) {
  ScratchDirectory directory;
  UdpClient feed;
  NodeConfig config = journal_config(journal_layouts[3], directory.path(), feed.endpoint());
  config.market_data.rerequest = Endpoint{0x7F000001, 0};
  config.market_data.end_of_session_ms = 0;
  config.journal.snapshot_slots = GetParam();
  std::vector<ByteVector> before;
  {
    Node node(config);
    node.start();
    Client client(node.status().order_entry);
    client.log_in("alice", "secret");
    enter_orders(client, 1, 300);
    before = all_again(node, 4 + 300 + 1);
    ASSERT_EQ(before.size(), 304U);
    if (GetParam() != 0) {
      ASSERT_TRUE(reaches(node, [](const NodeStatus& s) { return s.journal->snapshots != 0; }))
          << node.status().journal->snapshot_trouble;
    }
    node.stop();
  }
  Node node(config);
  node.start();
  Client client(node.status().order_entry);
  client.log_in("alice", "secret");
  enter_orders(client, 1000, 5);
  // E and C of the stop, O and S of the start, and five orders.
  const std::vector<ByteVector> after = all_again(node, 304 + 4 + 5 + 1);
  ASSERT_EQ(after.size(), 313U);
  EXPECT_TRUE(std::equal(before.begin(), before.end(), after.begin()));
  EXPECT_EQ(node.status().itch_messages, 2U + 5);
  node.stop();
}
INSTANTIATE_TEST_SUITE_P(Snapshots, MarketAfterARestart, testing::Values(0, 128),
                         [](const auto& slots) { return "Each" + std::to_string(slots.param); });

// Where nothing is durable nothing is told, by these roads either.
TEST(MarketDurable, NothingIsGivenAgainThatWasNotGiven) {
  ScratchDirectory directory;
  UdpClient feed;
  NodeConfig config = journal_config(journal_layouts[0], directory.path(), feed.endpoint());
  config.market_data.rerequest = Endpoint{0x7F000001, 0};
  config.market_data.end_of_session_ms = 0;
  Node node(config);
  node.start();
  Client client(node.status().order_entry);
  client.log_in("alice", "secret");
  enter_orders(client, 1, 10);
  const std::vector<ByteVector> again = all_again(node, 4 + 10 + 1);
  MarketListener live;
  live.types(feed, 14);
  node.stop();
  for (std::size_t i = 0; i != again.size(); ++i)
    EXPECT_EQ(again[i], live.messages().at(i + 1));
}

}  // namespace
}  // namespace wirebook::node
