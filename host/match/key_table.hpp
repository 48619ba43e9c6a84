// Finds an order by a 64-bit key that clients or a feed choose.
//
// Shapes: keys are never the reserved one; values are 32-bit indices, 0 means none. Open addressing
// with linear probes at no more than half load; erasing closes the gap, so there are no tombstones
// and memory follows what is live. Threads: the owner's. Errors: inserting more than the capacity
// breaks an assertion. Cost: about one cache line; a seed keeps peers from aiming at one bucket.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>

#include "wirebook/assert.hpp"

#include "match/table.hpp"

namespace wirebook::match {

class KeyTable {
 public:
  KeyTable(std::size_t capacity, std::uint64_t seed)
      : entries_(std::bit_ceil(2 * capacity + 2)), mask_(entries_.size() - 1), seed_(seed | 1) {}

  [[nodiscard]] std::uint32_t find(std::uint64_t key) const {
    for (std::size_t i = home(key);; i = (i + 1) & mask_) {
      if (entries_[i].value == 0)
        return 0;
      if (entries_[i].key == key)
        return entries_[i].value;
    }
  }

  /// Asks memory for the key's place.
  void expect(std::uint64_t key) const { __builtin_prefetch(&entries_[home(key)], 1); }

  /// The key is not in the table; the value is not 0.
  void insert(std::uint64_t key, std::uint32_t value) {
    WIREBOOK_ASSERT(count_ < entries_.size() / 2);
    std::size_t i = home(key);
    while (entries_[i].value != 0)
      i = (i + 1) & mask_;
    entries_[i] = {.key = key, .value = value};
    ++count_;
  }

  /// The key is in the table.
  void erase(std::uint64_t key) {
    std::size_t hole = home(key);
    while (entries_[hole].key != key || entries_[hole].value == 0)
      hole = (hole + 1) & mask_;
    for (std::size_t i = (hole + 1) & mask_; entries_[i].value != 0; i = (i + 1) & mask_) {
      // An entry may move back into the hole unless its home lies behind it.
      if (((i - home(entries_[i].key)) & mask_) < ((i - hole) & mask_))
        continue;
      entries_[hole] = entries_[i];
      hole = i;
    }
    entries_[hole] = {};
    --count_;
  }

 private:
  struct Entry {
    std::uint64_t key;
    std::uint32_t value;
    std::uint32_t reserved;
  };

  [[nodiscard]] std::size_t home(std::uint64_t key) const {
    key = (key ^ seed_) * 0x9E37'79B9'7F4A'7C15;
    key = (key ^ key >> 32) * seed_;
    return (key ^ key >> 29) & mask_;
  }

  Table<Entry> entries_;
  std::size_t mask_;
  std::uint64_t seed_;
  std::size_t count_ = 0;
};

}  // namespace wirebook::match
