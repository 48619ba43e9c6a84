// Goal: the queue between two clocks hands on every entry once, in order, at one a cycle and at the
// third read edge; and a reset of either side loses entries, but makes none up. Method: numbered
// entries, random stalls and resets, at several ratios and phases of the clocks.
#include <algorithm>
#include <deque>
#include <random>
#include <string>
#include <utility>

#include <gtest/gtest.h>

#include "Vasync_fifo.h"
#include "two_clocks.hpp"

namespace {

using wirebook::Clocking;
using wirebook::TwoClocks;

constexpr std::size_t depth = 16;

/// Rates in percent, but resets: one in so many cycles of a side, 0 for never.
struct Load {
  int write;
  int read;
  int hold;
  int write_reset;
  int read_reset;
};

class Bench {
 public:
  Bench(const Clocking& clocking, const Load& rates, unsigned seed)
      : load(rates),
        slow_(std::max(clocking.period[0], clocking.period[1])),
        clocks_(clocking, seed),
        random_(seed) {
    dut_.wr_clk_i = dut_.rd_clk_i = 0;
    dut_.rd_keep_i = 0;
    drive_write();
    drive_read();
  }

  /// So many cycles of the slower clock.
  void run(int cycles) {
    const std::int64_t end = clocks_.now() + std::int64_t{cycles} * slow_;
    while (clocks_.now() < end && !testing::Test::HasFatalFailure())
      step();
  }

  void drain() {
    load = {.write = 0, .read = 100, .hold = 0, .write_reset = 0, .read_reset = 0};
    run(100);
    EXPECT_FALSE(dut_.rd_valid_o);
  }

  Load load;
  std::size_t received = 0;
  std::size_t sent = 0;
  std::size_t inside_most = 0;
  int read_edges_to_show = 0;  // from the last push into an empty queue to valid
  int resets = 0;
  std::deque<std::pair<std::uint32_t, int>> expected;  // and the clears before it

 private:
  void step() {
    const TwoClocks::Edge edge = clocks_.next();
    dut_.eval();
    if (edge.rises[0])
      before_write(edge.rises[1]);
    if (edge.rises[1])
      before_read();
    dut_.wr_clk_i = edge.rises[0];
    dut_.rd_clk_i = edge.rises[1];
    dut_.eval();
    dut_.wr_clk_i = dut_.rd_clk_i = 0;
    dut_.eval();
    if (edge.rises[1])
      after_read();
    if (edge.rises[0])
      drive_write();
    if (edge.rises[1])
      drive_read();
  }

  void before_write(bool read_edge_too) {
    resets += dut_.wr_rst_i;
    clears_ += dut_.wr_clear_o;
    if (!dut_.wr_valid_i || !dut_.wr_ready_o)
      return;
    if (expected.empty())
      edges_since_push_ = read_edge_too ? -1 : 0;
    expected.emplace_back(dut_.wr_data_i, clears_);
    ++sent;
    inside_most = std::max(inside_most, expected.size());
  }

  void before_read() {
    resets += dut_.rd_rst_i;
    stalled_ = dut_.rd_valid_o && !dut_.rd_ready_i && !dut_.rd_rst_i;
    shown_ = dut_.rd_data_o;
    if (!dut_.rd_valid_o || !dut_.rd_ready_i || dut_.rd_rst_i)
      return;
    // A reset may have taken those that came before both sides had stopped.
    while (!expected.empty() && expected.front().first != dut_.rd_data_o &&
           expected.front().second < clears_)
      expected.pop_front();
    ASSERT_FALSE(expected.empty()) << "entry " << dut_.rd_data_o << " was not there";
    ASSERT_EQ(dut_.rd_data_o, expected.front().first);
    expected.pop_front();
    ++received;
  }

  void after_read() {
    if (stalled_) {
      ASSERT_TRUE(dut_.rd_valid_o) << "valid fell";
      ASSERT_EQ(dut_.rd_data_o, shown_) << "data changed";
    }
    ++edges_since_push_;
    if (dut_.rd_valid_o && expected.size() == 1 && edges_since_push_ > 0)
      read_edges_to_show = std::max(read_edges_to_show, edges_since_push_);
    if (dut_.rd_valid_o)
      edges_since_push_ = -1'000'000;
  }

