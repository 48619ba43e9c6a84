// Goal: a recording that nobody disturbs leads to its own books, message by message; what a client
// takes from it is counted, and never taken twice.
// Method: recordings made here, and the recorded day where there is one, against an engine and a
// follower.
#include "node/background/background_orders.hpp"

#include <algorithm>
#include <deque>
#include <map>
#include <random>

#include <gtest/gtest.h>

#include "background_rig.hpp"
#include "tests/recorded_day.hpp"

namespace wirebook::node {
namespace {

using enum BackgroundCount;

TEST(BackgroundOrders, AnAddRests) {
  BackgroundRig rig;
  rig.play(Recording().add(7, 'B', 300, 10'0000));
  EXPECT_EQ(rig.market(), "A");
  EXPECT_EQ(rig.book(), rig.follower.book(1));
  EXPECT_EQ(rig.book().bid->quantity, 300U);
  EXPECT_EQ(rig.count(adds), 1U);
  EXPECT_EQ(rig.orders.live_orders(), 1U);
}

TEST(BackgroundOrders, AnAttributedAddRestsUnderItsFirm) {
  BackgroundRig rig;
  rig.play(Recording().add_of("GSCO", 7, 'S', 300, 10'0000));
  ASSERT_EQ(rig.market(), "F");
  const Event& event = rig.told.back().event;
  EXPECT_EQ(std::string(event.attribution.data(), 4), "GSCO");
}

TEST(BackgroundOrders, APartialCancelTakesSharesAndKeepsThePlace) {
  BackgroundRig rig;
  rig.play(Recording().add(1, 'B', 300, 10'0000).add(2, 'B', 100, 10'0000).cancel(1, 200));
  EXPECT_EQ(rig.market(), "X");
  EXPECT_EQ(rig.book().bid->quantity, 200U);
  rig.live(1, 'S', 100, 10'0000);
  EXPECT_EQ(rig.count(taken_shares), 100U);
  rig.play(Recording().remove(1));  // it was first, so it is gone
  EXPECT_EQ(rig.divergence(), "gone 1; taken_shares 100; ");
}

TEST(BackgroundOrders, ACancelOfAllThatIsOpenEndsTheOrder) {
  BackgroundRig rig;
  rig.play(Recording().add(1, 'B', 300, 10'0000).execute(1, 100).cancel(1, 200));
  EXPECT_EQ(rig.market(), "D");
  EXPECT_EQ(rig.book().live_orders, 0U);
  EXPECT_EQ(rig.orders.live_orders(), 0U);
  EXPECT_EQ(rig.divergence(), "");
}

TEST(BackgroundOrders, ADeleteEndsTheOrder) {
  BackgroundRig rig;
  rig.play(Recording().add(1, 'B', 300, 10'0000).execute(1, 100).remove(1));
  EXPECT_EQ(rig.market(), "D");
  EXPECT_EQ(rig.book().live_orders, 0U);
}

TEST(BackgroundOrders, AReplaceHasItsOwnSharesAndPriceWhateverWasExecutedBefore) {
  BackgroundRig rig;
  rig.play(Recording()
               .add(1, 'B', 300, 10'0000)
               .execute(1, 100)
               .replace(1, 2, 500, 9'0000)
               .execute(2, 50)
               .replace(2, 3, 70, 8'0000));
  EXPECT_EQ(rig.market(), "U");
  EXPECT_EQ(rig.book().bid->quantity, 70U);
  EXPECT_EQ(rig.book().bid->price, Price{8'0000});
  EXPECT_EQ(rig.divergence(), "");
  rig.play(Recording().remove(3));
  EXPECT_EQ(rig.book().live_orders, 0U);
}

TEST(BackgroundOrders, AnExecutionTradesAtTheRestingPrice) {
  BackgroundRig rig;
  rig.play(Recording().add(1, 'S', 300, 10'0000).execute(1, 100));
  EXPECT_EQ(rig.market(), "E");
  rig.play(Recording().execute_at(1, 200, 10'5000));  // at another price there, and here
  EXPECT_EQ(rig.market(), "E");
  EXPECT_EQ(rig.told.back().event.price, Price{10'0000});
  EXPECT_EQ(rig.book().live_orders, 0U);
  EXPECT_EQ(rig.count(recorded_shares), 300U);
  EXPECT_EQ(rig.count(executions), 2U);
  EXPECT_EQ(rig.divergence(), "");
}

TEST(BackgroundOrders, WhatAsksNothingOfAnEngineIsSkipped) {
  BackgroundRig rig;
  rig.play(Recording()
               .other<wire::itch::SystemEvent>()
               .other<wire::itch::Trade>()
               .other<wire::itch::CrossTrade>()
               .other<wire::itch::BrokenTrade>()
               .other<wire::itch::Noii>()
               .directory(1));
  EXPECT_EQ(rig.count(skipped), 6U);
  EXPECT_EQ(rig.count(messages), 6U);
  EXPECT_EQ(rig.count(slot_bytes), 0U);
}

TEST(BackgroundOrders, ATradingStateIsTheInstruments) {
  BackgroundRig rig;
  rig.play(Recording().state(2, 'H').add(1, 'B', 100, 10'0000, 2).add(2, 'B', 100, 10'0000, 1));
  EXPECT_EQ(rig.divergence(), "rejected 1; ");
  rig.play(Recording().remove(1).state(2, 'T').add(3, 'B', 100, 10'0000, 2));
  EXPECT_EQ(rig.divergence(), "gone 1; rejected 1; ");
  EXPECT_EQ(rig.book(2).live_orders, 1U);
  rig.play(Recording().state(2, '?'));
  EXPECT_EQ(rig.count(unsendable), 1U);
}

TEST(BackgroundOrders, WhatAClientTookIsCountedAndNotAskedForAgain) {
  BackgroundRig rig;
  rig.play(Recording().add(1, 'S', 300, 10'0000).add(2, 'S', 100, 11'0000));
  rig.live(1, 'B', 300, 10'0000);
  EXPECT_EQ(rig.count(taken_shares), 300U);
  rig.play(Recording().execute(1, 100).cancel(1, 50).replace(1, 3, 50, 9'0000).remove(3));
  EXPECT_EQ(rig.divergence(), "gone 4; taken_shares 300; ");
  EXPECT_EQ(rig.book().live_orders, 1U);  // the execution went to nobody else
  EXPECT_EQ(rig.orders.live_orders(), 1U);
}

TEST(BackgroundOrders, WhatAClientTookAPartOfGoesOnWithTheRest) {
  BackgroundRig rig;
  rig.play(Recording().add(1, 'S', 300, 10'0000));
  rig.live(1, 'B', 100, 10'0000);
  rig.play(Recording().execute(1, 300));
  EXPECT_EQ(rig.divergence(), "taken_shares 100; unfilled_shares 100; ");
  EXPECT_EQ(rig.count(recorded_shares), 200U);
  EXPECT_EQ(rig.book().live_orders, 0U);
}

TEST(BackgroundOrders, AnExecutionMeetsABetterPriceOfAClientFirst) {
  BackgroundRig rig;
  rig.play(Recording().add(1, 'S', 300, 10'0000));
  rig.live(1, 'S', 100, 9'0000);
  rig.play(Recording().execute(1, 300));
  EXPECT_EQ(rig.divergence(), "other_shares 100; ");
  EXPECT_EQ(rig.count(recorded_shares), 200U);
}

TEST(BackgroundOrders, AReplaceOfWhatAClientTookAPartOfIsSmallerByThat) {
  BackgroundRig rig;
  rig.play(Recording().add(1, 'S', 300, 10'0000));
  rig.live(1, 'B', 100, 10'0000);
  rig.play(Recording().replace(1, 2, 300, 11'0000));
  EXPECT_EQ(rig.book().ask->quantity, 200U);
  rig.live(2, 'B', 200, 11'0000);
  rig.play(Recording().remove(2));
  EXPECT_EQ(rig.divergence(), "gone 1; taken_shares 300; ");
}

TEST(BackgroundOrders, AReplaceThatIsToBecomeLessThanAClientTookEndsTheOrder) {
  BackgroundRig rig;
  rig.play(Recording().add(1, 'S', 300, 10'0000));
  rig.live(1, 'B', 200, 10'0000);
  rig.play(Recording().replace(1, 2, 150, 11'0000).execute(2, 150));
  EXPECT_EQ(rig.divergence(), "gone 2; taken_shares 200; ");
  EXPECT_EQ(rig.book().live_orders, 0U);
}

TEST(BackgroundOrders, TwoOrdersThatCrossTradeHereAndAreCounted) {
  BackgroundRig rig;
  rig.play(Recording().add(1, 'S', 300, 10'0000).add(2, 'B', 100, 10'5000).remove(2));
  EXPECT_EQ(rig.divergence(), "gone 1; crossed_shares 100; ");
  EXPECT_EQ(rig.book().ask->quantity, 200U);
}

TEST(BackgroundOrders, AnExecutionBehindItsTurnTradesWithWhoIsBefore) {
  BackgroundRig rig;
  rig.play(Recording().add(1, 'S', 100, 10'0000).add(2, 'S', 100, 10'0000).execute(2, 100));
  EXPECT_EQ(rig.divergence(), "other_shares 100; ");
  EXPECT_EQ(rig.book().live_orders, 0U);  // there 2 is gone, and so it does not stay here
}

TEST(BackgroundOrders, WhatTheVenueEndsIsCounted) {
  BackgroundRig rig;
  rig.play(Recording().add(1, 'S', 100, 10'0000));
  rig.feed(SlotKind::session_down, SessionBody{.session = played_session});
  EXPECT_EQ(rig.book().live_orders, 0U);
  EXPECT_EQ(rig.divergence(), "ended_shares 100; ");
}

TEST(BackgroundOrders, WhatCannotBeAnOrderIsNotSent) {
  BackgroundRig rig;
  rig.play(Recording()
               .add(1, 'B', 0, 10'0000)
               .add(2, 'B', 1'000'000, 10'0000)
               .add(3, 'B', 100, 0)
               .add(4, 'B', 100, 2'000'000'000)  // a market order's code
               .add(5, '?', 100, 10'0000));
  EXPECT_EQ(rig.divergence(), "unsendable 5; ");
  EXPECT_EQ(rig.count(adds), 0U);
  rig.play(Recording().remove(2).execute(3, 10).cancel(4, 10).replace(5, 6, 10, 1'0000));
  EXPECT_EQ(rig.divergence(), "gone 4; unsendable 5; ");
  EXPECT_EQ(rig.book().live_orders, 0U);
}

TEST(BackgroundOrders, AReplaceByWhatCannotBeAnOrderEndsIt) {
  BackgroundRig rig;
  rig.play(Recording()
               .add(1, 'B', 100, 10'0000)
               .add(2, 'B', 100, 10'0000)
               .add(3, 'B', 100, 10'0000)
               .replace(1, 4, 100, 2'147'483'647)
               .replace(2, 5, 0, 9'0000)
               .replace(3, 3, 100, 9'0000));
  EXPECT_EQ(rig.count(unsendable), 2U);
  EXPECT_EQ(rig.book().live_orders, 1U);
  EXPECT_EQ(rig.book().bid->price, Price{9'0000});
}

TEST(BackgroundOrders, ReferencesThatAreUnknownOrThereAreCounted) {
  BackgroundRig rig;
  rig.play(Recording()
               .add(1, 'B', 100, 10'0000)
               .add(1, 'B', 100, 9'0000)
               .add(2, 'B', 100, 9'0000)
               .replace(1, 2, 50, 8'0000)
               .remove(1)
               .execute(9, 10)
               .cancel(9, 10));
  EXPECT_EQ(rig.divergence(), "unknown_reference 3; duplicate_reference 2; ");
  EXPECT_EQ(rig.book(), rig.follower.book(1));
}

TEST(BackgroundOrders, HugeNumbersOverflowNothing) {
  constexpr std::uint32_t most = 0xFFFF'FFFF;
  BackgroundRig rig;
  rig.play(Recording()
               .add(1, 'B', 900'000, 10'0000)
               .execute(1, 899'999)
               .replace(1, 2, 999'999, 10'0000)  // beyond what a chain may come to
               .add(3, 'B', 100, 10'0000)
               .execute(3, most)
               .add(4, 'B', 100, 10'0000)
               .cancel(4, most)
               .add(5, 'B', most, most)
               .replace(5, 6, most, most)
               .execute(6, most)
               .add(most, 'S', 1, 1));
  EXPECT_EQ(rig.orders.live_orders(), 2U);  // 2, that ended here, and the last
  EXPECT_EQ(rig.book().live_orders, 1U);
}

TEST(BackgroundOrders, NumbersEndAtTheirLast) {
  BackgroundOrders orders(played_session);
  orders.begin_at(0xFFFF'FFFF);
  const ScratchFile file(Recording().add(1, 'B', 100, 10'0000).bytes());
  RecordedFeed feed(file.path(), 0);
  const Slot* const message = feed.next();
  ASSERT_NE(message, nullptr);
  EXPECT_FALSE(orders.exhausted());
  EXPECT_EQ(orders.on_message(*message).slots[0].enter.user_ref_num, 0xFFFF'FFFF);
  EXPECT_TRUE(orders.exhausted());
}

/// A market that trades by its rules, and says so: nothing crosses, executions go to who is first.
class HonestMarket {
 public:
  explicit HonestMarket(std::uint64_t seed) : random_(seed) {}

  Recording record(std::size_t messages) {
    Recording recording;
    while (recording.messages() < messages)
      step(recording);
    return recording;
  }

 private:
  struct Resting {
    std::uint64_t ref;
    std::uint32_t shares;
  };
  using Queue = std::deque<Resting>;
  struct Place {
    std::uint16_t locate;
    char side;
    std::uint32_t price;
  };

  std::uint32_t draw(std::uint32_t below) { return static_cast<std::uint32_t>(random_() % below); }

  /// Buyers below 100 steps, sellers above.
  std::uint32_t price(char side) { return (side == 'B' ? 100 - 1 - draw(9) : 100 + draw(9)) * 100; }
  void rest(std::uint64_t ref, const Place& place, std::uint32_t shares) {
    places_[ref] = place;
    books_[place.locate][place.side][place.price].push_back({ref, shares});
  }
  Queue& queue_of(const Place& place) { return books_[place.locate][place.side][place.price]; }
  void leave(std::uint64_t ref) {
    Queue& queue = queue_of(places_[ref]);
    std::erase_if(queue, [ref](const Resting& resting) { return resting.ref == ref; });
    if (queue.empty())
      books_[places_[ref].locate][places_[ref].side].erase(places_[ref].price);
    places_.erase(ref);
  }

  void step(Recording& recording) {
    const auto locate = static_cast<std::uint16_t>(1 + draw(3));
    const char side = "BS"[draw(2)];
    const std::uint32_t what = draw(10);
    if (what < 4 || places_.empty()) {
      const Place place{locate, side, price(side)};
      const std::uint32_t shares = 1 + draw(300);
      if (what == 0)
        recording.add_of("FIRM", next_, side, shares, place.price, locate);
      else
        recording.add(next_, side, shares, place.price, locate);
      return rest(next_++, place, shares);
    }
    if (what < 6)
      return execute(recording, locate, side);
    auto chosen = places_.begin();
    std::advance(chosen, draw(static_cast<std::uint32_t>(places_.size())));
    change(recording, chosen->first, what);
  }
  void execute(Recording& recording, std::uint16_t locate, char side) {
    auto& levels = books_[locate][side];
    if (levels.empty())
      return;
    Queue& best = side == 'B' ? levels.rbegin()->second : levels.begin()->second;
    const std::uint64_t ref = best.front().ref;
    const std::uint32_t shares = 1 + draw(best.front().shares);
    if (draw(2) == 0)
      recording.execute(ref, shares);
    else
      recording.execute_at(ref, shares, 1'0000);
    if ((best.front().shares -= shares) == 0)
      leave(ref);
  }
  void change(Recording& recording, std::uint64_t ref, std::uint32_t what) {
    const Place place = places_[ref];
    Queue& queue = queue_of(place);
    const auto resting = std::find_if(queue.begin(), queue.end(),
                                      [ref](const Resting& one) { return one.ref == ref; });
    if (what == 6) {
      recording.remove(ref);
      return leave(ref);
    }
    if (what == 7) {
      const std::uint32_t shares = 1 + draw(resting->shares);
      recording.cancel(ref, shares);
      if ((resting->shares -= shares) == 0)
        leave(ref);
      return;
    }
    const Place moved{place.locate, place.side, price(place.side)};
    const std::uint32_t shares = 1 + draw(300);
    recording.replace(ref, next_, shares, moved.price);
    leave(ref);
    rest(next_++, moved, shares);
  }

  std::mt19937_64 random_;
  std::map<std::uint16_t, std::map<char, std::map<std::uint32_t, Queue>>> books_;
  std::map<std::uint64_t, Place> places_;
  std::uint64_t next_ = 1;
};

TEST(BackgroundOrders, AnHonestRecordingLeadsToItsOwnBooks) {
  for (const std::uint64_t seed : {1U, 2U, 3U, 4U}) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    BackgroundRig rig;
    const Recording recording = HonestMarket(seed).record(3000);
    rig.play(recording, [&](const Slot&) {
      for (std::uint16_t locate = 1; locate <= 3; ++locate)
        ASSERT_EQ(rig.book(locate), rig.follower.book(locate)) << "locate " << locate;
    });
    EXPECT_EQ(rig.divergence(), "");
    EXPECT_EQ(rig.count(messages), recording.messages());
    EXPECT_EQ(rig.engine_counters().volume, rig.count(recorded_shares));
    EXPECT_EQ(rig.count(recorded_shares), rig.follower.counters().volume);
    EXPECT_GT(rig.count(replaces), 100U);
  }
}

TEST(BackgroundOrders, ADisturbedRecordingKeepsWithinItsOwnOrders) {
  for (const std::uint64_t seed : {11U, 12U, 13U, 14U}) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    std::mt19937_64 random(seed);
    BackgroundRig rig;
    std::uint32_t number = 0;
    rig.play(HonestMarket(seed).record(3000), [&](const Slot&) {
      if (random() % 8 == 0)
        rig.live(++number, "BS"[random() % 2], 1 + static_cast<std::uint32_t>(random() % 200),
                 (91 + static_cast<std::uint32_t>(random() % 18)) * 100,
                 static_cast<std::uint16_t>(1 + random() % 3));
    });
    EXPECT_GT(rig.count(taken_shares), 0U);
    EXPECT_GT(rig.count(gone), 0U);
    // Reports come at once here, so nothing is sent about what is gone.
    EXPECT_EQ(rig.engine_counters().replace_ignored, 0U);
    EXPECT_EQ(rig.engine_counters().modify_ignored, 0U);
    EXPECT_EQ(rig.count(rejected), 0U);
    // What the recording does not have any more, the engine does not have either.
    std::uint64_t live = 0;
    for (std::uint16_t locate = 1; locate <= 3; ++locate)
      live += rig.book(locate).live_orders;
    EXPECT_LE(live, rig.orders.live_orders() + number);
  }
}

/// Whatever a file may hold: references that come again, sizes and prices of all kinds.
Recording hostile_recording(std::mt19937_64& random) {
  const auto draw = [&random](std::uint32_t below) {
    return static_cast<std::uint32_t>(random() % below);
  };
  const auto number = [&](std::uint32_t usual) {
    return draw(12) != 0 ? 1 + draw(usual) : static_cast<std::uint32_t>(random());
  };
  Recording recording;
  while (recording.messages() < 3000) {
    const std::uint64_t ref = draw(50);
    const std::uint32_t shares = number(400);
    const std::uint32_t price = 90'0000 + number(40) * 100;
    const auto locate = static_cast<std::uint16_t>(1 + draw(3));
    switch (draw(8)) {
      case 0:
        recording.add(ref, "BSBS?"[draw(5)], shares, price, locate);
        break;
      case 1:
        recording.add_of(std::string(4, static_cast<char>(draw(256))), ref, 'S', shares, price);
        break;
      case 2:
        recording.cancel(ref, shares);
        break;
      case 3:
        recording.remove(ref);
        break;
      case 4:
        recording.replace(ref, draw(50), shares, price);
        break;
      case 5:
        recording.execute(ref, shares);
        break;
      case 6:
        recording.execute_at(ref, shares, price);
        break;
      default:
        recording.state(locate, "THPQTTTT\0?"[draw(10)]);
        break;
    }
  }
  return recording;
}

TEST(BackgroundOrders, AHostileRecordingKeepsWithinItsOwnOrders) {
  for (const std::uint64_t seed : {21U, 22U, 23U, 24U, 25U, 26U}) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    std::mt19937_64 random(seed);
    BackgroundRig rig;
    rig.play(hostile_recording(random),
             [&](const Slot&) { ASSERT_LE(rig.orders.live_orders(), 50U); });
    EXPECT_EQ(rig.count(messages), 3000U);
    EXPECT_EQ(rig.count(taken_shares), 0U);  // nobody else was there
    EXPECT_EQ(rig.engine_counters().replace_ignored, 0U);
    std::uint64_t live = 0;
    for (std::uint16_t locate = 1; locate <= 3; ++locate)
      live += rig.book(locate).live_orders;
    EXPECT_LE(live, rig.orders.live_orders());
  }
}

TEST(BackgroundOrders, TheRecordedDayIsFollowedUpToItsFirstContradiction) {
  if (!std::filesystem::exists(wirebook::test::recorded_day()))
    GTEST_SKIP() << wirebook::test::recorded_day() << " is not here";
  BackgroundRig rig;
  std::size_t equal = 0;
  bool diverged = false;
  rig.play_file(wirebook::test::recorded_day(), [&](const Slot&) {
    diverged = diverged || !rig.divergence().empty();
    if (diverged)
      return;
    ++equal;
    for (std::uint16_t locate = 1; locate <= 3; ++locate)
      ASSERT_EQ(rig.book(locate), rig.follower.book(locate));
  });
  // Message 21 executes an order although there is one at a better price: so is the source.
  EXPECT_EQ(equal, 20U);
  EXPECT_EQ(rig.count(messages), 12'012U);
  EXPECT_EQ(rig.count(unknown_reference), 117U);
  EXPECT_EQ(rig.count(adds), 5000U);
  EXPECT_EQ(rig.count(rejected), 0U);
}

}  // namespace
}  // namespace wirebook::node
