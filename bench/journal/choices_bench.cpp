// What the defaults of WriterOptions and DiskOptions were chosen by: each choice by turns with the
// defaults, all of them once a round; a ratio is of two figures of one round.
//
// Throughput: a ring that is kept full, 64 MiB a run. Acknowledgement: a block of 64 slots at a
// time, at depth 1. A steady load: slots come at a rate far below what the disk takes, and each
// group of 16 waits for its watermark: what `short_depth` is for.
//
// `--directory DIR` (default: beside the program) names the disk.
#include <algorithm>
#include <atomic>
#include <cstdint>
#include <cstdio>
#include <string>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

#include "bench/journal/live_journal.hpp"
#include "bench/journal/place.hpp"
#include "bench/report.hpp"

namespace {

using namespace wirebook;         // NOLINT(google-build-using-namespace): a program of its own
using namespace wirebook::bench;  // NOLINT(google-build-using-namespace)
using journal::DiskOptions;
using journal::SyncBy;
using journal::WriterOptions;

constexpr std::uint64_t segment_slots = std::uint64_t{1} << 20;
constexpr std::uint64_t run_slots = segment_slots - batch_slots;
constexpr std::uint64_t single_segment_slots = 1 << 16;
constexpr std::uint64_t single_blocks = 500;
constexpr std::uint64_t steady_group = 16;
constexpr std::uint64_t steady_groups = 4000;
constexpr std::uint64_t steady_interval_ns = 16'000;  // a million slots a second

struct Choice {
  std::string name;
  DiskOptions disk;
  WriterOptions writer;
  Io io = Io::uring;
  std::size_t ring_slots = journal_ring_slots;
};

/// Million bytes that became durable, a second.
double throughput(const Place& place, const Choice& choice) {
  WriterOptions options = choice.writer;
  options.segment_slots = segment_slots;
  LiveJournal journal(place.empty("journal"), choice.disk, options, choice.io, choice.ring_slots);
  std::atomic<bool> go{false};
  std::thread producer([&] {
    pin_to_core(producer_core);
    while (!go.load())
      slot_ring::pause_processor();
    make_as_a_device(journal.ring(), run_slots);
  });
  const std::uint64_t start_ns = now_ns();
  go.store(true);
  journal.poll_until(run_slots);
  const std::uint64_t end_ns = now_ns();
  producer.join();
  return static_cast<double>(run_slots * slot_bytes) * 1e3 / static_cast<double>(end_ns - start_ns);
}

/// In µs, of the time of a block from its publication to the watermark behind it.
struct Percentiles {
  double p50 = 0;
  double p99 = 0;
};
Percentiles acknowledgement(const Place& place, const Choice& choice) {
  DiskOptions disk = choice.disk;
  disk.depth = 1;
  WriterOptions options = choice.writer;
  options.segment_slots = single_segment_slots;
  LiveJournal journal(place.empty("journal"), disk, options, choice.io);
  slot_ring::Writer<Slot> writer(journal.ring());
  std::vector<double> times;
  std::uint64_t number = 0;
  while (times.size() < single_blocks) {
    WIREBOOK_ASSERT(writer.has_credit(journal::block_slots));
    const std::uint64_t start_ns = now_ns();
    for (std::uint64_t i = 0; i < journal::block_slots; ++i)
      writer.publish(words_of(number++), {.kind = SlotKind::enter});
    journal.poll_until(number);
    times.push_back(static_cast<double>(now_ns() - start_ns) / 1e3);
  }
  std::sort(times.begin(), times.end());
  return {times[times.size() / 2], times[times.size() * 99 / 100]};
}
double acknowledgement_p50(const Place& place, const Choice& choice) {
  return acknowledgement(place, choice).p50;
}
double acknowledgement_p99(const Place& place, const Choice& choice) {
  return acknowledgement(place, choice).p99;
}

/// The median, in µs, of the time from when a group was due to the watermark behind it, while
/// groups come at a steady rate.
double steady(const Place& place, const Choice& choice) {
  WriterOptions options = choice.writer;
  options.segment_slots = single_segment_slots * 2;
  LiveJournal journal(place.empty("journal"), choice.disk, options, choice.io);
  slot_ring::Writer<Slot> writer(journal.ring());
  std::vector<double> times;
  const std::uint64_t start_ns = now_ns();
  std::uint64_t made = 0;
  while (times.size() < steady_groups) {
    while (made < steady_groups && now_ns() >= start_ns + made * steady_interval_ns) {
      WIREBOOK_ASSERT(writer.has_credit(steady_group));
      for (std::uint64_t i = 0; i < steady_group; ++i)
        writer.publish(words_of(made), {.kind = SlotKind::enter});
      ++made;
    }
    journal.poll();
    const std::uint64_t end_ns = now_ns();
    while (journal.writer().durable() >= (times.size() + 1) * steady_group)
      times.push_back(static_cast<double>(end_ns - start_ns - times.size() * steady_interval_ns) /
                      1e3);
  }
  return summarize(std::move(times)).median;
}

using Measure = double (*)(const Place&, const Choice&);

/// All choices once a round, the defaults first; so a round's figures met the same machine.
void add(Report& report, const Place& place, const std::string& what, const char* unit,
         Measure measure, std::vector<Choice> choices) {
  choices.insert(choices.begin(), Choice{.name = "the defaults"});
  std::vector<std::vector<double>> figures(choices.size()), ratios(choices.size());
  std::vector<bool> refused(choices.size());
  for (std::size_t round = 0; round <= report.runs(); ++round) {
    std::fprintf(stderr, "\r%s: round %zu of %zu ", what.c_str(), round, report.runs());
    double defaults = 0;
    for (std::size_t i = 0; i < choices.size(); ++i) {
      if (refused[i])
        continue;
      try {
        const double figure = measure(place, choices[i]);
        defaults = i == 0 ? figure : defaults;
        if (round != 0) {  // the first is not counted
          figures[i].push_back(figure);
          ratios[i].push_back(figure / defaults);
        }
      } catch (const std::system_error& error) {
        report.note(what + ", " + choices[i].name + ": refused, " + error.what());
        refused[i] = true;
      }
    }
  }
  std::fprintf(stderr, "\r%60s\r", "");
  for (std::size_t i = 0; i < choices.size(); ++i) {
    if (refused[i])
      continue;
    report.add(what + ", " + choices[i].name, summarize(figures[i]), unit);
    if (i != 0)
      report.add_ratio("  against the defaults", summarize(ratios[i]));
  }
}

std::vector<Choice> ways_to_ask() {
  return {{.name = "linked fsync", .disk = {.sync_by = SyncBy::linked_fsync}},
          {.name = "SQPOLL", .disk = {.sqpoll = true}},
          {.name = "IOPOLL", .disk = {.iopoll = true}},
          {.name = "without DEFER_TASKRUN", .disk = {.defer_taskrun = false}},
          {.name = "the core is not yielded", .disk = {.yield = false}},
          {.name = "pwritev2", .io = Io::pwrite}};
}

std::vector<Choice> sizes() {
  std::vector<Choice> choices;
  for (const std::uint32_t depth : {1U, 2U, 4U, 16U, 32U})
    choices.push_back({.name = "depth " + std::to_string(depth), .disk = {.depth = depth}});
  for (const std::uint32_t kib : {16U, 32U, 64U, 128U, 256U})
    choices.push_back(
        {.name = "writes of " + std::to_string(kib) + " KiB", .writer = {.write_slots = kib * 16}});
  for (const std::uint32_t kib : {32U, 64U, 128U})
    choices.push_back({.name = "a ring of 1 MiB, writes of " + std::to_string(kib) + " KiB",
                       .writer = {.write_slots = kib * 16},
                       .ring_slots = 1 << 14});
  choices.push_back({.name = "async: not synced", .writer = {.sync = false}});
  choices.push_back({.name = "async, depth 32", .disk = {.depth = 32}, .writer = {.sync = false}});
  return choices;
}

std::vector<Choice> short_depths() {
  std::vector<Choice> choices;
  for (const std::uint32_t depth : {1U, 3U, 4U, 8U})
    choices.push_back(
        {.name = "short_depth " + std::to_string(depth), .writer = {.short_depth = depth}});
  return choices;
}

}  // namespace

int main(int argc, char** argv) {
  Report report("journal_choices", argc, argv);
  const Place place(argc, argv);
  if (!pin_to_core(journal_core))
    report.note("not pinned: the host refuses it");
  add(report, place, "throughput", "MB/s", throughput, ways_to_ask());
  add(report, place, "throughput", "MB/s", throughput, sizes());
  add(report, place, "a block at a time, p50", "us", acknowledgement_p50, ways_to_ask());
  add(report, place, "a block at a time, p99", "us", acknowledgement_p99, ways_to_ask());
  add(report, place, "a million slots a second, p50", "us", steady, short_depths());
  const DiskOptions defaults;
  report.note("the defaults: depth " + std::to_string(defaults.depth) + ", short_depth " +
              std::to_string(WriterOptions{}.short_depth) + ", writes of " +
              std::to_string(WriterOptions{}.write_slots * slot_bytes / 1024) + " KiB");
  LiveJournal journal(place.empty("journal"), {}, {.segment_slots = single_segment_slots});
  report.note("the disk: " + place.path() + "; " + journal.describe());
  return report.finish();
}