  void drive_write() {
    dut_.wr_rst_i = one_in(load.write_reset);
    dut_.wr_valid_i = chance(load.write);
    dut_.wr_data_i = ++number_;
  }

  void drive_read() {
    dut_.rd_rst_i = one_in(load.read_reset);
    dut_.rd_ready_i = chance(load.read);
    dut_.rd_hold_i = chance(load.hold);
  }

  bool chance(int percent) { return static_cast<int>(random_() % 100) < percent; }
  bool one_in(int cycles) { return cycles != 0 && random_() % static_cast<unsigned>(cycles) == 0; }

  int slow_;
  int clears_ = 0;
  TwoClocks clocks_;
  std::mt19937 random_;
  Vasync_fifo dut_;
  std::uint32_t number_ = 0;
  std::uint32_t shown_ = 0;
  bool stalled_ = false;
  int edges_since_push_ = -1'000'000;
};

class AsyncFifo : public testing::TestWithParam<Clocking> {};

TEST_P(AsyncFifo, hands_on_each_entry_once_and_in_order) {
  for (const Load& load : {Load{100, 100, 0, 0, 0}, Load{100, 30, 0, 0, 0}, Load{30, 100, 0, 0, 0},
                           Load{60, 60, 5, 0, 0}, Load{3, 100, 0, 0, 0}}) {
    Bench bench(GetParam(), load, 1);
    bench.run(20'000);
    bench.drain();
    EXPECT_EQ(bench.received, bench.sent);
    EXPECT_TRUE(bench.expected.empty());
    EXPECT_GT(bench.sent, 200U);
  }
}

TEST_P(AsyncFifo, is_full_at_its_depth_and_not_before) {
  Bench bench(GetParam(), {100, 0, 0, 0, 0}, 2);
  bench.run(200);
  EXPECT_EQ(bench.inside_most, depth + 1);
  bench.drain();
  EXPECT_EQ(bench.received, depth + 1);
}

TEST_P(AsyncFifo, the_slower_side_never_waits) {
  Bench bench(GetParam(), {100, 100, 0, 0, 0}, 3);
  bench.run(100);
  const std::size_t sent = bench.sent;
  const std::size_t received = bench.received;
  constexpr int cycles = 10'000;
  bench.run(cycles);
  EXPECT_NEAR(static_cast<double>(bench.sent - sent), cycles, 10);
  EXPECT_NEAR(static_cast<double>(bench.received - received), cycles, 10);
}

TEST_P(AsyncFifo, an_entry_is_there_at_the_third_read_edge) {
  Bench bench(GetParam(), {2, 100, 0, 0, 0}, 4);
  bench.run(20'000);
  EXPECT_GT(bench.received, 50U);
  EXPECT_EQ(bench.read_edges_to_show, 3);
}

TEST_P(AsyncFifo, a_reset_of_either_side_loses_entries_and_makes_none_up) {
  for (const auto& [write_reset, read_reset] :
       {std::pair{200, 0}, {0, 200}, {150, 150}, {20, 2'000}, {2'000, 20}, {15, 15}}) {
    for (const int read : {100, 40, 5}) {
      for (unsigned seed = 1; seed <= 3; ++seed) {
        SCOPED_TRACE(testing::Message() << "seed " << seed << ", resets " << write_reset << ' '
                                        << read_reset << ", read " << read << '%');
        Bench bench(GetParam(), {70, read, 0, write_reset, read_reset}, seed);
        bench.run(5'000);
        bench.drain();
        // … and then everything works as before.
        bench.expected.clear();
        bench.load = {100, 50, 0, 0, 0};
        const std::size_t lost = bench.sent - bench.received;
        bench.run(1'000);
        bench.drain();
        ASSERT_EQ(bench.sent - bench.received, lost);
        ASSERT_GT(bench.received, 100U);
        ASSERT_GT(bench.resets, 4);
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Clocks, AsyncFifo, testing::ValuesIn(wirebook::clockings),
                         [](const auto& test) { return std::string(test.param.name); });

}  // namespace
