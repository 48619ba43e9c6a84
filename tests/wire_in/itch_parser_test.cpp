// Goal: every ITCH 5.0 message becomes exactly the slot that the contract says, or nothing.
// Method: a hand-written map from wire offsets to slot offsets, walked over patterns that show
// where each single byte goes; the recorded day where it is present.
#include "wire_in/itch_parser.hpp"

#include <cstdlib>
#include <filesystem>
#include <map>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "wire_bytes.hpp"
#include "wire_in/binary_file_source.hpp"
#include "wire_in/itch_slot.hpp"
#include "wire_in/itch_words.hpp"
#include "wire_in/mapped_file.hpp"

namespace wirebook::wire_in::test {
namespace {

constexpr TimeNs ingress{0x0102'0304'0506'0708};

/// Locate and time, which all share; the tracking number goes nowhere.
constexpr FieldMap head_fields[] = {
    {1, 2, 8, swapped},   // stock locate
    {5, 2, 10, swapped},  // time, high
    {7, 4, 12, swapped},  // time, low
};

std::vector<FieldMap> body_fields(char type, std::size_t bytes) {
  switch (type) {
    case 'A':
      return {{11, 8, 16, swapped},
              {19, 1, 44, as_is},
              {20, 4, 32, swapped},
              {24, 8, 24, as_is},
              {32, 4, 36, swapped}};
    case 'F':
      return {{11, 8, 16, swapped}, {19, 1, 44, as_is},   {20, 4, 32, swapped},
              {24, 8, 24, as_is},   {32, 4, 36, swapped}, {36, 4, 40, as_is}};
    case 'E':
      return {{11, 8, 16, swapped}, {19, 4, 32, swapped}, {23, 8, 24, swapped}};
    case 'C':
      return {{11, 8, 16, swapped},
              {19, 4, 32, swapped},
              {23, 8, 24, swapped},
              {31, 1, 40, as_is},
              {32, 4, 36, swapped}};
    case 'X':
      return {{11, 8, 16, swapped}, {19, 4, 32, swapped}};
    case 'D':
      return {{11, 8, 16, swapped}};
    case 'U':
      return {
          {11, 8, 16, swapped}, {19, 8, 24, swapped}, {27, 4, 32, swapped}, {31, 4, 36, swapped}};
    default:
      return {{11, bytes - 11, 16, as_is}};
  }
}

TEST(ItchParser, PutsEveryByteOfEveryMessageWhereItBelongs) {
  SlotSink sink;
  for (const auto& [type, bytes] : itch_lengths) {
    std::vector<FieldMap> fields = body_fields(type, bytes);
    fields.insert(fields.end(), std::begin(head_fields), std::end(head_fields));
    for (const WireBytes& message : patterns(type, bytes)) {
      ASSERT_TRUE(sink.writer.has_credit(1));
      ASSERT_EQ(parse_itch(message, ingress, sink.writer), Outcome::ok) << type;
      const auto slots = sink.take();
      ASSERT_EQ(slots.size(), 1U);
      EXPECT_EQ(slots[0].tail.kind, feed_kind(type));
      EXPECT_EQ(slots[0].tail.extension_count, 0);
      ASSERT_THAT(content(slots[0]), testing::Eq(expected_content(ingress.raw, message, fields)))
          << type;
    }
  }
}

TEST(ItchParser, EveryProcessorGivesTheSameWords) {
  for (const auto& [type, bytes] : itch_lengths)
    for (const WireBytes& message : patterns(type, bytes)) {
      const ItchForm& form = itch_forms[static_cast<unsigned char>(type)];
      const Bytes view = message;
      EXPECT_EQ(shuffled_words(form, view.data()), shuffled_words_portable(form, view.data()))
          << type;
    }
}

TEST(ItchParser, TakesExactLengthsOnly) {
  SlotSink sink;
  for (const auto& [type, bytes] : itch_lengths) {
    EXPECT_EQ(itch_message_bytes(type), bytes) << type;
    for (std::size_t length = 1; length <= 64; ++length) {
      if (length == bytes)
        continue;
      WireBytes message(length, 0x20);
      message[0] = static_cast<std::byte>(type);
      EXPECT_EQ(parse_itch(message, ingress, sink.writer), Outcome::itch_length) << type;
    }
  }
  EXPECT_TRUE(sink.take().empty());
}

TEST(ItchParser, KnowsNoOtherTypes) {
  SlotSink sink;
  std::size_t unknown = 0;
  for (int type = 0; type < 256; ++type) {
    if (itch_message_bytes(static_cast<char>(type)) != 0)
      continue;
    ++unknown;
    WireBytes message(36);
    message[0] = static_cast<std::byte>(type);
    EXPECT_EQ(parse_itch(message, ingress, sink.writer), Outcome::itch_unknown_type) << type;
  }
  EXPECT_EQ(unknown, 256U - 23U);
  EXPECT_EQ(parse_itch({}, ingress, sink.writer), Outcome::itch_empty);
  EXPECT_TRUE(sink.take().empty());
}

TEST(ItchParser, ReadsNothingBehindTheMessage) {
  SlotSink sink;
  for (const auto& [type, bytes] : itch_lengths) {
    WireBytes message(bytes, 0x55);
    message[0] = static_cast<std::byte>(type);
    WireBytes followed = message;
    followed.zeros(64);
    for (std::size_t i = 0; i < 64; ++i)
      followed[bytes + i] = std::byte{0xEE};
    ASSERT_TRUE(sink.writer.has_credit(2));
    ASSERT_EQ(parse_itch(message, ingress, sink.writer), Outcome::ok);
    ASSERT_EQ(parse_itch(followed.first(bytes), ingress, sink.writer), Outcome::ok);
    const auto slots = sink.take();
    EXPECT_EQ(content(slots[0]), content(slots[1])) << type;
  }
}

TEST(ItchParser, ReadsTheMessagesOwnTime) {
  EXPECT_EQ(itch_time(itch_delete(1, 0xFEDC'BA98'7654)).raw, 0xFEDC'BA98'7654U);
  EXPECT_EQ(itch_time(itch_delete(1, 34'200'000'000'001)).raw, 34'200'000'000'001U);
  EXPECT_EQ(itch_time(itch_delete(1, 0x0000'FFFF'FFFF'FFFF)).raw, 0x0000'FFFF'FFFF'FFFFU);
  EXPECT_EQ(itch_time(WireBytes(10, 0xFF)).raw, 0U);
  EXPECT_EQ(itch_time({}).raw, 0U);
}

TEST(ItchParser, FillsTheRingLapAfterLap) {
  SlotSink sink(ring_slots_min - 2);
  for (std::uint64_t i = 0; i < 3 * ring_slots_min; ++i) {
    ASSERT_TRUE(sink.writer.has_credit(1));
    ASSERT_EQ(parse_itch(itch_delete(i), ingress, sink.writer), Outcome::ok);
    const auto slots = sink.take();
    ASSERT_EQ(slots.size(), 1U);
    EXPECT_EQ(slots[0].feed_change.order_ref, i);
  }
}

TEST(ItchSlot, IsWhatTheParserMakesOfEachMessage) {
  SlotSink sink;
  ItchSlot alone;
  for (int lap = 0; lap < 3; ++lap)  // what made no slot leaves nothing behind
    for (const auto& [type, bytes] : itch_lengths)
      for (const WireBytes& message : patterns(type, bytes)) {
        ASSERT_TRUE(sink.writer.has_credit(1));
        ASSERT_EQ(parse_itch(message, itch_time(message), sink.writer), Outcome::ok);
        const auto [outcome, slot] = alone.parse(message);
        ASSERT_EQ(outcome, Outcome::ok);
        const auto slots = sink.take();
        ASSERT_EQ(content(*slot), content(slots[0])) << type;
        ASSERT_EQ(slot->tail.kind, feed_kind(type));
        const auto [cut, nothing] = alone.parse(Bytes(message).first(bytes - 1));
        ASSERT_EQ(cut, Outcome::itch_length) << type;
        ASSERT_EQ(nothing, nullptr);
      }
}

TEST(ItchParser, TakesTheRecordedDay) {
  const char* const folder = std::getenv("WIREBOOK_DATA");
  const auto path =
      (folder != nullptr ? std::filesystem::path(folder)
                         : std::filesystem::path(WIREBOOK_SOURCE_DIR) / "../shared/data") /
      "example_day_3_symbols.itch50";
  if (!std::filesystem::exists(path))
    GTEST_SKIP() << "no recorded day: " << path << " is absent; WIREBOOK_DATA names its folder";
  const MappedFile file(path.string());
  ASSERT_EQ(file.error(), "");
  BinaryFileSource source(file.bytes());
  SlotSink sink;
  std::map<char, int> by_type;
  while (const auto message = source.next()) {
    ASSERT_TRUE(sink.writer.has_credit(1));
    ASSERT_EQ(parse_itch(*message, itch_time(*message), sink.writer), Outcome::ok);
    for (const Slot& slot : sink.take())
      ++by_type[itch_type(slot.tail.kind)];
  }
  EXPECT_EQ(source.outcome(), Outcome::ok);
  const std::map<char, int> expected{{'A', 4997}, {'P', 5000}, {'D', 1745}, {'E', 198}, {'X', 45},
                                     {'U', 12},   {'S', 6},    {'R', 3},    {'H', 3},   {'F', 3}};
  EXPECT_EQ(by_type, expected);
}

}  // namespace
}  // namespace wirebook::wire_in::test
