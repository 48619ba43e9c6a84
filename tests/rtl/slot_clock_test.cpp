// Goal: the clock keeps its rate to the last bit of fraction, never steps back, and ticks once a
// period without drift. Method: random rates, sets and periods against a 128-bit sum.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <random>
#include <vector>

#include <gtest/gtest.h>

#include "Vslot_clock.h"

namespace {

constexpr std::uint64_t ns_per_cycle_300_mhz = 14'316'557'653;  // 10/3 ns, 32 bits of fraction
constexpr std::size_t output_cycles = 4;                        // that time_o is behind
constexpr std::size_t comparison_cycles = 3;                    // until a held time is found passed
constexpr int set_cycles = 8;

__extension__ using Wide = unsigned __int128;

class SlotClock : public testing::Test {
 protected:
  SlotClock() {
    dut.rst_i = 1;
    dut.rate_i = 0;
    dut.set_i = 0;
    dut.tick_period_i = 0;
    for (int i = 0; i < 8; ++i)
      edge();
    dut.rst_i = 0;
    history.assign(output_cycles + comparison_cycles + 1, 0);
  }

  void edge() {
    dut.clk_i = 0;
    dut.eval();
    dut.clk_i = 1;
    dut.eval();
  }

  /// One cycle with the inputs as they are; the sum then holds what passed up to it.
  void step() {
    sum = dut.set_i ? Wide{dut.set_time_i} << 32 : sum + dut.rate_i;
    elapsed += dut.rate_i;
    history.push_back(sum);
    history.pop_front();
    edge();
    ++cycle;
  }

  /// What time_o is unless it waits, now or some cycles ago.
  [[nodiscard]] std::uint64_t expected_time(std::size_t ago = 0) const {
    return static_cast<std::uint64_t>(history[history.size() - 1 - output_cycles - ago] >> 32);
  }

  void set(std::uint64_t time) {
    dut.set_i = 1;
    dut.set_time_i = time;
    step();
    dut.set_i = 0;
  }

  Vslot_clock dut;
  std::mt19937_64 random{1};
  std::deque<Wide> history;
  Wide sum = 0;
  Wide elapsed = 0;
  std::int64_t cycle = 0;
};

TEST_F(SlotClock, keeps_its_rate_exactly) {
  for (int round = 0; round < 200; ++round) {
    dut.rate_i = round < 3 ? ns_per_cycle_300_mhz : random() & 0xFF'FFFF'FFFF;
    for (int i = 0; i < 5'000; ++i) {
      step();
      ASSERT_EQ(dut.time_o, expected_time()) << "cycle " << cycle;
    }
  }
}

TEST_F(SlotClock, changes_its_rate_each_cycle) {
  for (int i = 0; i < 100'000; ++i) {
    dut.rate_i = random() & 0xFF'FFFF'FFFF;
    step();
    ASSERT_EQ(dut.time_o, expected_time());
  }
}

TEST_F(SlotClock, shows_a_later_time_eight_cycles_after_its_set) {
  dut.rate_i = ns_per_cycle_300_mhz;
  for (const std::uint64_t time : {1ULL << 12, (1ULL << 32) - 2, 1'700'000'000'000'000'000ULL}) {
    set(time);
    for (int i = 1; i < set_cycles; ++i) {
      ASSERT_LT(dut.time_o, time);
      step();
    }
    for (int i = 0; i < 1'000; ++i) {
      ASSERT_EQ(dut.time_o, expected_time());
      step();
    }
  }
}

TEST_F(SlotClock, waits_for_an_earlier_time_to_catch_up) {
  dut.rate_i = ns_per_cycle_300_mhz;
  set(1'000'000);
  for (int i = 0; i < 100; ++i)
    step();
  set(dut.time_o - 10'000);
  const std::uint64_t before = dut.time_o;
  int held = 0;
  for (; dut.time_o == before; ++held)
    step();
  EXPECT_GE(held, 3'000);
  EXPECT_LE(held, 3'020);
  for (int i = 0; i < 1'000; ++i) {
    ASSERT_EQ(dut.time_o, expected_time());
    step();
  }
}

TEST_F(SlotClock, never_steps_back) {
  std::uint64_t last = 0;
  int right = 0;
  int since_set = 0;
  for (int i = 0; i < 400'000; ++i) {
    dut.rate_i = random() % 3 == 0 ? 0 : random() & 0xFF'FFFF'FFFF;
    ++since_set;
    if (random() % 50 == 0 || (since_set < 10 && random() % 4 == 0)) {
      since_set = 0;
      // Near by, so that both directions and all that is between come up.
      const std::uint64_t near = sum == 0 ? 0 : static_cast<std::uint64_t>(sum >> 32);
      const std::uint64_t reach = 1ULL << (random() % 14);
      set(near + random() % reach - std::min(near, reach / 2));
    } else {
      step();
    }
    ASSERT_GE(dut.time_o, last);
    ASSERT_TRUE(dut.time_o == last || dut.time_o == expected_time());
    if (since_set >= set_cycles && expected_time(comparison_cycles) >= last) {
      ASSERT_EQ(dut.time_o, expected_time());
      ++right;
    }
    last = dut.time_o;
  }
  EXPECT_GT(right, 15'000);
}

TEST_F(SlotClock, ticks_once_a_period_without_drift) {
  for (const std::uint32_t period : {4'095U, 1'000U, 4'096U, 4'097U, 12'289U, 1'000'003U}) {
    dut.tick_period_i = 0;
    dut.rate_i = ns_per_cycle_300_mhz + random() % 1'000'000'000;
    for (int i = 0; i < 16; ++i) {
      step();
      ASSERT_FALSE(dut.tick_o);
    }
    dut.tick_period_i = period;
    std::vector<std::int64_t> ticks;
    const std::int64_t start = cycle;
    while (ticks.size() < (period < 100'000 ? 300 : 20)) {
      step();
      if (dut.tick_o)
        ticks.push_back(cycle - start);
    }
    // Each at a fixed number of cycles behind the first in which that many periods have passed; the
    // fraction that the sum began with makes no more than 1 ns.
    const double ns = static_cast<double>(dut.rate_i) / 4294967296.0;
    for (std::size_t k = 0; k < ticks.size(); ++k) {
      const double due = (static_cast<double>(k) + 1) * period / ns;
      ASSERT_NEAR(static_cast<double>(ticks[k]), due + 5, 2.0) << "period " << period;
    }
  }
}

TEST_F(SlotClock, ticks_at_the_longest_period) {
  dut.rate_i = 0xFF'FFFF'FFFF;
  dut.tick_period_i = 0xFFFF'FFFF;
  while (!dut.tick_o)
    step();
  EXPECT_NEAR(static_cast<double>(cycle), 16'777'216.0, 8.0);
}

}  // namespace
