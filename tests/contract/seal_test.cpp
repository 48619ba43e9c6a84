// Goal: the seal is CRC-32C as the contract defines it, and nothing that matters escapes it.
// Method: known answers, the portable step against the instruction, every bit flipped once.
#include <array>
#include <cstring>
#include <fstream>
#include <random>
#include <string>

#include <gtest/gtest.h>

#include "wirebook/crc32c.hpp"

namespace wirebook {
namespace {

std::uint64_t word(std::string_view eight) {
  std::uint64_t value;
  std::memcpy(&value, eight.data(), sizeof value);
  return value;
}

Slot sealed_example(std::uint64_t sequence, std::uint32_t epoch) {
  Slot slot{};
  slot.time_ns = {34'200'000'000'000};
  slot.enter = EnterBody{.session = 1,
                         .symbol = Symbol::from("AAPL"),
                         .user_ref_num = 1,
                         .quantity = {100},
                         .price = {3'201'400},
                         .cl_ord_id = ClOrdId::from("x1"),
                         .side = 'B',
                         .time_in_force = '0',
                         .display = 'Y',
                         .capacity = 'P',
                         .iso = 'N',
                         .cross_type = 'N'};
  slot.tail = SlotTail{.kind = SlotKind::enter, .flags = flag_phase};
  slot.tail.crc32c = slot_crc32c(slot, slot.tail, sequence, epoch);
  return slot;
}

TEST(Seal, is_crc32c) {
  // "123456789" has the check value E3069283; eight of its bytes go by the word, one by the byte.
  std::uint32_t crc = crc32c_step(0xFFFF'FFFFU, word("12345678"));
  crc = crc >> 8 ^ detail::crc32c_table[(crc ^ '9') & 0xFF];
  EXPECT_EQ(~crc, 0xE306'9283U);
}

TEST(Seal, portable_step_equals_the_instruction) {
  const auto seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937_64 random(seed);
  for (int i = 0; i < 10'000; ++i) {
    const auto crc = static_cast<std::uint32_t>(random());
    const std::uint64_t value = random();
    ASSERT_EQ(crc32c_step(crc, value), crc32c_step_portable(crc, value));
  }
}

TEST(Seal, holds_at_its_place_only) {
  const Slot slot = sealed_example(41, 3);
  EXPECT_TRUE(is_sealed(slot, 41, 3));
  EXPECT_FALSE(is_sealed(slot, 42, 3));
  EXPECT_FALSE(is_sealed(slot, 41 + (std::uint64_t{1} << 40), 3));
  EXPECT_FALSE(is_sealed(slot, 41, 4));
}

TEST(Seal, every_bit_counts_but_the_phase) {
  const Slot good = sealed_example(7, 1);
  constexpr std::size_t phase_bit = 58 * 8;
  for (std::size_t bit = 0; bit < slot_bytes * 8; ++bit) {
    std::array<unsigned char, slot_bytes> bytes;
    std::memcpy(bytes.data(), &good, slot_bytes);
    bytes[bit / 8] = static_cast<unsigned char>(bytes[bit / 8] ^ 1U << bit % 8);
    Slot changed;
    std::memcpy(&changed, bytes.data(), slot_bytes);
    EXPECT_EQ(is_sealed(changed, 7, 1), bit == phase_bit) << "bit " << bit;
  }
}

TEST(Seal, the_documented_example_is_true) {
  const Slot slot = sealed_example(0, 1);
  std::array<unsigned char, slot_bytes> bytes;
  std::memcpy(bytes.data(), &slot, slot_bytes);
  std::string expected;
  for (std::size_t i = 0; i < slot_bytes; ++i) {
    std::array<char, 8> text;
    if (i % 16 == 0)
      expected += (std::snprintf(text.data(), text.size(), "%02zu ", i), text.data());
    expected += (std::snprintf(text.data(), text.size(), " %02x", bytes[i]), text.data());
    if (i % 16 == 15)
      expected += '\n';
  }
  std::ifstream file(WIREBOOK_SOURCE_DIR "/include/wirebook/README.md");
  const std::string readme{std::istreambuf_iterator<char>(file), {}};
  EXPECT_NE(readme.find(expected), std::string::npos) << "the example should read\n" << expected;
}

}  // namespace
}  // namespace wirebook
