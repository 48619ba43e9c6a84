// Goal: a follower tells every order in its place, shows its books to other threads, and begins
// again as if nothing had been.
// Method: random feed slots with a printed seed; the plain twin, and the same told in other ways.
#include <map>
#include <random>
#include <vector>

#include <gtest/gtest.h>

#include "feed_slots.hpp"
#include "match/feed_follower.hpp"
#include "match/naive/naive_follower.hpp"
#include "match/readers/book_readers.hpp"

namespace wirebook::match {
namespace {

std::vector<FeedOrder> orders_of(const FeedFollower& follower, std::uint16_t locate) {
  std::vector<FeedOrder> orders;
  follower.each_order(locate, [&](const FeedOrder& order) { orders.push_back(order); });
  return orders;
}

class FollowerOrders : public testing::Test {
 protected:
  FollowerOrders() : trace_(__FILE__, __LINE__, "seed " + std::to_string(seed_)) {}

  /// The same slots to all of them.
  template <class... Followers>
  void feed(int slots, Followers&... followers) {
    for (int i = 0; i < slots; ++i) {
      const Slot slot = random_feed_slot(random_);
      (followers.on_slot(slot), ...);
    }
  }
  void show_all() {
    while (!follower_.show(readers_, ++shown_, Show::idle)) {
    }
  }

  const std::uint64_t seed_ = std::random_device{}();
  testing::ScopedTrace trace_;
  std::mt19937_64 random_{seed_};
  FeedFollower follower_{few_orders};
  BookReaders readers_{{.instruments = few_orders.instruments, .watches = 4}};
  std::uint64_t shown_ = 0;
};

TEST_F(FollowerOrders, each_order_has_its_place) {
  NaiveFollower naive(few_orders);
  std::size_t orders = 0;
  for (int i = 0; i < 1'000; ++i) {
    feed(20, follower_, naive);
    for (std::uint16_t locate = 0; locate <= few_orders.instruments + 1; ++locate) {
      const std::vector<FeedOrder> told = orders_of(follower_, locate);
      ASSERT_EQ(told, naive.orders(locate)) << "locate " << locate;
      orders += told.size();
    }
  }
  EXPECT_GT(orders, 1'000U) << "nothing to compare";
}

TEST_F(FollowerOrders, orders_and_depth_tell_the_same) {
  feed(20'000, follower_);
  std::uint64_t live = 0;
  for (std::uint16_t locate = 0; locate <= few_orders.instruments; ++locate) {
    std::map<std::pair<char, std::uint32_t>, LevelSummary> levels;
    for (const FeedOrder& order : orders_of(follower_, locate)) {
      LevelSummary& level = levels[{order.side, order.price.raw}];
      level.price = order.price;
      level.quantity += order.open.raw;
      ++level.orders;
      ++live;
    }
    for (const bool buy : {true, false}) {
      std::vector<LevelSummary> depth(few_orders.orders);
      depth.resize(follower_.depth(locate, buy, depth));
      for (const LevelSummary& level : depth) {
        EXPECT_EQ(level, (levels[{buy ? 'B' : 'S', level.price.raw}]));
        levels.erase({buy ? 'B' : 'S', level.price.raw});
      }
    }
    EXPECT_TRUE(levels.empty());
  }
  EXPECT_GT(live, 0U);
}

TEST_F(FollowerOrders, nothing_is_left_after_a_new_start) {
  FeedFollower fresh(few_orders);
  const std::uint64_t empty = fresh.digest();
  feed(5'000, follower_);
  const FeedCounters counted = follower_.counters();
  EXPECT_NE(follower_.digest(), empty);
  EXPECT_TRUE(follower_.symbol(1));
  follower_.clear();
  EXPECT_EQ(follower_.digest(), empty);
  EXPECT_FALSE(follower_.symbol(1));
  EXPECT_EQ(follower_.counters(), counted);
  feed(5'000, follower_, fresh);
  EXPECT_EQ(follower_.digest(), fresh.digest());
  for (std::uint16_t locate = 0; locate <= few_orders.instruments; ++locate) {
    EXPECT_EQ(follower_.book(locate), fresh.book(locate));
    EXPECT_EQ(follower_.symbol(locate), fresh.symbol(locate));
  }
}

TEST_F(FollowerOrders, the_digest_sees_each_order_and_its_place) {
  const auto digest_of = [](std::vector<FeedOrder> orders) {
    FeedFollower follower(few_orders);
    for (const FeedOrder& order : orders) {
      Slot slot{};
      slot.tail.kind = feed_kind('A');
      slot.feed_add = {.head = {.instrument = order.locate},
                       .order_ref = order.order_ref,
                       .symbol = Symbol::from("SYM"),
                       .quantity = order.open,
                       .price = order.price,
                       .side = order.side};
      follower.on_slot(slot);
    }
    return follower.digest();
  };
  const FeedOrder first{.order_ref = 1, .locate = 1, .price = {1'000'000}, .open = {100}};
  FeedOrder second = first;
  second.order_ref = 2;
  const std::uint64_t both = digest_of({first, second});
  EXPECT_EQ(both, digest_of({first, second}));
  EXPECT_NE(both, digest_of({first}));
  EXPECT_NE(both, digest_of({second, first})) << "another queue";
  const auto expect_seen = [&](auto change) {
    FeedOrder other = second;
    change(other);
    EXPECT_NE(both, digest_of({first, other}));
  };
  expect_seen([](FeedOrder& order) { order.order_ref = 3; });
  expect_seen([](FeedOrder& order) { order.open = {200}; });
  expect_seen([](FeedOrder& order) { order.price = {1'000'100}; });
  expect_seen([](FeedOrder& order) { order.side = 'S'; });
  expect_seen([](FeedOrder& order) { order.locate = 2; });
}

TEST_F(FollowerOrders, other_threads_see_tops_and_depth) {
  feed(5'000, follower_);
  auto watch = readers_.watch(1, 64);
  ASSERT_TRUE(watch);
  show_all();
  for (std::uint16_t locate = 0; locate <= few_orders.instruments; ++locate)
    EXPECT_EQ(readers_.top(locate).book, follower_.book(locate));
  BookDepth depth;
  ASSERT_TRUE(watch->read(depth));
  std::vector<LevelSummary> bids(64);
  bids.resize(follower_.depth(1, true, bids));
  EXPECT_TRUE(std::equal(bids.begin(), bids.end(), depth.bids().begin(), depth.bids().end()));

  follower_.clear();
  show_all();
  EXPECT_EQ(readers_.top(1).book, BookSummary{}) << "a new start is seen too";
}

}  // namespace
}  // namespace wirebook::match
