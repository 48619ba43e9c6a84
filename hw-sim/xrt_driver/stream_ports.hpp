// The MAC's side of the kernel's two streams: frames to beats, beats to frames.
//
// Shapes: 64 bytes a beat, no gaps within a frame, never stalled. Threads: the model's. Errors:
// none. Cost: tens of ns a cycle. Specification: kernels/wirebook_kernel.sv.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "Vwirebook_kernel.h"
#include "hw-sim/xrt_driver/frame_wire.hpp"

namespace wirebook::hw_sim {

class RxPort {
 public:
  /// Only while idle; `frame` must not be empty, and stays where it is until idle again.
  void send(const WireFrame& frame) {
    frame_ = &frame;
    at_ = 0;
  }
  [[nodiscard]] bool idle() const { return frame_ == nullptr; }
  /// In the cycle that was driven last.
  [[nodiscard]] bool first_beat() const { return first_beat_; }
  [[nodiscard]] bool last_beat() const { return last_beat_; }

  void drive(Vwirebook_kernel& dut);

 private:
  const WireFrame* frame_ = nullptr;
  std::size_t at_ = 0;
  bool first_beat_ = false;
  bool last_beat_ = false;
};

class TxPort {
 public:
  std::function<void(std::span<const std::byte>)> on_frame;

  [[nodiscard]] bool idle() const { return frame_.empty(); }
  void sample(const Vwirebook_kernel& dut);

 private:
  std::vector<std::byte> frame_;
};

}  // namespace wirebook::hw_sim
