// Goal: however slowly clients take their snapshots, there are two at most, and who comes is told
// one that is of use to it. Method: the source alone, with a clock of the test's own.
#include "node/market/glimpse.hpp"

#include <cstring>
#include <vector>

#include <gtest/gtest.h>

#include "wirebook/wire/glimpse.hpp"
#include "wirebook/wire/itch50.hpp"

namespace wirebook::node {
namespace {

constexpr std::uint64_t second_ns = 1'000'000'000;

class GlimpseTest : public testing::Test {
 protected:
  void publish(std::size_t count = 1) {
    for (std::size_t i = 0; i < count; ++i)
      log_.on_message(log_.history().next(), std::as_bytes(std::span(&event_, 1)));
  }
  bool begins(std::size_t place) { return glimpse_.begin(place, {}, now_ns_).has_value(); }
  /// The number that the feed goes on with, at the end of a snapshot that was begun just now.
  std::uint64_t goes_on_with(std::size_t place) {
    const auto bytes = glimpse_.next(place);
    wire::glimpse::SnapshotEnd end;
    EXPECT_GE(bytes.size(), sizeof end);
    std::memcpy(&end, bytes.last(sizeof end).data(), sizeof end);
    return std::stoull(std::string(end.sequence_number.view()));
  }
  std::optional<FeedSlow> lost(std::size_t place) { return glimpse_.lost(place, now_ns_); }
  void pass(std::uint64_t ns) {
    now_ns_ += ns;
    glimpse_.look_at_time(now_ns_);
  }

  const wire::itch::SystemEvent event_{.event_code = 'Q'};
  std::uint64_t now_ns_ = second_ns;
  MarketCounters counters_;
  wire_out::MarketLog log_{{.history_bytes = 1 << 17, .orders = 100}};
  Glimpse glimpse_{log_, 8, counters_};
};

TEST_F(GlimpseTest, WhoIsSlowIsPatientlyServedAsLongAsNobodyNeedsTheRoom) {
  publish();
  ASSERT_TRUE(begins(0));
  publish();
  pass(2 * second_ns);
  ASSERT_TRUE(begins(1)) << "a second one";
  publish();
  pass(2 * second_ns);
  ASSERT_TRUE(begins(2));
  EXPECT_EQ(goes_on_with(2), goes_on_with(1)) << "there is no third";
  EXPECT_EQ(counters_[MarketCount::snapshots], 2U);
  pass(50 * second_ns);
  for (std::size_t place = 0; place < 3; ++place)
    EXPECT_FALSE(lost(place)) << place;
  pass(10 * second_ns);
  EXPECT_EQ(lost(0), FeedSlow::unhurried) << "more than a minute";
}

TEST_F(GlimpseTest, SlowClientsGiveWayToWhoWouldBeToldAnOldOne) {
  publish();
  ASSERT_TRUE(begins(0));
  publish();
  pass(2 * second_ns);
  ASSERT_TRUE(begins(1));
  publish();
  pass(9 * second_ns);
  ASSERT_TRUE(begins(2));
  EXPECT_EQ(goes_on_with(2), 4U) << "of now";
  EXPECT_EQ(lost(0), FeedSlow::unhurried);
  EXPECT_TRUE(glimpse_.next(0).empty()) << "nothing is kept for it";
  EXPECT_FALSE(lost(1));
  glimpse_.end(0);
  ASSERT_TRUE(begins(0)) << "its place is as good as new";
  EXPECT_FALSE(lost(0));
}

TEST_F(GlimpseTest, SlowClientsNeverKeepOthersFromASnapshot) {
  publish();
  ASSERT_TRUE(begins(0));
  publish();
  pass(2 * second_ns);
  ASSERT_TRUE(begins(1));
  publish(20'000);
  ASSERT_GT(log_.history().first(), 3U) << "what follows either is gone";
  pass(2 * second_ns);
  ASSERT_TRUE(begins(2)) << "nobody is told no";
  EXPECT_EQ(goes_on_with(2), log_.history().next());
  EXPECT_EQ(lost(0), FeedSlow::unhurried);
}

}  // namespace
}  // namespace wirebook::node
