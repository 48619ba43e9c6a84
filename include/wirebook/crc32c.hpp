// The seal of a slot: a CRC32C over its sequence, its bytes and its epoch.
//
// Shapes: CRC-32C (Castagnoli, reflected, initial and final all ones) of 72 bytes: sequence (8,
// little endian), slot bytes 0–59 with the phase taken as 0, epoch (4, little endian). So a slot
// proves that it is whole and in its place, and the size of the ring does not matter. Threads:
// pure. Errors: none. Cost: nine CRC instructions where the processor has them.
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>

#if defined(__SSE4_2__)
#include <nmmintrin.h>
#endif

#include "wirebook/slot.hpp"

namespace wirebook {

namespace detail {

constexpr std::array<std::uint32_t, 256> make_crc32c_table() {
  std::array<std::uint32_t, 256> table{};
  for (std::uint32_t i = 0; i < 256; ++i) {
    std::uint32_t crc = i;
    for (int bit = 0; bit < 8; ++bit)
      crc = crc >> 1 ^ (crc & 1 ? 0x82F6'3B78U : 0U);
    table[i] = crc;
  }
  return table;
}
inline constexpr auto crc32c_table = make_crc32c_table();

}  // namespace detail

/// One step over eight bytes, by table: for processors without the instruction, and for tests.
constexpr std::uint32_t crc32c_step_portable(std::uint32_t crc, std::uint64_t word) {
  for (int byte = 0; byte < 8; ++byte, word >>= 8)
    crc = crc >> 8 ^ detail::crc32c_table[(crc ^ word) & 0xFF];
  return crc;
}

namespace detail {

/// The instruction takes and gives 64 bits; to cut its result would cost a cycle a step.
inline std::uint64_t crc32c_step_wide(std::uint64_t crc, std::uint64_t word) {
#if defined(__SSE4_2__)
  return _mm_crc32_u64(crc, word);
#else
  return crc32c_step_portable(static_cast<std::uint32_t>(crc), word);
#endif
}

}  // namespace detail

inline std::uint32_t crc32c_step(std::uint32_t crc, std::uint64_t word) {
  return static_cast<std::uint32_t>(detail::crc32c_step_wide(crc, word));
}

/// Bytes 0–55 of a slot as seven words, for who builds a slot in registers.
using SlotWords = std::array<std::uint64_t, 7>;

/// The CRC that belongs into `tail.crc32c` of a slot with these bytes at this place.
inline std::uint32_t slot_crc32c(const SlotWords& words, SlotTail tail, std::uint64_t sequence,
                                 std::uint32_t epoch) {
  tail.flags &= static_cast<std::uint8_t>(~flag_phase);
  tail.crc32c = epoch;  // the epoch stands where the CRC will: 60 + 4 bytes make whole words
  std::uint64_t crc = detail::crc32c_step_wide(0xFFFF'FFFFU, sequence);
  for (const std::uint64_t word : words)
    crc = detail::crc32c_step_wide(crc, word);
  crc = detail::crc32c_step_wide(crc, std::bit_cast<std::uint64_t>(tail));
  return ~static_cast<std::uint32_t>(crc);
}
inline std::uint32_t slot_crc32c(const Slot& slot, SlotTail tail, std::uint64_t sequence,
                                 std::uint32_t epoch) {
  SlotWords words;
  std::memcpy(words.data(), &slot, sizeof words);
  return slot_crc32c(words, tail, sequence, epoch);
}

/// True if the slot is whole and belongs at this place of this epoch.
inline bool is_sealed(const Slot& slot, std::uint64_t sequence, std::uint32_t epoch) {
  return slot.tail.crc32c == slot_crc32c(slot, slot.tail, sequence, epoch);
}

}  // namespace wirebook
