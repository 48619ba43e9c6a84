// Goal: host-made slots enter the stream like any other: time, sequence, seal, groups, order.
// Method: one thread pushes and drains beside slots that the ring's writer makes itself.
#include "slot_ring/inject_ring.hpp"

#include <array>

#include <gtest/gtest.h>

#include "slot_ring/group.hpp"
#include "tests/slot_ring/examples.hpp"

namespace wirebook::slot_ring {
namespace {

Slot clock_slot(std::uint64_t number) {
  Slot slot{};
  slot.time_ns = {1};
  slot.admin = AdminBody{.match_number = number};
  slot.tail = {.kind = SlotKind::clock};
  return slot;
}

class InjectTest : public testing::Test {
 protected:
  Ring<Slot> ring{ring_slots_min, {.start_sequence = 1000, .epoch = 3}};
  Writer<Slot> writer{ring};
  Reader<Slot> reader{ring};
  InjectRing inject{ring_slots_min};
};

TEST_F(InjectTest, ASlotGetsTimePlaceAndSeal) {
  EXPECT_EQ(inject.drain(writer, {5}, 10), 0U);
  ASSERT_TRUE(writer.has_credit(1));
  writer.publish(test::words_of(1), {.kind = SlotKind::enter});
  ASSERT_TRUE(inject.push(clock_slot(77)));
  EXPECT_EQ(inject.used(), 1U);
  EXPECT_EQ(reader.peek(1), nullptr) << "nothing enters the stream before the writer takes it";
  EXPECT_EQ(inject.drain(writer, {5}, 10), 1U);
  const Slot* const slot = reader.peek(1);
  ASSERT_NE(slot, nullptr);
  EXPECT_EQ(slot->time_ns, TimeNs{5});
  EXPECT_EQ(slot->tail.kind, SlotKind::clock);
  EXPECT_EQ(slot->admin.match_number, 77U);
  EXPECT_TRUE(is_sealed(*slot, 1001, 3));
  EXPECT_EQ(inject.used(), 0U);
  EXPECT_EQ(inject.bytes_copied(), 64U);
}

TEST_F(InjectTest, GroupsStayTogetherOverManyLaps) {
  std::array<Slot, group_slots_max> group{};
  group[0].tail = {.kind = SlotKind::enter, .extension_count = extension_slots_max};
  for (std::uint64_t round = 0; round < 3 * ring_slots_min; ++round) {
    for (std::size_t i = 0; i < group.size(); ++i)
      test::write_number(group[i], round + i);
    ASSERT_TRUE(inject.push(group));
    ASSERT_EQ(inject.drain(writer, {round}, 2), 0U) << "half a group was taken";
    ASSERT_EQ(inject.drain(writer, {round}, 3), 3U);
    const auto taken = peek_group(reader);
    ASSERT_TRUE(taken);
    ASSERT_EQ(taken->head->time_ns.raw, round);
    for (std::size_t i = 0; i < group.size(); ++i) {
      const Slot& slot = i == 0 ? *taken->head : *taken->extensions[i - 1];
      Slot expected = group[i];
      expected.time_ns = {round};
      ASSERT_EQ(std::memcmp(&slot, &expected, offsetof(Slot, tail)), 0);
      ASSERT_TRUE(is_sealed(slot, taken->sequence + i, 3));
    }
    reader.release(3);
  }
}

TEST_F(InjectTest, FullIsSaidAndLosesNothing) {
  std::uint64_t pushed = 0;
  while (inject.push(clock_slot(pushed)))
    ++pushed;
  EXPECT_EQ(pushed, ring_slots_min);
  EXPECT_EQ(inject.drain(writer, {1}, 10), 10U);
  std::array<Slot, 3> group{};
  group[0].tail = {.kind = SlotKind::enter, .extension_count = 2};
  for (int i = 0; i < 3; ++i)
    EXPECT_TRUE(inject.push(group));
  EXPECT_FALSE(inject.push(group)) << "one slot is free, three are needed";
  EXPECT_TRUE(inject.push(clock_slot(pushed)));
  EXPECT_FALSE(inject.push(clock_slot(pushed)));
}

TEST_F(InjectTest, DrainStopsAtTheSlotRingsCredit) {
  for (std::uint64_t i = 0; i < ring_slots_min; ++i)
    ASSERT_TRUE(inject.push(clock_slot(i)));
  EXPECT_EQ(inject.drain(writer, {1}, 1000), ring_slots_min);
  for (std::uint64_t i = 0; i < 5; ++i)
    ASSERT_TRUE(inject.push(clock_slot(ring_slots_min + i)));
  EXPECT_EQ(inject.drain(writer, {2}, 1000), 0U);
  reader.release(2);
  EXPECT_EQ(inject.drain(writer, {3}, 1000), 2U);
  EXPECT_EQ(inject.used(), 3U);
  for (std::uint64_t i = 0; i < ring_slots_min; ++i)
    ASSERT_EQ(reader.peek(i)->admin.match_number, i + 2);
}

}  // namespace
}  // namespace wirebook::slot_ring
