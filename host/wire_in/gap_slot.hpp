// Gap and feed_end slots: what is missing from the stream, said in the stream.
//
// Shapes: `GapBody`. Threads: the ring's writer. Errors: none; needs credit for 1. Cost: one slot.
#pragma once

#include <cstdint>

#include "wirebook/slot.hpp"

#include "slot_ring/ring.hpp"

namespace wirebook::wire_in {

inline void write_gap_slot(SlotKind kind, const GapBody& body, TimeNs time_ns,
                           slot_ring::Writer<Slot>& ring) noexcept {
  Slot& slot = ring.at();
  slot.time_ns = time_ns;
  slot.gap = body;
  ring.publish(SlotTail{.kind = kind});
}

}  // namespace wirebook::wire_in
