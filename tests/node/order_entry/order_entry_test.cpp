// Goal: the rules of a UFO session, from datagrams to slots and control items.
// Method: datagrams straight into OrderEntry; the ring and the queue are read after each.
#include "node/order_entry/order_entry.hpp"

#include <memory>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "slot_ring/group.hpp"
#include "tests/node/ouch_messages.hpp"

namespace wirebook::node {
namespace {

using testing::ElementsAre;

constexpr Endpoint alice_address{0x7F000001, 1001};
constexpr Endpoint other_address{0x7F000001, 1002};
constexpr std::uint64_t second_ns = 1'000'000'000;

NodeConfig two_accounts(bool length_prefix) {
  NodeConfig config;
  config.sessions.push_back({.username = Alpha<6>::from("alice"),
                             .password = Alpha<10>::from("Secret"),
                             .firm = Firm::from("ACME")});
  config.sessions.push_back({.username = Alpha<6>::from("bob"),
                             .password = Alpha<10>::from("hunter2"),
                             .firm = Firm::from("BETA"),
                             .cancel_on_disconnect = false});
  config.order_entry.upstream_length_prefix = length_prefix;
  return config;
}

class OrderEntryTest : public testing::Test {
 protected:
  explicit OrderEntryTest(bool length_prefix = false)
      : ring_(node_ring_slots_min),
        reader_(ring_),
        writer_(ring_),
        order_entry_(two_accounts(length_prefix), writer_, *controls_) {}

  void send(const ByteVector& datagram, Endpoint source = alice_address) {
    order_entry_.on_datagram(datagram, source, now_);
  }
  /// The kinds of the slots since the last call.
  std::vector<SlotKind> slots() {
    std::vector<SlotKind> kinds;
    while (const auto group = slot_ring::peek_group(reader_)) {
      last_ = *group->head;
      kinds.push_back(group->head->tail.kind);
      reader_.release(group->slot_count());
    }
    return kinds;
  }
  std::vector<ControlKind> controls() {
    std::vector<ControlKind> kinds;
    while (controls_->pop(control_))
      kinds.push_back(control_.kind);
    return kinds;
  }
  void log_in() {
    send(login("alice", "secret"));
    slots();
    controls();
  }
  std::uint64_t count(OrderEntryCount id) const { return order_entry_.counters()[id]; }
  std::uint64_t count(Outcome outcome) const { return order_entry_.outcomes().read()[outcome]; }

