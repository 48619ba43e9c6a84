#include "wire_in/ring_gate.hpp"

#include "wire_in/gap_slot.hpp"

namespace wirebook::wire_in {

Outcome RingGate::admit(std::uint64_t slots, TimeNs time_ns,
                        slot_ring::Writer<Slot>& ring) noexcept {
  const std::uint64_t gap_slots = dropped_ != told_ ? 1 : 0;
  if (!ring.has_credit(slots + gap_slots)) {
    ++dropped_;
    return Outcome::ring_full;
  }
  flush(time_ns, ring);
  return Outcome::ok;
}

void RingGate::flush(TimeNs time_ns, slot_ring::Writer<Slot>& ring) noexcept {
  if (dropped_ == told_ || !ring.has_credit(1))
    return;
  write_gap_slot(
      SlotKind::gap,
      GapBody{.cause = GapCause::ring_full, .stream = stream_, .count = dropped_ - told_}, time_ns,
      ring);
  told_ = dropped_;
}

}  // namespace wirebook::wire_in
