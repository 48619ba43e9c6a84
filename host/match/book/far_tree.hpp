// The prices that lie outside a ladder: an ordered set of levels that no choice of prices can slow.
//
// Shapes: a crit-bit tree over 32-bit ranks; a leaf is a level, an inner node the highest bit in
// which its two halves differ. A set is one root, 0 when empty; all sets share one pool of nodes.
// Threads: the book's. Errors: none; the pool holds one node for every level that may exist.
// Cost: at most 32 steps, whatever the number of levels.
#pragma once

#include <cstdint>

#include "match/book/level.hpp"
#include "match/memory/growth.hpp"
#include "match/memory/index_pool.hpp"
#include "match/memory/table.hpp"

namespace wirebook::match {

class FarTree {
 public:
  /// `levels` is where leaves point; ranks are their prices through the mask of the side.
  /// Memory is ready for `start` nodes.
  FarTree(const Table<Level>& levels, std::uint32_t node_count, std::uint32_t start)
      : levels_(&levels),
        growth_(node_count, start, block_nodes),
        nodes_(std::size_t{node_count} + 1, growth_),
        pool_(node_count, growth_) {}

  /// The level at `rank`, 0 if there is none.
  [[nodiscard]] std::uint32_t find(std::uint32_t root, std::uint32_t rank,
                                   std::uint32_t mask) const {
    if (root == 0)
      return 0;
    const std::uint32_t leaf = nearest_leaf(root, rank);
    return rank_of(leaf, mask) == rank ? leaf & ~leaf_flag : 0;
  }
  /// The level of the greatest rank, 0 if the set is empty.
  [[nodiscard]] std::uint32_t best(std::uint32_t root) const {
    if (root == 0)
      return 0;
    while (!is_leaf(root))
      root = nodes_[root].child[1];
    return root & ~leaf_flag;
  }
  /// The level of the greatest rank below `rank`, 0 if there is none.
  [[nodiscard]] std::uint32_t best_below(std::uint32_t root, std::uint32_t rank,
                                         std::uint32_t mask) const;
  /// The level is not in the set yet.
  void insert(std::uint32_t& root, std::uint32_t level, std::uint32_t mask);
  /// The level is in the set.
  void erase(std::uint32_t& root, std::uint32_t level, std::uint32_t mask);

  [[nodiscard]] Growth& growth() { return growth_; }

 private:
  struct Node {
    std::uint32_t child[2];  ///< a node, or a level with `leaf_flag`
    std::uint32_t bit;
  };
  static constexpr std::size_t block_nodes = std::size_t{1} << 17;
  static constexpr std::uint32_t leaf_flag = 0x8000'0000U;

  static bool is_leaf(std::uint32_t reference) { return (reference & leaf_flag) != 0; }
  [[nodiscard]] std::uint32_t rank_of(std::uint32_t leaf, std::uint32_t mask) const {
    return (*levels_)[leaf & ~leaf_flag].price ^ mask;
  }
  [[nodiscard]] std::uint32_t nearest_leaf(std::uint32_t root, std::uint32_t rank) const {
    while (!is_leaf(root))
      root = nodes_[root].child[rank >> nodes_[root].bit & 1];
    return root;
  }

  const Table<Level>* levels_;
  Growth growth_;
  Table<Node> nodes_;
  IndexPool pool_;
};

}  // namespace wirebook::match
