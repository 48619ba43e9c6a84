// Goal: every session has a place of its own in the bucket that the kernel will look into. Method:
// as many sessions as the kernel promises to hold, and more, from one subnet and at random.
#include "card/session_placement.hpp"

#include <random>
#include <set>
#include <vector>

#include <gtest/gtest.h>

namespace wirebook::card {
namespace {

using wire_in::OrderSource;

std::vector<OrderSource> one_subnet(std::uint32_t count) {
  std::vector<OrderSource> sources;
  for (std::uint32_t i = 0; i < count; ++i)
    sources.push_back({0x0A00'0000 + i / 4, static_cast<std::uint16_t>(40'000 + i % 4), i + 1});
  return sources;
}

class Placement : public testing::TestWithParam<std::uint32_t> {};

TEST_P(Placement, puts_each_session_into_its_bucket) {
  const std::vector<OrderSource> sources = one_subnet(GetParam());
  const auto placement = place_sessions(sources);
  ASSERT_TRUE(placement);
  ASSERT_EQ(placement->sessions.size(), sources.size());
  std::set<std::size_t> taken;
  for (const PlacedSession& placed : placement->sessions) {
    EXPECT_EQ(placed.index / session_ways, session_bucket(placement->rows, placed.source));
    EXPECT_TRUE(taken.insert(placed.index).second);
  }
}
INSTANTIATE_TEST_SUITE_P(Sessions, Placement, testing::Values(0U, 1U, 4U, 256U, 512U));

TEST(PlacementErrors, a_source_with_two_sessions_has_no_place) {
  const std::vector<OrderSource> twins{{1, 2, 3}, {1, 2, 4}};
  EXPECT_FALSE(place_sessions(twins));
}

TEST(PlacementErrors, more_sessions_than_places_have_none) {
  EXPECT_FALSE(place_sessions(one_subnet(2'049)));
}

TEST(Placement, is_the_same_every_time) {
  const auto sources = one_subnet(100);
  EXPECT_EQ(place_sessions(sources, 5)->rows, place_sessions(sources, 5)->rows);
}

}  // namespace
}  // namespace wirebook::card
