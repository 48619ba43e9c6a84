// A segment whose bytes are in memory: its slots are read where they lie.
//
// Shapes: a name and the file's bytes, borrowed, aligned as slots are. If the header is damaged,
// the name and the file's length stand in for it: slots prove themselves, with or without it.
// Threads: immutable. Errors: `check()` and what of the file is missing; nothing throws.
// Cost: a slot is an address; to prove it costs its CRC. Specification: README.md.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

#include "wirebook/crc32c.hpp"

#include "journal/segment_check.hpp"

namespace wirebook::journal {

/// True if the slot is one that was written, whole, at this place of this epoch. Zeros are none.
inline bool proves(const Slot& slot, std::uint64_t sequence, std::uint32_t epoch) {
  return slot.tail.kind != SlotKind::none && is_sealed(slot, sequence, epoch);
}

class Segment {
 public:
  /// `name` is a segment's, without directories.
  Segment(std::string name, std::span<const std::byte> file);

  [[nodiscard]] const std::string& name() const { return name_; }
  [[nodiscard]] std::span<const std::byte> file() const { return file_; }
  [[nodiscard]] const HeaderCheck& check() const { return check_; }
  /// False if the header is whole but says another first sequence or epoch than the name.
  [[nodiscard]] bool named_right() const { return named_right_; }

  [[nodiscard]] std::uint32_t epoch() const { return header_.epoch; }
  [[nodiscard]] std::uint64_t first_sequence() const { return header_.first_sequence; }
  [[nodiscard]] std::uint64_t window_slots() const { return header_.window_slots; }
  [[nodiscard]] std::uint64_t ring_slots() const { return header_.ring_slots; }
  /// Where the next segment of the epoch begins.
  [[nodiscard]] std::uint64_t capacity_end() const {
    return block_start(header_.first_sequence) + header_.capacity_slots;
  }
  /// What the file must have; less or more is a fault.
  [[nodiscard]] std::uint64_t file_bytes() const {
    return slots_offset + header_.capacity_slots * slot_bytes;
  }

  /// Where in the file the slot lies, whether the file reaches so far or not.
  [[nodiscard]] std::uint64_t offset_of(std::uint64_t sequence) const {
    return slots_offset + (sequence - block_start(header_.first_sequence)) * slot_bytes;
  }
  /// Slots of the file before this sequence are whole.
  [[nodiscard]] std::uint64_t held_end() const { return held_end_; }
  /// True if all of the slot is in the file.
  [[nodiscard]] bool holds(std::uint64_t sequence) const {
    return sequence >= header_.first_sequence && sequence < held_end_;
  }
  /// Only what it holds.
  [[nodiscard]] const Slot& slot(std::uint64_t sequence) const {
    return slots_[sequence - block_start(header_.first_sequence)];
  }
  [[nodiscard]] bool proves(std::uint64_t sequence) const {
    return holds(sequence) && journal::proves(slot(sequence), sequence, header_.epoch);
  }

 private:
  std::string name_;
  std::span<const std::byte> file_;
  HeaderCheck check_;
  SegmentHeader header_;
  const Slot* slots_;
  std::uint64_t held_end_;
  bool named_right_ = true;
};

}  // namespace wirebook::journal
