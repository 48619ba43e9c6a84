// Goal: each frame that the sequencer keeps lies whole in its cell when the cell's header appears,
// or is counted as dropped; nothing else reaches the host. Method: frames of every length, words
// that come late, rings of 2 to 64 cells, a slow host, stalls; the header's beat may be seen only
// when nothing is unanswered; then a full buffer, no ring, and a bad answer.
#include <deque>
#include <random>
#include <tuple>
#include <vector>

#include <gtest/gtest.h>

#include "Vpunt.h"
#include "hw-sim/harness/axi_memory.hpp"
#include "tests/rtl/host_port.hpp"

namespace {

using namespace wirebook;
using rtl::beat_bytes;

constexpr std::uint64_t base = 0x1'2345'6000;
constexpr std::size_t cell_bytes = 2'048;
constexpr std::size_t header_bytes = 8;
constexpr std::uint32_t frame_bytes_max = 2'040;
constexpr std::uint32_t buffer_beats = 256;

using Frame = std::vector<std::byte>;

class Bench {
 public:
  Bench(std::uint32_t cells_log2, const hw_sim::AxiMemoryOptions& options, std::uint32_t seed = 1)
      : cells(1U << cells_log2), memory(base, cells * cell_bytes, options, seed), random(seed) {
    dut.rst_i = 1;
    dut.tap_valid_i = 0;
    dut.punt_decide_i = 0;
    dut.punt_base_i = base;
    dut.punt_cells_log2_i = static_cast<CData>(cells_log2);
    dut.punt_consumer_i = 0;
    for (int i = 0; i < 4; ++i)
      step();
    dut.rst_i = 0;
  }

  void step() {
    memory.drive(port);
    rtl::give_writes(port, dut);
    dut.clk_i = 0;
    dut.eval();
    rtl::take_writes(dut, port);
    watch();
    memory.sample(port);
    dut.clk_i = 1;
    dut.eval();
    dut.tap_valid_i = 0;
    dut.punt_decide_i = 0;
    poll();
  }
  void steps(std::uint32_t count) {
    for (std::uint32_t i = 0; i < count; ++i)
      step();
  }
  std::uint32_t draw(std::uint32_t below) { return static_cast<std::uint32_t>(random() % below); }

  Frame make_frame(std::uint32_t length) {
    Frame frame(length);
    for (std::byte& byte : frame)
      byte = static_cast<std::byte>(random());
    return frame;
  }

  /// The beats of a frame go by, with pauses. A frame for the host then waits for its word.
  void tap(const Frame& frame, bool for_host, std::uint32_t pause_percent = 0) {
    for (std::size_t at = 0; at < frame.size(); at += beat_bytes) {
      const std::size_t count = std::min(beat_bytes, frame.size() - at);
      while (draw(100) < pause_percent)
        step();
      maybe_decide();
      dut.tap_valid_i = 1;
      dut.tap_first_i = at == 0;
      dut.tap_last_i = at + count == frame.size();
      dut.tap_last_index_i = static_cast<CData>(dut.tap_last_i ? count - 1 : draw(64));
      dut.tap_punt_i = dut.tap_last_i ? for_host : draw(2) != 0;
      std::memcpy(dut.tap_data_i.m_storage, frame.data() + at, count);
      step();
    }
    if (for_host)
      undecided.push_back(frame);
  }

  /// The sequencer's word on the oldest frame, in this cycle.
  void decide(bool keep) {
    dut.punt_decide_i = 1;
    dut.punt_keep_i = keep;
    if (keep) {
      ++kept;
      expected.push_back(undecided.front());
    }
    undecided.pop_front();
  }
  void maybe_decide() {
    if (!undecided.empty() && (undecided.size() > 30 || draw(100) < decide_percent))
      decide(draw(100) < keep_percent);
  }
  void settle(std::uint32_t cycles_max = 400'000) {
    while (!undecided.empty()) {
      decide(draw(100) < keep_percent);
      step();
    }
    steps(4);
    for (std::uint32_t i = 0; i < cycles_max && !dut.idle_o; ++i)
      step();
    steps(2);
    EXPECT_TRUE(dut.idle_o);
  }

  std::uint32_t cells;
  Vpunt dut;
  rtl::AxiPort port;
  hw_sim::AxiMemory<rtl::AxiPort> memory;
  std::mt19937 random;
  std::uint32_t decide_percent = 0;
  std::uint32_t keep_percent = 100;
  std::uint32_t release_percent = 100;  // of cycles in which the host releases what it has taken
  std::uint32_t unanswered = 0;
  std::uint32_t kept = 0;
  std::uint32_t received = 0;
  std::uint32_t passed_over = 0;
  std::uint32_t punted = 0;
  std::uint32_t dropped = 0;
  std::deque<Frame> undecided;
  std::deque<Frame> expected;  // kept, and not seen by the host yet

