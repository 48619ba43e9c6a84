// The headers of the frames that wires make, answer or complete.
//
// Shapes: as they lie on the wire, big-endian, no padding. Threads: values. Errors: none. Cost: a
// pass over what is summed. Specification: IEEE 802.3, RFC 791, RFC 768, RFC 826, RFC 1071, RFC
// 1112.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "wirebook/wire/big_endian.hpp"

namespace wirebook::hw_sim {

using MacAddress = std::array<std::byte, 6>;

struct EthernetHeader {
  MacAddress destination;
  MacAddress source;
  wire::Big16 type;
};
static_assert(sizeof(EthernetHeader) == 14);

struct Ipv4Header {
  std::uint8_t version_and_words = 0x45;
  std::uint8_t service = 0;
  wire::Big16 total_length;
  wire::Big16 identification;
  wire::Big16 fragment;
  std::uint8_t time_to_live = 64;
  std::uint8_t protocol = 0;
  wire::Big16 checksum;
  wire::Big32 source;
  wire::Big32 destination;
};
static_assert(sizeof(Ipv4Header) == 20);

struct UdpHeader {
  wire::Big16 source_port;
  wire::Big16 destination_port;
  wire::Big16 length;
  wire::Big16 checksum;
};
static_assert(sizeof(UdpHeader) == 8);

struct ArpPacket {
  wire::Big16 hardware_type;
  wire::Big16 protocol_type;
  std::uint8_t hardware_length = 0;
  std::uint8_t protocol_length = 0;
  wire::Big16 operation;
  MacAddress sender;
  wire::Big32 sender_address;
  MacAddress target;
  wire::Big32 target_address;
};
static_assert(sizeof(ArpPacket) == 28);

inline constexpr std::uint16_t type_ipv4 = 0x0800;
inline constexpr std::uint16_t type_arp = 0x0806;
inline constexpr std::uint16_t type_vlan = 0x8100;
inline constexpr std::uint16_t type_vlan_service = 0x88A8;
inline constexpr std::uint8_t protocol_tcp = 6;
inline constexpr std::uint8_t protocol_udp = 17;
/// The least a MAC hands over; what is shorter is padded by whoever sends it.
inline constexpr std::size_t frame_bytes_min = 60;
inline constexpr std::size_t vlan_tag_bytes = 4;

constexpr bool is_multicast(std::uint32_t address) { return address >> 28 == 0xE; }

/// The Ethernet address of whoever has this IPv4 address: a group's by RFC 1112, and for a host
/// 02:00 and the address, which is the rule by which the simulated network hands them out.
constexpr MacAddress mac_of(std::uint32_t address) {
  const auto byte = [address](int shift) { return static_cast<std::byte>(address >> shift); };
  if (is_multicast(address))
    return {std::byte{0x01}, std::byte{0x00}, std::byte{0x5E}, byte(16) & std::byte{0x7F},
            byte(8),         byte(0)};
  return {std::byte{0x02}, std::byte{0x00}, byte(24), byte(16), byte(8), byte(0)};
}

/// The sum of 16-bit words in network order, not yet inverted; `sum` is what was added before.
constexpr std::uint32_t internet_sum(std::span<const std::byte> bytes, std::uint32_t sum = 0) {
  for (std::size_t i = 0; i < bytes.size(); ++i)
    sum += std::to_integer<std::uint32_t>(bytes[i]) << (i % 2 == 0 ? 8 : 0);
  while (sum > 0xFFFF)
    sum = (sum & 0xFFFF) + (sum >> 16);
  return sum;
}
constexpr std::uint16_t internet_checksum(std::uint32_t sum) {
  return static_cast<std::uint16_t>(~sum);
}

/// What UDP and TCP sum besides their own bytes, which are `length`.
std::uint32_t pseudo_header_sum(const Ipv4Header& header, std::size_t length);

/// Where the IPv4 header of a frame starts, behind up to two VLAN tags; nothing if there is none
/// or the frame breaks off inside it.
std::optional<std::size_t> ipv4_offset(std::span<const std::byte> frame);

}  // namespace wirebook::hw_sim
