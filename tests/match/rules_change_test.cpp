// Goal: the rules of Replace, Cancel and Modify hold for both engines.
// Method: one test a rule, named after it.
#include "tests/match/rules_fixture.hpp"

namespace wirebook::match {
namespace {

template <class AnyEngine>
class Change : public Rules<AnyEngine> {};
TYPED_TEST_SUITE(Change, Engines);

TYPED_TEST(Change, replace_of_a_dead_order_or_with_a_stale_number_is_ignored) {
  EXPECT_EQ(story(this->replace({})), "");
  this->enter({.number = 5});
  EXPECT_EQ(story(this->replace({.original = 5, .number = 5})), "");
  EXPECT_EQ(this->counters().replace_ignored, 2U);
  EXPECT_EQ(story(this->replace({.original = 5, .number = 6})), "U(U)");  // 6 was not consumed
  EXPECT_EQ(story(this->replace({.original = 5, .number = 7})), "");      // 5 is dead
}

TYPED_TEST(Change, replace_while_halted_is_rejected_and_consumes_the_number) {
  this->enter({});
  this->trading_state(1, 'H');
  EXPECT_EQ(reject_code(this->replace({.number = 2})), 0x0007U);
  this->trading_state(1, 'T');
  EXPECT_EQ(story(this->replace({.number = 2})), "");
  EXPECT_EQ(story(this->replace({.number = 3})), "U(U)");
}

TYPED_TEST(Change, replace_after_the_day_or_of_a_disabled_firm_is_rejected) {
  this->enter({});
  this->account(SlotKind::disable, 1, 2);
  EXPECT_EQ(reject_code(this->replace({.number = 3})), 0x000CU);
  this->account(SlotKind::enable, 1, 4);
  this->system_event('E');
  EXPECT_EQ(reject_code(this->replace({.number = 5})), 0x0002U);
  EXPECT_EQ(this->book().live_orders, 1U);
}

TYPED_TEST(Change, bad_details_cancel_the_original_and_leave_the_number) {
  std::uint32_t number = 0;
  std::vector<Replacement> bad{{.quantity = 0},        {.quantity = 1'000'000},
                               {.price = 0},           {.price = price_unrepresentable.raw},
                               {.time_in_force = '6'},  // expires at no time
                               {.time_in_force = 'E'}, {.time_in_force = '9'},
                               {.display = 'Z'},       {.iso = 'X'}};
  for (Replacement& replacement : bad) {
    this->enter({.number = ++number});
    replacement.original = number;
    replacement.number = number + 1;
    const auto told = this->replace(replacement);
    ASSERT_EQ(story(told), "C(D)") << "row " << number;
    EXPECT_EQ(told[0].event.tail.code, 'U');
    EXPECT_EQ(told[0].event.quantity.raw, 100U);
  }
  EXPECT_EQ(story(this->enter({.number = number + 1})), "A(A)");
}

TYPED_TEST(Change, bad_tags_cancel_the_original_too) {
  this->enter({.number = 1});
  EXPECT_EQ(story(this->replace({}, appendage_of({{Tag::firm, "FRM2"}}))), "C(D)");
  this->enter({.number = 2, .side = 'B'});
  EXPECT_EQ(story(this->replace({.original = 2, .number = 3}, appendage_of({{Tag::side, "S"}}))),
            "C(D)");
  this->enter({.number = 4, .side = 'S', .price = 11'0000});
  const auto told = this->replace({.original = 4, .number = 5, .price = 11'0000},
                                  appendage_of({{Tag::side, "T"}}));
  ASSERT_EQ(story(told), "U(U)");
  EXPECT_EQ(told[0].event.tail.side, 'T');
}

// The example of the specification: 500 entered, 100 executed.
TYPED_TEST(Change, quantity_is_the_liability_of_the_whole_chain) {
  this->enter({.session = 1, .number = 1, .quantity = 500});
  this->enter({.session = 2, .number = 1, .side = 'S', .quantity = 100});
  auto told = this->replace({.original = 1, .number = 2, .quantity = 500});
  ASSERT_EQ(story(told), "U(U)");
  EXPECT_EQ(told[0].event.quantity.raw, 400U);
  told = this->replace({.original = 2, .number = 3, .quantity = 600});
  EXPECT_EQ(told[0].event.quantity.raw, 500U);
  this->enter({.session = 2, .number = 2, .side = 'S', .quantity = 50});
  told = this->replace({.original = 3, .number = 4, .quantity = 151});
  EXPECT_EQ(told[0].event.quantity.raw, 1U);
  told = this->replace({.original = 4, .number = 5, .quantity = 150});  // nothing left to expose
  ASSERT_EQ(story(told), "C(D)");
  EXPECT_EQ(told[0].event.quantity.raw, 1U);
  EXPECT_EQ(story(this->enter({.number = 5})), "A(A)");  // not consumed
}

TYPED_TEST(Change, a_replaced_order_goes_to_the_back) {
  this->enter({.session = 1});
  this->enter({.session = 2});
  this->replace({.session = 1});
  const auto told = this->enter({.session = 3, .side = 'S', .quantity = 100});
  EXPECT_EQ(told[1].event.session, 2U);
}

TYPED_TEST(Change, replaced_tells_both_references_and_what_holds) {
  this->enter({.cl_ord_id = "old"}, appendage_of({{Tag::aiq_group_id, "AB"},
                                                  {Tag::firm, "FRM2"},
                                                  {Tag::group_id, number_bytes(4, 2)},
                                                  {Tag::expire_time, number_bytes(60, 4)}}));
  const auto told = this->replace({.quantity = 70, .price = 9'0000},
                                  appendage_of({{Tag::expire_time, number_bytes(30, 4)}}));
  ASSERT_EQ(story(told), "U(U)");
  const Event& event = told[0].event;
  EXPECT_EQ(event.order_ref, 2U);
  EXPECT_EQ(event.orig_order_ref, 1U);
  EXPECT_EQ(event.user_ref_num, 2U);
  EXPECT_EQ(event.market_quantity.raw, 70U);
  ASSERT_TRUE(told[0].has_extension);
  const EventExtension& extension = told[0].extension;
  EXPECT_EQ(extension.symbol, Symbol::from("AAPL"));
  EXPECT_EQ(extension.capacity, 'P');
  EXPECT_EQ(extension.cross_type, 'N');
  EXPECT_EQ(
      std::string(reinterpret_cast<const char*>(extension.bytes.data()), extension.bytes_used),
      appendage_of({{Tag::firm, "FRM2"},
                    {Tag::expire_time, number_bytes(30, 4)},
                    {Tag::aiq_group_id, "AB"}}));
}

TYPED_TEST(Change, the_market_hears_of_each_change_of_visibility) {
  struct Row {
    char before, after;
    std::string_view told;
  };
  std::uint32_t number = 0;
  for (const Row& row : {Row{'Y', 'Y', "U(U)"}, Row{'Y', 'N', "U(D)"}, Row{'N', 'Y', "U(A)"},
                         Row{'N', 'N', "U"}, Row{'A', 'A', "U(U)"}, Row{'N', 'A', "U(F)"},
                         Row{'Y', 'A', "U(D)m(F)"}, Row{'A', 'Y', "U(D)m(A)"}}) {
    this->enter({.number = ++number, .display = row.before});
    EXPECT_EQ(
        story(this->replace({.original = number, .number = number + 1, .display = row.after})),
        row.told)
        << row.before << row.after;
    ++number;
  }
}

TYPED_TEST(Change, a_replace_that_trades_first_is_a_delete_then_an_add) {
  this->enter({.session = 2, .side = 'S', .quantity = 30, .price = 11'0000});
  this->enter({.session = 1});
  const auto told = this->replace({.price = 11'0000});
  ASSERT_EQ(story(told), "U(D)E(E)Em(A)");
  EXPECT_EQ(told[0].event.orig_order_ref, 2U);
  EXPECT_EQ(told[3].event.order_ref, 3U);
  EXPECT_EQ(told[3].event.market_quantity.raw, 70U);
}

TYPED_TEST(Change, a_replace_by_an_ioc_leaves_the_book) {
  this->enter({});
  EXPECT_EQ(story(this->replace({.time_in_force = '3'})), "U(D)C");
  EXPECT_EQ(this->book().live_orders, 0U);
}

TYPED_TEST(Change, post_only_is_inherited_and_kills) {
  this->enter({.session = 2, .side = 'S', .price = 11'0000});
  this->enter({.session = 1}, appendage_of({{Tag::post_only, "P"}}));
  const auto told = this->replace({.price = 11'0000});
  ASSERT_EQ(story(told), "U(D)");
  EXPECT_EQ(told[0].event.tail.state, 'D');
  EXPECT_EQ(this->book().live_orders, 1U);
}

// ── Cancel ──────────────────────────────────────────────────────────────────────────────────────

TYPED_TEST(Change, cancel_names_the_new_total_and_keeps_priority) {
  this->enter({.session = 1, .quantity = 500});
  this->enter({.session = 2, .quantity = 100});
  auto told = this->cancel(1, 1, 300);
  ASSERT_EQ(story(told), "C(X)");
  EXPECT_EQ(told[0].event.quantity.raw, 200U);
  EXPECT_EQ(told[0].event.market_quantity.raw, 200U);
  EXPECT_EQ(told[0].event.tail.code, 'U');
  told = this->enter({.session = 3, .side = 'S', .quantity = 100});
  EXPECT_EQ(told[1].event.session, 1U);
  told = this->cancel(1, 1, 250);  // 100 of them are executed
  EXPECT_EQ(told[0].event.quantity.raw, 50U);
  told = this->cancel(1, 1, 100);  // what was executed is all that is wanted
  ASSERT_EQ(story(told), "C(D)");
  EXPECT_EQ(told[0].event.quantity.raw, 150U);
}

TYPED_TEST(Change, a_cancel_that_removes_nothing_is_ignored) {
  this->enter({.quantity = 500});
  EXPECT_EQ(story(this->cancel(1, 1, 500)), "");
  EXPECT_EQ(story(this->cancel(1, 1, 9'000)), "");
  EXPECT_EQ(story(this->cancel(1, 2, 0)), "");
  EXPECT_EQ(story(this->cancel(2, 1, 0)), "");  // another's number
  EXPECT_EQ(story(this->cancel(1, 1, 0)), "C(D)");
  EXPECT_EQ(story(this->cancel(1, 1, 0)), "");
  EXPECT_EQ(this->counters().cancel_ignored, 5U);
}

TYPED_TEST(Change, cancels_of_hidden_orders_tell_the_market_nothing) {
  this->enter({.quantity = 500, .display = 'N'});
  EXPECT_EQ(story(this->cancel(1, 1, 300)), "C");
  EXPECT_EQ(story(this->cancel(1, 1, 0)), "C");
}

// ── Modify ──────────────────────────────────────────────────────────────────────────────────────

TYPED_TEST(Change, modify_changes_the_marking_of_a_sale) {
  this->enter({.side = 'S'});
  const auto told = this->modify(1, 1, 'T', 100);
  ASSERT_EQ(story(told), "M");
  EXPECT_EQ(told[0].event.tail.side, 'T');
  EXPECT_EQ(told[0].event.quantity.raw, 100U);
  EXPECT_EQ(story(this->modify(1, 1, 'E', 100)), "M");
  EXPECT_EQ(story(this->modify(1, 1, 'B', 100)), "");
  this->enter({.number = 2, .price = 9'0000});
  EXPECT_EQ(story(this->modify(1, 2, 'S', 50)), "");
  EXPECT_EQ(this->counters().modify_ignored, 2U);
}

TYPED_TEST(Change, modify_reduces_in_place_and_never_increases) {
  this->enter({.session = 1});
  this->enter({.session = 2});
  auto told = this->modify(1, 1, 'B', 60);
  ASSERT_EQ(story(told), "M(X)");
  EXPECT_EQ(told[0].event.quantity.raw, 60U);
  EXPECT_EQ(told[0].event.market_quantity.raw, 40U);
  EXPECT_EQ(story(this->modify(1, 1, 'B', 900)), "");
  told = this->enter({.session = 3, .side = 'S', .quantity = 10});
  EXPECT_EQ(told[1].event.session, 1U);
  told = this->modify(1, 1, 'B', 10);  // no more than was executed
  ASSERT_EQ(story(told), "C(D)");
  EXPECT_EQ(told[0].event.tail.code, 'U');
}

}  // namespace
}  // namespace wirebook::match
