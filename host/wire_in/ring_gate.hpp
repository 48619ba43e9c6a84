// The gate before the ring: lets a datagram in when all of it has room, and tells of those it
// refused.
//
// Shapes: one gate a stream. A datagram is taken whole or not at all; the next that fits is
// preceded by one gap slot with how many were dropped. Threads: the ring's writer. Errors:
// `ring_full`. Cost: a comparison. Specification: none; nothing is ever dropped in silence.
#pragma once

#include <cstddef>
#include <cstdint>

#include "wirebook/outcome.hpp"
#include "wirebook/units.hpp"

#include "slot_ring/ring.hpp"

namespace wirebook::wire_in {

class RingGate {
 public:
  explicit RingGate(std::uint8_t stream) : stream_(stream) {}

  /// `ok`: there is credit for `slots`, and a gap slot tells of what was dropped before.
  /// `ring_full`: the datagram is to be dropped; it is remembered here.
  Outcome admit(std::uint64_t slots, TimeNs time_ns, slot_ring::Writer<Slot>& ring) noexcept;

  /// The datagram is dropped for another's sake, as if there were no room; it is remembered here.
  Outcome refuse() noexcept {
    ++dropped_;
    return Outcome::ring_full;
  }

  /// Writes the gap slot of what was dropped, if any was and there is room; for quiet times.
  void flush(TimeNs time_ns, slot_ring::Writer<Slot>& ring) noexcept;

  /// Datagrams dropped since start.
  [[nodiscard]] std::uint64_t dropped() const { return dropped_; }

 private:
  std::uint64_t dropped_ = 0;
  std::uint64_t told_ = 0;
  std::uint8_t stream_;
};

}  // namespace wirebook::wire_in
