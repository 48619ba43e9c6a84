#include "journal/segment_parts.hpp"

#include <algorithm>
#include <cstddef>

#include "journal/verify.hpp"

namespace wirebook::journal {

namespace {

bool has_slots(const Journal& journal, const Part& part) {
  for (std::uint64_t sequence = part.first; sequence < part.end; ++sequence)
    if (journal.segment_of(part).proves(sequence))
      return true;
  return false;
}

/// How many parts of the journal have slots, or have to; segments made ahead come behind them.
std::size_t written_parts(const Journal& journal) {
  std::size_t count = journal.parts().size();
  while (count > 1 && !journal.parts()[count - 1].superseded &&
         !has_slots(journal, journal.parts()[count - 1]))
    --count;
  return count;
}

}  // namespace

JournalParts parts_of(const Journal& journal, bool live) {
  if (!journal.faults().empty()) {
    const Fault& fault = journal.faults().front();
    throw JournalDamage(describe(journal, fault), position(journal, fault));
  }
  const std::size_t written = written_parts(journal);
  JournalParts parts;
  for (std::size_t i = 0; i < journal.parts().size(); ++i) {
    const Part& part = journal.parts()[i];
    const Segment& segment = journal.segment_of(part);
    const bool last = i + 1 == journal.parts().size();
    (live && i + 1 >= written ? parts.open : parts.sealed)
        .push_back({.name = segment.name(),
                    .first = part.first,
                    .end = part.end,
                    .epoch = part.epoch,
                    .file_bytes = segment.file_bytes(),
                    .trading_day = segment.check().header.trading_day,
                    .all_there = part.superseded || i + 1 < written,
                    .closes_epoch = !last && journal.parts()[i + 1].epoch != part.epoch});
  }
  return parts;
}

void end_parts(std::vector<SegmentPart>& parts) {
  std::sort(parts.begin(), parts.end(), [](const SegmentPart& a, const SegmentPart& b) {
    return a.first != b.first ? a.first < b.first : a.epoch < b.epoch;
  });
  for (std::size_t i = 0; i < parts.size(); ++i) {
    SegmentPart& part = parts[i];
    part.end = std::max(
        part.first, block_start(part.first) +
                        (part.file_bytes - std::min(part.file_bytes, slots_offset)) / slot_bytes);
    if (i + 1 == parts.size() || parts[i + 1].first > part.end)
      continue;
    part.end = parts[i + 1].first;
    part.closes_epoch = parts[i + 1].epoch != part.epoch;
    // What follows in the same epoch may be a segment made ahead, without slots.
    part.all_there = part.closes_epoch;
  }
}

}  // namespace wirebook::journal
