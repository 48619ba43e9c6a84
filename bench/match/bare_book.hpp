// The yardstick: the least that price-time matching of one instrument can be. Not a peer.
//
// Shapes: a direct ladder of 4,096 ticks with a two-level bitmap, queues linked by 32-bit index,
// 32-byte nodes from a LIFO pool, and a dense table from id to node. It checks nothing and reports
// nothing; it sums what traded. Threads: one. Errors: none.
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace wirebook::bench {

class BareBook {
 public:
  static constexpr std::uint32_t ticks = 4096;

  BareBook(std::size_t ids, std::size_t orders) : node_of_(ids + 1), nodes_(orders + 1) {
    for (std::size_t i = orders; i != 0; --i)
      free_.push_back(static_cast<std::uint32_t>(i));
  }

  [[nodiscard]] bool is_live(std::uint32_t id) const { return node_of_[id] != 0; }
  [[nodiscard]] std::uint32_t open(std::uint32_t id) const { return nodes_[node_of_[id]].open; }
  [[nodiscard]] bool is_buy(std::uint32_t id) const { return nodes_[node_of_[id]].buy != 0; }
  [[nodiscard]] std::size_t live() const { return nodes_.size() - 1 - free_.size(); }
  [[nodiscard]] std::uint64_t trades() const { return trades_; }
  [[nodiscard]] std::uint64_t volume() const { return volume_; }

  void enter(std::uint32_t id, bool buy, std::uint32_t tick, std::uint32_t shares, bool rests) {
    const std::uint32_t left = buy ? take<true>(tick, shares) : take<false>(tick, shares);
    if (left != 0 && rests)
      add(id, buy, tick, left);
  }
  void cancel(std::uint32_t id) {
    const std::uint32_t index = node_of_[id];
    if (index == 0)
      return;
    const Node& node = nodes_[index];
    Level& level = levels_[node.tick];
    (node.prev != 0 ? nodes_[node.prev].next : level.head) = node.next;
    (node.next != 0 ? nodes_[node.next].prev : level.tail) = node.prev;
    if (level.head == 0)
      sides_[node.buy].erase(node.tick);
    free_.push_back(index);
    node_of_[id] = 0;
  }
  void replace(std::uint32_t old_id, std::uint32_t id, std::uint32_t tick, std::uint32_t shares) {
    if (node_of_[old_id] == 0)
      return;
    const bool buy = is_buy(old_id);
    cancel(old_id);
    enter(id, buy, tick, shares, true);
  }

 private:
  struct Node {
    std::uint32_t next, prev, tick, open, id, buy;
    std::uint64_t reserved;
  };
  static_assert(sizeof(Node) == 32);
  struct Level {
    std::uint32_t head, tail;
  };
  struct Side {
    std::uint64_t summary = 0;
    std::array<std::uint64_t, ticks / 64> words{};

    void insert(std::uint32_t tick) {
      words[tick / 64] |= std::uint64_t{1} << tick % 64;
      summary |= std::uint64_t{1} << tick / 64;
    }
    void erase(std::uint32_t tick) {
      words[tick / 64] &= ~(std::uint64_t{1} << tick % 64);
      if (words[tick / 64] == 0)
        summary &= ~(std::uint64_t{1} << tick / 64);
    }
    [[nodiscard]] std::uint32_t first() const {
      const auto word = static_cast<std::uint32_t>(std::countr_zero(summary));
      return word * 64 + static_cast<std::uint32_t>(std::countr_zero(words[word]));
    }
    [[nodiscard]] std::uint32_t last() const {
      const auto word = static_cast<std::uint32_t>(63 - std::countl_zero(summary));
      return word * 64 + static_cast<std::uint32_t>(63 - std::countl_zero(words[word]));
    }
  };

  template <bool buy>
  std::uint32_t take(std::uint32_t limit, std::uint32_t shares) {
    const Side& contra = sides_[buy ? 0 : 1];
    while (shares != 0 && contra.summary != 0) {
      const std::uint32_t tick = buy ? contra.first() : contra.last();
      if (buy ? tick > limit : tick < limit)
        break;
      Node& node = nodes_[levels_[tick].head];
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
  void add(std::uint32_t id, bool buy, std::uint32_t tick, std::uint32_t shares) {
    const std::uint32_t index = free_.back();
    free_.pop_back();
    Level& level = levels_[tick];
    nodes_[index] = {0, level.tail, tick, shares, id, buy ? 1U : 0U, 0};
    if (level.tail != 0) {
      nodes_[level.tail].next = index;
    } else {
      level.head = index;
      sides_[buy ? 1 : 0].insert(tick);
    }
    level.tail = index;
    node_of_[id] = index;
  }

  std::vector<std::uint32_t> node_of_;
  std::vector<Node> nodes_;
  std::vector<std::uint32_t> free_;
  std::array<Level, ticks> levels_{};
  std::array<Side, 2> sides_;  ///< sell, buy
  std::uint64_t trades_ = 0;
  std::uint64_t volume_ = 0;
};

}  // namespace wirebook::bench
