// Goal: readers of a ring that hardware writes see whole groups only, never a slot that the
// hardware may write over, and are woken; the inject ring tells hardware whole groups only.
// Method: a stand-in for hardware stores 64-byte slots into foreign memory, heads before their
// extensions, in one thread step by step and then in a thread of its own at full speed.
#include "slot_ring/device_writer.hpp"

#include <array>
#include <atomic>
#include <random>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "slot_ring/group.hpp"
#include "slot_ring/inject_ring.hpp"
#include "tests/slot_ring/examples.hpp"

namespace wirebook::slot_ring {
namespace {

using test::holds_number;

constexpr std::size_t slots = ring_slots_min;
constexpr std::uint64_t start = 3 * slots - 5;
constexpr std::uint32_t seed = 20261121;

/// Page-aligned, as DMA memory is.
struct alignas(4096) DmaSlots {
  std::array<std::byte, slots * slot_bytes> bytes{};
};

/// Writes as a DMA engine does: the bytes, then the 8 bytes of the tail at once.
class Hardware {
 public:
  explicit Hardware(std::span<std::byte> memory) : memory_(memory) {}

  void write(std::uint64_t sequence, SlotKind kind, std::uint8_t extensions = 0) {
    auto* const slot =
        reinterpret_cast<Slot*>(memory_.data()) + sequence % (memory_.size() / slot_bytes);
    test::write_number(*slot, sequence);
    const bool odd_lap = (sequence / (memory_.size() / slot_bytes)) % 2 != 0;
    const SlotTail tail{.kind = kind,
                        .extension_count = extensions,
                        .flags = odd_lap ? std::uint8_t{0} : flag_phase};
    std::atomic_ref(*reinterpret_cast<std::uint64_t*>(&slot->tail))
        .store(std::bit_cast<std::uint64_t>(tail), std::memory_order_release);
  }

 private:
  std::span<std::byte> memory_;
};

class DeviceWriterTest : public testing::Test {
 protected:
  std::size_t follow(std::size_t max = 1000) {
    return device_.follow(max, [&](const Slot& slot) { kinds_.push_back(slot.tail.kind); });
  }

