// Frames for the tests, built by hand from the RFCs' offsets; checksums by the textbook loop.
#pragma once

#include <cstdint>
#include <vector>

#include "wire_bytes.hpp"

namespace wirebook::wire_in::test {

/// RFC 1071: 16 bits at a time, big-endian, carries folded in.
inline std::uint16_t internet_checksum(Bytes bytes) {
  std::uint32_t sum = 0;
  for (std::size_t i = 0; i < bytes.size(); i += 2) {
    sum += std::to_integer<std::uint32_t>(bytes[i]) << 8;
    if (i + 1 < bytes.size())
      sum += std::to_integer<std::uint32_t>(bytes[i + 1]);
    sum = (sum & 0xFFFF) + (sum >> 16);
  }
  return static_cast<std::uint16_t>(~sum);
}

struct FrameSpec {
  std::vector<std::uint16_t> vlan_types;
  std::uint16_t ether_type = 0x0800;
  std::size_t options_words = 0;
  std::uint16_t fragment = 0;
  std::uint8_t protocol = 17;
  std::uint32_t source_address = 0x0A01'0203;
  std::uint32_t destination_address = 0xEF01'0203;
  std::uint16_t source_port = 40'000;
  std::uint16_t destination_port = 26'400;
  std::size_t padding = 0;
  bool with_checksum = true;
};

inline WireBytes ethernet_header(const FrameSpec& spec) {
  WireBytes frame;
  frame.be(0x0100'5E01'0203, 6).be(0x0200'0000'0001, 6);
  for (const std::uint16_t type : spec.vlan_types)
    frame.be(type, 2).be(0x2042, 2);
  return frame.be(spec.ether_type, 2);
}

inline WireBytes ipv4_frame(const FrameSpec& spec, Bytes payload) {
  WireBytes header;
  header.be(0x45 + spec.options_words, 1)
      .be(0, 1)
      .be(20 + 4 * spec.options_words + payload.size(), 2)
      .be(0x1234, 2)
      .be(spec.fragment, 2)
      .be(64, 1)
      .be(spec.protocol, 1)
      .be(0, 2)
      .be(spec.source_address, 4)
      .be(spec.destination_address, 4);
  for (std::size_t i = 0; i < spec.options_words; ++i)
    header.be(0x0101'0100, 4);
  header.set(10, internet_checksum(header), 2);
  return ethernet_header(spec).add(header).add(payload).zeros(spec.padding);
}

/// The checksum of a transport that starts with these bytes, its own field zero.
inline std::uint16_t transport_checksum(const FrameSpec& spec, Bytes bytes) {
  return internet_checksum(WireBytes()
                               .be(spec.source_address, 4)
                               .be(spec.destination_address, 4)
                               .be(spec.protocol, 2)
                               .be(bytes.size(), 2)
                               .add(bytes));
}

inline WireBytes udp_frame(const FrameSpec& spec, Bytes payload) {
  WireBytes udp;
  udp.be(spec.source_port, 2)
      .be(spec.destination_port, 2)
      .be(8 + payload.size(), 2)
      .be(0, 2)
      .add(payload);
  if (const std::uint16_t checksum = transport_checksum(spec, udp); spec.with_checksum)
    udp.set(6, checksum == 0 ? 0xFFFF : checksum, 2);
  return ipv4_frame(spec, udp);
}

inline constexpr std::uint8_t tcp_fin = 0x01;
inline constexpr std::uint8_t tcp_syn = 0x02;
inline constexpr std::uint8_t tcp_ack = 0x10;

inline WireBytes tcp_frame(FrameSpec spec, std::uint32_t sequence, std::uint8_t flags,
                           Bytes payload) {
  spec.protocol = 6;
  WireBytes tcp;
  tcp.be(spec.source_port, 2)
      .be(spec.destination_port, 2)
      .be(sequence, 4)
      .be(0, 4)
      .be(0x50, 1)
      .be(flags, 1)
      .be(0xFFFF, 2)
      .be(0, 4)
      .add(payload);
  if (spec.with_checksum)
    tcp.set(16, transport_checksum(spec, tcp), 2);
  return ipv4_frame(spec, tcp);
}

}  // namespace wirebook::wire_in::test
