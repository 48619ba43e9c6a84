// Recovery's rate: a journal in the page cache, recovered as at a node's start (mapped, proven slot
// by slot, fed to the engine), against the engine alone on the same slots in memory. By turns in
// one run.
//
// Both begin with an engine that is fresh and end with the same trades and volume. Events are
// written and drained by the same thread. Mapping, page faults and unmapping are counted in.
//
// `--directory DIR` (default: beside the program) names the disk, `--ops N` the operations.
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

#include "wirebook/crc32c.hpp"
#include "wirebook/exit_code.hpp"
#include "wirebook/limits.hpp"

#include "bench/journal/place.hpp"
#include "bench/match/order_slots.hpp"
#include "bench/report.hpp"
#include "journal/directory_store.hpp"
#include "journal/journal_files.hpp"
#include "journal/reader.hpp"
#include "journal/recovery.hpp"
#include "journal/segment_format.hpp"
#include "match/engine.hpp"
#include "node/recovery/replica.hpp"
#include "node/recovery/replica_feed.hpp"
#include "slot_ring/memory.hpp"

namespace {

using namespace wirebook;         // NOLINT(google-build-using-namespace): a program of its own
using namespace wirebook::bench;  // NOLINT(google-build-using-namespace)

constexpr std::uint32_t live_orders = 10'000;
constexpr std::size_t event_slots = 16'384;
constexpr std::uint32_t epoch = 1;
constexpr match::Capacity engine_size{
    .orders = 4 * live_orders, .trades = 1U << 16, .sessions = 4, .instruments = 4};
constexpr std::uint32_t history_chunks = 4096;

/// What other programs take of the core is in the one and not in the other.
enum class Time : std::uint8_t { clock, processor };
std::uint64_t nanoseconds(Time time) {
  if (time == Time::clock)
    return now_ns();
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<std::uint64_t>(now.tv_sec) * 1'000'000'000 +
         static_cast<std::uint64_t>(now.tv_nsec);
}

struct Outcome {
  double mslots = 0;
  std::uint64_t trades = 0;
  std::uint64_t volume = 0;
};

/// A fresh engine with its event ring, and who drains it.
class Replay {
 public:
  Replay() : engine_(engine_size), ring_(event_slots), writer_(ring_), drain_(ring_) {}

  void take(const SlotGroup& group) {
    make_room();
    match::Step step = engine_.on_slot(group, writer_);
    while (step == match::Step::more) {
      make_room();
      step = engine_.resume(writer_);
    }
    if (writer_.sequence() - drain_.sequence() >= drain_batch)
      drain_.run();
  }
  [[nodiscard]] Outcome outcome(std::uint64_t slots, std::uint64_t start_ns,
                                Time time = Time::clock) const {
    keep(drain_.sum());
    return {static_cast<double>(slots) * 1e3 / static_cast<double>(nanoseconds(time) - start_ns),
            engine_.counters().trades, engine_.counters().volume};
  }

 private:
  void make_room() {
    while (!writer_.has_credit(step_events_max))
      drain_.run();
  }

  match::Engine engine_;
  slot_ring::Ring<Event> ring_;
  slot_ring::Writer<Event> writer_;
  Drain drain_;
};

Outcome run_engine(const Slot* slots, std::uint64_t count, Time time = Time::clock) {
  Replay replay;
  const std::uint64_t start_ns = nanoseconds(time);
  for (std::uint64_t s = 0; s < count; ++s)
    replay.take({.head = &slots[s], .sequence = s});
  return replay.outcome(count, start_ns, time);
}

void check_tail(std::uint64_t tail, std::uint64_t count, const std::string& text) {
  if (tail == count)
    return;
  std::fprintf(stderr, "recovery bench: the journal ends at %ju %s\n",
               static_cast<std::uintmax_t>(tail), text.c_str());
  std::exit(1);
}

Outcome run_reader_and_engine(const std::string& directory, std::uint64_t count) {
  Replay replay;
  const std::uint64_t start_ns = now_ns();
  const journal::JournalFiles files(directory);
  journal::Reader reader(files.journal());
  while (reader.next() == journal::Reader::Step::group)
    replay.take(reader.group());
  check_tail(reader.sequence(), count, "");
  return replay.outcome(count, start_ns);
}

/// As a node does it at its start; what it syncs is clean from the first run on.
Outcome run_recovery(const std::string& directory, std::uint64_t count) {
  Replay replay;
  const std::uint64_t start_ns = now_ns();
  journal::DirectoryStore store(directory);
  const journal::Recovery recovery =
      journal::recover(store, {}, [&replay](const SlotGroup& group) { replay.take(group); });
  check_tail(recovery.sequence, count, recovery.text);
  return replay.outcome(count, start_ns);
}

/// The same into all that a node has besides the engine: the clients' messages, encoded and kept.
double run_replica(const std::string& directory, std::uint64_t count, Time time) {
  node::Replica replica({.engine = engine_size, .sessions = 4, .history_chunks = history_chunks});
  const std::uint64_t start_ns = nanoseconds(time);
  journal::DirectoryStore store(directory);
  node::ReplicaFeed feed(replica);
  const journal::Recovery recovery =
      journal::recover(store, {}, [&feed](const SlotGroup& group) { feed.on_group(group); });
  check_tail(recovery.sequence, count, recovery.text);
  feed.finish();
  return static_cast<double>(count) * 1e3 / static_cast<double>(nanoseconds(time) - start_ns);
}

double run_reader(const std::string& directory) {
  const std::uint64_t start_ns = now_ns();
  const journal::JournalFiles files(directory);
  journal::Reader reader(files.journal());
  std::uint64_t sum = 0;
  while (reader.next() == journal::Reader::Step::group)
    sum += reader.group().head->enter.user_ref_num;
  keep(sum);
  return static_cast<double>(now_ns() - start_ns) / static_cast<double>(reader.sequence());
}

double run_proofs(const Slot* slots, std::uint64_t count) {
  const std::uint64_t start_ns = now_ns();
  std::uint64_t sum = 0;
  for (std::uint64_t s = 0; s < count; ++s)
    sum += journal::proves(slots[s], s, epoch) ? slots[s].enter.user_ref_num : 0;
  keep(sum);
  return static_cast<double>(now_ns() - start_ns) / static_cast<double>(count);
}

std::uint64_t operations_of(int argc, char** argv) {
  for (int i = 1; i + 1 < argc; ++i)
    if (std::string_view(argv[i]) == "--ops")
      return std::strtoull(argv[i + 1], nullptr, 10);
  return 1'000'000;
}

/// A segment's file in memory, its slots sealed.
void make_segment(std::vector<Slot> slots, std::span<std::byte> file) {
  journal::encode_header(
      {.epoch = epoch, .capacity_slots = (file.size() - journal::slots_offset) / slot_bytes},
      file.first<journal::block_bytes>());
  for (std::uint64_t s = 0; s < slots.size(); ++s)
    slots[s].tail.crc32c = slot_crc32c(slots[s], slots[s].tail, s, epoch);
  std::memcpy(file.data() + journal::slots_offset, static_cast<const void*>(slots.data()),
              slots.size() * slot_bytes);
}

}  // namespace

