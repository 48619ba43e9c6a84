// The price levels of all books: one of a price in a few loads around the market, any other in a
// tree.
//
// Shapes: a side has a window of 65,536 ticks of 0.01 (0.0001 where its first price is no whole
// cent), in pages of 64 levels with a bitmap each, and a bitmap over the pages. Windows and pages
// come from pools and go back when they are empty, so that memory follows the live orders, not the
// number of instruments. What lies outside, between ticks, or finds no page, is in the far tree.
// Levels are the first nodes of the book's table. Of the best price a side knows a bound; the price
// itself is looked up when somebody might trade. `marks` more bitmaps are for the owner: which
// levels are displayed, for instance. Threads: the book's. Errors: none. Cost: independent of the
// number of levels; far prices up to 32 steps.
//
//   rank ─► window: page number ─► page: 64 levels        bitmaps: window 1024 bits ─► page 64 bits
//       └─► far tree (crit-bit)
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <type_traits>

#include "wirebook/assert.hpp"

#include "match/core_node.hpp"
#include "match/far_tree.hpp"
#include "match/index_pool.hpp"
#include "match/table.hpp"
#include "slot_ring/prefetch.hpp"

namespace wirebook::match {

template <std::size_t marks>
class CoreLadder {
 public:
  /// For up to `orders` orders of instruments from 0 to `instruments`. The first
  /// `level_count(orders)` of the nodes are the ladder's.
  CoreLadder(Table<CoreNode>& nodes, std::uint32_t orders, std::uint32_t instruments);
  CoreLadder(const CoreLadder&) = delete;  // it refers to the nodes
  CoreLadder& operator=(const CoreLadder&) = delete;

  [[nodiscard]] static std::uint32_t level_count(std::uint32_t orders) {
    return far_first(orders) + orders + 1;
  }
  static constexpr std::uint32_t side_number(std::uint32_t instrument, bool buy) {
    return instrument * 2 + (buy ? 1 : 0);
  }

  /// The level at a price, made if it is not there. It must get an order before anything else.
  std::uint32_t claim(std::uint32_t side_number, std::uint32_t price) {
    const std::uint32_t rank = price ^ sides_[side_number].mask;
    raise(side_number, rank);
    const std::uint32_t level = nearby(side_number, rank);
    if (level == 0) [[unlikely]]
      return claim_slow(side_number, price);
    if (nodes_[level].next == level)
      turn(level);
    return level;
  }
  /// Takes out a level that has lost its last order.
  void release(std::uint32_t level) {
    if (level >= far_first_) [[unlikely]]
      return release_far(level);
    if (turn(level) == 0) [[unlikely]]
      release_page(level / page_levels);
  }

  /// The level of a rank where it is on the ladder, empty or not; else 0: `claim` must look
  /// further.
  [[nodiscard, gnu::always_inline]] std::uint32_t nearby(std::uint32_t side_number,
                                                         std::uint32_t rank) const {
    const Side& side = sides_[side_number];
    const std::uint32_t distance = rank - side.base;
    const std::uint64_t product = std::uint64_t{distance} * side.inverse;
    const auto left_over = static_cast<std::uint32_t>(product) & (inverse_one - 1);
    if (distance >= side.near_span || left_over >= side.inverse) [[unlikely]]
      return 0;
    const std::uint32_t first = firsts_[side.firsts + (product >> inverse_bits) / page_levels];
    if (first == 0) [[unlikely]]
      return 0;
    return first | static_cast<std::uint32_t>(product >> inverse_bits) % page_levels;
  }
  /// A side of nobody, on which every order comes to one level of nobody.
  [[nodiscard]] std::uint32_t spare_side() const {
    return static_cast<std::uint32_t>(sides_.size()) - 2;
  }
  /// There is, or will be, an order at `rank`.
  void raise(std::uint32_t side_number, std::uint32_t rank) {
    if (sides_[side_number].bound < rank) [[unlikely]]
      sides_[side_number].bound = rank;
  }
  /// A level of the ladder got its first order or lost its last one. What else its page has.
  std::uint64_t turn(std::uint32_t level) {
    return pages_[level / page_levels].live ^= std::uint64_t{1} << level % page_levels;
  }

