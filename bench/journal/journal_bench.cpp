// The journal's writer against fio of the same shape, on the same disk, by turns in one run.
//
// Shape: 64 KiB writes, depth 8, each durable (RWF_DSYNC), O_DIRECT from registered memory, into a
// file that was written before. fio: --ioengine=io_uring --fixedbufs --registerfiles
// --rw=write --sync=dsync. Ours: a ring that is kept full, by a thread of its own;
// the figure is what became durable in the time.
// One slot at a time: the time from its publication to the watermark behind it, against fio's for
// durable 4 KiB writes at depth 1.
//
// `--directory DIR` (default: beside the program) names the disk. `--choices` also measures what
// the defaults were chosen by: linked fsync, SQPOLL, DEFER_TASKRUN, depth, pwritev2, async.
#include <algorithm>
#include <array>
#include <atomic>
#include <bit>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include <unistd.h>

#include "bench/report.hpp"
#include "journal/file_disk.hpp"
#include "journal/journal_writer.hpp"
#include "slot_ring/device_writer.hpp"
#include "slot_ring/idle.hpp"
#include "slot_ring/ring.hpp"

namespace {

namespace fs = std::filesystem;
using wirebook::flag_phase;
using wirebook::Slot;
using wirebook::SlotKind;
using wirebook::SlotTail;
using wirebook::bench::now_ns;
using wirebook::bench::paired_runs;
using wirebook::bench::Report;
using wirebook::journal::DiskOptions;
using wirebook::journal::JournalWriter;
using wirebook::journal::SyncBy;
using wirebook::journal::WriterOptions;
using wirebook::journal::WriterState;
using wirebook::slot_ring::DeviceWriter;
using wirebook::slot_ring::Ring;
using wirebook::slot_ring::Writer;

constexpr std::size_t ring_slots = std::size_t{1} << 16;
constexpr std::uint64_t segment_slots = WriterOptions{}.segment_slots;
constexpr std::uint64_t batch_slots = 1024;
constexpr std::uint64_t run_slots = segment_slots - batch_slots;  // no segment is made meanwhile
// Many choices in little time: smaller segments.
constexpr WriterOptions choice{.segment_slots = std::uint64_t{1} << 20};
constexpr std::uint64_t choice_slots = choice.segment_slots - batch_slots;
constexpr std::uint64_t single_slots = 2000;
constexpr std::uint64_t single_segment_slots = 1 << 16;

std::string directory;

[[noreturn]] void give_up(const char* what, int error) {
  std::fprintf(stderr, "journal bench: %s: %s\n", what, std::strerror(error));
  std::exit(1);
}

/// A journal in a directory of its own, which goes with it.
class Journal {
 public:
  explicit Journal(const DiskOptions& disk, const WriterOptions& writer = {}, bool uring = true)
      : path_(directory + "/journal"), ring_(ring_slots) {
    fs::remove_all(path_);
    fs::create_directories(path_);
    const wirebook::journal::SegmentPlan plan{.directory = path_,
                                              .capacity_slots = writer.segment_slots};
    const std::span<const std::byte> memory(ring_.memory().data(), ring_.slots() * sizeof(Slot));
    disk_ = uring ? wirebook::journal::open_uring_disk(plan, disk, memory)
                  : wirebook::journal::open_pwrite_disk(plan, disk);
    WriterOptions options = writer;
    options.depth = disk.depth;
    writer_ = std::make_unique<JournalWriter>(ring_, *disk_, options);
    // All segments of the run are there before it: fio's file is, too.
    while (writer_->core().segments_ready() <= options.segments_ahead)
      poll();
  }
  ~Journal() {
    writer_->finish();
    while (!writer_->finished())
      writer_->poll();
    writer_.reset();
    disk_.reset();
    fs::remove_all(path_);
  }
  Journal(const Journal&) = delete;
  Journal& operator=(const Journal&) = delete;

  void poll() {
    if (!writer_->poll())
      wirebook::slot_ring::pause_processor();
    if (writer_->state() == WriterState::failed)
      give_up("write", writer_->error());
  }
  Ring<Slot>& ring() { return ring_; }
  JournalWriter& writer() { return *writer_; }
  [[nodiscard]] std::string describe() const { return disk_->describe(); }

