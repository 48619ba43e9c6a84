#include "hw-sim/xrt_driver/wires/arp_answer.hpp"

#include "hw-sim/xrt_driver/wires/frame_headers.hpp"

namespace wirebook::hw_sim {

ArpQuestion answer_arp(std::span<const std::byte> frame, std::vector<std::byte>& reply) {
  constexpr std::uint16_t hardware_ethernet = 1;
  constexpr std::uint16_t operation_request = 1;
  constexpr std::uint16_t operation_reply = 2;
  if (frame.size() < sizeof(EthernetHeader) ||
      wire::view<EthernetHeader>(frame.data()).type != type_arp)
    return ArpQuestion::not_arp;
  if (frame.size() < sizeof(EthernetHeader) + sizeof(ArpPacket))
    return ArpQuestion::malformed;
  const auto& asked = wire::view<ArpPacket>(frame.data() + sizeof(EthernetHeader));
  if (asked.hardware_type != hardware_ethernet || asked.protocol_type != type_ipv4 ||
      asked.hardware_length != sizeof(MacAddress) || asked.protocol_length != sizeof(std::uint32_t))
    return ArpQuestion::malformed;
  const std::uint32_t asker = asked.sender_address;
  const std::uint32_t target = asked.target_address;
  if (asked.operation != operation_request || asker == 0 || asker == target)
    return ArpQuestion::none;

  reply.assign(frame_bytes_min, std::byte{});
  wire::view<EthernetHeader>(reply.data()) = {
      .destination = asked.sender, .source = mac_of(target), .type = type_arp};
  wire::view<ArpPacket>(reply.data() + sizeof(EthernetHeader)) = {
      .hardware_type = hardware_ethernet,
      .protocol_type = type_ipv4,
      .hardware_length = sizeof(MacAddress),
      .protocol_length = sizeof(std::uint32_t),
      .operation = operation_reply,
      .sender = mac_of(target),
      .sender_address = target,
      .target = asked.sender,
      .target_address = asker};
  return ArpQuestion::answered;
}

}  // namespace wirebook::hw_sim
