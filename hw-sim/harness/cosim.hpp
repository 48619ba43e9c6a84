// The kernel and the software parser on the same frames: slot for slot, punt for punt, count for
// count.
//
// Shapes: frames of a `FrameMaker` or from outside, one after the other; ingress times and which
// frames were let in are the kernel's, all else must agree. Threads: one. Errors: the first
// difference, with slot, message, byte, field and frame. Cost: that of the simulation.
#pragma once

#include <algorithm>
#include <cstring>
#include <deque>
#include <functional>
#include <sstream>
#include <string>
#include <utility>

#include "Vwirebook_kernel___024root.h"
#include "hw-sim/harness/frame_maker.hpp"
#include "hw-sim/harness/kernel_bench.hpp"
#include "hw-sim/harness/message_place.hpp"
#include "hw-sim/harness/slot_difference.hpp"
#include "wire_in/frame_ingress.hpp"

namespace wirebook::hw_sim {

/// What the kernel's clock counts in so many cycles: a product, its fraction cut off.
inline std::uint64_t elapsed_ns(std::uint64_t cycles, std::uint64_t rate) {
  constexpr std::uint64_t low = 0xFFFF'FFFF;
  const std::uint64_t fraction = rate & low;
  return cycles * (rate >> 32) + (cycles >> 32) * fraction + ((cycles & low) * fraction >> 32);
}

class Cosim {
 public:
  Cosim(const KernelBenchOptions& options, const wire_in::FrameIngressConfig& config,
        std::function<void(const Vwirebook_kernel&)> recorder = {})
      : rate_(options.rate),
        set_ns_(options.time_ns),
        bench_(options, std::move(recorder)),
        ring_(std::size_t{1} << options.ring_slots_log2,
              {.start_sequence = options.start_sequence, .epoch = options.epoch}),
        writer_(ring_),
        reader_(ring_),
        ingress_(config, [this](Bytes frame) { return on_punt(frame); }) {
    bench_.configure(config);
    bench_.on_slot = [this](const Slot& slot, std::uint64_t sequence) { compare(slot, sequence); };
    bench_.start();
    learn_time(config);
  }

  KernelBench& bench() { return bench_; }
  [[nodiscard]] const std::string& difference() const { return difference_; }
  [[nodiscard]] bool good() const { return difference_.empty() && bench_.error().empty(); }
  [[nodiscard]] std::uint64_t slots() const { return compared_; }
  [[nodiscard]] const OutcomeCounters& counters() const { return counters_; }
  [[nodiscard]] std::uint64_t dropped() const { return dropped_; }
  [[nodiscard]] std::uint64_t punted() const { return punts_compared_; }

  /// Sees the kernel's slot and the software's before they are compared, and may change them.
  std::function<void(Slot&, Slot&)> on_compare;
  /// Forgets the difference, so that the next one is found as well.
  std::string take_difference() { return std::exchange(difference_, {}); }
  /// As differences count them, from 1; the frame that told the clock is 0.
  [[nodiscard]] std::uint64_t frames_sent() const { return frame_ - 1; }

