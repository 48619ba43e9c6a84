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

#include "match/core_node.hpp"
#include "match/index_pool.hpp"
#include "match/table.hpp"
#include "slot_ring/prefetch.hpp"

namespace wirebook::match {

inline constexpr std::uint32_t block_ids = 16;

class CoreIds {
 public:
  /// For up to `orders` live ids, in lists numbered from 0 to `lists`: what they have above
  /// `list_shift`. The nodes of the first block begin at `base`, a multiple of sixteen.
  CoreIds(std::uint32_t base, std::uint32_t orders, std::uint32_t lists, std::uint32_t list_shift,
          std::uint64_t seed)
      : first_(base / block_ids),
        blocks_(orders + 1),
        entries_(std::bit_ceil(std::size_t{2} * blocks_ + line_entries)),
        seed_(seed | 1),
        home_shift_(64U -
                    static_cast<std::uint32_t>(std::countr_zero(entries_.size() / line_entries))),
        list_shift_(list_shift),
        live_(std::size_t{first_} + blocks_),
        heads_(std::size_t{blocks_} + lists + 2),
        pool_(blocks_) {
    for (std::size_t i = std::size_t{blocks_} + 1; i < heads_.size(); ++i)
      heads_[i].next = heads_[i].prev = static_cast<std::uint32_t>(i);
  }

  /// Behind the last node of the last block.
  [[nodiscard]] std::uint32_t end() const { return (first_ + blocks_) * block_ids; }
  [[nodiscard]] std::uint32_t blocks_in_use() const { return pool_.in_use(); }

  /// The node of an id, if its block is found at first sight, as nearly all are; else 0.
  [[nodiscard, gnu::always_inline]] std::uint32_t likely(std::uint64_t id) const {
    const Entry& entry = entries_[home(id)];
    if (entry.key != key_of(id)) [[unlikely]]
      return 0;
    return entry.nodes | static_cast<std::uint32_t>(id % block_ids);
  }
  /// The node; 0 if there is no such block. Whether the order lives, its node tells.
  [[nodiscard]] std::uint32_t find(std::uint64_t id) const {
    const std::uint32_t node = likely(id);
    return node != 0 ? node : find_displaced(id);
  }
  /// As `find`, but makes the block if it is not there; 0 if there is none left.
  std::uint32_t open(std::uint64_t id) {
    const std::uint32_t node = find(id);
    return node != 0 ? node : open_block(id);
  }
  /// The id of a node, which had been opened for it, begins to live (1) or ends (-1).
  void count(std::uint32_t node, std::uint32_t by) {
    std::uint16_t& live = live_[node / block_ids];
    live = static_cast<std::uint16_t>(live + by);
    if (live == 0) [[unlikely]]
      release_unless_newest(node / block_ids - first_ + 1);
  }

  [[nodiscard]] std::uint64_t id_of(std::uint32_t node) const {
    return heads_[node / block_ids - first_ + 1].id + node % block_ids;
  }
  [[nodiscard]] std::uint32_t first_node(std::uint32_t block) const {
    return (first_ + block - 1) * block_ids;
  }
  /// The blocks of a list from the oldest on; 0 behind the last.
  [[nodiscard]] std::uint32_t first_block(std::uint32_t list) const {
    return block_or_none(heads_[blocks_ + 1 + list].next);
  }
  [[nodiscard]] std::uint32_t next_block(std::uint32_t block) const {
    return block_or_none(heads_[block].next);
  }

  // Hints, without branches: the guess is some node, and the right one where `likely` finds it.
  void expect(std::uint64_t id) const { prefetch_to_write(&entries_[home(id)]); }
  [[nodiscard]] std::uint32_t guess(std::uint64_t id) const {
    return entries_[home(id)].nodes | static_cast<std::uint32_t>(id % block_ids);
  }
  void expect_count(std::uint32_t node) const { prefetch_to_write(&live_[node / block_ids]); }

 private:
  static constexpr std::size_t line_entries = 4;

  struct Entry {
    std::uint64_t key;    ///< `key_of` the ids of its block; 0: empty
    std::uint32_t nodes;  ///< the first one of its block
    std::uint32_t reserved;
  };
  struct Head {
    std::uint64_t id;    ///< the first one of its block
    std::uint32_t next;  ///< of its list
    std::uint32_t prev;
  };

  static std::uint64_t key_of(std::uint64_t id) { return id | (block_ids - 1); }
  [[nodiscard]] std::size_t home(std::uint64_t id) const {
    return (id / (block_ids * line_entries) * seed_ >> home_shift_) * line_entries +
           id / block_ids % line_entries;
  }
  [[nodiscard]] std::uint32_t block_or_none(std::uint32_t head) const {
    return head <= blocks_ ? head : 0;
  }

  [[nodiscard]] std::uint32_t find_displaced(std::uint64_t id) const;
  std::uint32_t open_block(std::uint64_t id);
  void release_unless_newest(std::uint32_t block);
  void release(std::uint32_t block);
  void erase(std::uint64_t id);

  std::uint32_t first_;  ///< nodes before the first block, by sixteens
  std::uint32_t blocks_;
  Table<Entry> entries_;
  std::uint64_t seed_;
  std::uint32_t home_shift_;
  std::uint32_t list_shift_;
  Table<std::uint16_t> live_;  ///< by node / 16: the live ids of its block
  Table<Head> heads_;          ///< by block, from 1, then one for each list
  IndexPool pool_;
  std::uint32_t newest_ = 0;  ///< kept though it may be empty: the next id will need it
};

}  // namespace wirebook::match
