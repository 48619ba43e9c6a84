// Groups of slots whose bytes follow from their sequence, and the check that they lie on disk.
//
// Shapes: groups of 1 to 3 slots. Threads: one. Errors: as test failures.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <vector>

#include <gtest/gtest.h>

#include "wirebook/crc32c.hpp"

#include "journal/disk.hpp"
#include "slot_ring/ring.hpp"

namespace wirebook::journal::test {

class Stream {
 public:
  explicit Stream(slot_ring::Ring<Slot>& ring)
      : writer_(ring), ends_{ring.start().start_sequence} {}

  /// A head and its extensions; false if there is no credit.
  bool write(std::uint8_t extensions) {
    if (!writer_.has_credit(1U + extensions))
      return false;
    for (std::uint64_t i = 0; i <= extensions; ++i) {
      const SlotWords words = words_of(writer_.sequence() + i);
      std::memcpy(static_cast<void*>(&writer_.at(i)), words.data(), sizeof words);
    }
    writer_.publish({.kind = SlotKind::enter, .extension_count = extensions});
    ends_.push_back(writer_.sequence());
    return true;
  }
  /// As if it were being written: some words of the next slots, and not yet their tails.
  template <class Random>
  void begin(Random& random) {
    for (std::uint64_t i = 0; i < 3 && writer_.has_credit(i + 1); ++i) {
      const SlotWords words = words_of(writer_.sequence() + i);
      std::memcpy(static_cast<void*>(&writer_.at(i)), words.data(),
                  random() % (words.size() + 1) * sizeof words[0]);
    }
  }
  [[nodiscard]] std::uint64_t end() const { return writer_.sequence(); }
  /// The last end of a group that is not behind `sequence`.
  [[nodiscard]] std::uint64_t whole(std::uint64_t sequence) const {
    return *std::prev(std::upper_bound(ends_.begin(), ends_.end(), sequence));
  }

  static SlotWords words_of(std::uint64_t sequence) {
    SlotWords words;
    for (std::size_t i = 0; i < words.size(); ++i)
      words[i] = (sequence + 1) * (0x9E37'79B9'7F4A'7C15U + 2 * i);
    return words;
  }

 private:
  slot_ring::Writer<Slot> writer_;
  std::vector<std::uint64_t> ends_;
};

/// True if the 64 bytes are the slot of that sequence, sealed, as the stream wrote it.
inline bool is_slot(const std::byte* bytes, std::uint64_t sequence, std::uint32_t epoch) {
  Slot slot;
  std::memcpy(static_cast<void*>(&slot), bytes, sizeof slot);
  const SlotWords words = Stream::words_of(sequence);
  return is_sealed(slot, sequence, epoch) && std::memcmp(&slot, words.data(), sizeof words) == 0;
}

}  // namespace wirebook::journal::test
