// Goal: reserve orders, for both engines. Method: one test a rule, named after it.
#include <set>

#include "tests/match/rules_fixture.hpp"

namespace wirebook::match {
namespace {

std::string floor_of(std::uint32_t shares, std::uint32_t spread = 0) {
  std::string tags = appendage_of({{Tag::max_floor, number_bytes(shares, 4)}});
  return spread == 0 ? tags
                     : tags + appendage_of({{Tag::random_reserves, number_bytes(spread, 4)}});
}

template <class AnyEngine>
class Reserve : public Rules<AnyEngine> {
 protected:
  /// A buyer of 100 that displays 30.
  std::vector<Told> rest(std::uint32_t number = 1, std::string tags = floor_of(30)) {
    return this->enter({.number = number}, tags);
  }
  std::vector<Told> sell(std::uint32_t number, std::uint32_t quantity) {
    return this->enter(
        {.session = 2, .number = number, .side = 'S', .quantity = quantity, .time_in_force = '3'});
  }
};
TYPED_TEST_SUITE(Reserve, Engines);

TYPED_TEST(Reserve, it_is_not_for_hidden_orders_that_rest) {
  EXPECT_EQ(reject_code(this->enter({.number = 1, .display = 'N'}, floor_of(30))), 0x0004U);
  EXPECT_EQ(story(this->enter({.number = 2, .time_in_force = '3', .display = 'N'}, floor_of(30))),
            "AC");
  EXPECT_EQ(
      story(this->enter({.number = 3, .price = price_market.raw, .display = 'N'}, floor_of(30))),
      "AC");
}

TYPED_TEST(Reserve, random_reserves_are_less_than_the_floor) {
  EXPECT_EQ(reject_code(this->rest(1, floor_of(30, 30))), 0x0004U);
  EXPECT_EQ(story(this->rest(2, floor_of(30, 29))), "A(A)");
  EXPECT_EQ(reject_code(this->enter({.number = 3},
                                    appendage_of({{Tag::random_reserves, number_bytes(1, 4)}}))),
            0x0004U);
}

TYPED_TEST(Reserve, the_market_sees_a_slice) {
  const auto told = this->rest();
  ASSERT_EQ(story(told), "A(A)");
  EXPECT_EQ(told[0].event.quantity.raw, 100U);
  EXPECT_EQ(told[0].event.market_quantity.raw, 30U);
  EXPECT_EQ(this->book().bid->quantity, 30U);
}

TYPED_TEST(Reserve, a_floor_of_all_the_shares_is_a_plain_order) {
  EXPECT_EQ(this->rest(1, floor_of(100))[0].event.market_quantity.raw, 100U);
  EXPECT_EQ(this->rest(2, floor_of(~0U))[0].event.market_quantity.raw, 100U);
  EXPECT_EQ(story(this->sell(1, 200)), "AE(E)EE(E)E");
}

TYPED_TEST(Reserve, a_used_up_slice_comes_back_as_a_new_order) {
  this->rest();
  const auto told = this->sell(1, 30);
  ASSERT_EQ(story(told), "AE(E)ER(A)");
  const Event& event = told[3].event;
  EXPECT_EQ(event.tail.code, 'R');
  EXPECT_EQ(event.user_ref_num, 1U);
  EXPECT_EQ(event.quantity.raw, 30U);
  EXPECT_EQ(event.market_quantity.raw, 30U);
  EXPECT_EQ(event.price.raw, 10'0000U);
  EXPECT_EQ(event.tail.side, 'B');
  EXPECT_EQ(event.order_ref, 3U) << "a new reference";
  EXPECT_EQ(told[1].event.tail.code, 'A');
  // From then on its events have the new one.
  EXPECT_EQ(this->sell(2, 10)[1].event.order_ref, 3U);
  const auto canceled = this->cancel(1, 1, 0);
  EXPECT_EQ(canceled[0].event.order_ref, 3U);
  EXPECT_EQ(canceled[0].event.quantity.raw, 60U);
}

TYPED_TEST(Reserve, the_attributed_slice_comes_back_with_its_firm) {
  this->enter({.display = 'A'}, floor_of(30));
  const auto told = this->sell(1, 30);
  ASSERT_EQ(story(told), "AE(E)ER(F)");
  EXPECT_EQ(std::string(told[3].event.attribution.data(), 4), "FRM1");
}

TYPED_TEST(Reserve, the_new_slice_goes_behind_all_others) {
  this->rest(1);
  this->enter({.number = 2, .quantity = 20});
  const auto told = this->sell(1, 45);
  // 30 of the slice, then 15 of the order behind it.
  ASSERT_EQ(story(told), "AE(E)ER(A)E(E)E");
  EXPECT_EQ(told[4].event.user_ref_num, 2U);
  const auto next = this->sell(2, 10);
  ASSERT_EQ(story(next), "AE(E)EE(E)E");
  EXPECT_EQ(next[1].event.user_ref_num, 2U);
  EXPECT_EQ(next[3].event.user_ref_num, 1U);
}

TYPED_TEST(Reserve, an_incoming_order_takes_slice_after_slice) {
  this->rest();
  const auto told = this->sell(1, 500);
  ASSERT_EQ(story(told), "AE(E)ER(A)E(E)ER(A)E(E)ER(A)E(E)EC");
  EXPECT_EQ(told[9].event.market_quantity.raw, 10U) << "the last slice is what is left";
  EXPECT_EQ(told.back().event.quantity.raw, 400U);
  EXPECT_EQ(this->book().live_orders, 0U);
}

TYPED_TEST(Reserve, what_trades_on_entry_comes_off_first) {
  this->enter({.session = 2, .number = 1, .side = 'S', .quantity = 80});
  const auto told = this->rest();
  ASSERT_EQ(story(told), "AE(E)Em(A)");
  EXPECT_EQ(told[3].event.market_quantity.raw, 20U) << "less than the floor is left";
  EXPECT_EQ(story(this->sell(2, 100)), "AE(E)EC");
}

TYPED_TEST(Reserve, random_slices_stay_around_the_floor) {
  this->enter({.number = 1, .quantity = 100'000}, floor_of(30, 10));
  std::set<std::uint32_t> slices;
  for (std::uint32_t number = 1; number <= 200; ++number) {
    const auto told = this->sell(number, static_cast<std::uint32_t>(this->book().bid->quantity));
    ASSERT_EQ(story(told), "AE(E)ER(A)");
    slices.insert(told[3].event.quantity.raw);
  }
  EXPECT_EQ(*slices.begin(), 20U);
  EXPECT_EQ(*slices.rbegin(), 40U);
  EXPECT_EQ(slices.size(), 21U);
}

TYPED_TEST(Reserve, the_seed_decides_the_slices) {
  const auto slices = [](std::uint64_t seed) {
    Rig<TypeParam> rig;
    rig.feed(SlotKind::instrument,
             InstrumentBody{.instrument = 1, .trading_state = 'T', .symbol = Symbol::from("AAPL")});
    rig.feed(SlotKind::session_up, SessionBody{.session = 1});
    rig.feed(SlotKind::limit, LimitBody{.kind = LimitKind::reserve_seed, .value = seed});
    const auto enter = [&](std::uint32_t number, char side, std::uint32_t quantity,
                           std::string_view tags) {
      return rig.feed(SlotKind::enter,
                      EnterBody{.session = 1,
                                .symbol = Symbol::from("AAPL"),
                                .user_ref_num = number,
                                .quantity = {quantity},
                                .price = {10'0000},
                                .side = side,
                                .time_in_force = '0',
                                .display = 'Y',
                                .capacity = 'P',
                                .iso = 'N',
                                .cross_type = 'N'},
                      {}, tags);
    };
    enter(1, 'B', 100'000, floor_of(300, 200));
    std::vector<std::uint32_t> found;
    for (const Told& one : enter(2, 'S', 50'000, {}))
      if (one.event.tail.kind == EventKind::restated)
        found.push_back(one.event.quantity.raw);
    return found;
  };
  EXPECT_GT(slices(1).size(), 50U);
  EXPECT_EQ(slices(1), slices(1));
  EXPECT_NE(slices(1), slices(2));
}

TYPED_TEST(Reserve, a_partial_cancel_takes_the_reserve_first) {
  this->rest();
  const auto reserve = this->cancel(1, 1, 60);
  ASSERT_EQ(story(reserve), "C") << "the market saw none of them";
  EXPECT_EQ(reserve[0].event.quantity.raw, 40U);
  const auto both = this->cancel(1, 1, 20);
  ASSERT_EQ(story(both), "C(X)");
  EXPECT_EQ(both[0].event.quantity.raw, 40U);
  EXPECT_EQ(both[0].event.market_quantity.raw, 10U);
  EXPECT_EQ(this->book().bid->quantity, 20U);
  EXPECT_EQ(story(this->cancel(1, 1, 0)), "C(D)");
}

TYPED_TEST(Reserve, a_modify_takes_the_reserve_first) {
  this->rest();
  const auto reserve = this->modify(1, 1, 'B', 60);
  ASSERT_EQ(story(reserve), "M");
  EXPECT_EQ(reserve[0].event.quantity.raw, 60U) << "all open shares";
  const auto both = this->modify(1, 1, 'B', 20);
  ASSERT_EQ(story(both), "M(X)");
  EXPECT_EQ(both[0].event.market_quantity.raw, 10U);
}

TYPED_TEST(Reserve, what_ends_the_order_ends_all_of_it) {
  this->rest();
  const auto told = this->account(SlotKind::mass_cancel, 1, 2);
  ASSERT_EQ(story(told), "XC(D)");
  EXPECT_EQ(told[1].event.quantity.raw, 100U);
}

TYPED_TEST(Reserve, mass_cancels_go_by_the_new_reference) {
  this->rest(1);
  this->enter({.number = 2});
  this->sell(1, 30);  // the slice of 1 comes back behind 2
  const auto told = this->account(SlotKind::mass_cancel, 1, 9);
  ASSERT_EQ(story(told), "XC(D)C(D)");
  EXPECT_EQ(told[1].event.user_ref_num, 2U);
}

TYPED_TEST(Reserve, a_replace_begins_with_a_first_slice) {
  this->rest();
  this->sell(1, 40);  // one slice and 10 of the next
  const auto told = this->replace({.original = 1, .number = 2, .quantity = 200});
  ASSERT_EQ(story(told), "U(U)");
  EXPECT_EQ(told[0].event.quantity.raw, 160U);
  EXPECT_EQ(told[0].event.market_quantity.raw, 30U);
  EXPECT_EQ(this->book().bid->quantity, 30U);
  const auto plain = this->replace({.original = 2, .number = 3, .quantity = 200}, floor_of(0));
  EXPECT_EQ(plain[0].event.market_quantity.raw, 160U);
}

TYPED_TEST(Reserve, a_minimum_counts_what_is_in_reserve) {
  this->rest();
  EXPECT_EQ(story(this->enter(
                {.session = 2, .number = 1, .side = 'S', .quantity = 100, .time_in_force = '3'},
                appendage_of({{Tag::min_qty, number_bytes(100, 4)}}))),
            "AE(E)ER(A)E(E)ER(A)E(E)ER(A)E(E)E");
}

TYPED_TEST(Reserve, a_sweep_of_many_slices_takes_several_steps) {
  this->rest(1, floor_of(1));
  const auto told = this->sell(1, 100);
  EXPECT_EQ(told.size(), 1U + 3U * 99U + 2U);
  EXPECT_GT(this->rig_.steps, 4U);
}

}  // namespace
}  // namespace wirebook::match
