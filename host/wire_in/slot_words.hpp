// Slots built in registers: loads that give the words of a slot, so that each is stored once,
// whole, and the seal is computed from the registers. Narrow stores that are read back as words
// would stall.
//
// Shapes: little-endian words; word 0 is the time, words 1 to 6 the body. Threads: pure. Errors:
// none; the caller has checked lengths. Cost: a load each.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "wirebook/crc32c.hpp"
#include "wirebook/units.hpp"

namespace wirebook::wire_in {

/// `bytes` (1 to 8) bytes as they lie, in the low end of a word.
template <std::size_t bytes>
std::uint64_t load_word(const void* from) {
  static_assert(bytes >= 1 && bytes <= sizeof(std::uint64_t));
  std::uint64_t word = 0;
  std::memcpy(&word, from, bytes);
  return word;
}
template <std::size_t bytes>
std::uint64_t load_word(const Alpha<bytes>& alpha) {
  return load_word<bytes>(alpha.text.data());
}

constexpr std::uint64_t pair(std::uint32_t low, std::uint32_t high) {
  return low | std::uint64_t{high} << 32;
}
constexpr std::uint64_t at_byte(unsigned byte, char character) {
  return std::uint64_t{static_cast<unsigned char>(character)} << (8 * byte);
}

}  // namespace wirebook::wire_in
