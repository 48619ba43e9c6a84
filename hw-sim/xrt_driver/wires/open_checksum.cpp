#include "hw-sim/xrt_driver/wires/open_checksum.hpp"

#include "hw-sim/xrt_driver/wires/frame_headers.hpp"

namespace wirebook::hw_sim {
namespace {

using wire::Ipv4Header;

/// The bytes behind the IPv4 header by its own lengths; empty if they are not all there.
std::span<std::byte> ipv4_payload(std::span<std::byte> packet, const Ipv4Header& ip) {
  const std::size_t header_bytes = (ip.version_and_words & 0x0FU) * std::size_t{4};
  const std::size_t total_bytes = ip.total_length;
  if (header_bytes < sizeof(Ipv4Header) || total_bytes < header_bytes ||
      total_bytes > packet.size() || (ip.fragment & wire::fragment_mask) != 0)
    return {};
  return packet.subspan(header_bytes, total_bytes - header_bytes);
}

}  // namespace

void complete_checksum(std::span<std::byte> frame) {
  const auto offset = ipv4_offset(frame);
  if (!offset)
    return;
  const auto& ip = wire::view<Ipv4Header>(frame.data() + *offset);
  if (ip.protocol != wire::protocol_udp && ip.protocol != wire::protocol_tcp)
    return;
  const std::size_t place = ip.protocol == wire::protocol_udp ? offsetof(wire::UdpHeader, checksum)
                                                              : offsetof(wire::TcpHeader, checksum);
  const std::span<std::byte> transport = ipv4_payload(frame.subspan(*offset), ip);
  if (transport.size() < place + sizeof(wire::Big16))
    return;
  auto& field = wire::view<wire::Big16>(transport.data() + place);
  field = 0;
  const std::uint16_t checksum = transport_checksum(ip, transport);
  field = checksum == 0 && ip.protocol == wire::protocol_udp ? std::uint16_t{0xFFFF} : checksum;
}

}  // namespace wirebook::hw_sim
