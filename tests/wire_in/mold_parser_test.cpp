// Goal: MoldUDP64 gives each message once, in order, tells of every gap, and survives bad packets.
// Method: packets built by hand; slots, outcomes and counters compared for each situation.
#include "wire_in/mold_parser.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "wire_bytes.hpp"
#include "wire_in/ring_gate.hpp"

namespace wirebook::wire_in::test {
namespace {

constexpr TimeNs packet_time{42};
constexpr std::uint8_t stream = 5;
constexpr std::string_view other_session = "SESSION002";

class MoldParserTest : public testing::Test {
 protected:
  Outcome take(const WireBytes& packet) {
    const std::size_t needed = MoldParser::slots_needed(packet);
    EXPECT_TRUE(sink_.writer.has_credit(needed));
    const std::uint64_t before = sink_.writer.sequence();
    const Outcome outcome = parser_.on_packet(packet, packet_time, sink_.writer, counters_);
    EXPECT_LE(sink_.writer.sequence() - before, needed);
    return outcome;
  }
  static std::vector<WireBytes> deletes(std::uint64_t first, std::uint64_t count) {
    std::vector<WireBytes> messages;
    for (std::uint64_t i = 0; i < count; ++i)
      messages.push_back(itch_delete(first + i));
    return messages;
  }
  /// What came out: order references of feed slots, "gap first+count" and "end next".
  std::vector<std::string> said() {
    std::vector<std::string> all;
    for (const Slot& slot : sink_.take()) {
      EXPECT_EQ(slot.time_ns.raw, packet_time.raw);
      if (slot.tail.kind == SlotKind::gap || slot.tail.kind == SlotKind::feed_end) {
        EXPECT_EQ(slot.gap.stream, stream);
      }
      if (slot.tail.kind == SlotKind::gap) {
        EXPECT_EQ(slot.gap.cause, GapCause::feed_sequence);
        all.push_back("gap " + std::to_string(slot.gap.first_sequence) + "+" +
                      std::to_string(slot.gap.count));
      } else if (slot.tail.kind == SlotKind::feed_end) {
        EXPECT_EQ(slot.gap.cause, GapCause::none);
        all.push_back("end " + std::to_string(slot.gap.first_sequence));
      } else {
        all.push_back(std::to_string(slot.feed_change.order_ref));
      }
    }
    return all;
  }
  using Said = std::vector<std::string>;

