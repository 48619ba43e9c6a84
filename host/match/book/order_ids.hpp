// Finds an order by its number, without a hash entry an order.
//
// Shapes: sixteen consecutive numbers share a block, the cache line of their orders; a table leads
// from number / 16 to the block. Numbers ascend, so a session fills one block after the other and
// remembers the one that it is in (`Recent`): for an order that comes nothing is hashed. A block
// whose orders are all gone is given back, unless it is its session's recent one; so memory is
// bounded by live orders and sessions, whatever numbers are chosen. Threads: the owner's.
// Errors: more live orders than the capacity break an assertion. Cost: a line for what comes; the
// table's and the block's for what is sought. A seed keeps peers from aiming at one place.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

#include "match/memory/growth.hpp"
#include "match/memory/index_pool.hpp"
#include "match/memory/key_table.hpp"
#include "match/memory/table.hpp"
#include "slot_ring/prefetch.hpp"

namespace wirebook::match {

class OrderIds {
 public:
  /// Where the last order of a session was put; zeros at first. An id belongs to one session, and
  /// is 16 or more.
  struct Recent {
    std::uint64_t key;
    std::uint32_t block;
  };

  /// For up to `orders` live ids of up to `sessions` sessions; memory is ready at the start for
  /// `start` orders that are not too scattered.
  OrderIds(std::uint32_t orders, std::uint32_t sessions, std::uint32_t start, std::uint64_t seed)
      : growth_(orders + sessions, blocks_for(orders, sessions, start), block_blocks),
        blocks_(std::size_t{orders} + sessions + 1, growth_),
        live_(std::size_t{orders} + sessions + 1, growth_),
        pool_(orders + sessions, growth_),
        table_(std::size_t{orders} + sessions, seed, growth_.ready()) {}

  void list(GrowthList& growths) { growths.insert(growths.end(), {&growth_, &table_.growth()}); }

  /// 0 if there is none.
  [[nodiscard]] std::uint32_t find(std::uint64_t id) const { return at(id, block_of(id)); }
  /// The same in two steps; the block stays what it is until something is inserted or erased.
  [[nodiscard]] std::uint32_t block_of(std::uint64_t id) const {
    return table_.find(id / block_ids);
  }
  [[nodiscard]] std::uint32_t at(std::uint64_t id, std::uint32_t block) const {
    return blocks_[block][id % block_ids];  // block 0 is nobody's, and empty
  }
  /// The id is not there; the order is not 0.
  void insert(std::uint64_t id, std::uint32_t order, Recent& recent) {
    if (recent.key != id / block_ids) [[unlikely]]
      move(recent, id / block_ids);
    blocks_[recent.block][id % block_ids] = order;
    ++live_[recent.block];
  }
  /// The id is there.
  void erase(std::uint64_t id, const Recent& recent) {
    erase(id, recent, recent.key == id / block_ids ? recent.block : block_of(id));
  }
  void erase(std::uint64_t id, const Recent& recent, std::uint32_t block) {
    blocks_[block][id % block_ids] = 0;
    if (--live_[block] == 0 && recent.key != id / block_ids) [[unlikely]]
      drop(block, id / block_ids);
  }

  /// Asks memory for what leads to the block; later, for the block.
  void expect(std::uint64_t id) const { table_.expect(id / block_ids); }
  void expect_block(std::uint32_t block) const { prefetch_to_write(&blocks_[block]); }

 private:
  static constexpr std::uint32_t block_ids = 16;
  using Block = std::array<std::uint32_t, block_ids>;
  static constexpr std::size_t block_blocks = slot_ring::huge_page_bytes / sizeof(Block);
  /// At the start, so many orders share a block.
  static constexpr std::uint32_t share = 4;

  static std::uint32_t blocks_for(std::uint32_t orders, std::uint32_t sessions,
                                  std::uint32_t start) {
    return start >= orders ? orders + sessions : std::min(orders, start / share) + sessions;
  }

  /// The session has come to another block, an old one perhaps.
  [[gnu::noinline]] void move(Recent& recent, std::uint64_t key) {
    if (recent.block != 0 && live_[recent.block] == 0)
      drop(recent.block, recent.key);
    std::uint32_t block = table_.find(key);
    if (block == 0) {
      block = pool_.take();
      table_.insert(key, block);
    }
    recent = {.key = key, .block = block};
  }
  [[gnu::noinline]] void drop(std::uint32_t block, std::uint64_t key) {
    table_.erase(key);
    pool_.give_back(block);  // as clean as it was
  }

  Growth growth_;
  Table<Block> blocks_;
  Table<std::uint8_t> live_;  ///< ids of a block
  IndexPool pool_;
  KeyTable table_;
};

}  // namespace wirebook::match
