// Limits of the whole node, and the asserts that tie them together.
//
// Shapes: constants, units in their names. Threads: constants. Errors: none.
#pragma once

#include <cstddef>
#include <cstdint>

namespace wirebook {

inline constexpr std::size_t slot_bytes = 64;

/// OUCH 5.0: the largest order, and the largest total that one chain of replaces may execute.
inline constexpr std::uint32_t quantity_max = 999'999;

/// All twenty tags of an Enter Order together take 93 bytes; two extension slots hold 96.
inline constexpr std::size_t extension_bytes = 48;
inline constexpr std::size_t extension_slots_max = 2;
inline constexpr std::size_t appendage_bytes_max = extension_slots_max * extension_bytes;
static_assert(appendage_bytes_max >= 93, "an order with every tag once must fit its group");
inline constexpr std::size_t group_slots_max = 1 + extension_slots_max;

/// The engine takes a slot only when the event ring has this much room; an operation that makes
/// more events goes on when there is room again.
inline constexpr std::size_t step_events_max = 64;
inline constexpr std::size_t ring_slots_min = 256;
static_assert(ring_slots_min >= 2 * step_events_max, "a step must not need the whole event ring");
static_assert(ring_slots_min >= 2 * group_slots_max, "a group must not need the whole slot ring");

/// ITCH stock locates are 16 bits wide and dense from 1.
inline constexpr std::uint32_t instruments_max = 65'535;
inline constexpr std::uint32_t sessions_max = 65'535;
inline constexpr std::size_t slot_ring_readers_max = 6;

/// So often the stream says what the engine's state came to, for a replay to compare.
inline constexpr std::uint64_t digest_every_slots = 16'384;

/// What fits an untagged Ethernet frame behind IPv4 and UDP headers.
inline constexpr std::size_t datagram_payload_bytes_max = 1472;

}  // namespace wirebook
