#include "journal/verify.hpp"

#include <algorithm>

#include "journal/reader.hpp"

namespace wirebook::journal {

namespace {

void add(VerifyReport& report, const Fault& fault) {
  ++report.fault_count;
  if (report.faults.size() < faults_kept_max)
    report.faults.push_back(fault);
}

/// What lies behind the end of an epoch in its last segment, if it is not zeros.
void check_rest(const Journal& journal, const Part& part, std::vector<Fault>& faults) {
  const Segment& segment = journal.segment_of(part);
  const std::uint64_t from = segment.offset_of(part.end);
  const std::uint64_t to = std::min<std::uint64_t>(segment.file().size(), segment.file_bytes());
  if (from >= to)
    return;
  const auto rest = segment.file().subspan(from, to - from);
  const auto is_written = [](std::byte byte) { return byte != std::byte{0}; };
  const auto first = std::find_if(rest.begin(), rest.end(), is_written);
  if (first == rest.end())
    return;
  const auto last = std::find_if(rest.rbegin(), rest.rend(), is_written).base();
  const std::uint64_t byte = from + static_cast<std::uint64_t>(first - rest.begin());
  const std::uint64_t byte_end = from + static_cast<std::uint64_t>(last - rest.begin());
  const std::uint64_t sequence = part.end + (byte - from) / slot_bytes;
  const std::uint64_t sequence_end = part.end + (byte_end - from + slot_bytes - 1) / slot_bytes;
  faults.push_back({.kind = FaultKind::rest,
                    .segment = part.segment,
                    .byte = byte,
                    .bytes = byte_end - byte,
                    .sequence = sequence,
                    .slots = sequence_end - sequence});
}

std::string_view explain(const Journal& journal, const Fault& fault) {
  switch (fault.kind) {
    case FaultKind::header:
      return to_text(journal.segments()[fault.segment].check().fault);
    case FaultKind::name:
      return "the header says another first sequence or epoch than the name";
    case FaultKind::shard:
      return "of another shard";
    case FaultKind::length:
      return "the file does not have the length that its header says";
    case FaultKind::missing:
      return "no segment has the slots before this one";
    case FaultKind::overlap:
      return "the segment before has these slots too";
    case FaultKind::epoch:
      return "an older epoch begins behind a newer one; not read";
    case FaultKind::slots:
      return "slots do not prove themselves";
    case FaultKind::group:
      return "whole slots that make no group";
    case FaultKind::rest:
      return "not zeros behind the end of the epoch";
  }
  return "";
}

}  // namespace

VerifyReport verify(const Journal& journal) {
  VerifyReport report;
  Reader reader(journal);
  report.first_sequence = reader.sequence();
  for (auto step = reader.next(); step != Reader::Step::end; step = reader.next()) {
    if (step == Reader::Step::fault) {
      add(report, reader.fault());
    } else {
      ++report.groups;
      report.slots += reader.group().slot_count();
    }
  }
  report.tail = reader.sequence();
  report.epoch = reader.epoch();
  report.cut_slots = reader.cut_slots();
  report.tail_slots = reader.tail_slots();
  report.crash_end = reader.crash_end();
  for (const Fault& fault : find_rests(journal))
    add(report, fault);
  return report;
}

std::vector<Fault> find_rests(const Journal& journal) {
  std::vector<Fault> faults;
  const auto parts = journal.parts();
  for (std::size_t i = 0; i + 1 < parts.size(); ++i)
    if (parts[i].epoch != parts[i + 1].epoch)
      check_rest(journal, parts[i], faults);
  return faults;
}

std::string position(const Journal& journal, const Fault& fault) {
  return position_text(journal.segments()[fault.segment].name(), fault.byte, fault.sequence);
}

std::string describe(const Journal& journal, const Fault& fault) {
  std::string text(to_text(fault.kind));
  text += ": ";
  text += position(journal, fault);
  text +=
      ", " + std::to_string(fault.bytes) + " bytes, " + std::to_string(fault.slots) + " slots: ";
  text += explain(journal, fault);
  return text;
}

}  // namespace wirebook::journal
