// Goal: a market's thread that gets no processor holds nobody up: the node trades on, and what its
// servers missed is said as README.md of host/node/market has it, never told wrongly.
// Method: the thread of a node in this process stands still while more is traded than it may be
// behind.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "feed_client.hpp"
#include "held_thread.hpp"
#include "market_bed.hpp"
#include "node/run/summary.hpp"

namespace wirebook::node {
namespace {

constexpr std::uint32_t orders_before = 20;
constexpr std::uint32_t meanwhile = 2'000;

class MarketBehind : public testing::Test {
 protected:
  MarketBehind() {
    bed_.enter(1, orders_before);
    EXPECT_TRUE(early_.has(first_messages + orders_before));
    {
      const HeldThread market("market");
      EXPECT_TRUE(market.holds());
      bed_.enter(1 + orders_before, meanwhile);
      EXPECT_GT(bed_.market().datagrams_lost, 0U);
    }
    // It comes to the gap though nothing more is traded.
    EXPECT_TRUE(bed_.reaches([](const MarketStatus& s) { return s[MarketCount::gaps] == 1; }));
    traded_ = first_messages + orders_before + meanwhile;
  }
  /// The first number that is told by a stream which is asked for all.
  std::uint64_t oldest() {
    FeedClient late(*bed_.at().market_data_tcp);
    EXPECT_TRUE(late.until([&] { return late.first() != 0; }));
    return late.first();
  }

  static constexpr std::uint64_t first_messages = 6;  // S R H R H S
  MarketBed bed_{[](NodeConfig& config) {
    MarketBed::serves_tcp(config);
    config.market_data.behind_bytes_max = 1 << 16;
  }};
  FeedClient early_{*bed_.at().market_data_tcp};
  std::uint64_t traded_ = 0;  ///< messages of the feed
};

TEST_F(MarketBehind, TheNodeTradesOnAndTheLineHasEverything) {
  EXPECT_EQ(bed_.node.status().itch_messages, traded_);
  bed_.enter(10'000, 100);
  EXPECT_EQ(bed_.node.status().itch_messages, traded_ + 100);
  EXPECT_TRUE(bed_.reaches([](const MarketStatus& s) { return s.messages_kept == 100; }));
  EXPECT_THAT(
      summary_text(bed_.node.status()),
      testing::AllOf(testing::HasSubstr("market       100 messages kept; re-requests 0 served"),
                     testing::HasSubstr(" datagrams lost, it was too far behind")));
}

TEST_F(MarketBehind, TheHistoryBeginsBehindTheGap) {
  EXPECT_EQ(oldest(), traded_ + 1);
  UdpClient late;
  const Endpoint server = *bed_.at().rerequest;
  late.send(server, rerequest(traded_, 1));  // met with silence
  bed_.enter(10'000, 1);
  const MoldPacket answer = ask_again(late, server, rerequest(traded_ + 1, 1));
  EXPECT_EQ(answer.first, traded_ + 1);
  EXPECT_EQ(answer.messages.size(), 1U);
  EXPECT_GE(bed_.market()[MarketCount::rerequests_not_kept], 1U);
}

TEST_F(MarketBehind, WhoHeardTheStreamBeforeIsDisconnectedAndHeardNothingWrong) {
  EXPECT_TRUE(early_.until([&] { return !early_.is_open(); }));
  EXPECT_FALSE(early_.has_ended());
  EXPECT_EQ(bed_.market()[MarketCount::disconnected_slow], 1U);
  const std::vector<std::string> notices = bed_.node.take_notices();
  ASSERT_EQ(notices.size(), 1U);
  EXPECT_THAT(notices[0], testing::StartsWith("market data: \"feed\" at 127.0.0.1:"));
  EXPECT_THAT(notices[0], testing::EndsWith("what it had not taken is no longer kept"));
  MarketListener line;
  line.types(bed_.feed, first_messages + orders_before);
  ASSERT_GE(early_.messages().size(), first_messages + orders_before);
  EXPECT_LT(early_.messages().size(), traded_);
  for (std::size_t i = 0; i != first_messages + orders_before; ++i)
    EXPECT_EQ(early_.messages()[i], line.messages().at(i + 1));
}

TEST_F(MarketBehind, WhoComesBehindTheGapHearsEverythingFromThere) {
  FeedClient late(*bed_.at().market_data_tcp);
  bed_.enter(10'000, 100);
  ASSERT_TRUE(late.has(100));
  EXPECT_EQ(late.first(), traded_ + 1);
  EXPECT_EQ(late.messages().size(), 100U);
}

TEST_F(MarketBehind, ThereIsNoSnapshotAnyMore) {
  FeedClient snapshot(*bed_.at().glimpse);
  EXPECT_TRUE(snapshot.until([&] { return snapshot.rejected() != 0; }));
  EXPECT_EQ(snapshot.rejected(), 'S');
  EXPECT_TRUE(snapshot.messages().empty());
}

}  // namespace
}  // namespace wirebook::node
