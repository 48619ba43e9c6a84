// Goal: every OUCH 5.0 inbound message becomes exactly the group that the contract says, or
// nothing. Method: a hand-written map from wire offsets to slot offsets, walked over patterns that
// show where each single byte goes; appendages of all lengths; groups across the ring's end.
#include "wire_in/ouch_parser.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "wire_bytes.hpp"

namespace wirebook::wire_in::test {
namespace {

constexpr TimeNs ingress_time{0x0102'0304'0506'0708};
constexpr std::uint32_t session = 0xA1B2'C3D4;

struct OuchForm {
  char type;
  std::size_t fixed_bytes;  ///< without the appendage length
  bool may_be_bare;
  std::vector<FieldMap> fields;
};

const std::vector<OuchForm>& forms() {
  static const std::vector<OuchForm> all{
      {'O',
       45,
       false,
       {{1, 4, 24, swapped},
        {5, 1, 50, as_is},
        {6, 4, 28, swapped},
        {10, 8, 16, as_is},
        {22, 4, 32, swapped},
        {26, 1, 51, as_is},
        {27, 1, 52, as_is},
        {28, 1, 53, as_is},
        {29, 1, 54, as_is},
        {30, 1, 55, as_is},
        {31, 14, 36, as_is}}},
      {'U',
       38,
       false,
       {{1, 4, 16, swapped},
        {5, 4, 24, swapped},
        {9, 4, 28, swapped},
        {17, 4, 32, swapped},
        {21, 1, 51, as_is},
        {22, 1, 52, as_is},
        {23, 1, 54, as_is},
        {24, 14, 36, as_is}}},
      {'X', 9, true, {{1, 4, 24, swapped}, {5, 4, 28, swapped}}},
      {'M', 10, true, {{1, 4, 24, swapped}, {5, 1, 50, as_is}, {6, 4, 28, swapped}}},
      {'C', 17, false, {{1, 4, 24, swapped}, {5, 4, 28, as_is}, {9, 8, 16, as_is}}},
      {'D', 9, false, {{1, 4, 24, swapped}, {5, 4, 28, as_is}}},
      {'E', 9, false, {{1, 4, 24, swapped}, {5, 4, 28, as_is}}},
      {'Q', 1, true, {}}};
  return all;
}

/// Where the high half of the 64-bit price lies; 0: no price.
std::size_t price_offset(char type) { return type == 'O' ? 18 : type == 'U' ? 13 : 0; }

std::vector<std::byte> expected_head(const OuchForm& form, Bytes message,
                                     std::size_t appendage_bytes) {
  auto slot = expected_content(ingress_time.raw, message, form.fields);
  slot[10] = static_cast<std::byte>(appendage_bytes);
  for (std::size_t i = 0; i < 4; ++i)
    slot[12 + i] = static_cast<std::byte>(session >> (8 * i));
  if (const std::size_t price = price_offset(form.type); price != 0)
    for (std::size_t i = 0; i < 4; ++i)
      if (message[price + i] != std::byte{0})
        std::fill_n(slot.begin() + 32, 4, std::byte{0xFF});
  return slot;
}

WireBytes appendage_of(std::size_t bytes) {
  WireBytes appendage(bytes);
  for (std::size_t i = 0; i < bytes; ++i)
    appendage[i] = static_cast<std::byte>(0x80 + i);
  return appendage;
}

TEST(OuchParser, PutsEveryByteOfEveryMessageWhereItBelongs) {
  SlotSink sink;
  for (const OuchForm& form : forms())
    for (const WireBytes& fixed : patterns(form.type, form.fixed_bytes)) {
      WireBytes message = fixed;
      message.be(0, 2);
      ASSERT_TRUE(sink.writer.has_credit(group_slots_max));
      ASSERT_EQ(parse_ouch(message, session, ingress_time, sink.writer), Outcome::ok) << form.type;
      const auto slots = sink.take();
      ASSERT_EQ(slots.size(), 1U);
      EXPECT_EQ(slots[0].tail.kind, static_cast<SlotKind>(form.type));
      ASSERT_THAT(content(slots[0]), testing::Eq(expected_head(form, message, 0))) << form.type;
    }
}

TEST(OuchParser, SomeMayComeWithoutAnAppendageLength) {
  SlotSink sink;
  for (const OuchForm& form : forms()) {
    const WireBytes bare = patterns(form.type, form.fixed_bytes)[2];
    ASSERT_TRUE(sink.writer.has_credit(group_slots_max));
    const Outcome outcome = parse_ouch(bare, session, ingress_time, sink.writer);
    EXPECT_EQ(outcome, form.may_be_bare ? Outcome::ok : Outcome::ouch_truncated) << form.type;
    const auto slots = sink.take();
    ASSERT_EQ(slots.size(), form.may_be_bare ? 1U : 0U);
    if (form.may_be_bare) {
      EXPECT_THAT(content(slots[0]), testing::Eq(expected_head(form, bare, 0)));
    }
  }
}

TEST(OuchParser, AppendagesRideVerbatim) {
  SlotSink sink;
  for (const OuchForm& form : forms())
    for (std::size_t length = 0; length <= appendage_bytes_max; ++length) {
      WireBytes message = patterns(form.type, form.fixed_bytes)[2];
      const WireBytes appendage = appendage_of(length);
      message.block(appendage);
      ASSERT_TRUE(sink.writer.has_credit(group_slots_max));
      ASSERT_EQ(parse_ouch(message, session, ingress_time, sink.writer), Outcome::ok);
      const auto slots = sink.take();
      ASSERT_EQ(slots.size(), 1 + (length + 47) / 48) << form.type << ' ' << length;
      EXPECT_EQ(slots[0].tail.extension_count, slots.size() - 1);
      ASSERT_THAT(content(slots[0]), testing::Eq(expected_head(form, message, length)));
      for (std::size_t i = 1; i < slots.size(); ++i) {
        WireBytes expected;
        expected.le(ingress_time.raw, 8);
        const std::size_t from = (i - 1) * 48;
        expected.add(Bytes(appendage).subspan(from, std::min<std::size_t>(48, length - from)));
        expected.zeros(56 - expected.size());
        const Bytes bytes = expected;
        ASSERT_EQ(content(slots[i]), std::vector(bytes.begin(), bytes.end()));
      }
    }
}

TEST(OuchParser, LengthsThatDisagreeWriteNothing) {
  SlotSink sink;
  for (const OuchForm& form : forms()) {
    const WireBytes fixed = patterns(form.type, form.fixed_bytes)[2];
    for (std::size_t length = 1; length < form.fixed_bytes; ++length)
      EXPECT_EQ(parse_ouch(fixed.first(length), session, ingress_time, sink.writer),
                Outcome::ouch_truncated);
    WireBytes half = fixed;
    half.be(0, 1);
    EXPECT_EQ(parse_ouch(half, session, ingress_time, sink.writer), Outcome::ouch_truncated);
    for (const std::size_t there : {0U, 1U, 6U, 96U, 97U, 300U})
      for (const std::size_t said : {0U, 1U, 5U, 7U, 96U, 97U, 299U, 65'535U}) {
        if (there == said)
          continue;
        WireBytes message = fixed;
        message.be(said, 2).add(appendage_of(there));
        EXPECT_EQ(parse_ouch(message, session, ingress_time, sink.writer),
                  Outcome::ouch_appendage_length);
      }
    for (const std::size_t length : {97U, 98U, 65'535U}) {
      WireBytes message = fixed;
      message.block(WireBytes(length));
      EXPECT_EQ(parse_ouch(message, session, ingress_time, sink.writer),
                Outcome::ouch_appendage_too_long);
    }
  }
  EXPECT_TRUE(sink.take().empty());
}

TEST(OuchParser, KnowsNoOtherTypes) {
  SlotSink sink;
  for (int type = 0; type < 256; ++type) {
    if (std::string_view("OUXMCDEQ").find(static_cast<char>(type)) != std::string_view::npos)
      continue;
    WireBytes message(47);
    message[0] = static_cast<std::byte>(type);
    EXPECT_EQ(parse_ouch(message, session, ingress_time, sink.writer), Outcome::ouch_unknown_type);
  }
  EXPECT_EQ(parse_ouch({}, session, ingress_time, sink.writer), Outcome::ouch_empty);
  EXPECT_TRUE(sink.take().empty());
}

TEST(OuchParser, APriceAbove32BitsIsUnrepresentable) {
  SlotSink sink;
  const std::pair<std::uint64_t, std::uint32_t> prices[] = {{0, 0},
                                                            {1, 1},
                                                            {1'999'999'900, 1'999'999'900},
                                                            {0x7FFF'FFFF, 0x7FFF'FFFF},
                                                            {0xFFFF'FFFE, 0xFFFF'FFFE},
                                                            {0xFFFF'FFFF, 0xFFFF'FFFF},
                                                            {0x1'0000'0000, 0xFFFF'FFFF},
                                                            {0x1'0000'0001, 0xFFFF'FFFF},
                                                            {0xFFFF'FFFF'FFFF'FFFF, 0xFFFF'FFFF}};
  for (const auto& [wire_price, slot_price] : prices) {
    ASSERT_TRUE(sink.writer.has_credit(group_slots_max));
    ASSERT_EQ(parse_ouch(ouch_enter().set(18, wire_price, 8), 1, ingress_time, sink.writer),
              Outcome::ok);
    EXPECT_EQ(sink.take().at(0).enter.price.raw, slot_price);
  }
}

TEST(OuchParser, AGroupMayStraddleTheEndOfTheRing) {
  for (std::uint64_t before_end = 1; before_end <= group_slots_max; ++before_end) {
    SlotSink sink(ring_slots_min - before_end);
    ASSERT_TRUE(sink.writer.has_credit(group_slots_max));
    ASSERT_EQ(parse_ouch(ouch_enter(appendage_of(96)), session, ingress_time, sink.writer),
              Outcome::ok);
    const auto slots = sink.take();
    ASSERT_EQ(slots.size(), 3U);
    EXPECT_EQ(slots[1].extension.appendage[0], std::byte{0x80});
    EXPECT_EQ(slots[2].extension.appendage[47], std::byte{0x80 + 95});
  }
}

TEST(OuchParser, LeavesNothingOfWhatLayInTheRingBefore) {
  SlotSink sink;
  for (std::size_t i = 0; i < ring_slots_min; ++i) {  // every byte of every slot in use
    ASSERT_TRUE(sink.writer.has_credit(group_slots_max));
    WireBytes message = patterns('O', 45)[1];
    ASSERT_EQ(parse_ouch(message.block(WireBytes(96, 0xFF)), ~0U, ingress_time, sink.writer),
              Outcome::ok);
    sink.take();
  }
  for (const std::size_t length : {1U, 47U, 49U, 95U}) {
    ASSERT_TRUE(sink.writer.has_credit(group_slots_max));
    ASSERT_EQ(parse_ouch(WireBytes().text("Q").block(WireBytes(length)), 0, {0}, sink.writer),
              Outcome::ok);
    for (const Slot& slot : sink.take()) {
      auto expected = std::vector<std::byte>(56);
      if (slot.tail.kind != SlotKind::extension)
        expected[10] = static_cast<std::byte>(length);
      EXPECT_EQ(content(slot), expected);
    }
  }
}

}  // namespace
}  // namespace wirebook::wire_in::test
