#include "hw-sim/xrt_driver/wires/udp_frame.hpp"

#include <algorithm>

namespace wirebook::hw_sim {

void make_udp_frame(std::span<const std::byte> payload, SocketAddress source,
                    SocketAddress destination, std::vector<std::byte>& frame) {
  constexpr std::uint16_t do_not_fragment = 0x4000;
  const std::size_t udp_bytes = sizeof(UdpHeader) + payload.size();
  frame.assign(std::max(udp_headers_bytes + payload.size(), frame_bytes_min), std::byte{});

  wire::view<EthernetHeader>(frame.data()) = {.destination = mac_of(destination.address),
                                              .source = mac_of(source.address),
                                              .type = type_ipv4};

  auto& ip = wire::view<Ipv4Header>(frame.data() + sizeof(EthernetHeader));
  ip = {.total_length = static_cast<std::uint16_t>(sizeof(Ipv4Header) + udp_bytes),
        .fragment = do_not_fragment,
        .protocol = protocol_udp,
        .source = source.address,
        .destination = destination.address};
  ip.checksum = internet_checksum(internet_sum(std::as_bytes(std::span(&ip, 1))));

  const std::span<std::byte> datagram =
      std::span(frame).subspan(udp_headers_bytes - sizeof(UdpHeader), udp_bytes);
  std::ranges::copy(payload, datagram.begin() + sizeof(UdpHeader));
  auto& udp = wire::view<UdpHeader>(datagram.data());
  udp = {.source_port = source.port,
         .destination_port = destination.port,
         .length = static_cast<std::uint16_t>(udp_bytes)};
  const std::uint16_t checksum =
      internet_checksum(internet_sum(datagram, pseudo_header_sum(ip, udp_bytes)));
  udp.checksum = checksum == 0 ? std::uint16_t{0xFFFF} : checksum;  // 0 would mean "none"
}

}  // namespace wirebook::hw_sim
