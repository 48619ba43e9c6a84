#include "journal/segment.hpp"

#include <algorithm>
#include <utility>

#include "wirebook/assert.hpp"

namespace wirebook::journal {

namespace {

/// What a segment of this name and length would be.
SegmentHeader guess_header(const SegmentName& name, std::size_t bytes) {
  const std::uint64_t slots = bytes <= slots_offset ? 0 : (bytes - slots_offset) / slot_bytes;
  const std::uint64_t room = ~block_start(name.first_sequence) & ~(block_slots - 1);
  return {.epoch = name.epoch,
          .first_sequence = name.first_sequence,
          .capacity_slots = std::min(slots & ~(block_slots - 1), room)};
}

}  // namespace

Segment::Segment(std::string name, std::span<const std::byte> file)
    : name_(std::move(name)), file_(file), check_(check_header(file)) {
  WIREBOOK_ASSERT(std::bit_cast<std::uintptr_t>(file.data()) % alignof(Slot) == 0);
  const auto parsed = parse_segment_name(name_);
  WIREBOOK_ASSERT(parsed.has_value());
  if (check_.fault == HeaderFault::none) {
    header_ = check_.header;
    named_right_ =
        parsed->first_sequence == header_.first_sequence && parsed->epoch == header_.epoch;
  } else {
    header_ = guess_header(*parsed, file.size());
  }
  const std::uint64_t slots =
      file.size() < slots_offset ? 0 : (file.size() - slots_offset) / slot_bytes;
  slots_ =
      reinterpret_cast<const Slot*>(file.data() + std::min<std::size_t>(slots_offset, file.size()));
  held_end_ = block_start(header_.first_sequence) + std::min(slots, header_.capacity_slots);
}

}  // namespace wirebook::journal
