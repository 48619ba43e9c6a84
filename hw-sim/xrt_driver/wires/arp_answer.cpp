#include "hw-sim/xrt_driver/wires/arp_answer.hpp"

#include "hw-sim/xrt_driver/wires/frame_headers.hpp"

namespace wirebook::hw_sim {

using wire::ArpPacket;
using wire::EthernetHeader;

ArpQuestion answer_arp(std::span<const std::byte> frame, std::vector<std::byte>& reply) {
  if (frame.size() < sizeof(EthernetHeader) ||
      wire::view<EthernetHeader>(frame.data()).type != wire::type_arp)
    return ArpQuestion::not_arp;
  if (frame.size() < sizeof(EthernetHeader) + sizeof(ArpPacket))
    return ArpQuestion::malformed;
  const auto& asked = wire::view<ArpPacket>(frame.data() + sizeof(EthernetHeader));
  if (asked.hardware_type != wire::arp_ethernet || asked.protocol_type != wire::type_ipv4 ||
      asked.hardware_bytes != sizeof(wire::MacAddress) ||
      asked.protocol_bytes != sizeof(std::uint32_t))
    return ArpQuestion::malformed;
  const std::uint32_t asker = asked.sender;
  const std::uint32_t target = asked.target;
  if (asked.operation != wire::arp_request || asker == 0 || asker == target)
    return ArpQuestion::none;

  reply.assign(wire::frame_bytes_min, std::byte{});
  wire::view<EthernetHeader>(reply.data()) = {
      .destination = asked.sender_mac, .source = mac_of(target), .type = wire::type_arp};
  wire::view<ArpPacket>(reply.data() + sizeof(EthernetHeader)) = {.operation = wire::arp_reply,
                                                                  .sender_mac = mac_of(target),
                                                                  .sender = target,
                                                                  .target_mac = asked.sender_mac,
                                                                  .target = asker};
  return ArpQuestion::answered;
}

}  // namespace wirebook::hw_sim
