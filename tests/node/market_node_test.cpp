// Goal: what a node publishes can be had again, by every road, under the same numbers, and its two
// lines are one. Method: nodes in this process on ephemeral ports, clients for orders and the feed.
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "wirebook/wire/itch50.hpp"

#include "feed_client.hpp"
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

NodeConfig with_servers(Endpoint feed) {
  NodeConfig config = market_config(feed);
  config.market_data_tcp.listen = Endpoint{0x7F000001, 0};
  config.market_data_tcp.open = true;
  config.glimpse.listen = Endpoint{0x7F000001, 0};
  config.glimpse.open = true;
  return config;
}

TEST(MarketTcp, TellsWhatTheLineTellsUnderTheSameNumbers) {
  UdpClient feed;
  Node node(with_servers(feed.endpoint()));
  node.start();
  const Endpoint server = *node.status().market->addresses.market_data_tcp;
  FeedClient early(server);
  Client client(node.status().order_entry);
  client.log_in("alice", "secret");
  enter_orders(client, 1, 30);
  ASSERT_TRUE(early.has(36));
  EXPECT_EQ(early.first(), 1U);
  FeedClient late(server, 20);
  ASSERT_TRUE(late.has(17));
  EXPECT_EQ(late.first(), 20U);
  MarketListener live;
  live.types(feed, 36);
  for (std::size_t i = 0; i != 36; ++i)
    ASSERT_EQ(early.messages()[i], live.messages().at(i + 1));
  for (std::size_t i = 0; i != 17; ++i)
    ASSERT_EQ(late.messages()[i], live.messages().at(i + 20));
  std::thread end([&] { node.stop(); });
  EXPECT_TRUE(early.until([&] { return early.has_ended(); }));
  EXPECT_TRUE(late.until([&] { return late.has_ended(); }));
  end.join();
  EXPECT_EQ(early.types().substr(36), "SS");
}

TEST(MarketGlimpse, ASnapshotAndTheFeedFromItsNumberAreTheWholeFeed) {
  UdpClient feed;
  Node node(with_servers(feed.endpoint()));
  node.start();
  const MarketAddresses addresses = node.status().market->addresses;
  Client client(node.status().order_entry);
  client.log_in("alice", "secret");
  enter_orders(client, 1, 30);
  client.send(enter(31, 'S', 1'000'000 + 100 * 30, 150));  // takes 30, and a part of 29
  ASSERT_EQ(client.answer_to(31), 'A');
  FeedClient stream(*addresses.market_data_tcp);
  ASSERT_TRUE(stream.has(36 + 1));

  FeedClient snapshot(*addresses.glimpse);
  ASSERT_TRUE(snapshot.until(
      [&] { return !snapshot.messages().empty() && snapshot.messages().back().size() == 21; }));
  EXPECT_THAT(snapshot.types(), testing::StartsWith("SSRRHHAA"));
  const ByteVector& end = snapshot.messages().back();
  EXPECT_EQ(static_cast<char>(end[0]), 'G');
  const std::uint64_t number =
      std::stoull(std::string(reinterpret_cast<const char*>(end.data()) + 1, 20));
  // The books of who goes on with the feed from there are those of who heard all of it.
  enter_orders(client, 40, 10);
  ASSERT_TRUE(stream.has(number + 9));
  std::map<std::uint64_t, std::uint32_t> early;
  std::map<std::uint64_t, std::uint32_t> late;
  const auto hear = [](std::map<std::uint64_t, std::uint32_t>& book, const ByteVector& message) {
    namespace itch = wire::itch;
    const auto& add = wire::view<itch::AddOrder>(message.data());
    if (static_cast<char>(message[0]) == 'A')
      book[add.order_ref] = add.shares;
    if (static_cast<char>(message[0]) != 'E')
      return;
    const auto& executed = wire::view<itch::OrderExecuted>(message.data());
    book.at(executed.order_ref) -= executed.executed_shares;
    std::erase_if(book, [](const auto& order) { return order.second == 0; });
  };
  for (const ByteVector& message : stream.messages())
    hear(early, message);
  for (const ByteVector& message : snapshot.messages())
    hear(late, message);
  for (std::size_t i = number - 1; i < stream.messages().size(); ++i)
    hear(late, stream.messages()[i]);
  EXPECT_GT(late.size(), 30U);
  EXPECT_EQ(late, early);
  node.stop();
}

TEST(MarketGlimpse, ManyClientsShareASnapshot) {
  UdpClient feed;
  Node node(with_servers(feed.endpoint()));
  node.start();
  Client client(node.status().order_entry);
  client.log_in("alice", "secret");
  enter_orders(client, 1, 50);
  ASSERT_TRUE(reaches(
      node, [](const NodeStatus& s) { return (*s.market)[MarketCount::messages] == 6 + 50; }));
  const Endpoint server = *node.status().market->addresses.glimpse;
  std::vector<FeedClient> clients;
  clients.reserve(50);
  for (int i = 0; i < 50; ++i)
    clients.emplace_back(server);
  for (FeedClient& one : clients)
    ASSERT_TRUE(one.has(2 + 4 + 50 + 1));
  for (FeedClient& one : clients)
    EXPECT_EQ(one.messages(), clients.front().messages());
  EXPECT_EQ((*node.status().market)[MarketCount::logins], 50U);
  EXPECT_LT((*node.status().market)[MarketCount::snapshots], 10U);
  node.stop();
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
  config.glimpse.listen = Endpoint{0x7F000001, 0};
  config.glimpse.open = true;
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
  FeedClient snapshot(*node.status().market->addresses.glimpse);
  // E C O S, the last of each; one instrument; 300 and 5 orders; and the end.
  ASSERT_TRUE(snapshot.has(4 + 2 + 305 + 1));
  EXPECT_EQ(std::string(reinterpret_cast<const char*>(snapshot.messages().back().data()), 21),
            "G" + std::string(17, ' ') + "314");
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
