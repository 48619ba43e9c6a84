// Frames with something wrong, each with the one outcome that it has wherever whole frames are
// read, and whether it names our port plainly enough for the redirect program to take it.
#pragma once

#include <string>
#include <vector>

#include "wirebook/outcome.hpp"

#include "node/config/config.hpp"
#include "tests/node/ouch_messages.hpp"
#include "tests/wire_in/frame_bytes.hpp"

namespace wirebook::node {

struct WrongFrame {
  std::string what;
  Outcome outcome;
  bool names_us;  ///< IPv4, UDP, whole, our address and port where they belong
  wire_in::test::WireBytes bytes;
};

inline wire_in::test::FrameSpec from_peer_to(Endpoint source, Endpoint node) {
  wire_in::test::FrameSpec spec;
  spec.source_address = source.address;
  spec.source_port = source.port;
  spec.destination_address = node.address;
  spec.destination_port = node.port;
  return spec;
}

/// `source` has logged in.
inline std::vector<WrongFrame> wrong_frames(Endpoint source, Endpoint node) {
  using wire_in::test::udp_frame;
  using wire_in::test::WireBytes;
  const auto spec = from_peer_to(source, node);
  const ByteVector order = enter(1, 'B', 1'000'000);
  const WireBytes good = udp_frame(spec, order);
  constexpr std::size_t ip = 14;
  constexpr std::size_t udp = 34;
  // The header's own checksum is made right again, so that only what is meant is wrong.
  const auto with_ip = [&](std::size_t offset, std::uint64_t value, std::size_t bytes) {
    WireBytes frame = good;
    frame.set(ip + offset, value, bytes).set(ip + 10, 0, 2);
    const auto header = wire_in::test::Bytes(frame).subspan(ip, udp - ip);
    return frame.set(ip + 10, wire_in::test::internet_checksum(header), 2);
  };
  const auto with_udp = [&](std::size_t offset, std::uint64_t value, std::size_t bytes) {
    return WireBytes(good).set(udp + offset, value, bytes);
  };
  const auto with_spec = [&](auto change) {
    auto changed = spec;
    change(changed);
    return udp_frame(changed, order);
  };
  const auto with_payload = [&](const ByteVector& payload) { return udp_frame(spec, payload); };
  const std::size_t total = good.size() - ip;
  ByteVector unknown_ouch = order;
  unknown_ouch[1] = std::byte{'?'};
  ByteVector short_ouch(order.begin(), order.begin() + 10);
  std::vector<WrongFrame> frames{
      {"IPv4 checksum", Outcome::ipv4_checksum, true, WireBytes(good).set(ip + 8, 1, 1)},
      {"IPv4 version", Outcome::ipv4_version, true, with_ip(0, 0x55, 1)},
      {"IPv4 header length", Outcome::ipv4_header_length, false, with_ip(0, 0x44, 1)},
      {"IPv4 length beyond the frame", Outcome::ipv4_total_length, true, with_ip(2, total + 1, 2)},
      {"IPv4 length below its header", Outcome::ipv4_total_length, true, with_ip(2, 19, 2)},
      {"first fragment", Outcome::ipv4_fragment, false, with_ip(6, 0x2000, 2)},
      {"last fragment", Outcome::ipv4_fragment, false, with_ip(6, 0x0004, 2)},
      {"TCP", Outcome::ipv4_protocol, false, with_ip(9, 6, 1)},
      {"UDP header cut off", Outcome::udp_truncated, true, with_ip(2, 27, 2)},
      {"UDP length below its header", Outcome::udp_length, true, with_udp(4, 7, 2)},
      {"UDP length beyond the packet", Outcome::udp_length, true, with_udp(4, total, 2)},
      {"UDP checksum", Outcome::udp_checksum, true, WireBytes(good).flip(8 * (good.size() - 1))},
      {"other port", Outcome::udp_not_ours, false,
       with_spec([](auto& s) { s.destination_port ^= 1; })},
      {"other address", Outcome::udp_not_ours, false,
       with_spec([](auto& s) { s.destination_address ^= 8; })},
      {"three tags", Outcome::vlan_too_deep, false, with_spec([](auto& s) {
         s.vlan_types = {0x8100, 0x8100, 0x8100};
       })},
      {"IPv6", Outcome::frame_not_ipv4, false, with_spec([](auto& s) { s.ether_type = 0x86DD; })},
      {"empty", Outcome::ufo_empty, true, with_payload({})},
      {"no UFO type", Outcome::ufo_unknown_type, true, with_payload(one_byte('?'))},
      {"UFO too long", Outcome::ufo_length, true, with_payload({std::byte{'R'}, std::byte{0}})},
      {"no OUCH message", Outcome::ufo_length, true, with_payload(one_byte('U'))},
      {"no OUCH type", Outcome::ouch_unknown_type, true, with_payload(unknown_ouch)},
      {"OUCH cut off", Outcome::ouch_truncated, true, with_payload(short_ouch)},
  };
  return frames;
}

}  // namespace wirebook::node
