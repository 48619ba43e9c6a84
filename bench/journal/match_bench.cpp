// What the journal costs matching: the engine's throughput with the journal in `async` behind the
// same ring against without it, by turns in one run.
//
// One core writes sealed slots into the ring, one matches and drains its events, one runs the
// journal's writer. The clock runs from the first slot to the last that was matched. To see where
// a loss comes from: with a disk that does nothing (what the second reader costs: its cursor, and
// a look at a slot's tail once a poll), with the disk, and while segments are made besides, which
// writes every byte once more.
//
// `--directory DIR` (default: beside the program) names the disk, `--ops N` the operations.
#include <atomic>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "wirebook/exit_code.hpp"
#include "wirebook/limits.hpp"

#include "bench/journal/live_journal.hpp"
#include "bench/journal/null_disk.hpp"
#include "bench/journal/place.hpp"
#include "bench/match/order_slots.hpp"
#include "bench/report.hpp"
#include "match/engine.hpp"
#include "slot_ring/group.hpp"

namespace {

using namespace wirebook;         // NOLINT(google-build-using-namespace): a program of its own
using namespace wirebook::bench;  // NOLINT(google-build-using-namespace)
using journal::JournalWriter;

constexpr std::uint32_t live_orders = 10'000;
constexpr std::size_t event_slots = 16'384;
constexpr unsigned match_core = 2;
constexpr std::uint64_t credit_batch = 4096;
constexpr int pauses_per_look = 64;
// Many short pairs: what else the machine does then meets some of them, and not the median.
constexpr std::size_t pairs_per_run = 7;

double thread_cpu_ns() {
  timespec time{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) * 1e9 + static_cast<double>(time.tv_nsec);
}

/// The match stage's loop, and its figures when it is through.
class Matcher {
 public:
  explicit Matcher(slot_ring::Ring<Slot>& slots)
      : slots_(slots),
        engine_({.orders = 4 * live_orders, .trades = 1U << 16, .sessions = 4, .instruments = 4}),
        ring_(event_slots),
        events_(ring_),
        drain_(ring_) {}

  void run(std::uint64_t end) {
    const double start_cpu_ns = thread_cpu_ns();
    while (slots_.sequence() != end) {
      const auto group = slot_ring::peek_group(slots_);
      if (!group) {
        ++waits_;
        slot_ring::pause_processor();
        continue;
      }
      make_room();
      match::Step step = engine_.on_slot(*group, events_);
      while (step == match::Step::more) {
        make_room();
        step = engine_.resume(events_);
      }
      slots_.release(group->slot_count());
      if (events_.sequence() - drain_.sequence() >= drain_batch)
        drain_.run();
    }
    cpu_ns_ = thread_cpu_ns() - start_cpu_ns;
    keep(drain_.sum());
  }
  /// Of `run`, on a processor: other programs' share of the core is not in it.
  [[nodiscard]] double cpu_ns() const { return cpu_ns_; }
  [[nodiscard]] std::uint64_t volume() const { return engine_.counters().volume; }
  /// Looks at the ring that found nothing.
  [[nodiscard]] std::uint64_t waits() const { return waits_; }

 private:
  void make_room() {
    while (!events_.has_credit(step_events_max))
      drain_.run();
  }

  slot_ring::Reader<Slot> slots_;
  match::Engine engine_;
  slot_ring::Ring<Event> ring_;
  slot_ring::Writer<Event> events_;
  Drain drain_;
  std::uint64_t waits_ = 0;
  double cpu_ns_ = 0;
};

/// Looks at the readers' cursors seldom: their lines are the readers' to write.
void wait_for_credit(slot_ring::Writer<Slot>& writer) {
  while (!writer.has_credit(credit_batch))
    for (int i = 0; i < pauses_per_look; ++i)
      slot_ring::pause_processor();
}

void write_slots(const std::vector<Slot>& slots, slot_ring::Ring<Slot>& ring) {
  slot_ring::Writer<Slot> writer(ring);
  SlotWords words;
  std::uint64_t credit = 0;
  for (const Slot& slot : slots) {
    if (credit == 0) {
      wait_for_credit(writer);
      credit = credit_batch;
    }
    std::memcpy(words.data(), static_cast<const void*>(&slot), sizeof words);
    writer.publish(words, slot.tail);
    --credit;
  }
}

struct Figures {
  double mslots = 0;
  double cpu_ns = 0;      ///< of the matching thread, a slot
  double wait_share = 0;  ///< of its looks at the ring, those that found nothing
  std::uint64_t volume = 0;
};

/// `poll` runs here, on the journal's core, until matching is through.
template <class Poll>
Figures play(const std::vector<Slot>& slots, slot_ring::Ring<Slot>& ring, Poll poll) {
  Matcher matcher(ring);
  std::atomic<bool> go{false}, through{false};
  std::uint64_t end_ns = 0;
  std::thread producer([&] {
    pin_to_core(producer_core);
    while (!go.load())
      slot_ring::pause_processor();
    write_slots(slots, ring);
  });
  std::thread match([&] {
    pin_to_core(match_core);
    matcher.run(slots.size());
    end_ns = now_ns();
    through.store(true, std::memory_order_release);
  });
  const std::uint64_t start_ns = now_ns();
  go.store(true);
  while (!through.load(std::memory_order_acquire))
    poll();
  producer.join();
  match.join();
  const auto count = static_cast<double>(slots.size());
  const auto waits = static_cast<double>(matcher.waits());
  return {count * 1e3 / static_cast<double>(end_ns - start_ns), matcher.cpu_ns() / count,
          waits / (waits + count), matcher.volume()};
}

Figures run_off(const std::vector<Slot>& slots) {
  slot_ring::Ring<Slot> ring(journal_ring_slots);
  return play(slots, ring, [] { slot_ring::pause_processor(); });
}

Figures run_null(const std::vector<Slot>& slots) {
  slot_ring::Ring<Slot> ring(journal_ring_slots);
  NullDisk disk;
  JournalWriter writer(ring, disk, {.sync = false});
  return play(slots, ring, [&] {
    if (!writer.poll())
      slot_ring::pause_processor();
  });
}

Figures run_async(const std::vector<Slot>& slots, const Place& place, std::uint64_t segment_slots) {
  LiveJournal journal(place.empty("journal"), {}, {.segment_slots = segment_slots, .sync = false});
  return play(slots, journal.ring(), [&] { journal.poll(); });
}

/// Runs with a journal by turns with runs without, and sees to it that all traded alike.
template <class Off>
class Comparison {
 public:
  Comparison(Report& report, Off off) : report_(&report), off_(off), volume_(off().volume) {}

