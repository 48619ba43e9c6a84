// Goal: the host's frames go out whole, once, in order and without a pause, at full rate however
// late memory answers, and nothing of a bad answer does. Method: frame_fetch and frame_out
// together; every length, rings of 1 to 128 cells, stalls on both sides, 1.5 us of latency; then
// each error.
#include <algorithm>
#include <deque>
#include <iostream>
#include <random>
#include <string>
#include <tuple>
#include <vector>

#include <gtest/gtest.h>

#include "Vtransmit.h"
#include "hw-sim/harness/axi_memory.hpp"
#include "tests/rtl/host_port.hpp"

namespace {

using namespace wirebook;
using rtl::beat_bytes;

constexpr std::uint64_t base = 0x1'2345'6000;
constexpr std::size_t cell_bytes = 2'048;
constexpr std::size_t header_bytes = 8;
constexpr std::uint32_t frame_bytes_max = 2'040;
constexpr std::uint32_t late_cycles = 450;  // 1.5 us at 300 MHz

using Frame = std::vector<std::byte>;

class Bench {
 public:
  Bench(std::uint32_t cells_log2, const hw_sim::AxiMemoryOptions& options, std::uint32_t seed = 1)
      : cells(1U << cells_log2), memory(base, cells * cell_bytes, options, seed), random(seed) {
    dut.rst_i = 1;
    dut.enable_i = 0;
    dut.tx_ready_i = 0;
    dut.tx_base_i = base;
    dut.tx_cells_log2_i = static_cast<CData>(cells_log2);
    dut.tx_produced_i = 0;
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
    dut.tx_ready_i = !dut.rst_i && draw(100) < ready_percent;
    dut.clk_i = 0;
    dut.eval();
    rtl::take_reads(dut, port);
    watch_reads();
    watch_wire();
    memory.sample(port);
    dut.clk_i = 1;
    dut.eval();
  }
  void steps(std::uint32_t count) {
    for (std::uint32_t i = 0; i < count; ++i)
      step();
  }
  std::uint32_t draw(std::uint32_t below) { return static_cast<std::uint32_t>(random() % below); }
  [[nodiscard]] bool room() const { return written - dut.tx_consumed_o < cells; }

  /// Writes a cell whose header says `length`, to be announced by the next doorbell.
  void write_cell(std::uint32_t length) {
    std::byte* cell = memory.at(base + (written++ % cells) * cell_bytes);
    for (std::size_t i = 0; i < cell_bytes; ++i)
      cell[i] = static_cast<std::byte>(random());
    const auto field = static_cast<std::uint16_t>(length);
    std::memcpy(cell, &field, sizeof field);
    if (length == 0 || length > frame_bytes_max)
      ++bad_written;
    else
      expected.emplace_back(cell + header_bytes, cell + header_bytes + length);
  }
  void ring_doorbell() { dut.tx_produced_i = written; }

  /// Steps until all frames are out. Returns the number of cycles.
  std::uint32_t drain(std::uint32_t cycles_max) {
    std::uint32_t cycles = 0;
    for (; cycles < cycles_max && (!expected.empty() || bad < bad_written); ++cycles)
      step();
    return cycles;
  }

  std::uint32_t cells;
  Vtransmit dut;
  rtl::AxiPort port;
  hw_sim::AxiMemory<rtl::AxiPort> memory;
  std::mt19937 random;
  unsigned ready_percent = 100;
  std::uint32_t written = 0;
  std::uint32_t bad_written = 0;
  std::uint32_t asked_bursts = 0;
  std::uint32_t asked_after_error = 0;
  std::uint32_t asked_beats = 0;
  std::uint32_t answered_beats = 0;
  std::uint32_t spoilt_beat = ~0U;  // the only one of its burst with a bad answer
  std::uint32_t spoilt_cell = 0;    // … and its cell
  std::uint32_t most_outstanding = 0;
  std::uint32_t out = 0;
  std::uint32_t sent = 0;
  std::uint32_t bad = 0;
  std::deque<Frame> expected;

 private:
  void watch_reads() {
    if (port.m_axi_arvalid && port.m_axi_arready) {
      ++asked_bursts;
      asked_after_error += dut.tx_error_o;
      asked_beats += port.m_axi_arlen + 1U;
      const auto cell = static_cast<std::uint32_t>((port.m_axi_araddr - base) / cell_bytes);
      cells_asked_.insert(cells_asked_.end(), port.m_axi_arlen + 1U, cell);
    }
    if (port.m_axi_rvalid) {
      if (answered_beats == spoilt_beat)
        spoilt_cell = cells_asked_.front();
      ++answered_beats;
      cells_asked_.pop_front();
    }
    most_outstanding = std::max(most_outstanding, asked_beats - answered_beats);
    sent += dut.count_sent_o;
    bad += dut.count_bad_o;
  }

