// Goal: a reader of the board never sees half of a value.
// Method: one thread writes values whose words all agree, another reads and compares.
#include "node/book_board.hpp"

#include <array>
#include <atomic>
#include <thread>

#include <gtest/gtest.h>

namespace wirebook::node {
namespace {

TEST(Board, IsNeverTorn) {
  using Value = std::array<std::uint64_t, 40>;
  Board<Value> board;
  std::atomic<bool> stop{false};
  std::thread writer([&] {
    Value value{};
    for (std::uint64_t i = 1; !stop.load(std::memory_order_relaxed); ++i) {
      value.fill(i);
      board.write(value);
      std::this_thread::yield();
    }
  });
  std::uint64_t last = 0;
  for (int i = 0; i < 20'000; ++i) {
    const Value value = board.read();
    for (const std::uint64_t word : value)
      ASSERT_EQ(word, value[0]);
    ASSERT_GE(value[0], last);
    last = value[0];
  }
  stop.store(true);
  writer.join();
}

}  // namespace
}  // namespace wirebook::node
