// Goal: a node on real sockets answers as UFO, OUCH, MoldUDP64 and ITCH say, however its stages are
// threaded and its datagrams received, and ends in order.
// Method: nodes in this process on ephemeral ports, a UDP client each for orders and market data.
#include "node/node.hpp"

#include <algorithm>
#include <string>
#include <thread>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "wirebook/wire/ouch50_out.hpp"

#include "order_bursts.hpp"
#include "small_node.hpp"
#include "stepped_time.hpp"
#include "udp_client.hpp"
#include "ufo_client.hpp"
#include "wire_in/ufo_parser.hpp"

namespace wirebook::node {
namespace {

using testing::HasSubstr;
namespace ufo = wire::ufo;
using ByteSpan = std::span<const std::byte>;

struct Layout {
  const char* name;
  ThreadConfig threads;
  WaitMode wait;
  ReceivePath receive;
};

constexpr ThreadConfig three_threads{
    .automatic = false, .ingress = 0, .match = 1, .wire_out = 2, .pin = false};
constexpr ThreadConfig one_thread{
    .automatic = false, .ingress = 0, .match = 0, .wire_out = 0, .pin = false};
constexpr ThreadConfig two_threads{
    .automatic = false, .ingress = 0, .match = 0, .wire_out = 1, .pin = false};

NodeConfig node_in(const Layout& layout, Endpoint feed) {
  NodeConfig config = small_node(feed);
  config.instruments.push_back({.symbol = Symbol::from("MSFT"), .trading_state = 'H'});
  config.rings.wait = layout.wait;
  config.threads = layout.threads;
  config.order_entry.receive = layout.receive;
  return config;
}

class NodeTest : public testing::TestWithParam<Layout> {
 protected:
  NodeTest() : node_(node_in(GetParam(), feed_.endpoint())) {}
  void SetUp() override {
    start_or_skip([this] { node_.start(); });
  }
  Endpoint address() const { return node_.status().order_entry; }
  /// Waits until the node's figures say so.
  template <class Condition>
  bool reaches(Condition condition) {
    return node::reaches(node_, condition);
  }

