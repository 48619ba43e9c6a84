// Order entry by a card: orders become slots without us; what is left is who may send them.
//
//   login ──► rules ──► session_up ──► inject ring ──► card ──► its place in the stream
//                                                                  │ only then
//                          the card knows the source, the client hears `A` ◄──
//
// So no order comes before its session. A session ends the other way round: first the card forgets
// its source, then `session_down` is injected.
//
// Shapes: one UFO packet a datagram. Threads: ingress, which alone asks the card. Errors: outcomes
// and counters; a session for which the card has no place ends at once, and its client hears `J`.
// Cost: a login is some register accesses; an order none. Specification: UFO 1.0.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include <boost/circular_buffer.hpp>

#include "wirebook/slot.hpp"

#include "card/card.hpp"
#include "node/clock.hpp"
#include "node/config/config.hpp"
#include "node/order_entry/order_entry_counters.hpp"
#include "node/order_entry/session_rules.hpp"
#include "node/order_entry/session_stream.hpp"
#include "slot_ring/inject_ring.hpp"

namespace wirebook::node {

class CardOrderEntry final : private SessionStream {
 public:
  CardOrderEntry(const NodeConfig& config, card::Card& card, slot_ring::InjectRing& inject,
                 ControlQueue& controls);
  CardOrderEntry(const CardOrderEntry&) = delete;
  CardOrderEntry& operator=(const CardOrderEntry&) = delete;

  /// A datagram to order entry that the card did not take for an order.
  void on_datagram(std::span<const std::byte> datagram, Endpoint source, Moment now) noexcept;
  /// A slot that the card wrote.
  void on_slot(const Slot& slot, std::uint64_t sequence, std::uint64_t steady_ns) noexcept;
  /// So many of the injected slots have their place; a beginning waits until it was seen. True if
  /// anything came of it.
  bool advance(std::uint64_t taken, TimeNs now) noexcept;
  /// A session waits for `advance`.
  [[nodiscard]] bool waits() const { return !steps_.empty(); }

  void expire(Moment now) noexcept { rules_.expire(now); }
  /// Carries out what the venue's control asks for.
  void attend_desk(Moment now) noexcept { rules_.attend_desk(now); }
  /// Before the first datagram; null: there is no control.
  void attach_desk(SessionDesk* desk) { rules_.attach_desk(desk); }
  /// The card forgets all sources: no more orders come. Nor does anybody log in from here on.
  void close() noexcept;

  void attach_bell(slot_ring::Doorbell* bell) { controls_.attach_bell(bell); }
  [[nodiscard]] const OrderEntryCounters& counters() const { return figures_.counters; }
  [[nodiscard]] const SharedOutcomes& outcomes() const { return figures_.outcomes; }

 private:
  /// A session slot on its way, in the order in which they are to be injected.
  struct Step {
    Slot slot;
    Endpoint source;
    std::uint64_t number = 0;    ///< of this step
    std::uint64_t position = 0;  ///< behind it in the inject ring
    std::uint64_t begun = 0;     ///< which of its session's beginnings it is; 0: an end
  };
  struct Session {
    std::uint64_t opening = 0;  ///< the step that opens it; 0: none is under way
    bool placed = false;        ///< the card knows it
    Endpoint source;
    std::uint64_t begun = 0;      ///< so many `session_up` were injected for it
    std::uint64_t seen = 0;       ///< … and so many were seen in the stream
    std::uint64_t up_behind = 0;  ///< the sequence behind the last of these
  };

  bool has_room(std::uint64_t slots, TimeNs now) noexcept override;
  void begin(std::uint32_t session, Peer peer, std::uint32_t from, TimeNs now) noexcept override;
  void accept_again(std::uint32_t session, Peer peer) noexcept override;
  void end(std::uint32_t session, Peer peer, TimeNs now) noexcept override;
  void say(SlotKind kind, std::uint32_t session, TimeNs now) noexcept override;

  std::uint64_t add_step(SlotKind kind, std::uint32_t session, Endpoint source) noexcept;
  void inject_steps() noexcept;
  void open(const Step& step, TimeNs now) noexcept;
  void forget(std::uint32_t session) noexcept;

  card::Card* card_;
  slot_ring::InjectRing* inject_;
  ControlSender controls_;
  OrderEntryFigures figures_;
  SessionRules rules_;
  std::vector<Session> sessions_;  ///< by number
  boost::circular_buffer<Step> steps_;
  std::size_t injected_ = 0;  ///< of `steps_`, from the front
  std::uint64_t last_step_ = 0;
  bool closed_ = false;
};

}  // namespace wirebook::node