 private:
  std::string path_;
  Ring<Slot> ring_;
  std::unique_ptr<wirebook::journal::FileDisk> disk_;
  std::unique_ptr<JournalWriter> writer_;
};

wirebook::SlotWords words_of(std::uint64_t number) {
  return {number, 1, number, number + 1, 100, 1'000'000, 'B'};
}

/// Stands for a card that writes the ring: it makes slots of the stream's length by their phase
/// alone, so that the figure is the journal's and not that of who computes seals.
void make_as_a_device(Ring<Slot>& ring, std::uint64_t slots) {
  DeviceWriter device(ring);
  auto* const memory = reinterpret_cast<Slot*>(ring.memory().data());
  for (std::uint64_t made = 0; made < slots;) {
    while (device.released() + ring.slots() < made + batch_slots)
      std::this_thread::yield();
    for (std::uint64_t i = 0; i < batch_slots; ++i, ++made) {
      const SlotTail tail{.kind = SlotKind::enter,
                          .flags = (made & ring.slots()) == 0 ? flag_phase : std::uint8_t{0}};
      auto& word = *reinterpret_cast<std::uint64_t*>(&memory[made & (ring.slots() - 1)].tail);
      std::atomic_ref<std::uint64_t>(word).store(std::bit_cast<std::uint64_t>(tail),
                                                 std::memory_order_release);
    }
    device.follow(batch_slots, [](const Slot&) {});
  }
}

/// The parsers' way: each slot is sealed.
void make_sealed(Ring<Slot>& ring, std::uint64_t slots) {
  Writer<Slot> writer(ring);
  for (std::uint64_t made = 0; made < slots;) {
    while (!writer.has_credit(batch_slots))
      std::this_thread::yield();
    for (std::uint64_t i = 0; i < batch_slots; ++i)
      writer.publish(words_of(made++), {.kind = SlotKind::enter});
  }
}

struct Load {
  bool sealed = false;
  bool uring = true;
  std::uint64_t slots = run_slots;
};

/// Million bytes of slots that became durable, a second.
double throughput(const DiskOptions& disk, const WriterOptions& options = {}, Load load = {}) {
  Journal journal(disk, options, load.uring);
  std::atomic<bool> go{false};
  std::thread producer([&] {
    while (!go.load())
      wirebook::slot_ring::pause_processor();
    (load.sealed ? make_sealed : make_as_a_device)(journal.ring(), load.slots);
  });
  const std::uint64_t start_ns = now_ns();
  go.store(true);
  while (journal.writer().durable() < load.slots)
    journal.poll();
  const std::uint64_t end_ns = now_ns();
  producer.join();
  if (journal.writer().copied_bytes() != 0)
    std::fprintf(stderr, "copied %ju bytes\n",
                 static_cast<std::uintmax_t>(journal.writer().copied_bytes()));
  return static_cast<double>(load.slots * sizeof(Slot)) * 1e3 /
         static_cast<double>(end_ns - start_ns);
}

/// Median of the time from a slot's publication to the watermark behind it, in µs.
double acknowledgement(const DiskOptions& disk, bool uring = true) {
  Journal journal(disk, {.segment_slots = single_segment_slots}, uring);
  Writer<Slot> writer(journal.ring());
  std::vector<double> times;
  for (std::uint64_t number = 0; number < single_slots; ++number) {
    if (!writer.has_credit(1))
      std::abort();
    const std::uint64_t start_ns = now_ns();
    writer.publish(words_of(number), {.kind = SlotKind::enter});
    while (journal.writer().durable() <= number)
      journal.poll();
    times.push_back(static_cast<double>(now_ns() - start_ns) / 1e3);
  }
  return wirebook::bench::summarize(std::move(times)).median;
}

struct FioShape {
  std::uint64_t block_bytes = 0;
  int depth = 1;
  std::uint64_t total_bytes = 0;
};

/// Runs fio over a file that was written before, and returns what it printed:
/// --output-format=terse.
std::vector<std::string> fio(const FioShape& shape) {
  const std::string file = directory + "/fio.dat";
  std::string command = "fio --name=journal --filename=" + file +
                        " --size=256m --overwrite=1 --rw=write --direct=1 --sync=dsync"
                        " --ioengine=io_uring --fixedbufs=1 --registerfiles=1 --bs=" +
                        std::to_string(shape.block_bytes) +
                        " --iodepth=" + std::to_string(shape.depth) +
                        " --io_size=" + std::to_string(shape.total_bytes) +
                        " --lat_percentiles=1 --clat_percentiles=0 --output-format=terse "
                        "--terse-version=3 2>/dev/null";
  std::string text;
  if (FILE* const pipe = popen(command.c_str(), "r"); pipe != nullptr) {
    std::array<char, 4096> part;
    while (std::fgets(part.data(), part.size(), pipe) != nullptr)
      text += part.data();
    pclose(pipe);
  }
  std::vector<std::string> fields(1);
  for (const char c : text) {
    if (c == ';')
      fields.emplace_back();
    else
      fields.back() += c;
  }
  return fields;
}

// Of fio's terse format, version 3: write bandwidth in KiB/s, and the median of the times from
// submission to completion.
constexpr std::size_t write_bandwidth_field = 47;
constexpr std::size_t write_p50_field = 64;

double fio_field(const std::vector<std::string>& fields, std::size_t field) {
  if (fields.size() <= field)
    give_up("fio said something else", EINVAL);
  const std::string& text = fields[field];
  const std::size_t equals = text.find('=');  // percentiles: "50.000000%=52"
  return std::atof(text.c_str() + (equals == std::string::npos ? 0 : equals + 1));
}

double fio_throughput() {
  const auto fields = fio({64 << 10, 8, run_slots * sizeof(Slot)});
  return fio_field(fields, write_bandwidth_field) * 1024 / 1e6;
}
double fio_acknowledgement() {
  return fio_field(fio({4096, 1, single_slots * 4096}), write_p50_field);
}

/// What the defaults were chosen by: each choice by turns with the defaults.
void add_choices(Report& report) {
  const std::size_t runs = report.runs();
  const auto ours = [] { return throughput({}, choice, {.slots = choice_slots}); };
  const auto ours_single = [] { return acknowledgement({.depth = 1}); };
  report.note("choices: 64 MiB a run, in a segment that is there before");
  const auto against = [&](const std::string& name, auto other) {
    const auto pair = paired_runs(runs, other, ours);
    report.add(name, pair.a, "MB/s");
    report.add_ratio("  against the defaults", pair.ratio);
  };
  const auto against_single = [&](const std::string& name, auto other) {
    const auto pair = paired_runs(runs, other, ours_single);
    report.add(name + ", a slot at a time, p50", pair.a, "us");
    report.add_ratio("  against the defaults", pair.ratio);
  };
  const DiskOptions linked{.sync_by = SyncBy::linked_fsync}, polled{.sqpoll = true},
      interrupted{.defer_taskrun = false}, deep{.depth = 32};
  against("linked fsync", [&] { return throughput(linked, choice, {.slots = choice_slots}); });
  against_single("linked fsync",
                 [&] { return acknowledgement({.depth = 1, .sync_by = SyncBy::linked_fsync}); });
  against("SQPOLL", [&] { return throughput(polled, choice, {.slots = choice_slots}); });
  against_single("SQPOLL", [&] { return acknowledgement({.depth = 1, .sqpoll = true}); });
  against("without DEFER_TASKRUN",
          [&] { return throughput(interrupted, choice, {.slots = choice_slots}); });
  against("depth 32", [&] { return throughput(deep, choice, {.slots = choice_slots}); });
  against("pwritev2",
          [&] { return throughput({}, choice, {.uring = false, .slots = choice_slots}); });
  against("async: not synced", [&] {
    return throughput({}, {.segment_slots = choice.segment_slots, .sync = false},
                      {.slots = choice_slots});
  });

  against("while segments are made (256 MiB)",
          [] { return throughput({}, choice, {.slots = 4 * choice.segment_slots}); });
}

}  // namespace

