// A ring with a journal behind it, and who fills the ring.
//
//   LiveJournal journal(place.empty("journal"), {.depth = 8});
//   std::thread producer([&] { make_as_a_device(journal.ring(), slots); });
//   while (journal.writer().durable() < slots)
//     journal.poll();
//
// All segments that a run needs are there before it, as the file is that fio writes to.
// Threads: `poll` from one, the ring's writer on another. Errors: the bench ends with a line.
#pragma once

#include <atomic>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <span>
#include <string>
#include <thread>

#include <sched.h>

#include "journal/file_disk.hpp"
#include "journal/journal_writer.hpp"
#include "slot_ring/device_writer.hpp"
#include "slot_ring/idle.hpp"
#include "slot_ring/ring.hpp"

namespace wirebook::bench {

inline constexpr std::size_t journal_ring_slots = std::size_t{1} << 16;
inline constexpr std::uint64_t batch_slots = 1024;

// The threads that stand on cores of their own.
inline constexpr unsigned producer_core = 0;
inline constexpr unsigned journal_core = 1;

[[noreturn]] inline void give_up(const char* what, int error) {
  std::fprintf(stderr, "journal bench: %s: %s\n", what, std::strerror(error));
  std::exit(1);
}

/// While it lives, its thread may run on any core, and so may the threads that it makes.
class AnyCore {
 public:
  AnyCore() {
    sched_getaffinity(0, sizeof before_, &before_);
    cpu_set_t all;
    CPU_ZERO(&all);
    for (unsigned core = 0; core < std::thread::hardware_concurrency(); ++core)
      CPU_SET(core, &all);
    sched_setaffinity(0, sizeof all, &all);
  }
  ~AnyCore() { sched_setaffinity(0, sizeof before_, &before_); }
  AnyCore(const AnyCore&) = delete;
  AnyCore& operator=(const AnyCore&) = delete;

 private:
  cpu_set_t before_{};
};

enum class Io : std::uint8_t { uring, pwrite };

class LiveJournal {
 public:
  LiveJournal(const std::string& directory, journal::DiskOptions disk,
              journal::WriterOptions writer = {}, Io io = Io::uring,
              std::size_t ring_slots = journal_ring_slots)
      : ring_(ring_slots) {
    disk.write_slots = writer.write_slots;
    writer.depth = disk.depth;
    const journal::SegmentPlan plan{.directory = directory, .capacity_slots = writer.segment_slots};
    const std::span<const std::byte> memory(ring_.memory().data(), ring_.slots() * slot_bytes);
    const AnyCore any;  // for the thread that makes segments
    disk_ = io == Io::uring ? journal::open_uring_disk(plan, disk, memory)
                            : journal::open_pwrite_disk(plan, disk);
    writer_ = std::make_unique<journal::JournalWriter>(ring_, *disk_, writer);
    while (writer_->core().segments_ready() <= writer.segments_ahead)
      poll();
  }
  ~LiveJournal() {
    writer_->finish();
    while (!writer_->finished())
      writer_->poll();
  }
  LiveJournal(const LiveJournal&) = delete;
  LiveJournal& operator=(const LiveJournal&) = delete;

  void poll() {
    if (!writer_->poll())
      slot_ring::pause_processor();
    if (writer_->state() == journal::WriterState::failed)
      give_up("write", writer_->error());
  }
  void poll_until(std::uint64_t durable) {
    while (writer_->durable() < durable)
      poll();
  }

  slot_ring::Ring<Slot>& ring() { return ring_; }
  journal::JournalWriter& writer() { return *writer_; }
  [[nodiscard]] const journal::JournalWriter& writer() const { return *writer_; }
  [[nodiscard]] std::string describe() const { return disk_->describe(); }

 private:
  slot_ring::Ring<Slot> ring_;
  std::unique_ptr<journal::FileDisk> disk_;
  std::unique_ptr<journal::JournalWriter> writer_;
};

inline SlotWords words_of(std::uint64_t number) {
  return {number, 1, number, number + 1, 100, 1'000'000, 'B'};
}

/// Stands for a card that writes the ring: it makes slots of the stream's length by their phase
/// alone, so that the figure is the journal's and not that of who computes seals.
inline void make_as_a_device(slot_ring::Ring<Slot>& ring, std::uint64_t slots) {
  slot_ring::DeviceWriter device(ring);
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
inline void make_sealed(slot_ring::Ring<Slot>& ring, std::uint64_t slots) {
  slot_ring::Writer<Slot> writer(ring);
  for (std::uint64_t made = 0; made < slots;) {
    while (!writer.has_credit(batch_slots))
      std::this_thread::yield();
    for (std::uint64_t i = 0; i < batch_slots; ++i)
      writer.publish(words_of(made++), {.kind = SlotKind::enter});
  }
}

}  // namespace wirebook::bench
