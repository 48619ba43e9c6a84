// Goal: how often a login may fail, how much a session may send, and that neither is a way to
// disturb somebody else.
// Method: the tables by themselves, then datagrams straight into OrderEntry.
#include "node/order_entry/login_limits.hpp"

#include <memory>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "node/order_entry/order_entry.hpp"
#include "node/order_entry/packet_rate.hpp"
#include "slot_ring/group.hpp"
#include "tests/node/ouch_messages.hpp"

namespace wirebook::node {
namespace {

using testing::ElementsAre;

constexpr std::uint64_t ms = 1'000'000;
constexpr std::uint32_t attacker = 0x0A000001;
constexpr LoginLimitsConfig three_of_ten{
    .failures = 3, .failures_of_address = 10, .window_ms = 1000};
constexpr LoginLimits::Key some_key{1, 2, 3};
const Alpha<6> victim = Alpha<6>::from("alice");

TEST(LoginLimits, ANameAtAnAddressMayFailSoOftenInAWindow) {
  LoginLimits limits(three_of_ten, some_key);
  for (int i = 0; i < 3; ++i) {
    EXPECT_TRUE(limits.may_try(attacker, victim, 5000 * ms));
    limits.failed(attacker, victim, 5000 * ms);
  }
  EXPECT_FALSE(limits.may_try(attacker, victim, 5000 * ms));
  EXPECT_FALSE(limits.may_try(attacker, Alpha<6>::from("ALICE"), 5999 * ms)) << "in any case";
  EXPECT_TRUE(limits.may_try(attacker, Alpha<6>::from("bob"), 5000 * ms)) << "another name";
  EXPECT_TRUE(limits.may_try(attacker + 1, victim, 5000 * ms)) << "another address";
  EXPECT_TRUE(limits.may_try(attacker, victim, 6000 * ms)) << "the window is over";
}

TEST(LoginLimits, AnAddressMayFailSoOftenWhateverTheNames) {
  LoginLimits limits(three_of_ten, some_key);
  for (int i = 0; i < 10; ++i) {
    const Alpha<6> name = Alpha<6>::from("n" + std::to_string(i));
    EXPECT_TRUE(limits.may_try(attacker, name, 1000 * ms));
    limits.failed(attacker, name, 1000 * ms);
  }
  EXPECT_FALSE(limits.may_try(attacker, victim, 1999 * ms));
  EXPECT_TRUE(limits.may_try(attacker + 1, victim, 1999 * ms));
  EXPECT_TRUE(limits.may_try(attacker, victim, 2000 * ms));
}

TEST(LoginLimits, ManyAddressesMakeItRefuseNobody) {
  LoginLimits limits(three_of_ten, some_key);
  for (std::uint32_t i = 0; i < 200'000; ++i)
    limits.failed(attacker + i, Alpha<6>::from(std::to_string(i)), (1000 + i % 900) * ms);
  constexpr std::uint32_t member = 0xC0A80001;
  for (std::uint32_t i = 0; i < 1000; ++i)
    EXPECT_TRUE(limits.may_try(member + i, victim, 1900 * ms));
}

TEST(LoginLimits, ZeroIsNoLimit) {
  LoginLimits limits({.failures = 0, .failures_of_address = 0, .window_ms = 1000}, some_key);
  for (int i = 0; i < 1000; ++i)
    limits.failed(attacker, victim, 1000 * ms);
  EXPECT_TRUE(limits.may_try(attacker, victim, 1000 * ms));
}

TEST(PacketRate, GivesTheRateOverTimeAndABurstOfATenthOfASecond) {
  PacketRate rate(1000);
  std::uint64_t now = 1000 * ms;
  int burst = 0;
  while (rate.take(now))
    ++burst;
  EXPECT_EQ(burst, 100);
  now += 5 * ms;
  EXPECT_TRUE(rate.take(now, 5));
  EXPECT_FALSE(rate.take(now));
  std::uint64_t taken = 0;
  for (; now < 11'005 * ms; now += ms / 4)
    taken += rate.take(now) ? 1U : 0U;
  EXPECT_NEAR(static_cast<double>(taken), 10'000, 10);
}

TEST(PacketRate, ADatagramOfMoreThanTheBurstComesAfterARest) {
  PacketRate rate(100);
  EXPECT_TRUE(rate.take(5000 * ms, 50));
  EXPECT_FALSE(rate.take(5100 * ms, 50));
  EXPECT_TRUE(rate.take(5500 * ms, 50));
}

TEST(PacketRate, WhatIsOwedIsPaidLater) {
  PacketRate rate(1000);
  rate.owe(1000 * ms, 300);
  EXPECT_FALSE(rate.take(1199 * ms));
  EXPECT_TRUE(rate.take(1202 * ms));
}

TEST(PacketRate, ZeroIsNoLimit) {
  PacketRate rate;
  for (int i = 0; i < 1000; ++i)
    EXPECT_TRUE(rate.take(1));
}

class LoginLimitsOfOrderEntry : public testing::TestWithParam<bool> {
 protected:
  static NodeConfig limited(bool length_prefix) {
    NodeConfig config;
    config.order_entry.upstream_length_prefix = length_prefix;
    config.logins = three_of_ten;
    config.sessions.push_back({.username = victim,
                               .password = Alpha<10>::from("secret"),
                               .limits = {.packets_per_second = 1000}});
    config.sessions.push_back(
        {.username = Alpha<6>::from("bob"), .password = Alpha<10>::from("hunter2")});
    return config;
  }
  void send(const ByteVector& packet, Endpoint source) {
    ByteVector datagram;
    if (GetParam())
      append_block(datagram, packet);
    entry_.on_datagram(GetParam() ? datagram : packet, source, now_);
  }
  std::vector<SlotKind> slots() {
    std::vector<SlotKind> kinds;
    while (const auto group = slot_ring::peek_group(reader_)) {
      kinds.push_back(group->head->tail.kind);
      reader_.release(group->slot_count());
    }
    return kinds;
  }
  std::vector<ControlKind> controls() {
    std::vector<ControlKind> kinds;
    for (Control control; controls_->pop(control);)
      kinds.push_back(control.kind);
    return kinds;
  }
  [[nodiscard]] std::uint64_t count(OrderEntryCount id) const { return entry_.counters()[id]; }

  slot_ring::Ring<Slot> ring_{node_ring_slots_min};
  slot_ring::Reader<Slot> reader_{ring_};
  slot_ring::Writer<Slot> writer_{ring_};
  std::unique_ptr<ControlQueue> controls_ = std::make_unique<ControlQueue>();
  OrderEntry entry_{limited(GetParam()), writer_, *controls_};
  Moment now_{.day = {1000}, .steady_ns = 10'000 * ms};
};
INSTANTIATE_TEST_SUITE_P(Framings, LoginLimitsOfOrderEntry, testing::Bool());

TEST_P(LoginLimitsOfOrderEntry, GuessesBeyondTheLimitAreMetWithSilenceEvenIfRight) {
  for (std::uint16_t port = 1; port <= 3; ++port) {
    send(login("alice", "wrong"), {attacker, port});
    EXPECT_THAT(controls(), ElementsAre(ControlKind::login_rejected));
  }
  send(login("alice", "secret"), {attacker, 4});
  EXPECT_THAT(controls(), ElementsAre());
  EXPECT_EQ(count(OrderEntryCount::logins_limited), 1U);
  send(login("alice", "secret"), {attacker + 1, 4});
  EXPECT_THAT(controls(), ElementsAre(ControlKind::login_accepted)) << "from elsewhere";
  now_.steady_ns += 1000 * ms;
  send(login("alice", "secret"), {attacker, 4});
  EXPECT_THAT(controls(), ElementsAre(ControlKind::session_ended, ControlKind::login_accepted));
}

TEST_P(LoginLimitsOfOrderEntry, ASessionThatIsUpIsNotTouchedByFailuresOfItsAddress) {
  send(login("alice", "secret"), {attacker, 1});
  for (int i = 0; i < 20; ++i)
    send(login("alice", "wrong"), {attacker, 2});
  slots();
  controls();
  send(enter(1, 'B', 10'000), {attacker, 1});
  EXPECT_THAT(slots(), ElementsAre(SlotKind::enter));
}

TEST_P(LoginLimitsOfOrderEntry, ARightLoginDoesNotCountAsAFailure) {
  for (std::uint16_t i = 0; i < 20; ++i)
    send(login("bob", "hunter2"), {attacker, i});
  EXPECT_EQ(count(OrderEntryCount::logins), 20U);
}

TEST_P(LoginLimitsOfOrderEntry, PacketsBeyondTheRateAreCountedAndLeaveNoTrace) {
  send(login("alice", "secret"), {attacker, 1});
  slots();
  for (std::uint32_t i = 1; i <= 150; ++i)
    send(enter(i, 'B', 10'000), {attacker, 1});
  EXPECT_EQ(slots().size(), 99U) << "a tenth of a second's, the login among them";
  EXPECT_EQ(count(OrderEntryCount::dropped_rate), 51U);
  EXPECT_EQ(count(OrderEntryCount::dropped_orders), 0U);
  now_.steady_ns += 10 * ms;
  send(enter(200, 'B', 10'000), {attacker, 1});
  EXPECT_THAT(slots(), ElementsAre(SlotKind::enter));
}

TEST_P(LoginLimitsOfOrderEntry, OneSessionsFloodTakesNothingFromAnother) {
  send(login("alice", "secret"), {attacker, 1});
  for (int i = 0; i < 10'000; ++i) {
    send(retransmission(1, 1), {attacker, 1});
    send(login("alice", "secret"), {attacker, 1});
  }
  send(login("bob", "hunter2"), {attacker + 1, 1});
  EXPECT_EQ(count(OrderEntryCount::dropped_sessions), 0U);
  EXPECT_EQ(controls().back(), ControlKind::login_accepted);
}

TEST_P(LoginLimitsOfOrderEntry, RequestsOfManyAndRefusalsLeaveRoomForLogins) {
  // bob has no rate that matters here; the queue's second half is not for him.
  send(login("bob", "hunter2"), {attacker, 1});
  for (std::size_t i = 0; i < control_queue_entries; ++i) {
    send(retransmission(1, 1), {attacker, 1});
    send(login("bob", "hunter2"), {attacker, 1});
    send(login("mallor", "x"), {attacker + static_cast<std::uint32_t>(i), 7});
  }
  EXPECT_GT(count(OrderEntryCount::dropped_sessions), 0U);
  EXPECT_GE(controls_->write_available(), control_queue_entries / 2 - 1);
  const std::uint64_t dropped = count(OrderEntryCount::dropped_sessions);
  send(login("alice", "secret"), {attacker + 1, 1});
  EXPECT_EQ(count(OrderEntryCount::dropped_sessions), dropped);
  EXPECT_EQ(controls().back(), ControlKind::login_accepted);
}

TEST_P(LoginLimitsOfOrderEntry, LogsInAndOffNoFasterThanItsRate) {
  for (std::uint16_t i = 0; i < 1000; ++i) {
    send(login("alice", "secret"), {attacker, i});
    controls();
  }
  EXPECT_EQ(count(OrderEntryCount::logins), 100U);
}

TEST_P(LoginLimitsOfOrderEntry, OrdersBehindALoginInOneDatagramAreOwed) {
  if (!GetParam())
    return;  // a bare datagram is one packet
  for (std::uint16_t port = 1; port <= 100; ++port) {
    ByteVector datagram;
    append_block(datagram, login("alice", "secret"));
    for (std::uint32_t i = 0; i < 20; ++i)
      append_block(datagram, enter(port * 100U + i, 'B', 10'000));
    entry_.on_datagram(datagram, {attacker, port}, now_);
    controls();
    slots();
  }
  EXPECT_LE(count(OrderEntryCount::logins), 5U) << "20 orders each, of a hundred at once";
}

}  // namespace
}  // namespace wirebook::node
