// OUCH 5.0, client to exchange: one message becomes one group of slots, or nothing.
//
// Shapes: the message alone, without transport; prices in 1/10000, one above 32 bits becomes
// `price_unrepresentable`. The appendage rides verbatim in extension slots; its tags are not looked
// into. Threads: the ring's writer. Errors: an `Outcome`; nothing is written unless it is `ok`.
// Cost: loads, byte swaps, one line written a slot. Specification: OUCH 5.0, inbound messages.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "wirebook/limits.hpp"
#include "wirebook/outcome.hpp"
#include "wirebook/units.hpp"

#include "slot_ring/ring.hpp"

namespace wirebook::wire_in {

/// What `parse_ouch` would say of a message; if it is `ok`, how it lies.
struct OuchShape {
  Outcome outcome = Outcome::ok;
  std::uint8_t fixed_bytes = 0;  ///< before the appendage's length
  std::uint8_t appendage_bytes = 0;

  [[nodiscard]] constexpr std::uint8_t extension_slots() const {
    return static_cast<std::uint8_t>((appendage_bytes + extension_bytes - 1) / extension_bytes);
  }
};
[[nodiscard]] OuchShape check_ouch(std::span<const std::byte> message) noexcept;

/// Needs credit for `group_slots_max` slots.
Outcome parse_ouch(std::span<const std::byte> message, std::uint32_t session, TimeNs time_ns,
                   slot_ring::Writer<Slot>& ring) noexcept;

}  // namespace wirebook::wire_in
