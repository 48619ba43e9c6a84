// ITCH 5.0: one message becomes one slot, or nothing.
//
// Shapes: the message alone, without its length. What a book needs (A F E C X D U) is decoded, any
// other message rides verbatim behind its locate and time. Threads: the ring's writer. Errors: an
// `Outcome`; nothing is written unless it is `ok`. Cost: see bench/wire_in. Specification:
// ITCH 5.0.
#pragma once

#include <bitset>
#include <cstddef>
#include <span>

#include "wirebook/outcome.hpp"
#include "wirebook/units.hpp"

#include "slot_ring/ring.hpp"

namespace wirebook::wire_in {

/// What `parse_itch` would say of it.
[[nodiscard]] Outcome check_itch(std::span<const std::byte> message) noexcept;

/// Needs credit for 1 slot. `time_ns` is when it came in; where nobody knows, its own time.
Outcome parse_itch(std::span<const std::byte> message, TimeNs time_ns,
                   slot_ring::Writer<Slot>& ring) noexcept;

/// By stock locate: which messages are wanted.
using LocateFilter = std::bitset<std::size_t{1} << 16>;

/// The same, but a good message of an instrument that is not wanted is `itch_filtered`.
Outcome parse_itch(std::span<const std::byte> message, TimeNs time_ns,
                   slot_ring::Writer<Slot>& ring, const LocateFilter& wanted) noexcept;

/// The message's own timestamp; 0 where it is too short to have one.
TimeNs itch_time(std::span<const std::byte> message) noexcept;

/// The exact length of a message of this type; 0 if ITCH 5.0 has no such type.
std::size_t itch_message_bytes(char type) noexcept;

}  // namespace wirebook::wire_in
