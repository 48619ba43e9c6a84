// Goal: the MAC kernel brings its link up by itself, carries whole frames both ways, fills short
// ones, never glues two frames together when the link goes, and tells the host what it counted.
// Method: the kernel around a model of the vendor's core, its registers by AXI4-Lite, numbered
// frames, two clocks that drift.
#include <array>
#include <cstdint>
#include <cstring>
#include <deque>
#include <memory>
#include <random>
#include <vector>

#include <gtest/gtest.h>

#include "Vwirebook_mac.h"
#include "Vwirebook_mac___024root.h"
#include "hw-sim/harness/axi_lite_master.hpp"
#include "include/wirebook/mac_registers.hpp"
#include "two_clocks.hpp"

namespace {

namespace registers = wirebook::mac_registers;
using wirebook::TwoClocks;

using Bytes = std::vector<std::uint8_t>;

constexpr std::uint32_t link_up = 1U << 0;
constexpr std::uint32_t aligned = 1U << 1;
constexpr std::uint32_t fec_aligned = 1U << 6;

Bytes frame_of(std::uint32_t number, std::size_t bytes) {
  Bytes frame(bytes);
  std::mt19937 random(number);
  for (auto& byte : frame)
    byte = static_cast<std::uint8_t>(random());
  if (bytes >= sizeof number)
    std::memcpy(frame.data(), &number, sizeof number);
  return frame;
}

struct Beat {
  std::array<std::uint32_t, 16> words{};
  std::uint64_t keep = 0;
  bool last = false;
  bool bad = false;
};

std::deque<Beat> beats_of(const Bytes& frame, bool bad = false) {
  std::deque<Beat> beats;
  for (std::size_t at = 0; at < frame.size(); at += 64) {
    const std::size_t kept = std::min<std::size_t>(64, frame.size() - at);
    Beat& beat = beats.emplace_back();
    std::memcpy(beat.words.data(), frame.data() + at, kept);
    beat.keep = ~0ULL >> (64 - kept);
    beat.last = at + kept == frame.size();
    beat.bad = beat.last ? bad : at % 128 == 0;  // counts with the last beat only
  }
  return beats;
}

#define WIREBOOK_OF_CORE(name) root.wirebook_mac__DOT__i_cmac__DOT__##name

/// What the bench may see and set of the model (wirebook_cmac.sv).
struct Core {
  explicit Core(Vwirebook_mac___024root& root)
      : signal(WIREBOOK_OF_CORE(signal)),
        in_valid(WIREBOOK_OF_CORE(in_valid)),
        in_data(WIREBOOK_OF_CORE(in_data)),
        in_keep(WIREBOOK_OF_CORE(in_keep)),
        in_last(WIREBOOK_OF_CORE(in_last)),
        in_bad(WIREBOOK_OF_CORE(in_bad)),
        may_take(WIREBOOK_OF_CORE(may_take)),
        fec_words(WIREBOOK_OF_CORE(fec_words)),
        overflow(WIREBOOK_OF_CORE(overflow)),
        sent_valid(WIREBOOK_OF_CORE(sent_valid)),
        sent_data(WIREBOOK_OF_CORE(sent_data)),
        sent_keep(WIREBOOK_OF_CORE(sent_keep)),
        sent_last(WIREBOOK_OF_CORE(sent_last)),
        sends_rfi(WIREBOOK_OF_CORE(sends_rfi)),
        takes_frames(WIREBOOK_OF_CORE(takes_frames)),
        fec_on(WIREBOOK_OF_CORE(fec_on)),
        half_reset(WIREBOOK_OF_CORE(half_reset)) {}

  CData& signal;
  CData& in_valid;
  VlWide<16>& in_data;
  QData& in_keep;
  CData& in_last;
  CData& in_bad;
  CData& may_take;
  CData& fec_words;
  CData& overflow;
  const CData& sent_valid;
  const VlWide<16>& sent_data;
  const QData& sent_keep;
  const CData& sent_last;
  const CData& sends_rfi;
  const CData& takes_frames;
  const CData& fec_on;
  const CData& half_reset;
};

#undef WIREBOOK_OF_CORE

/// Puts beats together again.
struct Sink {
  std::vector<Bytes> good;
  int bad = 0;

