// Groups: an order and the extension slots behind it, taken from the ring together.
//
// Shapes: pointers into the ring; a group may straddle its end. Threads: the reader's own.
// Errors: none. Cost: one acquire load a slot.
#pragma once

#include <optional>

#include "slot_ring/ring.hpp"

namespace wirebook::slot_ring {

/// The group that starts `ahead` behind the cursor, once all of it is there.
[[nodiscard]] inline std::optional<SlotGroup> peek_group(const Reader<Slot>& reader,
                                                         std::uint64_t ahead = 0) {
  SlotGroup group{.head = reader.peek(ahead), .sequence = reader.sequence() + ahead};
  if (group.head == nullptr)
    return std::nullopt;
  for (std::size_t i = 0; i < group.head->tail.extension_count; ++i)
    if ((group.extensions[i] = reader.peek(ahead + 1 + i)) == nullptr)
      return std::nullopt;
  return group;
}

/// The group at a sequence that this reader has seen and not released.
[[nodiscard]] inline SlotGroup group_at(const Reader<Slot>& reader, std::uint64_t sequence) {
  SlotGroup group{.head = &reader.at(sequence), .sequence = sequence};
  for (std::size_t i = 0; i < group.head->tail.extension_count; ++i)
    group.extensions[i] = &reader.at(sequence + 1 + i);
  return group;
}

/// The event at the cursor with its extension, once both are there.
[[nodiscard]] inline std::optional<EventGroup> peek_group(const Reader<Event>& reader) {
  EventGroup group{.head = reader.peek()};
  if (group.head == nullptr)
    return std::nullopt;
  if (group.head->tail.extension_count != 0) {
    const Event* const extension = reader.peek(1);
    if (extension == nullptr)
      return std::nullopt;
    group.extension = &as_extension(*extension);
  }
  return group;
}

}  // namespace wirebook::slot_ring
