// Goal: a list names every good message of a recording once, with its place, and counts the rest as
// the parsers do.
// Method: recordings by chance, good and malformed, beside the software parsers. Needs no OpenCL.
#include "card/bulk_list.hpp"

#include <string>

#include <gtest/gtest.h>

#include "recordings.hpp"

namespace wirebook::card::test {
namespace {

/// The messages that the software takes, and how many slots each makes.
struct Taken {
  const std::byte* at;
  std::size_t bytes;
  std::uint32_t session;
  std::uint64_t slots;
};

struct Expected {
  std::vector<Taken> messages;
  OutcomeCounters counters{};
};

Expected expected_itch(Bytes recording) {
  Expected expected;
  slot_ring::Ring<Slot> ring(ring_slots_min);
  slot_ring::Writer<Slot> writer(ring);
  wire_in::BinaryFileSource source(recording);
  while (const auto message = source.next()) {
    EXPECT_TRUE(writer.has_credit(1));
    const Outcome outcome = wire_in::parse_itch(*message, {}, writer);
    expected.counters.add(outcome);
    if (outcome == Outcome::ok)
      expected.messages.push_back({message->data(), message->size(), 0, 1});
  }
  return expected;
}

Expected expected_ouch(Bytes recording) {
  Expected expected;
  slot_ring::Ring<Slot> ring(ring_slots_min);
  slot_ring::Writer<Slot> writer(ring);
  wire_in::BlockFileSource source(recording);
  while (const auto block = source.next()) {
    EXPECT_TRUE(writer.has_credit(group_slots_max));
    const std::uint64_t before = writer.sequence();
    const Outcome outcome = wire_in::parse_ouch(block->message, block->session, {}, writer);
    expected.counters.add(outcome);
    if (outcome == Outcome::ok)
      expected.messages.push_back({block->message.data(), block->message.size(), block->session,
                                   writer.sequence() - before});
  }
  return expected;
}

template <class Source>
void expect_lists(BulkFormat format, Bytes recording, std::size_t messages_max,
                  const Expected& expected) {
  Source source(recording);
  BulkList list(recording, messages_max);
  OutcomeCounters counters;
  std::size_t seen = 0;
  while (list.fill(source, counters)) {
    const BulkBatch batch = list.batch(format, 77);
    EXPECT_EQ(batch.sequence, 77U);
    EXPECT_LE(batch.messages.size(), messages_max);
    if (!batch.messages.empty()) {
      EXPECT_EQ(static_cast<std::size_t>(batch.bytes.data() - recording.data()) % bulk_alignment,
                0U);
    }
    std::uint64_t slots = 0;
    for (const BulkMessage& message : batch.messages) {
      ASSERT_LT(seen, expected.messages.size());
      const Taken& taken = expected.messages[seen++];
      ASSERT_LE(message.offset + message.length, batch.bytes.size());
      EXPECT_EQ(batch.bytes.data() + message.offset, taken.at);
      EXPECT_EQ(message.length, taken.bytes);
      EXPECT_EQ(message.session, taken.session);
      EXPECT_EQ(message.slot, slots);
      EXPECT_EQ(message.extensions + 1U, taken.slots);
      slots += taken.slots;
    }
    EXPECT_EQ(list.slots(), slots);
  }
  EXPECT_EQ(seen, expected.messages.size());
  EXPECT_EQ(counters.count, expected.counters.count);
}

TEST(BulkList, NamesEveryGoodMessageOnceAndCountsTheRest) {
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Chance chance(seed);
    WireBytes itch, ouch;
    for (int i = 0; i < 200; ++i)
      itch.add(itch_block(chance.itch(3)));
    for (int i = 0; i < 80; ++i)
      ouch.add(ouch_block(chance.ouch(3), chance.session()));
    const std::size_t most = 1 + chance.below(250);
    expect_lists<wire_in::BinaryFileSource>(BulkFormat::itch, itch, most, expected_itch(itch));
    expect_lists<wire_in::BlockFileSource>(BulkFormat::ouch, ouch, most, expected_ouch(ouch));
  }
}

TEST(BulkList, OfNothingIsEmpty) {
  const WireBytes nothing;
  wire_in::BinaryFileSource source(nothing);
  BulkList list(nothing, 10);
  OutcomeCounters counters;
  EXPECT_FALSE(list.fill(source, counters));
  EXPECT_TRUE(list.batch(BulkFormat::itch, 0).messages.empty());
  EXPECT_TRUE(list.batch(BulkFormat::itch, 0).bytes.empty());
}

}  // namespace
}  // namespace wirebook::card::test
