// Goal: of what many threads push, nothing is lost, repeated, torn or reordered per producer.
// Method: producers push single slots and groups, numbered; the drain runs beside a busy writer;
// a reader of the slot ring checks each producer's numbers and each seal.
#include <array>
#include <atomic>
#include <cstdint>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "slot_ring/group.hpp"
#include "slot_ring/inject_ring.hpp"
#include "tests/slot_ring/examples.hpp"

namespace wirebook::slot_ring {
namespace {

constexpr std::size_t producers = 4;
constexpr std::uint64_t injections = 10'000;  // by each producer
constexpr std::uint64_t own_every = 3;        // between drains, the writer makes a slot of its own

std::uint64_t number_of(std::size_t producer, std::uint64_t push, std::size_t slot) {
  return (producer << 40) + (push << 8) + slot;
}

void produce(InjectRing& inject, std::size_t producer) {
  std::array<Slot, group_slots_max> group{};
  for (std::uint64_t push = 0; push < injections; ++push) {
    const std::size_t count = 1 + push % group_slots_max;
    for (std::size_t i = 0; i < count; ++i)
      test::write_number(group[i], number_of(producer, push, i));
    group[0].tail = {.kind = SlotKind::session_up,
                     .extension_count = static_cast<std::uint8_t>(count - 1)};
    while (!inject.push(std::span(group).first(count)))
      std::this_thread::yield();
  }
}

/// All words but the time, which the drain writes.
bool holds_body(const Slot& slot, std::uint64_t number) {
  const SlotWords words = test::words_of(number);
  return std::memcmp(reinterpret_cast<const std::byte*>(&slot) + 8, &words[1], 48) == 0;
}

struct Check {
  std::array<std::uint64_t, producers> next{};
  std::uint64_t own = 0;
  std::uint64_t wrong = 0;

  void take(const SlotGroup& group) {
    wrong += is_sealed(*group.head, group.sequence, 1) ? 0U : 1U;
    if (group.head->tail.kind == SlotKind::clock) {
      ++own;
      return;
    }
    // Whose it is follows from the body: it must be the next of one producer.
    for (std::size_t producer = 0; producer < producers; ++producer)
      if (holds_body(*group.head, number_of(producer, next[producer], 0))) {
        for (std::size_t i = 1; i < group.slot_count(); ++i)
          if (!holds_body(*group.extensions[i - 1], number_of(producer, next[producer], i)))
            ++wrong;
        wrong += group.slot_count() == 1 + next[producer] % group_slots_max ? 0U : 1U;
        ++next[producer];
        return;
      }
    ++wrong;
  }
};

TEST(InjectThreads, NothingLostOrReordered) {
  Ring<Slot> ring(ring_slots_min);
  Writer<Slot> writer(ring);
  Reader<Slot> reader(ring);
  InjectRing inject(ring_slots_min);
  std::atomic<bool> producing{true};
  std::vector<std::thread> threads;
  for (std::size_t producer = 0; producer < producers; ++producer)
    threads.emplace_back([&inject, producer] { produce(inject, producer); });
  std::uint64_t drained = 0;
  std::uint64_t own = 0;
  std::atomic<bool> writing{true};
  std::thread ingress([&] {
    for (std::uint64_t round = 0; producing.load() || inject.used() != 0; ++round) {
      const std::size_t moved = inject.drain(writer, {round}, 64);
      drained += moved;
      if (round % own_every == 0 && moved != 0 && writer.has_credit(1)) {
        writer.publish(test::words_of(round), {.kind = SlotKind::clock});
        ++own;
      }
      if (moved == 0)
        std::this_thread::yield();
    }
    writing = false;
  });
  Check check;
  std::thread match([&] {
    for (;;) {
      const bool last = !writing.load();
      std::uint64_t taken = 0;
      while (const auto group = peek_group(reader, taken)) {
        check.take(*group);
        taken += group->slot_count();
      }
      reader.release(taken);
      if (taken == 0 && last)
        return;
      if (taken == 0)
        std::this_thread::yield();
    }
  });
  for (std::thread& thread : threads)
    thread.join();
  producing = false;
  ingress.join();
  match.join();
  EXPECT_EQ(check.wrong, 0U);
  EXPECT_EQ(check.own, own);
  for (std::size_t producer = 0; producer < producers; ++producer)
    EXPECT_EQ(check.next[producer], injections) << producer;
  EXPECT_EQ(inject.bytes_copied(), drained * 64);
  EXPECT_EQ(ring.written(), drained + own);
}

}  // namespace
}  // namespace wirebook::slot_ring
