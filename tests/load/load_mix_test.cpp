// The order mix: the same seed gives the same flow, and every order is one that a venue takes.
#include "node/load/load_mix.hpp"

#include <map>

#include <gtest/gtest.h>

namespace wirebook::node {
namespace {

TEST(LoadMix, SameSeedSameFlow) {
  LoadMix first(42, 5), second(42, 5), other(43, 5);
  bool differs = false;
  for (int i = 0; i < 1000; ++i) {
    const LoadOrder a = first.order(i % 7 == 0), b = second.order(i % 7 == 0);
    const LoadOrder c = other.order(i % 7 == 0);
    ASSERT_EQ(a.symbol, b.symbol);
    ASSERT_EQ(a.price, b.price);
    ASSERT_EQ(a.quantity, b.quantity);
    ASSERT_EQ(a.side, b.side);
    differs = differs || a.price != c.price;
  }
  EXPECT_TRUE(differs);
}

TEST(LoadMix, ActionsAreMixedAsDescribed) {
  LoadMix mix(1, 1);
  std::map<LoadAction, int> seen;
  for (int i = 0; i < 10'000; ++i)
    ++seen[mix.action()];
  EXPECT_NEAR(seen[LoadAction::add], 4500, 200);
  EXPECT_NEAR(seen[LoadAction::cancel], 4000, 200);
  EXPECT_NEAR(seen[LoadAction::replace], 700, 100);
  EXPECT_NEAR(seen[LoadAction::ioc], 800, 100);
}

TEST(LoadMix, OrdersAreValidOnBothSidesAndMostlyRound) {
  LoadMix mix(1, 3);
  int buys = 0, round = 0, hidden = 0;
  for (int i = 0; i < 10'000; ++i) {
    const bool ioc = i % 10 == 0;
    const LoadOrder order = mix.order(ioc);
    ASSERT_LT(order.symbol, 3);
    ASSERT_TRUE(is_limit(order.price));
    ASSERT_EQ(order.price.raw % 100, 0U);
    ASSERT_GE(order.quantity.raw, 1U);
    ASSERT_LE(order.quantity.raw, 999'999U);
    ASSERT_EQ(order.time_in_force, ioc ? '3' : '0');
    ASSERT_TRUE(order.side == 'B' || order.side == 'S');
    buys += order.side == 'B' ? 1 : 0;
    round += order.quantity.raw % 100 == 0 ? 1 : 0;
    hidden += order.display == 'N' ? 1 : 0;
  }
  EXPECT_NEAR(buys, 5000, 300);
  EXPECT_GT(round, 8000);
  EXPECT_NEAR(hidden, 450, 150);
}

}  // namespace
}  // namespace wirebook::node
