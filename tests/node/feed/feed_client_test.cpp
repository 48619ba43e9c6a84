// Goal: whatever the lines lose, delay or repeat, what is handed on is the publisher's sequence,
// gapless and in order; what cannot be had is said; every trouble is recovered from.
// Method: a simulated network with seeds, which are printed; each rule by itself, then all at
// random.
#include "node/feed/feed_client.hpp"

#include <cstdlib>
#include <limits>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "feed_world.hpp"

namespace wirebook::feed::test {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::Not;

FeedClientOptions with(bool rerequest, bool glimpse, std::size_t window = 4096) {
  FeedClientOptions options;
  options.has_rerequest = rerequest;
  options.has_glimpse = glimpse;
  options.lines.window_messages = window;
  options.snapshot_above = 1000;
  return options;
}

constexpr WorldOptions lossless{.drop = 0, .repeat = 0, .delay_ns = 0};

TEST(FeedClientTest, FollowsFromTheFirstMessageWithoutAskingAnybody) {
  World world(lossless, with(true, true));
  EXPECT_EQ(world.client().state(), FeedState::waiting);
  world.publish(100);
  EXPECT_TRUE(world.settles());
  EXPECT_EQ(world.requests_, 0U);
  EXPECT_THAT(world.log_, ElementsAre("session DAY1", "synchronized"));
}

TEST(FeedClientTest, EachMessageComesOnceFromTwoLines) {
  World world(lossless, with(false, false));
  world.publish(50);
  EXPECT_TRUE(world.settles());
  const LineCounters& a = world.client().lines().counters(Line::a);
  const LineCounters& b = world.client().lines().counters(Line::b);
  EXPECT_EQ(a.messages + b.messages, 50U);
  EXPECT_EQ(a.duplicates + b.duplicates, 50U);
}

TEST(FeedClientTest, OneLineFillsWhatTheOtherLost) {
  World world(lossless, with(false, false));
  world.publish(10);
  world.run_for(ms);
  world.options().line_b = false;
  world.publish(10);  // by A alone
  world.run_for(ms);
  world.options().line_b = true;
  world.publish(10);
  EXPECT_TRUE(world.settles());
  EXPECT_EQ(world.client().status().holes, 0U);
  EXPECT_EQ(world.client().lines().counters(Line::b).missed, 10U);
}

TEST(FeedClientTest, AGapIsAskedForAndFilled) {
  World world(lossless, with(true, false));
  world.publish(10);
  world.run_for(10 * ms);
  world.lose(60);
  world.run_for(10 * ms);
  world.publish(10);
  EXPECT_TRUE(world.settles());
  EXPECT_THAT(world.log_, ElementsAre("session DAY1", "synchronized", "gap fill", "synchronized"));
  EXPECT_TRUE(world.client().status().complete);
  EXPECT_GE(world.requests_, 2U);  // more than one datagram's worth
}

TEST(FeedClientTest, AHeartbeatRevealsALostTail) {
  World world(lossless, with(true, false));
  world.publish(10);
  world.run_for(10 * ms);
  world.lose(5);
  world.run_for(10 * ms);
  world.heartbeat();
  world.run_for(100 * ms);
  EXPECT_EQ(world.next_, 16U);
}

TEST(FeedClientTest, AnUnansweredRequestIsRepeatedWithGrowingDistance) {
  WorldOptions options = lossless;
  options.serves = false;
  FeedClientOptions client = with(true, true);
  client.requests.attempts = 1000;  // never gives up
  World world(options, client);
  world.publish(1);
  world.run_for(10 * ms);
  world.lose(1);
  world.run_for(ms);
  world.heartbeat();
  world.run_for(360 * ms);  // at 0, 50, 150 and 350 ms, a little later each
  EXPECT_EQ(world.requests_, 4U);
  world.run_for(10'000 * ms);  // 400, 800, 1000, 1000 …
  EXPECT_NEAR(static_cast<double>(world.requests_), 4 + 11, 2);
}

TEST(FeedClientTest, RequestsKeepToTheirRate) {
  FeedClientOptions options = with(true, false, 1U << 16);
  options.requests.per_second = 100;
  World world(lossless, options);
  world.lose(40'000);
  world.heartbeat();
  world.run_for(2'000 * ms);
  EXPECT_NEAR(static_cast<double>(world.requests_), 200 + 16, 3);
}

TEST(FeedClientTest, AnAnswerInPartsIsAskedForFurtherAtOnce) {
  WorldOptions options = lossless;
  options.answer_bytes_max = 20 + 2 * 52;
  World world(options, with(true, false));
  world.publish(300);
  world.run_for(ms);
  World late(options, with(true, false));
  late.lose(300);
  EXPECT_TRUE(late.settles());
  EXPECT_EQ(late.next_, 301U);
}

TEST(FeedClientTest, WhoJoinsLateAsksFromOne) {
  World world(lossless, with(true, false));
  world.lose(5000);
  EXPECT_TRUE(world.settles());
  EXPECT_THAT(world.log_, ElementsAre("session DAY1", "backfill", "synchronized"));
  EXPECT_EQ(world.first_, 1U);
}

TEST(FeedClientTest, WhoJoinsLateTakesASnapshot) {
  World world(lossless, with(true, true));
  world.lose(5000);
  world.publish(10);
  world.run_for(5 * ms);
  world.publish(100);  // while the snapshot comes
  EXPECT_TRUE(world.settles());
  EXPECT_THAT(world.log_, ElementsAre("session DAY1", "backfill", "snapshot", "synchronized"));
  EXPECT_GT(world.first_, 5000U);
  EXPECT_EQ(world.requests_, 0U);
}

TEST(FeedClientTest, ALittleIsAskedForEvenWhereThereAreSnapshots) {
  World world(lossless, with(true, true));
  world.lose(900);
  EXPECT_TRUE(world.settles());
  EXPECT_THAT(world.log_, Not(Contains("snapshot")));
}

TEST(FeedClientTest, WhatIsHeldBehindAGapDoesNotMakeItLarge) {
  World world(lossless, with(true, true));
  world.publish(10);
  world.run_for(10 * ms);
  world.lose(10);
  world.publish(2000);
  EXPECT_TRUE(world.settles());
  EXPECT_THAT(world.log_, Not(Contains("snapshot")));
}

TEST(FeedClientTest, AGapThatIsNotServedBringsASnapshot) {
  WorldOptions options = lossless;
  options.served_from = 1'000'000;
  World world(options, with(true, true));
  world.publish(10);
  world.run_for(10 * ms);
  world.lose(10);
  world.run_for(ms);
  EXPECT_TRUE(world.settles());
  EXPECT_THAT(world.log_, ElementsAre("session DAY1", "synchronized", "gap fill", "backfill",
                                      "snapshot", "synchronized"));
  EXPECT_TRUE(world.client().status().complete);
}

TEST(FeedClientTest, WithoutSnapshotsWhatIsNotServedIsPassedOverAndSaid) {
  WorldOptions options = lossless;
  options.served_from = 1'000'000;
  World world(options, with(true, false));
  world.publish(10);
  world.run_for(10 * ms);
  world.lose(10);
  world.run_for(ms);
  world.publish(10);
  EXPECT_TRUE(world.settles());
  EXPECT_EQ(world.lost_, 10U);
  EXPECT_FALSE(world.client().status().complete);
}

TEST(FeedClientTest, WithNobodyToAskItGoesOnAfterItsPatience) {
  World world(lossless, with(false, false));
  world.lose(100);
  world.publish(1);
  world.run_for(20 * ms);
  EXPECT_EQ(world.lost_, 100U);
  EXPECT_FALSE(world.client().status().complete);
  EXPECT_EQ(world.client().state(), FeedState::synchronized);
}

TEST(FeedClientTest, WhileGlimpseFailsTheRerequestServerIsTriedAndTheOtherWayRound) {
  WorldOptions options = lossless;
  options.glimpses = false;
  World world(options, with(true, true));
  world.lose(5000);
  EXPECT_TRUE(world.settles());
  EXPECT_EQ(world.first_, 1U);
  EXPECT_GE(world.client().status().snapshot_failures, 3U);

  world.options().serves = false;
  world.lose(10);
  world.heartbeat();
  world.run_for(20'000 * ms);
  EXPECT_EQ(world.client().status().next_number, 5001U);
  EXPECT_NE(world.client().state(), FeedState::synchronized);
  world.options().glimpses = true;
  EXPECT_TRUE(world.settles());
}

TEST(FeedClientTest, AfterHalfASnapshotTheRerequestServerStartsFromNothing) {
  WorldOptions options = lossless;
  options.glimpse_breaks = true;
  World world(options, with(true, true));
  world.lose(5000);
  EXPECT_TRUE(world.settles());
  EXPECT_EQ(world.next_, 5001U);
  EXPECT_THAT(world.log_, ElementsAre("session DAY1", "backfill", "snapshot", "snapshot",
                                      "snapshot", "session DAY1", "synchronized"));
}

TEST(FeedClientTest, ASnapshotOfTheSessionBeforeIsGivenUp) {
  World world(lossless, with(false, true));
  world.lose(5000);
  world.heartbeat();
  world.run_for(2 * ms);
  EXPECT_TRUE(world.connected());
  world.begin_session("DAY2");
  world.client().on_datagram(Line::a, mold_header("DAY2", 1, 0), world.now() + 4'000 * ms);
  EXPECT_FALSE(world.connected());
  world.run_for(4'001 * ms);
  world.publish(10);
  EXPECT_TRUE(world.settles());
  EXPECT_EQ(world.first_, 1U);
  EXPECT_EQ(world.client().status().snapshots, 0U);
}

TEST(FeedClientTest, TheEndOfASessionIsTheEndOnceAllOfItIsThere) {
  World world(lossless, with(true, false));
  world.publish(10);
  world.run_for(10 * ms);
  world.lose(10);
  world.run_for(ms);
  world.end_of_session();
  world.run_for(3 * ms);
  EXPECT_EQ(world.client().state(), FeedState::synchronized) << "it may still come by itself";
  world.run_for(100 * ms);
  EXPECT_EQ(world.next_, 21U);
  EXPECT_EQ(world.client().state(), FeedState::ended);
}

TEST(FeedClientTest, ASnapshotFromBeforeTheEndIsNotTheEnd) {
  World world(lossless, with(false, true));
  world.publish(100);
  world.run_for(10 * ms);
  world.lose(20);
  world.options().snapshot_lag = 10;
  world.end_of_session();
  world.run_for(150 * ms);
  EXPECT_EQ(world.client().status().snapshots, 1U);
  EXPECT_EQ(world.client().status().next_number, 111U);
  EXPECT_NE(world.client().state(), FeedState::ended);
  world.options().snapshot_lag = 0;
  world.end_of_session();
  world.run_for(500 * ms);
  EXPECT_EQ(world.next_, 121U);
  EXPECT_EQ(world.client().state(), FeedState::ended);
}

TEST(FeedClientTest, AnotherSessionStartsAnewOnceTheFirstHasEnded) {
  World world(lossless, with(true, false));
  world.publish(10);
  world.end_of_session();
  world.run_for(10 * ms);
  world.begin_session("DAY2");
  world.publish(20);
  EXPECT_TRUE(world.settles());
  EXPECT_THAT(world.log_, ElementsAre("session DAY1", "ended", "session DAY2", "synchronized"));
}

TEST(FeedClientTest, AnotherSessionIsIgnoredWhileTheFirstIsAliveAndFollowedWhenItIsSilent) {
  World world(lossless, with(true, false));
  world.publish(10);
  world.run_for(10 * ms);
  world.begin_session("DAY2");
  world.publish(20);
  world.run_for(10 * ms);
  EXPECT_EQ(world.next_, 11U) << "still DAY1";
  EXPECT_EQ(world.client().lines().counters(Line::a).outcomes[Outcome::mold_other_session] > 0,
            true);
  world.run_for(3'000 * ms);
  EXPECT_TRUE(world.settles());
  EXPECT_EQ(world.first_, 1U);
  EXPECT_EQ(world.next_, 21U);
}

TEST(FeedClientTest, AChosenSessionIsTheOnlyOneThatIsFollowed) {
  FeedClientOptions options = with(true, false);
  options.lines.session = Alpha<10>::from("DAY2");
  World world(lossless, options);
  world.publish(10);
  world.run_for(5'000 * ms);
  EXPECT_EQ(world.client().state(), FeedState::waiting);
  world.begin_session("DAY2");
  world.publish(10);
  EXPECT_TRUE(world.settles());
}

TEST(FeedClientTest, APublisherThatLostItsCountIsFollowedFromTheStart) {
  World world(lossless, with(true, false));
  world.publish(100);
  world.run_for(10 * ms);
  world.begin_session("DAY1");
  world.publish(20);
  world.run_for(10 * ms);
  EXPECT_EQ(world.client().status().next_number, 101U) << "these may be stragglers";
  EXPECT_TRUE(world.settles());
  EXPECT_THAT(world.log_, ElementsAre("session DAY1", "synchronized", "session DAY1", "backfill",
                                      "synchronized"));
  EXPECT_EQ(world.next_, 21U);
}

TEST(FeedClientTest, APublisherMayGoOnAfterItsEnd) {
  World world(lossless, with(true, false));
  world.publish(10);
  world.end_of_session();
  world.run_for(5'000 * ms);
  world.publish(10);
  EXPECT_TRUE(world.settles());
  EXPECT_EQ(world.next_, 21U);
}

TEST(FeedClientTest, AClaimOfNumbersThatDoNotExistIsForgottenWithTheNextSnapshot) {
  World world(lossless, with(true, true));
  world.publish(10);
  world.run_for(10 * ms);
  world.client().on_datagram(Line::a, mold_header("DAY1", std::uint64_t{1} << 63, 0), world.now());
  world.run_for(20 * ms);
  world.publish(10);
  EXPECT_TRUE(world.settles());
  EXPECT_EQ(world.client().status().next_number, 21U);
  EXPECT_THAT(world.log_, Contains("snapshot"));
  world.run_for(1'000 * ms);
  EXPECT_EQ(world.client().status().snapshots, 1U) << "and not again and again";
}

TEST(FeedClientTest, AClaimOfNumbersThatDoNotExistIsOutlivedWithoutSnapshots) {
  World world(lossless, with(true, false));
  world.publish(10);
  world.run_for(10 * ms);
  world.client().on_datagram(Line::a, mold_header("DAY1", std::uint64_t{1} << 63, 0), world.now());
  EXPECT_TRUE(world.settles());
  EXPECT_EQ(world.next_, 11U);
}

TEST(FeedClientTest, TheLastNumbersThatThereAreAreAskedForAndPassedOverLikeOthers) {
  World world(lossless, with(true, false));
  world.publish(10);
  world.run_for(10 * ms);
  constexpr std::uint64_t last = std::numeric_limits<std::uint64_t>::max();
  for (const std::uint64_t claim : {last - 20, last - 10}) {
    world.client().on_datagram(Line::a, mold_header("DAY1", claim, 0), world.now());
    world.run_for(6'000 * ms);  // asked for as often as it may be
    EXPECT_EQ(world.client().status().next_number, claim);
  }
  EXPECT_TRUE(world.settles());
  EXPECT_EQ(world.next_, 11U);
}

TEST(FeedClientTest, BooksAreCompleteOnlyWhenWhatWasBeforeIsThere) {
  WorldOptions options = lossless;
  options.glimpses = false;
  World world(options, with(false, true));
  EXPECT_FALSE(world.client().status().complete) << "nothing was heard";
  world.lose(50);
  world.heartbeat();
  world.run_for(5'000 * ms);
  EXPECT_EQ(world.client().state(), FeedState::backfill);
  EXPECT_FALSE(world.client().status().complete);
  world.options().glimpses = true;
  EXPECT_TRUE(world.settles());
  EXPECT_TRUE(world.client().status().complete);
}

TEST(FeedClientTest, WhatTheWindowCannotHoldIsAskedForAgain) {
  World world(lossless, with(true, false, 64));
  world.publish(10);
  world.run_for(10 * ms);
  world.lose(10);
  world.run_for(ms);
  world.publish(2000);
  world.run_for(3 * ms);
  EXPECT_LE(world.client().status().held, 64U);
  EXPECT_GT(world.client().lines().counters(Line::a).not_kept, 0U);
  EXPECT_TRUE(world.settles());
}

TEST(FeedClientTest, MessagesTooLongForTheWindowPassStraightThrough) {
  WorldOptions options{.seed = 3, .drop = 0.3, .message_bytes_max = 400};
  World world(options, with(true, false));
  for (int i = 0; i < 100; ++i) {
    world.publish(10);
    world.run_for(ms);
  }
  EXPECT_TRUE(world.settles());
}

/// Everything at random: loss, delay, repetition, servers that come and go, sessions that change.
class FeedClientRandomTest : public testing::TestWithParam<std::uint64_t> {};

TEST_P(FeedClientRandomTest, OutputEqualsInput) {
  const char* const fixed = std::getenv("WIREBOOK_SEED");
  const std::uint64_t seed = fixed != nullptr ? std::strtoull(fixed, nullptr, 10)
                                              : std::random_device{}() + 1000 * GetParam();
  SCOPED_TRACE("WIREBOOK_SEED=" + std::to_string(seed));
  std::printf("seed %llu\n", static_cast<unsigned long long>(seed));
  std::mt19937_64 random(seed);
  const auto draw = [&](std::uint64_t below) { return random() % below; };
  WorldOptions options{.seed = seed,
                       .drop = static_cast<double>(draw(60)) / 100,
                       .repeat = static_cast<double>(draw(20)) / 100,
                       .delay_ns = 1 + draw(8 * ms),
                       .line_b = draw(3) != 0,
                       .answer_bytes_max = 300 + draw(1173),
                       .message_bytes_max = draw(4) == 0 ? 200U : 50U};
  const std::uint64_t servers = 1 + draw(3);
  FeedClientOptions client = with((servers & 1) != 0, (servers & 2) != 0, 64U << draw(6));
  client.snapshot_above = 1 + draw(3000);
  World world(options, client);
  for (int round = 0, sessions = 1; round < 40 && !testing::Test::HasFailure(); ++round) {
    for (std::uint64_t i = draw(30); i != 0; --i) {
      world.publish(1 + draw(100));
      world.run_for(1 + draw(4 * ms));
    }
    switch (draw(8)) {
      case 0:
        world.options().serves = !world.options().serves;
        break;
      case 1:
        world.options().glimpses = !world.options().glimpses;
        break;
      case 2:
        world.options().drop = world.options().drop == 1 ? options.drop : 1;
        break;
      case 6:
        world.options().glimpse_breaks = draw(3) == 0;
        break;
      case 3:
        world.options().served_from = draw(world.published() + 1);
        break;
      case 4:
        if (draw(3) == 0)
          world.end_of_session();
        world.run_for(draw(6) * 1000 * ms);
        world.begin_session("DAY" + std::to_string(++sessions));
        break;
      default:
        world.run_for(draw(1000) * ms);
    }
    EXPECT_LE(world.client().status().held, client.lines.window_messages);
  }
  world.options().serves = world.options().glimpses = true;
  world.options().glimpse_breaks = false;
  world.options().served_from = 1;
  world.options().drop = options.drop;
  world.publish(50);
  EXPECT_TRUE(world.settles());
  EXPECT_EQ(world.next_, world.published() + 1);
}

INSTANTIATE_TEST_SUITE_P(Seeds, FeedClientRandomTest, testing::Range<std::uint64_t>(0, 40));

}  // namespace
}  // namespace wirebook::feed::test
