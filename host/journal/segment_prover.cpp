#include "journal/segment_prover.hpp"

#include <algorithm>
#include <string>

#include "journal/bytes.hpp"
#include "journal/segment.hpp"

namespace wirebook::journal {

void SegmentProver::begin(const SegmentPart& part) {
  part_ = &part;
  at_ = block_start(part.first);
  if (part.file_bytes == 0)
    take_header({});
  hole_.reset();
  if (stream_epoch_ != part.epoch)
    tail_.reset();
  if (stream_epoch_ == part.epoch && stream_at_ == part.first)
    return;
  // A gap may have taken the head of what follows; a new epoch begins with one.
  if (extensions_due_ != 0 && stream_at_ == part.first)
    throw damage(FaultKind::group, part.first, part.first, "a new epoch cuts the group before it");
  orphans_left_ = part.first != 0 && stream_at_ != part.first ? extension_slots_max : 0;
  extensions_due_ = 0;
  stream_at_ = part.first;
  stream_epoch_ = part.epoch;
}

void SegmentProver::take(std::uint64_t offset, std::span<const std::byte> bytes) {
  if (offset == 0) {
    take_header(bytes);
    bytes = bytes.subspan(std::min<std::size_t>(bytes.size(), slots_offset));
  }
  const std::span slots(reinterpret_cast<const Slot*>(bytes.data()), bytes.size() / slot_bytes);
  for (const Slot& slot : slots)
    take_slot(slot);
}

void SegmentProver::take_header(std::span<const std::byte> block) {
  const HeaderCheck check = check_header(block);
  const char* why = nullptr;
  if (check.fault != HeaderFault::none)
    why = to_text(check.fault).data();
  else if (check.header.first_sequence != part_->first || check.header.epoch != part_->epoch)
    why = "the header says another first sequence or epoch than the name";
  else if (slots_offset + check.header.capacity_slots * slot_bytes != part_->file_bytes)
    why = "the file does not have the length that its header says";
  if (why == nullptr)
    return;
  const std::string position = position_text(part_->name, check.byte, part_->first);
  throw JournalDamage("header: " + position + ": " + why, position);
}

inline void SegmentProver::take_slot(const Slot& slot) {
  const std::uint64_t sequence = at_++;
  if (sequence < part_->first)
    return;
  if (sequence >= part_->end)
    return take_rest(slot);
  if (!proves(slot, sequence, part_->epoch)) {
    if (!hole_)
      hole_ = sequence;
    return;
  }
  if (hole_)
    throw damage(FaultKind::slots, *hole_, sequence, "slots do not prove themselves");
  if (tail_)
    throw *tail_;
  ++proven_slots_;
  stream_at_ = sequence + 1;
  if (extensions_due_ != 0 || slot.tail.extension_count != 0 ||
      slot.tail.kind == SlotKind::extension)
    take_kind(slot);
  else
    orphans_left_ = 0;
}

void SegmentProver::take_kind(const Slot& slot) {
  const std::uint64_t sequence = at_ - 1;
  constexpr const char* why = "whole slots that make no group";
  const bool extension = slot.tail.kind == SlotKind::extension;
  if (extension && extensions_due_ == 0 && orphans_left_ != 0) {
    --orphans_left_;
    return;
  }
  if (extension != (extensions_due_ != 0) ||
      slot.tail.extension_count > (extension ? 0 : extension_slots_max))
    throw damage(FaultKind::group, sequence, sequence + 1, why);
  orphans_left_ = 0;
  extensions_due_ = extension ? extensions_due_ - 1 : slot.tail.extension_count;
}

/// Behind the end of an epoch, where recovery left zeros.
void SegmentProver::take_rest(const Slot& slot) {
  if (!part_->closes_epoch)
    return;
  if (!is_zero(std::as_bytes(std::span(&slot, 1))))
    throw damage(FaultKind::rest, at_ - 1, at_, "not zeros behind the end of the epoch");
}

void SegmentProver::end() {
  if (!hole_)
    return;
  tail_ = damage(FaultKind::slots, *hole_, part_->end, "slots do not prove themselves");
  if (part_->all_there)
    throw *tail_;
}

JournalDamage SegmentProver::damage(FaultKind kind, std::uint64_t first, std::uint64_t end,
                                    const char* why) const {
  const std::uint64_t byte = slots_offset + (first - block_start(part_->first)) * slot_bytes;
  const std::string position = position_text(part_->name, byte, first);
  return JournalDamage(std::string(to_text(kind)) + ": " + position + ", " +
                           std::to_string((end - first) * slot_bytes) + " bytes, " +
                           std::to_string(end - first) + " slots: " + why,
                       position);
}

}  // namespace wirebook::journal
