// Finds an order by a 64-bit key that clients or a feed choose.
//
// Shapes: keys are never the reserved one; values are 32-bit indices, 0 means none. Open addressing
// with linear probes at no more than half load; erasing closes the gap, so there are no tombstones
// and memory follows what is live. Threads: the owner's. Errors: inserting more than the capacity
// breaks an assertion. Cost: about one cache line; a seed keeps peers from aiming at one bucket.
//
// A table that starts small doubles in place: the new half is the memory behind the old one, wanted
// early enough to be ready. Each insertion then splits some buckets, the last ones first, and what
// the one more bit of its hash sends to the new half moves there:
//
//      0 ─────── split_ ──────── half ───────────────── 2 * half
//      │ as before │ split: lower │ empty │ split: upper │           home = bits below the split
//
// All of it goes by counts: the same keys lie in the same places whatever else the host does.
#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>

#include "wirebook/assert.hpp"

#include "match/memory/growth.hpp"
#include "match/memory/table.hpp"
#include "slot_ring/prefetch.hpp"

namespace wirebook::match {

class KeyTable {
 public:
  KeyTable(std::size_t capacity, std::uint64_t seed) : KeyTable(capacity, seed, capacity) {}
  /// The memory is ready for `start` keys, and follows their number from there.
  KeyTable(std::size_t capacity, std::uint64_t seed, std::size_t start)
      : growth_(entries_for(capacity), entries_for(std::min(start, capacity)), block_entries),
        entries_(growth_.units(), growth_),
        mask_(entries_for(std::min(start, capacity)) - 1),
        half_(mask_ >> 1),
        seed_(seed | 1) {
    look_again();
  }

  [[nodiscard]] std::uint32_t find(std::uint64_t key) const {
    for (std::size_t i = home(key);; i = (i + 1) & mask_) {
      if (entries_[i].value == 0)
        return 0;
      if (entries_[i].key == key)
        return entries_[i].value;
    }
  }

  /// Asks memory for the key's place.
  void expect(std::uint64_t key) const { prefetch(&entries_[home(key)]); }

  /// The key is not in the table; the value is not 0.
  void insert(std::uint64_t key, std::uint32_t value) {
    WIREBOOK_ASSERT(count_ < entries_.size() / 2);
    if (count_ >= look_at_) [[unlikely]]
      grow();
    place({.key = key, .value = value});
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

  /// Places that keys may lie in now.
  [[nodiscard]] std::size_t places() const { return mask_ + 1; }
  [[nodiscard]] Growth& growth() { return growth_; }

 private:
  struct Entry {
    std::uint64_t key;
    std::uint32_t value;
    std::uint32_t reserved;
  };

  static constexpr std::size_t block_entries = slot_ring::huge_page_bytes / sizeof(Entry);
  static constexpr std::size_t line_entries = 64 / sizeof(Entry);
  static constexpr std::size_t splits_per_insert = 8;

  static std::size_t entries_for(std::size_t keys) { return std::bit_ceil(2 * keys + 2); }

  /// Neighbouring keys share a cache line: they often come, and are sought, together.
  [[nodiscard]] std::size_t home(std::uint64_t key) const {
    const std::uint64_t in_line = key % line_entries;
    key = (key / line_entries ^ seed_) * 0x9E37'79B9'7F4A'7C15;
    key = (key ^ key >> 32) * seed_;
    const std::size_t upper = ((key ^ key >> 29) * line_entries | in_line) & mask_;
    const std::size_t lower = upper & half_;
    return lower < split_ ? lower : upper;
  }

  void place(const Entry& entry) {
    std::size_t i = home(entry.key);
    while (entries_[i].value != 0)
      i = (i + 1) & mask_;
    entries_[i] = entry;
  }

  /// Puts each entry from `from` to the next gap where it belongs by now. Those that stay find
  /// their place, or a gap before it, filled up to there.
  void settle_run(std::size_t from) {
    for (std::size_t i = from; entries_[i].value != 0; i = (i + 1) & mask_) {
      const Entry entry = entries_[i];
      entries_[i] = {};
      place(entry);
    }
  }

  /// At a quarter of the places the new half is wanted, at three eighths it is begun, and before
  /// they are half full it is done.
  void grow() {
    if (split_ != 0)
      return split();
    if (count_ < begin_at())
      growth_.want(2 * places());
    else
      begin();
    look_again();
  }
  void begin() {
    (void)growth_.reach(2 * places());
    half_ = mask_;
    split_ = half_ + 1;
    mask_ = 2 * mask_ + 1;
    settle_run(0);  // what had gone on at the front goes on in the new half
  }
  void split() {
    for (std::size_t i = 0; i < splits_per_insert && split_ != 0; ++i)
      settle_run(--split_);
    look_again();
  }
  [[nodiscard]] std::size_t begin_at() const { return places() / 8 * 3; }
  void look_again() {
    if (split_ != 0)
      look_at_ = 0;
    else if (places() == entries_.size())
      look_at_ = ~std::size_t{0};
    else
      look_at_ = growth_.wanted() >= 2 * places() ? begin_at() : places() / 4;
  }

  Growth growth_;
  Table<Entry> entries_;
  std::size_t mask_;
  std::size_t half_;       ///< of the places, less one
  std::size_t split_ = 0;  ///< buckets before it are not split yet; 0: the table does not double
  std::uint64_t seed_;
  std::size_t count_ = 0;
  std::size_t look_at_ = 0;  ///< the number of keys from which an insertion has more to do
};

}  // namespace wirebook::match
