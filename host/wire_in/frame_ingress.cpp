#include "wire_in/frame_ingress.hpp"

#include <algorithm>

#include "wirebook/wire/session.hpp"

#include "wire_in/gap_slot.hpp"
#include "wire_in/ouch_parser.hpp"
#include "wire_in/ufo_parser.hpp"

namespace wirebook::wire_in {
namespace {

using Bytes = std::span<const std::byte>;

constexpr std::uint8_t ip_protocol_icmp = 1;
/// A gap slot, the three that a MoldUDP64 packet may need, and as many messages as can fit: 14
/// bytes each, behind headers of 62.
constexpr std::size_t slots_besides_messages = 4;
constexpr std::size_t headers_bytes_min = 62;
constexpr std::size_t block_bytes_min = 14;

/// The target protocol address of an ARP packet behind up to two VLAN tags; 0 if there is none.
std::uint32_t arp_target(Bytes frame) {
  constexpr std::uint16_t type_arp = 0x0806;
  constexpr std::size_t target_offset = 24;
  for (std::size_t type_offset = 12; type_offset <= 20; type_offset += 4) {
    if (frame.size() < type_offset + 2)
      return 0;
    const std::uint16_t type = wire::view<wire::Big16>(frame.data() + type_offset);
    const Bytes packet = frame.subspan(type_offset + 2);
    if (type == type_arp)
      return packet.size() < target_offset + 4
                 ? 0
                 : std::uint32_t{wire::view<wire::Big32>(packet.data() + target_offset)};
    if (type != 0x8100 && type != 0x88A8)
      return 0;
  }
  return 0;
}

}  // namespace

FrameIngress::FrameIngress(const FrameIngressConfig& config, Punt punt)
    : local_address_(config.local_address),
      order_entry_(config.order_entry),
      feeds_(config.feeds),
      wanted_(config.wanted),
      punt_(std::move(punt)) {
  for (const OrderSource& source : config.sessions)
    add_session(source);
  for (std::size_t stream = 0; stream < feed_streams_max; ++stream)
    streams_.emplace_back(static_cast<std::uint8_t>(stream), &wanted_);
}

void FrameIngress::add_session(const OrderSource& source) {
  sessions_.insert_or_assign({source.address, source.port}, source.session);
}

void FrameIngress::remove_session(const OrderSource& source) noexcept {
  const auto found = sessions_.find({source.address, source.port});
  if (found != sessions_.end() && found->second == source.session)
    sessions_.erase(found);
}

std::size_t FrameIngress::slots_needed(std::size_t frame_bytes) noexcept {
  const std::size_t messages_bytes = std::max(frame_bytes, headers_bytes_min) - headers_bytes_min;
  return slots_besides_messages + messages_bytes / block_bytes_min;
}

void FrameIngress::on_frame(Bytes frame, bool bad_fcs, TimeNs time_ns,
                            slot_ring::Writer<Slot>& ring, OutcomeCounters& counters) {
  if (frame.size() > frame_bytes_max)
    return counters.add(Outcome::frame_too_long);
  if (bad_fcs)
    return counters.add(Outcome::frame_fcs);
  Ipv4Packet packet;
  Outcome outcome = parse_ipv4(frame, packet);
  if (outcome == Outcome::ok)
    outcome = on_ipv4(packet, frame, time_ns, ring, counters);
  else if (outcome == Outcome::frame_not_ipv4 && local_address_ != 0 &&
           arp_target(frame) == local_address_)
    outcome = punt(frame);
  if (outcome != Outcome::ok)
    counters.add(outcome);
}

/// `ok`: whatever there was to count has been counted.
Outcome FrameIngress::on_ipv4(const Ipv4Packet& packet, Bytes frame, TimeNs time_ns,
                              slot_ring::Writer<Slot>& ring, OutcomeCounters& counters) {
  if (packet.protocol == ip_protocol_icmp && local_address_ != 0 &&
      packet.destination_address == local_address_)
    return punt(frame);
  UdpDatagram datagram;
  if (const Outcome outcome = parse_udp(packet, datagram); outcome != Outcome::ok)
    return outcome;
  const Destination destination{datagram.destination_address, datagram.destination_port};
  if (destination.port == 0)
    return Outcome::udp_not_ours;
  const auto feed = std::find(feeds_.begin(), feeds_.end(), destination);
  if (feed != feeds_.end()) {
    tell_dropped(time_ns, ring);
    streams_[static_cast<std::size_t>(feed - feeds_.begin()) / 2].on_packet(
        datagram.payload, time_ns, ring, counters);
    return Outcome::ok;
  }
  if (destination != order_entry_)
    return Outcome::udp_not_ours;
  tell_dropped(time_ns, ring);
  const Outcome outcome = on_order_entry(datagram, frame, time_ns, ring);
  counters.add(outcome);
  return Outcome::ok;
}

Outcome FrameIngress::on_order_entry(const UdpDatagram& datagram, Bytes frame, TimeNs time_ns,
                                     slot_ring::Writer<Slot>& ring) {
  UfoPacket packet;
  if (const Outcome outcome = parse_ufo(datagram.payload, packet); outcome != Outcome::ok)
    return outcome;
  if (packet.type != wire::ufo::type_unsequenced)
    return punt(frame);
  const auto session = sessions_.find({datagram.source_address, datagram.source_port});
  if (session == sessions_.end())
    return Outcome::ufo_unknown_source;
  return parse_ouch(packet.body, session->second, time_ns, ring);
}

void FrameIngress::tell_dropped(TimeNs time_ns, slot_ring::Writer<Slot>& ring) {
  if (dropped_ == 0)
    return;
  write_gap_slot(SlotKind::gap,
                 GapBody{.cause = GapCause::ring_full, .stream = stream_unknown, .count = dropped_},
                 time_ns, ring);
  dropped_ = 0;
}

Outcome FrameIngress::punt(Bytes frame) {
  return punt_(frame) ? Outcome::punted : Outcome::punt_dropped;
}

}  // namespace wirebook::wire_in
