// The rules of a UFO session, from the datagram to the slot.
//
//   datagram ──► whose? ──► login, logoff ─────► session slots + control queue
//                    └────► orders ─► parse ───► order slots
//                    └────► requests ──────────► control queue
//
// A login is answered `A`, or `J` with A (account or password) or S (no such session name). A login
// of an account that is in use from another address ends the session there, as a timeout would, and
// opens it here; from the same address it is answered again and changes nothing. A source that is
// not logged in is counted and dropped. A datagram goes into the ring whole or not at all; the slot
// after a drop is a gap slot with the count.
//
// Shapes: one datagram at a time, in place. Threads: ingress, the slot ring's writer; counters any.
// Errors: outcomes and counters. Cost: a table look-up and the parse. Specification: UFO 1.0.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "wirebook/outcome.hpp"
#include "wirebook/slot.hpp"
#include "wirebook/wire/session.hpp"

#include "node/accounts.hpp"
#include "node/clock.hpp"
#include "node/config.hpp"
#include "node/control.hpp"
#include "node/order_entry_counters.hpp"
#include "node/session_table.hpp"
#include "slot_ring/doorbell.hpp"
#include "slot_ring/ring.hpp"
#include "wire_in/ring_gate.hpp"
#include "wire_in/ufo_parser.hpp"

namespace wirebook::node {

/// The longest run of slots that one datagram can need, with the gap slot before it.
inline constexpr std::uint32_t node_ring_slots_min = 512;

class OrderEntry {
 public:
  OrderEntry(const NodeConfig& config, slot_ring::Writer<Slot>& ring, ControlQueue& controls);

  void on_datagram(std::span<const std::byte> datagram, Endpoint source, Moment now) noexcept;
  /// A datagram that did not fit the receive buffer.
  void on_too_long() noexcept { counters_.add(OrderEntryCount::too_long); }
  /// Datagrams that the kernel dropped since the last call.
  void on_kernel_drops(std::uint64_t count) noexcept;

  /// Ends sessions that were silent for too long; looks at some of them each time.
  void expire(Moment now) noexcept;
  /// Tells of what was dropped, if there is room; for quiet times.
  void flush_gap(TimeNs now) noexcept { gate_.flush(now, *ring_); }

  /// Rings `bell` after each control item; null rings none.
  void attach_bell(slot_ring::Doorbell* bell) { bell_ = bell; }

  [[nodiscard]] const OrderEntryCounters& counters() const { return counters_; }
  [[nodiscard]] const SharedOutcomes& outcomes() const { return outcomes_; }

 private:
  struct Session {
    Endpoint address;
    std::uint64_t heard_steady_ns = 0;
    bool up = false;
  };

  void on_packet(std::span<const std::byte> bytes, Endpoint source, Moment now) noexcept;
  void on_login(const wire::ufo::LoginRequest& login, Endpoint source, Moment now) noexcept;
  void reject_login(char code, Endpoint source) noexcept;
  void on_order(std::span<const std::byte> message, std::uint32_t session, TimeNs now) noexcept;
  void on_retransmission(const wire::ufo::RetransmissionRequest& request,
                         std::uint32_t session) noexcept;
  void begin(std::uint32_t session, Endpoint source, TimeNs now) noexcept;
  /// Credit for one slot, and room for one control item, are there.
  void end(std::uint32_t session, TimeNs now) noexcept;
  void push(const Control& control) noexcept;
  [[nodiscard]] bool has_control_room() const { return controls_->write_available() >= 4; }
  void write_session_slot(SlotKind kind, std::uint32_t session, TimeNs now) noexcept;

  const std::vector<SessionConfig> config_;
  const wire_in::UfoFraming framing_;
  const Alpha<10> session_name_;
  const std::uint64_t timeout_ns_;
  slot_ring::Writer<Slot>* ring_;
  ControlQueue* controls_;
  slot_ring::Doorbell* bell_ = nullptr;
  Accounts accounts_;
  SessionTable table_;
  std::vector<Session> sessions_;  ///< by session number; [0] is nobody
  std::size_t expire_next_ = 1;
  wire_in::RingGate gate_{0};
  OrderEntryCounters counters_;
  SharedOutcomes outcomes_;
};

}  // namespace wirebook::node
