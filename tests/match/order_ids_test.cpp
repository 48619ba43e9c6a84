// Goal: an order is found by its number until it goes, and memory follows live orders, whatever
// numbers are chosen. Method: random numbers, in order, with gaps and with great jumps, of a few
// sessions against a map; at its most, each order has a block of its own.
#include "match/book/order_ids.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <map>
#include <random>
#include <string>

#include <gtest/gtest.h>

namespace wirebook::match {
namespace {

constexpr std::uint32_t ids_max = 60;
constexpr std::uint32_t sessions = 3;

class OrderIdsTest : public ::testing::Test {
 protected:
  /// Above every number that the session has used.
  std::uint64_t next_id(std::uint32_t session) {
    std::uint64_t& last = last_[session];
    switch (random_() % 4) {
      case 0:
        last += 16 + random_() % 5'000;
        break;
      case 1:
        last += 1 + random_() % 20;
        break;
      default:
        ++last;
    }
    return std::uint64_t{session + 1} << 40 | last;
  }
  void insert(std::uint32_t session, std::uint64_t id) {
    const auto order = static_cast<std::uint32_t>(live_.size() + 1 + random_() % 1'000);
    ids_.insert(id, order, recent_[session]);
    live_[id] = order;
  }
  void erase(std::map<std::uint64_t, std::uint32_t>::iterator at) {
    ids_.erase(at->first, recent_[(at->first >> 40) - 1]);
    gone_ = at->first;
    live_.erase(at);
  }
  void expect_equal() {
    for (const auto& [id, order] : live_)
      ASSERT_EQ(ids_.find(id), order) << "id " << id;
    ASSERT_EQ(ids_.find(gone_), 0U);
  }

  std::uint64_t seed_ = std::random_device{}();
  std::mt19937_64 random_{seed_};
  OrderIds ids_{ids_max, sessions, ids_max, seed_};
  std::array<OrderIds::Recent, sessions> recent_{};
  std::array<std::uint64_t, sessions> last_{};
  std::map<std::uint64_t, std::uint32_t> live_;
  std::uint64_t gone_ = 16;
};

TEST_F(OrderIdsTest, finds_what_lives_and_nothing_else) {
  SCOPED_TRACE("seed " + std::to_string(seed_));
  for (int step = 0; step < 30'000; ++step) {
    const bool fills = step / 500 % 2 == 0;  // grow, then shrink to nothing, over and over
    if (live_.size() < ids_max && (live_.empty() || random_() % 100 < (fills ? 75 : 25))) {
      const auto session = static_cast<std::uint32_t>(random_() % sessions);
      insert(session, next_id(session));
    } else {
      erase(std::next(live_.begin(), static_cast<std::ptrdiff_t>(random_() % live_.size())));
    }
    ASSERT_NO_FATAL_FAILURE(expect_equal()) << "step " << step;
  }
}

TEST_F(OrderIdsTest, hold_as_many_orders_as_they_were_made_for_whatever_their_numbers) {
  SCOPED_TRACE("seed " + std::to_string(seed_));
  for (int round = 0; round < 200; ++round) {
    while (live_.size() < ids_max) {
      const auto session = static_cast<std::uint32_t>(live_.size() % sessions);
      last_[session] += 16 + random_() % 100'000;
      insert(session, std::uint64_t{session + 1} << 40 | last_[session]);
    }
    ASSERT_NO_FATAL_FAILURE(expect_equal()) << "round " << round;
    while (!live_.empty())
      erase(live_.begin());
  }
}

TEST_F(OrderIdsTest, takes_a_number_below_the_last_one_too) {
  insert(0, std::uint64_t{1} << 40 | 1000);
  insert(0, std::uint64_t{1} << 40 | 3);
  insert(0, std::uint64_t{1} << 40 | 1001);
  expect_equal();
}

}  // namespace
}  // namespace wirebook::match
