#include "hw-sim/xrt_driver/wires/open_checksum.hpp"

#include "hw-sim/xrt_driver/wires/frame_headers.hpp"

namespace wirebook::hw_sim {
namespace {

/// The bytes behind the IPv4 header by its own lengths; empty if they are not all there.
std::span<std::byte> ipv4_payload(std::span<std::byte> packet, const Ipv4Header& ip) {
  constexpr std::uint16_t fragment_mask = 0x3FFF;  // "more fragments" and the offset
  const std::size_t header_bytes = (ip.version_and_words & 0x0FU) * std::size_t{4};
  const std::size_t total_bytes = ip.total_length;
  if (header_bytes < sizeof(Ipv4Header) || total_bytes < header_bytes ||
      total_bytes > packet.size() || (ip.fragment & fragment_mask) != 0)
    return {};
  return packet.subspan(header_bytes, total_bytes - header_bytes);
}

}  // namespace

void complete_checksum(std::span<std::byte> frame) {
  constexpr std::size_t udp_checksum_offset = 6;
  constexpr std::size_t tcp_checksum_offset = 16;
  const auto offset = ipv4_offset(frame);
  if (!offset)
    return;
  const auto& ip = wire::view<Ipv4Header>(frame.data() + *offset);
  if (ip.protocol != protocol_udp && ip.protocol != protocol_tcp)
    return;
  const std::size_t place = ip.protocol == protocol_udp ? udp_checksum_offset : tcp_checksum_offset;
  const std::span<std::byte> transport = ipv4_payload(frame.subspan(*offset), ip);
  if (transport.size() < place + sizeof(wire::Big16))
    return;
  auto& field = wire::view<wire::Big16>(transport.data() + place);
  field = 0;
  const std::uint16_t checksum =
      internet_checksum(internet_sum(transport, pseudo_header_sum(ip, transport.size())));
  field = checksum == 0 && ip.protocol == protocol_udp ? std::uint16_t{0xFFFF} : checksum;
}

}  // namespace wirebook::hw_sim
