// The journal's writer against fio of the same shape, on the same disk, by turns in one run.
//
// Throughput: writes of 64 KiB, depth 8, each durable (RWF_DSYNC), O_DIRECT from registered memory,
// into a file that was written before. Ours: a ring that is kept full by a thread of its own; the
// figure is what became durable in the time.
// Acknowledgement: a block of 64 slots at a time, from the publication of the first to the
// watermark behind the last, against fio's time from submission to completion at depth 1. And a
// slot at a time, which writes each block 64 times: what a lone order waits for.
//
// `--directory DIR` (default: beside the program) names the disk.
#include <cstdint>
#include <string>
#include <thread>
#include <vector>

#include "bench/journal/fio.hpp"
#include "bench/journal/live_journal.hpp"
#include "bench/journal/place.hpp"
#include "bench/report.hpp"

namespace {

using namespace wirebook;         // NOLINT(google-build-using-namespace): a program of its own
using namespace wirebook::bench;  // NOLINT(google-build-using-namespace)
using journal::WriterOptions;

constexpr std::uint64_t segment_slots = WriterOptions{}.segment_slots;
constexpr std::uint64_t run_slots = segment_slots - batch_slots;  // no segment is made meanwhile
constexpr std::uint64_t single_blocks = 1000;
constexpr std::uint64_t single_segment_slots = 1 << 18;
constexpr Fio::Shape bulk_shape{64 << 10, 8, run_slots* slot_bytes};
constexpr Fio::Shape single_shape{4096, 1, single_blocks * 4096};

enum class By : std::uint8_t { device, parser };

/// Million bytes of slots that became durable, a second.
double throughput(const Place& place, By by) {
  LiveJournal journal(place.empty("journal"), {});
  std::atomic<bool> go{false};
  std::thread producer([&] {
    pin_to_core(producer_core);
    while (!go.load())
      slot_ring::pause_processor();
    (by == By::parser ? make_sealed : make_as_a_device)(journal.ring(), run_slots);
  });
  const std::uint64_t start_ns = now_ns();
  go.store(true);
  journal.poll_until(run_slots);
  const std::uint64_t end_ns = now_ns();
  producer.join();
  if (journal.writer().copied_bytes() != 0)
    std::fprintf(stderr, "copied %ju bytes\n",
                 static_cast<std::uintmax_t>(journal.writer().copied_bytes()));
  return static_cast<double>(run_slots * slot_bytes) * 1e3 / static_cast<double>(end_ns - start_ns);
}

/// Median of the time from the publication of `group` slots to the watermark behind them, in µs.
double acknowledgement(const Place& place, std::uint64_t group) {
  LiveJournal journal(place.empty("journal"), {.depth = 1},
                      {.segment_slots = single_segment_slots});
  slot_ring::Writer<Slot> writer(journal.ring());
  std::vector<double> times;
  std::uint64_t number = 0;
  while (times.size() < single_blocks) {
    WIREBOOK_ASSERT(writer.has_credit(group));
    const std::uint64_t start_ns = now_ns();
    for (std::uint64_t i = 0; i < group; ++i)
      writer.publish(words_of(number++), {.kind = SlotKind::enter});
    journal.poll_until(number);
    times.push_back(static_cast<double>(now_ns() - start_ns) / 1e3);
  }
  return summarize(std::move(times)).median;
}

void compare(Report& report, const Place& place) {
  const Fio fio(place.path());
  const std::size_t runs = report.runs();
  const auto bulk = paired_runs(
      runs, [&] { return throughput(place, By::device); },
      [&] { return fio.throughput(bulk_shape); });
  report.add("journal, durable, 64 KiB, depth 8", bulk.a, "MB/s");
  report.add("fio, the same shape", bulk.b, "MB/s");
  report.add_ratio("  journal / fio", bulk.ratio, Goal{.at_least = 0.95});
  const auto sealed = paired_runs(
      runs, [&] { return throughput(place, By::parser); },
      [&] { return fio.throughput(bulk_shape); });
  report.add("journal, slots sealed by one thread", sealed.a, "MB/s");
  report.add("fio, as above", sealed.b, "MB/s");
  report.add_ratio("  journal / fio", sealed.ratio);
  const auto block = paired_runs(
      runs, [&] { return acknowledgement(place, journal::block_slots); },
      [&] { return fio.p50(single_shape); });
  report.add("journal, a block at a time, depth 1, p50", block.a, "us");
  report.add("fio, 4 KiB, depth 1, p50", block.b, "us");
  report.add_ratio("  journal / fio", block.ratio, Goal{.at_most = 1.1});
  const auto single = paired_runs(
      runs, [&] { return acknowledgement(place, 1); }, [&] { return fio.p50(single_shape); });
  report.add("journal, a slot at a time, p50", single.a, "us");
  report.add_ratio("  journal / fio", single.ratio);
}

}  // namespace

int main(int argc, char** argv) {
  Report report("journal", argc, argv);
  const Place place(argc, argv);
  if (!pin_to_core(journal_core))
    report.note("not pinned: the host refuses it");
  if (has_fio()) {
    compare(report, place);
  } else {
    report.note("fio is not installed (Debian: apt install fio): no comparison");
    report.add("journal, durable, 64 KiB, depth 8",
               repeated_runs(report.runs(), [&] { return throughput(place, By::device); }), "MB/s");
    report.add(
        "journal, a block at a time, depth 1, p50",
        repeated_runs(report.runs(), [&] { return acknowledgement(place, journal::block_slots); }),
        "us");
  }
  report.note("256 MiB a run, in a segment that is there before; fio over a file of 256 MiB");
  report.note("core " + std::to_string(journal_core) + " writes, here and there; core " +
              std::to_string(producer_core) + " fills the ring");
  LiveJournal journal(place.empty("journal"), {}, {.segment_slots = single_segment_slots});
  report.note("the disk: " + place.path() + "; " + journal.describe());
  report.note("the ring's memory: " + journal.ring().memory().describe());
  return report.finish();
}
