// A segment that is mapped and read slot by slot, against a bare read of as many bytes of memory:
// what it costs that the slots are on disk (in the page cache), and what it costs to prove them.
//
// All take one word of each slot's body, as a reader does that looks at it. `mapped` maps the file,
// reads each slot in place and unmaps it, page faults included.
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include <unistd.h>

#include "wirebook/assert.hpp"

#include "bench/report.hpp"
#include "journal/journal_files.hpp"
#include "journal/reader.hpp"
#include "slot_ring/memory.hpp"

namespace {

using namespace wirebook;
using namespace wirebook::journal;
using bench::now_ns;

constexpr std::uint64_t slots = std::uint64_t{1} << 20;  // 64 MiB

/// The journal's one segment, full of sealed slots.
void make_segment(std::span<std::byte> file) {
  encode_header({.epoch = 1, .capacity_slots = slots}, file.first<block_bytes>());
  Slot slot{};
  for (std::uint64_t s = 0; s < slots; ++s) {
    slot.time_ns = TimeNs{s};
    slot.admin = AdminBody{.match_number = s * 0x9E37'79B9'7F4A'7C15U};
    slot.tail = {.kind = SlotKind::clock};
    slot.tail.crc32c = slot_crc32c(slot, slot.tail, s, 1);
    std::memcpy(file.data() + slots_offset + s * slot_bytes, static_cast<const void*>(&slot),
                sizeof slot);
  }
}

std::uint64_t taste(const Slot& slot) { return slot.admin.match_number; }

double ns_per_slot(std::uint64_t start) {
  return static_cast<double>(now_ns() - start) / static_cast<double>(slots);
}

double run_memory(const Slot* memory) {
  const std::uint64_t start = now_ns();
  std::uint64_t sum = 0;
  for (std::uint64_t s = 0; s < slots; ++s)
    sum += taste(memory[s]);
  bench::keep(sum);
  return ns_per_slot(start);
}

double run_memory_proven(const Slot* memory) {
  const std::uint64_t start = now_ns();
  std::uint64_t sum = 0;
  for (std::uint64_t s = 0; s < slots; ++s)
    sum += proves(memory[s], s, 1) ? taste(memory[s]) : 0;
  bench::keep(sum);
  return ns_per_slot(start);
}

double run_mapped(const std::string& directory) {
  const std::uint64_t start = now_ns();
  std::uint64_t sum = 0;
  {
    const JournalFiles files(directory);
    const Segment& segment = files.journal().segments().front();
    for (std::uint64_t s = 0; s < slots; ++s)
      sum += taste(segment.slot(s));
  }
  bench::keep(sum);
  return ns_per_slot(start);
}

/// Already mapped and faulted in: what a slot costs, without what its page costs once.
double run_mapped_again(const Segment& segment) {
  const std::uint64_t start = now_ns();
  std::uint64_t sum = 0;
  for (std::uint64_t s = 0; s < slots; ++s)
    sum += taste(segment.slot(s));
  bench::keep(sum);
  return ns_per_slot(start);
}

double run_reader(const std::string& directory) {
  const std::uint64_t start = now_ns();
  std::uint64_t sum = 0;
  {
    const JournalFiles files(directory);
    Reader reader(files.journal());
    while (reader.next() == Reader::Step::group)
      sum += taste(*reader.group().head);
    WIREBOOK_ASSERT(reader.sequence() == slots);
  }
  bench::keep(sum);
  return ns_per_slot(start);
}

}  // namespace

int main(int argc, char** argv) {
  using bench::Goal;
  using bench::paired_runs;
  bench::Report report("journal_reader", argc, argv);
  const auto directory = std::filesystem::temp_directory_path() /
                         ("wirebook_reader_bench_" + std::to_string(getpid()));
  std::filesystem::create_directories(directory);
  const slot_ring::Memory memory(slots_offset + slots * slot_bytes, slot_ring::HugePages::allow);
  const std::span<std::byte> file(memory.data(), slots_offset + slots * slot_bytes);
  make_segment(file);
  std::ofstream(directory / segment_name(0, 1), std::ios::binary)
      .write(reinterpret_cast<const char*>(file.data()), static_cast<std::streamsize>(file.size()));
  const auto* const bare = reinterpret_cast<const Slot*>(file.data() + slots_offset);

  const auto map = paired_runs(
      report.runs(), [&] { return run_mapped(directory); }, [&] { return run_memory(bare); });
  report.add("map a segment, read each slot, unmap", map.a, "ns/slot");
  report.add("read as much bare memory", map.b, "ns/slot");
  report.add_ratio("  mapped / bare", map.ratio, Goal{.at_most = 1.5});

  {
    const JournalFiles files(directory);
    const Segment& segment = files.journal().segments().front();
    const auto again = paired_runs(
        report.runs(), [&] { return run_mapped_again(segment); }, [&] { return run_memory(bare); });
    report.add("read each slot of a mapped segment", again.a, "ns/slot");
    report.add_ratio("  mapped / bare", again.ratio, Goal{.at_most = 1.5});
  }

  const auto whole = paired_runs(
      report.runs(), [&] { return run_reader(directory); },
      [&] { return run_memory_proven(bare); });
  report.add("map, read whole groups, each slot proven", whole.a, "ns/slot");
  report.add("prove each slot of bare memory", whole.b, "ns/slot");
  report.add_ratio("  reader / bare", whole.ratio);

  report.note("1 Mi slots, 64 MiB, in the page cache of " + directory.parent_path().string());
  report.note("the bare memory: " + memory.describe());
  std::filesystem::remove_all(directory);
  return report.finish();
}
