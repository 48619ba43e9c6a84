#include "hw-sim/xrt_driver/wires/udp_frame.hpp"

#include <algorithm>

#include "wire_in/internet_sum.hpp"

namespace wirebook::hw_sim {

using wire::EthernetHeader;
using wire::Ipv4Header;
using wire::UdpHeader;

void make_udp_frame(std::span<const std::byte> payload, SocketAddress source,
                    SocketAddress destination, std::vector<std::byte>& frame) {
  const std::size_t udp_bytes = sizeof(UdpHeader) + payload.size();
  frame.assign(std::max(udp_headers_bytes + payload.size(), wire::frame_bytes_min), std::byte{});

  wire::view<EthernetHeader>(frame.data()) = {.destination = mac_of(destination.address),
                                              .source = mac_of(source.address),
                                              .type = wire::type_ipv4};

  auto& ip = wire::view<Ipv4Header>(frame.data() + sizeof(EthernetHeader));
  ip = {.total_length = static_cast<std::uint16_t>(sizeof(Ipv4Header) + udp_bytes),
        .protocol = wire::protocol_udp,
        .source = source.address,
        .destination = destination.address};
  wire_in::InternetSum sum;
  sum.add(std::as_bytes(std::span(&ip, 1)));
  ip.checksum = sum.checksum();

  const std::span<std::byte> datagram =
      std::span(frame).subspan(udp_headers_bytes - sizeof(UdpHeader), udp_bytes);
  std::ranges::copy(payload, datagram.begin() + sizeof(UdpHeader));
  auto& udp = wire::view<UdpHeader>(datagram.data());
  udp = {.source_port = source.port,
         .destination_port = destination.port,
         .length = static_cast<std::uint16_t>(udp_bytes)};
  const std::uint16_t checksum = transport_checksum(ip, datagram);
  udp.checksum = checksum == 0 ? std::uint16_t{0xFFFF} : checksum;  // 0 would mean "none"
}

}  // namespace wirebook::hw_sim
