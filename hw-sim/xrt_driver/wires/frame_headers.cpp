#include "hw-sim/xrt_driver/wires/frame_headers.hpp"

namespace wirebook::hw_sim {

std::uint32_t pseudo_header_sum(const Ipv4Header& header, std::size_t length) {
  const struct {
    wire::Big32 source;
    wire::Big32 destination;
    wire::Big16 protocol;
    wire::Big16 length;
  } pseudo{header.source, header.destination, std::uint16_t{header.protocol},
           static_cast<std::uint16_t>(length)};
  return internet_sum(std::as_bytes(std::span(&pseudo, 1)));
}

std::optional<std::size_t> ipv4_offset(std::span<const std::byte> frame) {
  std::size_t offset = sizeof(EthernetHeader);
  for (int tags = 0; tags <= 2; ++tags) {
    if (frame.size() < offset + sizeof(Ipv4Header))
      return std::nullopt;
    const std::uint16_t type = wire::view<wire::Big16>(frame.data() + offset - 2);
    if (type == type_ipv4)
      return offset;
    if (type != type_vlan && type != type_vlan_service)
      return std::nullopt;
    offset += vlan_tag_bytes;
  }
  return std::nullopt;
}

}  // namespace wirebook::hw_sim
