// Goal: the seal of the RTL is that of the software, for all of its inputs. Method: both are linear
// (tests/formal/seal_is_linear holds that of the RTL), so they are equal everywhere if they are for
// zero and for each single bit of sequence, slot and epoch; and random ones on top. The phase is
// that of the sequence's lap, for every size of the ring.
#include <bit>
#include <cstdint>
#include <cstring>
#include <random>

#include <gtest/gtest.h>

#include "wirebook/slot.hpp"

#include "Vseal.h"
#include "slot_ring/ring.hpp"

namespace wirebook::slot_ring {
namespace {

constexpr unsigned slot_bits = 480;  // all but the CRC
constexpr unsigned phase_bit = 8 * 58;

struct Input {
  Slot slot{};
  std::uint64_t sequence = 0;
  std::uint32_t epoch = 0;
  unsigned slots_log2 = 10;
};

class Bench {
 public:
  Slot sealed(const Input& input) {
    std::memcpy(dut_.slot_i.data(), &input.slot, slot_bits / 8);
    dut_.sequence_i = input.sequence;
    dut_.epoch_i = input.epoch;
    dut_.slots_log2_i = static_cast<CData>(input.slots_log2);
    dut_.eval();
    Slot slot;
    std::memcpy(&slot, dut_.sealed_o.data(), sizeof slot);
    return slot;
  }

 private:
  Vseal dut_;
};

/// As the ring's writer does it.
Slot sealed(const Input& input) {
  Slot slot = input.slot;
  const bool first_lap = (input.sequence >> input.slots_log2 & 1) == 0;
  slot.tail.flags = static_cast<std::uint8_t>((slot.tail.flags & ~flag_phase) | first_lap);
  slot.tail = seal(slot, slot.tail, input.sequence, input.epoch);
  return slot;
}

void expect_equal(Bench& bench, const Input& input) {
  const Slot got = bench.sealed(input);
  const Slot wanted = sealed(input);
  ASSERT_EQ(got.tail.crc32c, wanted.tail.crc32c);
  ASSERT_EQ(got.tail.flags, wanted.tail.flags);
  ASSERT_EQ(std::memcmp(&got, &wanted, sizeof got), 0);
  ASSERT_TRUE(is_sealed(got, input.sequence, input.epoch));
}

void flip(Slot& slot, unsigned bit) {
  auto* bytes = reinterpret_cast<std::uint8_t*>(&slot);
  bytes[bit / 8] = static_cast<std::uint8_t>(bytes[bit / 8] ^ 1U << bit % 8);
}

TEST(Seal, of_zero) {
  Bench bench;
  expect_equal(bench, {});
}

TEST(Seal, of_every_bit) {
  Bench bench;
  for (unsigned bit = 0; bit < slot_bits; ++bit) {
    if (bit == phase_bit)
      continue;  // the seal's own
    SCOPED_TRACE(testing::Message() << "bit " << bit << " of the slot");
    Input input;
    flip(input.slot, bit);
    expect_equal(bench, input);
  }
  for (unsigned bit = 0; bit < 64; ++bit) {
    SCOPED_TRACE(testing::Message() << "bit " << bit << " of the sequence");
    expect_equal(bench, {.slot = {}, .sequence = std::uint64_t{1} << bit});
  }
  for (unsigned bit = 0; bit < 32; ++bit) {
    SCOPED_TRACE(testing::Message() << "bit " << bit << " of the epoch");
    expect_equal(bench, {.slot = {}, .epoch = std::uint32_t{1} << bit});
  }
}

TEST(Seal, of_every_ring_size) {
  Bench bench;
  for (unsigned slots_log2 = 6; slots_log2 < 32; ++slots_log2)
    for (unsigned bit = 0; bit < 64; ++bit)
      expect_equal(bench,
                   {.slot = {}, .sequence = std::uint64_t{1} << bit, .slots_log2 = slots_log2});
}

TEST(Seal, of_random_slots) {
  constexpr unsigned seed = 1;
  SCOPED_TRACE(testing::Message() << "seed " << seed);
  std::mt19937_64 random(seed);
  Bench bench;
  for (unsigned round = 0; round < 100'000; ++round) {
    Input input;
    for (unsigned word = 0; word < 7; ++word) {
      const std::uint64_t value = random();
      std::memcpy(reinterpret_cast<std::uint8_t*>(&input.slot) + 8 * word, &value, sizeof value);
    }
    const auto tail = static_cast<std::uint32_t>(random()) & ~0x10000U;  // phase 0
    std::memcpy(&input.slot.tail, &tail, sizeof tail);
    input.sequence = random();
    input.epoch = static_cast<std::uint32_t>(random());
    input.slots_log2 = 6 + static_cast<unsigned>(random() % 26);
    expect_equal(bench, input);
  }
}

}  // namespace
}  // namespace wirebook::slot_ring