  slot_ring::Ring<Slot> ring_;
  slot_ring::Reader<Slot> reader_;
  slot_ring::Writer<Slot> writer_;
  std::unique_ptr<ControlQueue> controls_ = std::make_unique<ControlQueue>();
  OrderEntry order_entry_;
  Moment now_{.day = {1000}, .steady_ns = second_ns};
  Slot last_{};
  Control control_{};
};

class PrefixedOrderEntryTest : public OrderEntryTest {
 protected:
  PrefixedOrderEntryTest() : OrderEntryTest(true) {}
};

TEST_F(OrderEntryTest, ALoginOpensTheSessionWhateverTheCase) {
  send(login("ALICE", "sEcReT"));
  EXPECT_THAT(slots(), ElementsAre(SlotKind::session_up));
  EXPECT_EQ(last_.session.session, 1U);
  EXPECT_EQ(last_.session.firm, Firm::from("ACME"));
  EXPECT_EQ(last_.session.cancel_on_disconnect, 1);
  EXPECT_EQ(last_.time_ns, TimeNs{1000});
  EXPECT_THAT(controls(), ElementsAre(ControlKind::login_accepted));
  EXPECT_EQ(control_.session, 1U);
  EXPECT_EQ(control_.peer, alice_address);
}

TEST_F(OrderEntryTest, TheAnswerWaitsForTheSessionsSlotHoweverOftenTheLoginComes) {
  send(login("bob", "hunter2"), other_address);
  send(login("alice", "secret"));
  controls();
  EXPECT_EQ(control_.waits_for, 2U);
  now_.day = {2000};
  send(login("alice", "secret"));
  EXPECT_THAT(controls(), ElementsAre(ControlKind::login_accepted));
  EXPECT_EQ(control_.session, 1U);
  EXPECT_EQ(control_.waits_for, 2U) << "nobody is let in by a slot that is not durable";
}

TEST_F(OrderEntryTest, PaddingMayBeZeros) {
  ByteVector request = login("bob", "hunter2");
  for (std::byte& byte : request)
    if (byte == std::byte{' '})
      byte = std::byte{0};
  send(request);
  EXPECT_THAT(slots(), ElementsAre(SlotKind::session_up));
  EXPECT_EQ(last_.session.cancel_on_disconnect, 0);
}

TEST_F(OrderEntryTest, AWrongPasswordAnUnknownAccountAndAnotherSessionAreRejected) {
  send(login("alice", "wrong"));
  EXPECT_THAT(controls(), ElementsAre(ControlKind::login_rejected));
  EXPECT_EQ(control_.reject_code, 'A');
  EXPECT_EQ(control_.peer, alice_address);
  send(login("mallor", "secret"));
  EXPECT_THAT(controls(), ElementsAre(ControlKind::login_rejected));
  EXPECT_EQ(control_.reject_code, 'A');
  send(login("alice", "secret", "YESTERDAY"));
  EXPECT_THAT(controls(), ElementsAre(ControlKind::login_rejected));
  EXPECT_EQ(control_.reject_code, 'S');
  EXPECT_THAT(slots(), ElementsAre());
  EXPECT_EQ(count(OrderEntryCount::logins_rejected), 3U);
  send(login("alice", "secret", "wirebook01"));
  EXPECT_THAT(controls(), ElementsAre(ControlKind::login_accepted));
}

TEST_F(OrderEntryTest, StrangersAreCountedAndDropped) {
  send(enter(1, 'B', 10'000));
  send(one_byte('R'));
  send(retransmission(1, 1));
  send(one_byte('O'));
  EXPECT_THAT(slots(), ElementsAre());
  EXPECT_THAT(controls(), ElementsAre());
  EXPECT_EQ(count(OrderEntryCount::unknown_source), 4U);
}

TEST_F(OrderEntryTest, OrdersBecomeSlotsOfTheirSession) {
  log_in();
  send(enter(5, 'B', 10'000));
  EXPECT_THAT(slots(), ElementsAre(SlotKind::enter));
  EXPECT_EQ(last_.enter.session, 1U);
  EXPECT_EQ(last_.enter.user_ref_num, 5U);
  EXPECT_EQ(count(OrderEntryCount::slot_bytes), 2 * slot_bytes);
}

TEST_F(OrderEntryTest, ALoginFromTheSameAddressIsAnsweredAgainAndChangesNothing) {
  log_in();
  send(login("alice", "secret"));
  EXPECT_THAT(slots(), ElementsAre());
  EXPECT_THAT(controls(), ElementsAre(ControlKind::login_accepted));
  EXPECT_EQ(count(OrderEntryCount::takeovers), 0U);
}

TEST_F(OrderEntryTest, ALoginFromElsewhereTakesOver) {
  log_in();
  send(login("alice", "secret"), other_address);
  EXPECT_THAT(slots(), ElementsAre(SlotKind::session_down, SlotKind::session_up));
  EXPECT_THAT(controls(), ElementsAre(ControlKind::session_ended, ControlKind::login_accepted));
  EXPECT_EQ(control_.peer, other_address);
  EXPECT_EQ(count(OrderEntryCount::takeovers), 1U);
  send(enter(1, 'B', 10'000));
  EXPECT_THAT(slots(), ElementsAre());
  send(enter(1, 'B', 10'000), other_address);
  EXPECT_THAT(slots(), ElementsAre(SlotKind::enter));
}

TEST_F(OrderEntryTest, AnAddressHasOneSession) {
  log_in();
  send(login("bob", "hunter2"));
  EXPECT_THAT(slots(), ElementsAre(SlotKind::session_down, SlotKind::session_up));
  send(enter(1, 'B', 10'000));
  EXPECT_THAT(slots(), ElementsAre(SlotKind::enter));
  EXPECT_EQ(last_.enter.session, 2U);
}

TEST_F(OrderEntryTest, ALogoffEndsTheSession) {
  log_in();
  send(one_byte('O'));
  EXPECT_THAT(slots(), ElementsAre(SlotKind::session_down));
  EXPECT_THAT(controls(), ElementsAre(ControlKind::session_ended));
  send(enter(1, 'B', 10'000));
  EXPECT_THAT(slots(), ElementsAre());
}

TEST_F(OrderEntryTest, ARequestIsHandedOn) {
  log_in();
  send(retransmission(17, 4));
  EXPECT_THAT(controls(), ElementsAre(ControlKind::retransmit));
  EXPECT_EQ(control_.session, 1U);
  EXPECT_EQ(control_.sequence_number, 17U);
  EXPECT_EQ(control_.message_count, 4U);
}

TEST_F(OrderEntryTest, SilenceEndsTheSessionAndAHeartbeatKeepsIt) {
  log_in();
  now_.steady_ns += 14 * second_ns;
  send(one_byte('R'));
  now_.steady_ns += 14 * second_ns;
  order_entry_.expire(now_);
  EXPECT_THAT(slots(), ElementsAre());
  now_.steady_ns += second_ns;
  order_entry_.expire(now_);
  EXPECT_THAT(slots(), ElementsAre(SlotKind::session_down));
  EXPECT_THAT(controls(), ElementsAre(ControlKind::session_ended));
  EXPECT_EQ(count(OrderEntryCount::timeouts), 1U);
}

TEST_F(OrderEntryTest, MalformedPacketsAreCounted) {
  send({});
  send(one_byte('?'));
  send(ByteVector(26, std::byte{'L'}));
  log_in();
  send({std::byte{'U'}, std::byte{'?'}});
  send(ByteVector(datagram_payload_bytes_max + 1, std::byte{'U'}));
  EXPECT_EQ(count(Outcome::ufo_empty), 1U);
  EXPECT_EQ(count(Outcome::ufo_unknown_type), 1U);
  EXPECT_EQ(count(Outcome::ufo_length), 1U);
  EXPECT_EQ(count(Outcome::ouch_unknown_type), 1U);
  EXPECT_EQ(count(OrderEntryCount::too_long), 1U);
  EXPECT_THAT(slots(), ElementsAre());
}

TEST_F(OrderEntryTest, AFullRingDropsDatagramsAndAGapSlotTellsHowMany) {
  log_in();
  std::uint32_t sent = 0;
  while (count(OrderEntryCount::dropped_orders) < 3)
    send(enter(++sent, 'B', 10'000));
  EXPECT_EQ(count(Outcome::ring_full), 3U);
  EXPECT_EQ(slots().size(), sent - 3);
  send(enter(++sent, 'B', 10'000));
  const auto gap = slot_ring::peek_group(reader_);
  ASSERT_TRUE(gap.has_value());
  EXPECT_EQ(gap->head->tail.kind, SlotKind::gap);
  EXPECT_EQ(gap->head->gap.cause, GapCause::ring_full);
  EXPECT_EQ(gap->head->gap.count, 3U);
  EXPECT_THAT(slots(), ElementsAre(SlotKind::gap, SlotKind::enter));
}

TEST_F(OrderEntryTest, AFullRingPutsOffLoginsLogoffsAndTimeouts) {
  log_in();
  for (std::uint32_t i = 1; count(OrderEntryCount::dropped_orders) == 0; ++i)
    send(enter(i, 'B', 10'000));
  while (writer_.has_credit(1))
    writer_.publish({.kind = SlotKind::clock});
  send(login("bob", "hunter2"), other_address);
  send(one_byte('O'));
  now_.steady_ns += 100 * second_ns;
  order_entry_.expire(now_);
  EXPECT_EQ(count(OrderEntryCount::dropped_sessions), 2U);
  EXPECT_EQ(count(OrderEntryCount::timeouts), 0U);
  EXPECT_THAT(controls(), ElementsAre());
  slots();
  order_entry_.expire(now_);
  EXPECT_THAT(slots(), ElementsAre(SlotKind::gap, SlotKind::session_down));
}

TEST_F(OrderEntryTest, AFullControlQueueDropsRequestsAndNothingElse) {
  log_in();
  for (std::size_t i = 0; i < control_queue_entries + 10; ++i)
    send(retransmission(1, 1));
  EXPECT_GT(count(OrderEntryCount::dropped_sessions), 0U);
  send(enter(1, 'B', 10'000));
  EXPECT_THAT(slots(), ElementsAre(SlotKind::enter));
  controls();
  send(retransmission(1, 1));
  EXPECT_THAT(controls(), ElementsAre(ControlKind::retransmit));
}

TEST_F(PrefixedOrderEntryTest, ADatagramMayCarryALoginAndOrders) {
  ByteVector datagram;
  append_block(datagram, login("alice", "secret"));
  append_block(datagram, enter(1, 'B', 10'000));
  append_block(datagram, enter(2, 'B', 10'000));
  send(datagram);
  EXPECT_THAT(slots(), ElementsAre(SlotKind::session_up, SlotKind::enter, SlotKind::enter));
}

TEST_F(PrefixedOrderEntryTest, WhatComesBeforeATruncatedBlockIsKept) {
  ByteVector datagram;
  append_block(datagram, login("alice", "secret"));
  append_block(datagram, enter(1, 'B', 10'000));
  datagram.erase(datagram.end() - 1, datagram.end());
  send(datagram);
  EXPECT_THAT(slots(), ElementsAre(SlotKind::session_up));
  EXPECT_EQ(count(Outcome::ufo_block_truncated), 1U);
}

TEST_F(PrefixedOrderEntryTest, TheDensestDatagramsFitTheSmallestRing) {
  ByteVector datagram;
  append_block(datagram, login("alice", "secret"));
  send(datagram);
  slots();
  for (const std::size_t message_bytes : {1U, 4U, 9U, 11U}) {
    datagram.clear();
    ByteVector packet(1 + message_bytes, std::byte{0});
    packet[0] = std::byte{'U'};
    packet[1] = std::byte{'Q'};
    while (datagram.size() + 2 + packet.size() <= datagram_payload_bytes_max)
      append_block(datagram, packet);
    send(datagram);
    slots();
  }
  EXPECT_EQ(count(OrderEntryCount::dropped_orders), 0U);
}

TEST_F(PrefixedOrderEntryTest, ADatagramGoesInWholeOrNotAtAll) {
  ByteVector datagram;
  append_block(datagram, login("alice", "secret"));
  send(datagram);
  slots();
  datagram.clear();
  for (std::uint32_t i = 0; i < 20; ++i)
    append_block(datagram, enter(i + 1, 'B', 10'000));
  while (count(OrderEntryCount::dropped_orders) == 0)
    send(datagram);
  EXPECT_EQ(slots().size() % 20, 0U);
}

}  // namespace
}  // namespace wirebook::node
