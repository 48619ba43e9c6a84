// Goal: the parser in RTL and the one in software make the same slots, punts and counts of the same
// frames. Method: random frames of every kind, at every alignment, well-formed and spoilt, with
// gaps on the wire and stalls behind; slots are compared byte for byte as they come.
#include <cstring>
#include <deque>
#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "Vpacket_parser.h"
#include "card/session_placement.hpp"
#include "hw-sim/harness/frame_maker.hpp"
#include "wire_in/frame_ingress.hpp"

namespace wirebook::hw_sim {
namespace {

using wire_in::FrameIngress;
using wire_in::test::SlotSink;

/// Bytes 0–57 of a slot as hex, for comparing and for looking at.
std::string text_of(const void* slot) {
  std::string text;
  for (int i = 0; i < 58; ++i) {
    char hex[4];
    std::snprintf(hex, sizeof hex, "%02x%s", static_cast<const unsigned char*>(slot)[i],
                  i % 8 == 7 ? " " : "");
    text += hex;
  }
  return text;
}

class Bench {
 public:
  explicit Bench(const wire_in::FrameIngressConfig& config) {
    dut_.rst_i = 1;
    for (int i = 0; i < 3; ++i)
      cycle();
    dut_.rst_i = 0;
    configure(config);
    dut_.admit_i = dut_.run_i = dut_.credit_ok_i = 1;
    dut_.start_i = 1;
    cycle();
    dut_.start_i = 0;
  }

  Vpacket_parser& dut() { return dut_; }
  std::uint64_t now = 0;  ///< ns, and cycles
  std::uint32_t stall_percent = 0;
  std::deque<std::string> slots;
  std::vector<std::uint64_t> slot_cycles;
  std::deque<WireBytes> punted;
  OutcomeCounters counters;
  std::uint64_t beats = 0;

  void cycle() {
    dut_.clk_i = 0;
    dut_.time_i = now;
    dut_.slot_ready_i = random_() % 100 >= stall_percent;
    dut_.eval();
    take_outputs();
    dut_.clk_i = 1;
    dut_.eval();
    ++now;
  }

  /// Drives one frame, a beat a cycle. Returns the time of its first beat.
  std::uint64_t send(const MadeFrame& frame) {
    const std::uint64_t start = now;
    const Bytes bytes = frame.bytes;
    for (std::size_t at = 0; at < bytes.size(); at += 64) {
      const std::size_t count = std::min<std::size_t>(64, bytes.size() - at);
      dut_.rx_valid_i = 1;
      dut_.rx_last_i = at + count == bytes.size();
      dut_.rx_bad_i = dut_.rx_last_i && frame.bad_fcs;
      dut_.rx_keep_i = count == 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << count) - 1;
      for (std::size_t word = 0; word < 16; ++word)  // what is not kept is noise
        dut_.rx_data_i[word] = static_cast<std::uint32_t>(random_());
      std::memcpy(dut_.rx_data_i.m_storage, bytes.data() + at, count);
      cycle();
      ++beats;
    }
    dut_.rx_valid_i = 0;
    return start;
  }

 private:
  void configure(const wire_in::FrameIngressConfig& config) {
    dut_.local_address_i = config.local_address;
    dut_.order_valid_i = 1;
    dut_.order_address_i = config.order_entry.address;
    dut_.order_port_i = config.order_entry.port;
    auto* ports = reinterpret_cast<std::uint16_t*>(dut_.filter_port_i.m_storage);
    dut_.filter_valid_i = 0;
    for (std::size_t i = 0; i < config.feeds.size(); ++i) {
      dut_.filter_address_i[i] = config.feeds[i].address;
      ports[i] = config.feeds[i].port;
      dut_.filter_valid_i |= static_cast<SData>((config.feeds[i].port != 0) << i);
    }
    const auto placement = card::place_sessions(config.sessions);
    for (std::size_t bit = 0; bit < 9 * 48; ++bit)
      dut_.hash_rows_i[bit / 32] |=
          static_cast<std::uint32_t>(placement->rows[bit / 48] >> bit % 48 & 1) << bit % 32;
    dut_.session_write_i = 1;
    for (std::size_t i = 0; i < 2'048; ++i)
      write_session({.index = i}, false);
    for (const auto& placed : placement->sessions)
      write_session(placed, true);
    dut_.session_write_i = 0;
    dut_.locate_write_i = 1;
    for (std::size_t word = 0; word < 2'048; ++word) {
      dut_.locate_word_i = static_cast<SData>(word);
      dut_.locate_data_i = 0;
      for (std::size_t bit = 0; bit < 32; ++bit)
        dut_.locate_data_i |= std::uint32_t{config.wanted[32 * word + bit]} << bit;
      cycle();
    }
    dut_.locate_write_i = 0;
  }
  void write_session(const card::PlacedSession& placed, bool valid) {
    dut_.session_index_i = static_cast<SData>(placed.index);
    dut_.session_valid_i = valid;
    dut_.session_address_i = placed.source.address;
    dut_.session_port_i = placed.source.port;
    dut_.session_number_i = placed.source.session;
    cycle();
  }

  void take_outputs() {
    if (dut_.slot_valid_o && dut_.slot_ready_i) {
      slots.push_back(text_of(dut_.slot_bytes_o.m_storage));
      slot_cycles.push_back(now);
    }
    if (dut_.count_a_valid_o)
      counters.add(static_cast<Outcome>(dut_.count_a_code_o));
    if (dut_.count_b_valid_o)
      counters.add(static_cast<Outcome>(dut_.count_b_code_o));
    if (dut_.tap_valid_o)
      tap();
    if (dut_.punt_decide_o) {
      ASSERT_FALSE(waiting_.empty());
      if (dut_.punt_keep_o)
        punted.push_back(waiting_.front());
      waiting_.pop_front();
    }
  }
  void tap() {
    if (dut_.tap_first_o)
      tapped_ = WireBytes();
    const std::size_t count = dut_.tap_last_o ? dut_.tap_last_index_o + 1U : 64U;
    tapped_.add(Bytes(reinterpret_cast<const std::byte*>(dut_.tap_data_o.m_storage), count));
    if (dut_.tap_last_o && dut_.tap_punt_o)
      waiting_.push_back(tapped_);
  }

  Vpacket_parser dut_;
  std::mt19937_64 random_{7};
  WireBytes tapped_;
  std::deque<WireBytes> waiting_;
};

/// The software's part: the same frames at the same times.
class Reference {
 public:
  explicit Reference(const wire_in::FrameIngressConfig& config)
      : ingress_(config, [this](Bytes frame) {
          punted.push_back(WireBytes().add(frame));
          return true;
        }) {}

