// Goal: frames cross between the MAC's clock and the kernel's whole; one that cannot is never good
// and short, is counted, and holds up nothing; the MAC never runs dry within a frame; all of it
// through resets of either side. Method: numbered frames whose bytes follow from their number, both
// ways at once, at several ratios and phases of the clocks, with gaps, stalls and overload.
#include <algorithm>
#include <iterator>
#include <map>
#include <memory>
#include <random>
#include <string>

#include <gtest/gtest.h>

#include "Vmac_crossing.h"
#include "two_clocks.hpp"

namespace {

using wirebook::Clocking;
using wirebook::TwoClocks;

struct Beat {
  std::uint32_t words[16];
  std::uint64_t keep;
  bool last;
};

struct Frame {
  std::uint32_t number;
  int bytes;
  bool bad;

  [[nodiscard]] int beats() const { return (bytes + 63) / 64; }

  [[nodiscard]] Beat beat(int index) const {
    Beat beat{};
    beat.last = index == beats() - 1;
    const int kept = beat.last ? bytes - 64 * index : 64;
    beat.keep = ~0ULL >> (64 - kept);
    std::uint32_t state = number * 2'654'435'761U + static_cast<std::uint32_t>(index) * 97U;
    beat.words[0] = number;
    beat.words[1] = static_cast<std::uint32_t>(index);
    for (int i = 2; i < 16; ++i)
      beat.words[i] = state = state * 1'664'525U + 1'013'904'223U;
    return beat;
  }
};

bool equal(const Beat& beat, const VlWide<16>& data, QData keep, bool last) {
  return std::equal(std::begin(beat.words), std::end(beat.words), data.m_storage) &&
         beat.keep == keep && beat.last == last;
}

/// What both ways are loaded with. Resets: one in so many cycles of a side, 0 for never.
struct Load {
  int rx_frame_gap;  // percent of cycles between frames in which the MAC waits
  int rx_beat_gap;   // … within them
  int kernel_ready;  // percent
  int tx_beat_gap;   // percent
  int mac_ready;     // percent
  int mac_reset;
  int kernel_reset;
  int bytes_most;
  int bytes_only;       // 0: any
  double wire_bits_ps;  // bits per ps on the wire, frame and 20 bytes between; 0: no such limit
};

constexpr Load light{30, 5, 100, 20, 90, 0, 0, 1'600, 0, 0};

class Bench {
 public:
  Bench(const Clocking& clocking, const Load& rates, unsigned seed)
      : load(rates),
        clocks_(clocking, seed),
        random_(seed),
        slow_(std::max(clocking.period[0], clocking.period[1])) {
    dut_.mac_clk = dut_.ap_clk = 0;
    drive_mac();
    drive_kernel();
    run(30);  // both sides come out of their first reset
    stop_ = false;
  }

  void run(int cycles) {
    const std::int64_t end = clocks_.now() + std::int64_t{cycles} * slow_;
    while (clocks_.now() < end && !testing::Test::HasFatalFailure())
      step();
  }

  /// Lets everything under way come to its end.
  void drain() {
    stop_ = true;
    load.kernel_ready = load.mac_ready = 100;
    load.mac_reset = load.kernel_reset = 0;
    load.tx_beat_gap = load.rx_beat_gap = 0;
    load.wire_bits_ps = 0;
    run(600);
    stop_ = false;
  }

  Load load;
  // From the MAC: frames that it sent, and what came of them.
  int rx_sent = 0;
  int rx_good = 0;
  int rx_bad_whole = 0;  // sent as bad ones
  int rx_cut = 0;        // ended as bad ones
  int rx_drops = 0;      // told
  // To the MAC.
  int tx_sent = 0;
  int tx_whole = 0;

 private:
  void step() {
    const TwoClocks::Edge edge = clocks_.next();
    dut_.eval();
    if (edge.rises[0])
      before_mac();
    if (edge.rises[1])
      before_kernel();
    dut_.mac_clk = edge.rises[0];
    dut_.ap_clk = edge.rises[1];
    dut_.eval();
    dut_.mac_clk = dut_.ap_clk = 0;
    dut_.eval();
    if (edge.rises[0])
      drive_mac();
    if (edge.rises[1])
      drive_kernel();
    dut_.eval();
    if (edge.rises[0])
      after_mac();
    if (edge.rises[1])
      after_kernel();
  }

  // ── The MAC's side ───────────────────────────────────────────────────────────────────────────

  void drive_mac() {
    // Reset comes at any time, and cuts the frame on the wire.
    dut_.mac_rst_n = !one_in(load.mac_reset);
    dut_.m_axis_mac_tx_tready = chance(load.mac_ready);
    dut_.s_axis_mac_rx_tvalid = 0;
    if (!dut_.mac_rst_n) {
      mac_index_ = 0;
      mac_inside_ = false;
      return;
    }
    if (!mac_inside_) {
      if (stop_ || chance(load.rx_frame_gap) || clocks_.now() < wire_free_)
        return;
      mac_frame_ = make_frame(next_rx_++, load.bytes_most);
      if (load.wire_bits_ps > 0)
        wire_free_ = std::max(wire_free_, clocks_.now() - slow_) +
                     static_cast<std::int64_t>((mac_frame_.bytes + 20) * 8 / load.wire_bits_ps);
      frames_[mac_frame_.number] = mac_frame_;
      ++rx_sent;
      mac_index_ = 0;
      mac_inside_ = true;
    } else if (chance(load.rx_beat_gap)) {
      return;
    }
    const Beat beat = mac_frame_.beat(mac_index_++);
    std::copy(std::begin(beat.words), std::end(beat.words), dut_.s_axis_mac_rx_tdata.m_storage);
    dut_.s_axis_mac_rx_tkeep = beat.keep;
    dut_.s_axis_mac_rx_tlast = beat.last;
    dut_.s_axis_mac_rx_tuser = beat.last ? mac_frame_.bad : random_() % 2 != 0;
    dut_.s_axis_mac_rx_tvalid = 1;
    mac_inside_ = !beat.last;
  }

  void before_mac() {
    // The reset takes hold a cycle after its port.
    const bool reset = mac_in_reset_;
    mac_in_reset_ = !dut_.mac_rst_n;
    mac_shown_ =
        dut_.m_axis_mac_tx_tvalid && !dut_.m_axis_mac_tx_tready && !mac_in_reset_ && !reset;
    if (reset || mac_in_reset_) {
      out_index_ = 0;
      return;
    }
    if (out_index_ > 0) {
      ASSERT_TRUE(dut_.m_axis_mac_tx_tvalid) << "the MAC ran dry within frame " << out_number_;
    }
    if (!dut_.m_axis_mac_tx_tvalid || !dut_.m_axis_mac_tx_tready)
      return;
    const VlWide<16>& data = dut_.m_axis_mac_tx_tdata;
    if (out_index_ == 0) {
      ASSERT_GT(data[0], out_number_) << "out of order, or again";
      out_number_ = data[0];
      ASSERT_EQ(tx_frames_.count(out_number_), 1U);
    }
    ASSERT_TRUE(equal(tx_frames_.at(out_number_).beat(out_index_), data, dut_.m_axis_mac_tx_tkeep,
                      dut_.m_axis_mac_tx_tlast))
        << "to the MAC: frame " << out_number_ << ", beat " << out_index_;
    ++out_index_;
    if (dut_.m_axis_mac_tx_tlast) {
      out_index_ = 0;
      ++tx_whole;
    }
  }

  void after_mac() {
    if (mac_shown_) {
      ASSERT_TRUE(dut_.m_axis_mac_tx_tvalid) << "valid fell before the MAC took it";
    }
  }

  // ── The kernel's side ────────────────────────────────────────────────────────────────────────

  void drive_kernel() {
    const bool reset = one_in(load.kernel_reset);
    dut_.ap_rst_n = !reset;
    dut_.m_axis_rx_tready = chance(load.kernel_ready);
    if (reset) {
      kernel_inside_ = false;
      dut_.s_axis_tx_tvalid = 0;
      return;
    }
    if (dut_.s_axis_tx_tvalid && !kernel_taken_)
      return;
    dut_.s_axis_tx_tvalid = 0;
    if (chance(load.tx_beat_gap) || (!kernel_inside_ && stop_))
      return;
    if (!kernel_inside_) {
      kernel_frame_ = make_frame(next_tx_++, 2'040);
      tx_frames_[kernel_frame_.number] = kernel_frame_;
      kernel_index_ = 0;
      ++tx_sent;
    }
    const Beat beat = kernel_frame_.beat(kernel_index_++);
    std::copy(std::begin(beat.words), std::end(beat.words), dut_.s_axis_tx_tdata.m_storage);
    dut_.s_axis_tx_tkeep = beat.keep;
    dut_.s_axis_tx_tlast = beat.last;
    dut_.s_axis_tx_tvalid = 1;
    kernel_inside_ = !beat.last;
  }

  void before_kernel() {
    const bool reset = kernel_in_reset_;
    kernel_in_reset_ = !dut_.ap_rst_n;
    kernel_taken_ = dut_.s_axis_tx_tvalid && dut_.s_axis_tx_tready;
    rx_drops += dut_.rx_drop_o;
    shown_ = dut_.m_axis_rx_tvalid && !dut_.m_axis_rx_tready && !kernel_in_reset_ && !reset;
    shown_last_ = dut_.m_axis_rx_tlast;
    shown_bad_ = dut_.m_axis_rx_tuser;
    shown_data_ = dut_.m_axis_rx_tdata;
    if (reset || kernel_in_reset_) {
      in_index_ = 0;
      return;
    }
    if (dut_.m_axis_rx_tvalid && dut_.m_axis_rx_tready)
      receive();
  }

  void receive() {
    const VlWide<16>& data = dut_.m_axis_rx_tdata;
    const bool last = dut_.m_axis_rx_tlast;
    const bool bad = dut_.m_axis_rx_tuser;
    if (in_index_ == 0) {
      // A frame of which not even the first beat came has no end either.
      ASSERT_EQ(frames_.count(data[0]), 1U);
      ASSERT_GT(data[0], in_number_) << "out of order, or again";
      in_number_ = data[0];
    }
    const Frame& frame = frames_.at(in_number_);
    const bool same =
        in_index_ < frame.beats() && equal(frame.beat(in_index_), data, dut_.m_axis_rx_tkeep, last);
    if (!last || !bad) {
      ASSERT_TRUE(same) << "from the MAC: frame " << in_number_ << ", beat " << in_index_;
    }
    if (last && !bad) {
      ASSERT_FALSE(frame.bad);
    }
    ++in_index_;
    if (last) {
      in_index_ = 0;
      rx_good += !bad;
      rx_bad_whole += bad && same && frame.bad;
      rx_cut += bad && !(same && frame.bad);
    }
  }

  void after_kernel() {
    if (!shown_)
      return;
    ASSERT_TRUE(dut_.m_axis_rx_tvalid) << "valid fell before the kernel took it";
    ASSERT_EQ(dut_.m_axis_rx_tlast, shown_last_);
    ASSERT_EQ(dut_.m_axis_rx_tuser, shown_bad_);
    ASSERT_TRUE(std::equal(shown_data_.m_storage, shown_data_.m_storage + 16,
                           dut_.m_axis_rx_tdata.m_storage));
  }

  Frame make_frame(std::uint32_t number, int most) {
    // Sizes of all kinds, the short ones often.
    const int low = 1;
    const int size = random_() % 2 != 0 ? low + static_cast<int>(random_() % 200)
                                        : low + static_cast<int>(random_() % 10'000);
    const int bytes = load.bytes_only != 0 ? load.bytes_only : std::min(size, most);
    return {number, bytes, random_() % 8 == 0};
  }

  bool chance(int percent) { return static_cast<int>(random_() % 100) < percent; }
  bool one_in(int cycles) { return cycles != 0 && random_() % static_cast<unsigned>(cycles) == 0; }

  Vmac_crossing dut_;
  TwoClocks clocks_;
  std::mt19937 random_;
  int slow_;
  bool stop_ = true;
  std::map<std::uint32_t, Frame> frames_;
  std::map<std::uint32_t, Frame> tx_frames_;

  std::uint32_t next_rx_ = 1;
  std::int64_t wire_free_ = 0;
  Frame mac_frame_{};
  int mac_index_ = 0;
  bool mac_inside_ = false;
  bool mac_in_reset_ = false;
  bool mac_shown_ = false;
  int out_index_ = 0;
  std::uint32_t out_number_ = 0;

  std::uint32_t next_tx_ = 1;
  Frame kernel_frame_{};
  int kernel_index_ = 0;
  bool kernel_inside_ = false;
  bool kernel_in_reset_ = false;
  bool kernel_taken_ = false;
  int in_index_ = 0;
  std::uint32_t in_number_ = 0;
  bool shown_ = false;
  bool shown_last_ = false;
  bool shown_bad_ = false;
  VlWide<16> shown_data_;
};

class MacCrossing : public testing::TestWithParam<Clocking> {};
class MacAtTheWire : public MacCrossing {};

TEST_P(MacAtTheWire, frames_of_all_sizes_cross_whole_both_ways) {
  for (const int mac_ready : {100, 70}) {
    Load load = light;
    load.bytes_most = 9'600;
    load.mac_ready = mac_ready;
    load.tx_beat_gap = mac_ready == 100 ? 0 : 30;
    load.wire_bits_ps = 0.1;
    Bench bench(GetParam(), load, 1);
    bench.run(40'000);
    bench.drain();
    EXPECT_GT(bench.rx_sent, 500);
    EXPECT_EQ(bench.rx_good + bench.rx_bad_whole, bench.rx_sent);
    EXPECT_EQ(bench.rx_cut, 0);
    EXPECT_EQ(bench.rx_drops, 0);
    EXPECT_GT(bench.tx_sent, 1'000);
    EXPECT_EQ(bench.tx_whole, bench.tx_sent);
  }
}

TEST_P(MacAtTheWire, nothing_is_lost_at_100_gigabit) {
  // 65 bytes take most beats. Whole frames at a beat a cycle, however long.
  for (const int bytes : {64, 65, 128, 129, 1'518, 9'600}) {
    SCOPED_TRACE(bytes);
    Bench bench(GetParam(), {0, 0, 100, 20, 90, 0, 0, 9'600, bytes, 0.1}, 2);
    bench.run(60'000);
    bench.drain();
    EXPECT_EQ(bench.rx_drops, 0);
    EXPECT_EQ(bench.rx_good + bench.rx_bad_whole, bench.rx_sent);
  }
}

TEST_P(MacCrossing, overload_is_counted_and_no_frame_is_cut_and_good) {
  for (const int ready : {0, 5, 30, 60}) {
    for (const int gap : {0, 20}) {
      SCOPED_TRACE(testing::Message() << "ready " << ready << "%, gaps " << gap << '%');
      Load load{gap, gap, ready, 20, 90, 0, 0, 9'600, 0, 0};
      Bench bench(GetParam(), load, 3);
      bench.run(30'000);
      bench.drain();
      if (ready * GetParam().period[0] < 60 * GetParam().period[1]) {
        EXPECT_GT(bench.rx_drops, 100);
      }
      EXPECT_EQ(bench.rx_good + bench.rx_bad_whole + bench.rx_drops, bench.rx_sent);
      EXPECT_LE(bench.rx_cut, bench.rx_drops);
      EXPECT_EQ(bench.tx_whole, bench.tx_sent);
      // … and then all frames come through again.
      const int drops = bench.rx_drops;
      const int good = bench.rx_good;
      bench.load = light;
      bench.load.bytes_most = 600;
      bench.load.rx_frame_gap = 99;
      bench.run(5'000);
      bench.drain();
      EXPECT_EQ(bench.rx_drops, drops);
      EXPECT_GT(bench.rx_good, good);
    }
  }
}

TEST_P(MacCrossing, resets_of_either_side_cut_no_frame_into_a_good_one) {
  int cut = 0;
  for (const auto& [mac_reset, kernel_reset] :
       {std::pair{300, 0}, {0, 300}, {200, 200}, {30, 1'000}, {1'000, 30}, {15, 15}}) {
    for (const int ready : {100, 60, 10}) {
      for (unsigned seed = 1; seed <= 2; ++seed) {
        SCOPED_TRACE(testing::Message() << "seed " << seed << ", ready " << ready << "%, resets "
                                        << mac_reset << ' ' << kernel_reset);
        Load load{20, 5, ready, 10, 80, mac_reset, kernel_reset, 3'000, 0, 0};
        Bench bench(GetParam(), load, seed);
        bench.run(10'000);
        bench.drain();
        cut += bench.rx_cut;
        // … and then all frames come through again, both ways.
        const int rx_lost = bench.rx_sent - bench.rx_good - bench.rx_bad_whole;
        const int tx_lost = bench.tx_sent - bench.tx_whole;
        const int rx_sent = bench.rx_sent;
        const int tx_sent = bench.tx_sent;
        bench.load = light;
        bench.load.bytes_most = 600;
        bench.load.rx_frame_gap = 99;
        bench.run(3'000);
        bench.drain();
        ASSERT_EQ(bench.rx_sent - bench.rx_good - bench.rx_bad_whole, rx_lost);
        ASSERT_EQ(bench.tx_sent - bench.tx_whole, tx_lost);
        ASSERT_GT(bench.rx_sent, rx_sent + 2);
        ASSERT_GT(bench.tx_sent, tx_sent + 10);
      }
    }
  }
  EXPECT_GT(cut, 50);
}

TEST_P(MacCrossing, a_reset_of_the_mac_tells_that_it_took_frames_away) {
  Bench bench(GetParam(), {98, 0, 0, 20, 90, 0, 0, 60, 60, 0}, 5);
  bench.run(400);
  bench.load.rx_frame_gap = 100;
  bench.run(30);
  ASSERT_GT(bench.rx_sent, 1);
  ASSERT_EQ(bench.rx_drops, 0);
  bench.load.mac_reset = 1;
  bench.run(3);
  bench.load.mac_reset = 0;
  bench.run(30);
  bench.drain();
  // One was on the output already. However many went, it is told once.
  EXPECT_EQ(bench.rx_good + bench.rx_bad_whole, 1);
  EXPECT_EQ(bench.rx_drops, 1);
}

const auto name = [](const auto& test) { return std::string(test.param.name); };

INSTANTIATE_TEST_SUITE_P(Clocks, MacCrossing, testing::ValuesIn(wirebook::clockings), name);
// The last is a MAC three times as fast as the kernel: that is nothing but overload.
INSTANTIATE_TEST_SUITE_P(Clocks, MacAtTheWire,
                         testing::ValuesIn(std::begin(wirebook::clockings),
                                           std::prev(std::end(wirebook::clockings))),
                         name);

}  // namespace
