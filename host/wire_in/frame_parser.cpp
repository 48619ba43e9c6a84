#include "wire_in/frame_parser.hpp"

#include "wirebook/wire/big_endian.hpp"
#include "wirebook/wire/ethernet.hpp"

#include "wire_in/internet_sum.hpp"

namespace wirebook::wire_in {
namespace {

using Bytes = std::span<const std::byte>;
using wire::EthernetHeader;
using wire::Ipv4Header;
using wire::TcpHeader;
using wire::UdpHeader;
using wire::VlanTag;

constexpr int vlan_tags_max = 2;
constexpr std::uint8_t tcp_fin = 0x01;
constexpr std::uint8_t tcp_syn = 0x02;
constexpr std::uint8_t tcp_rst = 0x04;
/// What the ones' complement sum comes to over bytes that hold their own right checksum.
constexpr std::uint16_t sum_good = 0xFFFF;

/// What UDP and TCP sum besides their own bytes.
void add_pseudo_header(InternetSum& sum, const Ipv4Packet& packet, std::size_t length) {
  const wire::PseudoHeader header{packet.source_address, packet.destination_address,
                                  std::uint16_t{packet.protocol},
                                  static_cast<std::uint16_t>(length)};
  sum.add(std::as_bytes(std::span(&header, 1)));
}

std::uint16_t transport_sum(const Ipv4Packet& packet, Bytes bytes) {
  InternetSum sum;
  add_pseudo_header(sum, packet, bytes.size());
  sum.add(bytes);
  return sum.fold();
}

/// The sender left the checksum to its network card, which had not filled it in yet when the frame
/// was captured: 0, or the sum of the pseudo header alone.
bool checksum_was_left_to_card(const Ipv4Packet& packet, std::uint16_t checksum) {
  InternetSum sum;
  add_pseudo_header(sum, packet, packet.payload.size());
  return checksum == 0 || checksum == wire::byte_swap(sum.fold());
}

/// Steps over the Ethernet header and its tags to the IPv4 packet, padding included.
Outcome find_ipv4(Bytes frame, Bytes& out) {
  if (frame.size() < sizeof(EthernetHeader))
    return Outcome::frame_truncated;
  std::uint16_t type = wire::view<EthernetHeader>(frame.data()).type;
  Bytes rest = frame.subspan(sizeof(EthernetHeader));
  for (int tags = 0; type == wire::type_vlan || type == wire::type_vlan_service; ++tags) {
    if (tags == vlan_tags_max)
      return Outcome::vlan_too_deep;
    if (rest.size() < sizeof(VlanTag))
      return Outcome::frame_truncated;
    type = wire::view<VlanTag>(rest.data()).type;
    rest = rest.subspan(sizeof(VlanTag));
  }
  out = rest;
  return type == wire::type_ipv4 ? Outcome::ok : Outcome::frame_not_ipv4;
}

}  // namespace

Outcome parse_ipv4(Bytes frame, Ipv4Packet& out) noexcept {
  Bytes bytes;
  if (const Outcome outcome = find_ipv4(frame, bytes); outcome != Outcome::ok)
    return outcome;
  if (bytes.size() < sizeof(Ipv4Header))
    return Outcome::ipv4_truncated;
  const auto& header = wire::view<Ipv4Header>(bytes.data());
  if (header.version_and_words >> 4 != 4)
    return Outcome::ipv4_version;
  const std::size_t header_bytes = (header.version_and_words & 0x0FU) * std::size_t{4};
  if (header_bytes < sizeof(Ipv4Header))
    return Outcome::ipv4_header_length;
  const std::size_t total_bytes = header.total_length;
  if (total_bytes < header_bytes || total_bytes > bytes.size())
    return Outcome::ipv4_total_length;
  InternetSum sum;
  sum.add(bytes.first(header_bytes));
  if (sum.fold() != sum_good)
    return Outcome::ipv4_checksum;
  if ((header.fragment & wire::fragment_mask) != 0)
    return Outcome::ipv4_fragment;
  out = {.source_address = header.source,
         .destination_address = header.destination,
         .protocol = header.protocol,
         .payload = bytes.subspan(header_bytes, total_bytes - header_bytes)};
  return Outcome::ok;
}

Outcome parse_udp(const Ipv4Packet& packet, UdpDatagram& out) noexcept {
  if (packet.protocol != wire::protocol_udp)
    return Outcome::ipv4_protocol;
  if (packet.payload.size() < sizeof(UdpHeader))
    return Outcome::udp_truncated;
  const auto& header = wire::view<UdpHeader>(packet.payload.data());
  const std::size_t length = header.length;
  if (length < sizeof(UdpHeader) || length > packet.payload.size())
    return Outcome::udp_length;
  const Bytes bytes = packet.payload.first(length);
  if (header.checksum != 0 && transport_sum(packet, bytes) != sum_good)
    return Outcome::udp_checksum;
  out = {.source_address = packet.source_address,
         .destination_address = packet.destination_address,
         .source_port = header.source_port,
         .destination_port = header.destination_port,
         .payload = bytes.subspan(sizeof(UdpHeader))};
  return Outcome::ok;
}

Outcome parse_tcp(const Ipv4Packet& packet, TcpSegment& out) noexcept {
  if (packet.protocol != wire::protocol_tcp)
    return Outcome::ipv4_protocol;
  if (packet.payload.size() < sizeof(TcpHeader))
    return Outcome::tcp_truncated;
  const auto& header = wire::view<TcpHeader>(packet.payload.data());
  const std::size_t header_bytes = (header.words >> 4) * std::size_t{4};
  if (header_bytes < sizeof(TcpHeader) || header_bytes > packet.payload.size())
    return Outcome::tcp_header_length;
  if (!checksum_was_left_to_card(packet, header.checksum) &&
      transport_sum(packet, packet.payload) != sum_good)
    return Outcome::tcp_checksum;
  out = {.source_address = packet.source_address,
         .destination_address = packet.destination_address,
         .source_port = header.source_port,
         .destination_port = header.destination_port,
         .sequence_number = header.sequence_number,
         .syn = (header.flags & tcp_syn) != 0,
         .fin = (header.flags & tcp_fin) != 0,
         .rst = (header.flags & tcp_rst) != 0,
         .payload = packet.payload.subspan(header_bytes)};
  return Outcome::ok;
}

Outcome parse_frame(Bytes frame, UdpDatagram& out) noexcept {
  Ipv4Packet packet;
  if (const Outcome outcome = parse_ipv4(frame, packet); outcome != Outcome::ok)
    return outcome;
  return parse_udp(packet, out);
}

}  // namespace wirebook::wire_in
