#include "hw-sim/xrt_driver/wires/frame_headers.hpp"

#include "wire_in/internet_sum.hpp"

namespace wirebook::hw_sim {

using wire::EthernetHeader;
using wire::Ipv4Header;

wire::Big16 transport_checksum(const Ipv4Header& header, std::span<const std::byte> bytes) {
  const wire::PseudoHeader pseudo{header.source, header.destination, std::uint16_t{header.protocol},
                                  static_cast<std::uint16_t>(bytes.size())};
  wire_in::InternetSum sum;
  sum.add(std::as_bytes(std::span(&pseudo, 1)));
  sum.add(bytes);
  return sum.checksum();
}

std::optional<std::size_t> ipv4_offset(std::span<const std::byte> frame) {
  std::size_t offset = sizeof(EthernetHeader);
  for (int tags = 0; tags <= 2; ++tags) {
    if (frame.size() < offset + sizeof(Ipv4Header))
      return std::nullopt;
    const std::uint16_t type = wire::view<wire::Big16>(frame.data() + offset - 2);
    if (type == wire::type_ipv4)
      return offset;
    if (type != wire::type_vlan && type != wire::type_vlan_service)
      return std::nullopt;
    offset += sizeof(wire::VlanTag);
  }
  return std::nullopt;
}

}  // namespace wirebook::hw_sim