  template <class On>
  void add(const std::string& name, On on, Goal goal = {}) {
    std::vector<double> on_speed, off_speed, ratio, cpu_ratio, waits;
    for (std::size_t run = 0; run <= pairs_per_run * report_->runs(); ++run) {
      const bool first = run % 2 == 0;
      Figures with;
      if (first)
        with = checked(on());
      const Figures without = checked(off_());
      if (!first)
        with = checked(on());
      if (run == 0)
        continue;  // not counted
      on_speed.push_back(with.mslots);
      off_speed.push_back(without.mslots);
      ratio.push_back(with.mslots / without.mslots);
      cpu_ratio.push_back(without.cpu_ns / with.cpu_ns);
      waits.push_back(with.wait_share);
    }
    report_->add("journal: " + name, summarize(on_speed), "Mslots/s");
    report_->add("  none", summarize(off_speed), "Mslots/s");
    report_->add_ratio("  with / without", summarize(ratio), goal);
    report_->add_ratio("  the same by the thread's processor time", summarize(cpu_ratio));
    report_->add("  looks at the ring that found nothing", summarize(waits), "share");
  }
  [[nodiscard]] std::uint64_t volume() const { return volume_; }
  [[nodiscard]] bool agrees() const { return agrees_; }

 private:
  Figures checked(const Figures& figures) {
    agrees_ = agrees_ && figures.volume == volume_;
    return figures;
  }

  Report* report_;
  Off off_;
  std::uint64_t volume_;
  bool agrees_ = true;
};

std::uint64_t operations_of(int argc, char** argv) {
  for (int i = 1; i + 1 < argc; ++i)
    if (std::string_view(argv[i]) == "--ops")
      return std::strtoull(argv[i + 1], nullptr, 10);
  return 200'000;
}

}  // namespace

int main(int argc, char** argv) {
  Report report("journal_match", argc, argv);
  const Place place(argc, argv);
  if (!pin_to_core(journal_core))
    report.note("not pinned: the host refuses it");
  const Workload work = make_workload({.live = live_orders}, operations_of(argc, argv), 1);
  const std::vector<Slot> slots = make_slots(work);
  const std::uint64_t whole = (slots.size() / batch_slots + 1) * batch_slots;
  constexpr std::uint64_t small = std::uint64_t{256} << 10;

  const auto off = [&] { return run_off(slots); };
  Comparison compare(report, off);
  compare.add("none, against none", off);
  compare.add("a disk that does nothing", [&] { return run_null(slots); });
  compare.add("the disk", [&] { return run_async(slots, place, whole); }, {.at_least = 0.95});
  compare.add("the disk, and segments of 16 MiB are made",
              [&] { return run_async(slots, place, small); });

  report.note(std::to_string(slots.size()) + " slots a run, a ring of " +
              std::to_string(journal_ring_slots) + "; cores: slots " +
              std::to_string(producer_core) + ", journal " + std::to_string(journal_core) +
              ", matching " + std::to_string(match_core));
  report.note("workload b of the match bench, " + std::to_string(compare.volume()) + " shares" +
              (compare.agrees() ? ", the same in every run" : ": THE ENGINE TRADED DIFFERENTLY"));
  report.note("the disk: " + place.path());
  const int code = report.finish();
  return compare.agrees() ? code : static_cast<int>(ExitCode::check_failed);
}
