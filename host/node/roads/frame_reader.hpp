// Whole frames, from roads that see them, become datagrams for order entry, in place.
//
// Shapes: Ethernet frames without FCS; see wire_in/frame_parser.hpp. Threads: pure. Errors: one
// outcome a frame, told to the sink; `ok` is the datagram itself. Cost: that of the parser.
// Specification: host/wire_in/README.md.
#pragma once

#include <cstddef>
#include <span>

#include "node/sockets/receiver.hpp"
#include "wire_in/frame_ingress.hpp"
#include "wire_in/frame_parser.hpp"

namespace wirebook::node {

class FrameReader {
 public:
  /// `ours` is where datagrams must be sent to; address 0: whatever the address.
  explicit FrameReader(Endpoint ours) : ours_(ours) {}

  /// `ok`: a datagram for us.
  [[nodiscard]] Outcome read(std::span<const std::byte> frame,
                             wire_in::UdpDatagram& datagram) const noexcept {
    if (frame.size() > wire_in::frame_bytes_max)
      return Outcome::frame_too_long;
    const Outcome outcome = wire_in::parse_frame(frame, datagram);
    return outcome == Outcome::ok && !is_ours(datagram) ? Outcome::udp_not_ours : outcome;
  }
  void hand_on(std::span<const std::byte> frame, DatagramSink& sink) const noexcept {
    wire_in::UdpDatagram datagram;
    if (const Outcome outcome = read(frame, datagram); outcome != Outcome::ok)
      return sink.on_no_datagram(outcome);
    sink.on_datagram(datagram.payload, {datagram.source_address, datagram.source_port});
  }

 private:
  [[nodiscard]] bool is_ours(const wire_in::UdpDatagram& datagram) const noexcept {
    return datagram.destination_port == ours_.port &&
           (ours_.address == 0 || datagram.destination_address == ours_.address);
  }

  Endpoint ours_;
};

}  // namespace wirebook::node
