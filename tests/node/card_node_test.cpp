// Goal: a node on a card answers as a node on sockets does, frame for frame; no order comes before
// its session; and a card that fails ends the node with a text that says what to do.
// Method: nodes in this process over the card in software, whose wire the test holds; each frame
// that it sends is parsed by the parsers of wire_in, checksums included.
#include <string>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "wirebook/wire/ouch50_out.hpp"

#include "frame_client.hpp"
#include "metrics/allocation_counter.hpp"
#include "node/card_road.hpp"
#include "node/node.hpp"

namespace wirebook::node {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
namespace ufo = wire::ufo;
using wire_in::test::Bytes;
using wire_in::test::WireBytes;

constexpr Endpoint card_endpoint{0xC0A8'0A02, 26'400};   // 192.168.10.2
constexpr Endpoint alice_endpoint{0xC0A8'0A15, 40'001};  // 192.168.10.21
constexpr Endpoint bob_endpoint{0xC0A8'0A16, 40'002};
constexpr Endpoint feed_group{0xEFC0'0001, 26'500};  // 239.192.0.1
constexpr Mac card_mac{0x02, 0x00, 0xC0, 0xA8, 0x0A, 0x02};
constexpr int patience_ms = 20'000;

NodeConfig small_node() {
  NodeConfig config;
  config.instruments.push_back({.symbol = Symbol::from("AAPL")});
  config.sessions.push_back({.username = Alpha<6>::from("alice"),
                             .password = Alpha<10>::from("secret"),
                             .firm = Firm::from("ACME")});
  config.sessions.push_back({.username = Alpha<6>::from("bob"),
                             .password = Alpha<10>::from("hunter2"),
                             .firm = Firm::from("BETA")});
  config.engine = {.orders = 4096, .trades = 4096};
  config.rings.slots = 1024;
  config.rings.events = 1024;
  config.rings.wait = WaitMode::park;
  config.threads = {.automatic = false, .ingress = 0, .match = 1, .wire_out = 2, .pin = false};
  config.order_entry.listen = card_endpoint;
  config.order_entry.history_mib = 1;
  config.market_data.send_to = feed_group;
  return config;
}

/// A card that a test can break, and whose session table it can fill.
class BreakableCard final : public card::Card {
 public:
  struct Faults {
    std::atomic<card::CardState> state{card::CardState::running};
    std::atomic<bool> table_full{false};
    std::atomic<bool> silent{false};  ///< takes no injected slots
  };
  BreakableCard(std::unique_ptr<Card> card, std::shared_ptr<Faults> faults)
      : card_(std::move(card)), faults_(std::move(faults)) {}

  const card::CardIdentity& identity() const override { return card_->identity(); }
  std::span<std::byte> ring_memory() override { return card_->ring_memory(); }
  std::span<std::byte> inject_memory() override { return card_->inject_memory(); }
  void start(TimeNs now) override { card_->start(now); }
  bool quiesce() override { return card_->quiesce(); }
  bool poll(TimeNs now) noexcept override { return card_->poll(now); }
  card::CardState state() const noexcept override {
    const card::CardState state = faults_->state;
    return state == card::CardState::running ? card_->state() : state;
  }
  card::CardCounters counters() noexcept override { return card_->counters(); }
  void consumed(std::uint64_t sequence) noexcept override { card_->consumed(sequence); }
  void injected(std::uint64_t slots) noexcept override { card_->injected(slots); }
  std::uint64_t taken() noexcept override { return faults_->silent ? 0 : card_->taken(); }
  bool add_session(const wire_in::OrderSource& source) noexcept override {
    return !faults_->table_full && card_->add_session(source);
  }
  void remove_session(const wire_in::OrderSource& source) noexcept override {
    card_->remove_session(source);
  }
  std::span<const std::byte> punted() noexcept override { return card_->punted(); }
  void release_punted() noexcept override { card_->release_punted(); }
  std::span<std::byte> frame_room() noexcept override { return card_->frame_room(); }
  void send(std::size_t bytes) noexcept override { card_->send(bytes); }
  void flush() noexcept override { card_->flush(); }