  std::unique_ptr<DmaSlots> memory_ = std::make_unique<DmaSlots>();
  Ring<Slot> ring_{memory_->bytes, {.start_sequence = start}};
  Reader<Slot> reader_{ring_};
  DeviceWriter device_{ring_};
  Hardware hardware_{memory_->bytes};
  std::vector<SlotKind> kinds_;
};

TEST_F(DeviceWriterTest, TheRingLiesInTheMemoryThatItWasGiven) {
  EXPECT_EQ(ring_.memory().pages(), Pages::foreign);
  EXPECT_EQ(ring_.slots(), slots);
  for (std::uint64_t ahead = 0; ahead < slots; ++ahead)
    ASSERT_EQ(reader_.peek(ahead), nullptr) << ahead;
  hardware_.write(start, SlotKind::clock);
  ASSERT_NE(reader_.peek(), nullptr);
  EXPECT_EQ(static_cast<const void*>(reader_.peek()),
            memory_->bytes.data() + start % slots * slot_bytes);
}

TEST_F(DeviceWriterTest, FollowsWhatIsThereAndCountsIt) {
  EXPECT_EQ(follow(), 0U);
  hardware_.write(start, SlotKind::enter, 1);
  hardware_.write(start + 1, SlotKind::extension);
  hardware_.write(start + 3, SlotKind::clock);
  EXPECT_EQ(follow(), 2U) << "nothing behind a slot that is not there";
  EXPECT_EQ(ring_.written(), start + 2);
  hardware_.write(start + 2, SlotKind::cancel);
  EXPECT_EQ(follow(1), 1U);
  EXPECT_EQ(follow(), 1U);
  EXPECT_EQ(kinds_,
            (std::vector{SlotKind::enter, SlotKind::extension, SlotKind::cancel, SlotKind::clock}));
  EXPECT_EQ(device_.sequence(), start + 4);
  EXPECT_EQ(ring_.used(), 4U);
}

TEST_F(DeviceWriterTest, AGroupIsThereWhenAllOfItIs) {
  hardware_.write(start, SlotKind::enter, 2);
  EXPECT_FALSE(peek_group(reader_));
  hardware_.write(start + 2, SlotKind::extension);
  EXPECT_FALSE(peek_group(reader_));
  hardware_.write(start + 1, SlotKind::extension);
  const auto group = peek_group(reader_);
  ASSERT_TRUE(group);
  EXPECT_TRUE(holds_number(*group->extensions[1], start + 2));
}

TEST_F(DeviceWriterTest, CreditIsTheOldestReadersAndNeverWhatWasNotFollowed) {
  Ring<Slot> ring(memory_->bytes);
  Reader<Slot> fast(ring);
  Reader<Slot> slow(ring);
  DeviceWriter device(ring);
  for (std::uint64_t i = 0; i < 10; ++i)
    hardware_.write(i, SlotKind::clock);
  fast.release(10);
  slow.release(6);
  EXPECT_EQ(device.released(), 0U) << "readers are ahead";
  device.follow(8, [](const Slot&) {});
  EXPECT_EQ(device.released(), 6U);
  slow.release(4);
  EXPECT_EQ(device.released(), 8U);
  EXPECT_EQ(ring.used(), 0U);
}

TEST_F(DeviceWriterTest, ReadersAreWoken) {
  Doorbell bell;
  ring_.attach_reader_bell(&bell);
  ASSERT_TRUE(bell.arm());
  EXPECT_EQ(follow(), 0U);
  EXPECT_FALSE(bell.sleep(std::chrono::nanoseconds(0)));
  hardware_.write(start, SlotKind::clock);
  follow();
  EXPECT_TRUE(bell.sleep(std::chrono::nanoseconds(0)));
  bell.disarm();
}

TEST(DeviceInject, TellsWholeGroupsAndGivesTheirRoomBack) {
  const auto memory = std::make_unique<DmaSlots>();
  InjectRing inject(std::span(memory->bytes));
  std::array<Slot, 3> group{};
  group[0].tail = {.kind = SlotKind::enter, .extension_count = 2};
  group[2].extension.appendage[0] = std::byte{7};
  const Slot single{.admin = {}, .tail = {.kind = SlotKind::clock}};
  EXPECT_EQ(inject.ready(), 0U);
  EXPECT_EQ(inject.place(std::span(&single, 1)), 1U);
  EXPECT_EQ(inject.place(group), 4U);
  EXPECT_EQ(inject.ready(), 4U);
  const auto* const raw = reinterpret_cast<const Slot*>(memory->bytes.data());
  EXPECT_EQ(raw[0].tail.kind, SlotKind::clock);
  EXPECT_EQ(raw[1].tail.extension_count, 2);
  EXPECT_EQ(raw[3].extension.appendage[0], std::byte{7});
  while (inject.push(single)) {
  }
  EXPECT_EQ(inject.used(), slots);
  EXPECT_EQ(inject.ready(), slots);
  inject.taken(4);
  EXPECT_EQ(inject.used(), slots - 4);
  EXPECT_TRUE(inject.push(group));
  EXPECT_EQ(inject.place(group), InjectRing::no_place);
  inject.taken(slots);
  EXPECT_EQ(inject.used(), 3U);
  EXPECT_EQ(inject.bytes_copied(), slots * slot_bytes);
}

// The hardware at full speed against a reader and a follower, each on a thread of its own.
TEST(DeviceThreads, NoSlotIsTornLostOrWrittenOver) {
  constexpr std::uint64_t total = 200'000;
  const auto memory = std::make_unique<DmaSlots>();
  Ring<Slot> ring(memory->bytes, {.start_sequence = start});
  Reader<Slot> reader(ring);
  DeviceWriter device(ring);
  std::atomic<std::uint64_t> credit{start + slots};

  std::thread hardware([&] {
    Hardware engine(memory->bytes);
    std::mt19937 random(seed);
    for (std::uint64_t sequence = start; sequence < start + total;) {
      const auto extensions = static_cast<std::uint8_t>(random() % (extension_slots_max + 1));
      while (sequence + extensions >= credit.load(std::memory_order_acquire))
        std::this_thread::yield();
      engine.write(sequence, SlotKind::enter, extensions);
      for (std::uint64_t i = 1; i <= extensions; ++i)
        engine.write(sequence + i, SlotKind::extension);
      sequence += 1U + extensions;
    }
  });
  std::uint64_t wrong = 0;
  std::thread match([&] {
    while (reader.sequence() < start + total) {
      const auto group = peek_group(reader);
      if (!group) {
        std::this_thread::yield();
        continue;
      }
      wrong += holds_number(*group->head, group->sequence) ? 0U : 1U;
      for (std::uint64_t i = 1; i < group->slot_count(); ++i)
        wrong += holds_number(*group->extensions[i - 1], group->sequence + i) &&
                         group->extensions[i - 1]->tail.kind == SlotKind::extension
                     ? 0U
                     : 1U;
      reader.release(group->slot_count());
    }
  });
  std::uint64_t followed = start;
  std::uint64_t misread = 0;
  while (device.released() < start + total) {
    if (device.follow(64, [&](const Slot& slot) {
          misread += holds_number(slot, followed++) ? 0U : 1U;
        }) == 0)
      std::this_thread::yield();
    credit.store(device.released() + slots, std::memory_order_release);
  }
  hardware.join();
  match.join();
  EXPECT_EQ(wrong, 0U) << "seed " << seed;
  EXPECT_EQ(misread, 0U) << "seed " << seed;
}

}  // namespace
}  // namespace wirebook::slot_ring
