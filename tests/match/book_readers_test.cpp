// Goal: what a reader is shown is the book at the sequence that it names, displayed orders only.
// Method: a few orders, through the public face, on one thread.
#include "match/readers/book_readers.hpp"

#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "tests/match/rig.hpp"

namespace wirebook::match {
namespace {

class Readers : public testing::Test {
 protected:
  Readers() {
    for (std::uint16_t locate = 1; locate <= 40; ++locate)
      feed(SlotKind::instrument,
           InstrumentBody{.instrument = locate,
                          .trading_state = 'T',
                          .round_lot = 100,
                          .symbol = Symbol::from("S" + std::to_string(locate))});
    feed(SlotKind::session_up, SessionBody{.session = 1, .firm = Firm::from("FIRM")});
    show_all();
  }

  void feed(SlotKind kind, const auto& body) {
    rig_.feed(kind, body);
    ++sequence_;
  }
  std::uint32_t enter(char side, std::uint32_t price, std::uint32_t shares, char display = 'Y',
                      std::string_view symbol = "S1") {
    feed(SlotKind::enter, EnterBody{.session = 1,
                                    .symbol = Symbol::from(symbol),
                                    .user_ref_num = ++number_,
                                    .quantity = {shares},
                                    .price = {price},
                                    .side = side,
                                    .time_in_force = '0',
                                    .display = display,
                                    .capacity = 'P',
                                    .iso = 'N',
                                    .cross_type = 'N'});
    return number_;
  }
  void cancel(std::uint32_t number, std::uint32_t left = 0) {
    feed(SlotKind::cancel, ReduceBody{.session = 1, .user_ref_num = number, .quantity = {left}});
  }
  bool show(Show when) { return rig_.engine.show(readers_, sequence_, when); }
  void show_all() {
    while (!show(Show::idle)) {
    }
  }

  static LevelSummary level(std::uint32_t price, std::uint64_t quantity, std::uint32_t orders) {
    return {.price = {price}, .quantity = quantity, .orders = orders};
  }
  static std::vector<LevelSummary> list(std::span<const LevelSummary> levels) {
    return {levels.begin(), levels.end()};
  }

