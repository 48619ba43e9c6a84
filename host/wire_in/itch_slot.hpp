// One ITCH message as the slot that it becomes, for who wants no ring behind it.
//
// Shapes: as itch_parser.hpp; the slot's time is the message's own. Threads: one. Errors: an
// `Outcome`; no slot unless it is `ok`. Cost: that of the parser. Specification: ITCH 5.0.
#pragma once

#include <cstddef>
#include <span>

#include "wirebook/assert.hpp"
#include "wirebook/limits.hpp"
#include "wirebook/outcome.hpp"
#include "wirebook/slot.hpp"

#include "slot_ring/ring.hpp"
#include "wire_in/itch_parser.hpp"

namespace wirebook::wire_in {

class ItchSlot {
 public:
  struct Parsed {
    Outcome outcome;
    const Slot* slot;  ///< valid until the next message; null if it made none
  };
  Parsed parse(std::span<const std::byte> message) noexcept {
    WIREBOOK_ASSERT(writer_.has_credit(1));
    const Outcome outcome = parse_itch(message, itch_time(message), writer_);
    if (outcome != Outcome::ok)
      return {outcome, nullptr};
    const Slot* const slot = reader_.peek();
    // Given back at once: the writer needs the place again only a whole ring later.
    reader_.release(1);
    return {outcome, slot};
  }

 private:
  slot_ring::Ring<Slot> slots_{ring_slots_min};
  slot_ring::Writer<Slot> writer_{slots_};
  slot_ring::Reader<Slot> reader_{slots_};
};

}  // namespace wirebook::wire_in
