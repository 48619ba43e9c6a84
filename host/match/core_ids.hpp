// Finds the node of an order by its id, without a hash entry an order.
//
// Shapes: sixteen consecutive ids share a block of sixteen nodes; a table leads from id / 16 to the
// block, so that in practice one entry serves sixteen orders, and four neighbouring entries share a
// cache line. A block whose orders are all dead goes back to a LIFO pool: memory is bounded by the
// live orders, whatever ids are chosen. Blocks of one list (a session's) are linked, oldest first.
// Threads: the book's. Errors: `place` gives 0 when all blocks are out. Cost: about one line. A
// seed keeps peers from aiming at one place.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>

#include "match/index_pool.hpp"
#include "match/table.hpp"

namespace wirebook::match {

inline constexpr std::uint32_t block_ids = 16;

class CoreIds {
 public:
  /// For up to `orders` live ids, in lists numbered from 0 to `lists`: what they have above
  /// `list_shift`.
  CoreIds(std::uint32_t orders, std::uint32_t lists, std::uint32_t list_shift, std::uint64_t seed)
      : blocks_(orders + 1),
        entries_(std::bit_ceil(std::size_t{2} * blocks_ + line_entries)),
        seed_(seed | 1),
        home_shift_(64U -
                    static_cast<std::uint32_t>(std::countr_zero(entries_.size() / line_entries))),
        list_shift_(list_shift - 4),
        live_(std::size_t{blocks_} + 1),
        heads_(std::size_t{blocks_} + lists + 2),
        pool_(blocks_) {
    for (std::size_t i = std::size_t{blocks_} + 1; i < heads_.size(); ++i)
      heads_[i].next = heads_[i].prev = static_cast<std::uint32_t>(i);
  }

  [[nodiscard]] std::uint32_t blocks() const { return blocks_; }
  [[nodiscard]] std::uint32_t blocks_in_use() const { return pool_.in_use(); }

  /// Where the node of an id lies, counted from the first node of block 0, if its block is where it
  /// is looked for first, as nearly all are; else 0.
  [[nodiscard]] std::uint32_t likely_place(std::uint64_t id) const {
    const std::uint64_t key = key_of(id);
    const Entry& entry = entries_[home(key)];
    return entry.key == key ? place_in(entry.block, id) : 0;
  }
  /// Where it lies; 0 if there is no such block. Whether the order lives, its node tells.
  [[nodiscard]] std::uint32_t find(std::uint64_t id) const {
    const std::uint64_t key = key_of(id);
    const Entry& entry = entries_[home(key)];
    if (entry.key == key) [[likely]]
      return place_in(entry.block, id);
    return find_displaced(id);
  }
  /// As `find`, but makes the block if it is not there; 0 if there is none left.
  std::uint32_t open(std::uint64_t id) {
    const std::uint32_t place = find(id);
    return place != 0 ? place : open_block(id);
  }
  /// The id of a place, which had been opened for it, begins or ends to live.
  void count_in(std::uint32_t place) { ++live_[place / block_ids]; }
  void count_out(std::uint32_t place) { count(place, ~0U); }
  /// By 1 or -1.
  void count(std::uint32_t place, std::uint32_t by) {
    const std::uint32_t block = place / block_ids;
    live_[block] = static_cast<std::uint16_t>(live_[block] + by);
    if (live_[block] == 0) [[unlikely]]
      release_unless_newest(block);
  }

  [[nodiscard]] std::uint64_t id_of(std::uint32_t place) const {
    return (heads_[place / block_ids].key - 1) * block_ids + place % block_ids;
  }
  /// The blocks of a list from the oldest on; 0 behind the last.
  [[nodiscard]] std::uint32_t first_block(std::uint32_t list) const {
    return block_or_none(heads_[blocks_ + 1 + list].next);
  }
  [[nodiscard]] std::uint32_t next_block(std::uint32_t block) const {
    return block_or_none(heads_[block].next);
  }

  void expect(std::uint64_t id) const { __builtin_prefetch(&entries_[home(key_of(id))], 1); }

 private:
  static constexpr std::size_t line_entries = 4;

  struct Entry {
    std::uint64_t key;  ///< id / 16 + 1; 0: empty
    std::uint32_t block;
    std::uint32_t reserved;
  };
  struct Head {
    std::uint64_t key;
    std::uint32_t next;  ///< of its list
    std::uint32_t prev;
  };

  static std::uint64_t key_of(std::uint64_t id) { return id / block_ids + 1; }
  static std::uint32_t place_in(std::uint32_t block, std::uint64_t id) {
    return block * block_ids + static_cast<std::uint32_t>(id % block_ids);
  }
  [[nodiscard]] std::size_t home(std::uint64_t key) const {
    return (key / line_entries * seed_ >> home_shift_) * line_entries + key % line_entries;
  }
  [[nodiscard]] std::uint32_t block_or_none(std::uint32_t head) const {
    return head <= blocks_ ? head : 0;
  }

  [[nodiscard]] std::uint32_t find_displaced(std::uint64_t id) const;
  std::uint32_t open_block(std::uint64_t id);
  void release_unless_newest(std::uint32_t block);
  void release(std::uint32_t block);
  void erase(std::uint64_t key);

  std::uint32_t blocks_;
  Table<Entry> entries_;
  std::uint64_t seed_;
  std::uint32_t home_shift_;
  std::uint32_t list_shift_;
  Table<std::uint16_t> live_;  ///< by block: its live ids
  Table<Head> heads_;          ///< by block, then one for each list
  IndexPool pool_;
  std::uint32_t newest_ = 0;  ///< kept though it may be empty: the next id will need it
};

}  // namespace wirebook::match