 private:
  std::unique_ptr<Card> card_;
  std::shared_ptr<Faults> faults_;
};

class CardNodeTest : public testing::Test {
 protected:
  void start(const NodeConfig& config = small_node()) {
    ASSERT_THAT(card_config_errors(config), IsEmpty());
    auto soft = card::make_soft_card(std::make_unique<FakeFrames>(wire_), card_config(config));
    node_ =
        std::make_unique<Node>(config, std::make_unique<BreakableCard>(std::move(soft), faults_));
    node_->start();
  }
  FrameClient client(Endpoint self) { return {wire_, self, card_endpoint}; }

  template <class Condition>
  bool reaches(Condition condition) {
    for (int waited_ms = 0; waited_ms < patience_ms; waited_ms += 2) {
      if (condition(node_->status()))
        return true;
      std::this_thread::sleep_for(std::chrono::milliseconds(2));
    }
    return false;
  }
  FakeWire::Frame wait_for_arp(std::uint32_t target) {
    return wire_->wait_for([&](const FakeWire::Frame& frame) {
      const std::optional<Arp> arp = parse_arp(frame);
      return arp && arp->target == target;
    });
  }

  std::shared_ptr<FakeWire> wire_ = std::make_shared<FakeWire>();
  std::shared_ptr<BreakableCard::Faults> faults_ = std::make_shared<BreakableCard::Faults>();
  std::unique_ptr<Node> node_;
};

TEST_F(CardNodeTest, TradesBetweenTwoSessions) {
  start();
  FrameClient alice = client(alice_endpoint);
  FrameClient bob = client(bob_endpoint);
  EXPECT_EQ(alice.log_in("alice", "secret"), 1U);
  EXPECT_EQ(bob.log_in("bob", "hunter2"), 1U);
  alice.send(enter(1, 'B', 1'500'000, 300));
  EXPECT_EQ(alice.types(2), "SA");
  bob.send(enter(1, 'S', 1'500'000, 100));
  EXPECT_EQ(bob.types(3), "SAE");
  EXPECT_EQ(alice.types(3), "SAE");
  ASSERT_TRUE(reaches(
      [](const NodeStatus& s) { return s.books[0].bid_quantity == 200 && s.slot_ring.used == 0; }));
  const NodeStatus status = node_->status();
  EXPECT_EQ(status.messages, 2U);
  EXPECT_EQ(status.fills, 1U);
  EXPECT_EQ(status.datagrams, 4U);
  EXPECT_EQ(status.ingress.logins, 2U);
  EXPECT_EQ(status.receive_path, "card");
  EXPECT_EQ(status.order_entry, card_endpoint);
  EXPECT_EQ(status.memory_pages, "pages of a card's driver");
  // A slot in, a record, a message out, and the message once more into its frame.
  EXPECT_GT(status.bytes_copied_per_order(), 2 * 64.0);
  EXPECT_EQ(status.slot_bytes_written % slot_bytes, 0U);
}

TEST_F(CardNodeTest, AReplyIsAFrameFromTheCardsAddressToWhereItCameFrom) {
  start();
  FrameClient alice = client(alice_endpoint);
  alice.send(login("alice", "secret"));
  const FakeWire::Frame frame = alice.frame('A');
  ASSERT_EQ(frame.size(), 60U) << "padded: 14 + 20 + 8 + 15 is less";
  // Header by header; the identification is 0, fragments are forbidden.
  const WireBytes ethernet =
      WireBytes().be(0x0200'0000'0001, 6).be(0x0200'C0A8'0A02, 6).be(0x0800, 2);
  EXPECT_THAT(Bytes(frame).first(14), testing::ElementsAreArray(Bytes(ethernet)));
  const WireBytes ipv4 = WireBytes()
                             .be(0x4500'002B'0000'4000, 8)
                             .be(0x4011, 2)
                             .be(0xA55A, 2)
                             .be(card_endpoint.address, 4)
                             .be(alice_endpoint.address, 4);
  EXPECT_THAT(Bytes(frame).subspan(14, 20), testing::ElementsAreArray(Bytes(ipv4)));
  EXPECT_EQ(wire_in::test::internet_checksum(Bytes(frame).subspan(14, 20)), 0U);
  const WireBytes udp = WireBytes().be(26'400, 2).be(40'001, 2).be(23, 2);
  EXPECT_THAT(Bytes(frame).subspan(34, 6), testing::ElementsAreArray(Bytes(udp)));
  EXPECT_EQ(Bytes(frame)[42], std::byte{'A'});
}

TEST_F(CardNodeTest, TheFeedGoesToItsGroupWithTheGroupsMac) {
  NodeConfig config = small_node();
  config.market_data.multicast_ttl = 7;
  start(config);
  const FakeWire::Frame frame = wire_->wait_for([](const FakeWire::Frame& bytes) {
    wire_in::UdpDatagram datagram;
    return wire_in::parse_frame(bytes, datagram) == Outcome::ok &&
           datagram.destination_address == feed_group.address &&
           datagram.destination_port == feed_group.port &&
           wire::view<wire::mold::Header>(datagram.payload.data()).sequence_number == 1;
  });
  ASSERT_FALSE(frame.empty());
  const WireBytes ethernet = WireBytes().be(0x0100'5E40'0001, 6).be(0x0200'C0A8'0A02, 6);
  EXPECT_THAT(Bytes(frame).first(12), testing::ElementsAreArray(Bytes(ethernet)));
  EXPECT_EQ(frame[14 + 8], std::byte{7});
}

TEST_F(CardNodeTest, ItsMacMayBeConfigured) {
  NodeConfig config = small_node();
  config.card.mac = Mac{0x0E, 1, 2, 3, 4, 5};
  start(config);
  FrameClient alice = client(alice_endpoint);
  alice.send(login("alice", "secret"));
  const FakeWire::Frame frame = alice.frame('A');
  ASSERT_GE(frame.size(), 12U);
  EXPECT_THAT(Bytes(frame).subspan(6, 6),
              testing::ElementsAreArray(Bytes(WireBytes().be(0x0E01'0203'0405, 6))));
}

TEST_F(CardNodeTest, OrdersOfStrangersBecomeNoSlots) {
  start();
  FrameClient mallory = client(alice_endpoint);
  mallory.send(enter(1, 'B', 1'000'000));
  mallory.send(retransmission(1, 1));
  mallory.send(login("alice", "guess"));
  const ByteVector bytes = mallory.packet('J');
  ASSERT_EQ(bytes.size(), sizeof(ufo::LoginRejected));
  EXPECT_EQ(wire::view<ufo::LoginRejected>(bytes.data()).code, 'A');
  const NodeStatus status = node_->status();
  EXPECT_EQ(status.ingress.unknown_source_packets, 2U);
  EXPECT_EQ(status.ingress.logins_rejected, 1U);
  EXPECT_EQ(status.messages, 0U);
}

TEST_F(CardNodeTest, ALoginFromElsewhereTakesOver) {
  start();
  FrameClient alice = client(alice_endpoint);
  alice.log_in("alice", "secret");
  alice.send(enter(1, 'B', 1'000'000));
  ASSERT_EQ(alice.types(2), "SA");
  FrameClient again = client(bob_endpoint);
  // 1 S, 2 A: the cancel of the takeover is the new client's to hear.
  EXPECT_EQ(again.log_in("alice", "secret"), 3U);
  again.send(retransmission(1, 10));
  EXPECT_THAT(again.types(3), testing::StartsWith("SAC"));
  alice.send(enter(2, 'B', 1'000'000));
  ASSERT_TRUE(reaches([](const NodeStatus& s) { return s.ingress.unknown_source_packets == 1; }))
      << "the old place is the card's still";
  again.send(enter(2, 'B', 1'000'000));
  EXPECT_THAT(again.types(4), testing::StartsWith("SACA"));
  EXPECT_EQ(node_->status().ingress.takeovers, 1U);
}

TEST_F(CardNodeTest, ALogoffCancelsAndClosesTheWay) {
  start();
  FrameClient alice = client(alice_endpoint);
  alice.log_in("alice", "secret");
  alice.send(enter(1, 'B', 1'000'000));
  ASSERT_EQ(alice.types(2), "SA");
  alice.send(one_byte('O'));
  ASSERT_TRUE(reaches([](const NodeStatus& s) { return s.cancels == 1 && s.sessions_up == 0; }));
  alice.send(enter(2, 'B', 1'000'000));
  ASSERT_TRUE(reaches([](const NodeStatus& s) { return s.ingress.unknown_source_packets == 1; }));
  EXPECT_EQ(node_->status().orders, 1U);
}

TEST_F(CardNodeTest, OrdersKeepASessionAndSilenceEndsIt) {
  NodeConfig config = small_node();
  config.order_entry.heartbeat_ms = 50;
  config.order_entry.timeout_ms = 300;
  start(config);
  FrameClient alice = client(alice_endpoint);
  alice.log_in("alice", "secret");
  // Longer than the timeout, by orders alone.
  const auto until = std::chrono::steady_clock::now() + std::chrono::milliseconds(600);
  std::uint32_t number = 0;
  while (std::chrono::steady_clock::now() < until) {
    alice.send(enter(++number, 'B', 1'000'000));
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  const NodeStatus before = node_->status();
  EXPECT_EQ(before.ingress.timeouts, 0U);
  EXPECT_EQ(before.ingress.unknown_source_packets, 0U);
  ASSERT_TRUE(reaches([](const NodeStatus& s) { return s.ingress.timeouts == 1; }));
  ASSERT_TRUE(reaches([&](const NodeStatus& s) { return s.cancels == number; }));
}

TEST_F(CardNodeTest, ASessionOpensWhenItsSlotHasItsPlaceAndNotBefore) {
  faults_->silent = true;
  start();
  FrameClient alice = client(alice_endpoint);
  FrameClient bob = client(bob_endpoint);
  alice.send(login("alice", "secret"));
  alice.send(login("alice", "secret"));
  ASSERT_TRUE(reaches([](const NodeStatus& s) { return s.ingress.logins == 2; }));
  // The slot is in the ring, but nobody has said so: an order does not get in.
  alice.send(enter(1, 'B', 1'000'000));
  ASSERT_TRUE(reaches([](const NodeStatus& s) { return s.ingress.unknown_source_packets == 1; }));
  EXPECT_EQ(node_->status().sessions_up, 0U);
  faults_->silent = false;
  const ByteVector accepted = alice.packet('A');
  ASSERT_EQ(accepted.size(), sizeof(ufo::LoginAccepted));
  EXPECT_EQ(wire::view<ufo::LoginAccepted>(accepted.data()).sequence_number, 1U)
      << "what the session led to meanwhile has waited";
  alice.send(enter(2, 'B', 1'000'000));
  EXPECT_EQ(alice.types(2), "SA");
}

TEST_F(CardNodeTest, ASessionThatEndsBeforeItOpensNeverOpens) {
  faults_->silent = true;
  start();
  FrameClient alice = client(alice_endpoint);
  FrameClient again = client(bob_endpoint);
  alice.send(login("alice", "secret"));
  again.send(login("alice", "secret"));
  ASSERT_TRUE(reaches([](const NodeStatus& s) { return s.ingress.takeovers == 1; }));
  faults_->silent = false;
  ASSERT_FALSE(again.packet('A').empty());
  alice.send(enter(1, 'B', 1'000'000));
  again.send(enter(1, 'B', 1'000'000));
  EXPECT_THAT(again.types(2), testing::EndsWith("A"));
  const NodeStatus status = node_->status();
  EXPECT_EQ(status.ingress.unknown_source_packets, 1U);
  EXPECT_EQ(status.orders, 1U);
  EXPECT_EQ(status.sessions_up, 1U);
}

TEST_F(CardNodeTest, ACardWithoutAPlaceRejectsTheLogin) {
  faults_->table_full = true;
  start();
  FrameClient alice = client(alice_endpoint);
  alice.send(login("alice", "secret"));
  const ByteVector bytes = alice.packet('J');
  ASSERT_EQ(bytes.size(), sizeof(ufo::LoginRejected));
  faults_->table_full = false;
  EXPECT_NE(alice.log_in("alice", "secret"), 0U) << "and may be tried again";
}

TEST_F(CardNodeTest, AnswersArpAndPings) {
  start();
  const WireBytes asked = WireBytes()
                              .be(0xFFFF'FFFF'FFFF, 6)
                              .be(0x0A0B'0C0D'0E0F, 6)
                              .be(0x0806'0001'0800'0604, 8)
                              .be(1, 2)
                              .be(0x0A0B'0C0D'0E0F, 6)
                              .be(alice_endpoint.address, 4)
                              .be(0, 6)
                              .be(card_endpoint.address, 4);
  wire_->put(asked);
  const FakeWire::Frame arp = wait_for_arp(alice_endpoint.address);
  const WireBytes answered = WireBytes()
                                 .be(0x0A0B'0C0D'0E0F, 6)
                                 .be(0x0200'C0A8'0A02, 6)
                                 .be(0x0806'0001'0800'0604, 8)
                                 .be(2, 2)
                                 .be(0x0200'C0A8'0A02, 6)
                                 .be(card_endpoint.address, 4)
                                 .be(0x0A0B'0C0D'0E0F, 6)
                                 .be(alice_endpoint.address, 4)
                                 .zeros(18);
  EXPECT_THAT(arp, testing::ElementsAreArray(Bytes(answered)));

  WireBytes echo = WireBytes().be(0x0800, 2).be(0, 2).be(0x1234'0001, 4).text("are you there?!");
  echo.set(2, wire_in::test::internet_checksum(echo), 2);
  wire_->put(wire_in::test::ipv4_frame({.protocol = 1,
                                        .source_address = alice_endpoint.address,
                                        .destination_address = card_endpoint.address},
                                       echo));
  const FakeWire::Frame pong = wire_->wait_for([](const FakeWire::Frame& frame) {
    return frame.size() > 23 && frame[12] == std::byte{8} && frame[23] == std::byte{1};
  });
  ASSERT_EQ(pong.size(), 60U);
  wire_in::Ipv4Packet packet;
  ASSERT_EQ(wire_in::parse_ipv4(pong, packet), Outcome::ok);
  EXPECT_EQ(packet.source_address, card_endpoint.address);
  EXPECT_EQ(packet.destination_address, alice_endpoint.address);
  echo.set(0, 0, 2);
  echo.set(2, 0, 2);
  echo.set(2, wire_in::test::internet_checksum(echo), 2);
  EXPECT_THAT(packet.payload, testing::ElementsAreArray(Bytes(echo)));
}

// Whoever asks by ARP is not yet a neighbour, but one that we asked for is.
TEST_F(CardNodeTest, AFeedReceiverIsAskedForBeforeTheFirstMessage) {
  NodeConfig config = small_node();
  config.market_data.send_to = {bob_endpoint.address, 26'500};
  std::thread receiver([&] {
    const FakeWire::Frame asked = wait_for_arp(bob_endpoint.address);
    const WireBytes wanted = WireBytes()
                                 .be(0xFFFF'FFFF'FFFF, 6)
                                 .be(0x0200'C0A8'0A02, 6)
                                 .be(0x0806'0001'0800'0604, 8)
                                 .be(1, 2)
                                 .be(0x0200'C0A8'0A02, 6)
                                 .be(card_endpoint.address, 4)
                                 .be(0, 6)
                                 .be(bob_endpoint.address, 4)
                                 .zeros(18);
    EXPECT_THAT(asked, testing::ElementsAreArray(Bytes(wanted)));
    WireBytes answer = wanted;
    answer.set(20, 2, 2).set(22, 0x0A0B'0C0D'0E0F, 6).set(28, bob_endpoint.address, 4);
    answer.set(32, 0x0200'C0A8'0A02, 6).set(38, card_endpoint.address, 4);
    wire_->put(answer);
  });
  start(config);
  receiver.join();
  EXPECT_THAT(node_->start_lines(),
              testing::Contains("market data: its receiver is at 0a:0b:0c:0d:0e:0f"));
  const FakeWire::Frame frame = wire_->wait_for([](const FakeWire::Frame& bytes) {
    wire_in::UdpDatagram datagram;
    return wire_in::parse_frame(bytes, datagram) == Outcome::ok &&
           datagram.destination_address == bob_endpoint.address &&
           wire::view<wire::mold::Header>(datagram.payload.data()).sequence_number == 1;
  });
  ASSERT_FALSE(frame.empty());
  EXPECT_THAT(Bytes(frame).first(6),
              testing::ElementsAreArray(Bytes(WireBytes().be(0x0A0B'0C0D'0E0F, 6))));
  EXPECT_EQ(node_->status().packets_unsent, 0U);
}

TEST_F(CardNodeTest, AReceiverThatDoesNotAnswerGetsNothingAndIsAskedAgain) {
  NodeConfig config = small_node();
  config.market_data.send_to = {bob_endpoint.address, 26'500};
  config.market_data.heartbeat_ms = 20;
  start(config);
  EXPECT_THAT(node_->start_lines(),
              testing::Contains(HasSubstr("192.168.10.22 does not answer ARP")));
  ASSERT_TRUE(reaches([](const NodeStatus& s) { return s.packets_unsent >= 3; }));
  EXPECT_FALSE(wait_for_arp(bob_endpoint.address).empty());
  EXPECT_FALSE(wait_for_arp(bob_endpoint.address).empty());
}

TEST_F(CardNodeTest, ManyLapsOfTheRing) {
  start();
  FrameClient alice = client(alice_endpoint);
  alice.log_in("alice", "secret");
  constexpr std::uint32_t orders = 5'000;
  constexpr std::uint32_t burst = 100;
  for (std::uint32_t sent = 0; sent < orders;) {
    for (std::uint32_t i = 0; i < burst; ++i) {
      ++sent;
      alice.send(enter(sent, sent % 2 == 0 ? 'B' : 'S', 1'000'000));
    }
    ASSERT_TRUE(reaches([&](const NodeStatus& s) { return s.orders >= sent; }));
  }
  const NodeStatus status = node_->status();
  EXPECT_EQ(status.messages, orders);
  EXPECT_EQ(status.dropped_order_datagrams, 0U);
  EXPECT_GT(status.slot_ring.published, 4 * status.slot_ring.slots);
}

TEST_F(CardNodeTest, AFullRingDropsFramesThatAreCountedAndNothingSticks) {
  NodeConfig config = small_node();
  config.rings.events = 256;
  start(config);
  FrameClient alice = client(alice_endpoint);
  alice.log_in("alice", "secret");
  constexpr std::uint32_t orders = 20'000;
  for (std::uint32_t i = 1; i <= orders; ++i)
    alice.send(enter(i, i % 2 == 0 ? 'B' : 'S', 1'000'000));
  ASSERT_TRUE(reaches([&](const NodeStatus& s) {
    return s.messages + s.dropped_order_datagrams == orders && s.slot_ring.used == 0;
  }));
  const NodeStatus status = node_->status();
  EXPECT_EQ(status.messages, status.orders + status.rejects);
  EXPECT_LE(status.slot_ring.used_max, 1024U);
}

TEST_F(CardNodeTest, ABatchMayBeLargerThanTheTransmitRing) {
  NodeConfig config = small_node();
  config.card.transmit_cells = 2;
  config.rings.slots = 4096;  // for all at once
  start(config);
  FrameClient alice = client(alice_endpoint);
  alice.log_in("alice", "secret");
  for (std::uint32_t i = 1; i <= 500; ++i)
    alice.send(enter(i, 'B', 1'000'000));
  ASSERT_TRUE(reaches([](const NodeStatus& s) { return s.orders == 500; }));
  alice.types(501);
  EXPECT_EQ(node_->status().packets_unsent, 0U);
}

TEST_F(CardNodeTest, AStopEndsTheDayTheSessionsAndTheFeed) {
  start();
  FrameClient alice = client(alice_endpoint);
  alice.log_in("alice", "secret");
  alice.send(enter(1, 'B', 1'000'000));
  ASSERT_EQ(alice.types(2), "SA");
  // What is on its way when the node is told to end is still answered.
  alice.send(enter(2, 'B', 1'000'000));
  node_->stop();
  EXPECT_EQ(alice.types(4), "SAAS");
  const ByteVector end = alice.packet('E');
  ASSERT_EQ(end.size(), sizeof(ufo::EndOfSession));
  EXPECT_EQ(wire::view<ufo::EndOfSession>(end.data()).message_count, 4U);
  std::string itch;
  bool ended = false;
  for (const FakeWire::Frame& frame : wire_->sent_so_far()) {
    wire_in::UdpDatagram datagram;
    if (wire_in::parse_frame(frame, datagram) != Outcome::ok ||
        datagram.destination_address != feed_group.address)
      continue;
    const auto& header = wire::view<wire::mold::Header>(datagram.payload.data());
    ended |= header.message_count == wire::mold::count_end_of_session;
    if (ended)
      continue;
    wire_in::MessageBlocks blocks(datagram.payload.subspan(sizeof header));
    while (const auto message = blocks.next())
      itch += static_cast<char>((*message)[0]);
  }
  EXPECT_TRUE(ended);
  EXPECT_EQ(itch, "SRHSAASS");
  EXPECT_EQ(node_->failure(), "");
  EXPECT_EQ(node_->status().slot_ring.used, 0U);
}

TEST_F(CardNodeTest, ALostCardEndsTheNodeAndNamesTheReset) {
  start();
  FrameClient alice = client(alice_endpoint);
  alice.log_in("alice", "secret");
  faults_->state = card::CardState::lost;
  for (int waited_ms = 0; waited_ms < patience_ms && node_->failure().empty(); ++waited_ms)
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  EXPECT_THAT(node_->failure(), AllOf(HasSubstr("lost"), HasSubstr("xbutil reset -d 0")));
  node_->stop();
}

TEST_F(CardNodeTest, ALeaseThatRanOutSaysHowToMakeItLonger) {
  start();
  faults_->state = card::CardState::lease_expired;
  for (int waited_ms = 0; waited_ms < patience_ms && node_->failure().empty(); ++waited_ms)
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  EXPECT_THAT(node_->failure(), AllOf(HasSubstr("1000 ms"), HasSubstr("card.lease_ms")));
}

TEST_F(CardNodeTest, ParkedOnOneThreadItGoesOnAsWell) {
  NodeConfig config = small_node();
  config.threads = {.automatic = false, .ingress = 0, .match = 0, .wire_out = 0, .pin = false};
  start(config);
  FrameClient alice = client(alice_endpoint);
  EXPECT_EQ(alice.log_in("alice", "secret"), 1U);
  alice.send(enter(1, 'B', 1'000'000));
  EXPECT_EQ(alice.types(2), "SA");
}

/// Frames that were made before; what is sent is looked at by nobody. Allocates nothing.
class PreparedFrames final : public card::FrameSource {
 public:
  explicit PreparedFrames(std::vector<FakeWire::Frame> frames) : frames_(std::move(frames)) {}

  const Frame* next(TimeNs now) noexcept override {
    // The login first, and time for its answer.
    if (next_ == frames_.size() || (next_ == 1 && sent_.load() == 0))
      return nullptr;
    frame_ = {.bytes = frames_[next_++], .time_ns = now};
    return &frame_;
  }
  void sent(std::span<const std::byte> frame) noexcept override {
    sent_ += frame[14 + 16] == std::byte{0xC0} ? 1 : 0;  // to the client, not to the feed's group
  }

 private:
  std::vector<FakeWire::Frame> frames_;
  std::size_t next_ = 0;
  Frame frame_;
  std::atomic<int> sent_{0};
};

TEST(CardNodeMemory, NothingIsAllocatedOnceItRuns) {
  if (!metrics::allocations_are_counted())
    GTEST_SKIP() << "this build does not count allocations";
  constexpr std::uint32_t orders = 3'000;
  std::vector<FakeWire::Frame> frames;
  const auto add = [&](const ByteVector& packet) {
    const WireBytes frame = wire_in::test::udp_frame({.source_address = alice_endpoint.address,
                                                      .destination_address = card_endpoint.address,
                                                      .source_port = alice_endpoint.port,
                                                      .destination_port = card_endpoint.port},
                                                     packet);
    frames.emplace_back(Bytes(frame).begin(), Bytes(frame).end());
  };
  add(login("alice", "secret"));
  for (std::uint32_t i = 1; i <= orders; ++i)
    add(enter(i, i % 2 == 0 ? 'B' : 'S', 1'000'000));
  NodeConfig config = small_node();
  config.rings.slots = 8192;
  Node node(config, card::make_soft_card(std::make_unique<PreparedFrames>(std::move(frames)),
                                         card_config(config)));
  node.start();
  NodeStatus status = node.status();
  for (int waited_ms = 0; waited_ms < patience_ms && status.orders < orders; ++waited_ms) {
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
    status = node.status();
  }
  EXPECT_EQ(status.orders, orders);
  EXPECT_LE(status.heap_allocations, 1U) << "but for the software card's own table of sessions";
}

TEST(CardConfig, SaysWhatACardCannotDo) {
  NodeConfig config = small_node();
  config.order_entry.listen.port = 0;
  config.order_entry.upstream_length_prefix = true;
  config.rings.slots = 512;
  config.market_data.send_to = {card_endpoint.address, 26'500};
  EXPECT_THAT(card_config_errors(config),
              ElementsAre(AllOf(HasSubstr("order_entry.listen"), HasSubstr("192.168.10.2:0")),
                          HasSubstr("order_entry.upstream_length_prefix"),
                          AllOf(HasSubstr("rings.slots"), HasSubstr("1024")),
                          HasSubstr("market_data.send_to: is 192.168.10.2:26500, the card's own")));
}

}  // namespace
}  // namespace wirebook::node