  Rig<Engine> rig_;
  BookReaders readers_{{.instruments = 64, .watches = 3}};
  std::uint64_t sequence_ = 0;
  std::uint32_t number_ = 0;
  BookDepth depth_;
};

using Levels = std::vector<LevelSummary>;

TEST_F(Readers, a_book_without_orders_is_empty) {
  EXPECT_EQ(readers_.top(1).book, BookSummary{});
  EXPECT_EQ(readers_.top(63).book, BookSummary{});
  EXPECT_EQ(readers_.top(65'000).book, BookSummary{});
}

TEST_F(Readers, the_top_is_best_prices_sizes_and_counts_at_its_sequence) {
  enter('B', 10'0000, 300);
  enter('B', 10'0000, 200);
  enter('B', 9'0000, 50);
  enter('S', 12'0000, 70);
  EXPECT_EQ(readers_.top(1).book, BookSummary{}) << "nothing was shown yet";
  show_all();
  const TopOfBook top = readers_.top(1);
  EXPECT_EQ(top.sequence, sequence_);
  EXPECT_EQ(top.book.bid, level(10'0000, 500, 2));
  EXPECT_EQ(top.book.ask, level(12'0000, 70, 1));
  EXPECT_EQ(top.book.bid_levels, 2U);
  EXPECT_EQ(top.book.ask_levels, 1U);
  EXPECT_EQ(top.book.live_orders, 4U);
  EXPECT_EQ(top.book, rig_.engine.book(1));
  EXPECT_EQ(readers_.complete_to(), sequence_);
}

TEST_F(Readers, a_top_that_stays_as_it_was_keeps_its_sequence) {
  enter('B', 10'0000, 300);
  const std::uint32_t behind = enter('B', 9'0000, 50);
  show_all();
  const std::uint64_t sequence = readers_.top(1).sequence;
  cancel(behind, 20);
  show_all();
  EXPECT_EQ(readers_.top(1).sequence, sequence);
  EXPECT_EQ(readers_.complete_to(), sequence_);
}

TEST_F(Readers, hidden_orders_are_counted_and_not_shown) {
  auto watch = readers_.watch(1, 5);
  enter('B', 11'0000, 100, 'N');
  enter('B', 10'0000, 300);
  enter('B', 10'0000, 100, 'N');
  enter('B', 9'0000, 40, 'N');
  show_all();
  EXPECT_EQ(readers_.top(1).book.bid, level(10'0000, 300, 1));
  EXPECT_EQ(readers_.top(1).book.live_orders, 4U);
  ASSERT_TRUE(watch->read(depth_));
  EXPECT_EQ(list(depth_.bids()), Levels{level(10'0000, 300, 1)});
  EXPECT_EQ(depth_.live_orders, 4U);
}

TEST_F(Readers, a_watch_shows_so_many_levels_of_each_side_in_price_order) {
  for (std::uint32_t i = 0; i < 5; ++i) {
    enter('B', 10'0000 - i * 100, 10 + i);
    enter('S', 11'0000 + i * 100, 20 + i);
  }
  enter('S', 11'0100, 4);
  auto three = readers_.watch(1, 3);
  auto ten = readers_.watch(1, 10);
  ASSERT_TRUE(three && ten);
  EXPECT_FALSE(three->read(depth_)) << "nothing was shown yet";
  show_all();
  ASSERT_TRUE(three->read(depth_));
  EXPECT_EQ(depth_.sequence, sequence_);
  EXPECT_EQ(list(depth_.bids()),
            (Levels{level(10'0000, 10, 1), level(9'9900, 11, 1), level(9'9800, 12, 1)}));
  EXPECT_EQ(list(depth_.asks()),
            (Levels{level(11'0000, 20, 1), level(11'0100, 25, 2), level(11'0200, 22, 1)}));
  EXPECT_EQ(depth_.bid_levels, 5U);
  EXPECT_EQ(depth_.ask_levels, 5U);
  EXPECT_EQ(depth_.live_orders, 11U);
  ASSERT_TRUE(ten->read(depth_));
  EXPECT_EQ(depth_.bid_count, 5U);
  EXPECT_EQ(depth_.ask_count, 5U);
}

TEST_F(Readers, a_watch_hears_of_its_book_only) {
  auto watch = readers_.watch(2, 5);
  enter('B', 10'0000, 300, 'Y', "S2");
  show_all();
  ASSERT_TRUE(watch->read(depth_));
  const std::uint64_t sequence = depth_.sequence;
  enter('B', 10'0000, 300, 'Y', "S1");
  show_all();
  ASSERT_TRUE(watch->read(depth_));
  EXPECT_EQ(depth_.sequence, sequence);
  enter('B', 10'0000, 1, 'Y', "S2");
  show_all();
  ASSERT_TRUE(watch->read(depth_));
  EXPECT_EQ(depth_.sequence, sequence_);
  EXPECT_EQ(list(depth_.bids()), Levels{level(10'0000, 301, 2)});
}

TEST_F(Readers, places_run_out_and_come_back) {
  auto first = readers_.watch(1, 1);
  auto second = readers_.watch(2, 1);
  auto third = readers_.watch(3, 1);
  EXPECT_TRUE(first && second && third);
  EXPECT_FALSE(readers_.watch(4, 1));
  second.reset();
  EXPECT_TRUE(readers_.watch(4, 1));
}

TEST_F(Readers, a_place_does_not_show_what_was_shown_to_another) {
  enter('B', 10'0000, 300, 'Y', "S1");
  enter('B', 20'0000, 5, 'Y', "S2");
  {
    auto watch = readers_.watch(1, 5);
    show_all();
    ASSERT_TRUE(watch->read(depth_));
  }
  auto again = readers_.watch(2, 5);
  EXPECT_FALSE(again->read(depth_));
  show_all();
  ASSERT_TRUE(again->read(depth_));
  EXPECT_EQ(list(depth_.bids()), Levels{level(20'0000, 5, 1)});
}

TEST_F(Readers, a_watch_of_no_instrument_shows_an_empty_book) {
  auto watch = readers_.watch(65'000, 5);
  show_all();
  ASSERT_TRUE(watch->read(depth_));
  EXPECT_EQ(depth_.bid_count + depth_.ask_count, 0U);
}

TEST_F(Readers, a_busy_engine_pays_for_what_was_written_before_it_writes_again) {
  enter('B', 10'0000, 1);
  show(Show::idle);
  const std::uint64_t shown = readers_.top(1).sequence;
  const std::uint32_t pays = BookReadersOptions{}.slots_per_top;
  for (std::uint32_t i = 1; i < pays; ++i) {
    cancel(enter('B', 1'0000, 1));
    --sequence_;  // two slots as one
    show(Show::busy);
    ASSERT_EQ(readers_.top(1).sequence, shown) << i;
  }
  enter('B', 10'0000, 1);
  show(Show::busy);
  EXPECT_EQ(readers_.top(1).sequence, shown + pays);
  enter('B', 10'0000, 1);
  show(Show::idle);
  EXPECT_EQ(readers_.top(1).sequence, sequence_) << "an idle one writes at once";
}

TEST_F(Readers, many_changed_books_are_shown_some_at_a_time_the_longest_waiting_first) {
  for (std::uint32_t i = 1; i <= 40; ++i)
    enter('B', 10'0000, i, 'Y', "S" + std::to_string(i));
  int calls = 1;
  while (!show(Show::idle)) {
    ++calls;
    ASSERT_LT(readers_.complete_to(), sequence_);
  }
  EXPECT_GT(calls, 2);
  for (std::uint16_t i = 1; i <= 40; ++i)
    EXPECT_EQ(readers_.top(i).book.bid, level(10'0000, i, 1));
  EXPECT_EQ(readers_.complete_to(), sequence_);
}

}  // namespace
}  // namespace wirebook::match
