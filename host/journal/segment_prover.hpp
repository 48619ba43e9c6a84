// Proves the slots of segments that pass by, in order, as they are copied.
//
// Shapes: a segment's file in pieces of whole blocks, from its header on; segments in the order of
// the stream. Says what `Reader` says, but stops at the first fault. Threads: one.
// Errors: JournalDamage. Cost: a CRC a slot.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "wirebook/slot.hpp"

#include "journal/segment_parts.hpp"

namespace wirebook::journal {

class SegmentProver {
 public:
  /// The next bytes are this segment's. `part` outlives them.
  void begin(const SegmentPart& part);
  /// `bytes` are aligned as slots are.
  void take(std::uint64_t offset, std::span<const std::byte> bytes);
  /// The segment has passed.
  void end();

  /// Of all segments so far.
  [[nodiscard]] std::uint64_t proven_slots() const { return proven_slots_; }

 private:
  void take_header(std::span<const std::byte> block);
  void take_slot(const Slot& slot);
  void take_kind(const Slot& slot);
  void take_rest(const Slot& slot);
  [[nodiscard]] JournalDamage damage(FaultKind kind, std::uint64_t first, std::uint64_t end,
                                     const char* why) const;

  const SegmentPart* part_ = nullptr;
  std::uint64_t at_ = 0;  ///< the sequence of the next slot
  std::optional<std::uint64_t> hole_;
  std::optional<JournalDamage> tail_;  ///< of a segment before, if it was not the tail after all
  std::uint64_t proven_slots_ = 0;
  // Of the group that is passing, over the borders of segments.
  std::uint64_t stream_at_ = 0;
  std::uint32_t stream_epoch_ = 0;
  unsigned extensions_due_ = 0;
  unsigned orphans_left_ = 0;
};

}  // namespace wirebook::journal
