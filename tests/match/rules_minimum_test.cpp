// Goal: minimum quantities, for both engines. Method: one test a rule, named after it.
#include "tests/match/rules_fixture.hpp"

namespace wirebook::match {
namespace {

std::string at_least(std::uint32_t shares) {
  return appendage_of({{Tag::min_qty, number_bytes(shares, 4)}});
}

template <class AnyEngine>
class Minimum : public Rules<AnyEngine> {
 protected:
  /// A hidden buyer that wants at least so many shares from one seller.
  std::string rest(std::uint32_t number, std::uint32_t quantity, std::uint32_t minimum) {
    return story(
        this->enter({.number = number, .quantity = quantity, .display = 'N'}, at_least(minimum)));
  }
  std::string sell(std::uint32_t number, std::uint32_t quantity, char time_in_force = '0') {
    return story(this->enter({.session = 2,
                              .number = number,
                              .side = 'S',
                              .quantity = quantity,
                              .time_in_force = time_in_force}));
  }
};
TYPED_TEST_SUITE(Minimum, Engines);

TYPED_TEST(Minimum, it_may_be_the_whole_order_but_not_more) {
  EXPECT_EQ(this->rest(1, 100, 100), "A");
  EXPECT_EQ(reject_code(this->enter({.number = 2, .quantity = 100, .display = 'N'}, at_least(101))),
            0x000DU);
}

TYPED_TEST(Minimum, such_an_order_rests_only_hidden) {
  for (const char display : {'Y', 'A'})
    EXPECT_EQ(reject_code(
                  this->enter({.number = 1U + (display == 'A'), .display = display}, at_least(1))),
              0x000DU);
  EXPECT_EQ(story(this->enter({.number = 3, .time_in_force = '3', .display = 'Y'}, at_least(1))),
            "AC");
}

TYPED_TEST(Minimum, on_entry_several_orders_together_are_enough) {
  this->sell(1, 30);
  this->sell(2, 40);
  const auto told = this->enter({.display = 'N'}, at_least(70));
  EXPECT_EQ(story(told), "AE(E)EE(E)E");
  EXPECT_EQ(this->book().live_orders, 1U);
}

TYPED_TEST(Minimum, on_entry_nothing_trades_where_it_is_not_there) {
  this->sell(1, 30);
  this->sell(2, 40);
  EXPECT_EQ(this->rest(1, 100, 71), "A");
  EXPECT_EQ(this->book().live_orders, 3U);
  EXPECT_EQ(this->book().ask->quantity, 70U);
  // Prices beyond its own do not count.
  this->enter({.session = 2, .number = 3, .side = 'S', .quantity = 500, .price = 10'0100});
  EXPECT_EQ(this->rest(2, 100, 71), "A");
}

TYPED_TEST(Minimum, an_ioc_that_does_not_find_it_is_cancelled) {
  this->sell(1, 99);
  const auto told = this->enter({.time_in_force = '3'}, at_least(100));
  ASSERT_EQ(story(told), "AC");
  EXPECT_EQ(told[1].event.tail.code, 'I');
  EXPECT_EQ(told[1].event.quantity.raw, 100U);
}

TYPED_TEST(Minimum, fill_or_kill_is_an_ioc_for_the_whole_quantity) {
  this->sell(1, 60);
  EXPECT_EQ(story(this->enter({.number = 1, .time_in_force = '3'}, at_least(100))), "AC");
  this->sell(2, 40);
  EXPECT_EQ(story(this->enter({.number = 2, .time_in_force = '3'}, at_least(100))), "AE(E)EE(E)E");
}

TYPED_TEST(Minimum, an_incoming_order_that_brings_less_goes_past_it) {
  this->rest(1, 100, 50);
  this->enter({.number = 2, .quantity = 10});
  // 49 shares: past the first, then 10 of the second.
  const auto told = this->enter({.session = 2, .number = 1, .side = 'S', .quantity = 49});
  ASSERT_EQ(story(told), "AE(E)Em(A)");
  EXPECT_EQ(told[1].event.user_ref_num, 2U);
  EXPECT_EQ(told[3].event.market_quantity.raw, 39U);
  EXPECT_EQ(this->book().live_orders, 2U);
}

TYPED_TEST(Minimum, an_incoming_order_goes_past_it_to_the_next_price) {
  this->enter({.number = 1, .quantity = 100, .price = 10'0200, .display = 'N'}, at_least(100));
  this->enter({.number = 2, .quantity = 10, .price = 10'0100});
  this->enter({.number = 3, .quantity = 10, .price = 9'9900});
  const auto told =
      this->enter({.session = 2, .number = 1, .side = 'S', .quantity = 30, .time_in_force = '3'});
  ASSERT_EQ(story(told), "AE(E)EC");
  EXPECT_EQ(told[1].event.user_ref_num, 2U);
  EXPECT_EQ(told[3].event.quantity.raw, 20U) << "what lies beyond its price is not for it";
}

TYPED_TEST(Minimum, what_an_incoming_order_has_left_when_it_gets_there_counts) {
  this->enter({.number = 1, .quantity = 60});
  this->rest(2, 100, 50);
  EXPECT_EQ(this->sell(1, 100, '3'), "AE(E)EC") << "it came with 100 and got there with 40";
  this->enter({.number = 3, .quantity = 60});
  EXPECT_EQ(this->sell(2, 50), "AE(P)E");
}

TYPED_TEST(Minimum, it_falls_to_the_remainder) {
  this->rest(1, 100, 80);
  EXPECT_EQ(this->sell(1, 79, '3'), "AC");
  EXPECT_EQ(this->sell(2, 85), "AE(P)E");
  EXPECT_EQ(this->sell(3, 14, '3'), "AC");
  EXPECT_EQ(this->sell(4, 15), "AE(P)E");
}

TYPED_TEST(Minimum, a_hidden_order_that_was_passed_may_cross_the_displayed_book) {
  this->rest(1, 100, 100);
  EXPECT_EQ(this->sell(1, 40), "Am(A)") << "it would trade at that price, but may not";
  const BookSummary book = this->book();
  EXPECT_EQ(book.bid, std::nullopt);
  EXPECT_EQ(book.ask->quantity, 40U);
  EXPECT_EQ(this->sell(2, 100), "AE(P)E");
}

TYPED_TEST(Minimum, a_replace_is_checked_as_an_enter) {
  this->rest(1, 100, 80);
  const auto kept = this->replace({.original = 1, .number = 2, .quantity = 80, .display = 'N'});
  EXPECT_EQ(story(kept), "U");
  EXPECT_EQ(this->sell(1, 79, '3'), "AC") << "the tag that is not sent keeps its value";
  EXPECT_EQ(story(this->replace({.original = 2, .number = 3, .quantity = 79, .display = 'N'})),
            "C");
  this->rest(4, 100, 80);
  EXPECT_EQ(story(this->replace({.original = 4, .number = 5, .display = 'Y'})), "C");
  this->rest(6, 100, 80);
  EXPECT_EQ(story(this->replace({.original = 6, .number = 7, .display = 'Y'}, at_least(0))),
            "U(A)");
}

TYPED_TEST(Minimum, a_replace_that_does_not_find_it_rests) {
  this->sell(1, 30);
  this->enter({.number = 1, .price = 9'0000, .display = 'N'});
  EXPECT_EQ(story(this->replace({.original = 1, .number = 2, .display = 'N'}, at_least(31))), "U");
  EXPECT_EQ(story(this->replace({.original = 2, .number = 3, .display = 'N'}, at_least(30))),
            "UE(E)E");
}

}  // namespace
}  // namespace wirebook::match
