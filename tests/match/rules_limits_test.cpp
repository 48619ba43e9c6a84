// Goal: each limit refuses what breaks it, with its code, and nothing else; for both engines.
// Method: one test a rule, named after it. All of the venue's instruments and sessions are
// ordinary.
#include "tests/match/rules_fixture.hpp"

namespace wirebook::match {
namespace {

template <class AnyEngine>
class Limits : public Rules<AnyEngine> {
 protected:
  std::vector<Told> limit(const LimitBody& body) { return this->rig_.feed(SlotKind::limit, body); }
  void of_session(LimitKind kind, std::uint64_t value, std::uint32_t window_ms = 0) {
    limit({.kind = kind, .session = 1, .window_ms = window_ms, .value = value});
  }
  void of_instrument(LimitKind kind, std::uint64_t value) {
    limit({.instrument = 1, .kind = kind, .value = value});
  }
  void of_firm(LimitKind kind, std::string_view firm, std::uint64_t value) {
    limit({.kind = kind, .firm = Firm::from(firm), .value = value});
  }
  void restrict(std::string_view firm, std::uint64_t value = 1) {
    limit(
        {.instrument = 1, .kind = LimitKind::restricted, .firm = Firm::from(firm), .value = value});
  }
  void collar(std::uint32_t low, std::uint32_t high) {
    of_instrument(LimitKind::collar, low | std::uint64_t{high} << 32);
  }
  /// The code of an order with the next number, 0 if it is taken.
  unsigned try_enter(Order order, std::string_view appendage = {}, TimeNs time_ns = {}) {
    order.number = ++number_;
    return reject_code(this->enter(order, appendage, time_ns));
  }
  static constexpr TimeNs ms(std::uint64_t count) { return {count * 1'000'000}; }