  [[nodiscard]] std::uint32_t price(std::uint32_t level) const {
    if (level >= far_first_)
      return nodes_[level].cold;
    const Page& page = pages_[level / page_levels];
    const Side& side = sides_[page.side];
    const std::uint32_t tick = page.number * page_levels + level % page_levels;
    return (side.base + tick * side.tick()) ^ side.mask;
  }
  [[nodiscard]] std::uint32_t side_of(std::uint32_t level) const {
    return level >= far_first_ ? nodes_[level].state : pages_[level / page_levels].side;
  }
  [[nodiscard]] std::uint32_t mask(std::uint32_t side_number) const {
    return sides_[side_number].mask;
  }
  /// No live order of the side has a greater rank. After `best` it is that of the best level.
  [[nodiscard]] std::uint32_t bound(std::uint32_t side_number) const {
    return sides_[side_number].bound;
  }
  /// The level of the greatest rank, 0 if the side is empty.
  std::uint32_t best(std::uint32_t side_number) {
    Side& side = sides_[side_number];
    const Tick tick = tick_of(side, side.bound);
    if (tick.is_exact && side.far == 0) [[likely]] {
      const std::uint32_t page = firsts_[side.firsts + tick.number / page_levels] / page_levels;
      const std::uint32_t bit = tick.number % page_levels;
      const std::uint64_t up_to = pages_[page].live << (page_levels - 1 - bit);
      if (up_to != 0) [[likely]] {
        const auto lower = static_cast<std::uint32_t>(std::countl_zero(up_to));
        side.bound -= lower * side.tick();
        return page * page_levels + bit - lower;
      }
    }
    return best_slow(side);
  }
  /// As `best`, when `level` was the best and has lost its last order.
  std::uint32_t best_after(std::uint32_t side_number, std::uint32_t level) {
    Side& side = sides_[side_number];
    if (level >= far_first_ || side.near_span == 0) [[unlikely]]
      return best(side_number);
    const std::uint64_t live = pages_[level / page_levels].live;
    if (live == 0) [[unlikely]]
      return best(side_number);
    const std::uint32_t bit = highest_bit(live);
    side.bound -= (level % page_levels - bit) * side.tick();
    return level / page_levels * page_levels + bit;
  }
  /// The next one behind a level, 0 if there is none.
  [[nodiscard]] std::uint32_t behind(std::uint32_t level) const {
    return below(sides_[side_of(level)], rank_of(sides_[side_of(level)], level), live_bits);
  }

  /// Puts a level into one of the owner's sets, or out of it. Sets must be left before the level
  /// loses its last order.
  void mark(std::uint32_t level, std::size_t set);
  void unmark(std::uint32_t level, std::size_t set);
  /// The best level of a set, 0 if it is empty; and the next one behind a level.
  [[nodiscard]] std::uint32_t best_marked(std::uint32_t side_number, std::size_t set) const;
  [[nodiscard]] std::uint32_t behind_marked(std::uint32_t level, std::size_t set) const {
    return below(sides_[side_of(level)], rank_of(sides_[side_of(level)], level), set);
  }

  // Look-ahead, each a step nearer: the side, where its page is named, the level, who is last in
  // it.
  void expect_side(std::uint32_t side_number) const { prefetch_to_write(&sides_[side_number]); }
  void expect_page(std::uint32_t side_number, std::uint32_t price) const {
    const Side& side = sides_[side_number];
    prefetch_to_write(
        &firsts_[side.firsts + tick_of(side, price ^ side.mask).number / page_levels]);
  }
  /// Some level; the right one where the price is on the ladder.
  [[nodiscard]] std::uint32_t guess(std::uint32_t side_number, std::uint32_t price) const {
    const Side& side = sides_[side_number];
    const std::uint32_t tick = tick_of(side, price ^ side.mask).number;
    return firsts_[side.firsts + tick / page_levels] | tick % page_levels;
  }
  /// Of a node that may be a level.
  void expect_bits(std::uint32_t level) const {
    prefetch_to_write(&pages_[level < far_first_ ? level / page_levels : 0]);
  }
  [[nodiscard]] std::uint32_t bound_price(std::uint32_t side_number) const {
    return sides_[side_number].bound ^ sides_[side_number].mask;
  }

 private:
  static constexpr std::uint32_t page_levels = 64;
  static constexpr std::uint32_t window_pages = 1024;
  static constexpr std::uint32_t window_ticks = window_pages * page_levels;
  static constexpr std::uint32_t windows_max = 32'768;
  static constexpr std::uint32_t pages_min = 1024;
  static constexpr std::uint32_t cent = 100;
  static constexpr std::uint32_t inverse_bits = 30;
  static constexpr std::uint32_t inverse_one = 1U << inverse_bits;
  static constexpr std::uint32_t no_page = ~0U;

  struct Nothing {};
  template <class Value>
  using Extra = std::conditional_t<marks == 0, Nothing, std::array<Value, marks>>;

  /// All zero is an empty side, but for `mask`.
  struct Side {
    std::uint32_t bound;      ///< no live order has a greater rank; 0: none
    std::uint32_t mask;       ///< `side_mask`
    std::uint32_t base;       ///< rank of the window's first tick
    std::uint32_t near_span;  ///< as `span`, but 0 while there are far levels
    std::uint32_t inverse;    ///< of the tick, by 2^30
    std::uint32_t firsts;     ///< where its window's pages are named
    std::uint32_t span;       ///< ranks that the window covers; 0: there is no window
    std::uint32_t far;        ///< root of the live levels outside
    [[no_unique_address]] Extra<std::uint32_t> far_marked;

    [[nodiscard]] std::uint32_t tick() const { return inverse == inverse_one ? 1 : cent; }
    void settle() { near_span = far == 0 ? span : 0; }
  };
  struct PageSet {  ///< page numbers, as a bitmap of two levels
    std::uint64_t summary;
    std::array<std::uint64_t, window_pages / 64> words;

