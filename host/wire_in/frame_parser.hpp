// Ethernet frames: what is in them for us, checked.
//
// Shapes: Ethernet II with 0 to 2 VLAN tags (0x8100, 0x88A8), IPv4 with options, UDP or TCP; views
// into the frame. Addresses and ports in host order. Lengths come from the headers, never from the
// frame, which may be padded. Threads: pure. Errors: an outcome; fragments are dropped. Cost: one
// pass over the headers, one over the payload for its checksum. Specification: IEEE 802.3 and
// 802.1Q, RFC 791, RFC 768, RFC 9293.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "wirebook/outcome.hpp"

namespace wirebook::wire_in {

/// An IPv4 packet whose header has been checked.
struct Ipv4Packet {
  std::uint32_t source_address = 0;
  std::uint32_t destination_address = 0;
  std::uint8_t protocol = 0;
  std::span<const std::byte> payload;  ///< by the header's total length
};

struct UdpDatagram {
  std::uint32_t source_address = 0;
  std::uint32_t destination_address = 0;
  std::uint16_t source_port = 0;
  std::uint16_t destination_port = 0;
  std::span<const std::byte> payload;
};

struct TcpSegment {
  std::uint32_t source_address = 0;
  std::uint32_t destination_address = 0;
  std::uint16_t source_port = 0;
  std::uint16_t destination_port = 0;
  std::uint32_t sequence_number = 0;
  bool syn = false;
  bool fin = false;
  bool rst = false;
  std::span<const std::byte> payload;
};

/// Ethernet and IPv4.
Outcome parse_ipv4(std::span<const std::byte> frame, Ipv4Packet& out) noexcept;
/// `ipv4_protocol` if it is not UDP. A checksum of 0 means that there is none.
Outcome parse_udp(const Ipv4Packet& packet, UdpDatagram& out) noexcept;
/// `ipv4_protocol` if it is not TCP. A checksum that the sender left to its network card (0, or the
/// sum of the pseudo header alone) passes: captures on the sender are full of them.
Outcome parse_tcp(const Ipv4Packet& packet, TcpSegment& out) noexcept;

/// Ethernet, IPv4 and UDP.
Outcome parse_frame(std::span<const std::byte> frame, UdpDatagram& out) noexcept;

}  // namespace wirebook::wire_in