 private:
  void watch() {
    const bool header = (dut.aw_address_o - base) % cell_bytes == 0;
    ASSERT_TRUE(!dut.aw_valid_o || !header || unanswered == 0) << "a header before the rest";
    unanswered += port.m_axi_awvalid && port.m_axi_awready;
    unanswered -= port.m_axi_bvalid;
    punted += dut.count_punted_o;
    dropped += dut.count_dropped_o;
  }

  /// What the host sees of the next cell, as soon as it is there.
  void poll() {
    const std::byte* cell = memory.at(base + (received % cells) * cell_bytes);
    std::uint32_t number = 0;
    std::memcpy(&number, cell + 4, sizeof number);
    if (number == received + 1)
      take(cell);
    if (draw(100) < release_percent)
      dut.punt_consumer_i = received;
  }
  void take(const std::byte* cell) {
    std::uint16_t length = 0;
    std::uint16_t zero = 0;
    std::memcpy(&length, cell, sizeof length);
    std::memcpy(&zero, cell + 2, sizeof zero);
    ASSERT_LE(length, frame_bytes_max);
    ASSERT_EQ(zero, 0U);
    const Frame frame(cell + header_bytes, cell + header_bytes + length);
    for (; !expected.empty() && expected.front() != frame; ++passed_over)
      expected.pop_front();
    ASSERT_FALSE(expected.empty()) << "cell " << received << " of " << length << " bytes";
    expected.pop_front();
    ++received;
  }
};

void expect_all_counted(Bench& bench) {
  EXPECT_EQ(bench.memory.error(), "");
  EXPECT_EQ(bench.punted, bench.received);
  EXPECT_EQ(bench.punted, bench.dut.punt_produced_o);
  EXPECT_EQ(bench.punted + bench.dropped, bench.kept);
  EXPECT_FALSE(bench.dut.punt_error_o);
}

TEST(Punt, every_length) {
  Bench bench(4, {.latency_cycles = 3});
  for (std::uint32_t length = 1; length <= frame_bytes_max; ++length) {
    bench.tap(bench.make_frame(length), true);
    bench.settle();
    ASSERT_EQ(bench.received, length);
    ASSERT_FALSE(testing::Test::HasFailure());
  }
  EXPECT_EQ(bench.passed_over, 0U);
  expect_all_counted(bench);
}

TEST(Punt, longer_frames_are_dropped_and_counted) {
  Bench bench(4, {});
  for (const std::uint32_t length : {2'041U, 2'048U, 2'049U, 3'000U, 9'600U}) {
    bench.tap(bench.make_frame(length), true);
    bench.settle();
    bench.tap(bench.make_frame(frame_bytes_max), true);
    bench.settle();
  }
  EXPECT_EQ(bench.dropped, 5U);
  EXPECT_EQ(bench.received, 5U);
  expect_all_counted(bench);
}

TEST(Punt, other_frames_leave_nothing) {
  Bench bench(4, {});
  for (int i = 0; i < 500; ++i)
    bench.tap(bench.make_frame(1 + bench.draw(9'000)), false);
  EXPECT_TRUE(bench.dut.idle_o);
  bench.tap(bench.make_frame(100), true);
  bench.keep_percent = 0;
  bench.settle();
  EXPECT_EQ(bench.dropped, 0U);
  bench.keep_percent = 100;
  bench.tap(bench.make_frame(100), true);
  bench.settle();
  EXPECT_EQ(bench.received, 1U);
  expect_all_counted(bench);
}

class PuntStorm : public testing::TestWithParam<
                      std::tuple<std::uint32_t, std::uint32_t, std::uint32_t, std::uint32_t>> {};

std::uint32_t some_length(Bench& bench) {
  switch (bench.draw(6)) {
    case 0:
      return 1 + bench.draw(3'000);
    case 1:
      return 50 + bench.draw(30);
    case 2:
      return 2'030 + bench.draw(30);
    default:
      return 1 + bench.draw(200);
  }
}

TEST_P(PuntStorm, each_kept_frame_is_in_memory_or_counted) {
  const auto [cells_log2, stall, pause, release] = GetParam();
  Bench bench(cells_log2, {.stall_percent = stall, .latency_cycles = 5, .jitter_cycles = 40},
              cells_log2 + stall + pause + release);
  bench.decide_percent = 20;
  bench.keep_percent = 70;
  bench.release_percent = release;
  for (int i = 0; i < 1'500; ++i) {
    bench.tap(bench.make_frame(some_length(bench)), bench.draw(3) == 0, pause);
    if (bench.draw(4) == 0)
      bench.steps(bench.draw(300));
    ASSERT_FALSE(testing::Test::HasFailure());
  }
  bench.settle();
  expect_all_counted(bench);
  EXPECT_EQ(bench.passed_over + bench.expected.size(), bench.dropped);
  EXPECT_GT(bench.received, 20U);
}

INSTANTIATE_TEST_SUITE_P(All, PuntStorm,
                         testing::Combine(testing::Values(1, 3, 6), testing::Values(0, 60),
                                          testing::Values(0, 40, 90), testing::Values(1, 100)));

TEST(Punt, a_full_buffer_drops_whole_frames_and_recovers) {
  Bench bench(6, {});
  for (int round = 0; round < 20; ++round) {
    for (std::uint32_t i = 0; i < 20; ++i)  // more than the buffer holds
      bench.tap(bench.make_frame(1'000 + bench.draw(1'000)), true);
    bench.settle();
    expect_all_counted(bench);
    ASSERT_FALSE(testing::Test::HasFailure());
  }
  EXPECT_GT(bench.dropped, 0U);
  EXPECT_GT(bench.received, 20 * (buffer_beats / 33));
}

TEST(Punt, many_small_frames_wait_for_one_word) {
  Bench bench(7, {});
  for (int round = 0; round < 20; ++round) {
    for (std::uint32_t i = 0; i < 40; ++i)
      bench.tap(bench.make_frame(60), true);
    bench.settle();
  }
  EXPECT_EQ(bench.received, 800U);
  expect_all_counted(bench);
}

TEST(Punt, more_small_frames_than_its_queues_hold) {
  Bench bench(7, {.latency_cycles = 400});
  for (int i = 0; i < 200; ++i) {
    bench.tap(bench.make_frame(60), true);
    bench.decide(true);
    bench.step();
  }
  bench.settle();
  EXPECT_GE(bench.received, 65U);
  EXPECT_GT(bench.dropped, 0U);
  expect_all_counted(bench);
}

TEST(Punt, without_a_ring_or_a_free_cell_frames_are_dropped_and_counted) {
  Bench bench(1, {});
  bench.dut.punt_cells_log2_i = 0;
  for (int i = 0; i < 10; ++i)
    bench.tap(bench.make_frame(300), true);
  bench.settle();
  EXPECT_EQ(bench.dropped, 10U);
  EXPECT_EQ(bench.memory.beats_written(), 0U);

  bench.dut.punt_cells_log2_i = 1;
  bench.release_percent = 0;
  for (int i = 0; i < 5; ++i)
    bench.tap(bench.make_frame(300), true);
  bench.settle();
  EXPECT_EQ(bench.received, 2U);
  EXPECT_EQ(bench.dropped, 13U);
  bench.release_percent = 100;
  bench.steps(2);
  bench.tap(bench.make_frame(300), true);
  bench.settle();
  EXPECT_EQ(bench.received, 3U);
  expect_all_counted(bench);
}

// Two reasons to drop in one cycle: a word on a frame that was not stored, and no free cell.
TEST(Punt, drops_of_the_same_cycle_are_both_counted) {
  for (std::uint32_t wait = 0; wait < 12; ++wait) {
    Bench bench(1, {});
    bench.dut.punt_cells_log2_i = 0;
    bench.tap(bench.make_frame(100), true);
    bench.tap(bench.make_frame(3'000), true);
    bench.decide(true);
    bench.step();
    bench.steps(wait);
    bench.settle();
    EXPECT_EQ(bench.dropped, 2U) << wait;
  }
}

TEST(Punt, after_a_bad_answer_no_cell_is_published) {
  for (std::uint32_t beat = 0; beat < 4 * 32; ++beat) {
    Bench bench(4, {.latency_cycles = 10, .bad_address = base + beat * beat_bytes}, beat);
    for (int i = 0; i < 6; ++i)
      bench.tap(bench.make_frame(frame_bytes_max), true);
    bench.settle();
    EXPECT_TRUE(bench.dut.punt_error_o);
    EXPECT_EQ(bench.received, beat / 32);  // those before
    EXPECT_EQ(bench.punted, bench.received);
    EXPECT_EQ(bench.dut.punt_produced_o, bench.received);
    EXPECT_EQ(bench.punted + bench.dropped, 6U);
    EXPECT_EQ(bench.unanswered, 0U);
    ASSERT_FALSE(testing::Test::HasFailure()) << beat;
  }
}

}  // namespace
