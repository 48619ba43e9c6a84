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
  void frame_begins(std::uint64_t cycle) { alone_ = cycle >= busy_until_; }
  void frame_ends(std::uint64_t cycle) {
    if (alone_) {
      ended_ = cycle;
      another_from_ = none;
    } else if (another_from_ == none) {
      another_from_ = cycle + pipeline_cycles;
    }
    alone_ = false;
    busy_until_ = cycle + rest_cycles;
  }
  /// `of_frame`: as opposed to what the host injected, or the clock.
  void slot_written(std::uint64_t cycle, bool of_frame) {
    if (ended_ != none && of_frame && cycle < another_from_)
      ++at(cycle - ended_);
    ended_ = none;
    alone_ = false;
    busy_until_ = std::max(busy_until_, cycle + rest_cycles);
  }

  [[nodiscard]] std::uint64_t frames() const;
  [[nodiscard]] std::uint64_t min() const { return at_rank(0); }
  [[nodiscard]] std::uint64_t median() const { return at_rank(frames() / 2); }
  [[nodiscard]] std::uint64_t max() const { return at_rank(frames() - 1); }

 private:
  static constexpr std::uint64_t none = ~std::uint64_t{0};
  /// No slot comes sooner, so until then it is not of the frame behind.
  static constexpr std::uint64_t pipeline_cycles = 7;
  /// Longer than the kernel takes for a slot.
  static constexpr std::uint64_t rest_cycles = 12;
  static constexpr std::size_t cycles_max = 4'096;

  std::uint64_t& at(std::uint64_t cycles) {
    return counts_[std::min<std::uint64_t>(cycles, cycles_max)];
  }
  [[nodiscard]] std::uint64_t at_rank(std::uint64_t rank) const;

  std::vector<std::uint64_t> counts_ = std::vector<std::uint64_t>(cycles_max + 1);
  std::uint64_t busy_until_ = 0;
  std::uint64_t ended_ = none;         ///< the frame that is measured
  std::uint64_t another_from_ = none;  ///< a slot may be of a frame behind it
  bool alone_ = false;
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
