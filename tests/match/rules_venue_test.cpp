// Goal: what the venue does (instruments, sessions, kills, the day, breaks) holds for both engines.
// Method: one test a rule, named after it.
#include "tests/match/rules_fixture.hpp"

namespace wirebook::match {
namespace {

template <class AnyEngine>
class Venue : public Rules<AnyEngine> {};
TYPED_TEST_SUITE(Venue, Engines);

TYPED_TEST(Venue, an_instrument_is_told_with_its_state) {
  const auto told = this->instrument(3, "IBM");
  ASSERT_EQ(story(told), "m(R)m(H)");
  EXPECT_EQ(told[0].event.instrument, 3U);
  EXPECT_EQ(told[0].event.market_quantity.raw, 100U);
  EXPECT_EQ(told[1].event.tail.code, 'T');
  EXPECT_EQ(this->rig_.engine.find_instrument(Symbol::from("IBM")), 3U);
  EXPECT_EQ(this->rig_.engine.instrument_count(), 3U);
}

TYPED_TEST(Venue, a_second_definition_is_ignored) {
  EXPECT_EQ(story(this->instrument(1, "NEW")), "");
  EXPECT_EQ(story(this->instrument(5, "AAPL")), "");
  EXPECT_EQ(this->counters().duplicate_instrument, 2U);
  EXPECT_EQ(story(this->instrument(0, "NEW")), "");
  EXPECT_EQ(story(this->instrument(65, "NEW")), "");  // beyond the capacity
  EXPECT_EQ(this->counters().ignored_slot, 2U);
}

TYPED_TEST(Venue, only_a_trading_instrument_takes_orders) {
  std::uint32_t number = 0;
  for (const char state : {'H', 'P', 'Q'}) {
    const auto told = this->trading_state(1, state);
    ASSERT_EQ(story(told), "m(H)");
    EXPECT_EQ(told[0].event.tail.code, state);
    EXPECT_EQ(reject_code(this->enter({.number = ++number})), 0x0007U);
  }
  EXPECT_EQ(story(this->enter({.number = ++number, .symbol = "MSFT"})), "A(A)");
  EXPECT_EQ(story(this->trading_state(9, 'T')), "");
  EXPECT_EQ(this->counters().unknown_instrument, 1U);
}

TYPED_TEST(Venue, orders_can_be_cancelled_in_a_halt) {
  this->enter({});
  this->trading_state(1, 'H');
  EXPECT_EQ(story(this->cancel(1, 1, 50)), "C(X)");
}

TYPED_TEST(Venue, cancel_on_disconnect_is_the_session_s_choice) {
  this->enter({.number = 1});
  this->enter({.number = 2, .display = 'N'});
  this->enter({.session = 2});
  const auto told = this->session_down(1);
  ASSERT_EQ(story(told), "C(D)C");
  EXPECT_EQ(told[0].event.tail.code, 'Z');
  this->session_up(2, "FRM1", false);
  EXPECT_EQ(story(this->session_down(2)), "");
  EXPECT_EQ(this->book().live_orders, 1U);
  EXPECT_EQ(story(this->session_down(9)), "");
  EXPECT_EQ(this->counters().unknown_session, 1U);
}

TYPED_TEST(Venue, a_killed_session_loses_its_orders_until_it_comes_up_again) {
  this->enter({});
  const auto told = this->kill(1);
  ASSERT_EQ(story(told), "C(D)");
  EXPECT_EQ(told[0].event.tail.code, 'S');
  EXPECT_EQ(reject_code(this->enter({.number = 2})), 0x000CU);
  this->session_up(1, "FRM1");
  EXPECT_EQ(story(this->enter({.number = 3})), "A(A)");
}

TYPED_TEST(Venue, a_killed_firm_loses_the_orders_of_its_sessions_for_good) {
  this->session_up(3, "FRM3");
  this->enter({.session = 2});
  this->enter({.session = 1, .number = 1});
  this->enter({.session = 1, .number = 2}, appendage_of({{Tag::firm, "FRM9"}}));
  this->enter({.session = 3}, appendage_of({{Tag::firm, "FRM1"}}));
  const auto told = this->kill(0, "FRM1");
  ASSERT_EQ(story(told), "C(D)C(D)C(D)");
  EXPECT_EQ(told[0].event.session, 1U);  // by session, then by reference
  EXPECT_EQ(told[1].event.session, 1U);
  EXPECT_EQ(told[2].event.session, 2U);
  this->session_up(1, "FRM1");
  EXPECT_EQ(reject_code(this->enter({.session = 1, .number = 5})), 0x000CU);
  EXPECT_EQ(
      reject_code(this->enter({.session = 3, .number = 5}, appendage_of({{Tag::firm, "FRM1"}}))),
      0x000CU);
  EXPECT_EQ(story(this->enter({.session = 3, .number = 6})), "A(A)");
}

TYPED_TEST(Venue, the_day_opens_and_ends_for_every_session) {
  EXPECT_EQ(story(this->system_event('O')), "m(S)");  // the market's own affair
  const auto told = this->system_event('S');
  ASSERT_EQ(story(told), "m(S)SSS");
  EXPECT_EQ(told[1].event.session, 1U);
  EXPECT_EQ(told[3].event.session, 3U);
  EXPECT_EQ(told[1].event.tail.code, 'S');
  EXPECT_EQ(story(this->session_up(4, "FRM1")), "S");  // whoever comes later
  EXPECT_EQ(story(this->session_up(4, "FRM1")), "");   // once
  this->enter({});
  EXPECT_EQ(story(this->system_event('E')), "m(S)SSSS");
  EXPECT_EQ(reject_code(this->enter({.number = 2})), 0x0002U);
  EXPECT_EQ(story(this->cancel(1, 1, 0)), "C(D)");
  EXPECT_EQ(story(this->session_up(5, "FRM1")), "");
}

TYPED_TEST(Venue, a_day_that_had_ended_opens_again) {
  this->system_event('S');
  this->enter({.number = 1});
  this->system_event('E');
  this->system_event('C');
  EXPECT_EQ(reject_code(this->enter({.number = 2})), 0x0002U);
  EXPECT_EQ(story(this->system_event('O')), "m(S)");
  EXPECT_EQ(reject_code(this->enter({.number = 3})), 0x0002U);  // not before the S
  EXPECT_EQ(story(this->system_event('S')), "m(S)SSS");
  EXPECT_EQ(story(this->enter({.number = 4})), "A(A)");
  EXPECT_EQ(story(this->replace({.original = 1, .number = 5})), "U(U)");
  EXPECT_EQ(story(this->session_up(4, "FRM1")), "S");
  EXPECT_EQ(this->book().live_orders, 2U);
}

TYPED_TEST(Venue, a_trade_is_broken_for_both_sides_once) {
  this->enter({.session = 1, .cl_ord_id = "maker"});
  this->enter({.session = 2, .side = 'S', .cl_ord_id = "taker"});
  const auto told = this->break_trade(1);
  ASSERT_EQ(story(told), "B(B)B");
  EXPECT_EQ(told[0].event.session, 1U);
  EXPECT_EQ(told[1].event.session, 2U);
  EXPECT_EQ(told[0].event.match_number, 1U);
  EXPECT_EQ(told[0].event.tail.code, 'E');
  ASSERT_TRUE(told[0].has_extension);
  EXPECT_EQ(std::string(reinterpret_cast<const char*>(told[0].extension.bytes.data()), 14),
            "maker         ");
  EXPECT_EQ(told[0].extension.bytes_used, 14U);
  EXPECT_EQ(story(this->break_trade(1)), "");
  EXPECT_EQ(story(this->break_trade(2)), "");
  EXPECT_EQ(story(this->break_trade(0)), "");
  EXPECT_EQ(this->counters().unknown_match_number, 3U);
}

TYPED_TEST(Venue, only_the_youngest_trades_can_be_broken) {
  for (std::uint32_t i = 1; i <= 65; ++i) {  // one more than are kept
    this->enter({.session = 1, .number = i});
    this->enter({.session = 2, .number = i, .side = 'S'});
  }
  EXPECT_EQ(story(this->break_trade(1)), "");
  EXPECT_EQ(story(this->break_trade(2)), "B(B)B");
  EXPECT_EQ(story(this->break_trade(65)), "B(B)B");
}

TYPED_TEST(Venue, what_is_not_for_the_engine_is_counted) {
  this->rig_.feed(SlotKind::clock, AdminBody{}, {900});
  EXPECT_EQ(this->counters().ignored_slot, 0U);
  this->rig_.feed(SlotKind::gap, GapBody{});
  this->rig_.feed(feed_kind('A'), FeedAddBody{});
  EXPECT_EQ(this->counters().ignored_slot, 2U);
  EXPECT_EQ(this->enter({})[0].event.time_ns.raw, 900U);
}

}  // namespace
}  // namespace wirebook::match
