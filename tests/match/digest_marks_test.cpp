// Goal: a digest slot is checked against the mark that it covers, however late it comes.
// Method: streams of group ends with digests that a test can see through.
#include "match/state/digest_marks.hpp"

#include <gtest/gtest.h>

namespace wirebook::match {
namespace {

using Check = DigestMarks::Check;
using Noted = DigestMarks::Noted;

constexpr std::uint64_t every = digest_every_slots;

TEST(DigestMarks, know_nothing_at_first) {
  const DigestMarks marks;
  EXPECT_EQ(marks.check(0, 0), Check::unknown);
  EXPECT_EQ(marks.last().sequence, 0U);
}

TEST(DigestMarks, lie_where_a_multiple_is_reached_or_passed) {
  DigestMarks marks;
  EXPECT_EQ(marks.note(every - 2, every - 1, SlotKind::enter, 1U), Noted::nothing);
  EXPECT_EQ(marks.note(every - 1, every, SlotKind::enter, 2U), Noted::boundary);
  EXPECT_EQ(marks.note(every, every + 1, SlotKind::enter, 3U), Noted::nothing);
  EXPECT_EQ(marks.note(2 * every - 1, 2 * every + 2, SlotKind::enter, 4U), Noted::boundary);
  EXPECT_EQ(marks.check(every - 1, 1), Check::unknown);
  EXPECT_EQ(marks.check(every, 2), Check::agrees);
  EXPECT_EQ(marks.check(every, 3), Check::differs);
  EXPECT_EQ(marks.check(2 * every, 4), Check::unknown);
  EXPECT_EQ(marks.check(2 * every + 2, 4), Check::agrees);
  EXPECT_EQ(marks.last().sequence, 2 * every + 2);
  EXPECT_EQ(marks.last().digest, 4U);
}

TEST(DigestMarks, lie_behind_a_system_event_too) {
  DigestMarks marks;
  EXPECT_EQ(marks.note(7, 8, SlotKind::system_event, 1U), Noted::system_event);
  EXPECT_EQ(marks.note(every - 1, every, SlotKind::system_event, 2U), Noted::boundary);
  EXPECT_EQ(marks.check(8, 1), Check::agrees);
  EXPECT_EQ(marks.check(every, 2), Check::agrees);
}

TEST(DigestMarks, begin_where_the_stream_is_taken_up) {
  DigestMarks marks;
  marks.start(5 * every, 9);
  EXPECT_EQ(marks.check(5 * every, 9), Check::agrees);
  EXPECT_EQ(marks.check(5 * every, 8), Check::differs);
  EXPECT_EQ(marks.check(4 * every, 9), Check::unknown);
}

TEST(DigestMarks, are_kept_64_at_a_time) {
  DigestMarks marks;
  for (std::uint64_t i = 1; i <= 200; ++i) {
    marks.note(i * every - 1, i * every, SlotKind::enter, i);
    for (std::uint64_t age = 0; age < 64 && age < i; ++age)
      ASSERT_EQ(marks.check((i - age) * every, i - age), Check::agrees);
    if (i > 64) {
      ASSERT_EQ(marks.check((i - 64) * every, i - 64), Check::unknown);
    }
  }
}

TEST(DigestMarks, ask_for_a_digest_only_at_a_mark) {
  DigestMarks marks;
  int asked = 0;
  const auto digest = [&asked]() -> std::uint64_t { return static_cast<std::uint64_t>(++asked); };
  for (std::uint64_t at = 0; at < 3 * every; ++at)
    marks.note(at, at + 1, SlotKind::cancel, digest);
  EXPECT_EQ(asked, 3);
}

}  // namespace
}  // namespace wirebook::match
