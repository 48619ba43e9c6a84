#include "node/journal_commands/journal_report.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <iterator>
#include <limits>
#include <map>

#include <fmt/chrono.h>
#include <fmt/format.h>

#include "journal/reader.hpp"
#include "node/json/json_slots.hpp"

namespace wirebook::node {

namespace {

using journal::Fault;
using journal::Journal;
using journal::Part;
using journal::Reader;
using journal::Segment;

std::string unix_time_text(std::uint64_t unix_ns) {
  const auto seconds = static_cast<std::time_t>(unix_ns / 1'000'000'000);
  return fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(seconds));
}

std::string day_time_text(TimeNs time) {
  const std::uint64_t seconds = time.raw / 1'000'000'000;
  return fmt::format("{:02}:{:02}:{:02}.{:09}", seconds / 3600, seconds / 60 % 60, seconds % 60,
                     time.raw % 1'000'000'000);
}

/// What is known without a look at the slots.
std::string state_text(const Journal& journal, std::size_t index) {
  for (const Fault& fault : journal.faults())
    if (fault.segment == index)
      return fmt::format("{}", journal::describe(journal, fault));
  return index + 1 == journal.segments().size() ? "last" : "";
}

std::string segment_line(const Journal& journal, std::size_t index) {
  const Segment& segment = journal.segments()[index];
  const auto parts = journal.parts();
  const auto part = std::find_if(parts.begin(), parts.end(),
                                 [index](const Part& one) { return one.segment == index; });
  const bool checked = segment.check().fault == journal::HeaderFault::none;
  const journal::SegmentHeader& header = segment.check().header;
  return fmt::format("{:<29}  {:>5}  {:>14}  {:>14}  {:>14}  {:>5}  {:>8}  {:<20}  {}\n",
                     segment.name(), segment.epoch(), segment.first_sequence(),
                     part == parts.end() ? segment.first_sequence() : part->end,
                     segment.file().size(), checked ? std::to_string(header.shard) : "?",
                     checked ? std::to_string(header.trading_day) : "?",
                     checked ? unix_time_text(header.created_unix_ns) : "?",
                     state_text(journal, index));
}

/// Where the slots behind the tail begin.
std::string tail_text(const Journal& journal, const journal::VerifyReport& report) {
  const auto parts = journal.parts();
  const auto behind = std::find_if(parts.begin(), parts.end(), [&report](const Part& part) {
    return !part.superseded && report.tail < part.end;
  });
  const Part& part = behind == parts.end() ? parts.back() : *behind;
  return position(journal, {.segment = part.segment,
                            .byte = journal.segment_of(part).offset_of(report.tail),
                            .sequence = report.tail});
}

struct Sums {
  std::array<std::uint64_t, 256> by_kind{};
  std::map<std::uint32_t, std::uint64_t> slots_by_epoch;
  std::uint64_t groups = 0;
  std::uint64_t slots = 0;
  TimeNs first_time{std::numeric_limits<std::uint64_t>::max()};
  TimeNs last_time{};

  void add(const SlotGroup& group, std::uint32_t epoch) {
    ++groups;
    slots += group.slot_count();
    slots_by_epoch[epoch] += group.slot_count();
    ++by_kind[static_cast<std::uint8_t>(group.head->tail.kind)];
    by_kind[static_cast<std::uint8_t>(SlotKind::extension)] += group.head->tail.extension_count;
    first_time = std::min(first_time, group.head->time_ns);
    last_time = std::max(last_time, group.head->time_ns);
  }
};

std::string sums_text(const Journal& journal, const Sums& sums, std::uint64_t first,
                      std::uint64_t tail) {
  std::uint64_t bytes = 0;
  for (const Segment& segment : journal.segments())
    bytes += segment.file().size();
  std::string text;
  const auto line = [&text](std::string_view name, const std::string& value) {
    fmt::format_to(std::back_inserter(text), "{:<18}{}\n", name, value);
  };
  line("segments", fmt::format("{} in {} bytes", journal.segments().size(), bytes));
  line("sequences", fmt::format("{} to {}, the tail", first, tail));
  line("slots",
       fmt::format("{} in {} groups, {} bytes", sums.slots, sums.groups, sums.slots * slot_bytes));
  if (sums.groups != 0)
    line("time",
         fmt::format("{} to {}", day_time_text(sums.first_time), day_time_text(sums.last_time)));
  for (const auto& [epoch, slots] : sums.slots_by_epoch)
    line(fmt::format("epoch {}", epoch), fmt::format("{} slots", slots));
  for (std::size_t kind = 0; kind < sums.by_kind.size(); ++kind)
    if (sums.by_kind[kind] != 0)
      line(slot_kind_name(static_cast<SlotKind>(kind)), std::to_string(sums.by_kind[kind]));
  return text;
}

}  // namespace

std::string segments_text(const Journal& journal) {
  std::string text =
      fmt::format("{:<29}  {:>5}  {:>14}  {:>14}  {:>14}  {:>5}  {:>8}  {:<20}\n", "segment",
                  "epoch", "first", "end", "bytes", "shard", "day", "created");
  for (std::size_t i = 0; i < journal.segments().size(); ++i)
    text += segment_line(journal, i);
  return text;
}

std::string verify_text(const Journal& journal, const journal::VerifyReport& report) {
  std::string text =
      fmt::format("{} segments, sequences {} to {}, epoch {}: {} slots in {} groups\n",
                  journal.segments().size(), report.first_sequence, report.tail, report.epoch,
                  report.slots, report.groups);
  if (report.tail_slots != 0)
    text +=
        fmt::format("behind the tail {} whole slots of a group that is not\n", report.tail_slots);
  if (report.crash_end != report.tail)
    text += fmt::format(
        "behind the tail, up to sequence {}, slots of which some are missing: what was being "
        "written, and nobody was told of\n",
        report.crash_end);
  if (report.cut_slots != 0)
    text += fmt::format("{} whole slots of groups that are not\n", report.cut_slots);
  for (const Fault& fault : report.faults)
    text += journal::describe(journal, fault) + "\n";
  if (report.fault_count > report.faults.size())
    text += fmt::format("and {} more\n", report.fault_count - report.faults.size());
  if (!report.whole())
    return text + fmt::format("corrupt at {}\n", position(journal, report.faults.front()));
  if (report.crash_end == report.tail && report.tail_slots == 0)
    return text + "whole\n";
  return text + fmt::format("whole, but needs recovery: cut at {}\n", tail_text(journal, report));
}

JournalSums stat_text(const Journal& journal) {
  Reader reader(journal);
  const std::uint64_t first = reader.sequence();
  Sums sums;
  std::uint64_t faults = 0;
  for (auto step = reader.next(); step != Reader::Step::end; step = reader.next()) {
    if (step == Reader::Step::group)
      sums.add(reader.group(), reader.epoch());
    else
      ++faults;
  }
  std::string text = sums_text(journal, sums, first, reader.sequence());
  if (faults != 0)
    text += fmt::format("{:<18}{}: see `wirebook journal verify`\n", "faults", faults);
  return {std::move(text), faults == 0};
}

}  // namespace wirebook::node