    void insert(std::uint32_t number) {
      words[number / 64] |= std::uint64_t{1} << number % 64;
      summary |= std::uint64_t{1} << number / 64;
    }
    void erase(std::uint32_t number) {
      words[number / 64] &= ~(std::uint64_t{1} << number % 64);
      if (words[number / 64] == 0)
        summary &= ~(std::uint64_t{1} << number / 64);
    }
    /// The greatest one below `end`, `no_page` if there is none.
    [[nodiscard]] std::uint32_t last_below(std::uint32_t end) const;
  };
  struct Page {
    std::uint64_t live;
    std::uint32_t number;  ///< in its window
    std::uint32_t side;
    [[no_unique_address]] Extra<std::uint64_t> marked;
  };
  struct Window {
    PageSet live;
    [[no_unique_address]] Extra<PageSet> marked;
  };
  static constexpr std::size_t live_bits = ~std::size_t{0};

  static std::uint32_t highest_bit(std::uint64_t word) {
    return static_cast<std::uint32_t>(63 - std::countl_zero(word));
  }
  /// A page serves many orders at once; where prices are so scattered that it does not, the far
  /// tree takes over, so that memory stays in proportion to the orders.
  static std::uint32_t page_count(std::uint32_t orders) {
    return std::min(orders, std::max(pages_min, orders / 16)) + 1;
  }
  static std::uint32_t window_count(std::uint32_t orders, std::uint32_t instruments) {
    return std::min({orders, windows_max, 2 * (instruments + 1)});
  }
  static std::uint32_t far_first(std::uint32_t orders) {
    return (page_count(orders) + 1) * page_levels;
  }

  struct Tick {
    std::uint32_t number;  ///< below `window_ticks`, whatever the rank
    bool is_exact;         ///< else the rank is outside the window or between its ticks
  };
  // The inverse is a little too great, by so little that what is left over stays below one inverse
  // where the rank is a tick, and is more where it is not.
  [[nodiscard]] static Tick tick_of(const Side& side, std::uint32_t rank) {
    const std::uint32_t distance = rank - side.base;
    const std::uint64_t product = std::uint64_t{distance} * side.inverse;
    const auto left_over = static_cast<std::uint32_t>(product) & (inverse_one - 1);
    return {.number = static_cast<std::uint32_t>(product >> inverse_bits) % window_ticks,
            .is_exact = (distance < side.span) && (left_over < side.inverse)};
  }
  [[nodiscard]] static std::uint32_t window_of(const Side& side) {
    return side.firsts / window_pages;
  }
  [[nodiscard]] static std::uint32_t root(const Side& side, std::size_t set) {
    if constexpr (marks != 0)
      return set == live_bits ? side.far : side.far_marked[set];
    return side.far;
  }
  [[nodiscard]] static const std::uint64_t& bits(const Page& page, std::size_t set) {
    if constexpr (marks != 0)
      return set == live_bits ? page.live : page.marked[set];
    return page.live;
  }
  [[nodiscard]] static const PageSet& pages_of(const Window& window, std::size_t set) {
    if constexpr (marks != 0)
      return set == live_bits ? window.live : window.marked[set];
    return window.live;
  }

  [[nodiscard]] std::uint32_t rank_of(const Side& side, std::uint32_t level) const {
    return price(level) ^ side.mask;
  }
  /// The one of two levels that has the greater rank; 0 is none.
  [[nodiscard]] std::uint32_t better(const Side& side, std::uint32_t one, std::uint32_t two) const {
    if (one == 0 || two == 0)
      return one + two;
    return rank_of(side, one) > rank_of(side, two) ? one : two;
  }
  std::uint32_t claim_slow(std::uint32_t side_number, std::uint32_t price);
  std::uint32_t claim_page(Side& side, std::uint32_t side_number, std::uint32_t number);
  std::uint32_t claim_far(std::uint32_t side_number, std::uint32_t price);
  void open_window(Side& side, std::uint32_t price);
  void release_page(std::uint32_t page);
  void release_window_if_empty(Side& side);
  void release_far(std::uint32_t level);
  std::uint32_t best_slow(Side& side);
  [[nodiscard]] std::uint32_t last_in_window(const Side& side, std::uint32_t end_tick,
                                             std::size_t set) const;
  [[nodiscard]] std::uint32_t below(const Side& side, std::uint32_t rank, std::size_t set) const;

  Table<CoreNode>& nodes_;
  std::uint32_t far_first_;
  Table<Side> sides_;
  Table<Page> pages_;
  Table<Window> windows_;
  Table<std::uint32_t> firsts_;  ///< by window and page number: its first level; 0: no page
  IndexPool page_pool_;
  IndexPool window_pool_;
  IndexPool far_pool_;
  FarTree<CoreNode> far_;
};

}  // namespace wirebook::match

#include "match/core_ladder_cold.hpp"  // IWYU pragma: export
