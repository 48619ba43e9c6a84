// Goal: what one thread writes, others read whole, in order, and without waiting for the writer.
// Method: values whose words all agree; a writer that a signal stops wherever it happens to be.
#include "match/readers/board.hpp"

#include <array>
#include <atomic>
#include <chrono>
#include <csignal>
#include <thread>

#include <gtest/gtest.h>
#include <pthread.h>
#include <unistd.h>

#include "match/readers/watch_place.hpp"

namespace wirebook::match {
namespace {

using Value = std::array<std::uint64_t, 40>;

TEST(Board, is_never_torn_and_never_goes_back) {
  Board<Value> board;
  std::atomic<bool> stop{false};
  std::thread writer([&] {
    Value value{};
    for (std::uint64_t i = 1; !stop.load(std::memory_order_relaxed); ++i) {
      value.fill(i);
      board.write(value);
      if (i % 8 == 0)
        std::this_thread::yield();
    }
  });
  std::uint64_t last = 0;
  for (int i = 0; i < 100'000; ++i) {
    const Value value = board.read();
    for (const std::uint64_t word : value)
      ASSERT_EQ(word, value[0]);
    ASSERT_GE(value[0], last);
    last = value[0];
  }
  stop.store(true);
  writer.join();
  EXPECT_EQ(board.read(), board.own());
}

/// A picture whose every number is `mark`.
BookDepth picture(std::uint32_t mark) {
  BookDepth depth{.sequence = mark, .live_orders = mark, .bid_levels = mark, .ask_levels = mark};
  depth.bid_count = mark % depth_levels_max;
  depth.ask_count = 1 + mark % (depth_levels_max - 1);
  depth.bid.fill({.price = {mark}, .quantity = mark, .orders = mark});
  depth.ask = depth.bid;
  return depth;
}
bool is_whole(const BookDepth& depth) {
  const BookDepth whole = picture(depth.live_orders);
  const auto same = [](std::span<const LevelSummary> a, std::span<const LevelSummary> b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end());
  };
  return depth.sequence == whole.sequence && depth.bid_levels == whole.bid_levels &&
         depth.ask_levels == whole.ask_levels && same(depth.bids(), whole.bids()) &&
         same(depth.asks(), whole.asks());
}

TEST(WatchPlace, is_never_torn_and_never_goes_back) {
  WatchPlace place;
  const WatchClaim claim = place.claim(1, depth_levels_max);
  ASSERT_TRUE(claim.taken);
  std::atomic<bool> stop{false};
  std::thread writer([&] {
    for (std::uint32_t i = 1; !stop.load(std::memory_order_relaxed); ++i)
      place.show(claim, picture(i));
  });
  BookDepth depth;
  while (!place.read(claim, depth))
    std::this_thread::yield();
  std::uint64_t last = 0;
  for (int i = 0; i < 50'000; ++i) {
    ASSERT_TRUE(place.read(claim, depth));
    ASSERT_TRUE(is_whole(depth)) << depth.sequence;
    ASSERT_GE(depth.sequence, last);
    last = depth.sequence;
  }
  stop.store(true);
  writer.join();
}

// ── A writer that stands still ──────────────────────────────────────────────────────────────────

std::atomic<bool> stands{false};
std::atomic<bool> may_go_on{false};

void stand_still(int /*signal*/) {
  stands.store(true);
  while (!may_go_on.load())
    usleep(50);
  stands.store(false);
}

/// Stops a thread that does nothing but `write` at so many random points, and calls `read` then.
template <class Write, class Read>
void stop_and_read(int times, Write write, Read read) {
  std::signal(SIGUSR1, stand_still);
  std::atomic<bool> stop{false};
  std::thread writer([&] {
    for (std::uint32_t i = 1; !stop.load(std::memory_order_relaxed); ++i)
      write(i);
  });
  for (int i = 0; i < times; ++i) {
    may_go_on.store(false);
    pthread_kill(writer.native_handle(), SIGUSR1);
    while (!stands.load())
      std::this_thread::yield();
    read();
    may_go_on.store(true);
    while (stands.load())
      std::this_thread::yield();
  }
  stop.store(true);
  writer.join();
  std::signal(SIGUSR1, SIG_DFL);
}

#if defined(__SANITIZE_THREAD__)
constexpr bool signals_come_anywhere = false;
#else
constexpr bool signals_come_anywhere = true;
#endif

// A reader that waited for the writer would not come back, and ctest would end the test.
TEST(Board, is_read_while_its_writer_stands_still) {
  if (!signals_come_anywhere)
    GTEST_SKIP() << "the thread sanitizer puts signals off";
  Board<Value> board;
  Value value{};
  stop_and_read(
      300,
      [&](std::uint32_t i) {
        value.fill(i);
        board.write(value);
      },
      [&] {
        const Value read = board.read();
        for (const std::uint64_t word : read)
          ASSERT_EQ(word, read[0]);
      });
}

TEST(WatchPlace, is_read_while_its_writer_stands_still) {
  if (!signals_come_anywhere)
    GTEST_SKIP() << "the thread sanitizer puts signals off";
  WatchPlace place;
  const WatchClaim claim = place.claim(1, depth_levels_max);
  place.show(claim, picture(1));
  BookDepth depth;
  stop_and_read(
      300, [&](std::uint32_t i) { place.show(claim, picture(i)); },
      [&] {
        ASSERT_TRUE(place.read(claim, depth));
        ASSERT_TRUE(is_whole(depth));
      });
}

}  // namespace
}  // namespace wirebook::match
