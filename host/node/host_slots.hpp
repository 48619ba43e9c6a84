// Slots that the host itself makes, ready for the inject ring.
//
// Shapes: time and tail are completed by the ring's writer. Threads: pure. Errors: none. Cost:
// none.
#pragma once

#include <cstdint>

#include "wirebook/slot.hpp"

#include "node/config/config.hpp"
#include "node/stages/stage.hpp"
#include "slot_ring/inject_ring.hpp"

namespace wirebook::node {

[[nodiscard]] inline Slot clock_slot() {
  return Slot{.admin = AdminBody{}, .tail = {.kind = SlotKind::clock}};
}

/// `code` as in ITCH `S`: O and C frame the messages, S and E the day.
[[nodiscard]] inline Slot system_event_slot(char code) {
  return Slot{.admin = AdminBody{.code = code}, .tail = {.kind = SlotKind::system_event}};
}

[[nodiscard]] inline Slot instrument_slot(const InstrumentConfig& config,
                                          std::uint16_t instrument) {
  return Slot{.instrument = InstrumentBody{.instrument = instrument,
                                           .trading_state = config.trading_state,
                                           .round_lot = config.round_lot,
                                           .symbol = config.symbol},
              .tail = {.kind = SlotKind::instrument}};
}

/// Makes the session known to the engine, with what its account says.
[[nodiscard]] inline Slot session_up_slot(std::uint32_t session, const SessionConfig& account) {
  return Slot{.session = SessionBody{.cancel_on_disconnect = account.cancel_on_disconnect,
                                     .session = session,
                                     .firm = account.firm},
              .tail = {.kind = SlotKind::session_up}};
}
[[nodiscard]] inline Slot session_down_slot(std::uint32_t session) {
  return Slot{.session = SessionBody{.session = session}, .tail = {.kind = SlotKind::session_down}};
}
/// Session 0: of the whole firm.
[[nodiscard]] inline Slot kill_slot(std::uint32_t session, const Firm& firm = {}) {
  return Slot{.session = SessionBody{.session = session, .firm = firm},
              .tail = {.kind = SlotKind::kill}};
}

/// The last slots of a node that ends: what is missing of the day's end, or nothing if the day goes
/// on. False if there is no room now.
[[nodiscard]] inline bool push_closing_events(slot_ring::InjectRing& inject, const Ending& ending) {
  if (ending.keeps_day.load(std::memory_order_acquire))
    return true;
  if (inject.slots() - inject.used() < 2)
    return false;
  const bool ended = ending.day_ended.load(std::memory_order_acquire);
  return (ended || inject.push(system_event_slot('E'))) && inject.push(system_event_slot('C'));
}

/// What the engine's state came to after every slot before `covered_sequence`.
[[nodiscard]] inline Slot digest_slot(std::uint64_t covered_sequence, std::uint64_t digest) {
  return Slot{.digest = DigestBody{.covered_sequence = covered_sequence, .digest = digest},
              .tail = {.kind = SlotKind::digest}};
}

}  // namespace wirebook::node