  UdpClient feed_;
  Node node_;
};

TEST_P(NodeTest, TradesBetweenTwoSessions) {
  Client alice(address());
  Client bob(address());
  EXPECT_EQ(alice.log_in("alice", "secret"), 1U);
  EXPECT_EQ(bob.log_in("bob", "hunter2"), 1U);

  trade(alice, bob);
  const auto& executed = wire::view<wire::ouch_out::OrderExecuted>(alice.messages()[2].data());
  EXPECT_EQ(executed.user_ref_num, 1U);
  EXPECT_EQ(executed.quantity, 100U);
  EXPECT_EQ(executed.price, 1'500'000U);
  EXPECT_EQ(executed.liquidity_flag, 'A');

  ASSERT_TRUE(reaches([](const NodeStatus& s) { return s.books[0].bid_quantity == 200; }));
  const NodeStatus status = node_.status();
  EXPECT_EQ(status.messages, 2U);
  EXPECT_EQ(status.orders, 2U);
  EXPECT_EQ(status.fills, 1U);
  EXPECT_EQ(status.volume, 100U);
  EXPECT_EQ(status.sessions_up, 2U);
  ASSERT_EQ(status.books.size(), 2U);
  EXPECT_EQ(status.books[0].symbol, Symbol::from("AAPL"));
  EXPECT_EQ(status.books[0].bid, Price{1'500'000});
  EXPECT_EQ(status.books[0].ask_quantity, 0U);
  EXPECT_EQ(node_.books().top(1).book.bid->orders, 1U);
  // A 64-byte slot in, at most one record, and the bytes of the messages out.
  EXPECT_GT(status.bytes_copied_per_order(), 64.0);
}

TEST_P(NodeTest, ShowsABookToWhoWatchesIt) {
  Client alice(address());
  EXPECT_EQ(alice.log_in("alice", "secret"), 1U);
  const auto shows = [this](const match::BookWatch& watch, std::vector<std::uint64_t> quantities) {
    match::BookDepth depth;
    return reaches([&](const NodeStatus&) {
      const auto is = [](const match::LevelSummary& level, std::uint64_t quantity) {
        return level.quantity == quantity;
      };
      return watch.read(depth) && std::equal(depth.bids().begin(), depth.bids().end(),
                                             quantities.begin(), quantities.end(), is);
    });
  };
  const auto early = node_.books().watch(1, 10);
  ASSERT_TRUE(early);
  alice.send(enter(1, 'B', 1'500'000, 300));
  alice.send(enter(2, 'B', 1'490'000, 200));
  EXPECT_TRUE(shows(*early, {300, 200}));
  const auto late = node_.books().watch(1, 1);  // when the node has nothing to do
  ASSERT_TRUE(late);
  EXPECT_TRUE(shows(*late, {300}));
}

TEST_P(NodeTest, AnswersARetransmissionRequestFromTheNumberAsked) {
  Client alice(address());
  alice.log_in("alice", "secret");
  for (std::uint32_t i = 1; i <= 5; ++i)
    alice.send(enter(i, 'B', 1'000'000));
  ASSERT_EQ(alice.types(6), "SAAAAA");
  alice.send(retransmission(3, 2));
  const ByteVector bytes = alice.packet('S');
  ASSERT_GE(bytes.size(), sizeof(ufo::SequencedHeader));
  const auto& header = wire::view<ufo::SequencedHeader>(bytes.data());
  EXPECT_EQ(header.sequence_number, 3U);
  EXPECT_EQ(header.message_count, 2U);
  wire_in::MessageBlocks blocks(ByteSpan(bytes).subspan(sizeof header));
  for (const std::size_t index : {2U, 3U}) {
    const auto message = blocks.next();
    ASSERT_TRUE(message.has_value());
    EXPECT_EQ(ByteVector(message->begin(), message->end()), alice.messages()[index]);
  }
}

TEST_P(NodeTest, RejectsAWrongPasswordAndIgnoresStrangers) {
  Client mallory(address());
  mallory.send(enter(1, 'B', 1'000'000));
  mallory.send(login("alice", "guess"));
  const ByteVector bytes = mallory.packet('J');
  ASSERT_EQ(bytes.size(), sizeof(ufo::LoginRejected));
  EXPECT_EQ(wire::view<ufo::LoginRejected>(bytes.data()).code, 'A');
  const NodeStatus status = node_.status();
  EXPECT_EQ(status.ingress.unknown_source_packets, 1U);
  EXPECT_EQ(status.ingress.logins_rejected, 1U);
  EXPECT_EQ(status.messages, 0U);
}

TEST_P(NodeTest, ALogoffCancelsAndALaterLoginFindsTheMessages) {
  Client alice(address());
  alice.log_in("alice", "secret");
  alice.send(enter(1, 'B', 1'000'000));
  ASSERT_EQ(alice.types(2), "SA");
  alice.send(one_byte('O'));
  ASSERT_TRUE(reaches([](const NodeStatus& s) { return s.cancels == 1; }));
  ASSERT_TRUE(reaches([](const NodeStatus& s) { return s.sessions_up == 0; }));
  // 1 S, 2 A, 3 the cancel of the disconnect: nobody was there to hear it.
  Client again(address());
  EXPECT_EQ(again.log_in("alice", "secret"), 4U);
  again.send(retransmission(1, 10));
  EXPECT_THAT(again.types(3), testing::StartsWith("SAC"));
}

TEST_P(NodeTest, AStopEndsTheDayTheSessionsAndTheFeed) {
  Client alice(address());
  alice.log_in("alice", "secret");
  alice.send(enter(1, 'B', 1'000'000));
  ASSERT_EQ(alice.types(2), "SA");
  // What is on its way when the node is told to end is still answered.
  alice.send(enter(2, 'B', 1'000'000));
  node_.stop();
  const ByteVector end = alice.packet('E');
  EXPECT_EQ(alice.types(4), "SAAS");
  EXPECT_EQ(wire::view<wire::ouch_out::SystemEvent>(alice.messages()[3].data()).event_code, 'E');
  ASSERT_EQ(end.size(), sizeof(ufo::EndOfSession));
  EXPECT_EQ(wire::view<ufo::EndOfSession>(end.data()).message_count, 4U);

  std::string itch;
  std::uint64_t next = 1;
  feed_.receive_until([&](const ByteVector& bytes) {
    const auto& header = wire::view<wire::mold::Header>(bytes.data());
    EXPECT_EQ(header.sequence_number, next);
    if (header.message_count == wire::mold::count_end_of_session)
      return true;
    wire_in::MessageBlocks blocks(ByteSpan(bytes).subspan(sizeof header));
    while (const auto message = blocks.next())
      itch += static_cast<char>((*message)[0]);
    next += header.message_count;
    return false;
  });
  EXPECT_EQ(itch, "SRHRHSAASS");
  node_.stop();
}

TEST_P(NodeTest, StatesWhatItRunsOn) {
  const NodeStatus status = node_.status();
  EXPECT_THAT(status.receive_path, testing::AnyOf("io_uring", "recvmmsg"));
  const std::vector<std::string>& lines = node_.start_lines();
  EXPECT_THAT(lines, testing::Contains(HasSubstr("receive: " + status.receive_path)));
  EXPECT_THAT(lines, testing::Contains(HasSubstr("memory: rings on ")));
  EXPECT_THAT(lines, testing::Contains(HasSubstr("threads: ingress")));
  EXPECT_EQ(status.slot_ring.slots, 1024U);
}

constexpr Layout layouts[] = {
    {"OneThreadIoUring", one_thread, WaitMode::park, ReceivePath::io_uring},
    {"OneThreadRecvmmsg", one_thread, WaitMode::yield, ReceivePath::recvmmsg},
    {"TwoThreadsPark", two_threads, WaitMode::park, ReceivePath::automatic},
    {"ThreeThreadsIoUring", three_threads, WaitMode::yield, ReceivePath::io_uring},
    {"ThreeThreadsRecvmmsgPark", three_threads, WaitMode::park, ReceivePath::recvmmsg},
    {"ThreeThreadsIoUringPark", three_threads, WaitMode::park, ReceivePath::io_uring},
};
INSTANTIATE_TEST_SUITE_P(Layouts, NodeTest, testing::ValuesIn(layouts),
                         [](const auto& layout) { return layout.param.name; });

/// A session's replies without their times.
std::vector<std::string> replies(const Layout& layout) {
  UdpClient feed;
  Node node(node_in(layout, feed.endpoint()));
  node.start();
  Client alice(node.status().order_entry);
  alice.log_in("alice", "secret");
  std::size_t wanted = 1;
  for (std::uint32_t i = 1; i <= 200; ++i) {
    alice.send(enter(i, i % 3 == 0 ? 'S' : 'B', 1'000'000 + i % 7 * 100, 100 + i % 5));
    // One at a time, so that UDP has no chance to reorder or drop.
    wanted = std::max(wanted + 1, alice.messages().size());
    alice.types(wanted);
  }
  node.stop();
  alice.packet('E');
  std::vector<std::string> texts;
  for (const ByteVector& message : alice.messages()) {
    std::string text(reinterpret_cast<const char*>(message.data()), message.size());
    texts.push_back(text.erase(1, sizeof(wire::Big64)));
  }
  return texts;
}

TEST(NodeThreads, OneThreadAndThreeGiveTheSameReplies) {
  const auto shared = replies({"", one_thread, WaitMode::park, ReceivePath::recvmmsg});
  const auto own = replies({"", three_threads, WaitMode::yield, ReceivePath::automatic});
  EXPECT_GT(shared.size(), 300U);
  EXPECT_EQ(shared, own);
}

// Bursts far beyond what the smallest rings hold: some datagrams may be dropped, and then they are
// counted and told in the stream; the node goes on either way.
TEST(NodeBurst, TheSmallestRingsNeverStick) {
  UdpClient feed;
  NodeConfig config =
      node_in({"", three_threads, WaitMode::park, ReceivePath::automatic}, feed.endpoint());
  config.rings.slots = 512;
  config.rings.events = 256;
  config.order_entry.upstream_length_prefix = true;
  Node node(config);
  node.start();
  BurstClient alice(node.status().order_entry);
  alice.send_burst(2000);
  // However much was lost, the next order is answered.
  const auto answered = [&] {
    alice.send_orders(1, 'B', 'B');
    const NodeStatus status = node.status();
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
    return status.messages > 0 && status.slot_ring.used == 0 && status.event_ring.used == 0;
  };
  bool quiet = false;
  for (int i = 0; i < patience_ms / 5 && !quiet; ++i)
    quiet = answered();
  EXPECT_TRUE(quiet);
  node.stop();
  const NodeStatus status = node.status();
  EXPECT_EQ(status.ingress.outcomes[Outcome::ring_full], status.dropped_order_datagrams);
  EXPECT_EQ(status.slot_ring.used, 0U);
  EXPECT_EQ(status.event_ring.used, 0U);
  EXPECT_LE(status.slot_ring.used_max, 512U);
  // Every datagram that came is either in the books' history or counted as dropped.
  const std::uint64_t taken = status.datagrams - 1 - status.dropped_order_datagrams;
  EXPECT_GE(status.messages, taken);
  EXPECT_EQ(status.messages, status.orders + status.rejects);
}

// What one message sets off may be far more than the event ring holds, and the thread that fills
// the ring is the one that empties it.
TEST(NodeBurst, AMassCancelOfManyOrdersGoesThroughASmallEventRingOnOneThread) {
  constexpr std::uint32_t orders = 100'000;
  constexpr std::uint32_t orders_per_datagram = 20;
  constexpr std::uint32_t ahead_max = 1000;  // a default socket buffer holds them
  UdpClient feed;
  NodeConfig config =
      node_in({"", one_thread, WaitMode::park, ReceivePath::automatic}, feed.endpoint());
  config.engine.orders = orders;
  config.rings.slots = 4096;
  config.rings.events = 1024;
  config.order_entry.upstream_length_prefix = true;
  Node node(config);
  node.start();
  BurstClient alice(node.status().order_entry);
  const auto reaches = [&](std::uint64_t NodeStatus::*count, std::uint64_t wanted) {
    return eventually([&] { return node.status().*count >= wanted; });
  };
  while (alice.sent() < orders) {
    alice.send_orders(orders_per_datagram, 'B', 'B');
    if (alice.sent() % ahead_max == 0) {
      ASSERT_TRUE(reaches(&NodeStatus::orders, alice.sent()));
    }
  }
  ASSERT_TRUE(reaches(&NodeStatus::orders, orders));

  wire::ouch_in::MassCancel cancel;
  cancel.user_ref_num = orders + 1;
  cancel.firm = Firm::from("");
  cancel.symbol = Symbol::from("");
  ByteVector packet = bytes_of(cancel);
  packet.insert(packet.begin(), static_cast<std::byte>(ufo::type_unsequenced));
  alice.send_packet(packet);
  EXPECT_TRUE(reaches(&NodeStatus::cancels, orders));
  EXPECT_LE(node.status().event_ring.used_max, 1024U);
  node.stop();
  EXPECT_EQ(node.status().cancels, orders);
  EXPECT_EQ(node.status().books[0].live_orders, 0U);
}

TEST(NodeSockets, AnAddressThatIsTakenIsAnError) {
  UdpClient taken;
  UdpClient feed;
  NodeConfig config =
      node_in({"", one_thread, WaitMode::park, ReceivePath::automatic}, feed.endpoint());
  config.order_entry.listen = taken.endpoint();
  Node node(config);
  EXPECT_THROW(node.start(), std::system_error);
}

TEST(NodeSockets, TheFeedGoesToAMulticastGroup) {
  constexpr std::uint32_t group = 0xEFC0'0001;
  UdpSocket receiver;
  const int yes = 1;
  setsockopt(receiver.descriptor(), SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  receiver.bind({group, 0});
  const ip_mreq membership{{htonl(group)}, {htonl(0x7F000001)}};
  if (setsockopt(receiver.descriptor(), IPPROTO_IP, IP_ADD_MEMBERSHIP, &membership,
                 sizeof membership) != 0)
    GTEST_SKIP() << "no multicast on loopback here";
  NodeConfig config =
      node_in({"", one_thread, WaitMode::park, ReceivePath::automatic}, receiver.local());
  config.market_data.multicast_interface = 0x7F000001;
  Node node(config);
  node.start();
  pollfd wait{receiver.descriptor(), POLLIN, 0};
  EXPECT_EQ(poll(&wait, 1, patience_ms), 1);
}

TEST(NodePinning, ARefusalIsALineAndNoMore) {
  UdpClient feed;
  NodeConfig config =
      node_in({"",
               {.automatic = false, .ingress = 1000, .match = 1000, .wire_out = 1000, .pin = true},
               WaitMode::park,
               ReceivePath::automatic},
              feed.endpoint());
  Node node(config);
  node.start();
  EXPECT_THAT(
      node.start_lines(),
      testing::Contains("pinning: cpu 1000 is refused (Invalid argument); the system places "
                        "that thread"));
  Client alice(node.status().order_entry);
  EXPECT_EQ(alice.log_in("alice", "secret"), 1U);
}

TEST(NodeTime, HeartbeatsGoBothWaysAndSilenceEndsASession) {
  UdpClient feed;
  SteppedTime time;
  NodeConfig config =
      node_in({"", one_thread, WaitMode::park, ReceivePath::automatic}, feed.endpoint());
  config.clock.source = &time;
  Node node(config);
  const TimeGoesOn at_the_end(time);
  node.start();
  const auto reaches = [&](const auto& condition) { return node::reaches(node, condition); };
  Client alice(node.status().order_entry);
  alice.log_in("alice", "secret");
  const auto is_heartbeat = [](const ByteVector& bytes) {
    return bytes.size() == sizeof(ufo::SequencedHeader) && static_cast<char>(bytes[0]) == 'S' &&
           wire::view<ufo::SequencedHeader>(bytes.data()).message_count == 0;
  };
  for (std::uint64_t i = 1; i <= 4; ++i) {
    time.pass(6'000);  // it may be silent for 15 s
    ASSERT_TRUE(reaches([&](const NodeStatus&) {
      time.pass(1);  // each session has its turn
      const auto bytes = alice.socket().receive(1);
      return bytes && is_heartbeat(*bytes) &&
             wire::view<ufo::SequencedHeader>(bytes->data()).sequence_number == 2;
    }));
    alice.send(one_byte('R'));
    ASSERT_TRUE(reaches([&](const NodeStatus& s) { return s.datagrams == 1 + i; }));
  }
  feed.receive_until([](const ByteVector& bytes) {
    return wire::view<wire::mold::Header>(bytes.data()).message_count ==
           wire::mold::count_heartbeat;
  });
  time.pass(14'900);
  // When it has heard a stranger twice, the poll that heard the first is over; it may have begun
  // before.
  UdpClient stranger;
  for (std::uint64_t i = 1; i <= 3; ++i) {
    stranger.send(node.status().order_entry, enter(1, 'B', 1'000'000));
    ASSERT_TRUE(
        reaches([&](const NodeStatus& s) { return s.ingress.unknown_source_packets == i; }));
  }
  EXPECT_EQ(node.status().ingress.timeouts, 0U);
  time.pass(100);
  EXPECT_TRUE(reaches([](const NodeStatus& s) { return s.ingress.timeouts == 1; }));
  // Clock slots go on while nothing else happens.
  const std::uint64_t published = node.status().slot_ring.published;
  EXPECT_TRUE(reaches([&](const NodeStatus& s) {
    time.pass(50);
    return s.slot_ring.published > published + 2;
  }));
}

TEST(NodeHost, InjectedSlotsTakeEffect) {
  UdpClient feed;
  Node node(node_in({"", three_threads, WaitMode::park, ReceivePath::automatic}, feed.endpoint()));
  node.start();
  Client alice(node.status().order_entry);
  alice.log_in("alice", "secret");
  alice.send(enter(1, 'B', 1'000'000));
  ASSERT_EQ(alice.types(2), "SA");
  ASSERT_TRUE(
      node.inject(Slot{.session = SessionBody{.session = 1}, .tail = {.kind = SlotKind::kill}}));
  EXPECT_EQ(alice.types(3), "SAC");
  alice.send(enter(2, 'B', 1'000'000));
  EXPECT_EQ(alice.types(4), "SACJ");
}

}  // namespace
}  // namespace wirebook::node