  SlotSink sink_;
  MoldParser parser_{stream};
  OutcomeCounters counters_;
};

TEST_F(MoldParserTest, GivesMessagesInOrder) {
  EXPECT_EQ(take(mold_packet(1, deletes(10, 3))), Outcome::ok);
  EXPECT_EQ(take(mold_packet(4, deletes(13, 1))), Outcome::ok);
  EXPECT_EQ(said(), (Said{"10", "11", "12", "13"}));
  EXPECT_EQ(parser_.expected_sequence(), 5U);
  EXPECT_EQ(counters_[Outcome::ok], 4U);
  EXPECT_EQ(counters_.malformed(), 0U);
  EXPECT_EQ(parser_.session()->view(), "SESSION001");
}

TEST_F(MoldParserTest, SkipsWhatItHasSeen) {
  take(mold_packet(1, deletes(1, 4)));
  EXPECT_EQ(take(mold_packet(1, deletes(1, 4))), Outcome::mold_duplicate);
  EXPECT_EQ(take(mold_packet(2, deletes(2, 2))), Outcome::mold_duplicate);
  EXPECT_EQ(take(mold_packet(3, deletes(3, 4))), Outcome::ok);
  EXPECT_EQ(said(), (Said{"1", "2", "3", "4", "5", "6"}));
  EXPECT_EQ(counters_[Outcome::ok], 6U);
  EXPECT_EQ(counters_[Outcome::mold_duplicate], 2U);
}

TEST_F(MoldParserTest, AGapStandsBeforeTheMessageThatFollowsIt) {
  take(mold_packet(1, deletes(1, 1)));
  EXPECT_EQ(take(mold_packet(5, deletes(5, 1))), Outcome::mold_gap);
  EXPECT_EQ(take(mold_packet(2, deletes(2, 3))), Outcome::mold_duplicate) << "too late";
  EXPECT_EQ(said(), (Said{"1", "gap 2+3", "5"}));
  EXPECT_EQ(counters_[Outcome::mold_gap], 1U);
}

TEST_F(MoldParserTest, WhoJoinsLateSeesAGapFromOne) {
  EXPECT_EQ(take(mold_packet(1'000, deletes(7, 1))), Outcome::mold_gap);
  EXPECT_EQ(said(), (Said{"gap 1+999", "7"}));
}

TEST_F(MoldParserTest, AHeartbeatRevealsALossAtTheTail) {
  take(mold_packet(1, deletes(1, 2)));
  EXPECT_EQ(take(mold_packet(3, {})), Outcome::mold_heartbeat);
  EXPECT_EQ(said(), (Said{"1", "2"}));
  EXPECT_EQ(take(mold_packet(6, {})), Outcome::mold_heartbeat);
  EXPECT_EQ(said(), (Said{"gap 3+3"}));
  EXPECT_EQ(take(mold_packet(3, {})), Outcome::mold_heartbeat) << "an old one";
  EXPECT_EQ(take(mold_packet(6, {})), Outcome::mold_heartbeat) << "a gap is told once";
  EXPECT_EQ(take(mold_packet(6, deletes(6, 1))), Outcome::ok);
  EXPECT_EQ(said(), (Said{"6"}));
  EXPECT_EQ(counters_[Outcome::mold_gap], 1U);
}

TEST_F(MoldParserTest, TheEndIsToldOnce) {
  take(mold_packet(1, deletes(1, 1)));
  EXPECT_EQ(take(mold_packet(2, {}, 0xFFFF)), Outcome::mold_end_of_session);
  EXPECT_EQ(take(mold_packet(2, {}, 0xFFFF)), Outcome::mold_end_of_session);
  EXPECT_EQ(said(), (Said{"1", "end 2"}));
  EXPECT_TRUE(parser_.ended());
  EXPECT_EQ(take(mold_packet(1, deletes(1, 1))), Outcome::mold_duplicate)
      << "a re-request's answer";
  EXPECT_EQ(take(mold_packet(2, {})), Outcome::mold_heartbeat);
  EXPECT_EQ(take(mold_packet(2, deletes(2, 1))), Outcome::mold_after_end);
  EXPECT_EQ(take(mold_packet(9, {})), Outcome::mold_after_end);
  EXPECT_EQ(said(), Said{});
}

TEST_F(MoldParserTest, TheEndRevealsALossToo) {
  take(mold_packet(1, deletes(1, 1)));
  EXPECT_EQ(take(mold_packet(4, {}, 0xFFFF)), Outcome::mold_end_of_session);
  EXPECT_EQ(said(), (Said{"1", "gap 2+2", "end 4"}));
}

TEST_F(MoldParserTest, ANewSessionEndsTheOneBefore) {
  take(mold_packet(1, deletes(1, 2)));
  EXPECT_EQ(take(mold_packet(1, deletes(50, 1), -1, other_session)), Outcome::ok);
  EXPECT_EQ(take(mold_packet(3, deletes(3, 1))), Outcome::mold_other_session) << "a straggler";
  EXPECT_EQ(take(mold_packet(2, deletes(51, 1), -1, other_session)), Outcome::ok);
  EXPECT_EQ(said(), (Said{"1", "2", "end 3", "50", "51"}));
}

TEST_F(MoldParserTest, ASessionThatEndedIsNotEndedAgainByTheNext) {
  take(mold_packet(1, {}, 0xFFFF));
  EXPECT_EQ(take(mold_packet(3, {}, 0xFFFF, other_session)), Outcome::mold_end_of_session);
  EXPECT_EQ(said(), (Said{"end 1", "gap 1+2", "end 3"}));
}

TEST_F(MoldParserTest, TheMostThatOnePacketMayWrite) {
  take(mold_packet(1, deletes(1, 1)));
  EXPECT_EQ(take(mold_packet(3, {}, 0xFFFF, other_session)), Outcome::mold_end_of_session);
  EXPECT_EQ(said(), (Said{"1", "end 2", "gap 1+2", "end 3"}));
}

TEST_F(MoldParserTest, AnEmptyBlockIsAMessageThatSaysNothing) {
  EXPECT_EQ(take(mold_packet(1, {itch_delete(1), WireBytes(), itch_delete(3)})), Outcome::ok);
  EXPECT_EQ(take(mold_packet(4, deletes(4, 1))), Outcome::ok);
  EXPECT_EQ(said(), (Said{"1", "3", "4"}));
  EXPECT_EQ(counters_[Outcome::mold_empty_block], 1U);
  EXPECT_EQ(counters_[Outcome::mold_gap], 0U);
}

TEST_F(MoldParserTest, ABadMessageCostsItselfOnly) {
  EXPECT_EQ(
      take(mold_packet(1, {itch_delete(1), WireBytes(19), WireBytes(3, 'D'), itch_delete(4)})),
      Outcome::ok);
  EXPECT_EQ(said(), (Said{"1", "4"}));
  EXPECT_EQ(counters_[Outcome::itch_unknown_type], 1U);
  EXPECT_EQ(counters_[Outcome::itch_length], 1U);
  EXPECT_EQ(counters_[Outcome::ok], 2U);
  EXPECT_EQ(counters_.malformed(), 2U);
}

TEST_F(MoldParserTest, KeepsTheMessagesBeforeACutAtAnyPlace) {
  const WireBytes whole = mold_packet(1, deletes(1, 3));
  constexpr std::size_t block = 2 + 19;
  for (std::size_t length = 0; length < whole.size(); ++length) {
    SlotSink sink;
    MoldParser parser(stream);
    OutcomeCounters counters;
    ASSERT_TRUE(sink.writer.has_credit(8));
    const Outcome outcome =
        parser.on_packet(whole.first(length), packet_time, sink.writer, counters);
    EXPECT_EQ(outcome, length < 20 ? Outcome::mold_truncated : Outcome::mold_block_truncated);
    EXPECT_EQ(sink.take().size(), length < 20 ? 0 : (length - 20) / block);
    EXPECT_EQ(counters[outcome], 1U);
    EXPECT_EQ(counters.malformed(), 1U);
  }
}

TEST_F(MoldParserTest, WhatACutLostShowsAsAGap) {
  EXPECT_EQ(take(mold_packet(1, deletes(1, 2), 4)), Outcome::mold_block_truncated);
  EXPECT_EQ(take(mold_packet(5, deletes(5, 1))), Outcome::mold_gap);
  EXPECT_EQ(said(), (Said{"1", "2", "gap 3+2", "5"}));
}

TEST_F(MoldParserTest, BytesBehindTheLastBlockAreToldAndTheMessagesKept) {
  EXPECT_EQ(take(mold_packet(1, deletes(1, 2), 1)), Outcome::mold_trailing_bytes);
  EXPECT_EQ(take(mold_packet(2, {}).zeros(1)), Outcome::mold_trailing_bytes);
  EXPECT_EQ(take(mold_packet(2, {}, 0xFFFF).zeros(2)), Outcome::mold_trailing_bytes);
  EXPECT_EQ(said(), (Said{"1", "end 2"}));
}

TEST_F(MoldParserTest, SequenceNumbersStartAtOneAndEndAt64Bits) {
  constexpr std::uint64_t last = ~std::uint64_t{0};
  EXPECT_EQ(take(mold_packet(0, deletes(1, 1))), Outcome::mold_sequence);
  EXPECT_EQ(take(mold_packet(0, {})), Outcome::mold_sequence);
  EXPECT_EQ(take(mold_packet(last, deletes(1, 1))), Outcome::mold_sequence);
  EXPECT_EQ(said(), Said{});
  EXPECT_EQ(take(mold_packet(last - 1, deletes(1, 1))), Outcome::mold_gap);
  EXPECT_EQ(parser_.expected_sequence(), last);
}

TEST_F(MoldParserTest, ALyingCountAsksForNoMoreThanTheBytesCanHold) {
  EXPECT_LE(MoldParser::slots_needed(mold_packet(1, deletes(1, 2), 0xFFFE)), 3U + 42 / 14);
  EXPECT_EQ(take(mold_packet(1, deletes(1, 2), 0xFFFE)), Outcome::mold_block_truncated);
  EXPECT_EQ(said(), (Said{"1", "2"}));
}

TEST(RingGate, DropsWholeDatagramsAndTellsInTheNext) {
  SlotSink sink;
  RingGate gate(stream);
  ASSERT_EQ(gate.admit(ring_slots_min, packet_time, sink.writer), Outcome::ok);
  EXPECT_EQ(sink.writer.sequence(), 0U);
  for (std::size_t i = 0; i < ring_slots_min - 2; ++i)
    sink.writer.publish(SlotTail{.kind = SlotKind::clock});
  EXPECT_EQ(gate.admit(3, packet_time, sink.writer), Outcome::ring_full);
  EXPECT_EQ(gate.admit(3, packet_time, sink.writer), Outcome::ring_full);
  EXPECT_EQ(gate.admit(2, packet_time, sink.writer), Outcome::ring_full)
      << "the gap slot needs room too";
  EXPECT_EQ(gate.dropped(), 3U);
  sink.reader.release(1);
  EXPECT_EQ(gate.admit(2, packet_time, sink.writer), Outcome::ok);
  sink.reader.release(ring_slots_min - 3);
  const auto slots = sink.take();
  ASSERT_EQ(slots.size(), 1U);
  EXPECT_EQ(slots[0].tail.kind, SlotKind::gap);
  EXPECT_EQ(slots[0].gap.cause, GapCause::ring_full);
  EXPECT_EQ(slots[0].gap.stream, stream);
  EXPECT_EQ(slots[0].gap.count, 3U);
  EXPECT_EQ(gate.admit(ring_slots_min, packet_time, sink.writer), Outcome::ok);
  gate.flush(packet_time, sink.writer);
  EXPECT_TRUE(sink.take().empty()) << "told once";
}

}  // namespace
}  // namespace wirebook::wire_in::test
