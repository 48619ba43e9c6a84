#include "node/order_entry/order_entry.hpp"

#include <algorithm>

#include "wirebook/limits.hpp"

#include "node/order_entry/soup_entry.hpp"
#include "wire_in/ouch_parser.hpp"

namespace wirebook::node {

namespace {

namespace ufo = wire::ufo;
using Bytes = std::span<const std::byte>;

/// An upper bound of what a packet writes, from its type and length alone. The shortest message
/// that can carry an appendage has a byte before the appendage and its u16 length.
std::uint64_t slots_of(Bytes packet) {
  if (packet.empty())
    return 0;
  switch (static_cast<char>(packet[0])) {
    case ufo::LoginRequest::type_code:
      return login_slots;
    case ufo::type_logoff_request:
      return 1;
    case ufo::type_unsequenced: {
      const std::size_t message = packet.size() - 1;
      const std::size_t appendage = message > 3 ? message - 3 : 0;
      return 1 + std::min((appendage + extension_bytes - 1) / extension_bytes, extension_slots_max);
    }
    default:
      return 0;
  }
}

// The densest datagram: blocks of u16 length, 'U' and a message of one byte, or of four bytes and
// therefore perhaps with an extension. The parser asks for a whole group's credit at the last one.
constexpr std::size_t slots_per_datagram_max =
    std::max(datagram_payload_bytes_max / 4, 2 * (datagram_payload_bytes_max / 7)) +
    group_slots_max + 1;
static_assert(slots_per_datagram_max <= node_ring_slots_min, "any datagram must fit an empty ring");

bool is_of_type(char type, Bytes packet) {
  return !packet.empty() && static_cast<char>(packet[0]) == type;
}

}  // namespace

OrderEntry::OrderEntry(const NodeConfig& config, slot_ring::Writer<Slot>& ring,
                       ControlQueue& controls)
    : framing_(config.order_entry.upstream_length_prefix ? wire_in::UfoFraming::length_prefixed
                                                         : wire_in::UfoFraming::bare),
      ring_(&ring),
      controls_(controls),
      rules_(config, *this, controls_, figures_),
      left_to_datagrams_(config.rings.slots / 4),
      up_behind_(config.sessions.size() + 1) {}

void OrderEntry::on_datagram(Bytes datagram, Endpoint source, Moment now) noexcept {
  figures_.counters.add(OrderEntryCount::datagrams);
  if (datagram.size() > datagram_payload_bytes_max)
    return on_too_long();
  if (closed_)
    return on_late_datagram(datagram, source, now);

  // A stranger may log in and nothing else; what it sends besides takes no room in the ring.
  const std::uint32_t session = rules_.find(source);
  bool welcome = session != 0;
  std::uint64_t slots = 0;
  std::uint64_t packets = 0;
  bool orders = false;
  wire_in::UfoDatagram measured(datagram, framing_);
  while (const auto packet = measured.next()) {
    orders |= is_of_type(ufo::type_unsequenced, *packet);
    welcome |= is_of_type(ufo::LoginRequest::type_code, *packet);
    slots += slots_of(*packet);
    ++packets;
  }
  if (session != 0 && !rules_.may_send(session, packets, now.steady_ns))
    return;
  if (slots != 0 && welcome) {
    slots += orders ? group_slots_max - 1 : 0;
    const Outcome room =
        orders && refuses_orders_ ? gate_.refuse() : gate_.admit(slots, now.day, *ring_);
    if (room != Outcome::ok) {
      figures_.outcomes.add(Outcome::ring_full);
      figures_.counters.add(orders ? OrderEntryCount::dropped_orders
                                   : OrderEntryCount::dropped_sessions);
      return;
    }
  }
  const std::uint64_t before = ring_->sequence();
  wire_in::UfoDatagram taken(datagram, framing_);
  while (const auto packet = taken.next())
    on_packet(*packet, source, now);
  if (const Outcome outcome = taken.outcome(); outcome != Outcome::ok)
    figures_.outcomes.add(outcome);
  if (session == 0 && packets > 1)
    if (const std::uint32_t opened = rules_.find(source); opened != 0)
      rules_.owe(opened, packets - 1, now.steady_ns);
  figures_.counters.add(OrderEntryCount::slot_bytes, (ring_->sequence() - before) * slot_bytes);
}

void OrderEntry::on_packet(Bytes bytes, Endpoint source, Moment now) noexcept {
  wire_in::UfoPacket packet;
  if (const Outcome outcome = wire_in::parse_ufo(bytes, packet); outcome != Outcome::ok)
    return figures_.outcomes.add(outcome);
  if (packet.type == ufo::type_unsequenced)
    on_order(packet.body, source, now);
  else
    rules_.on_packet(packet, source, now);
}

void OrderEntry::on_late_datagram(Bytes datagram, Endpoint source, Moment now) noexcept {
  wire_in::UfoDatagram packets(datagram, framing_);
  while (const auto bytes = packets.next()) {
    wire_in::UfoPacket packet;
    const Outcome outcome = wire_in::parse_ufo(*bytes, packet);
    figures_.outcomes.add(outcome);
    if (outcome != Outcome::ok)
      continue;
    if (packet.type == ufo::type_unsequenced)
      figures_.counters.add(OrderEntryCount::dropped_orders);
    else
      rules_.on_late_packet(packet, source, now);
  }
}

void OrderEntry::on_order(Bytes message, Endpoint source, Moment now) noexcept {
  const std::uint32_t session = rules_.find(source);
  if (session == 0)
    return figures_.counters.add(OrderEntryCount::unknown_source);
  rules_.heard(session, now.steady_ns);
  figures_.outcomes.add(wire_in::parse_ouch(message, session, now.day, *ring_));
}

bool OrderEntry::may_take(TimeNs now) noexcept {
  static_assert(group_slots_max >= login_slots);
  return !refuses_orders_ && controls_.has_room() &&
         has_room(left_to_datagrams_ + group_slots_max, now);
}

void OrderEntry::on_message(Bytes message, std::uint32_t session, Moment now) noexcept {
  const std::uint64_t before = ring_->sequence();
  figures_.outcomes.add(wire_in::parse_ouch(message, session, now.day, *ring_));
  figures_.counters.add(OrderEntryCount::slot_bytes, (ring_->sequence() - before) * slot_bytes);
}

bool OrderEntry::has_room(std::uint64_t slots, TimeNs now) noexcept {
  gate_.flush(now, *ring_);
  return ring_->has_credit(slots);
}

void OrderEntry::begin(std::uint32_t session, Peer peer, std::uint32_t from, TimeNs now) noexcept {
  // First the address, then the slot: whatever the login causes finds its way back.
  up_behind_[session] = ring_->sequence() + 1;
  accept(session, peer, from);
  write_session_slot(SlotKind::session_up, session, now);
}

void OrderEntry::accept_again(std::uint32_t session, Peer peer) noexcept {
  accept(session, peer, 0);
}

void OrderEntry::accept(std::uint32_t session, Peer peer, std::uint32_t from) noexcept {
  // Even if it was answered before: that may still be waiting, and then never be told.
  controls_.push({.kind = ControlKind::login_accepted,
                  .session = session,
                  .sequence_number = from,
                  .peer = peer,
                  .waits_for = up_behind_[session]});
}

void OrderEntry::end(std::uint32_t session, Peer peer, TimeNs now) noexcept {
  controls_.push({.kind = ControlKind::session_ended, .session = session, .peer = peer});
  write_session_slot(SlotKind::session_down, session, now);
  if (peer.is_tcp())
    soup_->on_session_end(peer);
}

void OrderEntry::say(SlotKind kind, std::uint32_t session, TimeNs now) noexcept {
  write_session_slot(kind, session, now);
}

void OrderEntry::write_session_slot(SlotKind kind, std::uint32_t session, TimeNs now) noexcept {
  Slot& slot = ring_->at();
  // Not the tail: with it the slot would be visible on every other lap.
  slot.time_ns = now;
  slot.session = rules_.session_slot(kind, session).session;
  ring_->publish({.kind = kind});
}

void OrderEntry::on_kernel_drops(std::uint64_t count) noexcept {
  figures_.counters.add(OrderEntryCount::dropped_kernel, count);
}

}  // namespace wirebook::node
