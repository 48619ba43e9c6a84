// Goal: the rules of Enter and of matching, row by row, hold for both engines.
// Method: one test a rule, named after it; what is told is read as letters, then field by field.
#include <tuple>

#include "tests/match/rules_fixture.hpp"

namespace wirebook::match {
namespace {

template <class AnyEngine>
class Enter : public Rules<AnyEngine> {};
TYPED_TEST_SUITE(Enter, Engines);

TYPED_TEST(Enter, day_order_rests_and_the_market_hears_of_it) {
  const auto told = this->enter({.number = 5, .quantity = 300, .price = 320'1400});
  ASSERT_EQ(story(told), "A(A)");
  const Event& event = told[0].event;
  EXPECT_EQ(event.order_ref, 1U);
  EXPECT_EQ(event.session, 1U);
  EXPECT_EQ(event.user_ref_num, 5U);
  EXPECT_EQ(event.quantity.raw, 300U);
  EXPECT_EQ(event.price.raw, 320'1400U);
  EXPECT_EQ(event.market_quantity.raw, 300U);
  EXPECT_EQ(event.instrument, 1U);
  EXPECT_EQ(event.tail.side, 'B');
  EXPECT_EQ(event.tail.state, 'L');
  EXPECT_EQ(this->book().bid, (LevelSummary{{320'1400}, 300, 1}));
}

TYPED_TEST(Enter, attributed_order_is_told_with_its_firm) {
  const auto told = this->enter({.display = 'A'});
  ASSERT_EQ(story(told), "A(F)");
  EXPECT_EQ(std::string(told[0].event.attribution.data(), 4), "FRM1");
}

TYPED_TEST(Enter, hidden_order_tells_the_market_nothing) {
  EXPECT_EQ(story(this->enter({.display = 'N'})), "A");
  EXPECT_EQ(this->book().live_orders, 1U);
  EXPECT_FALSE(this->book().bid);
}

TYPED_TEST(Enter, numbers_must_rise_and_gaps_are_allowed) {
  EXPECT_EQ(story(this->enter({.number = 10})), "A(A)");
  EXPECT_EQ(story(this->enter({.number = 10})), "");
  EXPECT_EQ(story(this->enter({.number = 9})), "");
  EXPECT_EQ(story(this->enter({.number = 4'000'000'000})), "A(A)");
  EXPECT_EQ(this->counters().stale_user_ref_num, 2U);
  EXPECT_EQ(story(this->enter({.session = 2, .number = 0})), "");
  EXPECT_EQ(story(this->enter({.session = 2, .number = 1})), "A(A)");
}

TYPED_TEST(Enter, each_channel_numbers_for_itself) {
  const std::string seven = appendage_of({{Tag::user_ref_idx, "\7"}});
  EXPECT_EQ(story(this->enter({.number = 10})), "A(A)");
  const auto told = this->enter({.number = 3}, seven);
  ASSERT_EQ(story(told), "A(A)");
  EXPECT_EQ(told[0].event.tail.user_ref_idx, 7U);
  EXPECT_EQ(story(this->enter({.number = 3}, seven)), "");
  EXPECT_EQ(story(this->cancel(1, 3, 0)), "");  // lives in channel 7 only
  EXPECT_EQ(story(this->cancel(1, 3, 0, seven)), "C(D)");
}

TYPED_TEST(Enter, a_reject_consumes_the_number) {
  EXPECT_EQ(reject_code(this->enter({.number = 8, .quantity = 0})), 0x0013U);
  EXPECT_EQ(story(this->enter({.number = 8})), "");
}

TYPED_TEST(Enter, unknown_session_is_counted) {
  EXPECT_EQ(story(this->enter({.session = 9})), "");
  EXPECT_EQ(story(this->enter({.session = 0})), "");
  EXPECT_EQ(story(this->enter({.session = 70'000})), "");
  EXPECT_EQ(this->counters().unknown_session, 3U);
}

TYPED_TEST(Enter, each_check_has_its_code) {
  struct Row {
    Order order;
    unsigned code;
  };
  std::uint32_t number = 0;
  for (Row row :
       {Row{{.symbol = "NONE"}, 0x0017}, Row{{.side = 'Z'}, 0x0009}, Row{{.side = '\0'}, 0x0009},
        Row{{.quantity = 0}, 0x0013}, Row{{.quantity = 1'000'000}, 0x0013},
        Row{{.price = 0}, 0x001D}, Row{{.price = price_limit_max.raw + 1}, 0x001D},
        Row{{.price = price_unrepresentable.raw}, 0x001D}, Row{{.time_in_force = '6'}, 0x000F},
        Row{{.display = 'Z'}, 0x0003}, Row{{.capacity = 'X'}, 0x000F}, Row{{.iso = 'X'}, 0x000F},
        Row{{.cross_type = 'O'}, 0x0014}}) {
    row.order.number = ++number;
    EXPECT_EQ(reject_code(this->enter(row.order)), row.code) << "row " << number;
  }
  EXPECT_EQ(this->book().live_orders, 0U);
}

TYPED_TEST(Enter, of_two_failing_checks_the_first_counts) {
  this->trading_state(1, 'H');
  EXPECT_EQ(reject_code(this->enter({.number = 1, .side = 'Z'})), 0x0007U);
  EXPECT_EQ(reject_code(this->enter({.number = 2, .quantity = 0, .symbol = "NONE"})), 0x0017U);
  this->trading_state(1, 'T');
  EXPECT_EQ(reject_code(this->enter({.number = 3, .side = 'Z', .quantity = 0})), 0x0009U);
  EXPECT_EQ(reject_code(this->enter({.number = 4, .quantity = 0, .price = 0})), 0x0013U);
  EXPECT_EQ(reject_code(this->enter({.number = 5, .display = 'Z', .cross_type = 'O'})), 0x0003U);
  this->kill(1);
  this->system_event('E');
  EXPECT_EQ(reject_code(this->enter({.number = 6, .symbol = "NONE"})), 0x0002U);
  this->system_event('S');
  EXPECT_EQ(reject_code(this->enter({.number = 7, .symbol = "NONE"})), 0x000CU);
}

TYPED_TEST(Enter, prices_are_accepted_up_to_the_limit) {
  EXPECT_EQ(story(this->enter({.number = 1, .price = 1})), "A(A)");
  EXPECT_EQ(story(this->enter(
                {.number = 2, .side = 'S', .quantity = 999'999, .price = price_limit_max.raw})),
            "A(A)");
}

TYPED_TEST(Enter, each_tag_has_its_row) {
  struct Row {
    Tagged tag;
    unsigned code;  ///< 0: accepted
  };
  const auto four = [](std::uint64_t value) { return number_bytes(value, 4); };
  const std::vector<Row> rows{{{Tag::firm, "FRM2"}, 0},
                              {{Tag::min_qty, four(0)}, 0},
                              {{Tag::min_qty, four(1)}, 0x000D},
                              {{Tag::customer_type, "R"}, 0},
                              {{Tag::max_floor, four(0)}, 0},
                              {{Tag::max_floor, four(100)}, 0},
                              {{Tag::price_type, "L"}, 0},
                              {{Tag::price_type, "Q"}, 0x0011},
                              {{Tag::price_type, "M"}, 0x0003},
                              {{Tag::price_type, "?"}, 0x0005},
                              {{Tag::peg_offset, four(5)}, 0},
                              {{Tag::discretion_price, number_bytes(1, 8)}, 0x000F},
                              {{Tag::discretion_price, number_bytes(0, 8)}, 0},
                              {{Tag::post_only, "N"}, 0},
                              {{Tag::post_only, "X"}, 0x000F},
                              {{Tag::random_reserves, four(9)}, 0x0004},
                              {{Tag::expire_time, four(9)}, 0},
                              {{Tag::trade_now, "Y"}, 0},
                              {{Tag::handle_inst, " "}, 0},
                              {{Tag::handle_inst, "I"}, 0x000F},
                              {{Tag::group_id, number_bytes(7, 2)}, 0},
                              {{Tag::shares_located, "Y"}, 0},
                              {{Tag::locate_broker, "BRKR"}, 0},
                              {{Tag::aiq_strategy, "N"}, 0},
                              {{Tag::aiq_strategy, "*"}, 0},
                              {{Tag::aiq_strategy, "O"}, 0},
                              {{Tag::aiq_strategy, "A"}, 0x0040},
                              {{Tag::aiq_group_id, "AB"}, 0},
                              {{Tag::side, "B"}, 0x000F},            // not one of Enter's
                              {{Tag::route, "ABCD"}, 0x000F},        // outbound only
                              {{static_cast<Tag>(8), "x"}, 0x000F},  // no tag at all
                              {{Tag::firm, "FRM"}, 0x000F}};         // not its size
  std::uint32_t number = 0;
  for (const Row& row : rows) {
    const auto told = this->enter({.number = ++number}, appendage_of({row.tag}));
    EXPECT_EQ(reject_code(told), row.code) << "row " << number;
    if (row.code == 0) {
      EXPECT_EQ(story(told), "A(A)") << "row " << number;
    }
  }
}

TYPED_TEST(Enter, an_appendage_must_be_whole_elements_each_once) {
  const std::string firm = appendage_of({{Tag::firm, "FRM2"}});
  EXPECT_EQ(reject_code(this->enter({.number = 1}, firm + firm)), 0x000FU);
  EXPECT_EQ(reject_code(this->enter({.number = 2}, firm + '\x05')), 0x000FU);
  EXPECT_EQ(reject_code(this->enter({.number = 3}, std::string(1, '\0'))), 0x000FU);
}

TYPED_TEST(Enter, tags_are_checked_in_ascending_order) {
  const std::string both =
      appendage_of({{Tag::aiq_strategy, "O"}, {Tag::min_qty, number_bytes(5, 4)}});
  EXPECT_EQ(reject_code(this->enter({}, both)), 0x000DU);
}

TYPED_TEST(Enter, an_appendage_may_straddle_its_extension_slots) {
  const std::string all = appendage_of({{Tag::firm, "FRM2"},
                                        {Tag::min_qty, number_bytes(0, 4)},
                                        {Tag::customer_type, "R"},
                                        {Tag::max_floor, number_bytes(0, 4)},
                                        {Tag::price_type, "L"},
                                        {Tag::peg_offset, number_bytes(0, 4)},
                                        {Tag::discretion_price, number_bytes(0, 8)},
                                        {Tag::discretion_price_type, "L"},
                                        {Tag::discretion_peg_offset, number_bytes(0, 4)},
                                        {Tag::post_only, "N"},
                                        {Tag::random_reserves, number_bytes(0, 4)},
                                        {Tag::expire_time, number_bytes(0, 4)},
                                        {Tag::trade_now, "Y"},
                                        {Tag::handle_inst, " "},
                                        {Tag::group_id, number_bytes(3, 2)},
                                        {Tag::shares_located, "Y"},
                                        {Tag::locate_broker, "BRKR"},
                                        {Tag::user_ref_idx, "\5"},
                                        {Tag::aiq_strategy, "N"},
                                        {Tag::aiq_group_id, "AB"}});
  ASSERT_EQ(all.size(), 93U);
  const auto told = this->enter({}, all);
  ASSERT_EQ(story(told), "A(A)");
  EXPECT_EQ(told[0].event.tail.user_ref_idx, 5U);
}

TYPED_TEST(Enter, a_full_engine_rejects_and_counts) {
  Rig<TypeParam> rig({.orders = 1, .trades = 4, .sessions = 4, .instruments = 4});
  rig.feed(SlotKind::instrument,
           InstrumentBody{.instrument = 1, .trading_state = 'T', .symbol = Symbol::from("AAPL")});
  rig.feed(SlotKind::session_up, SessionBody{.session = 1});
  EnterBody body{.session = 1,
                 .symbol = Symbol::from("AAPL"),
                 .user_ref_num = 1,
                 .quantity = {1},
                 .price = {100},
                 .side = 'B',
                 .time_in_force = '0',
                 .display = 'Y',
                 .capacity = 'P',
                 .iso = 'N',
                 .cross_type = 'N'};
  EXPECT_EQ(story(rig.feed(SlotKind::enter, body)), "A(A)");
  body.user_ref_num = 2;
  EXPECT_EQ(reject_code(rig.feed(SlotKind::enter, body)), 0x000FU);
  EXPECT_EQ(rig.engine.counters().capacity_reject, 1U);
}

TYPED_TEST(Enter, references_and_match_numbers_carry_the_shard) {
  Rig<TypeParam> rig({.orders = 8, .trades = 4, .shard = 3, .sessions = 4, .instruments = 4});
  rig.feed(SlotKind::instrument,
           InstrumentBody{.instrument = 1, .trading_state = 'T', .symbol = Symbol::from("AAPL")});
  rig.feed(SlotKind::session_up, SessionBody{.session = 1});
  EnterBody body{.session = 1,
                 .symbol = Symbol::from("AAPL"),
                 .user_ref_num = 1,
                 .quantity = {1},
                 .price = {100},
                 .side = 'B',
                 .time_in_force = '0',
                 .display = 'Y',
                 .capacity = 'P',
                 .iso = 'N',
                 .cross_type = 'N'};
  EXPECT_EQ(rig.feed(SlotKind::enter, body)[0].event.order_ref, (3ULL << 48) + 1);
  body.user_ref_num = 2;
  body.side = 'S';
  const auto told = rig.feed(SlotKind::enter, body);
  ASSERT_EQ(story(told), "AE(E)E");
  EXPECT_EQ(told[1].event.match_number, (3ULL << 48) + 1);
}

TYPED_TEST(Enter, time_never_goes_back) {
  EXPECT_EQ(this->enter({.number = 1}, {}, {500})[0].event.time_ns.raw, 500U);
  EXPECT_EQ(this->enter({.number = 2}, {}, {400})[0].event.time_ns.raw, 500U);
  EXPECT_EQ(this->counters().time_clamped, 1U);
}

// ── Matching ────────────────────────────────────────────────────────────────────────────────────

TYPED_TEST(Enter, first_come_first_served_at_the_resting_price) {
  this->enter({.session = 1, .number = 1, .quantity = 100, .price = 10'0000, .cl_ord_id = "a"});
  this->enter({.session = 2, .number = 1, .quantity = 100, .price = 10'0000});
  this->enter({.session = 2, .number = 2, .quantity = 100, .price = 10'0100});
  const auto told = this->enter({.session = 3, .side = 'S', .quantity = 250, .price = 9'0000});
  ASSERT_EQ(story(told), "AE(E)EE(E)EE(E)E");
  EXPECT_EQ(told[1].event.order_ref, 3U);  // the best price first
  EXPECT_EQ(told[1].event.price.raw, 10'0100U);
  EXPECT_EQ(told[3].event.order_ref, 1U);  // then by time
  EXPECT_EQ(told[3].event.price.raw, 10'0000U);
  EXPECT_EQ(told[5].event.order_ref, 2U);
  EXPECT_EQ(told[5].event.quantity.raw, 50U);
  EXPECT_EQ(told[5].event.match_number, 3U);
  EXPECT_EQ(told[6].event.match_number, 3U);
  EXPECT_EQ(told[5].event.tail.code, 'A');
  EXPECT_EQ(told[6].event.tail.code, 'R');
  EXPECT_EQ(this->book().bid, (LevelSummary{{10'0000}, 50, 1}));
  EXPECT_EQ(this->counters().trades, 3U);
  EXPECT_EQ(this->counters().volume, 250U);
}

TYPED_TEST(Enter, hidden_orders_share_the_queue_and_print_as_trades) {
  this->enter({.session = 1, .number = 1, .display = 'N'});
  this->enter({.session = 2, .number = 1});
  const auto told = this->enter({.session = 3, .side = 'S', .quantity = 200});
  ASSERT_EQ(story(told), "AE(P)EE(E)E");
  EXPECT_EQ(told[1].event.tail.code, 'J');
  EXPECT_EQ(told[1].event.order_ref, 1U);
}

TYPED_TEST(Enter, the_remainder_of_a_day_order_is_told_behind_its_fills) {
  this->enter({.session = 1, .quantity = 60});
  const auto told = this->enter({.session = 2, .side = 'S', .quantity = 100});
  ASSERT_EQ(story(told), "AE(E)Em(A)");
  EXPECT_EQ(told[3].event.session, 0U);
  EXPECT_EQ(told[3].event.order_ref, 2U);
  EXPECT_EQ(told[3].event.market_quantity.raw, 40U);
  EXPECT_EQ(told[3].event.tail.side, 'S');
}

TYPED_TEST(Enter, what_remains_of_an_ioc_is_cancelled) {
  EXPECT_EQ(story(this->enter({.number = 1, .time_in_force = '3'})), "AC");
  this->enter({.session = 2, .side = 'S', .quantity = 30});
  const auto told = this->enter({.number = 2, .quantity = 100, .time_in_force = '3'});
  ASSERT_EQ(story(told), "AE(E)EC");
  EXPECT_EQ(told[0].event.tail.state, 'L');
  EXPECT_EQ(told[3].event.tail.code, 'I');
  EXPECT_EQ(told[3].event.quantity.raw, 70U);
  EXPECT_EQ(this->book().live_orders, 0U);
}

TYPED_TEST(Enter, a_market_order_takes_any_price_and_never_rests) {
  this->enter({.session = 2, .side = 'S', .quantity = 30, .price = price_limit_max.raw});
  std::uint32_t number = 0;
  for (const Price code : {price_market, price_market_alternate}) {
    const auto told = this->enter({.number = ++number, .quantity = 20, .price = code.raw});
    EXPECT_EQ(story(told), number == 1 ? "AE(E)E" : "AE(E)EC");
  }
  EXPECT_EQ(this->book().live_orders, 0U);
}

TYPED_TEST(Enter, post_only_that_would_trade_is_dead_on_arrival) {
  const std::string post = appendage_of({{Tag::post_only, "P"}});
  this->enter({.session = 1, .display = 'N'});  // hidden orders count
  const auto told = this->enter({.session = 2, .side = 'S'}, post);
  ASSERT_EQ(story(told), "A");
  EXPECT_EQ(told[0].event.tail.state, 'D');
  EXPECT_EQ(told[0].event.order_ref, 2U);
  EXPECT_EQ(story(this->enter({.session = 2, .number = 2, .side = 'S', .price = 10'0001}, post)),
            "A(A)");
  EXPECT_EQ(story(this->cancel(2, 1, 0)), "");
}

}  // namespace
}  // namespace wirebook::match
