#include "journal/reader.hpp"

#include <algorithm>

namespace wirebook::journal {

namespace {

/// So far ahead a slot is asked of memory: its checksum cannot begin before it is there.
constexpr std::uint64_t prefetch_slots = 32;

}  // namespace

Reader::Reader(const Journal& journal) : journal_(&journal), crash_rule_(journal) {
  if (journal.parts().empty())
    return;
  set_place({0, part_at(0).first});
  // Older segments may be gone, and with them the head of the first slots here.
  orphans_left_ = at_ == 0 ? 0 : extension_slots_max;
}

bool Reader::seek(std::uint64_t sequence) {
  const auto parts = journal_->parts();
  const auto found = std::find_if(parts.begin(), parts.end(), [sequence](const Part& part) {
    return sequence >= part.first && sequence < part.end;
  });
  if (found == parts.end())
    return false;
  set_place({static_cast<std::size_t>(found - parts.begin()), sequence});
  const auto faults = journal_->faults();
  const auto first = std::find_if(faults.begin(), faults.end(), [found](const Fault& fault) {
    return fault.segment >= found->segment;
  });
  journal_faults_taken_ = static_cast<std::size_t>(first - faults.begin());
  orphans_left_ = cut_slots_ = tail_slots_ = 0;
  ended_ = false;
  return true;
}

Reader::Step Reader::next() {
  for (;;) {
    if (take_journal_fault() || take_damage())
      return Step::fault;
    if (ended_ || journal_->parts().empty())
      return Step::end;
    if (at_ != part_at(part_).end) {
      if (const auto step = read_slot())
        return *step;
    } else if (!enter_part()) {
      finish({part_, at_});
    }
  }
}

/// Those of the segments up to where the reader is; at the tail, all.
bool Reader::take_journal_fault() {
  const auto faults = journal_->faults();
  if (journal_faults_taken_ == faults.size())
    return false;
  const Fault& fault = faults[journal_faults_taken_];
  if (!ended_ && fault.segment > part_at(part_).segment)
    return false;
  fault_ = fault;
  ++journal_faults_taken_;
  return true;
}

void Reader::set_place(const Place& place) {
  part_ = place.part;
  at_ = place.sequence;
  epoch_ = part_at(part_).epoch;
}

bool Reader::enter_part() {
  if (part_ + 1 == journal_->parts().size())
    return false;
  const Part& next = part_at(part_ + 1);
  if (next.first != at_)  // what is missing may have been the head of what follows
    orphans_left_ = extension_slots_max;
  set_place({part_ + 1, next.first});
  return true;
}

std::optional<Reader::Step> Reader::read_slot() {
  const Segment& segment = segment_at(part_);
  if (segment.holds(at_ + prefetch_slots))
    __builtin_prefetch(&segment.slot(at_ + prefetch_slots));
  if (segment.proves(at_))
    return read_group(segment.slot(at_));
  if (is_owed({part_, at_}))
    return take_damage() ? Step::fault : read_hole();
  finish({part_, at_});
  return std::nullopt;
}

std::optional<Reader::Step> Reader::read_group(const Slot& head) {
  const bool orphan = head.tail.kind == SlotKind::extension;
  if (orphan && orphans_left_ != 0) {
    --orphans_left_;
    return pass_cut({part_, at_ + 1});
  }
  if (orphan || head.tail.extension_count > extension_slots_max)
    return report_group({part_, at_ + 1});

  orphans_left_ = 0;
  group_ = {.head = &head, .sequence = at_};
  Place place{part_, at_};
  for (std::size_t i = 0; i < head.tail.extension_count; ++i) {
    const Link link = step_over(place);
    if (link == Link::parted)
      return pass_cut(place);
    if (link == Link::newer_epoch)
      return report_group(place);
    if (link == Link::none || !segment_at(place.part).proves(place.sequence)) {
      if (link == Link::joined && is_owed(place))
        return pass_cut(place);
      finish(place);
      return std::nullopt;
    }
    const Slot& slot = segment_at(place.part).slot(place.sequence);
    if (slot.tail.kind != SlotKind::extension || slot.tail.extension_count != 0)
      return report_group(place);
    group_.extensions[i] = &slot;
  }
  set_place({place.part, place.sequence + 1});
  return Step::group;
}

/// A run of slots that are not there, in one segment.
Reader::Step Reader::read_hole() {
  const Segment& segment = segment_at(part_);
  std::uint64_t end = at_ + 1;
  while (end != part_at(part_).end && !segment.proves(end) && is_owed({part_, end}))
    ++end;
  fault_ = slots_fault({part_, at_}, end);
  at_ = end;
  orphans_left_ = extension_slots_max;
  return Step::fault;
}

/// Over whole slots of a group that is not; what it lacks is reported where it lies.
std::optional<Reader::Step> Reader::pass_cut(const Place& to) {
  cut_slots_ += to.sequence - at_;
  set_place(to);
  return std::nullopt;
}

/// Over whole slots that make no group.
Reader::Step Reader::report_group(const Place& to) {
  fault_ = {.kind = FaultKind::group,
            .segment = part_at(part_).segment,
            .byte = segment_at(part_).offset_of(at_),
            .bytes = (to.sequence - at_) * slot_bytes,
            .sequence = at_,
            .slots = to.sequence - at_};
  set_place(to);
  return Step::fault;
}

/// The tail is where the reader is; up to `seen` slots behind it are whole.
void Reader::finish(const Place& seen) {
  tail_slots_ = seen.sequence - at_;
  crash_end_ = at_;
  const auto proven_end = crash_rule_.proven_end();
  if (proven_end && *proven_end > seen)
    crash_end_ = proven_end->sequence;
  ended_ = true;
}

/// To the next slot of the stream, as long as it is of the same epoch; else to the part's end.
Reader::Link Reader::step_over(Place& place) const {
  ++place.sequence;
  while (place.sequence == part_at(place.part).end) {
    if (place.part + 1 == journal_->parts().size())
      return Link::none;
    const Part& next = part_at(place.part + 1);
    if (next.first != place.sequence)
      return Link::parted;
    if (next.epoch != part_at(place.part).epoch)
      return Link::newer_epoch;
    ++place.part;
  }
  return Link::joined;
}

/// Whether a slot that does not prove itself had to: damage, or something later, shows it.
bool Reader::is_owed(const Place& place) {
  if (part_at(place.part).superseded || place < owed_end_)
    return true;
  const auto damage = crash_rule_.damage({part_, at_}, place);
  if (!damage)
    return false;
  owed_end_ = damage->owed_end;
  if (damage->first > place)
    damage_ = damage;
  return place < owed_end_;
}

/// Damage behind what a crash may have left out: told first, as all else follows from it.
bool Reader::take_damage() {
  if (!damage_)
    return false;
  fault_ = slots_fault(damage_->first, damage_->end);
  damage_.reset();
  return true;
}

Fault Reader::slots_fault(const Place& first, std::uint64_t end) const {
  const Part& part = part_at(first.part);
  return {.kind = FaultKind::slots,
          .segment = part.segment,
          .byte = journal_->segment_of(part).offset_of(first.sequence),
          .bytes = (end - first.sequence) * slot_bytes,
          .sequence = first.sequence,
          .slots = end - first.sequence};
}

}  // namespace wirebook::journal
