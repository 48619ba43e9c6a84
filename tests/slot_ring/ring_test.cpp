// Goal: entries are where, when and as the contract says: phases, seals, groups, credit, counts.
// Method: one thread plays writer and readers, over several laps and from odd starts; the ring's
// memory is looked at from outside.
#include "slot_ring/ring.hpp"

#include <cstring>
#include <vector>

#include <gtest/gtest.h>

#include "slot_ring/group.hpp"
#include "tests/slot_ring/examples.hpp"

namespace wirebook::slot_ring {
namespace {

using test::holds_number;
using test::write_number;

constexpr std::size_t slots = ring_slots_min;

/// Starts on the first lap, in the middle of one, at both parities, and just before 2^32 entries.
class RingFrom : public testing::TestWithParam<std::uint64_t> {};
INSTANTIATE_TEST_SUITE_P(Starts, RingFrom,
                         testing::Values(0, 1, slots - 1, slots, slots + 77, 2 * slots,
                                         5 * slots - 1, (std::uint64_t{1} << 32) - 3));

template <class Entry>
const Entry& raw(const Ring<Entry>& ring, std::uint64_t sequence) {
  return reinterpret_cast<const Entry*>(ring.memory().data())[sequence % ring.slots()];
}

TEST_P(RingFrom, NothingLooksPublishedBeforeItIs) {
  Ring<Slot> ring(slots, {.start_sequence = GetParam()});
  const Reader<Slot> reader(ring);
  for (std::uint64_t ahead = 0; ahead < slots; ++ahead)
    ASSERT_EQ(reader.peek(ahead), nullptr) << ahead;
}

TEST_P(RingFrom, EntriesLieAtTheirSequenceWithTheParityOfTheLap) {
  Ring<Slot> ring(slots, {.start_sequence = GetParam(), .epoch = 7});
  Writer<Slot> writer(ring);
  Reader<Slot> reader(ring);
  for (std::uint64_t i = 0; i < 5 * slots; ++i) {
    const std::uint64_t sequence = GetParam() + i;
    ASSERT_EQ(writer.sequence(), sequence);
    ASSERT_TRUE(writer.has_credit(1));
    ASSERT_EQ(reader.peek(), nullptr);
    write_number(writer.at(), sequence);
    writer.publish({.kind = SlotKind::enter});
    const Slot* const slot = reader.peek();
    ASSERT_EQ(slot, &raw(ring, sequence));
    ASSERT_TRUE(holds_number(*slot, sequence));
    ASSERT_EQ(slot->tail.kind, SlotKind::enter);
    ASSERT_EQ(slot->tail.flags, (sequence / slots) % 2 == 0 ? flag_phase : 0);
    reader.release(1);
  }
}

TEST_P(RingFrom, WhatAnotherHandHasWrittenIsAdoptedAndCounted) {
  Ring<Slot> other(slots, {.start_sequence = GetParam()});
  Writer<Slot> other_writer(other);
  Ring<Slot> ring(slots, {.start_sequence = GetParam()});
  Writer<Slot> writer(ring);
  Reader<Slot> reader(ring);
  ASSERT_TRUE(other_writer.has_credit(10));
  for (std::uint64_t i = 0; i < 10; ++i)
    other_writer.publish(test::words_of(i), {.kind = SlotKind::cancel});
  std::memcpy(ring.memory().data(), other.memory().data(), slots * sizeof(Slot));

  ASSERT_TRUE(writer.has_credit(slots));
  writer.adopt(0);
  EXPECT_EQ(writer.sequence(), GetParam());
  writer.adopt(10);
  EXPECT_EQ(writer.sequence(), GetParam() + 10);
  EXPECT_EQ(ring.written(), GetParam() + 10);
  EXPECT_EQ(ring.used(), 10U);
  EXPECT_FALSE(writer.has_credit(slots - 9));
  writer.publish(test::words_of(10), {.kind = SlotKind::cancel});
  for (std::uint64_t i = 0; i <= 10; ++i) {
    ASSERT_NE(reader.peek(), nullptr);
    EXPECT_TRUE(holds_number(*reader.peek(), i));
    reader.release(1);
  }
  EXPECT_TRUE(writer.has_credit(slots));
}

TEST_P(RingFrom, SealsHoldAtTheirPlaceAndNowhereElse) {
  Ring<Slot> ring(slots, {.start_sequence = GetParam(), .epoch = 7});
  Writer<Slot> writer(ring);
  Reader<Slot> reader(ring);
  for (std::uint64_t i = 0; i < 3 * slots; ++i) {
    const std::uint64_t sequence = GetParam() + i;
    ASSERT_TRUE(writer.has_credit(1));
    // By both ways to publish: from memory and from registers.
    if (i % 2 == 0) {
      write_number(writer.at(), 1);
      writer.publish({.kind = SlotKind::cancel});
    } else {
      writer.publish(test::words_of(1), {.kind = SlotKind::cancel});
    }
    ASSERT_TRUE(holds_number(*reader.peek(), 1));
    ASSERT_TRUE(is_sealed(*reader.peek(), sequence, 7));
    ASSERT_FALSE(is_sealed(*reader.peek(), sequence + 1, 7));
    ASSERT_FALSE(is_sealed(*reader.peek(), sequence + slots, 7));
    ASSERT_FALSE(is_sealed(*reader.peek(), sequence, 8));
    reader.release(1);
  }
}

TEST_P(RingFrom, GroupsComeWholeAlsoAcrossTheWrap) {
  Ring<Slot> ring(slots, {.start_sequence = GetParam()});
  Writer<Slot> writer(ring);
  Reader<Slot> reader(ring);
  std::uint64_t straddled = 0;
  for (std::uint64_t round = 0; round < 2 * slots; ++round) {
    const std::uint64_t first = writer.sequence();
    const auto extensions = static_cast<std::uint8_t>(round % group_slots_max);
    ASSERT_TRUE(writer.has_credit(1U + extensions));
    for (std::uint64_t i = 0; i <= extensions; ++i)
      write_number(writer.at(i), first + i);
    ASSERT_FALSE(peek_group(reader));
    writer.publish({.kind = SlotKind::enter, .extension_count = extensions});

    const auto group = peek_group(reader);
    ASSERT_TRUE(group);
    ASSERT_EQ(group->sequence, first);
    ASSERT_EQ(group->slot_count(), 1U + extensions);
    ASSERT_TRUE(holds_number(*group->head, first) && is_sealed(*group->head, first, 1));
    for (std::uint64_t i = 1; i <= extensions; ++i) {
      const Slot& extension = *group->extensions[i - 1];
      ASSERT_EQ(extension.tail.kind, SlotKind::extension);
      ASSERT_TRUE(holds_number(extension, first + i) && is_sealed(extension, first + i, 1));
      straddled += &extension < group->head ? 1U : 0U;
    }
    ASSERT_EQ(group_at(reader, first).extensions, group->extensions);
    reader.release(group->slot_count());
    ASSERT_EQ(reader.sequence(), writer.sequence());
  }
  EXPECT_GT(straddled, 0U);
}

TEST_P(RingFrom, TheOldestCursorBoundsTheWriter) {
  Ring<Event> ring(slots, {.start_sequence = GetParam()});
  Writer<Event> writer(ring);
  std::vector<Reader<Event>> readers;
  for (std::size_t i = 0; i < slot_ring_readers_max; ++i)
    readers.emplace_back(ring);
  const auto write = [&](std::uint64_t count) {
    for (; count != 0; --count) {
      write_number(writer.at(), writer.sequence());
      writer.publish({.kind = EventKind::executed});
    }
  };
  EXPECT_TRUE(writer.has_credit(slots));
  EXPECT_FALSE(writer.has_credit(slots + 1));
  write(slots);
  EXPECT_FALSE(writer.has_credit(1));
  EXPECT_EQ(ring.used(), slots);
  EXPECT_EQ(ring.free(), 0U);
  for (std::size_t i = 0; i < readers.size(); ++i) {
    EXPECT_FALSE(writer.has_credit(1)) << "reader " << i << " has released nothing";
    readers[i].release(10 + i);
    EXPECT_EQ(ring.cursor(i), GetParam() + 10 + i);
  }
  EXPECT_TRUE(writer.has_credit(10));
  EXPECT_FALSE(writer.has_credit(11));
  EXPECT_EQ(ring.used(), slots - 10);
  EXPECT_EQ(ring.free(), 10U);
  write(10);
  EXPECT_EQ(ring.written(), GetParam() + slots + 10);
  // The slowest still finds everything that it has not released.
  for (std::uint64_t i = 0; i < slots; ++i)
    ASSERT_TRUE(holds_number(*readers[0].peek(i), readers[0].sequence() + i));
}

TEST(Ring, EventsCarryTheirExtensionAndNoSeal) {
  Ring<Event> ring(slots);
  Writer<Event> writer(ring);
  Reader<Event> reader(ring);
  ASSERT_TRUE(writer.has_credit(2));
  write_number(writer.at(0), 10);
  write_number(writer.at(1), 11);
  EXPECT_FALSE(peek_group(reader));
  writer.publish({.kind = EventKind::replaced, .extension_count = 1, .market = 'U', .side = 'B'});
  const auto group = peek_group(reader);
  ASSERT_TRUE(group && group->extension != nullptr);
  EXPECT_EQ(group->event_count(), 2U);
  EXPECT_EQ(group->head->tail.market, 'U');
  EXPECT_TRUE(holds_number(*group->head, 10));
  EXPECT_TRUE(holds_number(*group->extension, 11));
  EXPECT_EQ(group->extension->tail.kind, EventKind::extension);
}

TEST(Ring, WhatIsHeldIsSeenAllAtOnce) {
  Ring<Event> ring(slots, {.start_sequence = slots - 2});
  Writer<Event> writer(ring);
  Reader<Event> reader(ring);
  writer.hold();
  for (int lap = 0; lap < 3; ++lap) {
    for (std::uint64_t number = 0; number < 100; ++number) {
      ASSERT_TRUE(writer.has_credit(2));
      write_number(writer.at(0), 2 * number);
      write_number(writer.at(1), 2 * number + 1);
      writer.publish({.kind = EventKind::replaced, .extension_count = 1, .side = 'B'});
      EXPECT_EQ(writer.held(), 2 * number + 2);
      EXPECT_EQ(reader.peek(), nullptr);
      EXPECT_FALSE(peek_group(reader));
    }
    writer.let_go();
    EXPECT_EQ(writer.held(), 0U);
    for (std::uint64_t number = 0; number < 100; ++number) {
      const auto group = peek_group(reader);
      ASSERT_TRUE(group && group->extension != nullptr) << number;
      EXPECT_EQ(group->head->tail.kind, EventKind::replaced);
      EXPECT_TRUE(holds_number(*group->head, 2 * number));
      EXPECT_TRUE(holds_number(*group->extension, 2 * number + 1));
      reader.release(2);
    }
    EXPECT_EQ(reader.peek(), nullptr);
    writer.let_go();  // of nothing
    EXPECT_EQ(reader.peek(), nullptr);
  }
}

TEST(Ring, WithoutReadersNothingBoundsTheWriter) {
  Ring<Event> ring(slots);
  Writer<Event> writer(ring);
  for (std::size_t i = 0; i < 3 * slots; ++i) {
    ASSERT_TRUE(writer.has_credit(1));
    writer.publish({.kind = EventKind::accepted});
  }
  EXPECT_EQ(ring.used(), 0U);
}

TEST(Ring, LivesInMemoryOfSomebodyElse) {
  std::vector<Slot> memory(slots);
  for (Slot& slot : memory)
    slot.tail.flags = 0xFF;  // what was left there looks published
  Ring<Slot> ring(std::as_writable_bytes(std::span(memory)), {.start_sequence = 5});
  Reader<Slot> reader(ring);
  Writer<Slot> writer(ring);
  EXPECT_EQ(ring.slots(), slots);
  EXPECT_EQ(ring.memory().pages(), Pages::foreign);
  for (std::uint64_t ahead = 0; ahead < slots; ++ahead)
    ASSERT_EQ(reader.peek(ahead), nullptr) << ahead;
  ASSERT_TRUE(writer.has_credit(1));
  writer.publish({.kind = SlotKind::enter});
  EXPECT_EQ(reader.peek(), &memory[5]);
}

TEST(RingDeathTest, MisuseIsCaught) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_DEATH(Ring<Slot>(slots + 1), "assertion failed");
  EXPECT_DEATH(Ring<Slot>(slots / 2), "assertion failed");
  EXPECT_DEATH(
      {
        Ring<Slot> ring(slots);
        Writer<Slot> writer(ring);
        writer.publish({.kind = SlotKind::enter});  // never asked for credit
      },
      "assertion failed");
  EXPECT_DEATH(
      {
        Ring<Slot> ring(slots);
        Reader<Slot> reader(ring);
        reader.release(1);  // nothing was published
      },
      "assertion failed");
  EXPECT_DEATH(
      {
        Ring<Slot> ring(slots);
        Writer<Slot> writer(ring);
        if (writer.has_credit(1))
          writer.publish({.kind = SlotKind::enter});
        const Reader<Slot> late(ring);
      },
      "assertion failed");
}

}  // namespace
}  // namespace wirebook::slot_ring
