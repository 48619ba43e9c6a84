// A port that a library drives in this process: whole frames in and out, without the kernel.
//
// Shapes: frames without FCS; what is received lies where the device put it and is valid during the
// call. Threads: one receives, one sends (see card/frame_out.hpp), any asks for `dropped`.
// Errors: making one throws std::system_error with what to do. Cost: a call into the driver a
// batch.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>

#include "card/frame_out.hpp"
#include "node/config/config.hpp"

namespace wirebook::node {

class FrameSink {
 public:
  virtual void on_frame(std::span<const std::byte> frame) noexcept = 0;

 protected:
  ~FrameSink() = default;
};

class FramePort : public card::FrameOut {
 public:
  virtual ~FramePort() = default;

  /// By each thread that uses it, before it does.
  virtual void join_thread() noexcept {}
  /// Hands on what is there, at most `max` frames; gives how many.
  virtual std::size_t receive(FrameSink& sink, std::size_t max) noexcept = 0;
  /// Frames that found no room, since the start.
  [[nodiscard]] virtual std::uint64_t dropped() const noexcept = 0;
  [[nodiscard]] virtual std::array<std::uint8_t, 6> mac() const = 0;
  /// For people: driver and port.
  [[nodiscard]] virtual std::string describe() const = 0;
};

/// Of the DPDK library, in wirebook::dpdk; a process has one set of EAL arguments for its life.
[[nodiscard]] std::unique_ptr<FramePort> make_dpdk_port(const DpdkTable& config);

}  // namespace wirebook::node