  void send(const MadeFrame& frame) {
    frames_.push_back({frame_++, frame.bytes, writer_.sequence()});
    if (frames_.size() > 4'000)
      frames_.pop_front();
    bool admitted = false;
    std::uint64_t first = bench_.now();
    bench_.on_cycle = nullptr;
    // Whether a frame is let in shows behind its first beat.
    bool seen = false;
    const auto look = [&](Vwirebook_kernel& dut) {
      if (!seen && bench_.now() == first + 1)
        admitted = dut.rootp->wirebook_kernel__DOT__admitted != 0;
      seen |= bench_.now() == first + 1;
    };
    bench_.on_cycle = look;
    bench_.send(frame.bytes, frame.bad_fcs);
    if (!seen)
      bench_.cycle();
    bench_.on_cycle = nullptr;
    if (!admitted) {
      ++dropped_;
      ingress_.on_dropped(1);
      return;
    }
    if (!writer_.has_credit(wire_in::FrameIngress::slots_needed(frame.bytes.size())))
      return differ("the kernel is far behind: slot " + std::to_string(reader_.sequence()) +
                    " does not come");
    ingress_.on_frame(frame.bytes, frame.bad_fcs, time_of(first), writer_, counters_);
  }

  void idle(std::uint64_t cycles) {
    for (; cycles != 0; --cycles)
      bench_.cycle();
    compare_punts();
  }

  /// Waits for what is under way, then compares all counters.
  void finish() {
    for (int i = 0; i < 400 && reader_.sequence() != writer_.sequence(); ++i)
      idle(100);
    idle(20'000);
    if (reader_.sequence() != writer_.sequence())
      return differ("slot " + std::to_string(reader_.sequence()) + " does not come; " +
                    frame_of(reader_.sequence()));
    OutcomeCounters kernel = bench_.outcomes();
    const std::uint64_t all = punts_compared_ + punts_missed_ + punts_.size();
    for (int i = 0; i < 400 && bench_.event(4) + bench_.event(5) < all; ++i) {  // the slow road
      idle(5'000);
      kernel = bench_.outcomes();
    }
    idle(5'000);
    punts_missed_ += punts_.size();
    if (bench_.event(4) != punts_compared_ || bench_.event(5) != punts_missed_)
      differ(std::to_string(punts_compared_) + " punted frames came and " +
             std::to_string(punts_missed_) + " did not; the kernel counts " +
             std::to_string(bench_.event(4)) + " and " + std::to_string(bench_.event(5)));
    for (std::size_t i = 0; i < outcome_count; ++i) {
      const auto outcome = static_cast<Outcome>(i);
      if (outcome == Outcome::punted || outcome == Outcome::punt_dropped)
        continue;  // the host's rings are the kernel's own
      if (kernel[outcome] != counters_[outcome])
        differ(std::string(to_string(outcome)) + ": kernel " + std::to_string(kernel[outcome]) +
               ", software " + std::to_string(counters_[outcome]));
    }
  }

 private:
  struct Sent {
    std::uint64_t number;
    WireBytes bytes;
    std::uint64_t first_slot;
  };

  void differ(const std::string& text) {
    if (difference_.empty())
      difference_ = text;
  }
  /// `slot`: what the software made, if it made one.
  std::string frame_of(std::uint64_t sequence, const Slot* slot = nullptr) {
    const Sent* found = nullptr;
    for (const Sent& frame : frames_)
      if (frame.first_slot <= sequence)
        found = &frame;
    if (found == nullptr)
      return "an older frame";
    std::string text = "frame " + std::to_string(found->number) + ", slot " +
                       std::to_string(sequence - found->first_slot) + " of it";
    const auto place = slot == nullptr ? std::nullopt : place_of(*slot, found->bytes);
    if (place)
      text += ", message " + std::to_string(place->number) + " at byte " +
              std::to_string(place->first_byte);
    return text + ":\n" + hex(found->bytes);
  }

  [[nodiscard]] TimeNs time_of(std::uint64_t cycle) const {
    return {set_ns_ + elapsed_ns(cycle - set_cycle_, rate_)};
  }
  /// One order tells in which cycle the clock was set: with 1 ns a cycle or more only one fits.
  void learn_time(const wire_in::FrameIngressConfig& config) {
    FrameSpec spec;
    spec.source_address = config.sessions.at(0).address;
    spec.source_port = config.sessions.at(0).port;
    spec.destination_address = config.order_entry.address;
    spec.destination_port = config.order_entry.port;
    const MadeFrame frame{wire_in::test::udp_frame(spec, WireBytes().text("UQ")), false};
    learning_ = true;
    learned_cycle_ = bench_.now();
    send(frame);
    idle(200);
    learning_ = false;
  }

  void compare(const Slot& slot, std::uint64_t sequence) {
    if (learning_) {
      const std::uint64_t passed = slot.time_ns.raw - set_ns_;
      set_cycle_ = learned_cycle_ - ((passed << 32) + rate_ - 1) / rate_;
      if (time_of(learned_cycle_) != slot.time_ns)
        differ("the clock shows " + std::to_string(passed) + " ns, which no cycle has");
      reader_.release(1);
      return;
    }
    const Slot* expected = reader_.peek();
    if (expected == nullptr)
      return differ("slot " + std::to_string(sequence) + " is one too many: " +
                    hex(std::as_bytes(std::span(&slot, 1))) + "\n" + frame_of(sequence));
    if (on_compare) {
      Slot kernel = slot;
      Slot software = *expected;
      on_compare(kernel, software);
      compare_bytes(kernel, software, *expected, sequence);
    } else {
      compare_bytes(slot, *expected, *expected, sequence);
    }
    reader_.release(1);
    ++compared_;
  }

  /// `made`: by the software, whatever a test did to it since.
  void compare_bytes(const Slot& kernel, const Slot& software, const Slot& made,
                     std::uint64_t sequence) {
    if (std::memcmp(&kernel, &software, slot_bytes) != 0)
      differ("slot " + std::to_string(sequence) + ": " + difference_of(kernel, software) +
             frame_of(sequence, &made));
  }

  bool on_punt(Bytes frame) {
    punts_.push_back(WireBytes().add(frame));
    return true;  // the kernel has less room, and says what it dropped
  }
  void compare_punts() {
    for (auto got = bench_.take_punted(); !got.empty(); got = bench_.take_punted()) {
      while (!punts_.empty() && !std::ranges::equal(Bytes(punts_.front()), Bytes(got))) {
        punts_.pop_front();
        ++punts_missed_;
      }
      if (punts_.empty())
        return differ("a punted frame differs: " + hex(got));
      punts_.pop_front();
      ++punts_compared_;
    }
  }

  std::uint64_t rate_;
  std::uint64_t set_ns_;
  std::uint64_t set_cycle_ = 0;
  KernelBench bench_;
  slot_ring::Ring<Slot> ring_;
  slot_ring::Writer<Slot> writer_;
  slot_ring::Reader<Slot> reader_;
  OutcomeCounters counters_;
  std::deque<WireBytes> punts_;
  wire_in::FrameIngress ingress_;
  std::deque<Sent> frames_;
  std::uint64_t frame_ = 0;
  std::uint64_t learned_cycle_ = 0;
  bool learning_ = false;
  std::uint64_t compared_ = 0;
  std::uint64_t dropped_ = 0;
  std::uint64_t punts_compared_ = 0;
  std::uint64_t punts_missed_ = 0;
  std::string difference_;
};

}  // namespace wirebook::hw_sim
