// Goal: the skid buffer hands on every beat once, in order, whatever the stalls. Method: random
// valid and ready at several rates, against a queue.
#include <deque>
#include <random>

#include <gtest/gtest.h>

#include "Vskid_buffer.h"

namespace {

class SkidBuffer : public testing::TestWithParam<int> {};

TEST_P(SkidBuffer, hands_on_each_beat_once_and_in_order) {
  const int busy_percent = GetParam();
  std::mt19937 random(1);
  const auto chance = [&](int percent) { return static_cast<int>(random() % 100) < percent; };
  Vskid_buffer dut;
  std::deque<int> expected;
  dut.rst_i = 1;
  int sent = 0;
  int received = 0;
  for (int cycle = 0; cycle < 10'000; ++cycle) {
    dut.clk_i = 0;
    dut.rst_i = cycle < 2;
    if (!dut.valid_i)
      dut.valid_i = chance(busy_percent);
    dut.data_i = static_cast<CData>(sent);
    dut.ready_i = chance(70);
    dut.eval();
    const bool takes = dut.valid_i && dut.ready_o;
    if (takes)
      expected.push_back(sent++ & 0xFF);
    if (dut.valid_o && dut.ready_i) {
      ASSERT_FALSE(expected.empty());
      ASSERT_EQ(dut.data_o, expected.front());
      expected.pop_front();
      ++received;
    }
    dut.clk_i = 1;
    dut.eval();
    if (takes)
      dut.valid_i = 0;
  }
  EXPECT_GT(received, busy_percent * 50);
}

INSTANTIATE_TEST_SUITE_P(Rates, SkidBuffer, testing::Values(10, 50, 100));

}  // namespace
