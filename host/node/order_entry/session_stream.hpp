// Where a session's beginning and end are told: to the stream of slots, and to wire_out.
//
// Two bodies: order entry by sockets writes the slots itself; order entry by a card has them
// injected, and opens the session's way into the card when its slot has its place.
//
// Shapes: session numbers and addresses. Threads: ingress. Errors: `has_room` says no; the others
// were asked about before and cannot fail. Cost: a slot and a control item each.
#pragma once

#include <cstddef>
#include <cstdint>

#include "wirebook/assert.hpp"
#include "wirebook/slot.hpp"
#include "wirebook/units.hpp"

#include "node/order_entry/control.hpp"
#include "node/order_entry/peer.hpp"
#include "slot_ring/doorbell.hpp"

namespace wirebook::node {

/// Two sessions end and one begins: the account moves here, and the address had another one.
inline constexpr std::uint64_t login_slots = 3;

class SessionStream {
 public:
  virtual ~SessionStream() = default;

  /// There is room for so many session slots; what was dropped before has been told.
  [[nodiscard]] virtual bool has_room(std::uint64_t slots, TimeNs now) noexcept = 0;
  /// `from`: of SoupBinTCP, the first message that its client wants.
  virtual void begin(std::uint32_t session, Peer peer, std::uint32_t from, TimeNs now) noexcept = 0;
  /// Of a session that has begun: its login came again, and is answered again.
  virtual void accept_again(std::uint32_t session, Peer peer) noexcept = 0;
  virtual void end(std::uint32_t session, Peer peer, TimeNs now) noexcept = 0;
  /// A slot about the session that opens and closes no way for its client.
  virtual void say(SlotKind kind, std::uint32_t session, TimeNs now) noexcept = 0;
};

/// The end of the control queue at which ingress stands.
class ControlSender {
 public:
  explicit ControlSender(ControlQueue& queue) : queue_(&queue) {}

  /// Rings `bell` after each item; null rings none.
  void attach_bell(slot_ring::Doorbell* bell) { bell_ = bell; }
  /// For all that one packet leads to.
  [[nodiscard]] bool has_room() const { return queue_->write_available() >= 4; }
  /// For what strangers and requests lead to: they never take the room of logins and logoffs.
  [[nodiscard]] bool has_room_to_spare() const {
    return queue_->write_available() >= control_queue_entries / 2;
  }
  /// For whatever so many packets lead to.
  [[nodiscard]] bool has_room_to_spare(std::size_t packets) const {
    return queue_->write_available() >= control_queue_entries / 2 + 4 * packets;
  }
  void push(const Control& control) noexcept {
    const bool pushed = queue_->push(control);
    WIREBOOK_ASSERT(pushed);
    if (bell_ != nullptr)
      bell_->ring();
  }

 private:
  ControlQueue* queue_;
  slot_ring::Doorbell* bell_ = nullptr;
};

}  // namespace wirebook::node
