// Goal: sessions of a node on a card go as on sockets, and no order comes before its session.
// Method: nodes in this process over the card in software; each frame that they send is parsed by
// the parsers of wire_in, checksums included.
#include <algorithm>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "card_node_fixture.hpp"

namespace wirebook::node {
namespace {

namespace ufo = wire::ufo;

TEST_F(CardNodeTest, TradesBetweenTwoSessions) {
  start();
  FrameClient alice = client(alice_endpoint);
  FrameClient bob = client(bob_endpoint);
  EXPECT_EQ(alice.log_in("alice", "secret"), 1U);
  EXPECT_EQ(bob.log_in("bob", "hunter2"), 1U);
  trade(alice, bob);
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
  NodeConfig config = card_node();
  config.clock.source = &time_;
  start(config);
  FrameClient alice = client(alice_endpoint);
  alice.log_in("alice", "secret");
  // Longer than the timeout, by orders alone.
  std::uint32_t number = 0;
  while (number < 20) {
    alice.send(enter(++number, 'B', 1'000'000));
    ASSERT_TRUE(reaches([&](const NodeStatus& s) { return s.messages == number; }));
    time_.pass(1'000);
  }
  const NodeStatus before = node_->status();
  EXPECT_EQ(before.ingress.timeouts, 0U);
  EXPECT_EQ(before.ingress.unknown_source_packets, 0U);
  time_.pass(15'000);
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
  ASSERT_TRUE(reaches([](const NodeStatus& s) { return s.orders == 1; }));
  // The first message may have come between the two: then it is kept, and asked for.
  again.send(retransmission(1, 10));
  EXPECT_EQ(again.types(2), "SA");
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

}  // namespace
}  // namespace wirebook::node
