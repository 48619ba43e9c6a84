// A network interface as the card's wire: TAP, veth, or a real one.
//
// All that arrives there is a frame for the card, and the frames of the kernel leave there. What
// Linux keeps beside a frame is put back into it: the VLAN tag, and the checksum that a sender on
// this machine left to the network card. What this machine sends out of the interface itself is
// not the card's.
//
// Shapes: frames, padded to 60 bytes. Threads: one. Errors: the constructor throws
// `std::invalid_argument` with what is needed; what is longer than the interface's MTU is no frame
// of a wire (segmentation offload), is dropped and told of. Cost: a system call a frame.
// Specification: packet(7).
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "hw-sim/xrt_driver/frame_wire.hpp"
#include "hw-sim/xrt_driver/wires/complaint.hpp"

namespace wirebook::hw_sim {

class PacketWire final : public FrameWire {
 public:
  explicit PacketWire(std::string_view interface);
  ~PacketWire() override;

  bool next(WireFrame& frame) override;
  void sent(std::span<const std::byte> frame) override;
  void registers_changed(const WireRegisters&) override {}
  [[nodiscard]] std::string_view name() const override { return name_; }

 private:
  enum class Taken : std::uint8_t { frame, nothing, other };
  Taken receive(std::vector<std::byte>& frame);
  void configure();
  [[nodiscard]] std::size_t longest_frame() const;

  std::string interface_;
  std::string name_;  ///< "packet:INTERFACE"
  int descriptor_ = -1;
  std::vector<std::byte> buffer_;

  Complaint too_long_{name_, "packets longer than the interface's MTU"};
  Complaint not_received_{name_, "failures to receive"};
  Complaint not_sent_{name_, "frames that could not be sent"};
};

}  // namespace wirebook::hw_sim