int main(int argc, char** argv) {
  Report report("journal_recovery", argc, argv);
  const Place place(argc, argv);
  if (!pin_to_core(1))
    report.note("not pinned: the host refuses it");
  const Workload work = make_workload({.live = live_orders}, operations_of(argc, argv), 1);
  const std::vector<Slot> slots = make_slots(work);
  const std::uint64_t capacity =
      (slots.size() + journal::block_slots - 1) / journal::block_slots * journal::block_slots;
  const slot_ring::Memory memory(journal::slots_offset + capacity * slot_bytes);
  const std::span<std::byte> file(memory.data(), memory.size_bytes());
  make_segment(slots, file.first(journal::slots_offset + capacity * slot_bytes));
  const std::string directory = place.empty("journal");
  std::ofstream(directory + "/" + journal::segment_name(0, epoch), std::ios::binary)
      .write(reinterpret_cast<const char*>(file.data()),
             static_cast<std::streamsize>(journal::slots_offset + capacity * slot_bytes));
  const auto* const bare = reinterpret_cast<const Slot*>(file.data() + journal::slots_offset);

  const Outcome expected = run_engine(bare, slots.size());
  bool agree = true;
  const auto checked = [&](const Outcome& outcome) {
    agree = agree && outcome.trades == expected.trades && outcome.volume == expected.volume;
    return outcome.mslots;
  };
  const auto engine = [&] { return checked(run_engine(bare, slots.size())); };
  const auto whole = paired_runs(
      report.runs(), [&] { return checked(run_recovery(directory, slots.size())); }, engine);
  report.add("recovery, into an engine", whole.a, "Mslots/s");
  report.add("the engine, slots in memory", whole.b, "Mslots/s");
  report.add_ratio("  recovery / engine", whole.ratio, Goal{.at_least = 0.8});
  const auto read = paired_runs(
      report.runs(), [&] { return checked(run_reader_and_engine(directory, slots.size())); },
      engine);
  report.add("the reader alone, into an engine", read.a, "Mslots/s");
  report.add_ratio("  reader / engine", read.ratio);
  for (const Time time : {Time::clock, Time::processor}) {
    const auto replica = paired_runs(
        report.runs(), [&] { return run_replica(directory, slots.size(), time); },
        [&] { return checked(run_engine(bare, slots.size(), time)); });
    const std::string by = time == Time::clock ? "" : ", processor time";
    report.add("recovery, into a replica: messages too" + by, replica.a, "Mslots/s");
    report.add_ratio("  replica / engine" + by, replica.ratio, Goal{.at_least = 0.8});
  }
  const auto proof = paired_runs(
      report.runs(), [&] { return run_reader(directory); },
      [&] { return run_proofs(bare, slots.size()); });
  report.add("map, read whole groups, each slot proven", proof.a, "ns/slot");
  report.add("prove each slot of bare memory, one by one", proof.b, "ns/slot");
  report.add_ratio("  reader / bare", proof.ratio);

  report.note(std::to_string(slots.size()) + " slots, in the page cache of " + place.path());
  report.note("workload b of the match bench, " + std::to_string(expected.trades) + " trades, " +
              std::to_string(expected.volume) + " shares" +
              (agree ? ", the same in every run" : ": THE ENGINE TRADED DIFFERENTLY"));
  const int code = report.finish();
  return agree ? code : static_cast<int>(ExitCode::check_failed);
}