  void take(const std::uint32_t* words, std::uint64_t keep, bool last, bool is_bad) {
    std::array<std::uint8_t, 64> bytes{};
    std::memcpy(bytes.data(), words, 64);
    for (std::size_t i = 0; i < 64; ++i)
      if ((keep >> i & 1) != 0)
        under_way_.push_back(bytes[i]);
    if (!last)
      return;
    if (is_bad)
      ++bad;
    else
      good.push_back(under_way_);
    under_way_.clear();
  }
  void cut() { under_way_.clear(); }

 private:
  Bytes under_way_;
};

class WirebookMac : public testing::Test {
 protected:
  WirebookMac() {
    dut_.clk_gt_freerun = 0;
    dut_.gt_refclk_n = dut_.gt_rxp_in = dut_.gt_rxn_in = 0;
    dut_.m_axis_rx_tready = 1;
    dut_.ap_rst_n = 0;
    run(50);
    dut_.ap_rst_n = 1;
  }

  void run(int edges) {
    for (int i = 0; i < edges; ++i)
      step();
  }

  std::uint32_t read(std::uint32_t address) {
    std::uint32_t value = 0;
    host_.read(address, [&](std::uint32_t answer) { value = answer; });
    wait();
    return value;
  }
  std::uint64_t counter(std::uint32_t address) {
    const std::uint32_t low = read(address);
    return read(address + 4) * (1ULL << 32) + low;
  }
  void write(std::uint32_t address, std::uint32_t value) {
    host_.write(address, value);
    wait();
  }
  void wait() {
    int patience = 1'000;
    while (!host_.idle() && patience-- > 0)
      step();
    ASSERT_TRUE(host_.idle()) << "no answer";
  }

