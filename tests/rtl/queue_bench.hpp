// A queue of the RTL against one of software, for the benches of those queues.
//
// Shapes: Dut is a Verilator class with the ports of `fifo`, 16 bits wide. Threads: one. Cost: a
// cycle of simulation a step.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <random>
#include <string>

#include <gtest/gtest.h>

namespace wirebook {

/// How many of 100 cycles somebody writes, or reads.
struct Rates {
  unsigned push = 100;
  unsigned pop = 100;
};

template <typename Dut>
class QueueBench {
 public:
  QueueBench(unsigned seed, std::size_t capacity) : capacity_(capacity), random_(seed) { reset(); }

  std::uint64_t received = 0;
  std::size_t most = 0;  ///< entries that were inside at once

  void run(int cycles, Rates rates) {
    for (int i = 0; i < cycles && !testing::Test::HasFatalFailure(); ++i)
      cycle(rates);
  }

  /// What is inside is gone.
  void reset() {
    dut_.rst_i = 1;
    for (int i = 0; i < 2; ++i)
      cycle({});
    dut_.rst_i = 0;
    dut_.valid_i = 0;
  }

 private:
  bool chance(unsigned percent) { return random_() % 100 < percent; }

  void cycle(Rates rates) {
    dut_.clk_i = 0;
    if (!dut_.valid_i) {  // an offer stands until it is taken
      dut_.valid_i = chance(rates.push);
      dut_.data_i = static_cast<std::uint16_t>(random_());
    }
    dut_.ready_i = chance(rates.pop);
    dut_.eval();
    if (dut_.rst_i) {
      inside_.clear();
      ASSERT_FALSE(dut_.ready_o);
    } else {
      look();
    }
    const bool takes = dut_.valid_i && dut_.ready_o;
    if (takes)
      inside_.push_back(dut_.data_i);
    dut_.clk_i = 1;
    dut_.eval();
    if (takes)
      dut_.valid_i = 0;
  }

  /// Seen a cycle after it was written, and no bubble in between.
  void look() {
    ASSERT_EQ(dut_.level_o, inside_.size());
    ASSERT_EQ(dut_.valid_o, !inside_.empty());
    if (inside_.size() < capacity_) {
      ASSERT_TRUE(dut_.ready_o) << "full too early";
    }
    most = std::max(most, inside_.size());
    if (!dut_.valid_o)
      return;
    ASSERT_EQ(dut_.data_o, inside_.front());
    if (dut_.ready_i) {
      inside_.pop_front();
      ++received;
    }
  }

  const std::size_t capacity_;  // entries that it holds at least
  std::mt19937 random_;
  Dut dut_;
  std::deque<std::uint16_t> inside_;
};

/// Courses of different rates one after the other, filling and draining, with resets in between.
template <typename Dut>
void run_queue(unsigned seed, std::size_t capacity) {
  SCOPED_TRACE("seed " + std::to_string(seed));
  QueueBench<Dut> bench(seed, capacity);
  std::mt19937 random(seed);
  for (int course = 0; course < 200 && !testing::Test::HasFatalFailure(); ++course) {
    static constexpr unsigned rates[] = {0, 10, 50, 90, 100};
    bench.run(1 + static_cast<int>(random() % 200), {rates[random() % 5], rates[random() % 5]});
    if (course % 20 == 19)
      bench.reset();
  }
  EXPECT_GE(bench.most, capacity);
  EXPECT_GT(bench.received, 4'000U);
}

}  // namespace wirebook
