// What a simulated card has to tell when it is closed.
//
// The latency is of frames that found the kernel at rest: from the last beat on s_axis_rx to the
// beat of the first slot on the W channel, in cycles of the kernel's clock.
//
// Shapes: one JSON object. Threads: the model's. Errors: a file that cannot be written is said on
// standard error. Cost: a few ns an event.
#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

namespace wirebook::hw_sim {

/// As the image is linked for: kernels/package/link.cfg.
inline constexpr std::uint32_t kernel_clock_mhz = 300;

class LatencyMeter {
 public:
  void frame_begins(std::uint64_t cycle) {
    alone_ = cycle >= busy_until_;
    waiting_ = false;
  }
  void frame_ends(std::uint64_t cycle) {
    waiting_ = alone_;
    ended_ = cycle;
    busy_until_ = cycle + rest_cycles;
  }
  /// `of_frame`: as opposed to what the host injected, or the clock.
  void slot_written(std::uint64_t cycle, bool of_frame) {
    if (waiting_ && of_frame)
      ++at(cycle - ended_);
    waiting_ = alone_ = false;
    busy_until_ = std::max(busy_until_, cycle + rest_cycles);
  }

  [[nodiscard]] std::uint64_t frames() const;
  [[nodiscard]] std::uint64_t min() const { return at_rank(0); }
  [[nodiscard]] std::uint64_t median() const { return at_rank(frames() / 2); }
  [[nodiscard]] std::uint64_t max() const { return at_rank(frames() - 1); }

 private:
  /// Longer than the kernel takes for a slot.
  static constexpr std::uint64_t rest_cycles = 16;
  static constexpr std::size_t cycles_max = 4'096;

  std::uint64_t& at(std::uint64_t cycles) {
    return counts_[std::min<std::uint64_t>(cycles, cycles_max)];
  }
  [[nodiscard]] std::uint64_t at_rank(std::uint64_t rank) const;

  std::vector<std::uint64_t> counts_ = std::vector<std::uint64_t>(cycles_max + 1);
  std::uint64_t busy_until_ = 0;
  std::uint64_t ended_ = 0;
  bool alone_ = false;
  bool waiting_ = false;
};

struct CardReport {
  std::string wire;
  std::uint64_t cycles = 0;
  std::uint64_t frames_in = 0;
  std::uint64_t frames_out = 0;
  std::uint64_t slots = 0;
  std::uint64_t stray_accesses = 0;
  std::uint64_t bytes_written = 0;
  std::uint64_t bytes_read = 0;
  LatencyMeter latency;
};

[[nodiscard]] std::string to_json(const CardReport& report);
void write_report(const CardReport& report, const std::string& path);

}  // namespace wirebook::hw_sim
