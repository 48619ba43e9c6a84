// Counters: names stand beside their values, and a second thread may read while the first adds.
#include "metrics/counters.hpp"

#include <thread>

#include <gtest/gtest.h>

namespace {

enum class Thing { apple, pear, count_ };
constexpr std::string_view to_string(Thing thing) {
  return thing == Thing::apple ? "apple" : "pear";
}

TEST(Counters, TableNamesEveryValue) {
  wirebook::metrics::Counters<Thing> counters;
  counters.add(Thing::pear);
  counters.add(Thing::pear, 41);
  const auto rows = counters.table();
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_EQ(rows[0].name, "apple");
  EXPECT_EQ(rows[0].value, 0U);
  EXPECT_EQ(rows[1].name, "pear");
  EXPECT_EQ(rows[1].value, 42U);
}

TEST(Counters, ReaderSeesGrowingValues) {
  wirebook::metrics::Counters<Thing> counters;
  std::thread adder([&] {
    for (int i = 0; i < 100'000; ++i)
      counters.add(Thing::apple);
  });
  std::uint64_t last = 0;
  while (last < 100'000) {
    const std::uint64_t now = counters[Thing::apple];
    ASSERT_GE(now, last);
    last = now;
  }
  adder.join();
}

}  // namespace
