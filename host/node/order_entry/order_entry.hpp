// Order entry by a socket: from the datagram to the slot.
//
//   datagram ──► whose? ──► login, logoff ─────► session slots + control queue
//                    └────► orders ─► parse ───► order slots
//                    └────► requests ──────────► control queue
//
// What a session may do is in session_rules.hpp. A datagram goes into the ring whole or not at all;
// the slot after a drop is a gap slot with the count.
//
// Shapes: one datagram at a time, in place. Threads: ingress, the slot ring's writer; counters any.
// Errors: outcomes and counters. Cost: a table look-up and the parse. Specification: UFO 1.0.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "wirebook/slot.hpp"

#include "node/clock.hpp"
#include "node/config/config.hpp"
#include "node/order_entry/order_entry_counters.hpp"
#include "node/order_entry/session_rules.hpp"
#include "node/order_entry/session_stream.hpp"
#include "slot_ring/ring.hpp"
#include "wire_in/ring_gate.hpp"
#include "wire_in/ufo_parser.hpp"

namespace wirebook::node {

/// The longest run of slots that one datagram can need, with the gap slot before it.
inline constexpr std::uint32_t node_ring_slots_min = 512;

class SoupEntry;

class OrderEntry final : private SessionStream {
 public:
  OrderEntry(const NodeConfig& config, slot_ring::Writer<Slot>& ring, ControlQueue& controls);
  OrderEntry(const OrderEntry&) = delete;
  OrderEntry& operator=(const OrderEntry&) = delete;

  void on_datagram(std::span<const std::byte> datagram, Endpoint source, Moment now) noexcept;
  /// A datagram that did not fit the receive buffer.
  void on_too_long() noexcept { figures_.counters.add(OrderEntryCount::too_long); }
  /// A frame that held no datagram for us.
  void on_no_datagram(Outcome outcome) noexcept { figures_.outcomes.add(outcome); }
  /// `source` is this account's client, as if it had sent a right login. False: no room now.
  bool on_known_client(const Alpha<6>& username, Endpoint source, Moment now) noexcept {
    return rules_.on_known_client(username, source, now);
  }
  /// Whether so many datagrams, of any kind, would not be dropped for want of room beside the ring.
  [[nodiscard]] bool takes_all(std::size_t datagrams) const noexcept {
    return !refuses_orders_ && controls_.has_room_to_spare(datagrams * packets_per_datagram_max());
  }
  /// Datagrams that the kernel dropped since the last call.
  void on_kernel_drops(std::uint64_t count) noexcept;

  /// While true, datagrams with orders are dropped as if the ring were full, and not told of yet.
  void refuse_orders(bool refuse) noexcept { refuses_orders_ = refuse; }

  /// No slot is written from here on: orders and logins are dropped, requests still answered.
  void close() noexcept { closed_ = true; }

  /// Ends sessions that were silent for too long; looks at some of them each time.
  void expire(Moment now) noexcept { rules_.expire(now); }
  /// Carries out what the venue's control asks for.
  void attend_desk(Moment now) noexcept { rules_.attend_desk(now); }
  /// Before the first datagram; null: there is no control.
  void attach_desk(SessionDesk* desk) { rules_.attach_desk(desk); }
  /// Tells of what was dropped, if there is room; for quiet times.
  void flush_gap(TimeNs now) noexcept {
    if (!refuses_orders_)
      gate_.flush(now, *ring_);
  }

  /// Rings `bell` after each control item; null rings none.
  void attach_bell(slot_ring::Doorbell* bell) { controls_.attach_bell(bell); }

  // For order entry over TCP, which shares sessions, stream and counters.

  /// There is room for whatever one packet leads to, and for datagrams besides; orders are not
  /// refused.
  [[nodiscard]] bool may_take(TimeNs now) noexcept;
  /// One OUCH message of a session that is up. There is room for it.
  void on_message(std::span<const std::byte> message, std::uint32_t session, Moment now) noexcept;
  [[nodiscard]] SessionRules& rules() { return rules_; }
  [[nodiscard]] OrderEntryFigures& figures() { return figures_; }
  /// It is told of the ends of its connections' sessions.
  void attach_soup(SoupEntry* soup) { soup_ = soup; }

  [[nodiscard]] const OrderEntryCounters& counters() const { return figures_.counters; }
  [[nodiscard]] const SharedOutcomes& outcomes() const { return figures_.outcomes; }

 private:
  bool has_room(std::uint64_t slots, TimeNs now) noexcept override;
  void begin(std::uint32_t session, Peer peer, std::uint32_t from, TimeNs now) noexcept override;
  void accept_again(std::uint32_t session, Peer peer) noexcept override;
  void end(std::uint32_t session, Peer peer, TimeNs now) noexcept override;
  void say(SlotKind kind, std::uint32_t session, TimeNs now) noexcept override;

  void accept(std::uint32_t session, Peer peer, std::uint32_t from) noexcept;
  /// Of those that a control item follows from; the shortest prefixed one has three bytes.
  [[nodiscard]] std::size_t packets_per_datagram_max() const noexcept {
    return framing_ == wire_in::UfoFraming::bare ? 1 : datagram_payload_bytes_max / 3;
  }
  void on_packet(std::span<const std::byte> bytes, Endpoint source, Moment now) noexcept;
  void on_late_datagram(std::span<const std::byte> datagram, Endpoint source, Moment now) noexcept;
  void on_order(std::span<const std::byte> message, Endpoint source, Moment now) noexcept;
  void write_session_slot(SlotKind kind, std::uint32_t session, TimeNs now) noexcept;

  const wire_in::UfoFraming framing_;
  slot_ring::Writer<Slot>* ring_;
  ControlSender controls_;
  OrderEntryFigures figures_;
  SessionRules rules_;
  wire_in::RingGate gate_{0};
  bool refuses_orders_ = false;
  SoupEntry* soup_ = nullptr;
  /// Streams wait, datagrams cannot: the last of the ring is left to these.
  const std::uint64_t left_to_datagrams_;
  bool closed_ = false;
  std::vector<std::uint64_t> up_behind_;  ///< by session: the sequence behind its `session_up`
};

}  // namespace wirebook::node