  bool is_up() { return (read(registers::status) & link_up) != 0; }
  void bring_up() {
    core_.signal = 1;
    for (int tries = 0; tries < 1'000 && !is_up(); ++tries)
      run(20);
    ASSERT_TRUE(is_up());
  }

  void send(const Bytes& frame) {
    for (const Beat& beat : beats_of(frame))
      to_mac_.push_back(beat);
  }
  void arrive(const Bytes& frame, bool bad = false) {
    for (const Beat& beat : beats_of(frame, bad))
      to_kernel_.push_back(beat);
  }
  void drain() {
    for (int i = 0; i < 200'000 && !(to_mac_.empty() && to_kernel_.empty()); ++i)
      step();
    run(400);
  }

  Vwirebook_mac dut_;
  Core core_{*dut_.rootp};
  Sink wire_;    // what the core was given
  Sink kernel_;  // what came out of m_axis_rx
  int core_ready_percent_ = 90;
  int arrival_percent_ = 60;
  bool clock_of_mac_ = true;

 private:
  void step() {
    const TwoClocks::Edge edge = clocks_.next();
    const bool ap = edge.rises[1];
    const bool mac = edge.rises[0] && clock_of_mac_;
    if (ap)
      drive_kernel();
    if (mac)
      drive_core();
    dut_.eval();
    if (ap)
      sample_kernel();
    dut_.ap_clk = ap;
    dut_.gt_refclk_p = mac;
    dut_.eval();
    dut_.ap_clk = dut_.gt_refclk_p = 0;
    dut_.eval();
    if (mac)
      sample_core();
  }

  void drive_kernel() {
    host_.drive(dut_);
    if (dut_.s_axis_tx_tvalid && !taken_)
      return;
    dut_.s_axis_tx_tvalid = !to_mac_.empty() && random_() % 8 != 0;
    if (!dut_.s_axis_tx_tvalid)
      return;
    const Beat beat = to_mac_.front();
    to_mac_.pop_front();
    std::copy(beat.words.begin(), beat.words.end(), dut_.s_axis_tx_tdata.m_storage);
    dut_.s_axis_tx_tkeep = beat.keep;
    dut_.s_axis_tx_tlast = beat.last;
  }

  void sample_kernel() {
    host_.sample(dut_);
    taken_ = dut_.s_axis_tx_tvalid && dut_.s_axis_tx_tready;
    if (dut_.ap_rst_n && dut_.m_axis_rx_tvalid && dut_.m_axis_rx_tready)
      kernel_.take(dut_.m_axis_rx_tdata.m_storage, dut_.m_axis_rx_tkeep, dut_.m_axis_rx_tlast,
                   dut_.m_axis_rx_tuser != 0);
  }

  void drive_core() {
    core_.may_take = random_() % 100 < static_cast<unsigned>(core_ready_percent_);
    const bool valid =
        !to_kernel_.empty() && random_() % 100 < static_cast<unsigned>(arrival_percent_);
    core_.in_valid = valid;
    if (!valid)
      return;
    const Beat beat = to_kernel_.front();
    to_kernel_.pop_front();
    std::copy(beat.words.begin(), beat.words.end(), core_.in_data.m_storage);
    core_.in_keep = beat.keep;
    core_.in_last = beat.last;
    core_.in_bad = beat.bad;
  }

  void sample_core() {
    if (core_.half_reset)
      wire_.cut();  // the other end sees a bad frame
    if (core_.sent_valid)
      wire_.take(core_.sent_data.m_storage, core_.sent_keep, core_.sent_last, false);
  }

  TwoClocks clocks_{wirebook::clockings[2], 1};
  std::mt19937 random_{1};
  wirebook::hw_sim::AxiLiteMaster<Vwirebook_mac> host_;
  std::deque<Beat> to_mac_;
  std::deque<Beat> to_kernel_;
  bool taken_ = false;
};

TEST_F(WirebookMac, says_who_it_is_and_that_it_has_no_signal) {
  EXPECT_EQ(read(registers::identity), registers::identity_value);
  EXPECT_EQ(read(registers::version), registers::map_version);
  run(5'000);
  EXPECT_EQ(read(registers::status) & (link_up | aligned), 0U);
  EXPECT_EQ(read(registers::status) >> 12, 0xFU);  // powered
  EXPECT_EQ(read(registers::lanes), 0U);
  EXPECT_TRUE(core_.sends_rfi);
  EXPECT_FALSE(core_.takes_frames);
  EXPECT_EQ(read(0xFF0), 0U);
}

TEST_F(WirebookMac, while_the_link_is_down_what_is_to_be_sent_is_dropped) {
  for (std::uint32_t number = 1; number <= 20; ++number)
    send(frame_of(number, 1'000));
  drain();
  EXPECT_EQ(counter(registers::tx_dropped), 20U);
  bring_up();
  send(frame_of(21, 1'000));
  drain();
  ASSERT_EQ(wire_.good.size(), 1U);
  EXPECT_EQ(wire_.good[0], frame_of(21, 1'000));
  core_.signal = 0;
  run(1'000);
  send(frame_of(22, 1'000));
  drain();
  EXPECT_EQ(counter(registers::tx_dropped), 21U);
  EXPECT_EQ(wire_.good.size(), 1U);
}

TEST_F(WirebookMac, a_clock_that_stops_is_a_link_that_is_down) {
  bring_up();
  clock_of_mac_ = false;
  run(400);
  EXPECT_FALSE(is_up());
  for (std::uint32_t number = 1; number <= 5; ++number)
    send(frame_of(number, 300));
  drain();
  EXPECT_EQ(counter(registers::tx_dropped), 5U);
  clock_of_mac_ = true;
  bring_up();
}

TEST_F(WirebookMac, answers_while_there_is_no_reference_clock) {
  clock_of_mac_ = false;
  run(20);
  const std::uint64_t before = counter(registers::mac_cycles);
  run(2'000);
  EXPECT_EQ(counter(registers::mac_cycles), before);
  EXPECT_EQ(read(registers::identity), registers::identity_value);
}

TEST_F(WirebookMac, counts_the_cycles_of_the_macs_clock) {
  const std::uint64_t before = counter(registers::mac_cycles);
  int edges = 0;
  for (; edges < 20'000; ++edges)
    run(1);
  const auto cycles = static_cast<double>(counter(registers::mac_cycles) - before);
  EXPECT_NEAR(cycles / edges, 3'333.0 / (3'333.0 + 3'103.0), 0.01);
}

TEST_F(WirebookMac, comes_up_with_rs_fec_and_carries_frames_both_ways) {
  bring_up();
  EXPECT_NE(read(registers::status) & fec_aligned, 0U);
  EXPECT_EQ(read(registers::lanes), 0xFF'FFFFU);
  EXPECT_TRUE(core_.fec_on);
  EXPECT_FALSE(core_.sends_rfi);

  std::mt19937 random(7);
  std::vector<Bytes> sent;
  std::vector<Bytes> arrived;
  int bad = 0;
  for (std::uint32_t number = 1; number <= 300; ++number) {
    Bytes out = frame_of(number, 14 + random() % 1'500);
    send(out);
    out.resize(std::max<std::size_t>(out.size(), 60));
    sent.push_back(out);
    const Bytes in = frame_of(1'000 + number, 60 + random() % 1'500);
    const bool is_bad = random() % 10 == 0;
    arrive(in, is_bad);
    bad += is_bad;
    if (!is_bad)
      arrived.push_back(in);
  }
  drain();
  EXPECT_EQ(wire_.good, sent);
  EXPECT_EQ(kernel_.good, arrived);
  EXPECT_EQ(kernel_.bad, bad);
  EXPECT_EQ(counter(registers::tx_frames), sent.size());
  EXPECT_EQ(counter(registers::rx_frames), 300U);
  EXPECT_EQ(counter(registers::rx_bad), static_cast<std::uint64_t>(bad));
  EXPECT_EQ(counter(registers::rx_dropped), 0U);
  EXPECT_EQ(counter(registers::tx_underflows), 0U);
  EXPECT_EQ(counter(registers::link_losses), 0U);
}

TEST_F(WirebookMac, frames_for_which_the_kernel_has_no_room_are_counted) {
  bring_up();
  dut_.m_axis_rx_tready = 0;
  for (std::uint32_t number = 1; number <= 100; ++number)
    arrive(frame_of(number, 200));
  drain();
  dut_.m_axis_rx_tready = 1;
  run(1'000);
  EXPECT_GT(kernel_.good.size(), 5U);
  EXPECT_LT(kernel_.good.size(), 50U);
  EXPECT_EQ(counter(registers::rx_frames), 100U);
  EXPECT_EQ(counter(registers::rx_dropped), 100U - kernel_.good.size());
}

TEST_F(WirebookMac, counts_what_the_core_tells_of_itself) {
  bring_up();
  // One of the wires is up for ten cycles of the MAC's clock, each.
  const auto pulses = [&](CData& wire, CData value, std::uint32_t address) {
    const std::uint64_t before = counter(address);
    const std::uint64_t cycles = counter(registers::mac_cycles);
    wire = value;
    run(40);
    wire = 0;
    run(100);
    const std::uint64_t told = counter(address) - before;
    EXPECT_GE(told, 10U) << address;
    EXPECT_LE(told, counter(registers::mac_cycles) - cycles);
  };
  pulses(core_.fec_words, 1, registers::fec_codewords);
  EXPECT_EQ(counter(registers::fec_corrected), 0U);
  pulses(core_.fec_words, 2, registers::fec_corrected);
  EXPECT_EQ(counter(registers::fec_uncorrected), 0U);
  pulses(core_.fec_words, 4, registers::fec_uncorrected);
  EXPECT_EQ(counter(registers::tx_overflows), 0U);
  pulses(core_.overflow, 1, registers::tx_overflows);
}

TEST_F(WirebookMac, a_link_that_goes_takes_frames_away_whole) {
  std::mt19937 random(3);
  std::uint32_t number = 0;
  std::size_t frames_in = 0;
  for (int round = 1; round <= 12; ++round) {
    SCOPED_TRACE(round);
    bring_up();
    for (int i = 0; i < 40; ++i) {
      send(frame_of(++number, 600 + random() % 1'000));
      arrive(frame_of(1'000'000 + number, 600 + random() % 1'000));
    }
    run(200 + static_cast<int>(random() % 400));
    core_.signal = 0;
    run(1'500);
    EXPECT_FALSE(is_up());
    EXPECT_EQ(counter(registers::link_losses), static_cast<std::uint64_t>(round));
    EXPECT_TRUE(core_.sends_rfi);
    frames_in += 40;
  }
  bring_up();
  drain();
  // Whatever came through is a frame as it was sent.
  EXPECT_GT(wire_.good.size(), 50U);
  EXPECT_GT(counter(registers::tx_dropped), 50U);
  EXPECT_GT(kernel_.good.size(), 20U);
  EXPECT_LT(kernel_.good.size(), frames_in);
  for (const auto* sink : {&wire_, &kernel_}) {
    for (const Bytes& frame : sink->good) {
      std::uint32_t which = 0;
      std::memcpy(&which, frame.data(), sizeof which);
      ASSERT_EQ(frame, frame_of(which, frame.size()));
    }
  }
  EXPECT_EQ(counter(registers::tx_underflows), 0U);
}

TEST_F(WirebookMac, comes_up_in_the_middle_of_frames) {
  // Long gaps within a frame: its beats come before, while and after the link is up.
  arrival_percent_ = 4;
  for (int round = 1; round <= 30; ++round) {
    for (std::uint32_t i = 0; i < 10; ++i)
      arrive(frame_of(static_cast<std::uint32_t>(round) * 100 + i, 640));
    bring_up();
    drain();
    core_.signal = 0;
    run(1'500);
  }
  EXPECT_GT(kernel_.good.size(), 50U);
  for (const Bytes& frame : kernel_.good) {
    std::uint32_t which = 0;
    std::memcpy(&which, frame.data(), sizeof which);
    ASSERT_EQ(frame, frame_of(which, frame.size()));
  }
}

TEST_F(WirebookMac, frames_that_a_lost_link_took_out_of_the_queue_are_told) {
  bring_up();
  dut_.m_axis_rx_tready = 0;
  for (std::uint32_t number = 1; number <= 5; ++number)
    arrive(frame_of(number, 200));
  drain();
  EXPECT_EQ(counter(registers::rx_dropped), 0U);
  core_.signal = 0;
  run(1'000);
  EXPECT_EQ(counter(registers::rx_dropped), 1U);  // once, however many
}

TEST_F(WirebookMac, in_loopback_what_is_sent_comes_back) {
  write(registers::control, 1);
  EXPECT_EQ(read(registers::control), 1U);
  for (int tries = 0; tries < 1'000 && !is_up(); ++tries)
    run(20);
  ASSERT_TRUE(is_up());
  std::vector<Bytes> sent;
  for (std::uint32_t number = 1; number <= 100; ++number) {
    sent.push_back(frame_of(number, 60 + 13 * number));
    send(sent.back());
  }
  drain();
  EXPECT_EQ(kernel_.good, sent);
  write(registers::control, 0);
  run(3'000);
  EXPECT_FALSE(is_up());
}

TEST_F(WirebookMac, a_restart_resets_the_core_and_rs_fec_can_be_off) {
  bring_up();
  write(registers::restart, 1);
  run(500);
  EXPECT_FALSE(is_up());
  bring_up();
  EXPECT_EQ(counter(registers::link_losses), 1U);
  write(registers::control, 2);
  run(500);
  EXPECT_FALSE(is_up());
  bring_up();
  EXPECT_FALSE(core_.fec_on);
  EXPECT_EQ(read(registers::status) & fec_aligned, 0U);
}

TEST_F(WirebookMac, a_reset_of_the_kernel_clears_counts_and_the_link_comes_back) {
  bring_up();
  arrive(frame_of(1, 100));
  drain();
  EXPECT_EQ(counter(registers::rx_frames), 1U);
  dut_.ap_rst_n = 0;
  run(50);
  dut_.ap_rst_n = 1;
  run(50);
  EXPECT_EQ(counter(registers::rx_frames), 0U);
  bring_up();
  arrive(frame_of(2, 100));
  drain();
  EXPECT_EQ(kernel_.good.size(), 2U);
}

}  // namespace
