// Goal: the host's slots come whole, once and in order, several reads at a time, and nothing after
// an error; a group is offered only when all of it is here. Method: groups of random size and time
// in a ring of 64, against a memory that stalls and answers late; then each error.
#include <deque>
#include <random>
#include <tuple>

#include <gtest/gtest.h>

#include "Vinject.h"
#include "hw-sim/harness/axi_memory.hpp"
#include "tests/rtl/host_port.hpp"

namespace {

using namespace wirebook;
using rtl::beat_bytes;

constexpr std::uint64_t base = 0x1'2345'6000;
constexpr std::uint32_t slots_log2 = 6;
constexpr std::uint32_t slots = 1U << slots_log2;
constexpr std::uint32_t late_cycles = 450;  // 1.5 us at 300 MHz
constexpr std::size_t extension_count_at = 57;

using Slot = std::array<std::byte, beat_bytes>;

class Bench {
 public:
  explicit Bench(const hw_sim::AxiMemoryOptions& options, std::uint32_t seed = 1)
      : memory(base, slots * beat_bytes, options, seed), random(seed) {
    dut.rst_i = 1;
    dut.enable_i = 0;
    dut.inject_ready_i = 0;
    dut.inject_base_i = base;
    dut.inject_slots_log2_i = slots_log2;
    dut.inject_produced_i = 0;
    for (int i = 0; i < 4; ++i)
      step();
    dut.rst_i = 0;
    dut.enable_i = 1;
  }

  void step() {
    memory.drive(port);
    if (port.m_axi_rvalid && answered_beats == spoilt_beat)
      port.m_axi_rresp = 2;
    rtl::give_reads(port, dut);
    dut.inject_ready_i = !dut.rst_i && draw(100) < ready_percent;
    dut.clk_i = 0;
    dut.eval();
    rtl::take_reads(dut, port);
    watch();
    memory.sample(port);
    dut.clk_i = 1;
    dut.eval();
  }
  void steps(int count) {
    for (int i = 0; i < count; ++i)
      step();
  }

  std::uint32_t draw(std::uint32_t below) { return static_cast<std::uint32_t>(random() % below); }

  /// Writes a group into the ring, to be announced by the next doorbell.
  void write_group(std::uint32_t size) {
    for (std::uint32_t part = 0; part < size; ++part) {
      Slot slot;
      for (std::byte& byte : slot)
        byte = static_cast<std::byte>(random());
      slot[extension_count_at] = static_cast<std::byte>(part == 0 ? size - 1 : random() % 3);
      std::memcpy(memory.at(base + (written++ % slots) * beat_bytes), slot.data(), beat_bytes);
      expected.emplace_back(slot, part + 1 == size);
    }
  }
  void ring_doorbell() { dut.inject_produced_i = written; }
  [[nodiscard]] std::uint32_t room() const { return slots - (written - dut.inject_consumed_o); }

  Vinject dut;
  rtl::AxiPort port;
  hw_sim::AxiMemory<rtl::AxiPort> memory;
  std::mt19937 random;
  unsigned ready_percent = 100;
  std::uint32_t written = 0;
  std::uint32_t asked_beats = 0;
  std::uint32_t asked_after_error = 0;
  std::uint32_t answered_beats = 0;
  std::uint32_t spoilt_beat = ~0U;  // the only one of its burst with a bad answer
  std::uint32_t most_outstanding = 0;
  std::uint32_t taken = 0;
  std::deque<std::pair<Slot, bool>> expected;

