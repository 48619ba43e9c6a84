#include "node/on_card/ethernet.hpp"

#include <algorithm>
#include <charconv>
#include <cstring>

#include <fmt/format.h>

#include "wirebook/wire/big_endian.hpp"

#include "wire_in/frame_parser.hpp"
#include "wire_in/internet_sum.hpp"

namespace wirebook::node {

namespace {

using wire::ArpPacket;
using wire::Big16;
using wire::EchoHeader;
using wire::EthernetHeader;
using wire::frame_bytes_min;
using wire::Ipv4Header;
using wire::UdpHeader;
using wire_in::InternetSum;
using Bytes = std::span<const std::byte>;

constexpr std::uint16_t sum_good = 0xFFFF;
constexpr std::size_t headers_bytes = sizeof(EthernetHeader) + sizeof(Ipv4Header);

template <class Header>
void add_header(InternetSum& sum, const Header& header) {
  sum.add(std::as_bytes(std::span(&header, 1)));
}

template <class Header>
void put(std::span<std::byte> room, std::size_t offset, const Header& header) {
  std::memcpy(room.data() + offset, &header, sizeof header);
}

/// Zeros up to what Ethernet demands.
std::size_t padded(std::span<std::byte> room, std::size_t bytes) {
  if (bytes >= frame_bytes_min)
    return bytes;
  std::fill(room.begin() + static_cast<std::ptrdiff_t>(bytes), room.begin() + frame_bytes_min,
            std::byte{0});
  return frame_bytes_min;
}

void put_ipv4(std::span<std::byte> room, const Neighbour& from, const Neighbour& to,
              std::uint8_t protocol, std::uint8_t time_to_live, std::size_t payload_bytes) {
  put(room, 0, EthernetHeader{to.mac, from.mac, wire::type_ipv4});
  Ipv4Header header;
  header.total_length = static_cast<std::uint16_t>(sizeof header + payload_bytes);
  header.time_to_live = time_to_live;
  header.protocol = protocol;
  header.source = from.address;
  header.destination = to.address;
  InternetSum sum;
  add_header(sum, header);
  header.checksum = sum.checksum();
  put(room, sizeof(EthernetHeader), header);
}

std::size_t build_arp(const ArpPacket& packet, const Mac& to, std::span<std::byte> room) {
  if (room.size() < frame_bytes_min)
    return 0;
  put(room, 0, EthernetHeader{to, packet.sender_mac, wire::type_arp});
  put(room, sizeof(EthernetHeader), packet);
  return padded(room, sizeof(EthernetHeader) + sizeof packet);
}

/// The bytes behind the Ethernet header and its tags, if they are of this type.
std::optional<Bytes> behind_ethernet(Bytes frame, std::uint16_t wanted) {
  for (std::size_t offset = 12; offset <= 20 && frame.size() >= offset + 2; offset += 4) {
    const std::uint16_t type = wire::view<Big16>(frame.data() + offset);
    if (type == wanted)
      return frame.subspan(offset + 2);
    if (type != wire::type_vlan && type != wire::type_vlan_service)
      break;
  }
  return std::nullopt;
}

}  // namespace

std::optional<Mac> parse_mac(std::string_view text) {
  Mac mac{};
  if (text.size() != 3 * mac.size() - 1)
    return std::nullopt;
  for (std::size_t i = 0; i < mac.size(); ++i) {
    const char* const digits = text.data() + 3 * i;
    const auto [end, error] = std::from_chars(digits, digits + 2, mac[i], 16);
    if (error != std::errc{} || end != digits + 2 || (i + 1 < mac.size() && *end != ':'))
      return std::nullopt;
  }
  const bool group = (mac[0] & 1) != 0;
  return group || mac == Mac{} ? std::nullopt : std::optional(mac);
}

std::string to_string(const Mac& mac) {
  return fmt::format("{:02x}:{:02x}:{:02x}:{:02x}:{:02x}:{:02x}", mac[0], mac[1], mac[2], mac[3],
                     mac[4], mac[5]);
}

std::optional<Neighbour> sender_of(Bytes frame) {
  const std::optional<Bytes> packet = behind_ethernet(frame, wire::type_ipv4);
  if (!packet || packet->size() < sizeof(Ipv4Header))
    return std::nullopt;
  return Neighbour{.address = wire::view<Ipv4Header>(packet->data()).source,
                   .mac = wire::view<EthernetHeader>(frame.data()).source};
}

std::size_t build_udp(const UdpFrame& frame, std::span<const iovec> pieces,
                      std::span<std::byte> room) {
  std::size_t bytes = headers_bytes + sizeof(UdpHeader);
  for (const iovec& piece : pieces)
    bytes += piece.iov_len;
  if (std::max(bytes, frame_bytes_min) > room.size())
    return 0;
  std::byte* target = room.data() + headers_bytes + sizeof(UdpHeader);
  for (const iovec& piece : pieces) {
    std::memcpy(target, piece.iov_base, piece.iov_len);
    target += piece.iov_len;
  }
  const auto length = static_cast<std::uint16_t>(bytes - headers_bytes);
  put(room, headers_bytes,
      UdpHeader{frame.source_port, frame.destination_port, length, std::uint16_t{0}});
  const wire::PseudoHeader pseudo{frame.from.address, frame.to.address,
                                  std::uint16_t{wire::protocol_udp}, length};
  InternetSum sum;
  add_header(sum, pseudo);
  sum.add(room.subspan(headers_bytes, length));
  // 0 would say that there is none.
  const std::uint16_t checksum = sum.checksum();
  put(room, headers_bytes + offsetof(UdpHeader, checksum),
      Big16(checksum == 0 ? std::uint16_t{0xFFFF} : checksum));
  put_ipv4(room, frame.from, frame.to, wire::protocol_udp, frame.time_to_live, length);
  return padded(room, bytes);
}

std::optional<Arp> parse_arp(Bytes frame) {
  const std::optional<Bytes> bytes = behind_ethernet(frame, wire::type_arp);
  if (!bytes || bytes->size() < sizeof(ArpPacket))
    return std::nullopt;
  const auto& packet = wire::view<ArpPacket>(bytes->data());
  const std::uint16_t operation = packet.operation;
  if (packet.hardware_type != wire::arp_ethernet || packet.protocol_type != wire::type_ipv4 ||
      packet.hardware_bytes != sizeof(Mac) || packet.protocol_bytes != sizeof(std::uint32_t) ||
      (operation != wire::arp_request && operation != wire::arp_reply))
    return std::nullopt;
  return Arp{.is_request = operation == wire::arp_request,
             .sender = {.address = packet.sender, .mac = packet.sender_mac},
             .target = packet.target};
}

std::size_t build_arp_request(const Neighbour& from, std::uint32_t wanted,
                              std::span<std::byte> room) {
  ArpPacket packet;
  packet.operation = wire::arp_request;
  packet.sender_mac = from.mac;
  packet.sender = from.address;
  packet.target = wanted;
  return build_arp(packet, broadcast_mac, room);
}

std::size_t build_arp_reply(const Neighbour& from, const Neighbour& to, std::span<std::byte> room) {
  ArpPacket packet;
  packet.operation = wire::arp_reply;
  packet.sender_mac = from.mac;
  packet.sender = from.address;
  packet.target_mac = to.mac;
  packet.target = to.address;
  return build_arp(packet, to.mac, room);
}

std::size_t build_echo_reply(const Neighbour& local, Bytes frame, std::span<std::byte> room) {
  wire_in::Ipv4Packet packet;
  const std::optional<Neighbour> sender = sender_of(frame);
  if (!sender || wire_in::parse_ipv4(frame, packet) != Outcome::ok ||
      packet.protocol != wire::protocol_icmp || packet.destination_address != local.address ||
      packet.payload.size() < sizeof(EchoHeader))
    return 0;
  InternetSum asked;
  asked.add(packet.payload);
  const auto& request = wire::view<EchoHeader>(packet.payload.data());
  const std::size_t bytes = headers_bytes + packet.payload.size();
  if (asked.fold() != sum_good || request.type != wire::echo_request || request.code != 0 ||
      std::max(bytes, frame_bytes_min) > room.size())
    return 0;
  std::memcpy(room.data() + headers_bytes, packet.payload.data(), packet.payload.size());
  put(room, headers_bytes, EchoHeader{wire::echo_reply, 0, std::uint16_t{0}});
  InternetSum answered;
  answered.add(room.subspan(headers_bytes, packet.payload.size()));
  put(room, headers_bytes + offsetof(EchoHeader, checksum), answered.checksum());
  put_ipv4(room, local, *sender, wire::protocol_icmp, 64, packet.payload.size());
  return padded(room, bytes);
}

}  // namespace wirebook::node
