// Goal: every session has a place of its own in the bucket that the kernel will look into. Method:
// as many sessions as the kernel promises to hold, and more, from one subnet and at random.
#include "card/session_placement.hpp"

#include <optional>
#include <random>
#include <set>
#include <string>
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

/// Addresses and ports that have nothing in common.
std::vector<OrderSource> at_random(std::uint32_t count, std::uint32_t seed) {
  std::mt19937 random(seed);
  std::vector<OrderSource> sources;
  for (std::uint32_t i = 0; i < count; ++i)
    sources.push_back(
        {static_cast<std::uint32_t>(random()), static_cast<std::uint16_t>(random()), i + 1});
  return sources;
}

void expect_each_in_its_bucket(const std::vector<OrderSource>& sources,
                               const std::optional<SessionPlacement>& placement) {
  ASSERT_TRUE(placement);
  ASSERT_EQ(placement->sessions.size(), sources.size());
  std::set<std::size_t> taken;
  for (const PlacedSession& placed : placement->sessions) {
    EXPECT_EQ(placed.index / session_ways, session_bucket(placement->rows, placed.source));
    EXPECT_TRUE(taken.insert(placed.index).second);
  }
}

class Placement : public testing::TestWithParam<std::uint32_t> {};

TEST_P(Placement, puts_each_session_into_its_bucket) {
  const std::vector<OrderSource> sources = one_subnet(GetParam());
  expect_each_in_its_bucket(sources, place_sessions(sources));
}
INSTANTIATE_TEST_SUITE_P(Sessions, Placement, testing::Values(0U, 1U, 4U, 256U, 512U, 1'024U));

class RandomPlacement : public testing::TestWithParam<std::uint32_t> {};

TEST_P(RandomPlacement, has_a_place_for_each_session_under_any_seed) {
  for (std::uint32_t seed = 1; seed <= 100; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    const std::vector<OrderSource> sources = at_random(GetParam(), seed);
    expect_each_in_its_bucket(sources, place_sessions(sources, seed));
  }
}
INSTANTIATE_TEST_SUITE_P(Sessions, RandomPlacement, testing::Values(256U, 512U, 600U));

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