 private:
  void watch() {
    if (port.m_axi_arvalid && port.m_axi_arready) {
      asked_beats += port.m_axi_arlen + 1U;
      if (dut.inject_error_o)
        asked_after_error += port.m_axi_arlen + 1U;
    }
    answered_beats += port.m_axi_rvalid;
    most_outstanding = std::max(most_outstanding, asked_beats - answered_beats);
    ASSERT_TRUE(!open_ || dut.rst_i || dut.inject_valid_o) << "a group with a hole";
    ASSERT_TRUE(!waiting_ || dut.inject_valid_o) << "taken back";
    waiting_ = dut.inject_valid_o && !dut.inject_ready_i;
    if (!dut.inject_valid_o)
      return;
    ASSERT_FALSE(expected.empty());
    ASSERT_EQ(rtl::bytes_of(dut.inject_bytes_o), expected.front().first) << "slot " << taken;
    ASSERT_EQ(dut.inject_last_o != 0, expected.front().second) << "slot " << taken;
    if (!dut.inject_ready_i)
      return;
    open_ = !expected.front().second;
    expected.pop_front();
    ++taken;
  }

  bool waiting_ = false;
  bool open_ = false;
};

class InjectStorm
    : public testing::TestWithParam<std::tuple<std::uint32_t, std::uint32_t, unsigned>> {};

TEST_P(InjectStorm, slots_come_once_and_in_order) {
  const auto [stall, latency, ready_percent] = GetParam();
  Bench bench({.stall_percent = stall, .latency_cycles = latency, .jitter_cycles = latency / 4},
              stall + latency);
  bench.ready_percent = ready_percent;
  constexpr std::uint32_t wanted = 3'000;
  for (int cycle = 0; cycle < 400'000 && bench.taken < wanted; ++cycle) {
    const std::uint32_t size = 1 + bench.draw(3);
    if (bench.draw(8) == 0 && size <= bench.room())
      bench.write_group(size);
    if (bench.draw(8) == 0)
      bench.ring_doorbell();
    bench.step();
    ASSERT_EQ(bench.dut.inject_consumed_o, bench.taken);
    ASSERT_FALSE(testing::Test::HasFailure());
  }
  EXPECT_GE(bench.taken, wanted);
  EXPECT_EQ(bench.memory.error(), "");
  EXPECT_FALSE(bench.dut.inject_error_o);
}

INSTANTIATE_TEST_SUITE_P(All, InjectStorm,
                         testing::Combine(testing::Values(0, 30, 80), testing::Values(1, 20, 450),
                                          testing::Values(10, 60, 100)));

TEST(Inject, several_reads_are_under_way) {
  Bench bench({.latency_cycles = late_cycles});
  for (std::uint32_t i = 0; i < 32; ++i)
    bench.write_group(1);
  bench.ring_doorbell();
  bench.steps(late_cycles);
  EXPECT_EQ(bench.most_outstanding, 16U);  // the buffer
  bench.steps(2 * late_cycles);
  EXPECT_EQ(bench.taken, 32U);
}

TEST(Inject, a_stop_lets_the_reads_finish_and_keeps_the_slots) {
  std::mt19937 random(7);
  for (std::uint32_t round = 0; round < 200; ++round) {
    Bench bench({.stall_percent = 50, .latency_cycles = 10, .jitter_cycles = 20}, 100U + round);
    for (std::uint32_t i = 0; i < 10; ++i)
      bench.write_group(1 + bench.draw(3));
    bench.ring_doorbell();
    bench.ready_percent = 20;
    bench.steps(static_cast<int>(random() % 120));
    bench.dut.enable_i = 0;
    bench.step();
    for (int cycle = 0; cycle < 1'000 && !bench.dut.idle_o; ++cycle)
      bench.step();
    ASSERT_TRUE(bench.dut.idle_o);
    ASSERT_EQ(bench.asked_beats, bench.answered_beats);
    const std::uint32_t asked = bench.asked_beats;
    bench.steps(200);
    ASSERT_EQ(bench.asked_beats, asked);
    ASSERT_TRUE(bench.dut.idle_o);
    bench.dut.enable_i = 1;
    bench.steps(2'000);
    ASSERT_TRUE(bench.expected.empty());
    ASSERT_FALSE(testing::Test::HasFailure());
  }
}

TEST(Inject, a_doorbell_beyond_the_ring_stops) {
  for (const std::uint32_t ahead : {slots + 1, slots + 5, 2 * slots, 1U << 31, ~0U}) {
    Bench bench({.stall_percent = 100});
    bench.dut.inject_produced_i = ahead;
    bench.steps(20);
    EXPECT_TRUE(bench.dut.inject_error_o) << ahead;
    bench.memory.options().stall_percent = 0;
    bench.steps(100);
    EXPECT_EQ(bench.taken, 0U) << ahead;
  }
}

TEST(Inject, a_doorbell_that_steps_back_stops) {
  Bench bench({});
  bench.write_group(3);
  bench.ring_doorbell();
  bench.steps(50);
  EXPECT_EQ(bench.taken, 3U);
  bench.dut.inject_produced_i = 2;
  bench.steps(5);
  EXPECT_TRUE(bench.dut.inject_error_o);
}

TEST(Inject, a_full_ring_is_no_error) {
  Bench bench({.latency_cycles = 20});
  for (int round = 0; round < 3; ++round) {
    for (std::uint32_t i = 0; i < slots; ++i)
      bench.write_group(1);
    bench.ring_doorbell();
    bench.steps(2'000);
    EXPECT_FALSE(bench.dut.inject_error_o);
    EXPECT_TRUE(bench.expected.empty());
  }
}

// Counts are compared by halves.
TEST(Inject, counts_beyond_16_bits_are_no_error) {
  Bench bench({});
  while (bench.taken < 70'000) {
    if (bench.room() >= 3)
      bench.write_group(1 + bench.draw(3));
    bench.ring_doorbell();
    bench.step();
    ASSERT_FALSE(bench.dut.inject_error_o) << bench.taken;
    ASSERT_FALSE(testing::Test::HasFailure());
  }
}

TEST(Inject, a_doorbell_of_the_time_before_a_reset_is_no_error_while_disabled) {
  Bench bench({});
  bench.dut.rst_i = 1;
  bench.dut.enable_i = 0;
  bench.dut.inject_produced_i = 1'000'000;
  bench.steps(4);
  bench.dut.rst_i = 0;
  bench.steps(20);
  EXPECT_FALSE(bench.dut.inject_error_o);
  bench.write_group(2);
  bench.ring_doorbell();
  bench.steps(4);
  bench.dut.enable_i = 1;
  bench.steps(50);
  EXPECT_TRUE(bench.expected.empty());
  EXPECT_FALSE(bench.dut.inject_error_o);
}

TEST(Inject, nothing_of_a_bad_answer_or_after_it_is_offered) {
  for (std::uint32_t bad = 0; bad < 40; ++bad) {
    Bench bench({.stall_percent = 20,
                 .latency_cycles = 30,
                 .jitter_cycles = 10,
                 .bad_address = base + bad * beat_bytes},
                bad);
    for (std::uint32_t i = 0; i < 20; ++i)
      bench.write_group(2);
    bench.ring_doorbell();
    bench.steps(1'000);
    EXPECT_TRUE(bench.dut.inject_error_o);
    EXPECT_EQ(bench.taken, bad / 4 * 4);  // the groups before the bad burst
    EXPECT_TRUE(bench.dut.idle_o);
    EXPECT_EQ(bench.asked_beats, bench.answered_beats);
    ASSERT_FALSE(testing::Test::HasFailure()) << bad;
  }
}

TEST(Inject, one_bad_beat_of_a_burst_is_enough) {
  for (std::uint32_t spoilt = 0; spoilt < 40; ++spoilt) {
    Bench bench({.stall_percent = 20, .latency_cycles = 30, .jitter_cycles = 10}, spoilt);
    bench.spoilt_beat = spoilt;
    for (std::uint32_t i = 0; i < 20; ++i)
      bench.write_group(2);
    bench.ring_doorbell();
    bench.steps(1'000);
    EXPECT_TRUE(bench.dut.inject_error_o);
    EXPECT_EQ(bench.taken, spoilt / 2 * 2);  // the groups before
    EXPECT_LE(bench.asked_after_error, 4U);  // the burst that was on its way
    EXPECT_TRUE(bench.dut.idle_o);
    ASSERT_FALSE(testing::Test::HasFailure()) << spoilt;
  }
}

}  // namespace
