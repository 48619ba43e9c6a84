// Goal: an operation far larger than the event ring completes on one thread, step by step.
// Method: both engines behind an event ring of 1,024; every step is bounded (the rig asserts it).
#include "tests/match/rules_fixture.hpp"

namespace wirebook::match {
namespace {

template <class AnyEngine>
class Continuation : public testing::Test {
 protected:
  Continuation() {
    rig_.feed(
        SlotKind::instrument,
        InstrumentBody{.instrument = 1, .trading_state = 'T', .symbol = Symbol::from("AAPL")});
    for (const std::uint32_t session : {1U, 2U})
      rig_.feed(SlotKind::session_up, SessionBody{.session = session, .firm = Firm::from("FRM1")});
  }
  void enter_many(std::uint32_t count) {
    for (std::uint32_t i = 1; i <= count; ++i)
      rig_.feed(SlotKind::enter, order(1, i, 'B', 1, 10'0000 + i % 500));
  }
  static EnterBody order(std::uint32_t session, std::uint32_t number, char side,
                         std::uint32_t quantity, std::uint32_t price) {
    return {.session = session,
            .symbol = Symbol::from("AAPL"),
            .user_ref_num = number,
            .quantity = {quantity},
            .price = {price},
            .side = side,
            .time_in_force = '0',
            .display = 'Y',
            .capacity = 'P',
            .iso = 'N',
            .cross_type = 'N'};
  }
  Rig<AnyEngine> rig_{Capacity{.orders = 100'000, .trades = 16, .sessions = 4, .instruments = 4}};
};
TYPED_TEST_SUITE(Continuation, Engines);

TYPED_TEST(Continuation, a_mass_cancel_of_100000_orders_completes) {
  this->enter_many(100'000);
  ASSERT_EQ(this->rig_.engine.book(1).live_orders, 100'000U);
  const auto told = this->rig_.feed(SlotKind::mass_cancel, AccountBody{.session = 1,
                                                                       .symbol = Symbol::from(""),
                                                                       .user_ref_num = 100'001,
                                                                       .firm = Firm::from("")});
  ASSERT_EQ(told.size(), 100'001U);
  EXPECT_GT(this->rig_.steps, 1000U);
  for (std::size_t i = 1; i < told.size(); ++i)
    ASSERT_EQ(told[i].event.order_ref, i);
  EXPECT_EQ(this->rig_.engine.book(1), BookSummary{});
}

TYPED_TEST(Continuation, a_sweep_through_10000_orders_completes) {
  this->enter_many(10'000);
  const auto told = this->rig_.feed(SlotKind::enter, this->order(2, 1, 'S', 10'500, 10'0000));
  ASSERT_EQ(told.size(), 1U + 20'000U + 1U);
  EXPECT_EQ(told.back().event.tail.market, 'A');
  EXPECT_EQ(told.back().event.market_quantity.raw, 500U);
  EXPECT_EQ(this->rig_.engine.counters().volume, 10'000U);
}

}  // namespace
}  // namespace wirebook::match
