// The yardstick: the least that price-time matching of many instruments can be. Not a peer.
//
// Shapes: a direct ladder of `ticks` levels an instrument with a two-level bitmap a side, queues
// linked by 32-bit index, 32-byte nodes from a LIFO pool, and a dense table from id to node, all on
// huge pages. It checks nothing and reports nothing; it sums what traded. Threads: one. Errors:
// none.
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>

#include "match/memory/table.hpp"

namespace wirebook::bench {

/// The occupied levels of one side. Above 4,096 ticks one more word tells which of the upper level
/// are in use.
template <std::uint32_t ticks>
struct TickSet {
  static_assert(ticks % 4096 == 0 && ticks / 4096 <= 64);
  std::uint64_t top;
  std::array<std::uint64_t, ticks / 4096> summary;
  std::array<std::uint64_t, ticks / 64> words;

  void insert(std::uint32_t tick) {
    words[tick / 64] |= std::uint64_t{1} << tick % 64;
    summary[tick / 4096] |= std::uint64_t{1} << tick / 64 % 64;
    if constexpr (ticks > 4096)
      top |= std::uint64_t{1} << tick / 4096;
  }
  void erase(std::uint32_t tick) {
    if ((words[tick / 64] &= ~(std::uint64_t{1} << tick % 64)) != 0)
      return;
    if ((summary[tick / 4096] &= ~(std::uint64_t{1} << tick / 64 % 64)) != 0)
      return;
    if constexpr (ticks > 4096)
      top &= ~(std::uint64_t{1} << tick / 4096);
  }
  [[nodiscard]] bool empty() const { return (ticks > 4096 ? top : summary[0]) == 0; }
  [[nodiscard]] std::uint32_t first() const {
    const std::uint32_t group = ticks > 4096 ? lowest(top) : 0;
    const std::uint32_t word = group * 64 + lowest(summary[group]);
    return word * 64 + lowest(words[word]);
  }
  [[nodiscard]] std::uint32_t last() const {
    const std::uint32_t group = ticks > 4096 ? highest(top) : 0;
    const std::uint32_t word = group * 64 + highest(summary[group]);
    return word * 64 + highest(words[word]);
  }

 private:
  static std::uint32_t lowest(std::uint64_t word) {
    return static_cast<std::uint32_t>(std::countr_zero(word));
  }
  static std::uint32_t highest(std::uint64_t word) {
    return static_cast<std::uint32_t>(63 - std::countl_zero(word));
  }
};

template <std::uint32_t ticks>
class BareBook {
 public:
  BareBook(std::uint32_t ids, std::uint32_t orders, std::uint32_t instruments)
      : node_of_(std::size_t{ids} + 1),
        nodes_(std::size_t{orders} + 1),
        free_(orders),
        levels_(std::size_t{instruments} * ticks),
        sides_(std::size_t{instruments} * 2) {
    for (std::uint32_t i = orders; i != 0; --i)
      free_[free_count_++] = i;
  }

  [[nodiscard]] bool is_live(std::uint32_t id) const { return node_of_[id] != 0; }
  [[nodiscard]] std::uint32_t open(std::uint32_t id) const { return nodes_[node_of_[id]].open; }
  [[nodiscard]] bool is_buy(std::uint32_t id) const { return nodes_[node_of_[id]].buy != 0; }
  [[nodiscard]] std::uint16_t instrument(std::uint32_t id) const {
    return static_cast<std::uint16_t>(nodes_[node_of_[id]].level / ticks);
  }
  [[nodiscard]] std::size_t live() const { return nodes_.size() - 1 - free_count_; }
  [[nodiscard]] std::uint64_t trades() const { return trades_; }
  [[nodiscard]] std::uint64_t volume() const { return volume_; }

  void enter(std::uint32_t id, std::uint32_t instrument, bool buy, std::uint32_t tick,
             std::uint32_t shares, bool rests) {
    const std::uint32_t left =
        buy ? take<true>(instrument, tick, shares) : take<false>(instrument, tick, shares);
    if (left != 0 && rests)
      add(id, instrument, buy, tick, left);
  }
  void cancel(std::uint32_t id) {
    const std::uint32_t index = node_of_[id];
    if (index == 0)
      return;
    const Node& node = nodes_[index];
    Level& level = levels_[node.level];
    (node.prev != 0 ? nodes_[node.prev].next : level.head) = node.next;
    (node.next != 0 ? nodes_[node.next].prev : level.tail) = node.prev;
    if (level.head == 0)
      sides_[node.level / ticks * 2 + node.buy].erase(node.level % ticks);
    free_[free_count_++] = index;
    node_of_[id] = 0;
  }
  void replace(std::uint32_t old_id, std::uint32_t id, std::uint32_t tick, std::uint32_t shares) {
    const std::uint32_t index = node_of_[old_id];
    if (index == 0)
      return;
    const Node node = nodes_[index];
    cancel(old_id);
    enter(id, node.level / ticks, node.buy != 0, tick, shares, true);
  }

 private:
  struct Node {
    std::uint32_t next, prev;
    std::uint32_t level;  ///< of all instruments
    std::uint32_t open, id, buy;
    std::uint64_t reserved;
  };
  static_assert(sizeof(Node) == 32);
  struct Level {
    std::uint32_t head, tail;
  };

  template <bool buy>
  std::uint32_t take(std::uint32_t instrument, std::uint32_t limit, std::uint32_t shares) {
    const TickSet<ticks>& contra = sides_[instrument * 2 + (buy ? 0 : 1)];
    while (shares != 0 && !contra.empty()) {
      const std::uint32_t tick = buy ? contra.first() : contra.last();
      if (buy ? tick > limit : tick < limit)
        break;
      Node& node = nodes_[levels_[instrument * ticks + tick].head];
      const std::uint32_t traded = shares < node.open ? shares : node.open;
      shares -= traded;
      volume_ += traded;
      ++trades_;
      if (traded == node.open)
        cancel(node.id);
      else
        node.open -= traded;
    }
    return shares;
  }
  void add(std::uint32_t id, std::uint32_t instrument, bool buy, std::uint32_t tick,
           std::uint32_t shares) {
    const std::uint32_t index = free_[--free_count_];
    const std::uint32_t place = instrument * ticks + tick;
    Level& level = levels_[place];
    nodes_[index] = {0, level.tail, place, shares, id, buy ? 1U : 0U, 0};
    if (level.tail != 0) {
      nodes_[level.tail].next = index;
    } else {
      level.head = index;
      sides_[instrument * 2 + (buy ? 1 : 0)].insert(tick);
    }
    level.tail = index;
    node_of_[id] = index;
  }

  match::Table<std::uint32_t> node_of_;
  match::Table<Node> nodes_;
  match::Table<std::uint32_t> free_;
  std::uint32_t free_count_ = 0;
  match::Table<Level> levels_;
  match::Table<TickSet<ticks>> sides_;  ///< of an instrument: sell, buy
  std::uint64_t trades_ = 0;
  std::uint64_t volume_ = 0;
};

}  // namespace wirebook::bench
