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
#include <memory>
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
using journal::WriterOptions;

constexpr std::uint32_t live_orders = 10'000;
constexpr std::size_t event_slots = 16'384;
constexpr unsigned match_core = 2;
constexpr std::uint64_t credit_batch = 64;

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
    keep(drain_.sum());
  }
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
};

void write_slots(const std::vector<Slot>& slots, slot_ring::Ring<Slot>& ring) {
  slot_ring::Writer<Slot> writer(ring);
  SlotWords words;
  std::uint64_t credit = 0;
  for (const Slot& slot : slots) {
    if (credit == 0) {
      while (!writer.has_credit(credit_batch))
        slot_ring::pause_processor();
      credit = credit_batch;
    }
    std::memcpy(words.data(), static_cast<const void*>(&slot), sizeof words);
    writer.publish(words, slot.tail);
    --credit;
  }
}

struct Figures {
  double mslots = 0;
  std::uint64_t volume = 0;
  std::uint64_t waits = 0;
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
  return {static_cast<double>(slots.size()) * 1e3 / static_cast<double>(end_ns - start_ns),
          matcher.volume(), matcher.waits()};
}

Figures run_off(const std::vector<Slot>& slots) {
  slot_ring::Ring<Slot> ring(journal_ring_slots);
  return play(slots, ring, [] { std::this_thread::sleep_for(std::chrono::milliseconds(1)); });
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

std::uint64_t operations_of(int argc, char** argv) {
  for (int i = 1; i + 1 < argc; ++i)
    if (std::string_view(argv[i]) == "--ops")
      return std::strtoull(argv[i + 1], nullptr, 10);
  return 2'000'000;
}

}  // namespace

int main(int argc, char** argv) {
  Report report("journal_match", argc, argv);
  const Place place(argc, argv);
  if (!pin_to_core(journal_core))
    report.note("not pinned: the host refuses it");
  const Workload work = WorkloadMaker({.mix = Mix::mixed,
                                       .operations = operations_of(argc, argv),
                                       .live = live_orders,
                                       .seed = 1})
                            .make();
  const std::vector<Slot> slots = make_slots(work);
  const std::uint64_t whole = (slots.size() / batch_slots + 1) * batch_slots;
  constexpr std::uint64_t small = std::uint64_t{256} << 10;

  const Figures expected = run_off(slots);
  bool agree = true;
  std::uint64_t waits = 0;
  const auto checked = [&](const Figures& figures) {
    agree = agree && figures.volume == expected.volume;
    waits = std::max(waits, figures.waits);
    return figures.mslots;
  };
  const auto off = [&] { return checked(run_off(slots)); };
  const auto add = [&](const std::string& name, auto on, Goal goal) {
    const auto pair = paired_runs(report.runs(), on, off);
    report.add(name, pair.a, "Mslots/s");
    report.add("  without a journal", pair.b, "Mslots/s");
    report.add_ratio("  with / without", pair.ratio, goal);
  };
  add("off", off, {});
  add("async, a disk that does nothing", [&] { return checked(run_null(slots)); }, {});
  add("async", [&] { return checked(run_async(slots, place, whole)); }, {.at_least = 0.95});
  add("async, while segments of 16 MiB are made",
      [&] { return checked(run_async(slots, place, small)); }, {});

  report.note(std::to_string(slots.size()) + " slots a run, a ring of " +
              std::to_string(journal_ring_slots) + "; cores: slots " +
              std::to_string(producer_core) + ", journal " + std::to_string(journal_core) +
              ", matching " + std::to_string(match_core));
  report.note("workload b of the match bench, " + std::to_string(expected.volume) + " shares" +
              (agree ? ", the same in every run" : ": THE ENGINE TRADED DIFFERENTLY"));
  report.note("the disk: " + place.path());
  const int code = report.finish();
  return agree ? code : static_cast<int>(ExitCode::check_failed);
}
