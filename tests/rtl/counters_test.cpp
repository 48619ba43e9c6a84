// Goal: every count is exact, two of one outcome in a cycle too, and a snapshot is of one moment.
// Method: random counts against a model; what came two cycles or more before a snapshot is in it,
// and what came later is not. Some bursts of one outcome, and a carry over 16 bits.
#include <array>
#include <deque>
#include <random>

#include <gtest/gtest.h>

#include "Vcounters.h"

namespace {

constexpr std::uint32_t outcomes = 64;
constexpr std::uint32_t counts = 80;
using Counts = std::array<std::uint64_t, counts>;

class Bench {
 public:
  explicit Bench(std::uint32_t seed = 1) : random(seed) {
    dut.rst_i = 1;
    for (int i = 0; i < 4; ++i)
      step();
    dut.rst_i = 0;
  }

  /// One cycle, in which what `dut` is told is counted.
  void step() {
    const Counts before = model;
    if (!dut.rst_i)
      count();
    dut.clk_i = 0;
    dut.eval();
    dut.clk_i = 1;
    dut.eval();
    // Those of this cycle and the one before may be still on their way.
    if (dut.snapshot_i) {
      latest = before;
      earliest = history.front();
    }
    history = {history[1], before};
    dut.snapshot_i = 0;
    dut.count_a_valid_i = dut.count_b_valid_i = 0;
    dut.event_i = 0;
  }

  void count() {
    if (dut.count_a_valid_i)
      ++model[dut.count_a_code_i];
    if (dut.count_b_valid_i)
      ++model[dut.count_b_code_i];
    for (std::uint32_t i = 0; i < counts - outcomes; ++i)
      model[outcomes + i] += dut.event_i >> i & 1;
  }

  void make_counts(std::uint32_t kinds) {
    dut.count_a_valid_i = draw(4) != 0;
    dut.count_b_valid_i = draw(4) != 0;
    dut.count_a_code_i = static_cast<CData>(first + draw(kinds)) % outcomes;
    dut.count_b_code_i = static_cast<CData>(first + draw(kinds)) % outcomes;
    dut.event_i = static_cast<SData>(draw(1U << 16));
  }

  std::uint64_t read(std::uint32_t index) {
    dut.index_i = static_cast<CData>(index);
    step();
    dut.index_i = static_cast<CData>(draw(counts));
    step();
    return dut.value_o;
  }

  std::uint32_t draw(std::uint32_t below) { return static_cast<std::uint32_t>(random() % below); }

  Vcounters dut;
  std::mt19937 random;
  std::uint32_t first = 0;
  Counts model{};
  Counts earliest{}, latest{};  // what a snapshot may hold
  std::array<Counts, 2> history{};
};

TEST(Counters, exact_while_nothing_else_happens) {
  Bench bench(2);
  for (const std::uint32_t kinds : {1U, 2U, outcomes}) {
    for (int round = 0; round < 20; ++round) {
      bench.first = bench.draw(outcomes);
      for (int i = 0; i < 2'000; ++i) {
        bench.make_counts(kinds);
        bench.step();
      }
      bench.step();
      bench.step();
      bench.dut.snapshot_i = 1;
      bench.step();
      for (std::uint32_t i = 0; i < counts; ++i)
        ASSERT_EQ(bench.read(i), bench.model[i]) << i;
    }
  }
}

TEST(Counters, a_snapshot_is_of_one_moment) {
  Bench bench(3);
  for (int round = 0; round < 200; ++round) {
    for (std::uint32_t i = 0; i < bench.draw(50); ++i) {
      bench.make_counts(3);
      bench.step();
    }
    bench.make_counts(3);
    bench.dut.snapshot_i = 1;
    bench.step();
    for (std::uint32_t i = 0; i < counts; ++i) {
      bench.make_counts(3);  // goes on
      const std::uint64_t value = bench.read(i);
      ASSERT_GE(value, bench.earliest[i]) << i;
      ASSERT_LE(value, bench.latest[i]) << i;
    }
  }
}

TEST(Counters, carries) {
  Bench bench;
  for (int i = 0; i < 70'000; ++i) {
    bench.dut.count_a_valid_i = bench.dut.count_b_valid_i = 1;
    bench.dut.count_a_code_i = bench.dut.count_b_code_i = 63;
    bench.dut.event_i = 0xFFFF;
    bench.step();
  }
  bench.step();
  bench.step();
  bench.dut.snapshot_i = 1;
  bench.step();
  EXPECT_EQ(bench.read(63), 140'000U);
  EXPECT_EQ(bench.read(64), 70'000U);
  EXPECT_EQ(bench.read(79), 70'000U);
  EXPECT_EQ(bench.read(62), 0U);
}

TEST(Counters, a_reset_starts_anew) {
  Bench bench;
  for (int i = 0; i < 100; ++i) {
    bench.make_counts(outcomes);
    bench.step();
  }
  bench.dut.rst_i = 1;
  bench.step();
  bench.dut.rst_i = 0;
  bench.model = {};
  bench.make_counts(5);
  bench.step();
  bench.step();
  bench.step();
  bench.dut.snapshot_i = 1;
  bench.step();
  for (std::uint32_t i = 0; i < counts; ++i)
    ASSERT_EQ(bench.read(i), bench.model[i]) << i;
}

}  // namespace
