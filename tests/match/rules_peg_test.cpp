// Goal: each rule of RULES.md's section on pegs, by name.
// Method: quotes of another session move; what pegs do is read from the events and the book.
#include "tests/match/peg_fixture.hpp"

namespace wirebook::match {
namespace {

template <class AnyEngine>
class Pegs : public Following<AnyEngine> {};
TYPED_TEST_SUITE(Pegs, Engines);

// ── What is asked for ───────────────────────────────────────────────────────────────────────────

TYPED_TEST(Pegs, a_market_makers_peg_is_0011_and_an_unknown_type_0005) {
  EXPECT_EQ(reject_code(this->enter({.number = 1}, peg('Q'))), 0x0011U);
  EXPECT_EQ(reject_code(this->enter({.number = 2}, peg('q'))), 0x0005U);
  EXPECT_EQ(story(this->enter({.number = 3}, peg('L'))), "A(A)");
}

TYPED_TEST(Pegs, a_midpoint_order_must_be_hidden) {
  this->quote('B', 10'0000);
  this->quote('S', 10'0200);
  EXPECT_EQ(reject_code(this->enter({.number = 1, .display = 'Y'}, peg('M'))), 0x0003U);
  EXPECT_EQ(reject_code(this->enter({.number = 2, .display = 'A'}, peg('m'))), 0x0003U);
  EXPECT_EQ(story(this->enter({.number = 3, .display = 'N'}, peg('M'))), "A");
  EXPECT_EQ(story(this->enter({.number = 4, .display = 'N'}, peg('m'))), "A");
}

// ── Its price ───────────────────────────────────────────────────────────────────────────────────

TYPED_TEST(Pegs, a_primary_peg_takes_the_best_price_of_its_own_side) {
  this->quote('B', 10'0000);
  const auto told = this->enter({.number = 1, .price = no_cap}, peg('R'));
  ASSERT_EQ(story(told), "Am(A)");
  EXPECT_EQ(told[0].event.price.raw, no_cap) << "the report repeats what was sent";
  EXPECT_EQ(told[1].event.price.raw, 10'0000U);
  EXPECT_EQ(told[1].event.order_ref, told[0].event.order_ref);
  EXPECT_EQ(this->book().bid->orders, 2U);
  this->quote('S', 10'0500);
  EXPECT_EQ(this->enter({.number = 2, .side = 'S', .price = no_cap}, peg('R'))[1].event.price.raw,
            10'0500U);
}

TYPED_TEST(Pegs, a_market_peg_takes_the_best_price_of_the_other_side) {
  this->quote('B', 10'0000);
  this->quote('S', 10'0500);
  const auto buy = this->enter({.number = 1, .price = no_cap}, peg('P', -100));
  ASSERT_EQ(story(buy), "Am(A)");
  EXPECT_EQ(buy[1].event.price.raw, 10'0400U);
  const auto sell = this->enter({.number = 2, .side = 'S', .price = no_cap}, peg('P', -450));
  ASSERT_EQ(story(sell), "Am(A)");
  EXPECT_EQ(sell[1].event.price.raw, 10'0450U);
  const auto takes = this->enter({.number = 3, .price = no_cap}, peg('P'));
  ASSERT_EQ(story(takes), "AE(E)E") << "at the offer itself it trades";
  EXPECT_EQ(takes[1].event.price.raw, 10'0450U);
}

TYPED_TEST(Pegs, a_midpoint_peg_takes_the_floor_of_the_mean_for_both_sides) {
  this->quote('B', 10'0000);
  this->quote('S', 10'0101);
  this->enter({.number = 1, .price = no_cap, .display = 'N'}, peg('M'));
  const auto sale =
      this->enter({.session = 2, .side = 'S', .price = no_cap, .display = 'N'}, peg('M'));
  ASSERT_EQ(story(sale), "AE(P)E");
  EXPECT_EQ(sale[1].event.price.raw, 10'0050U);
  EXPECT_EQ(sale[1].event.tail.code, 'J');
}

TYPED_TEST(Pegs, a_midpoint_needs_both_references) {
  this->quote('B', 10'0000);
  this->enter({.number = 1, .price = no_cap, .display = 'N'}, peg('M'));
  EXPECT_EQ(story(this->enter({.session = 2, .side = 'S', .quantity = 150, .price = 1})),
            "AE(E)Em(A)")
      << "the midpoint order waits";
  EXPECT_EQ(this->book().live_orders, 2U);
}

TYPED_TEST(Pegs, a_positive_offset_is_more_aggressive_on_both_sides) {
  this->quote('B', 10'0000);
  this->quote('S', 10'0500);
  EXPECT_EQ(this->enter({.number = 1, .price = no_cap}, peg('R', 100))[1].event.price.raw,
            10'0100U);
  EXPECT_EQ(
      this->enter({.number = 2, .side = 'S', .price = no_cap}, peg('R', 100))[1].event.price.raw,
      10'0400U);
  EXPECT_EQ(this->enter({.number = 3, .price = no_cap}, peg('R', -100))[1].event.price.raw,
            9'9900U);
}

TYPED_TEST(Pegs, the_price_field_is_a_cap_and_a_market_code_is_none) {
  this->quote('B', 10'0000);
  this->quote('S', 10'0500);
  EXPECT_EQ(this->enter({.number = 1, .price = 9'9500}, peg('R', 300))[1].event.price.raw, 9'9500U);
  EXPECT_EQ(this->enter({.number = 2, .side = 'S', .price = 10'0600}, peg('R'))[1].event.price.raw,
            10'0600U);
  EXPECT_EQ(this->enter({.number = 3, .price = price_market_alternate.raw}, peg('R', 300))[1]
                .event.price.raw,
            10'0300U);
}

TYPED_TEST(Pegs, a_peg_has_a_price_that_a_limit_may_have) {
  this->quote('B', 100);
  EXPECT_EQ(this->enter({.number = 1, .price = no_cap}, peg('R', -500))[1].event.price.raw, 1U);
  this->quote('S', price_limit_max.raw - 100);
  EXPECT_EQ(
      this->enter({.number = 2, .side = 'S', .price = no_cap}, peg('R', -500))[1].event.price.raw,
      price_limit_max.raw);
}

TYPED_TEST(Pegs, references_are_displayed_prices_that_no_peg_makes) {
  this->quote('B', 10'0000);
  this->enter({.number = 1, .price = no_cap}, peg('R', 200));
  this->enter({.number = 2, .price = 10'0300, .display = 'N'});
  const auto told = this->enter({.number = 3, .price = no_cap}, peg('R'));
  EXPECT_EQ(told[1].event.price.raw, 10'0000U);
}

TYPED_TEST(Pegs, a_level_that_pegs_and_others_share_is_a_reference) {
  this->quote('B', 10'0000);
  this->enter({.number = 1, .price = no_cap}, peg('R'));
  this->quote('B', 9'9000);
  const auto told = this->unquote(1);
  ASSERT_EQ(story(told), "C(D)T(U)");
  EXPECT_EQ(told[1].event.price.raw, 9'9000U);
}

// ── Waiting ─────────────────────────────────────────────────────────────────────────────────────

TYPED_TEST(Pegs, a_peg_without_a_reference_waits_off_the_book) {
  const auto told = this->enter({.number = 1, .price = no_cap}, peg('R'));
  ASSERT_EQ(story(told), "A");
  EXPECT_EQ(told[0].event.tail.state, 'L');
  EXPECT_EQ(this->book().live_orders, 1U);
  EXPECT_FALSE(this->book().bid.has_value());
  EXPECT_EQ(story(this->enter({.session = 2, .side = 'S', .price = 1, .time_in_force = '3'})), "AC")
      << "nothing trades with it";
}

TYPED_TEST(Pegs, a_peg_that_finds_a_reference_is_told_by_T_with_an_add) {
  const auto entered = this->enter({.number = 1, .price = no_cap}, peg('R'));
  const auto told = this->quote('B', 10'0000);
  ASSERT_EQ(story(told), "A(A)T(A)");
  const Event& update = told[1].event;
  EXPECT_EQ(update.session, 1U);
  EXPECT_EQ(update.user_ref_num, 1U);
  EXPECT_EQ(update.price.raw, 10'0000U);
  EXPECT_EQ(update.order_ref, entered[0].event.order_ref + 2);
  EXPECT_EQ(update.market_quantity.raw, 100U);
  EXPECT_EQ(update.tail.side, 'B');
  EXPECT_EQ(this->book().bid->orders, 2U);
}

TYPED_TEST(Pegs, an_attributed_peg_is_added_with_its_firm) {
  this->enter({.number = 1, .price = no_cap, .display = 'A'}, peg('R'));
  const auto told = this->quote('B', 10'0000);
  ASSERT_EQ(story(told), "A(A)T(F)");
  EXPECT_EQ(std::string(told[1].event.attribution.data(), 4), "FRM1");
  EXPECT_EQ(story(this->quote('B', 10'0100)), "A(A)T(U)") << "the feed keeps the attribution";
}

TYPED_TEST(Pegs, a_displayed_peg_that_loses_its_reference_leaves_the_book) {
  this->quote('B', 10'0000);
  const auto entered = this->enter({.number = 1, .price = no_cap}, peg('R'));
  const auto told = this->unquote(1);
  ASSERT_EQ(story(told), "C(D)m(D)");
  EXPECT_EQ(told[1].event.order_ref, entered[0].event.order_ref);
  EXPECT_EQ(this->book().live_orders, 1U);
  EXPECT_FALSE(this->book().bid.has_value());
}

TYPED_TEST(Pegs, a_hidden_peg_comes_and_goes_without_a_word) {
  this->quote('B', 10'0000);
  EXPECT_EQ(story(this->enter({.number = 1, .price = no_cap, .display = 'N'}, peg('R'))), "A");
  EXPECT_EQ(story(this->unquote(1)), "C(D)");
  EXPECT_EQ(story(this->enter({.session = 2, .side = 'S', .price = 1, .time_in_force = '3'})),
            "AC");
  EXPECT_EQ(story(this->quote('B', 9'0000)), "A(A)");
  EXPECT_EQ(story(this->enter(
                {.session = 2, .number = 2, .side = 'S', .quantity = 150, .price = 9'0000})),
            "AE(E)EE(P)E");
}

TYPED_TEST(Pegs, a_waiting_peg_is_canceled_reduced_and_modified_like_any_other) {
  this->enter({.number = 1, .side = 'S', .quantity = 300, .price = no_cap}, peg('R'));
  EXPECT_EQ(story(this->cancel(1, 1, 200)), "C");
  EXPECT_EQ(story(this->modify(1, 1, 'T', 100)), "M");
  EXPECT_EQ(story(this->cancel(1, 1, 0)), "C");
  EXPECT_EQ(this->book(), BookSummary{});
  this->enter({.number = 2, .price = no_cap}, peg('R'));
  EXPECT_EQ(story(this->account(SlotKind::mass_cancel, 1, 3)), "XC");
  EXPECT_EQ(this->book(), BookSummary{});
}

// ── IOC, m ──────────────────────────────────────────────────────────────────────────────────────

TYPED_TEST(Pegs, an_ioc_peg_is_priced_at_entry) {
  this->quote('B', 10'0000);
  this->quote('S', 10'0100);
  this->quote('S', 10'0200);
  const auto told =
      this->enter({.number = 1, .quantity = 300, .price = no_cap, .time_in_force = '3'}, peg('P'));
  ASSERT_EQ(story(told), "AE(E)EC");
  EXPECT_EQ(told[3].event.quantity.raw, 200U);
  EXPECT_EQ(told[3].event.tail.code, 'I');
}

TYPED_TEST(Pegs, an_ioc_peg_without_a_reference_is_accepted_and_canceled) {
  const auto told = this->enter({.number = 1, .price = no_cap, .time_in_force = '3'}, peg('P'));
  ASSERT_EQ(story(told), "AC");
  EXPECT_EQ(told[0].event.tail.state, 'L');
  EXPECT_EQ(told[1].event.tail.code, 'I');
  EXPECT_EQ(this->book(), BookSummary{});
}

TYPED_TEST(Pegs, m_is_priced_once_and_then_a_limit) {
  this->quote('B', 10'0000);
  this->quote('S', 10'0200);
  EXPECT_EQ(story(this->enter({.number = 1, .price = no_cap, .display = 'N'}, peg('m', 10))), "A");
  this->quote('B', 10'0100);
  this->unquote(2);
  const auto told = this->enter({.session = 2, .side = 'S', .quantity = 200, .price = 10'0100});
  ASSERT_EQ(story(told), "AE(P)EE(E)E");
  EXPECT_EQ(told[1].event.price.raw, 10'0110U);
}

TYPED_TEST(Pegs, m_without_a_reference_is_0001) {
  this->quote('B', 10'0000);
  EXPECT_EQ(reject_code(this->enter({.number = 1, .display = 'N'}, peg('m'))), 0x0001U);
}

// ── Replace ─────────────────────────────────────────────────────────────────────────────────────

TYPED_TEST(Pegs, a_replace_keeps_what_it_does_not_send) {
  this->quote('B', 10'0000);
  this->enter({.number = 1, .price = no_cap}, peg('R', 100));
  const auto told = this->replace({.original = 1, .number = 2, .price = no_cap});
  ASSERT_EQ(story(told), "U(D)m(A)");
  EXPECT_EQ(told[1].event.price.raw, 10'0100U);
  EXPECT_EQ(told[0].event.price.raw, no_cap);
}

TYPED_TEST(Pegs, a_replace_turns_a_peg_into_a_limit_order_and_back) {
  this->quote('B', 10'0000);
  this->enter({.number = 1, .price = no_cap}, peg('R', 100));
  EXPECT_EQ(story(this->replace({.original = 1, .number = 2, .price = 9'9000}, peg('L'))), "U(U)");
  EXPECT_EQ(story(this->quote('B', 10'0500)), "A(A)") << "it follows nothing";
  EXPECT_EQ(story(this->replace({.original = 2, .number = 3, .price = no_cap}, peg('R'))),
            "U(D)m(A)");
  EXPECT_EQ(story(this->quote('B', 10'0600)), "A(A)T(U)");
}

TYPED_TEST(Pegs, a_replaced_waiting_peg_was_not_displayed) {
  this->enter({.number = 1, .price = no_cap}, peg('R'));
  EXPECT_EQ(story(this->replace({.original = 1, .number = 2, .price = no_cap})), "U");
  EXPECT_EQ(story(this->replace({.original = 2, .number = 3, .price = 9'0000}, peg('L'))), "U(A)");
}

TYPED_TEST(Pegs, a_midpoint_peg_that_would_be_displayed_is_a_bad_replace) {
  this->enter({.number = 1, .price = no_cap, .display = 'N'}, peg('M'));
  EXPECT_EQ(story(this->replace({.original = 1, .number = 2, .price = no_cap, .display = 'Y'})),
            "C");
}

TYPED_TEST(Pegs, m_without_a_reference_is_a_bad_replace) {
  this->enter({.number = 1, .price = 9'0000, .display = 'N'});
  EXPECT_EQ(story(this->replace({.original = 1, .number = 2, .display = 'N'}, peg('m'))), "C");
}

}  // namespace
}  // namespace wirebook::match
