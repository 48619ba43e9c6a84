// What the wires work out of a frame's headers: addresses, checksums, where the IPv4 header starts.
//
// Shapes: as `wirebook/wire/ethernet.hpp`. Threads: values. Errors: none. Cost: a pass over what is
// summed. Specification: RFC 768, 1071, 1112, 9293.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "wirebook/wire/ethernet.hpp"

namespace wirebook::hw_sim {

/// The Ethernet address of whoever has this IPv4 address: a group's by RFC 1112, and for a host
/// 02:00 and the address, which is the rule by which the simulated network hands them out.
constexpr wire::MacAddress mac_of(std::uint32_t address) {
  return wire::is_multicast(address) ? wire::multicast_mac(address) : wire::default_mac(address);
}

/// Of a UDP datagram or TCP segment, headers included, whose own checksum is zero yet.
wire::Big16 transport_checksum(const wire::Ipv4Header& header, std::span<const std::byte> bytes);

/// Where the IPv4 header of a frame starts, behind up to two VLAN tags; nothing if there is none
/// or the frame breaks off inside it.
std::optional<std::size_t> ipv4_offset(std::span<const std::byte> frame);

}  // namespace wirebook::hw_sim
