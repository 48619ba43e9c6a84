// OUCH 5.0 reports from events: all 17 outbound messages.
//
// Shapes: one event with its extension, and the slot group that caused it, in; one message out.
// Threads: pure. Errors: none. Cost: the message is written once, where it will be sent from;
// ClOrdID and echoed tags are read where the client's bytes lie, in the slot ring. Specification:
// OUCH 5.0, outbound messages.
#pragma once

#include <cstddef>
#include <span>

#include "wirebook/event.hpp"
#include "wirebook/limits.hpp"
#include "wirebook/slot.hpp"
#include "wirebook/wire/ouch50_out.hpp"

namespace wirebook::wire_out {

/// The longest message, its tags included: what came in as an appendage, and the channel.
inline constexpr std::size_t ouch_message_bytes_max = 192;
static_assert(ouch_message_bytes_max >=
              sizeof(wire::ouch_out::OrderReplaced) + appendage_bytes_max + 3);

/// Writes the message that tells the event to its session; gives its length, 0 if the event tells
/// no client anything.
std::size_t encode_ouch(const EventGroup& group, const SlotGroup& cause,
                        std::span<std::byte, ouch_message_bytes_max> out) noexcept;

}  // namespace wirebook::wire_out