int main(int argc, char** argv) {
  using wirebook::bench::Goal;
  using wirebook::bench::repeated_runs;
  Report report("journal", argc, argv);
  fs::path chosen = fs::read_symlink("/proc/self/exe").parent_path();
  for (int i = 1; i + 1 < argc; ++i)
    if (std::string_view(argv[i]) == "--directory")
      chosen = argv[i + 1];
  directory = (chosen / ("journal_bench." + std::to_string(getpid()))).string();
  fs::create_directories(directory);
  const std::size_t runs = report.runs();
  const auto ours = [] { return throughput({}); };
  const auto ours_single = [] { return acknowledgement({.depth = 1}); };

  if (std::system("fio --version > /dev/null 2>&1") == 0) {
    const auto bulk = paired_runs(runs, ours, fio_throughput);
    report.add("journal, durable, 64 KiB, depth 8", bulk.a, "MB/s");
    report.add("fio, the same shape", bulk.b, "MB/s");
    report.add_ratio("  journal / fio", bulk.ratio, Goal{.at_least = 0.95});
    const auto single = paired_runs(runs, ours_single, fio_acknowledgement);
    report.add("journal, a slot at a time, p50", single.a, "us");
    report.add("fio, 4 KiB, depth 1, p50", single.b, "us");
    report.add_ratio("  journal / fio", single.ratio, Goal{.at_most = 1.1});
    const auto sealed = paired_runs(
        runs, [] { return throughput({}, {}, {.sealed = true}); }, fio_throughput);
    report.add("journal, slots sealed by one thread", sealed.a, "MB/s");
    report.add("fio, as above", sealed.b, "MB/s");
    report.add_ratio("  journal / fio", sealed.ratio);
  } else {
    report.note("fio is not installed (Debian: apt install fio): no comparison");
    report.add("journal, durable, 64 KiB, depth 8", repeated_runs(runs, ours), "MB/s");
    report.add("journal, a slot at a time, p50", repeated_runs(runs, ours_single), "us");
  }

  if (std::find(argv, argv + argc, std::string_view("--choices")) != argv + argc)
    add_choices(report);
  report.note("256 MiB a run, in a segment that is there before");
  report.note("the disk: " + directory + "; " + Journal({}).describe());
  report.note("the ring's memory: " + Ring<Slot>(ring_slots).memory().describe());
  fs::remove_all(directory);
  return report.finish();
}
