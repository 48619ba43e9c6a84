// Slots that the host itself makes, ready for the inject ring.
//
// Shapes: time and tail are completed by the ring's writer. Threads: pure. Errors: none. Cost:
// none.
#pragma once

#include <cstdint>

#include "wirebook/slot.hpp"

#include "node/config/config.hpp"

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

/// What the engine's state came to after every slot before `covered_sequence`.
[[nodiscard]] inline Slot digest_slot(std::uint64_t covered_sequence, std::uint64_t digest) {
  return Slot{.digest = DigestBody{.covered_sequence = covered_sequence, .digest = digest},
              .tail = {.kind = SlotKind::digest}};
}

}  // namespace wirebook::node
