// Goal: both followers build the same books from any feed, the recorded day included.
// Method: random ITCH slots with a printed seed, and the day message by message, compared each
// time.
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <random>
#include <vector>

#include <gtest/gtest.h>

#include "feed_slots.hpp"
#include "match/feed_follower.hpp"
#include "match/naive/naive_follower.hpp"
#include "wire_in/itch_slot.hpp"

namespace wirebook::match {
namespace {

void expect_same(const FeedFollower& fast, const NaiveFollower& naive, std::uint16_t locates) {
  ASSERT_EQ(fast.counters(), naive.counters());
  for (std::uint16_t locate = 0; locate <= locates; ++locate)
    ASSERT_EQ(fast.book(locate), naive.book(locate)) << "locate " << locate;
}

void expect_same_names(const FeedFollower& fast, const NaiveFollower& naive,
                       std::uint16_t locates) {
  for (std::uint16_t locate = 0; locate <= locates; ++locate)
    ASSERT_EQ(fast.symbol(locate), naive.symbol(locate)) << "locate " << locate;
}

TEST(Follower, both_follow_any_feed_alike) {
  const auto seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937_64 random(seed);
  FeedFollower fast(few_orders);
  NaiveFollower naive(few_orders);
  for (int i = 0; i < 40'000; ++i) {
    const Slot slot = random_feed_slot(random);
    fast.on_slot(slot);
    naive.on_slot(slot);
    ASSERT_NO_FATAL_FAILURE(expect_same(fast, naive, 4)) << "slot " << i;
  }
  ASSERT_NO_FATAL_FAILURE(expect_same_names(fast, naive, 4));
  EXPECT_GT(naive.counters().duplicate_reference, 0U);
  EXPECT_GT(naive.counters().over_reduction, 0U);
  EXPECT_GT(naive.counters().unknown_reference, 0U);
}

TEST(Follower, the_recorded_day_gives_the_same_books_after_every_message) {
  const char* const folder = std::getenv("WIREBOOK_DATA");
  const std::filesystem::path path =
      std::filesystem::path(folder != nullptr ? folder : WIREBOOK_SOURCE_DIR "/../shared/data") /
      "example_day_3_symbols.itch50";
  if (!std::filesystem::exists(path))
    GTEST_SKIP() << "no recorded day at " << path;
  std::ifstream file(path, std::ios::binary);
  const std::vector<char> bytes{std::istreambuf_iterator<char>(file), {}};

  wire_in::ItchSlot parser;
  FeedFollower fast({.orders = 20'000});
  NaiveFollower naive({.orders = 20'000});
  std::size_t messages = 0;
  for (std::size_t at = 0; at + 2 <= bytes.size(); ++messages) {
    const std::size_t length =
        static_cast<unsigned char>(bytes[at]) * 256U + static_cast<unsigned char>(bytes[at + 1]);
    const auto message = std::as_bytes(std::span(bytes).subspan(at + 2, length));
    const auto [outcome, slot] = parser.parse(message);
    ASSERT_EQ(outcome, Outcome::ok);
    fast.on_slot(*slot);
    naive.on_slot(*slot);
    ASSERT_NO_FATAL_FAILURE(expect_same(fast, naive, 3)) << "message " << messages;
    at += 2 + length;
  }
  ASSERT_NO_FATAL_FAILURE(expect_same_names(fast, naive, 3));
  EXPECT_EQ(messages, 12'012U);
  EXPECT_EQ(fast.counters().unknown_reference, 117U);
}

}  // namespace
}  // namespace wirebook::match
