// The table of keys: what it holds is what was put in, while it doubles and after it.
#include "match/memory/key_table.hpp"

#include <cstddef>
#include <cstdint>
#include <random>
#include <unordered_map>
#include <vector>

#include <gtest/gtest.h>

#include "tests/match/state_rig.hpp"

namespace wirebook::match {
namespace {

constexpr std::uint64_t table_seed = 0x9E37'79B9'7F4A'7C15;

/// Beside a map of the standard library.
class Keys : public ::testing::Test {
 protected:
  void insert(std::uint64_t key) {
    if (!expected_.emplace(key, ++value_).second)
      return;
    keys_.push_back(key);
    table_.insert(key, value_);
  }
  void erase_any() {
    const std::size_t at = random_() % keys_.size();
    const std::uint64_t key = keys_[at];
    keys_[at] = keys_.back();
    keys_.pop_back();
    expected_.erase(key);
    table_.erase(key);
  }
  void check() {
    for (const auto& [key, value] : expected_)
      ASSERT_EQ(table_.find(key), value) << "key " << key << " of " << expected_.size();
  }

  static constexpr std::size_t capacity = 100'000;
  static constexpr std::size_t start = 100;  // 256 places, so that it doubles ten times
  const std::uint64_t seed_ = seed_from_environment();
  std::mt19937_64 random_{seed_};
  KeyTable table_{capacity, table_seed, start};
  std::unordered_map<std::uint64_t, std::uint32_t> expected_;
  std::vector<std::uint64_t> keys_;
  std::uint32_t value_ = 0;
};

TEST_F(Keys, finds_every_key_at_every_moment_of_its_growth) {
  const std::size_t before = table_.places();
  for (std::size_t i = 0; i < 3000; ++i) {
    insert(i);
    check();
  }
  EXPECT_GE(table_.places(), 8 * before);
}

TEST_F(Keys, holds_what_comes_and_goes_up_to_its_capacity) {
  while (keys_.size() < capacity) {
    for (std::size_t i = 0; i < 3; ++i)
      insert(random_() % 1'000'000'000);
    erase_any();
    if (random_() % 4096 == 0)
      check();
  }
  check();
  while (!keys_.empty())
    erase_any();
  for (const auto key : {std::uint64_t{1}, std::uint64_t{77}})
    EXPECT_EQ(table_.find(key), 0U);
}

TEST_F(Keys, stays_small_while_few_are_live) {
  const std::size_t before = table_.places();
  for (std::size_t i = 0; i < 200'000; ++i) {
    insert(random_());
    if (keys_.size() > 90)
      erase_any();
  }
  check();
  EXPECT_EQ(table_.places(), before);
}

TEST_F(Keys, is_never_more_than_half_full) {
  for (std::size_t i = 1; i <= capacity; ++i) {
    insert(i << 32);
    ASSERT_LE(2 * i, table_.places());
  }
}

}  // namespace
}  // namespace wirebook::match
