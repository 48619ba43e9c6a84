// The node's own UDP ports as the card's wire: a real client on a real socket, in frames.
//
// What the host programmed is bound: the order endpoint and the feeds' filters (groups are joined).
// Each datagram becomes a frame, as `make_udp_frame` says. Frames of the kernel leave as datagrams,
// from the socket that has their source address and port, so that a client gets its replies from
// where it sent to. ARP requests are answered with `mac_of`.
//
// Shapes: frames. Threads: one. Errors: an endpoint that cannot be bound and a frame that no socket
// can carry are told on stderr, once each; so is a frame with a wrong checksum, which nobody on a
// network would get either. Cost: a poll a call; sockets' buffers are the only queue.
// Specification: RFC 768, RFC 826, RFC 1112.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <span>
#include <string_view>
#include <vector>

#include <poll.h>

#include "hw-sim/xrt_driver/frame_wire.hpp"
#include "hw-sim/xrt_driver/wires/complaint.hpp"
#include "hw-sim/xrt_driver/wires/datagram_socket.hpp"
#include "wire_in/frame_parser.hpp"

namespace wirebook::hw_sim {

class UdpWire final : public FrameWire {
 public:
  UdpWire();

  bool next(WireFrame& frame) override;
  void sent(std::span<const std::byte> frame) override;
  void registers_changed(const WireRegisters& registers) override;
  [[nodiscard]] std::string_view name() const override { return "udp"; }

 private:
  struct Port {
    SocketAddress local;
    DatagramSocket socket;
  };

  void open(SocketAddress local, const WireRegisters& registers);
  bool receive(Port& port, std::vector<std::byte>& frame);
  bool answered(std::span<const std::byte> frame);
  void send(const wire_in::UdpDatagram& datagram, std::uint8_t time_to_live);

  std::vector<Port> ports_;
  std::vector<pollfd> waiting_;         ///< one per port
  std::size_t turn_ = 0;                ///< the port that is asked first
  std::vector<SocketAddress> refused_;  ///< wanted, and told of once
  DatagramSocket elsewhere_;            ///< for sources that are no port of ours
  std::deque<std::vector<std::byte>> answers_;
  std::vector<std::byte> buffer_;

  Complaint too_long_{"udp", "datagrams too long for a frame"};
  Complaint wrong_{"udp", "wrong frames from the kernel"};
  Complaint not_carried_{"udp", "frames from the kernel that sockets cannot carry"};
  Complaint not_sent_{"udp", "datagrams that could not be sent"};
  Complaint unanswered_{"udp", "ARP requests without an answer"};
};

}  // namespace wirebook::hw_sim
