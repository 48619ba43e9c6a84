// Goal: no reader ever sees a torn, lost, repeated or overwritten entry, however slow it is.
// Method: a writer of random bursts and groups against several readers of random pace on a small
// ring; each reader checks every byte and every seal, twice, before it releases.
#include <atomic>
#include <cstdint>
#include <random>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "slot_ring/group.hpp"
#include "slot_ring/ring.hpp"
#include "tests/slot_ring/examples.hpp"

namespace wirebook::slot_ring {
namespace {

using test::holds_number;
using test::write_number;

constexpr std::uint32_t ring_seed = 20240501;
constexpr std::uint64_t ring_start = 3 * ring_slots_min - 5;

bool is_whole(const Slot& slot, std::uint64_t sequence) {
  return holds_number(slot, sequence) && is_sealed(slot, sequence, 1);
}
bool is_whole(const Event& event, std::uint64_t sequence) { return holds_number(event, sequence); }

/// How an entry's own bytes come into the ring: before `publish`, or with it, from registers.
enum class Bytes : std::uint8_t { in_place, by_publish };

template <class Entry>
void write_all(Writer<Entry> writer, std::uint64_t entries, std::uint64_t held_max, Bytes bytes) {
  if (held_max != 0)
    writer.hold();
  std::mt19937 random(ring_seed);
  constexpr unsigned extensions_max = std::is_same_v<Entry, Slot> ? extension_slots_max : 1;
  for (const std::uint64_t end = ring_start + entries; writer.sequence() < end;) {
    const auto extensions = static_cast<std::uint8_t>(random() % (extensions_max + 1));
    while (!writer.has_credit(1U + extensions)) {
      writer.let_go();
      std::this_thread::yield();
    }
    for (std::uint64_t i = bytes == Bytes::in_place ? 0 : 1; i <= extensions; ++i)
      write_number(writer.at(i), writer.sequence() + i);
    typename Entry::Tail tail{.extension_count = extensions};
    tail.kind = static_cast<decltype(tail.kind)>('E');
    if (bytes == Bytes::in_place)
      writer.publish(tail);
    else
      writer.publish(test::words_of(writer.sequence()), tail);
    if (writer.held() > held_max)
      writer.let_go();
    if (random() % 256 == 0)
      std::this_thread::yield();
  }
  writer.let_go();
}

/// Returns how many entries were not what they had to be.
template <class Entry>
std::uint64_t read_all(Reader<Entry> reader, std::uint64_t entries) {
  std::mt19937 random(ring_seed + 1 + static_cast<std::uint32_t>(reader.index()));
  std::uint64_t wrong = 0;
  for (const std::uint64_t end = ring_start + entries; reader.sequence() < end;) {
    const std::uint64_t batch_max = 1 + random() % ring_slots_min;
    std::uint64_t batch = 0;
    while (batch < batch_max) {
      const Entry* const entry = reader.peek(batch);
      if (entry == nullptr)
        break;
      wrong += is_whole(*entry, reader.sequence() + batch) ? 0U : 1U;
      ++batch;
    }
    if (batch == 0 || random() % 64 == 0)
      std::this_thread::yield();
    for (std::uint64_t i = 0; i < batch; ++i)
      wrong += is_whole(reader.at(reader.sequence() + i), reader.sequence() + i) ? 0U : 1U;
    reader.release(batch);
  }
  return wrong;
}

template <class Entry>
void stress(std::size_t reader_count, std::uint64_t entries, std::uint64_t held_max = 0,
            Bytes bytes = Bytes::in_place) {
  Ring<Entry> ring(ring_slots_min, {.start_sequence = ring_start});
  Writer<Entry> writer(ring);
  std::vector<Reader<Entry>> readers;
  for (std::size_t i = 0; i < reader_count; ++i)
    readers.emplace_back(ring);
  std::atomic<std::uint64_t> wrong{0};
  std::atomic<bool> running{true};
  std::vector<std::thread> threads;
  for (const Reader<Entry>& reader : readers)
    threads.emplace_back([&wrong, reader, entries] { wrong += read_all(reader, entries); });
  threads.emplace_back([=] { write_all(writer, entries, held_max, bytes); });
  // Somebody who only looks at the counts, as metrics do.
  std::thread watcher([&] {
    while (running.load()) {
      wrong += ring.used() <= ring.slots() && ring.free() <= ring.slots() ? 0U : 1U;
      std::this_thread::yield();
    }
  });
  for (std::thread& thread : threads)
    thread.join();
  running = false;
  watcher.join();
  EXPECT_EQ(wrong, 0U) << "seed " << ring_seed;
}

TEST(RingThreads, SlotsWithOneReader) { stress<Slot>(1, 200'000); }
TEST(RingThreads, SlotsWithSeveralReaders) { stress<Slot>(3, 100'000); }
TEST(RingThreads, EventsHandedOverInBatches) { stress<Event>(2, 200'000, 64); }
TEST(RingThreads, SlotsFromRegisters) { stress<Slot>(2, 100'000, 0, Bytes::by_publish); }
TEST(RingThreads, EventsFromRegisters) { stress<Event>(2, 100'000, 0, Bytes::by_publish); }
TEST(RingThreads, EventsFromRegistersInBatches) {
  stress<Event>(2, 200'000, 64, Bytes::by_publish);
}
TEST(RingThreads, EventsWithAsManyReadersAsThereMayBe) {
  stress<Event>(slot_ring_readers_max, 50'000);
}

}  // namespace
}  // namespace wirebook::slot_ring
