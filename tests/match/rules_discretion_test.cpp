// Goal: each rule of RULES.md's section on discretion, by name.
// Method: orders with discretion meet others on entry and while they rest; read from the events.
#include "tests/match/peg_fixture.hpp"

namespace wirebook::match {
namespace {

std::string up_to(std::uint32_t price) {
  return appendage_of({{Tag::discretion_price, number_bytes(price, 8)}});
}
std::string discretion(char type, std::int32_t offset, std::uint32_t most = 0) {
  return (most == 0 ? std::string() : up_to(most)) + tag(Tag::discretion_price_type, type) +
         appendage_of(
             {{Tag::discretion_peg_offset, number_bytes(static_cast<std::uint32_t>(offset), 4)}});
}

template <class AnyEngine>
class Discretion : public Following<AnyEngine> {};
TYPED_TEST_SUITE(Discretion, Engines);

// ── What is asked for ───────────────────────────────────────────────────────────────────────────

TYPED_TEST(Discretion, a_peg_has_no_discretion_0011) {
  for (const char type : {'P', 'M', 'R', 'm'})
    EXPECT_EQ(reject_code(this->enter({.number = ++this->quotes_, .display = 'N'},
                                      peg(type) + up_to(10'0500))),
              0x0011U);
  EXPECT_EQ(reject_code(this->enter({.number = 10}, peg('R') + discretion('R', 0))), 0x0011U);
}

TYPED_TEST(Discretion, post_only_market_and_reserve_orders_have_none_000F) {
  EXPECT_EQ(reject_code(this->enter({.number = 1}, up_to(10'0500) + tag(Tag::post_only, 'P'))),
            0x000FU);
  EXPECT_EQ(reject_code(this->enter({.number = 2, .price = price_market.raw}, up_to(10'0500))),
            0x000FU);
  EXPECT_EQ(
      reject_code(this->enter(
          {.number = 3}, appendage_of({{Tag::max_floor, number_bytes(10, 4)}}) + up_to(10'0500))),
      0x000FU);
}

TYPED_TEST(Discretion, its_price_is_a_limit_and_no_less_aggressive_000F) {
  EXPECT_EQ(reject_code(this->enter({.number = 1}, up_to(9'9900))), 0x000FU);
  EXPECT_EQ(reject_code(this->enter({.number = 2, .side = 'S'}, up_to(10'0100))), 0x000FU);
  EXPECT_EQ(reject_code(this->enter({.number = 3}, up_to(price_limit_max.raw + 1))), 0x000FU);
  EXPECT_EQ(
      reject_code(this->enter(
          {.number = 4}, appendage_of({{Tag::discretion_price, number_bytes(1ULL << 40, 8)}}))),
      0x000FU);
  EXPECT_EQ(reject_code(this->enter({.number = 5}, discretion('Q', 0))), 0x000FU);
  EXPECT_EQ(story(this->enter({.number = 6}, up_to(10'0000))), "A(A)");
  EXPECT_EQ(story(this->enter({.number = 7}, up_to(0))), "A(A)") << "none is asked for";
}

// ── On entry ────────────────────────────────────────────────────────────────────────────────────

TYPED_TEST(Discretion, an_incoming_order_trades_up_to_its_discretion_and_rests_at_its_price) {
  this->quote('S', 10'0300);
  this->quote('S', 10'0500);
  this->quote('S', 10'0501);
  const auto told = this->enter({.number = 1, .quantity = 250, .price = 10'0000}, up_to(10'0500));
  ASSERT_EQ(story(told), "AE(E)EE(E)Em(A)");
  EXPECT_EQ(told[1].event.price.raw, 10'0300U);
  EXPECT_EQ(told[3].event.price.raw, 10'0500U);
  EXPECT_EQ(told[5].event.price.raw, 10'0000U);
  EXPECT_EQ(told[5].event.market_quantity.raw, 50U);
}

TYPED_TEST(Discretion, a_seller_has_it_downwards) {
  this->quote('B', 9'9500);
  this->quote('B', 9'9499);
  EXPECT_EQ(story(this->enter({.number = 1, .side = 'S', .quantity = 200}, up_to(9'9500))),
            "AE(E)Em(A)");
}

TYPED_TEST(Discretion, an_ioc_order_uses_it_and_is_gone) {
  this->quote('S', 10'0300);
  EXPECT_EQ(
      story(this->enter({.number = 1, .quantity = 200, .time_in_force = '3'}, up_to(10'0300))),
      "AE(E)EC");
}

TYPED_TEST(Discretion, types_P_M_R_follow_the_references) {
  this->quote('B', 9'9000);
  this->quote('S', 10'0300);
  EXPECT_EQ(story(this->enter({.number = 1, .price = 9'0000}, discretion('P', -1))), "A(A)");
  EXPECT_EQ(story(this->enter({.number = 2, .price = 9'0000}, discretion('M', 649))), "A(A)");
  EXPECT_EQ(story(this->enter({.number = 3, .price = 9'0000}, discretion('R', 1299))), "A(A)");
  EXPECT_EQ(story(this->enter({.number = 4, .quantity = 30, .price = 9'0000, .time_in_force = '3'},
                              discretion('P', 0))),
            "AE(E)E");
  EXPECT_EQ(story(this->enter({.number = 5, .quantity = 30, .price = 9'0000, .time_in_force = '3'},
                              discretion('M', 650))),
            "AE(E)E");
  EXPECT_EQ(story(this->enter({.number = 6, .quantity = 30, .price = 9'0000, .time_in_force = '3'},
                              discretion('R', 1300))),
            "AE(E)E");
}

TYPED_TEST(Discretion, discretion_price_bounds_what_follows_a_reference) {
  this->quote('S', 10'0300);
  EXPECT_EQ(story(this->enter({.number = 1, .price = 9'0000}, discretion('P', 0, 10'0299))),
            "A(A)");
  EXPECT_EQ(story(this->enter({.number = 2, .price = 9'0000}, discretion('P', 0, 10'0300))),
            "AE(E)E");
}

TYPED_TEST(Discretion, without_a_reference_the_order_has_its_price_alone) {
  this->enter(
      {.session = 3, .number = ++this->quotes_, .side = 'S', .price = 10'0300, .display = 'N'});
  EXPECT_EQ(
      story(this->enter({.number = 1, .price = 10'0000, .display = 'N'}, discretion('R', 400))),
      "A");
  EXPECT_EQ(story(this->quote('B', 9'9900)), "A(A)E(P)E");
}

// ── At rest ─────────────────────────────────────────────────────────────────────────────────────

TYPED_TEST(Discretion, a_resting_order_takes_what_comes_within_its_discretion) {
  this->enter({.number = 1, .quantity = 150}, up_to(10'0500));
  const auto told = this->quote('S', 10'0300);
  ASSERT_EQ(story(told), "A(A)E(E)E(X)");
  EXPECT_EQ(told[1].event.session, 3U);
  EXPECT_EQ(told[1].event.tail.code, 'A');
  EXPECT_EQ(told[1].event.price.raw, 10'0300U) << "at the price of what it takes";
  EXPECT_EQ(told[2].event.session, 1U);
  EXPECT_EQ(told[2].event.tail.code, 'R');
  EXPECT_EQ(told[2].event.market_quantity.raw, 100U);
  EXPECT_EQ(this->book().bid->quantity, 50U);
  EXPECT_EQ(this->book().bid->price.raw, 10'0000U);
}

TYPED_TEST(Discretion, an_order_that_is_used_up_leaves_the_book) {
  this->enter({.number = 1, .quantity = 60}, up_to(10'0500));
  const auto told = this->quote('S', 10'0300);
  ASSERT_EQ(story(told), "A(A)E(E)E(D)");
  EXPECT_EQ(this->book().ask->quantity, 40U);
  EXPECT_EQ(this->book().live_orders, 1U);
  EXPECT_EQ(story(this->cancel(1, 1, 0)), "");
}

TYPED_TEST(Discretion, hidden_shares_are_told_to_nobody) {
  this->enter({.number = 1, .quantity = 150, .display = 'N'}, up_to(10'0500));
  EXPECT_EQ(story(this->quote('S', 10'0300)), "A(A)E(E)E");
  EXPECT_EQ(this->book().live_orders, 1U);
}

TYPED_TEST(Discretion, the_order_keeps_its_place_and_its_reference) {
  const auto entered = this->enter({.number = 1, .quantity = 150}, up_to(10'0500));
  this->enter({.session = 2, .number = 1});
  EXPECT_EQ(this->quote('S', 10'0300)[2].event.order_ref, entered[0].event.order_ref);
  const auto told = this->enter({.session = 3, .number = 50, .side = 'S'});
  ASSERT_EQ(story(told), "AE(E)EE(E)E");
  EXPECT_EQ(told[1].event.session, 1U);
  EXPECT_EQ(told[1].event.quantity.raw, 50U);
}

TYPED_TEST(Discretion, orders_use_it_in_ascending_order_reference) {
  this->enter({.session = 2, .number = 5, .quantity = 60}, up_to(10'0300));
  this->enter({.number = 1, .quantity = 60, .price = 10'0100}, up_to(10'0500));
  const auto told = this->quote('S', 10'0300);
  ASSERT_EQ(story(told), "A(A)E(E)E(D)E(E)E(X)");
  EXPECT_EQ(told[2].event.session, 2U);
  EXPECT_EQ(told[4].event.session, 1U);
  EXPECT_EQ(told[4].event.quantity.raw, 40U);
}

TYPED_TEST(Discretion, a_collar_bounds_it_until_it_goes) {
  this->collar(9'0000, 10'0200);
  this->enter({.number = 1, .quantity = 150}, up_to(10'0500));
  this->collar(0, 0);
  this->collar(9'0000, 10'0200);
  this->enter({.session = 3, .number = ++this->quotes_, .side = 'S', .price = 10'0300});
  EXPECT_EQ(this->book().live_orders, 2U);
  EXPECT_EQ(story(this->collar(0, 0)), "E(E)E(X)");
}

TYPED_TEST(Discretion, what_is_beyond_it_stays) {
  this->enter({.number = 1}, up_to(10'0500));
  EXPECT_EQ(story(this->quote('S', 10'0501)), "A(A)");
}

TYPED_TEST(Discretion, a_reference_that_moves_gives_more_of_it) {
  this->enter(
      {.session = 3, .number = ++this->quotes_, .side = 'S', .price = 10'0300, .display = 'N'});
  this->enter({.number = 1, .price = 9'0000}, discretion('R', 100));
  const auto told = this->quote('B', 10'0200);
  ASSERT_EQ(story(told), "A(A)E(P)E(D)");
}

TYPED_TEST(Discretion, pegs_come_before_it) {
  this->quote('B', 10'0000);
  this->enter({.number = 1, .price = 9'0000}, discretion('R', 300));
  this->enter({.number = 2, .price = price_market.raw}, peg('R', 300));
  this->enter({.session = 2, .side = 'S', .price = 10'0350, .display = 'N'});
  const auto told = this->quote('B', 10'0050);
  ASSERT_EQ(story(told), "A(A)m(D)E(P)E");
  EXPECT_EQ(told[3].event.user_ref_num, 2U) << "though the other order is older";
}

TYPED_TEST(Discretion, pegs_of_all_instruments_come_before_any_discretion) {
  for (const std::string_view symbol : {"MSFT", "AAPL"}) {
    const std::uint32_t number = this->quotes_ += 2;
    this->enter({.session = 2, .number = number, .side = 'S', .symbol = symbol, .price = 10'0100});
    this->enter({.session = 3, .number = number, .side = 'S', .symbol = symbol, .price = 10'0300});
    this->enter({.session = 3,
                 .number = number + 1,
                 .side = 'S',
                 .symbol = symbol,
                 .price = 10'0200,
                 .display = 'N'});
    this->enter({.number = number, .quantity = 50, .symbol = symbol, .price = 9'0000},
                discretion('P', -100));
    this->enter({.number = number + 1, .quantity = 50, .symbol = symbol, .price = price_market.raw},
                peg('P', -100));
  }
  const auto told = this->session_down(2);
  ASSERT_EQ(story(told), "C(D)C(D)m(D)E(P)Em(D)E(P)EE(P)E(D)E(P)E(D)");
  EXPECT_EQ(told[2].event.instrument, 1U);
  EXPECT_EQ(told[5].event.instrument, 2U);
  EXPECT_EQ(told[9].event.instrument, 1U);
  EXPECT_EQ(told[11].event.instrument, 2U);
}

TYPED_TEST(Discretion, a_halted_instrument_uses_none) {
  this->enter({.number = 1, .price = 9'0000}, discretion('R', 100));
  this->enter({.session = 2, .number = 1, .side = 'S', .price = 10'0300, .display = 'N'});
  this->quote('B', 10'0100);
  EXPECT_EQ(this->book().live_orders, 3U);
  this->trading_state(1, 'P');
  EXPECT_EQ(story(this->tick()), "");
}

TYPED_TEST(Discretion, a_replace_keeps_it_and_ends_it) {
  this->enter({.number = 1}, up_to(10'0500));
  EXPECT_EQ(story(this->replace({.original = 1, .number = 2})), "U(U)");
  EXPECT_EQ(story(this->quote('S', 10'0400, 40)), "A(A)E(E)E(X)");
  EXPECT_EQ(story(this->replace({.original = 2, .number = 3}, up_to(0))), "U(U)");
  EXPECT_EQ(story(this->quote('S', 10'0400, 40)), "A(A)");
}

TYPED_TEST(Discretion, a_replace_to_a_price_beyond_it_is_bad) {
  this->enter({.number = 1}, up_to(10'0500));
  EXPECT_EQ(story(this->replace({.original = 1, .number = 2, .price = 10'0600})), "C(D)");
}

TYPED_TEST(Discretion, a_sweep_within_it_goes_on_step_by_step) {
  this->enter({.number = 1, .quantity = 500, .price = 9'0000}, discretion('R', 300));
  for (std::uint32_t number = 1; number <= 200; ++number)
    this->enter({.session = 2,
                 .number = number,
                 .side = 'S',
                 .quantity = 1,
                 .price = 10'0300,
                 .display = 'N'});
  const auto told = this->quote('B', 10'0000);
  ASSERT_EQ(told.size(), 1U + 400U);
  EXPECT_EQ(told.back().event.tail.market, 'X');
  EXPECT_EQ(this->book().live_orders, 2U);
}

}  // namespace
}  // namespace wirebook::match
