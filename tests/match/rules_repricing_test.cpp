// Goal: each rule of RULES.md's section on how pegs are repriced behind a slot, by name.
// Method: quotes of another session move; what pegs do is read from the events and the book.
#include "tests/match/peg_fixture.hpp"

namespace wirebook::match {
namespace {

template <class AnyEngine>
class Repricing : public Following<AnyEngine> {};
TYPED_TEST_SUITE(Repricing, Engines);

TYPED_TEST(Repricing, a_displayed_peg_that_is_repriced_is_told_by_T_and_U) {
  this->quote('B', 10'0000);
  const auto entered = this->enter({.number = 1, .price = no_cap}, peg('R'));
  const auto told = this->quote('B', 10'0100);
  ASSERT_EQ(story(told), "A(A)T(U)");
  EXPECT_EQ(told[1].event.orig_order_ref, entered[0].event.order_ref);
  EXPECT_EQ(told[1].event.order_ref, told[0].event.order_ref + 1);
  EXPECT_EQ(told[1].event.price.raw, 10'0100U);
  EXPECT_EQ(told[1].event.market_quantity.raw, 100U);
  EXPECT_EQ(this->book().bid->orders, 2U);
}

TYPED_TEST(Repricing, a_hidden_peg_that_is_repriced_is_told_to_nobody_and_has_a_new_reference) {
  this->quote('B', 10'0000);
  const auto entered = this->enter({.number = 1, .price = no_cap, .display = 'N'}, peg('R'));
  EXPECT_EQ(story(this->quote('B', 10'0100)), "A(A)");
  const auto told = this->enter({.session = 2, .side = 'S', .quantity = 200, .price = 10'0000});
  ASSERT_EQ(story(told), "AE(E)EE(P)E");
  EXPECT_EQ(told[3].event.order_ref, entered[0].event.order_ref + 2);
  EXPECT_EQ(told[3].event.price.raw, 10'0100U);
}

TYPED_TEST(Repricing, a_repriced_peg_is_the_last_of_its_level) {
  this->quote('B', 10'0000);
  this->enter({.number = 1, .price = no_cap}, peg('R'));
  this->enter({.session = 2, .number = 1, .price = 10'0100, .display = 'N'});
  this->quote('B', 10'0100);
  const auto told =
      this->enter({.session = 2, .number = 2, .side = 'S', .quantity = 300, .price = 10'0100});
  ASSERT_EQ(story(told), "AE(P)EE(E)EE(E)E");
  EXPECT_EQ(told[5].event.session, 1U);
}

TYPED_TEST(Repricing, a_peg_whose_price_is_the_same_keeps_its_place) {
  this->quote('B', 10'0000);
  this->enter({.number = 1, .price = 10'0000}, peg('R'));
  this->enter({.session = 2, .number = 1, .price = 10'0000});
  EXPECT_EQ(story(this->quote('B', 10'0100)), "A(A)") << "the cap keeps it where it is";
  this->unquote(2);
  this->unquote(1);
  const auto told =
      this->enter({.session = 3, .number = 9, .side = 'S', .quantity = 100, .price = 10'0000});
  ASSERT_GE(told.size(), 2U);
  EXPECT_EQ(told[1].event.session, 1U) << "first come, first served";
}

TYPED_TEST(Repricing, a_peg_that_no_longer_can_trade_stays_at_its_price_until_the_reference_moves) {
  this->quote('B', 10'0000);
  this->enter({.number = 1, .price = no_cap}, peg('R'));
  EXPECT_EQ(story(this->quote('B', 10'0000)), "A(A)");
  EXPECT_EQ(story(this->unquote(1)), "C(D)") << "another order is at the same price";
}

TYPED_TEST(Repricing, pegs_are_repriced_in_ascending_order_reference) {
  this->quote('B', 10'0000);
  this->enter({.number = 7, .price = no_cap}, peg('R'));
  this->enter({.session = 2, .number = 3, .price = no_cap}, peg('R', -100));
  this->enter({.number = 8, .price = no_cap}, peg('R', 100));
  const auto told = this->quote('B', 10'0200);
  ASSERT_EQ(story(told), "A(A)T(U)T(U)T(U)");
  EXPECT_EQ(told[1].event.user_ref_num, 7U);
  EXPECT_EQ(told[2].event.user_ref_num, 3U);
  EXPECT_EQ(told[3].event.user_ref_num, 8U);
  EXPECT_EQ(told[3].event.order_ref, told[1].event.order_ref + 2);
}

TYPED_TEST(Repricing, instruments_follow_in_ascending_locate) {
  this->instrument(40, "ZZZZ");
  for (const std::string_view symbol : {"ZZZZ", "MSFT", "AAPL"}) {
    this->enter({.session = 2, .number = ++this->quotes_, .symbol = symbol, .price = 9'0000});
    this->enter({.number = this->quotes_, .symbol = symbol, .price = no_cap}, peg('R'));
  }
  const auto told = this->session_down(2);
  ASSERT_EQ(story(told), "C(D)C(D)C(D)m(D)m(D)m(D)");
  EXPECT_EQ(told[3].event.instrument, 1U);
  EXPECT_EQ(told[4].event.instrument, 2U);
  EXPECT_EQ(told[5].event.instrument, 40U);
}

TYPED_TEST(Repricing, a_repriced_peg_trades_like_an_incoming_order) {
  this->quote('B', 10'0000);
  this->enter({.number = 1, .quantity = 150, .price = no_cap}, peg('R', 100));
  this->enter({.session = 2, .number = 1, .side = 'S', .price = 10'0150, .display = 'N'});
  const auto told = this->quote('B', 10'0050);
  ASSERT_EQ(story(told), "A(A)m(D)E(P)ET(A)");
  EXPECT_EQ(told[2].event.price.raw, 10'0150U);
  EXPECT_EQ(told[2].event.session, 2U);
  EXPECT_EQ(told[3].event.tail.code, 'R');
  EXPECT_EQ(told[3].event.order_ref, told[4].event.order_ref);
  EXPECT_GT(told[3].event.order_ref, told[1].event.order_ref);
  EXPECT_EQ(told[4].event.market_quantity.raw, 50U);
  EXPECT_EQ(told[4].event.price.raw, 10'0150U);
  EXPECT_EQ(this->book().bid->quantity, 50U);
}

TYPED_TEST(Repricing, a_repriced_peg_that_trades_whole_is_gone) {
  this->quote('B', 10'0000);
  this->enter({.number = 1, .price = no_cap}, peg('R', 100));
  this->enter({.session = 2, .number = 1, .side = 'S', .price = 10'0150, .display = 'N'});
  EXPECT_EQ(story(this->quote('B', 10'0050)), "A(A)m(D)E(P)E");
  EXPECT_EQ(this->book().live_orders, 2U);
  EXPECT_EQ(story(this->cancel(1, 1, 0)), "");
}

TYPED_TEST(Repricing, a_hidden_peg_that_is_repriced_trades_too) {
  this->quote('B', 10'0000);
  this->quote('S', 10'1000);
  this->enter({.number = 1, .price = no_cap, .display = 'N'}, peg('M'));
  this->enter({.session = 2, .number = 1, .side = 'S', .price = 10'0600, .display = 'N'});
  EXPECT_EQ(story(this->quote('B', 10'0200)), "A(A)E(P)E") << "the mean is now 10.06";
}

TYPED_TEST(Repricing, a_post_only_peg_that_would_trade_is_canceled_G) {
  this->quote('B', 10'0000);
  EXPECT_EQ(
      story(this->enter({.number = 1, .price = no_cap}, peg('R', 100) + tag(Tag::post_only, 'P'))),
      "Am(A)");
  this->enter({.session = 2, .number = 1, .side = 'S', .price = 10'0150, .display = 'N'});
  const auto told = this->quote('B', 10'0050);
  ASSERT_EQ(story(told), "A(A)C(D)");
  EXPECT_EQ(told[1].event.tail.code, 'G');
  EXPECT_EQ(told[1].event.quantity.raw, 100U);
}

TYPED_TEST(Repricing, a_post_only_peg_that_would_trade_at_once_is_dead) {
  this->quote('S', 10'0000);
  const auto told =
      this->enter({.number = 1, .price = no_cap}, peg('P') + tag(Tag::post_only, 'P'));
  ASSERT_EQ(story(told), "A");
  EXPECT_EQ(told[0].event.tail.state, 'D');
  EXPECT_EQ(this->book().live_orders, 1U);
}

TYPED_TEST(Repricing, references_that_pegs_move_are_dealt_with_after_the_next_slot) {
  this->quote('B', 10'0000);
  this->quote('S', 10'0300);
  this->quote('S', 10'0500);
  this->enter({.number = 1, .price = no_cap}, peg('R', 200));                              // 10.02
  this->enter({.session = 2, .number = 1, .side = 'S', .price = no_cap}, peg('R', -200));  // 10.05
  const auto told = this->quote('B', 10'0100);
  ASSERT_EQ(story(told), "A(A)m(D)E(E)E") << "the first peg takes the best offer";
  const auto next = this->tick();
  ASSERT_EQ(story(next), "T(U)") << "the other follows the next one";
  EXPECT_EQ(next[0].event.price.raw, 10'0700U);
  EXPECT_EQ(story(this->tick()), "");
}

TYPED_TEST(Repricing, a_peg_that_enters_is_repriced_when_it_has_moved_its_own_reference) {
  this->quote('S', 10'0000);
  this->quote('S', 10'0200);
  const auto told = this->enter({.number = 1, .quantity = 300, .price = no_cap}, peg('P'));
  ASSERT_EQ(story(told), "AE(E)Em(A)m(D)E(E)ET(A)");
  EXPECT_EQ(told[5].event.price.raw, 10'0200U);
  EXPECT_EQ(story(this->tick()), "m(D)") << "no offer is left";
}

TYPED_TEST(Repricing, a_halted_instrument_waits_with_its_pegs) {
  this->quote('B', 10'0000);
  this->quote('B', 9'0000);
  this->enter({.number = 1, .price = no_cap}, peg('R'));
  this->trading_state(1, 'H');
  EXPECT_EQ(story(this->unquote(1)), "C(D)");
  EXPECT_EQ(story(this->tick()), "");
  EXPECT_EQ(story(this->trading_state(1, 'T')), "m(H)T(U)");
}

TYPED_TEST(Repricing, a_collar_bounds_a_peg_from_the_slot_that_sets_it) {
  this->quote('B', 10'0000);
  this->enter({.number = 1, .price = no_cap}, peg('R', 300));
  const auto told = this->collar(9'0000, 10'0100);
  ASSERT_EQ(story(told), "T(U)");
  EXPECT_EQ(told[0].event.price.raw, 10'0100U);
  EXPECT_EQ(this->collar(9'0000, 11'0000)[0].event.price.raw, 10'0300U);
}

TYPED_TEST(Repricing, a_day_that_has_ended_has_no_repricing) {
  this->quote('B', 10'0000);
  this->quote('B', 9'0000);
  this->enter({.number = 1, .price = no_cap}, peg('R'));
  this->system_event('E');
  EXPECT_EQ(story(this->unquote(1)), "C(D)");
  EXPECT_EQ(story(this->system_event('S')), "m(S)SSST(U)");
}

// ── Long passes ─────────────────────────────────────────────────────────────────────────────────

TYPED_TEST(Repricing, a_thousand_pegs_are_repriced_step_by_step) {
  this->quote('B', 10'0000);
  for (std::uint32_t number = 1; number <= 1'000; ++number)
    this->enter({.number = number, .price = no_cap}, peg('R', number % 3 == 0 ? -100 : 0));
  const auto told = this->quote('B', 10'0100);
  ASSERT_EQ(told.size(), 1'001U);
  EXPECT_GE(this->rig_.steps, 1'000U / step_events_max);
  for (std::uint32_t number = 1; number <= 1'000; ++number)
    ASSERT_EQ(told[number].event.user_ref_num, number);
  EXPECT_EQ(this->book().live_orders, 1'002U);
}

TYPED_TEST(Repricing, a_repriced_peg_sweeps_step_by_step) {
  this->quote('B', 10'0000);
  this->enter({.number = 1, .quantity = 500, .price = no_cap}, peg('R', 100));
  for (std::uint32_t number = 1; number <= 300; ++number)
    this->enter({.session = 2,
                 .number = number,
                 .side = 'S',
                 .quantity = 1,
                 .price = 10'0150,
                 .display = 'N'});
  const auto told = this->quote('B', 10'0050);
  ASSERT_EQ(told.size(), 2U + 600U + 1U);
  EXPECT_EQ(told.back().event.tail.kind, EventKind::priority_update);
  EXPECT_EQ(told.back().event.market_quantity.raw, 200U);
}

}  // namespace
}  // namespace wirebook::match
