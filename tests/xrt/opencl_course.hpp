// What a wire brings to a kernel that OpenCL starts, and what the software parser makes of it.
//
//   │ run 0: frames of all kinds … an order │ frames for nobody │ run 1: … │ … │ more orders
//
// A run ends by its limit, which lies within the slots of its last order. The wire learns of it
// some dozen cycles later; what it has sent by then is lost, so there it sends nothing that counts.
// Behind the last run come orders, which would be slots if the kernel went on.
//
// Shapes: a run brings one session and 32 instruments, as much as it has arguments for; those of
// the runs before stay. Threads: one. Errors: none.
#pragma once

#include <cstdint>
#include <random>
#include <stdexcept>
#include <string>
#include <vector>

#include "hw-sim/harness/frame_maker.hpp"
#include "slot_ring/ring.hpp"
#include "tests/card/pcap_writer.hpp"
#include "wire_in/frame_ingress.hpp"

namespace wirebook::test {

class OpenClCourse {
 public:
  OpenClCourse(std::uint64_t seed, std::uint32_t runs, const std::string& capture)
      : maker_(seed, 20), random_(seed) {
    card::test::PcapWriter file(capture);
    for (std::uint32_t run = 0; run < runs; ++run) {
      std::vector<Timed>& batch = batches_.emplace_back();
      for (int i = 0; i < 500; ++i) {
        if (random_() % 3 != 0)  // else back to back
          pass_time();
        batch.push_back({i % 8 == 0 ? order(maker_.below(runs)) : maker_.next().bytes, time_ns_});
      }
      batch.push_back({order(run), time_ns_});
      for (const Timed& frame : batch)
        file.add(frame.bytes, frame.time_ns);
      for (int i = 0; i < 40; ++i) {
        pass_time();
        file.add(run + 1 < runs ? wire_in::test::udp_frame({}, {}) : order(run), time_ns_);
      }
    }
  }

  [[nodiscard]] std::uint32_t runs() const { return static_cast<std::uint32_t>(batches_.size()); }
  /// What the kernel is told for this run.
  [[nodiscard]] wire_in::FrameIngressConfig config(std::uint32_t run) const {
    wire_in::FrameIngressConfig config = maker_.config();
    config.sessions.resize(run + 1);
    config.wanted.reset();
    for (std::size_t locate = 0; locate < std::size_t{32} * (run + 1); ++locate)
      config.wanted.set(locate);
    return config;
  }
  [[nodiscard]] const wire_in::OrderSource& session(std::uint32_t run) const {
    return maker_.config().sessions[run];
  }

  /// Into a ring that has room for all; how many slots.
  std::uint64_t parse(std::uint32_t run, slot_ring::Ring<Slot>& ring) const {
    slot_ring::Writer<Slot> writer(ring);
    OutcomeCounters counters{};
    wire_in::FrameIngress ingress(config(run), [](auto) { return false; });
    for (const Timed& frame : batches_[run]) {
      if (!writer.has_credit(wire_in::FrameIngress::slots_needed(frame.bytes.size())))
        throw std::runtime_error("the ring is too small for the run");
      ingress.on_frame(frame.bytes, false, {frame.time_ns % day_ns}, writer, counters);
    }
    return writer.sequence() - ring.start().start_sequence;
  }

 private:
  static constexpr std::uint64_t day_ns = 86'400'000'000'000;
  struct Timed {
    hw_sim::WireBytes bytes;
    std::uint64_t time_ns;
  };

  /// Three slots.
  [[nodiscard]] hw_sim::WireBytes order(std::uint32_t run) const {
    const wire_in::FrameIngressConfig& all = maker_.config();
    const hw_sim::WireBytes ouch = wire_in::test::ouch_enter(hw_sim::WireBytes(60, 0x5A));
    return wire_in::test::udp_frame({.source_address = session(run).address,
                                     .destination_address = all.order_entry.address,
                                     .source_port = session(run).port,
                                     .destination_port = all.order_entry.port},
                                    hw_sim::WireBytes().text("U").add(ouch));
  }
  void pass_time() { time_ns_ += 1 + random_() % 50'000; }

  hw_sim::FrameMaker maker_;
  std::mt19937_64 random_;
  std::uint64_t time_ns_ = 19'000 * day_ns + 34'200'000'000'000;
  std::vector<std::vector<Timed>> batches_;
};

}  // namespace wirebook::test