  void watch_wire() {
    if (dut.rst_i)
      return;
    ASSERT_TRUE(at_ == 0 || dut.tx_valid_o) << "a pause within frame " << out;
    ASSERT_TRUE(!waiting_ || dut.tx_valid_o) << "taken back";
    waiting_ = dut.tx_valid_o && !dut.tx_ready_i;
    if (dut.tx_valid_o)
      check_beat();
  }

  void check_beat() {
    ASSERT_FALSE(expected.empty());
    const Frame& frame = expected.front();
    const std::size_t count = std::min(frame.size() - at_, beat_bytes);
    const bool last = at_ + count == frame.size();
    ASSERT_EQ(dut.tx_keep_o, ~QData{0} >> (beat_bytes - count)) << "frame " << out;
    ASSERT_EQ(dut.tx_last_o != 0, last) << "frame " << out;
    const auto bytes = rtl::bytes_of(dut.tx_data_o);
    ASSERT_TRUE(std::equal(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(count),
                           frame.begin() + static_cast<std::ptrdiff_t>(at_)))
        << "frame " << out << " of " << frame.size() << " bytes, at " << at_;
    if (!dut.tx_ready_i)
      return;
    at_ = last ? 0 : at_ + count;
    if (!last)
      return;
    expected.pop_front();
    ++out;
  }

