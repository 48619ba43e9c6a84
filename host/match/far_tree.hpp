// The prices that lie outside a ladder: an ordered set of levels that no choice of prices can slow.
//
// Shapes: a crit-bit tree over 32-bit ranks; a leaf is a level, an inner node the highest bit in
// which its two halves differ. A set is one root, 0 when empty; all sets share one pool of nodes.
// Threads: the book's. Errors: none; the pool holds one node for every level that may exist.
// Cost: at most 32 steps, whatever the number of levels.
#pragma once

#include <bit>
#include <cstdint>

#include "wirebook/assert.hpp"

#include "match/index_pool.hpp"
#include "match/table.hpp"

namespace wirebook::match {

/// `Entry` is what stands for a level; `price_of(entry)` is found beside it.
template <class Entry>
class FarTree {
 public:
  /// `levels` is where leaves point; ranks are their prices through the mask of the side.
  /// Memory is ready for `start` nodes.
  FarTree(const Table<Entry>& levels, std::uint32_t node_count, std::uint32_t start)
      : levels_(&levels),
        growth_(node_count, start, block_nodes),
        nodes_(std::size_t{node_count} + 1, growth_),
        pool_(node_count, growth_) {}

  /// The level at `rank`, 0 if there is none.
  [[nodiscard]] std::uint32_t find(std::uint32_t root, std::uint32_t rank,
                                   std::uint32_t mask) const;
  /// The level of the greatest rank, 0 if the set is empty.
  [[nodiscard]] std::uint32_t best(std::uint32_t root) const;
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
    return price_of((*levels_)[leaf & ~leaf_flag]) ^ mask;
  }
  [[nodiscard]] std::uint32_t nearest_leaf(std::uint32_t root, std::uint32_t rank) const;

  const Table<Entry>* levels_;
  Growth growth_;
  Table<Node> nodes_;
  IndexPool pool_;
};

template <class Entry>
std::uint32_t FarTree<Entry>::nearest_leaf(std::uint32_t root, std::uint32_t rank) const {
  while (!is_leaf(root))
    root = nodes_[root].child[rank >> nodes_[root].bit & 1];
  return root;
}

template <class Entry>
std::uint32_t FarTree<Entry>::find(std::uint32_t root, std::uint32_t rank,
                                   std::uint32_t mask) const {
  if (root == 0)
    return 0;
  const std::uint32_t leaf = nearest_leaf(root, rank);
  return rank_of(leaf, mask) == rank ? leaf & ~leaf_flag : 0;
}

template <class Entry>
std::uint32_t FarTree<Entry>::best(std::uint32_t root) const {
  if (root == 0)
    return 0;
  while (!is_leaf(root))
    root = nodes_[root].child[1];
  return root & ~leaf_flag;
}

template <class Entry>
std::uint32_t FarTree<Entry>::best_below(std::uint32_t root, std::uint32_t rank,
                                         std::uint32_t mask) const {
  if (root == 0)
    return 0;
  // Down to the subtree whose members differ from `rank` first in `bit`, or to the rank itself.
  const std::uint32_t difference = rank ^ rank_of(nearest_leaf(root, rank), mask);
  const int bit = 31 - std::countl_zero(difference);
  std::uint32_t lower = 0;  // what lies below the last turn to the greater half
  while (!is_leaf(root) && static_cast<int>(nodes_[root].bit) > bit) {
    const Node& node = nodes_[root];
    const std::uint32_t half = rank >> node.bit & 1;
    if (half == 1)
      lower = node.child[0];
    root = node.child[half];
  }
  const bool all_below = bit >= 0 && (rank >> bit & 1) == 1;
  return best(all_below ? root : lower);
}

template <class Entry>
void FarTree<Entry>::insert(std::uint32_t& root, std::uint32_t level, std::uint32_t mask) {
  const std::uint32_t leaf = level | leaf_flag;
  if (root == 0) {
    root = leaf;
    return;
  }
  const std::uint32_t rank = rank_of(leaf, mask);
  const std::uint32_t difference = rank ^ rank_of(nearest_leaf(root, rank), mask);
  WIREBOOK_ASSERT(difference != 0);
  const auto bit = static_cast<std::uint32_t>(31 - std::countl_zero(difference));

  std::uint32_t* place = &root;  // the first subtree whose members all agree down to `bit`
  while (!is_leaf(*place) && nodes_[*place].bit > bit)
    place = &nodes_[*place].child[rank >> nodes_[*place].bit & 1];
  const std::uint32_t index = pool_.take();
  WIREBOOK_ASSERT(index != 0);
  Node& node = nodes_[index];
  const std::uint32_t half = rank >> bit & 1;
  node.bit = bit;
  node.child[half] = leaf;
  node.child[half ^ 1] = *place;
  *place = index;
}

template <class Entry>
void FarTree<Entry>::erase(std::uint32_t& root, std::uint32_t level, std::uint32_t mask) {
  const std::uint32_t leaf = level | leaf_flag;
  const std::uint32_t rank = rank_of(leaf, mask);
  std::uint32_t* above = nullptr;  // what refers to the leaf's parent
  std::uint32_t* place = &root;
  while (!is_leaf(*place)) {
    above = place;
    place = &nodes_[*place].child[rank >> nodes_[*place].bit & 1];
  }
  WIREBOOK_ASSERT(*place == leaf);
  if (above == nullptr) {
    root = 0;
    return;
  }
  const std::uint32_t parent = *above;
  *above = nodes_[parent].child[nodes_[parent].child[0] == leaf ? 1 : 0];
  pool_.give_back(parent);
}

}  // namespace wirebook::match