  void on_frame(const MadeFrame& frame, std::uint64_t time_ns) {
    ASSERT_TRUE(sink_.writer.has_credit(FrameIngress::slots_needed(frame.bytes.size())));
    ingress_.on_frame(frame.bytes, frame.bad_fcs, {time_ns}, sink_.writer, counters);
    for (const Slot& slot : sink_.take())
      slots.push_back(text_of(&slot));
  }

  std::deque<std::string> slots;
  std::deque<WireBytes> punted;
  OutcomeCounters counters;

 private:
  SlotSink sink_{0, 4'096};
  FrameIngress ingress_;
};

struct Course {
  std::uint64_t seed;
  std::uint32_t spoilt_percent;
  std::uint32_t gap_percent;
  std::uint32_t stall_percent;
};

#if VM_COVERAGE
constexpr int frames = 4'000;  // a model that counts is many times slower
#else
constexpr int frames = 20'000;
#endif

class PacketParser : public testing::TestWithParam<Course> {};

TEST_P(PacketParser, makes_what_software_makes) {
  const Course run = GetParam();
  FrameMaker maker(run.seed, run.spoilt_percent);
  Bench bench(maker.config());
  Reference reference(maker.config());
  bench.stall_percent = run.stall_percent;
  std::vector<std::uint64_t> frame_of_slot;
  std::size_t slot = 0;
  const auto compare = [&] {
    while (!bench.slots.empty() && !reference.slots.empty()) {
      ASSERT_EQ(bench.slots.front(), reference.slots.front())
          << "slot " << slot << " of frame " << frame_of_slot[slot] << ", seed " << run.seed;
      bench.slots.pop_front();
      reference.slots.pop_front();
      ++slot;
    }
  };
  for (int i = 0; i < frames; ++i) {
    const MadeFrame frame = maker.next();
    const std::uint64_t time = bench.send(frame);
    reference.on_frame(frame, time);
    frame_of_slot.resize(slot + reference.slots.size(), static_cast<std::uint64_t>(i));
    // The buffer must not overflow here: what is dropped is another test's subject.
    const std::uint64_t rest = run.stall_percent + 2 * frame.bytes.size() / 14;
    for (std::uint64_t idle = maker.below(100) < run.gap_percent ? maker.below(200) : rest;
         idle != 0; --idle)
      bench.cycle();
    compare();
    if (HasFatalFailure())
      return;
  }
  for (int i = 0; i < 20'000; ++i)
    bench.cycle();
  compare();
  EXPECT_TRUE(bench.slots.empty()) << bench.slots.size() << " slots too many";
  EXPECT_TRUE(reference.slots.empty()) << reference.slots.size() << " slots missing";
  EXPECT_EQ(bench.punted.size(), reference.punted.size());
  for (std::size_t i = 0; i < std::min(bench.punted.size(), reference.punted.size()); ++i)
    ASSERT_TRUE(std::ranges::equal(Bytes(bench.punted[i]), Bytes(reference.punted[i]))) << i;
  for (std::size_t i = 0; i < outcome_count; ++i) {
    const auto outcome = static_cast<Outcome>(i);
    if (outcome != Outcome::punted) {
      EXPECT_EQ(bench.counters[outcome], reference.counters[outcome]) << to_string(outcome);
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Frames, PacketParser,
                         testing::Values(Course{1, 0, 50, 0}, Course{2, 0, 0, 0},
                                         Course{3, 20, 50, 0}, Course{4, 20, 0, 30},
                                         Course{5, 60, 10, 60}));

}  // namespace
}  // namespace wirebook::hw_sim
