#include "node/order_entry.hpp"

#include <algorithm>

#include "wirebook/limits.hpp"

#include "wire_in/ouch_parser.hpp"

namespace wirebook::node {

namespace {

namespace ufo = wire::ufo;
using Bytes = std::span<const std::byte>;

/// Two sessions end and one begins: the account moves here, and the address had another one.
constexpr std::uint64_t login_slots = 3;
constexpr std::size_t sessions_per_expiry = 64;

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
    : config_(config.sessions),
      framing_(config.order_entry.upstream_length_prefix ? wire_in::UfoFraming::length_prefixed
                                                         : wire_in::UfoFraming::bare),
      session_name_(config.order_entry.session_name),
      timeout_ns_(config.order_entry.timeout_ms * ns_per_ms),
      ring_(&ring),
      controls_(&controls),
      accounts_(config.sessions),
      table_(config.sessions.size()),
      sessions_(config.sessions.size() + 1) {}

void OrderEntry::on_datagram(Bytes datagram, Endpoint source, Moment now) noexcept {
  counters_.add(OrderEntryCount::datagrams);
  if (datagram.size() > datagram_payload_bytes_max)
    return on_too_long();

  // A stranger may log in and nothing else; what it sends besides takes no room in the ring.
  bool welcome = table_.find(source) != 0;
  std::uint64_t slots = 0;
  bool orders = false;
  wire_in::UfoDatagram measured(datagram, framing_);
  while (const auto packet = measured.next()) {
    orders |= is_of_type(ufo::type_unsequenced, *packet);
    welcome |= is_of_type(ufo::LoginRequest::type_code, *packet);
    slots += slots_of(*packet);
  }
  if (slots != 0 && welcome) {
    slots += orders ? group_slots_max - 1 : 0;
    if (gate_.admit(slots, now.day, *ring_) != Outcome::ok) {
      outcomes_.add(Outcome::ring_full);
      counters_.add(orders ? OrderEntryCount::dropped_orders : OrderEntryCount::dropped_sessions);
      return;
    }
  }
  const std::uint64_t before = ring_->sequence();
  wire_in::UfoDatagram packets(datagram, framing_);
  while (const auto packet = packets.next())
    on_packet(*packet, source, now);
  if (const Outcome outcome = packets.outcome(); outcome != Outcome::ok)
    outcomes_.add(outcome);
  counters_.add(OrderEntryCount::slot_bytes, (ring_->sequence() - before) * slot_bytes);
}

void OrderEntry::on_packet(Bytes bytes, Endpoint source, Moment now) noexcept {
  wire_in::UfoPacket packet;
  const Outcome outcome = wire_in::parse_ufo(bytes, packet);
  if (outcome != Outcome::ok)
    return outcomes_.add(outcome);

  if (packet.type == ufo::LoginRequest::type_code) {
    outcomes_.add(Outcome::ok);
    return on_login(wire::view<ufo::LoginRequest>(packet.bytes.data()), source, now);
  }
  const std::uint32_t session = table_.find(source);
  if (session == 0)
    return counters_.add(OrderEntryCount::unknown_source);
  sessions_[session].heard_steady_ns = now.steady_ns;
  switch (packet.type) {
    case ufo::type_unsequenced:
      return on_order(packet.body, session, now.day);
    case ufo::RetransmissionRequest::type_code:
      on_retransmission(wire::view<ufo::RetransmissionRequest>(packet.bytes.data()), session);
      break;
    case ufo::type_logoff_request:
      if (!has_control_room() || !ring_->has_credit(1))
        return counters_.add(OrderEntryCount::dropped_sessions);
      counters_.add(OrderEntryCount::logoffs);
      end(session, now.day);
      break;
    default:
      break;  // a heartbeat: it was heard
  }
  outcomes_.add(Outcome::ok);
}

void OrderEntry::on_order(Bytes message, std::uint32_t session, TimeNs now) noexcept {
  outcomes_.add(wire_in::parse_ouch(message, session, now, *ring_));
}

void OrderEntry::on_retransmission(const ufo::RetransmissionRequest& request,
                                   std::uint32_t session) noexcept {
  if (!has_control_room())
    return counters_.add(OrderEntryCount::dropped_sessions);
  push({.kind = ControlKind::retransmit,
        .message_count = request.message_count,
        .session = session,
        .sequence_number = request.sequence_number});
}

void OrderEntry::on_login(const ufo::LoginRequest& login, Endpoint source, Moment now) noexcept {
  if (!has_control_room() || !ring_->has_credit(login_slots))
    return counters_.add(OrderEntryCount::dropped_sessions);
  const std::uint32_t session = accounts_.find(login.username, login.password);
  if (session == 0)
    return reject_login('A', source);
  const Alpha<10>& wanted = login.requested_session;
  if (!wanted.view().empty() && folded(wanted) != folded(session_name_))
    return reject_login('S', source);

  Session& state = sessions_[session];
  counters_.add(OrderEntryCount::logins);
  const bool same = state.up && state.address == source;
  if (!same) {
    // The address gives up what it had, and the account leaves where it was.
    if (const std::uint32_t other = table_.find(source); other != 0)
      end(other, now.day);
    if (state.up) {
      counters_.add(OrderEntryCount::takeovers);
      end(session, now.day);
    }
  }
  state.heard_steady_ns = now.steady_ns;
  // First the address, then the slot: whatever the login causes finds its way back.
  push({.kind = ControlKind::login_accepted, .session = session, .address = source});
  if (!same)
    begin(session, source, now.day);
}

void OrderEntry::reject_login(char code, Endpoint source) noexcept {
  counters_.add(OrderEntryCount::logins_rejected);
  push({.kind = ControlKind::login_rejected, .reject_code = code, .address = source});
}

void OrderEntry::begin(std::uint32_t session, Endpoint source, TimeNs now) noexcept {
  sessions_[session].address = source;
  sessions_[session].up = true;
  table_.insert(source, session);
  write_session_slot(SlotKind::session_up, session, now);
}

void OrderEntry::end(std::uint32_t session, TimeNs now) noexcept {
  Session& state = sessions_[session];
  table_.erase(state.address);
  state.up = false;
  push({.kind = ControlKind::session_ended, .session = session});
  write_session_slot(SlotKind::session_down, session, now);
}

void OrderEntry::push(const Control& control) noexcept {
  const bool pushed = controls_->push(control);
  WIREBOOK_ASSERT(pushed);
  if (bell_ != nullptr)
    bell_->ring();
}

void OrderEntry::write_session_slot(SlotKind kind, std::uint32_t session, TimeNs now) noexcept {
  const SessionConfig& config = config_[session - 1];
  Slot& slot = ring_->at();
  slot.time_ns = now;
  slot.session = kind == SlotKind::session_up
                     ? SessionBody{.cancel_on_disconnect = config.cancel_on_disconnect,
                                   .session = session,
                                   .firm = config.firm}
                     : SessionBody{.session = session};
  ring_->publish({.kind = kind});
}

void OrderEntry::on_kernel_drops(std::uint64_t count) noexcept {
  counters_.add(OrderEntryCount::dropped_kernel, count);
}

void OrderEntry::expire(Moment now) noexcept {
  for (std::size_t i = 0; i < std::min(sessions_per_expiry, sessions_.size() - 1); ++i) {
    const auto session = static_cast<std::uint32_t>(expire_next_);
    expire_next_ = expire_next_ + 1 < sessions_.size() ? expire_next_ + 1 : 1;
    const Session& state = sessions_[session];
    if (!state.up || now.steady_ns - state.heard_steady_ns < timeout_ns_)
      continue;
    // Two: a gap that waits to be told comes first.
    if (!has_control_room() || !ring_->has_credit(2))
      return;
    gate_.flush(now.day, *ring_);
    counters_.add(OrderEntryCount::timeouts);
    end(session, now.day);
  }
}

}  // namespace wirebook::node
