// Goal: mass cancel, disable, enable and account query hold for both engines.
// Method: one test a rule, named after it.
#include "tests/match/rules_fixture.hpp"

namespace wirebook::match {
namespace {

template <class AnyEngine>
class Account : public Rules<AnyEngine> {
 protected:
  /// The references that a mass cancel ends, in its order.
  std::vector<std::uint64_t> cancelled(const std::vector<Told>& told) {
    EXPECT_FALSE(told.empty());
    std::vector<std::uint64_t> refs;
    for (const Told& one : told)
      if (one.event.tail.kind == EventKind::canceled)
        refs.push_back(one.event.order_ref);
    return refs;
  }
  void four_orders() {
    this->enter({.number = 1});
    this->enter({.number = 2, .symbol = "MSFT"}, appendage_of({{Tag::firm, "FRM2"}}));
    this->enter({.number = 3, .side = 'S', .price = 11'0000},
                appendage_of({{Tag::group_id, number_bytes(7, 2)}}));
    this->enter({.number = 4, .side = 'T', .symbol = "MSFT", .price = 11'0000, .display = 'N'});
    this->enter({.session = 2, .number = 1, .price = 9'0000});
  }
};
TYPED_TEST_SUITE(Account, Engines);

using Refs = std::vector<std::uint64_t>;

TYPED_TEST(Account, mass_cancel_answers_then_cancels_by_ascending_reference) {
  this->four_orders();
  const auto told = this->account(SlotKind::mass_cancel, 1, 5);
  EXPECT_EQ(story(told), "XC(D)C(D)C");  // the firm of the session; hidden ones silently
  EXPECT_EQ(told[0].event.user_ref_num, 5U);
  EXPECT_EQ(this->cancelled(told), (Refs{1, 3, 4}));
  EXPECT_EQ(told[1].event.tail.code, 'U');
  EXPECT_EQ(this->book().live_orders, 1U);  // session 2's
}

TYPED_TEST(Account, mass_cancel_is_narrowed_by_firm_symbol_side_and_group) {
  this->four_orders();
  auto by = [this, number = 4U](std::string_view firm, std::string_view symbol,
                                std::string_view tags) mutable {
    return this->cancelled(this->account(SlotKind::mass_cancel, 1, ++number, firm, symbol, tags));
  };
  EXPECT_EQ(by("NONE", "", {}), Refs{});
  EXPECT_EQ(by("", "NONE", {}), Refs{});
  EXPECT_EQ(by("", "", appendage_of({{Tag::group_id, number_bytes(8, 2)}})), Refs{});
  EXPECT_EQ(by("", "", appendage_of({{Tag::side, "S"}, {Tag::group_id, number_bytes(0, 2)}})),
            Refs{});
  EXPECT_EQ(by("FRM2", "", {}), Refs{2});
  EXPECT_EQ(by("", "MSFT", {}), Refs{4});
  EXPECT_EQ(by("", "", appendage_of({{Tag::group_id, number_bytes(7, 2)}})), Refs{3});
  EXPECT_EQ(by("", "", appendage_of({{Tag::side, "B"}})), Refs{1});
}

TYPED_TEST(Account, mass_cancel_takes_any_side_byte_by_the_letter) {
  this->enter({.number = 1});
  const std::string no_letter = appendage_of({{Tag::side, std::string(1, '\0')}});
  EXPECT_EQ(story(this->account(SlotKind::mass_cancel, 1, 2, "", "", no_letter)), "X");
  EXPECT_EQ(this->book().live_orders, 1U);
}

TYPED_TEST(Account, a_stale_mass_cancel_is_ignored) {
  this->enter({.number = 5});
  EXPECT_EQ(story(this->account(SlotKind::mass_cancel, 1, 5)), "");
  EXPECT_EQ(this->counters().stale_user_ref_num, 1U);
}

TYPED_TEST(Account, a_replaced_order_takes_its_new_place) {
  this->enter({.number = 1});
  this->enter({.number = 2});
  this->replace({.original = 1, .number = 3});
  EXPECT_EQ(this->cancelled(this->account(SlotKind::mass_cancel, 1, 4)), (Refs{2, 3}));
}

TYPED_TEST(Account, a_disabled_firm_enters_nothing_until_it_is_enabled) {
  this->enter({.number = 1});
  EXPECT_EQ(story(this->account(SlotKind::disable, 1, 2, "FRM1")), "G");
  EXPECT_EQ(reject_code(this->enter({.number = 3})), 0x000CU);
  EXPECT_EQ(story(this->enter({.number = 4}, appendage_of({{Tag::firm, "FRM2"}}))), "A(A)");
  EXPECT_EQ(story(this->enter({.session = 2})), "A(A)");  // this session only
  EXPECT_EQ(story(this->cancel(1, 1, 0)), "C(D)");
  EXPECT_EQ(story(this->account(SlotKind::enable, 1, 5)), "K");
  EXPECT_EQ(story(this->enter({.number = 6})), "A(A)");
}

TYPED_TEST(Account, a_session_disables_a_bounded_number_of_firms) {
  std::uint32_t number = 0;
  for (std::uint32_t i = 0; i < disabled_firms_max; ++i)
    EXPECT_EQ(story(this->account(SlotKind::disable, 1, ++number, std::to_string(i))), "G");
  EXPECT_EQ(story(this->account(SlotKind::disable, 1, ++number, "MORE")), "");
  EXPECT_EQ(this->counters().capacity_reject, 1U);
  EXPECT_EQ(story(this->account(SlotKind::disable, 1, ++number, "0")), "G");  // again
  EXPECT_EQ(story(this->account(SlotKind::enable, 1, ++number, "3")), "K");
  EXPECT_EQ(story(this->account(SlotKind::disable, 1, ++number, "MORE")), "G");
}

TYPED_TEST(Account, a_query_names_the_next_number_of_the_channel) {
  EXPECT_EQ(this->account(SlotKind::account_query, 1, 0)[0].event.user_ref_num, 1U);
  this->enter({.number = 41});
  const auto told = this->account(SlotKind::account_query, 1, 0);
  ASSERT_EQ(story(told), "Q");
  EXPECT_EQ(told[0].event.user_ref_num, 42U);
  const auto other = this->account(SlotKind::account_query, 1, 0, "", "",
                                   appendage_of({{Tag::user_ref_idx, "\2"}}));
  EXPECT_EQ(other[0].event.user_ref_num, 1U);
  EXPECT_EQ(other[0].event.tail.user_ref_idx, 2U);
}

}  // namespace
}  // namespace wirebook::match
