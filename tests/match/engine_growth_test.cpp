// Goal: an engine takes memory as orders come, and nobody can tell from what it says.
// Method: an engine that starts small beside one that has everything from the start; its growths
// are driven by hand, or by nobody.
#include <algorithm>
#include <cstdint>

#include <gtest/gtest.h>

#include "tests/match/rig.hpp"

namespace wirebook::match {
namespace {

constexpr std::uint32_t orders_grown = 400'000;
constexpr std::uint32_t orders_start = 1'000;
constexpr std::uint32_t trades_max = 200'000;

Capacity capacity(std::uint32_t start) {
  return {.orders = orders_grown,
          .orders_start = start,
          .trades = trades_max,
          .sessions = 4,
          .instruments = 4};
}

class GrowingEngine : public testing::Test {
 protected:
  explicit GrowingEngine(std::uint32_t start = orders_start) : rig_(capacity(start)) {
    rig_.feed(
        SlotKind::instrument,
        InstrumentBody{.instrument = 1, .trading_state = 'T', .symbol = Symbol::from("AAPL")});
    rig_.feed(SlotKind::session_up, SessionBody{.session = 1});
    growths_ = rig_.engine.growths();
    for (Growth* const growth : growths_)
      growth->expect_grower();
  }

  std::vector<Told> enter(std::uint32_t number, char side = 'B', char time_in_force = '0') {
    return rig_.feed(SlotKind::enter, EnterBody{.session = 1,
                                                .symbol = Symbol::from("AAPL"),
                                                .user_ref_num = number,
                                                .quantity = {1},
                                                .price = {1'000'000 + number % 97 * 100},
                                                .side = side,
                                                .time_in_force = time_in_force,
                                                .display = 'Y',
                                                .capacity = 'P',
                                                .iso = 'N',
                                                .cross_type = 'N'});
  }
  void cancel(std::uint32_t number) {
    rig_.feed(SlotKind::cancel, ReduceBody{.session = 1, .user_ref_num = number});
  }
  void grow() {
    for (Growth* const growth : growths_)
      while (growth->grow()) {
      }
  }
  [[nodiscard]] std::uint64_t unready_blocks() const {
    std::uint64_t sum = 0;
    for (const Growth* const growth : growths_)
      sum += growth->unready_blocks();
    return sum;
  }
  [[nodiscard]] std::size_t ready_bytes() const {
    std::size_t sum = 0;
    for (const Growth* const growth : growths_)
      sum += growth->ready_bytes();
    return sum;
  }
  [[nodiscard]] std::size_t bytes() const {
    std::size_t sum = 0;
    for (const Growth* const growth : growths_)
      sum += growth->bytes();
    return sum;
  }

  Rig<Engine> rig_;
  GrowthList growths_;
};

TEST_F(GrowingEngine, starts_with_a_part_of_its_memory) {
  EXPECT_FALSE(growths_.empty());
  EXPECT_LT(ready_bytes(), bytes() / 2);
  EXPECT_LT(Engine(capacity(~0U)).growths().size(), growths_.size());
}

TEST_F(GrowingEngine, fills_to_its_maximum_without_an_unready_block) {
  for (std::uint32_t number = 1; number <= orders_grown; ++number) {
    ASSERT_EQ(enter(number).front().kind(), 'A') << number;
    if (number % 10'000 == 0)
      grow();
  }
  EXPECT_EQ(unready_blocks(), 0U);
  EXPECT_EQ(rig_.engine.counters().capacity_reject, 0U);

  const std::vector<Told> told = enter(orders_grown + 1);
  ASSERT_EQ(told.size(), 1U);
  EXPECT_EQ(told.front().event.reject_code, 0x000FU);
  EXPECT_EQ(rig_.engine.counters().capacity_reject, 1U);
  EXPECT_EQ(rig_.engine.book(1).live_orders, orders_grown);
}

TEST_F(GrowingEngine, says_and_knows_the_same_when_nobody_makes_its_memory_ready) {
  Rig<Engine> whole(capacity(orders_grown));
  whole.feed(SlotKind::instrument,
             InstrumentBody{.instrument = 1, .trading_state = 'T', .symbol = Symbol::from("AAPL")});
  whole.feed(SlotKind::session_up, SessionBody{.session = 1});
  std::swap(whole.engine, rig_.engine);
  for (std::uint32_t number = 1; number <= orders_grown + 10; ++number)
    enter(number);
  std::swap(whole.engine, rig_.engine);
  for (std::uint32_t number = 1; number <= orders_grown + 10; ++number)
    enter(number);
  EXPECT_GT(unready_blocks(), 0U);
  EXPECT_EQ(rig_.engine.counters().capacity_reject, 10U);
  EXPECT_EQ(rig_.engine.digest(), whole.engine.digest());
}

TEST_F(GrowingEngine, takes_memory_by_live_orders_and_not_by_orders_ever_entered) {
  grow();
  enter(1);
  grow();
  const std::size_t before = ready_bytes();
  constexpr std::uint32_t live = 500;
  for (std::uint32_t number = 2; number <= 3 * orders_grown; ++number) {
    enter(number);
    if (number > live)
      cancel(number - live);
    if (number % 10'000 == 0)
      grow();
  }
  EXPECT_EQ(ready_bytes(), before);
  EXPECT_EQ(unready_blocks(), 0U);
}

TEST_F(GrowingEngine, keeps_its_trades_in_memory_that_is_ready) {
  for (std::uint32_t number = 1; number <= 4 * trades_max; number += 2) {
    enter(number, 'S');
    enter(number + 1, 'B', '3');
    if (number % 10'000 == 1)
      grow();
  }
  EXPECT_GT(rig_.engine.counters().trades, trades_max);
  EXPECT_EQ(unready_blocks(), 0U);
}

}  // namespace
}  // namespace wirebook::match
