// Gives a wire's frames to the kernel when it can take them, at the time that the wire says.
//
// A frame with a time goes in when the kernel's clock stands at that time: the rate is set to 0
// once, then `time` before each frame whose time is another. Frames without follow as fast as they
// come.
//
// Shapes: one frame ahead. Threads: the model's. Errors: none. Cost: a frame with a new time takes
// some 25 cycles more. Specification: kernels/slot_ring/slot_clock.sv.
#pragma once

#include <cstdint>
#include <optional>

#include "wirebook/card_registers.hpp"

#include "hw-sim/harness/axi_lite_master.hpp"
#include "hw-sim/xrt_driver/frame_wire.hpp"
#include "hw-sim/xrt_driver/stream_ports.hpp"

namespace wirebook::hw_sim {

class FrameFeed {
 public:
  FrameFeed(FrameWire& wire, AxiLiteMaster<Vwirebook_kernel>& lite, RxPort& rx)
      : wire_(wire), lite_(lite), rx_(rx) {
    if (wire_.keeps_time())
      take_clock();
  }

  /// Once a cycle. The number of frames begun: 0 or 1.
  std::uint32_t step(bool kernel_runs, std::uint64_t ring_room) {
    if (!rx_.idle())
      return 0;
    if (in_kernel_) {
      in_kernel_ = false;
      fetched_ = false;
    }
    if (!kernel_runs)
      return 0;
    if (!fetched_ && wait_ == 0) {
      fetch();
      wait_ = fetched_ ? 0 : ask_every;
    }
    if (wait_ > 0)
      --wait_;
    if (!fetched_ || ring_room < frame_slots_max || !clock_is_right())
      return 0;
    rx_.send(frame_);
    in_kernel_ = true;
    return 1;
  }

  /// Whether a host's write of this register is to be passed on.
  bool admits(std::uint32_t offset) {
    if (offset == card_registers::soft_reset)
      clock_.reset();  // the kernel forgets the time
    const std::uint32_t low = offset & ~7U;
    return !clock_is_the_wires_ || (low != card_registers::time && low != card_registers::rate);
  }
  /// Something is begun and not done.
  [[nodiscard]] bool busy() const { return settling_ > 0; }

 private:
  static constexpr std::uint64_t frame_slots_max = 704;  // the kernel asks for so many as well
  static constexpr std::uint32_t ask_every = 16;         // cycles: each may be a system call
  static constexpr std::uint32_t settle_cycles = 16;

  void fetch() {
    fetched_ = wire_.next(frame_) && !frame_.bytes.empty();
    if (fetched_ && frame_.time_ns && !clock_is_the_wires_)
      take_clock();
  }
  void take_clock() {
    clock_is_the_wires_ = true;
    write64(card_registers::rate, 0);
  }

  bool clock_is_right() {
    if (frame_.time_ns && clock_ != frame_.time_ns) {
      clock_ = frame_.time_ns;
      write64(card_registers::time, *clock_);
      settling_ = settle_cycles;
    }
    if (settling_ > 0 && lite_.idle())
      --settling_;
    return settling_ == 0;
  }

  void write64(std::uint32_t offset, std::uint64_t value) {
    lite_.write(offset, static_cast<std::uint32_t>(value));
    lite_.write(offset + 4, static_cast<std::uint32_t>(value >> 32));
  }

  FrameWire& wire_;
  AxiLiteMaster<Vwirebook_kernel>& lite_;
  RxPort& rx_;
  WireFrame frame_;
  bool fetched_ = false;
  bool in_kernel_ = false;
  bool clock_is_the_wires_ = false;
  std::optional<std::uint64_t> clock_;  ///< as last set for a frame
  std::uint32_t settling_ = 0;
  std::uint32_t wait_ = 0;
};

}  // namespace wirebook::hw_sim
