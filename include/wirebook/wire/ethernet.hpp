// The headers of a frame: Ethernet II, VLAN tags, ARP, IPv4, ICMP echo, UDP and TCP.
//
// Shapes: alignment 1, laid over received or sent bytes; what every header that we make has in
// common is its default. Threads: values. Errors: none; lengths are checked before a view is taken.
// Cost: none. Specification: IEEE 802.3 and 802.1Q, RFC 768, 791, 792, 826, 1112, 9293.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "wirebook/wire/big_endian.hpp"

namespace wirebook::wire {

using MacAddress = std::array<std::uint8_t, 6>;

struct EthernetHeader {
  MacAddress destination;
  MacAddress source;
  Big16 type;
};
static_assert(sizeof(EthernetHeader) == 14);

inline constexpr std::uint16_t type_ipv4 = 0x0800;
inline constexpr std::uint16_t type_arp = 0x0806;
inline constexpr std::uint16_t type_vlan = 0x8100;
inline constexpr std::uint16_t type_vlan_service = 0x88A8;
/// The least a MAC hands over, FCS not counted; what is shorter is padded by whoever sends it.
inline constexpr std::size_t frame_bytes_min = 60;

/// Between the addresses and the type.
struct VlanTag {
  Big16 control;
  Big16 type;  ///< of what follows
};
static_assert(sizeof(VlanTag) == 4);

inline constexpr std::uint16_t arp_ethernet = 1;
inline constexpr std::uint16_t arp_request = 1;
inline constexpr std::uint16_t arp_reply = 2;

struct ArpPacket {
  Big16 hardware_type = arp_ethernet;
  Big16 protocol_type = type_ipv4;
  std::uint8_t hardware_bytes = sizeof(MacAddress);
  std::uint8_t protocol_bytes = sizeof(std::uint32_t);
  Big16 operation;
  MacAddress sender_mac{};
  Big32 sender;
  MacAddress target_mac{};
  Big32 target;
};
static_assert(sizeof(ArpPacket) == 28);

inline constexpr std::uint8_t protocol_icmp = 1;
inline constexpr std::uint8_t protocol_tcp = 6;
inline constexpr std::uint8_t protocol_udp = 17;
inline constexpr std::uint16_t do_not_fragment = 0x4000;
/// "More fragments" and the offset.
inline constexpr std::uint16_t fragment_mask = 0x3FFF;

struct Ipv4Header {
  std::uint8_t version_and_words = 0x45;
  std::uint8_t service = 0;
  Big16 total_length;
  Big16 identification;
  Big16 fragment = do_not_fragment;
  std::uint8_t time_to_live = 64;
  std::uint8_t protocol = 0;
  Big16 checksum;
  Big32 source;
  Big32 destination;
};
static_assert(sizeof(Ipv4Header) == 20);

/// What UDP and TCP sum besides their own bytes, which are `length`.
struct PseudoHeader {
  Big32 source;
  Big32 destination;
  Big16 protocol;
  Big16 length;
};
static_assert(sizeof(PseudoHeader) == 12);

struct UdpHeader {
  Big16 source_port;
  Big16 destination_port;
  Big16 length;
  Big16 checksum;
};
static_assert(sizeof(UdpHeader) == 8);

struct TcpHeader {
  Big16 source_port;
  Big16 destination_port;
  Big32 sequence_number;
  Big32 acknowledgement;
  std::uint8_t words = 0;  ///< in the upper four bits
  std::uint8_t flags = 0;
  Big16 window;
  Big16 checksum;
  Big16 urgent;
};
static_assert(sizeof(TcpHeader) == 20);

inline constexpr std::uint8_t echo_request = 8;
inline constexpr std::uint8_t echo_reply = 0;

struct EchoHeader {
  std::uint8_t type = echo_request;
  std::uint8_t code = 0;
  Big16 checksum;
};
static_assert(sizeof(EchoHeader) == 4);

constexpr bool is_multicast(std::uint32_t address) { return address >> 28 == 0xE; }
/// Of a host that was given none: locally administered, then the IPv4 address.
constexpr MacAddress default_mac(std::uint32_t address) {
  const auto byte = [address](int shift) { return static_cast<std::uint8_t>(address >> shift); };
  return {0x02, 0x00, byte(24), byte(16), byte(8), byte(0)};
}
/// RFC 1112: the group's lower 23 bits.
constexpr MacAddress multicast_mac(std::uint32_t group) {
  const auto byte = [group](int shift) { return static_cast<std::uint8_t>(group >> shift); };
  return {0x01, 0x00, 0x5E, static_cast<std::uint8_t>(byte(16) & 0x7F), byte(8), byte(0)};
}

}  // namespace wirebook::wire
