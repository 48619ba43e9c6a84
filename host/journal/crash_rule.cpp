#include "journal/crash_rule.hpp"

#include <algorithm>
#include <cstring>
#include <span>
#include <utility>

#include "journal/bytes.hpp"

namespace wirebook::journal {

namespace {

std::span<const std::byte> bytes_of(const Slot& first, std::uint64_t count = 1) {
  return std::as_bytes(std::span(&first, count));
}

SlotTail without_phase(SlotTail tail) {
  tail.flags &= static_cast<std::uint8_t>(~flag_phase);
  return tail;
}
bool same_tail(const Slot& slot, const SlotTail& tail) {
  return std::bit_cast<std::uint64_t>(without_phase(slot.tail)) ==
         std::bit_cast<std::uint64_t>(without_phase(tail));
}

/// Of a slot that is copied while it is written, either the tail or this much is the old one's.
constexpr std::size_t front_bytes = 16;

}  // namespace

std::optional<Place> CrashRule::proven_end() {
  look_back();
  return proven_end_;
}

void CrashRule::look_back() {
  if (std::exchange(looked_, true))
    return;
  const auto parts = journal_->parts();
  for (std::size_t i = parts.size(); i-- != 0 && !parts[i].superseded;) {
    const Segment& segment = journal_->segment_of(parts[i]);
    for (std::uint64_t s = std::min(parts[i].end, segment.held_end()); s > parts[i].first; --s) {
      if (is_zero(bytes_of(segment.slot(s - 1))))
        continue;
      if (!written_end_)
        written_end_ = Place{i, s};
      if (segment.proves(s - 1)) {
        proven_end_ = Place{i, s};
        return;
      }
    }
  }
}

std::optional<CrashRule::Damage> CrashRule::damage(const Place& tail, const Place& missing) {
  look_back();
  const Segment& segment = journal_->segment_of(journal_->parts()[tail.part]);
  const bool is_last = !proven_end_ || *proven_end_ <= missing;
  if (!is_last && proven_end_->sequence - tail.sequence > segment.window_slots())
    return run_of(missing);
  if (segment.ring_slots() != 0)
    return damage_behind(tail);
  return is_last ? std::nullopt : std::optional(run_of(missing));
}

/// Slots that do not prove themselves from here on, in one segment.
CrashRule::Damage CrashRule::run_of(const Place& missing) const {
  const Part& part = journal_->parts()[missing.part];
  const Segment& segment = journal_->segment_of(part);
  std::uint64_t end = missing.sequence + 1;
  while (end < part.end && !segment.proves(end))
    ++end;
  return {missing, end, {missing.part, end}};
}

/// What from here on no crash leaves so.
std::optional<CrashRule::Damage> CrashRule::damage_behind(const Place& tail) const {
  if (!written_end_ || *written_end_ <= tail)
    return std::nullopt;
  const auto parts = journal_->parts();
  std::optional<Damage> damage;
  const auto add = [&damage](std::size_t part, const Range& bad) {
    const Place end{part, bad.end};
    if (!damage)
      damage = {.first = {part, bad.first}, .end = bad.end};
    damage->owed_end = end;
  };
  for (std::size_t i = tail.part; i <= written_end_->part; ++i) {
    const Part& part = parts[i];
    std::uint64_t s = i == tail.part ? tail.sequence : part.first;
    const std::uint64_t end = i == written_end_->part ? written_end_->sequence : part.end;
    const std::uint64_t held_end = std::min(part.end, journal_->segment_of(part).held_end());
    if ((i != tail.part && s != parts[i - 1].end) || end > held_end) {
      add(i, {s, end});  // segments, or the end of one, are missing
      break;
    }
    while (s < end) {
      const std::uint64_t sector_end = std::min((s / sector_slots + 1) * sector_slots, held_end);
      if (const auto bad = check_sector(part, {s, sector_end}, tail.sequence))
        add(i, *bad);
      s = sector_end;
    }
  }
  return damage;
}

/// Of one sector's slots: from the first to the last that should not be as it is.
std::optional<CrashRule::Range> CrashRule::check_sector(const Part& part, const Range& slots,
                                                        std::uint64_t tail) const {
  const Segment& segment = journal_->segment_of(part);
  // Whole blocks are written, and the ring is given back in whole blocks.
  const std::uint64_t window = std::min(segment.window_slots(), ~tail - 2 * block_slots);
  const std::uint64_t written_max = first_of(block_of(tail + window - 1) + 1);
  std::uint64_t s = slots.first;
  while (s != slots.end && segment.proves(s))
    ++s;
  const bool is_begun = s != slots.first;
  if (!is_begun && is_zero(bytes_of(segment.slot(s), slots.end - s)))
    return std::nullopt;
  if (slots.end > written_max)
    return slots;
  if (s == slots.end || is_zero(bytes_of(segment.slot(s), slots.end - s)))
    return std::nullopt;
  std::optional<Range> bad;
  if (!is_begun && (s % block_slots == 0 || s == part.first))
    bad = {s, s + 1};
  for (; s != slots.end; ++s)
    if (!segment.proves(s) && !is_old(segment, s, tail))
      bad = {bad ? bad->first : s, s + 1};
  return bad;
}

/// The slot of the sequence a ring before, if it is there.
const Slot* CrashRule::find_old(const Segment& segment, std::uint64_t sequence) const {
  const std::uint64_t old = sequence - segment.ring_slots();
  for (const Part& part : journal_->parts()) {
    if (part.epoch != segment.epoch() || old < part.first || old >= part.end)
      continue;
    const Segment& holder = journal_->segment_of(part);
    return holder.proves(old) ? &holder.slot(old) : nullptr;
  }
  return nullptr;
}

/// Whether it is, or its writer had begun to overwrite, what was in the ring before.
bool CrashRule::is_old(const Segment& segment, std::uint64_t sequence, std::uint64_t tail) const {
  const Slot& slot = segment.slot(sequence);
  const auto parts = journal_->parts();
  const auto first = std::find_if(parts.begin(), parts.end(), [&segment](const Part& part) {
    return part.epoch == segment.epoch();
  });
  if (sequence < first->first + segment.ring_slots())
    return same_tail(slot, SlotTail{}) || is_zero(bytes_of(slot).first(front_bytes));
  if (journal::proves(slot, sequence - segment.ring_slots(), segment.epoch()))
    return true;
  const Slot* const old = find_old(segment, sequence);
  if (old == nullptr)  // in `async` it may be lost itself: then nobody can say
    return sequence - segment.ring_slots() >= tail;
  return same_tail(slot, old->tail) ||
         (!is_zero(bytes_of(slot).first(front_bytes)) && std::memcmp(&slot, old, front_bytes) == 0);
}

}  // namespace wirebook::journal
