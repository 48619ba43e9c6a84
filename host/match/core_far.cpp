#include "match/core_far.hpp"

namespace wirebook::match {

// Where the rank leaves the tree, everything is on one side of it: either the last subtree that it
// turned away from downwards is below it, or the whole rest is.
std::uint32_t CoreFar::below(std::uint32_t root, std::uint32_t rank, std::uint32_t mask) const {
  if (root == 0)
    return 0;
  const std::uint32_t difference = rank ^ rank_of(nearest_leaf(root, rank), mask);
  // The bit at which the rank leaves: of an equal rank, beneath all.
  const int leaves = 31 - std::countl_zero(difference);
  std::uint32_t lower = 0;
  std::uint32_t place = root;
  while (!is_leaf(place) && static_cast<int>(nodes_[place].bit) > leaves) {
    const std::uint32_t half = rank >> nodes_[place].bit & 1;
    if (half == 1)
      lower = nodes_[place].child[0];
    place = nodes_[place].child[half];
  }
  if (leaves >= 0 && (rank >> leaves & 1) == 1)
    return greatest(place);
  return lower == 0 ? 0 : greatest(lower);
}

void CoreFar::insert(std::uint32_t& root, std::uint32_t level, std::uint32_t mask) {
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

void CoreFar::erase(std::uint32_t& root, std::uint32_t level, std::uint32_t mask) {
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
