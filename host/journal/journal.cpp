#include "journal/journal.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

namespace wirebook::journal {

Journal::Journal(std::vector<Segment> segments) : segments_(std::move(segments)) {
  std::sort(segments_.begin(), segments_.end(), [](const Segment& a, const Segment& b) {
    return std::tuple(a.first_sequence(), a.epoch(), std::string_view(a.name())) <
           std::tuple(b.first_sequence(), b.epoch(), std::string_view(b.name()));
  });
  for (std::size_t i = 0; i < segments_.size(); ++i) {
    check_file(i);
    append_part(i);
  }
  if (parts_.empty())
    return;
  for (Part& part : parts_)
    part.superseded = part.epoch != parts_.back().epoch;
}

/// What can be said of a segment alone, but for its shard.
void Journal::check_file(std::size_t index) {
  const Segment& segment = segments_[index];
  const HeaderCheck& check = segment.check();
  const std::uint64_t bytes = segment.file().size();
  const std::uint64_t first = segment.first_sequence();
  if (check.fault != HeaderFault::none) {
    faults_.push_back({.kind = FaultKind::header,
                       .segment = index,
                       .byte = check.byte,
                       .bytes = block_bytes - std::min(check.byte, std::uint64_t{block_bytes}),
                       .sequence = first});
    return;  // of the rest nothing is known
  }
  if (!segment.named_right())
    faults_.push_back({.kind = FaultKind::name, .segment = index, .sequence = first});
  const auto reference = std::find_if(
      segments_.begin(), segments_.end(),
      [](const Segment& candidate) { return candidate.check().fault == HeaderFault::none; });
  if (check.header.shard != reference->check().header.shard)
    faults_.push_back(
        {.kind = FaultKind::shard, .segment = index, .byte = 20, .bytes = 4, .sequence = first});
  if (bytes == segment.file_bytes())
    return;
  Fault fault{
      .kind = FaultKind::length, .segment = index, .byte = std::min(bytes, segment.file_bytes())};
  fault.bytes = std::max(bytes, segment.file_bytes()) - fault.byte;
  fault.sequence = segment.capacity_end();
  if (bytes < segment.file_bytes()) {
    const std::uint64_t held = block_start(first) + (bytes - slots_offset) / slot_bytes;
    fault.sequence = std::max(held, first);
    fault.slots = segment.capacity_end() - fault.sequence;
  }
  faults_.push_back(fault);
}

void Journal::append_part(std::size_t index) {
  const Segment& segment = segments_[index];
  const std::uint64_t first = segment.first_sequence();
  const std::uint64_t end = std::max(first, segment.capacity_end());
  if (!parts_.empty() && segment.epoch() < parts_.back().epoch) {
    faults_.push_back(
        {.kind = FaultKind::epoch, .segment = index, .sequence = first, .slots = end - first});
    return;
  }
  if (!parts_.empty())
    check_border(parts_.back(), segment, index);
  parts_.push_back({.segment = index, .first = first, .end = end, .epoch = segment.epoch()});
}

/// Ends the part before where the next segment begins.
void Journal::check_border(Part& before, const Segment& next, std::size_t index) {
  const std::uint64_t first = next.first_sequence();
  Fault fault{.kind = FaultKind::missing, .segment = index};
  if (first > before.end) {
    fault.sequence = before.end;
    fault.slots = first - before.end;
    faults_.push_back(fault);
  } else if (first < before.end && next.epoch() == before.epoch) {
    fault.kind = FaultKind::overlap;
    fault.sequence = first;
    fault.slots = std::min(before.end, std::max(first, next.capacity_end())) - first;
    fault.bytes = fault.slots * slot_bytes;
    fault.byte = next.offset_of(first);
    faults_.push_back(fault);
  }
  before.end = std::min(before.end, first);
}

}  // namespace wirebook::journal
