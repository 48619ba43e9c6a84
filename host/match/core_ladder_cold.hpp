// What a ladder does seldom: windows and pages that come and go, far prices, walks and marks.
//
// Shapes, threads, errors, cost: see core_ladder.hpp, of which this is the second half.
#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>

#include "wirebook/assert.hpp"

#include "match/core_ladder.hpp"

namespace wirebook::match {

template <std::size_t marks>
CoreLadder<marks>::CoreLadder(Table<CoreNode>& nodes, std::uint32_t orders,
                              std::uint32_t instruments)
    : nodes_(nodes),
      far_first_(far_first(orders)),
      sides_((std::size_t{instruments} + 2) * 2),
      pages_(std::size_t{page_count(orders)} + 1),
      windows_(std::size_t{window_count(orders, instruments)} + 1),
      firsts_(windows_.size() * window_pages),
      page_pool_(page_count(orders)),
      window_pool_(window_count(orders, instruments)),
      far_pool_(orders),
      far_(nodes, static_cast<std::uint32_t>((1 + marks) * orders),
           static_cast<std::uint32_t>((1 + marks) * orders)) {
  for (std::size_t i = 0; i < sides_.size(); ++i)
    sides_[i].mask = side_mask(i % 2 != 0);
  Side& spare = sides_[spare_side()];
  spare = {.near_span = 1, .inverse = inverse_one, .span = 1};
  firsts_[0] = page_pool_.take() * page_levels;  // window 0 is nobody's
}

template <std::size_t marks>
std::uint32_t CoreLadder<marks>::PageSet::last_below(std::uint32_t end) const {
  if (end % 64 != 0) {
    const std::uint64_t word = words[end / 64] & ((std::uint64_t{1} << end % 64) - 1);
    if (word != 0)
      return end / 64 * 64 + highest_bit(word);
  }
  const std::uint64_t lower = summary & ((std::uint64_t{1} << end / 64) - 1);
  if (lower == 0)
    return no_page;
  return highest_bit(lower) * 64 + highest_bit(words[highest_bit(lower)]);
}

// The first price of an empty window becomes its middle, or as near to it as the range allows.
template <std::size_t marks>
void CoreLadder<marks>::open_window(Side& side, std::uint32_t price) {
  const std::uint32_t window = window_pool_.take();
  if (window == 0)
    return;
  side.firsts = window * window_pages;
  side.inverse = price % cent == 0 ? inverse_one / cent + 1 : inverse_one;
  const std::uint32_t rank = price ^ side.mask;
  side.base = rank - std::min(rank / side.tick(), window_ticks / 2) * side.tick();
  side.span = std::min(window_ticks * side.tick(), ~side.base);
  side.settle();
}

template <std::size_t marks>
std::uint32_t CoreLadder<marks>::claim_page(Side& side, std::uint32_t side_number,
                                            std::uint32_t number) {
  const std::uint32_t page = page_pool_.take();
  if (page == 0)
    return 0;
  const std::uint32_t first = page * page_levels;
  if (nodes_[first].next == 0)  // never used before; an empty level leads to itself
    for (std::uint32_t level = first; level < first + page_levels; ++level)
      nodes_[level].next = nodes_[level].prev = level;
  pages_[page].number = number;
  pages_[page].side = side_number;
  firsts_[side.firsts + number] = first;
  windows_[window_of(side)].live.insert(number);
  return page;
}

template <std::size_t marks>
std::uint32_t CoreLadder<marks>::claim_slow(std::uint32_t side_number, std::uint32_t price) {
  Side& side = sides_[side_number];
  if (side.span == 0)
    open_window(side, price);
  const std::uint32_t rank = price ^ side.mask;
  const Tick tick = tick_of(side, rank);
  if (!tick.is_exact)
    return claim_far(side_number, price);
  // It may have become a far level while there was no page for it.
  if (const std::uint32_t found = far_.find(side.far, rank, side.mask))
    return found;
  const std::uint32_t number = tick.number / page_levels;
  std::uint32_t page = firsts_[side.firsts + number] / page_levels;
  if (page == 0 && (page = claim_page(side, side_number, number)) == 0) {
    release_window_if_empty(side);
    return claim_far(side_number, price);
  }
  const std::uint32_t level = page * page_levels + tick.number % page_levels;
  if (nodes_[level].next == level)
    turn(level);
  return level;
}

template <std::size_t marks>
std::uint32_t CoreLadder<marks>::claim_far(std::uint32_t side_number, std::uint32_t price) {
  Side& side = sides_[side_number];
  if (const std::uint32_t found = far_.find(side.far, price ^ side.mask, side.mask))
    return found;
  const std::uint32_t taken = far_pool_.take();
  WIREBOOK_ASSERT(taken != 0);
  const std::uint32_t level = far_first_ + taken;
  nodes_[level] = {.next = level, .prev = level, .state = side_number, .cold = price};
  far_.insert(side.far, level, side.mask);
  side.settle();
  return level;
}

template <std::size_t marks>
void CoreLadder<marks>::release_page(std::uint32_t page) {
  Side& side = sides_[pages_[page].side];
  firsts_[side.firsts + pages_[page].number] = 0;
  windows_[window_of(side)].live.erase(pages_[page].number);
  page_pool_.give_back(page);
  release_window_if_empty(side);
}

template <std::size_t marks>
void CoreLadder<marks>::release_window_if_empty(Side& side) {
  if (windows_[window_of(side)].live.summary != 0)
    return;
  window_pool_.give_back(window_of(side));  // as clean as it was: every entry and bit is 0 again
  side.firsts = 0;
  side.span = 0;
  side.settle();
}

template <std::size_t marks>
void CoreLadder<marks>::release_far(std::uint32_t level) {
  Side& side = sides_[side_of(level)];
  far_.erase(side.far, level, side.mask);
  side.settle();
  far_pool_.give_back(level - far_first_);
}

template <std::size_t marks>
std::uint32_t CoreLadder<marks>::best_slow(Side& side) {
  const std::uint32_t level =
      better(side, last_in_window(side, window_ticks, live_bits), far_.best(side.far));
  side.bound = level == 0 ? 0 : rank_of(side, level);
  return level;
}

/// Of the ticks before `end_tick`.
template <std::size_t marks>
std::uint32_t CoreLadder<marks>::last_in_window(const Side& side, std::uint32_t end_tick,
                                                std::size_t set) const {
  if (side.span == 0)
    return 0;
  const Window& window = windows_[window_of(side)];
  const std::uint32_t number = end_tick / page_levels;
  if (end_tick % page_levels != 0) {
    const std::uint32_t page = firsts_[side.firsts + number] / page_levels;
    const std::uint64_t before = (std::uint64_t{1} << end_tick % page_levels) - 1;
    if (const std::uint64_t word = bits(pages_[page], set) & before)
      return page * page_levels + highest_bit(word);
  }
  const std::uint32_t last = pages_of(window, set).last_below(number);
  if (last == no_page)
    return 0;
  const std::uint32_t page = firsts_[side.firsts + last] / page_levels;
  return page * page_levels + highest_bit(bits(pages_[page], set));
}

template <std::size_t marks>
std::uint32_t CoreLadder<marks>::below(const Side& side, std::uint32_t rank,
                                       std::size_t set) const {
  std::uint32_t near = 0;
  if (side.span != 0 && rank > side.base) {
    // Up to the last tick before the rank, and not to the one at it.
    const std::uint32_t ticks = (rank - side.base - 1) / side.tick() + 1;
    near = last_in_window(side, std::min(ticks, window_ticks), set);
  }
  return better(side, near, far_.best_below(root(side, set), rank, side.mask));
}

template <std::size_t marks>
std::uint32_t CoreLadder<marks>::best_marked(std::uint32_t side_number, std::size_t set) const {
  const Side& side = sides_[side_number];
  return better(side, last_in_window(side, window_ticks, set), far_.best(root(side, set)));
}

template <std::size_t marks>
void CoreLadder<marks>::mark(std::uint32_t level, std::size_t set) {
  Side& side = sides_[side_of(level)];
  if (level >= far_first_)
    return far_.insert(side.far_marked[set], level, side.mask);
  Page& page = pages_[level / page_levels];
  if (page.marked[set] == 0)
    windows_[window_of(side)].marked[set].insert(page.number);
  page.marked[set] |= std::uint64_t{1} << level % page_levels;
}

template <std::size_t marks>
void CoreLadder<marks>::unmark(std::uint32_t level, std::size_t set) {
  Side& side = sides_[side_of(level)];
  if (level >= far_first_)
    return far_.erase(side.far_marked[set], level, side.mask);
  Page& page = pages_[level / page_levels];
  page.marked[set] &= ~(std::uint64_t{1} << level % page_levels);
  if (page.marked[set] == 0)
    windows_[window_of(side)].marked[set].erase(page.number);
}

}  // namespace wirebook::match
