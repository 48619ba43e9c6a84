#include "match/book/far_tree.hpp"

#include <bit>

#include "wirebook/assert.hpp"

namespace wirebook::match {

std::uint32_t FarTree::best_below(std::uint32_t root, std::uint32_t rank,
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

void FarTree::insert(std::uint32_t& root, std::uint32_t level, std::uint32_t mask) {
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

void FarTree::erase(std::uint32_t& root, std::uint32_t level, std::uint32_t mask) {
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
