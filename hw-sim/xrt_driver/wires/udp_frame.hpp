// A datagram from a socket as the Ethernet frame that a card would have seen of it.
//
// Shapes: Ethernet II, IPv4 without options, UDP, padded to 60 bytes; both checksums valid, no
// checksum left out. Threads: pure. Errors: the caller keeps to `udp_payload_max`. Cost: a copy and
// a pass over the payload. Specification: RFC 791, RFC 768; identification 0 by RFC 6864.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "hw-sim/xrt_driver/wires/frame_headers.hpp"
#include "wire_in/frame_ingress.hpp"

namespace wirebook::hw_sim {

/// In host order.
struct SocketAddress {
  std::uint32_t address = 0;
  std::uint16_t port = 0;
  bool operator==(const SocketAddress&) const = default;
};

inline constexpr std::size_t udp_headers_bytes =
    sizeof(wire::EthernetHeader) + sizeof(wire::Ipv4Header) + sizeof(wire::UdpHeader);
/// More than that does not fit into a frame that the kernel takes.
inline constexpr std::size_t udp_payload_max = wire_in::frame_bytes_max - udp_headers_bytes;

/// Makes `frame` that datagram.
void make_udp_frame(std::span<const std::byte> payload, SocketAddress source,
                    SocketAddress destination, std::vector<std::byte>& frame);

}  // namespace wirebook::hw_sim
