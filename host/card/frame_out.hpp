// Where frames that the host builds leave: a card, or a port that a library drives.
//
// Shapes: frames without FCS, of up to 2,040 bytes. Threads: one. Errors: no room is an empty span.
// Cost: `flush` is a register write, or a call into the driver.
#pragma once

#include <cstddef>
#include <span>

namespace wirebook::card {

class FrameOut {
 public:
  /// Where the next frame to be sent is built; empty if there is no room.
  [[nodiscard]] virtual std::span<std::byte> frame_room() noexcept = 0;
  /// The frame in `frame_room` is complete.
  virtual void send(std::size_t bytes) noexcept = 0;
  /// Hands over all frames since the last call.
  virtual void flush() noexcept = 0;

 protected:
  ~FrameOut() = default;
};

}  // namespace wirebook::card