  std::uint32_t number_ = 0;
};
TYPED_TEST_SUITE(Limits, Engines);

// ── The slot ────────────────────────────────────────────────────────────────────────────────────

TYPED_TEST(Limits, a_limit_of_what_is_not_known_is_counted) {
  EXPECT_EQ(story(this->limit({.kind = LimitKind::max_quantity, .session = 9, .value = 1})), "");
  EXPECT_EQ(this->counters().unknown_session, 1U);
  for (const LimitKind kind : {LimitKind::restricted, LimitKind::fat_finger, LimitKind::collar,
                               LimitKind::reference_price})
    for (const unsigned locate : {0U, 9U, 65'535U})
      this->limit({.instrument = static_cast<std::uint16_t>(locate), .kind = kind});
  EXPECT_EQ(this->counters().unknown_instrument, 12U);
  EXPECT_EQ(this->counters().ignored_slot, 0U);
}

TYPED_TEST(Limits, a_kind_that_is_none_is_ignored) {
  this->limit({.kind = LimitKind::none});
  this->limit({.kind = static_cast<LimitKind>(13)});
  this->limit({.kind = static_cast<LimitKind>(255), .value = 1});
  EXPECT_EQ(this->counters().ignored_slot, 3U);
}

TYPED_TEST(Limits, a_value_that_its_kind_cannot_have_is_ignored) {
  constexpr std::uint64_t beyond = std::uint64_t{1} << 32;
  this->restrict("FRM1", 2);
  this->of_instrument(LimitKind::fat_finger, beyond);
  this->collar(10'0001, 10'0000);
  this->of_instrument(LimitKind::reference_price, price_limit_max.raw + 1);
  this->of_firm(LimitKind::organization, "FRM1", beyond);
  this->of_firm(LimitKind::affiliate, "FRM1", beyond);
  EXPECT_EQ(this->counters().ignored_slot, 6U);
  EXPECT_EQ(this->try_enter({}), 0U);
}

TYPED_TEST(Limits, firms_beyond_those_that_there_is_room_for_are_counted) {
  for (std::uint32_t i = 0; i < firms_max; ++i)
    this->of_firm(LimitKind::organization, std::to_string(i), 1);
  EXPECT_EQ(this->counters().capacity_reject, 0U);
  this->of_firm(LimitKind::exposure, "FRM1", 1);
  EXPECT_EQ(this->counters().capacity_reject, 1U);
  EXPECT_EQ(this->try_enter({}), 0U);
  this->of_firm(LimitKind::affiliate, "NONE", 0);  // nothing to remember
  this->of_firm(LimitKind::organization, "7", 0);  // makes room
  this->of_firm(LimitKind::exposure, "FRM1", 1);
  EXPECT_EQ(this->counters().capacity_reject, 1U);
  EXPECT_EQ(this->try_enter({}), 0x0020U);
}

TYPED_TEST(Limits, every_limit_is_off_until_it_is_set_and_with_0_again) {
  this->restrict("FRM1");
  this->of_session(LimitKind::max_quantity, 1);
  this->of_session(LimitKind::max_notional, 1);
  this->of_instrument(LimitKind::reference_price, 1);
  this->of_instrument(LimitKind::fat_finger, 1);
  this->collar(1, 1);
  this->of_session(LimitKind::message_rate, 1, 1'000);
  this->of_session(LimitKind::duplicate_rate, 1, 1'000);
  this->of_firm(LimitKind::exposure, "FRM1", 1);
  this->restrict("FRM1", 0);
  this->of_session(LimitKind::max_quantity, 0);
  this->of_session(LimitKind::max_notional, 0);
  this->of_instrument(LimitKind::fat_finger, 0);
  this->of_instrument(LimitKind::collar, 0);
  this->of_session(LimitKind::message_rate, 0);
  this->of_session(LimitKind::duplicate_rate, 0);
  this->of_firm(LimitKind::exposure, "FRM1", 0);
  for (int i = 0; i < 3; ++i)
    EXPECT_EQ(this->try_enter({.quantity = 999'999, .price = price_limit_max.raw}), 0U);
}

// ── Whom, what, how much ────────────────────────────────────────────────────────────────────────

TYPED_TEST(Limits, a_restricted_symbol_is_closed_to_the_firm_or_to_everybody) {
  this->restrict("FRM2");
  const std::string firm2 = appendage_of({{Tag::firm, "FRM2"}});
  EXPECT_EQ(this->try_enter({}), 0U);
  EXPECT_EQ(this->try_enter({}, firm2), 0x0022U);
  EXPECT_EQ(this->try_enter({.symbol = "MSFT"}, firm2), 0U);
  this->restrict("");
  EXPECT_EQ(this->try_enter({}), 0x0022U);
  this->restrict("", 0);
  EXPECT_EQ(this->try_enter({}), 0U);
  EXPECT_EQ(this->try_enter({}, firm2), 0x0022U);
}

TYPED_TEST(Limits, an_order_has_no_more_shares_than_its_session_may_send) {
  this->of_session(LimitKind::max_quantity, 500);
  EXPECT_EQ(this->try_enter({.quantity = 500}), 0U);
  EXPECT_EQ(this->try_enter({.quantity = 501}), 0x0031U);
  EXPECT_EQ(reject_code(this->enter({.session = 2, .quantity = 501})), 0U);
}

TYPED_TEST(Limits, an_order_is_worth_no_more_than_its_session_may_send) {
  this->of_session(LimitKind::max_notional, 100 * 10'0000);
  EXPECT_EQ(this->try_enter({.quantity = 100, .price = 10'0000}), 0U);
  EXPECT_EQ(this->try_enter({.quantity = 100, .price = 10'0001}), 0x0030U);
  EXPECT_EQ(this->try_enter({.quantity = 101, .price = 10'0000}), 0x0030U);
  EXPECT_EQ(this->try_enter({.quantity = 999'999, .price = price_limit_max.raw}), 0x0030U);
}

TYPED_TEST(Limits, a_market_order_is_worth_the_reference_price) {
  this->of_session(LimitKind::max_notional, 100 * 10'0000);
  EXPECT_EQ(this->try_enter({.quantity = 999'999, .price = price_market.raw}), 0U);  // none known
  this->of_instrument(LimitKind::reference_price, 10'0000);
  EXPECT_EQ(this->try_enter({.quantity = 100, .price = price_market.raw}), 0U);
  EXPECT_EQ(this->try_enter({.quantity = 101, .price = price_market_alternate.raw}), 0x0030U);
}

TYPED_TEST(Limits, a_price_is_no_fat_finger_s_beyond_the_reference) {
  this->of_instrument(LimitKind::fat_finger, 100);  // 1 %
  EXPECT_EQ(this->try_enter({.price = 999'0000}), 0U) << "no reference price yet";
  this->cancel(1, this->number_, 0);
  this->of_instrument(LimitKind::reference_price, 50'0000);
  EXPECT_EQ(this->try_enter({.price = 50'5000}), 0U);
  EXPECT_EQ(this->try_enter({.price = 50'5001}), 0x0026U);
  EXPECT_EQ(this->try_enter({.price = 1}), 0U) << "not the aggressive side";
  EXPECT_EQ(this->try_enter({.side = 'S', .price = 60'0000}), 0U);
  EXPECT_EQ(this->try_enter({.side = 'S', .price = 49'5000}), 0U);  // sells at 50.5000
  EXPECT_EQ(this->try_enter({.side = 'T', .price = 49'4999}), 0x0026U);
  EXPECT_EQ(this->try_enter({.price = price_market.raw}), 0U);
  EXPECT_EQ(this->try_enter({.symbol = "MSFT", .price = 99'0000}), 0U);
}

TYPED_TEST(Limits, each_trade_sets_the_reference_price) {
  this->of_instrument(LimitKind::fat_finger, 1'000);
  this->of_instrument(LimitKind::reference_price, 10'0000);
  this->enter({.session = 2, .number = 1, .side = 'S', .price = 11'0000});
  EXPECT_EQ(this->try_enter({.price = 11'5000}), 0x0026U);
  EXPECT_EQ(this->try_enter({.price = 11'0000}), 0U);  // trades
  EXPECT_EQ(this->try_enter({.price = 11'5000}), 0U);
  this->of_instrument(LimitKind::reference_price, 0);
  EXPECT_EQ(this->try_enter({.price = 99'0000}), 0U);
}

TYPED_TEST(Limits, a_fat_finger_of_the_whole_price_leaves_sellers_alone) {
  this->of_instrument(LimitKind::reference_price, 50'0000);
  this->of_instrument(LimitKind::fat_finger, 10'000);
  EXPECT_EQ(this->try_enter({.side = 'S', .price = 1}), 0U);
  EXPECT_EQ(this->try_enter({.price = 100'0001}), 0x0026U);
  this->of_instrument(LimitKind::fat_finger, 0xFFFF'FFFF);
  EXPECT_EQ(this->try_enter({.side = 'S', .price = 1}), 0U);
  EXPECT_EQ(this->try_enter({.price = price_limit_max.raw}), 0U);
}

// ── The collar ──────────────────────────────────────────────────────────────────────────────────

TYPED_TEST(Limits, a_price_beyond_the_collar_on_the_aggressive_side_is_refused) {
  this->collar(9'0000, 11'0000);
  EXPECT_EQ(this->try_enter({.price = 11'0001}), 0x0021U);
  EXPECT_EQ(this->try_enter({.price = 8'0000}), 0U);
  EXPECT_EQ(this->try_enter({.side = 'S', .price = 8'9999}), 0x0021U);
  EXPECT_EQ(this->try_enter({.side = 'E', .price = 12'0000}), 0U);
  EXPECT_EQ(this->try_enter({.price = 11'0000}), 0U);
}

TYPED_TEST(Limits, a_market_order_trades_inside_the_collar_only) {
  this->enter({.session = 2, .number = 1, .side = 'S', .quantity = 10, .price = 11'0000});
  this->enter({.session = 2, .number = 2, .side = 'S', .quantity = 10, .price = 11'0001});
  this->enter({.session = 2, .number = 3, .quantity = 10, .price = 9'0000});
  this->enter({.session = 2, .number = 4, .quantity = 10, .price = 8'9999});
  this->collar(9'0000, 11'0000);
  auto told = this->enter({.number = 1, .quantity = 50, .price = price_market.raw});
  ASSERT_EQ(story(told), "AE(E)EC");
  EXPECT_EQ(told[3].event.tail.code, 'K');
  EXPECT_EQ(told[3].event.quantity.raw, 40U);
  told = this->enter({.number = 2, .side = 'S', .quantity = 50, .price = price_market.raw});
  ASSERT_EQ(story(told), "AE(E)EC");
  EXPECT_EQ(told[3].event.tail.code, 'K');
  this->of_instrument(LimitKind::collar, 0);
  told = this->enter({.number = 3, .quantity = 50, .price = price_market.raw});
  ASSERT_EQ(story(told), "AE(E)EC");
  EXPECT_EQ(told[3].event.tail.code, 'I') << "nobody is left";
}

TYPED_TEST(Limits, a_market_order_that_finds_nobody_has_not_met_the_collar) {
  this->collar(9'0000, 11'0000);
  const auto told = this->enter({.price = price_market.raw});
  ASSERT_EQ(story(told), "AC");
  EXPECT_EQ(told[1].event.tail.code, 'I');
}

TYPED_TEST(Limits, a_post_only_market_order_lives_where_the_collar_bars_its_trade) {
  this->enter({.session = 2, .side = 'S', .price = 12'0000});
  this->collar(9'0000, 11'0000);
  const auto told = this->enter({.price = price_market.raw}, appendage_of({{Tag::post_only, "P"}}));
  ASSERT_EQ(story(told), "AC");
  EXPECT_EQ(told[0].event.tail.state, 'L');
  EXPECT_EQ(told[1].event.tail.code, 'K');
}

// ── Rates ───────────────────────────────────────────────────────────────────────────────────────

TYPED_TEST(Limits, a_session_sends_so_many_messages_in_a_window) {
  this->of_session(LimitKind::message_rate, 2, 10);
  EXPECT_EQ(this->try_enter({}, {}, this->ms(5)), 0U);
  EXPECT_EQ(this->try_enter({}, {}, this->ms(6)), 0U);
  EXPECT_EQ(this->try_enter({}, {}, this->ms(14)), 0x0029U);
  EXPECT_EQ(reject_code(this->enter({.session = 2}, {}, this->ms(14))), 0U);
  EXPECT_EQ(this->try_enter({}, {}, this->ms(15)), 0U) << "a window of 10 ms from the first one";
  EXPECT_EQ(this->try_enter({}, {}, this->ms(24)), 0U);
  EXPECT_EQ(this->try_enter({}, {}, {24'999'999}), 0x0029U);
  EXPECT_EQ(this->try_enter({}, {}, this->ms(99)), 0U);
}

TYPED_TEST(Limits, what_is_refused_counts_and_what_is_ignored_does_not) {
  this->of_session(LimitKind::message_rate, 3, 10);
  EXPECT_EQ(this->try_enter({.quantity = 0}), 0x0013U);
  EXPECT_EQ(story(this->enter({.number = 1})), "");  // stale
  EXPECT_EQ(story(this->replace({.original = 9, .number = 20})), "");
  this->cancel(1, 9, 0);
  EXPECT_EQ(this->try_enter({}), 0U);
  EXPECT_EQ(story(this->replace({.original = 2, .number = 3})), "U(U)");
  EXPECT_EQ(reject_code(this->replace({.original = 3, .number = 4})), 0x0029U);
  EXPECT_EQ(this->book().live_orders, 1U);
  this->number_ = 4;
  EXPECT_EQ(this->try_enter({}), 0x0029U);
}

TYPED_TEST(Limits, a_rate_that_is_set_anew_counts_anew) {
  this->of_session(LimitKind::message_rate, 1, 10);
  EXPECT_EQ(this->try_enter({}), 0U);
  EXPECT_EQ(this->try_enter({}), 0x0029U);
  this->of_session(LimitKind::message_rate, 1, 10);
  EXPECT_EQ(this->try_enter({}), 0U);
  EXPECT_EQ(this->try_enter({}), 0x0029U);
}

TYPED_TEST(Limits, equal_enters_in_a_row_are_so_many_in_a_window) {
  this->of_session(LimitKind::duplicate_rate, 2, 10);
  EXPECT_EQ(this->try_enter({.cl_ord_id = "a"}), 0U);
  EXPECT_EQ(this->try_enter({.cl_ord_id = "b"}), 0U);
  EXPECT_EQ(this->try_enter({.cl_ord_id = "c"}), 0x002AU);
  EXPECT_EQ(this->try_enter({}, {}, this->ms(9)), 0x002AU);
  EXPECT_EQ(this->try_enter({}, {}, this->ms(10)), 0U) << "the next window";
  EXPECT_EQ(reject_code(this->enter({.session = 2}, {}, this->ms(10))), 0U);
}

TYPED_TEST(Limits, an_enter_that_differs_begins_a_new_row) {
  this->of_session(LimitKind::duplicate_rate, 1, 10);
  const Order plain{};
  std::vector<Order> others(6, plain);
  others[0].symbol = "MSFT";
  others[1].side = 'T';
  others[2].quantity = 99;
  others[3].price = 9'9999;
  others[4].time_in_force = '3';
  others[5].display = 'N';
  for (const Order& other : others) {
    EXPECT_EQ(this->try_enter(plain), 0U);
    EXPECT_EQ(this->try_enter(plain), 0x002AU);
    EXPECT_EQ(this->try_enter(other), 0U);
    EXPECT_EQ(this->try_enter(other), 0x002AU);
  }
}

TYPED_TEST(Limits, replaces_are_no_duplicates) {
  this->of_session(LimitKind::duplicate_rate, 1, 10);
  EXPECT_EQ(this->try_enter({}), 0U);
  EXPECT_EQ(story(this->replace({.original = 1, .number = 2})), "U(U)");
  EXPECT_EQ(story(this->replace({.original = 2, .number = 3})), "U(U)");
  this->number_ = 3;
  EXPECT_EQ(this->try_enter({}), 0x002AU) << "the Enters still follow each other";
  EXPECT_EQ(story(this->replace({.original = 3, .number = 5})), "U(U)");
}

// ── Exposure ────────────────────────────────────────────────────────────────────────────────────

TYPED_TEST(Limits, a_firm_s_open_orders_come_to_no_more_than_its_exposure) {
  this->of_firm(LimitKind::exposure, "FRM1", 2'500);
  EXPECT_EQ(this->try_enter({.quantity = 100, .price = 10'0000}), 0U);  // 1,000
  EXPECT_EQ(reject_code(this->enter({.session = 2, .quantity = 100, .price = 10'0000})), 0U);
  EXPECT_EQ(this->try_enter({.quantity = 51, .price = 10'0000}), 0x0020U);
  EXPECT_EQ(this->try_enter({.quantity = 51}, appendage_of({{Tag::firm, "FRM2"}})), 0U);
  EXPECT_EQ(this->try_enter({.quantity = 50, .price = 10'0099}), 0U) << "500.495 are 500";
  EXPECT_EQ(this->try_enter({.quantity = 1, .price = 9999}), 0U) << "less than one unit";
  EXPECT_EQ(this->try_enter({.quantity = 1, .price = 1'0000}), 0x0020U);
}

TYPED_TEST(Limits, what_is_cancelled_is_exposed_no_more) {
  this->of_firm(LimitKind::exposure, "FRM1", 1'000);
  EXPECT_EQ(this->try_enter({.quantity = 100}), 0U);
  EXPECT_EQ(this->try_enter({.quantity = 1}), 0x0020U);
  this->cancel(1, 1, 60);
  EXPECT_EQ(this->try_enter({.quantity = 41}), 0x0020U);
  EXPECT_EQ(this->try_enter({.quantity = 20}), 0U);
  this->modify(1, 1, 'B', 40);
  EXPECT_EQ(this->try_enter({.quantity = 41}), 0x0020U);
  EXPECT_EQ(this->try_enter({.quantity = 40}), 0U);
  this->account(SlotKind::mass_cancel, 1, ++this->number_);
  EXPECT_EQ(this->try_enter({.quantity = 101}), 0x0020U);
  EXPECT_EQ(this->try_enter({.quantity = 100}), 0U);
}

TYPED_TEST(Limits, what_is_traded_stays_exposed_on_both_sides) {
  this->session_up(3, "FRM3");
  this->of_firm(LimitKind::exposure, "FRM1", 1'000);
  this->of_firm(LimitKind::exposure, "FRM3", 1'000);
  EXPECT_EQ(this->try_enter({.quantity = 80}), 0U);
  EXPECT_EQ(story(this->enter({.session = 3, .number = 1, .side = 'S', .quantity = 50})), "AE(E)E");
  EXPECT_EQ(this->try_enter({.quantity = 21}), 0x0020U) << "300 are open, 500 traded";
  this->cancel(1, 1, 0);
  EXPECT_EQ(this->try_enter({.quantity = 51}), 0x0020U);
  EXPECT_EQ(this->try_enter({.quantity = 50}), 0U);
  EXPECT_EQ(reject_code(this->enter({.session = 3, .number = 2, .quantity = 51, .price = 10'0000})),
            0x0020U);
  EXPECT_EQ(reject_code(this->enter({.session = 3, .number = 3, .quantity = 50, .price = 10'0000})),
            0U);
}

TYPED_TEST(Limits, orders_from_before_the_limit_count_and_trades_from_before_do_not) {
  this->enter({.session = 2, .number = 1, .side = 'S', .quantity = 50});
  EXPECT_EQ(this->try_enter({.quantity = 150}), 0U);  // trades 50, leaves 100
  this->of_firm(LimitKind::exposure, "FRM1", 1'010);
  EXPECT_EQ(this->try_enter({.quantity = 2}), 0x0020U);
  EXPECT_EQ(this->try_enter({.quantity = 1}), 0U);
}

TYPED_TEST(Limits, a_limit_that_was_off_has_counted_on) {
  this->of_firm(LimitKind::exposure, "FRM1", 1'000);
  this->of_firm(LimitKind::exposure, "FRM1", 0);
  this->enter({.session = 2, .number = 1, .side = 'S', .quantity = 50});
  EXPECT_EQ(this->try_enter({.quantity = 150}), 0U);  // 500 on each side, and 1,000 open
  this->of_firm(LimitKind::exposure, "FRM1", 2'010);
  EXPECT_EQ(this->try_enter({.quantity = 2}), 0x0020U);
  EXPECT_EQ(this->try_enter({.quantity = 1}), 0U);
}

TYPED_TEST(Limits, an_order_without_a_limit_price_exposes_nothing_until_it_trades) {
  this->of_firm(LimitKind::exposure, "FRM1", 100);
  this->enter({.session = 2, .number = 1, .side = 'S', .quantity = 10});  // 100, just so
  EXPECT_EQ(this->try_enter({.quantity = 999, .price = price_market.raw}), 0U);
  EXPECT_EQ(this->try_enter({.quantity = 1, .price = price_market.raw}), 0x0020U)
      << "100 on each side are more than there may be";
}

// ── Replace ─────────────────────────────────────────────────────────────────────────────────────

TYPED_TEST(Limits, a_replace_beyond_a_limit_is_refused_and_the_original_stays) {
  this->enter({.number = 1});
  this->of_session(LimitKind::max_quantity, 500);
  this->of_session(LimitKind::max_notional, 400 * 11'0000);
  this->of_instrument(LimitKind::reference_price, 10'0000);
  this->of_instrument(LimitKind::fat_finger, 1'500);
  this->collar(9'0000, 11'0000);
  EXPECT_EQ(reject_code(this->replace({.number = 2, .quantity = 501})), 0x0031U);
  EXPECT_EQ(reject_code(this->replace({.number = 3, .quantity = 401, .price = 11'0000})), 0x0030U);
  EXPECT_EQ(reject_code(this->replace({.number = 4, .price = 11'6000})), 0x0026U);
  EXPECT_EQ(reject_code(this->replace({.number = 5, .price = 11'1000})), 0x0021U);
  EXPECT_EQ(story(this->replace({.number = 5})), "") << "the number is consumed";
  this->restrict("FRM1");
  EXPECT_EQ(reject_code(this->replace({.number = 6})), 0x0022U);
  this->restrict("FRM1", 0);
  EXPECT_EQ(story(this->replace({.number = 7, .quantity = 400, .price = 11'0000})), "U(U)");
}

TYPED_TEST(Limits, a_replace_is_exposed_in_place_of_its_original) {
  this->of_firm(LimitKind::exposure, "FRM1", 1'500);
  this->enter({.number = 1, .quantity = 100});
  EXPECT_EQ(reject_code(this->replace({.number = 2, .quantity = 151})), 0x0020U);
  EXPECT_EQ(story(this->replace({.number = 3, .quantity = 150})), "U(U)");
  EXPECT_EQ(story(this->replace({.original = 3, .number = 4, .quantity = 150})), "U(U)");
}

TYPED_TEST(Limits, a_replace_exposes_what_its_chain_has_not_executed) {
  this->of_firm(LimitKind::exposure, "FRM1", 1'000);
  this->enter({.number = 1, .quantity = 50});
  this->session_up(3, "FRM3");
  this->enter({.session = 3, .number = 1, .side = 'S', .quantity = 40});  // 400 traded
  EXPECT_EQ(story(this->replace({.number = 2, .quantity = 100})), "U(U)");
  EXPECT_EQ(reject_code(this->replace({.original = 2, .number = 3, .quantity = 101})), 0x0020U);
}

TYPED_TEST(Limits, a_replace_that_is_bad_besides_meets_its_limit_first) {
  this->enter({.number = 1});
  this->of_session(LimitKind::max_quantity, 500);
  EXPECT_EQ(reject_code(this->replace({.number = 2, .quantity = 1'000'000})), 0x0031U);
  this->of_session(LimitKind::max_quantity, 0);
  EXPECT_EQ(story(this->replace({.number = 3, .quantity = 1'000'000})), "C(D)");
}

// ── Their order ─────────────────────────────────────────────────────────────────────────────────

TYPED_TEST(Limits, the_first_limit_of_the_table_that_is_broken_gives_the_code) {
  this->of_instrument(LimitKind::reference_price, 10'0000);
  this->of_firm(LimitKind::exposure, "FRM1", 1);
  const auto code = [this] { return this->try_enter({.quantity = 10, .price = 12'0000}); };
  EXPECT_EQ(code(), 0x0020U);
  this->of_session(LimitKind::duplicate_rate, 1, 1'000);
  code();
  EXPECT_EQ(code(), 0x002AU);
  this->of_session(LimitKind::message_rate, 1, 1'000);
  code();
  EXPECT_EQ(code(), 0x0029U);
  this->collar(1, 11'0000);
  EXPECT_EQ(code(), 0x0021U);
  this->of_instrument(LimitKind::fat_finger, 100);
  EXPECT_EQ(code(), 0x0026U);
  this->of_session(LimitKind::max_notional, 1);
  EXPECT_EQ(code(), 0x0030U);
  this->of_session(LimitKind::max_quantity, 1);
  EXPECT_EQ(code(), 0x0031U);
  this->restrict("");
  EXPECT_EQ(code(), 0x0022U);
  EXPECT_EQ(this->try_enter({.display = '?'}), 0x0003U) << "what is malformed comes before";
}

TYPED_TEST(Limits, limits_come_before_the_room_for_orders) {
  Rig<TypeParam> rig({.orders = 1, .trades = 1, .sessions = 1, .instruments = 1});
  rig.feed(SlotKind::instrument,
           InstrumentBody{.instrument = 1, .trading_state = 'T', .symbol = Symbol::from("AAPL")});
  rig.feed(SlotKind::session_up, SessionBody{.session = 1});
  rig.feed(SlotKind::limit, LimitBody{.kind = LimitKind::max_quantity, .session = 1, .value = 10});
  const auto enter = [&](std::uint32_t number, std::uint32_t quantity) {
    return reject_code(rig.feed(SlotKind::enter, EnterBody{.session = 1,
                                                           .symbol = Symbol::from("AAPL"),
                                                           .user_ref_num = number,
                                                           .quantity = {quantity},
                                                           .price = {10'0000},
                                                           .side = 'B',
                                                           .time_in_force = '0',
                                                           .display = 'Y',
                                                           .capacity = 'P',
                                                           .iso = 'N',
                                                           .cross_type = 'N'}));
  };
  EXPECT_EQ(enter(1, 10), 0U);
  EXPECT_EQ(enter(2, 11), 0x0031U);
  EXPECT_EQ(rig.engine.counters().capacity_reject, 0U);
  EXPECT_EQ(enter(3, 10), 0x000FU);
  EXPECT_EQ(rig.engine.counters().capacity_reject, 1U);
}

}  // namespace
}  // namespace wirebook::match
