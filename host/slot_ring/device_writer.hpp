// Stands in the writer's place where hardware writes the ring: readers find its slots by their
// phase, and what a software writer does besides writing is done here.
//
//   hardware ──DMA──► slots ──► readers, by phase, without waiting for us
//                       └─────► DeviceWriter: counts, doorbells, credit for the hardware
//
// Hardware writes a group head first: a reader sees all of a group only when each of its slots has
// its phase, which `peek_group` waits for.
//
// Shapes: slots of a `Ring` over the hardware's memory. Threads: one, as for a `Writer`. Errors:
// none. Cost: one acquire load a slot; doorbells once a call.
#pragma once

#include <cstddef>
#include <cstdint>

#include "slot_ring/ring.hpp"

namespace wirebook::slot_ring {

class DeviceWriter {
 public:
  /// In the place of the ring's only writer, before the hardware writes.
  explicit DeviceWriter(Ring<Slot>& ring) : ring_(&ring), next_(ring.start_.start_sequence) {
    WIREBOOK_ASSERT(ring.written() == next_);
  }

  /// The sequence up to which it has followed.
  [[nodiscard]] std::uint64_t sequence() const { return next_; }

  /// Gives each slot that the hardware has written since to `on_slot(const Slot&)`, at most `max`,
  /// in their order; then tells the readers. Returns how many.
  template <class OnSlot>
  std::size_t follow(std::size_t max, OnSlot&& on_slot) {
    std::size_t count = 0;
    for (; count < max && ring_->is_published(next_); ++count, ++next_)
      on_slot(static_cast<const Slot&>(ring_->entry(next_)));
    if (count != 0) {
      ring_->written_.store(next_, std::memory_order_relaxed);
      ring_->reader_bells_.ring();
    }
    return count;
  }

  /// The credit to give back: all slots before this one have been released by every reader, and
  /// followed. Readers may be ahead of us, and a slot that we have not followed stays.
  [[nodiscard]] std::uint64_t released() const { return ring_->oldest_cursor(next_); }

 private:
  Ring<Slot>* ring_;
  std::uint64_t next_;
};

}  // namespace wirebook::slot_ring
