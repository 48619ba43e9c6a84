// Entries whose bytes follow from one number, so that a reader can check all of them.
//
// Shapes: 56 bytes from a number. Threads: pure. Errors: none. Cost: a few multiplications.
#pragma once

#include <cstdint>
#include <cstring>

#include "wirebook/crc32c.hpp"
#include "wirebook/event.hpp"
#include "wirebook/slot.hpp"

namespace wirebook::slot_ring::test {

inline SlotWords words_of(std::uint64_t number) {
  SlotWords words;
  for (std::size_t i = 0; i < words.size(); ++i)
    words[i] = (number + i) * 0x9E37'79B9'7F4A'7C15U;
  return words;
}

template <class Entry>
void write_number(Entry& entry, std::uint64_t number) {
  const SlotWords words = words_of(number);
  std::memcpy(static_cast<void*>(&entry), words.data(), sizeof words);
}

template <class Entry>
bool holds_number(const Entry& entry, std::uint64_t number) {
  const SlotWords words = words_of(number);
  return std::memcmp(&entry, words.data(), sizeof words) == 0;
}

}  // namespace wirebook::slot_ring::test
