// Frames that a node on a card sends itself: UDP, ARP, and answers to a ping.
//
// Shapes: Ethernet II without tags, without FCS, padded to 60 bytes; IPv4 without options, not to
// be fragmented; addresses and ports in host order. Threads: pure. Errors: 0 bytes, or nothing,
// where a frame is not what was asked for or does not fit. Cost: UDP: one pass that gathers the
// pieces and one for the checksum. Specification: RFC 768, 791, 792, 826, 1112.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include <sys/uio.h>

#include "wirebook/wire/ethernet.hpp"

namespace wirebook::node {

using Mac = wire::MacAddress;
using wire::default_mac;
using wire::multicast_mac;

inline constexpr Mac broadcast_mac{0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF};
/// "02:00:c0:a8:00:01"; nothing for anything else, and for a group's address.
[[nodiscard]] std::optional<Mac> parse_mac(std::string_view text);
[[nodiscard]] std::string to_string(const Mac& mac);

struct Neighbour {
  std::uint32_t address = 0;
  Mac mac{};
};

/// Who sent an IPv4 frame, as its headers say. Behind tags too.
[[nodiscard]] std::optional<Neighbour> sender_of(std::span<const std::byte> frame);

struct UdpFrame {
  Neighbour from;
  Neighbour to;
  std::uint16_t source_port = 0;
  std::uint16_t destination_port = 0;
  std::uint8_t time_to_live = 64;
};
/// Gathers `pieces` into `room`; gives the frame's bytes.
[[nodiscard]] std::size_t build_udp(const UdpFrame& frame, std::span<const iovec> pieces,
                                    std::span<std::byte> room);

struct Arp {
  bool is_request = false;
  Neighbour sender;
  std::uint32_t target = 0;
};
[[nodiscard]] std::optional<Arp> parse_arp(std::span<const std::byte> frame);
[[nodiscard]] std::size_t build_arp_request(const Neighbour& from, std::uint32_t wanted,
                                            std::span<std::byte> room);
[[nodiscard]] std::size_t build_arp_reply(const Neighbour& from, const Neighbour& to,
                                          std::span<std::byte> room);

/// The answer to an echo request for `local`, if `frame` is one and its checksums are right.
[[nodiscard]] std::size_t build_echo_reply(const Neighbour& local, std::span<const std::byte> frame,
                                           std::span<std::byte> room);

}  // namespace wirebook::node