  std::deque<std::uint32_t> cells_asked_;  // by beat, not answered
  std::size_t at_ = 0;
  bool waiting_ = false;
};

TEST(Transmit, every_length) {
  Bench bench(7, {.latency_cycles = 30, .jitter_cycles = 30});
  for (std::uint32_t length = 1; length <= frame_bytes_max;) {
    if (bench.room()) {
      bench.write_cell(length++);
      bench.ring_doorbell();
    }
    bench.step();
    ASSERT_FALSE(testing::Test::HasFailure());
  }
  bench.drain(10'000);
  bench.steps(2);
  EXPECT_EQ(bench.out, frame_bytes_max);
  EXPECT_EQ(bench.sent, frame_bytes_max);
  EXPECT_EQ(bench.dut.tx_consumed_o, frame_bytes_max);
  EXPECT_TRUE(bench.dut.idle_o);
  EXPECT_EQ(bench.memory.error(), "");
}

class TransmitStorm : public testing::TestWithParam<
                          std::tuple<std::uint32_t, std::uint32_t, std::uint32_t, unsigned>> {};

std::uint32_t some_length(Bench& bench) {
  switch (bench.draw(8)) {
    case 0:
      return bench.draw(65'536);
    case 1:
      return 0;
    case 2:
      return 240 + bench.draw(20);
    case 3:
      return 2'030 + bench.draw(20);
    case 4:
      return 1 + bench.draw(frame_bytes_max);
    default:
      return 1 + bench.draw(130);
  }
}

TEST_P(TransmitStorm, frames_go_out_once_and_in_order) {
  const auto [cells_log2, stall, latency, ready_percent] = GetParam();
  Bench bench(cells_log2,
              {.stall_percent = stall, .latency_cycles = latency, .jitter_cycles = latency / 3},
              cells_log2 + stall + latency);
  bench.ready_percent = ready_percent;
  for (int cycle = 0; cycle < 40'000; ++cycle) {
    if (bench.room() && bench.draw(4) == 0)
      bench.write_cell(some_length(bench));
    if (bench.draw(8) == 0)
      bench.ring_doorbell();
    bench.step();
    ASSERT_FALSE(testing::Test::HasFailure());
  }
  bench.ring_doorbell();
  bench.drain(200'000);
  bench.steps(3);
  EXPECT_TRUE(bench.expected.empty());
  EXPECT_EQ(bench.bad, bench.bad_written);
  EXPECT_EQ(bench.sent + bench.bad, bench.written);
  EXPECT_EQ(bench.dut.tx_consumed_o, bench.written);
  EXPECT_EQ(bench.memory.error(), "");
  EXPECT_TRUE(bench.dut.idle_o);
}

INSTANTIATE_TEST_SUITE_P(All, TransmitStorm,
                         testing::Combine(testing::Values(0, 2, 7), testing::Values(0, 70),
                                          testing::Values(1, 450), testing::Values(20, 100)));

/// Gb/s of frame bytes with the ring kept full.
double rate_gbps(std::uint32_t length) {
  constexpr std::uint32_t cycles = 20'000;
  Bench bench(7, {.latency_cycles = late_cycles});
  std::uint32_t at_start = 0;
  for (std::uint32_t cycle = 0; cycle < 2'000 + cycles; ++cycle) {
    while (bench.room())
      bench.write_cell(length);
    bench.ring_doorbell();
    if (cycle == 2'000)
      at_start = bench.out;
    bench.step();
  }
  const double rate = (bench.out - at_start) * length * 8.0 / (cycles / 300e6) / 1e9;
  std::cout << length << " bytes: " << rate << " Gb/s at 300 MHz with 1.5 us of read latency, "
            << bench.most_outstanding * beat_bytes << " bytes outstanding at most\n";
  EXPECT_GE(bench.most_outstanding, 64 * 4U);
  return rate;
}

TEST(Transmit, keeps_the_wire_busy_at_late_answers) {
  EXPECT_GE(rate_gbps(1'500), 100.0);
  EXPECT_GE(rate_gbps(frame_bytes_max), 100.0);
  EXPECT_GE(rate_gbps(248), 75.0);
  EXPECT_GE(rate_gbps(64), 20.0);  // bound by 64 cells per latency
}

TEST(Transmit, a_stop_lets_the_reads_finish_and_the_frames_go) {
  std::mt19937 random(5);
  for (std::uint32_t round = 0; round < 60; ++round) {
    Bench bench(5, {.stall_percent = 40, .latency_cycles = 40, .jitter_cycles = 40}, 100 + round);
    for (int i = 0; i < 32; ++i)
      bench.write_cell(1 + bench.draw(frame_bytes_max));
    bench.ring_doorbell();
    bench.steps(static_cast<std::uint32_t>(random() % 600));
    bench.dut.enable_i = 0;
    bench.step();
    for (int cycle = 0; cycle < 5'000 && !bench.dut.idle_o; ++cycle)
      bench.step();
    ASSERT_TRUE(bench.dut.idle_o);
    ASSERT_EQ(bench.asked_beats, bench.answered_beats);
    const std::uint32_t asked = bench.asked_bursts;
    bench.steps(3'000);
    ASSERT_EQ(bench.asked_bursts, asked);
    ASSERT_TRUE(bench.dut.idle_o);
    ASSERT_EQ(bench.out, bench.dut.tx_consumed_o);  // all that was read is out
    bench.dut.enable_i = 1;
    bench.drain(20'000);
    ASSERT_TRUE(bench.expected.empty());
    ASSERT_FALSE(testing::Test::HasFailure());
  }
}

TEST(Transmit, nothing_of_a_bad_answer_or_after_it_goes_out) {
  for (std::uint32_t bad_beat = 0; bad_beat < 8 * 32; bad_beat += 3) {
    const std::uint64_t bad_address = base + bad_beat * beat_bytes;
    Bench bench(5,
                {.stall_percent = 20,
                 .latency_cycles = 60,
                 .jitter_cycles = 10,
                 .bad_address = bad_address},
                bad_beat);
    for (int i = 0; i < 32; ++i)
      bench.write_cell(frame_bytes_max);
    bench.ring_doorbell();
    bench.steps(6'000);
    EXPECT_TRUE(bench.dut.tx_error_o);
    EXPECT_LE(bench.out, bad_beat / 32);
    EXPECT_EQ(bench.out, bench.dut.tx_consumed_o);
    EXPECT_TRUE(bench.dut.idle_o) << "this would never stop";
    EXPECT_EQ(bench.asked_beats, bench.answered_beats);
    const std::uint32_t asked = bench.asked_bursts;
    bench.steps(500);
    EXPECT_EQ(bench.asked_bursts, asked);
    ASSERT_FALSE(testing::Test::HasFailure()) << bad_beat;
  }
}

TEST(Transmit, one_bad_beat_of_a_burst_is_enough) {
  for (const std::uint32_t length : {248U, 249U, frame_bytes_max}) {
    const std::uint32_t read_beats = std::max(4U, (length + 71) / 64) * 16;
    for (std::uint32_t spoilt = 0; spoilt < read_beats; ++spoilt) {
      Bench bench(5, {.latency_cycles = 60, .jitter_cycles = 10}, spoilt);
      bench.spoilt_beat = spoilt;
      for (int i = 0; i < 16; ++i)
        bench.write_cell(length);
      bench.ring_doorbell();
      bench.steps(2'000);
      EXPECT_TRUE(bench.dut.tx_error_o);
      EXPECT_LE(bench.asked_after_error, 1U);  // what was on its way
      EXPECT_LE(bench.out, bench.spoilt_cell);
      EXPECT_EQ(bench.out, bench.dut.tx_consumed_o);
      EXPECT_TRUE(bench.dut.idle_o);
      ASSERT_FALSE(testing::Test::HasFailure()) << length << ' ' << spoilt;
    }
  }
}

}  // namespace
