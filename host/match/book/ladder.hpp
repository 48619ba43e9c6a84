// The price ladder of one side of one book: levels by price in a few loads, around the market.
//
// Shapes: a window of 65,536 ticks of 0.01 (0.0001 where the first price is no whole cent), in
// pages of 64 levels with a bitmap each, and a bitmap over the pages. Windows and pages come from
// pools and go back when they are empty, so that memory follows the live orders, not the number of
// instruments. What lies outside, between ticks, or finds no page, is in the far tree.
// Threads: the book's. Errors: none. Cost: independent of the number of levels; far prices up to 32
// steps.
//
//   rank ─► window: page number ─► page: 64 levels        bitmaps: window 1024 bits ─► page 64 bits
//       └─► far tree (crit-bit)
#pragma once

#include <array>
#include <cstdint>

#include "match/book/far_tree.hpp"
#include "match/book/level.hpp"
#include "match/memory/growth.hpp"
#include "match/memory/index_pool.hpp"
#include "match/memory/table.hpp"

namespace wirebook::match {

/// The state of one side; all zero is an empty side.
struct LadderSide {
  std::uint32_t best_level;  ///< of live orders, hidden ones too; 0: none
  std::uint32_t window;      ///< 0: none; everything is far
  std::uint32_t base_rank;   ///< of the window's first tick
  std::uint32_t tick;
  std::uint32_t far_live;
  std::uint32_t far_displayed;
  std::uint32_t displayed_levels;
  std::uint32_t mask;  ///< `rank_mask` of the side
};

class Ladder {
 public:
  /// Memory is ready for `start` of the orders.
  Ladder(std::uint32_t orders, std::uint32_t start);
  Ladder(const Ladder&) = delete;  // the far tree refers to the levels
  Ladder& operator=(const Ladder&) = delete;

  [[nodiscard]] Level& level(std::uint32_t index) { return levels_[index]; }
  [[nodiscard]] const Level& level(std::uint32_t index) const { return levels_[index]; }

  /// Asks memory for what leads to the level at a price, and for the best level.
  void expect_page(const LadderSide& side, std::uint32_t price) const;
  /// Asks memory for the level at a price, if it is on the ladder.
  void expect(const LadderSide& side, std::uint32_t price) const;
  /// The level at a price, made if it is not there. It must get an order before anything else.
  std::uint32_t claim(LadderSide& side, std::uint32_t price) {
    const std::uint32_t index = nearby(side, price);
    return index != 0 ? index : claim_new(side, price);
  }
  /// The same if it is not far, without looking further.
  [[nodiscard]] std::uint32_t find_near(const LadderSide& side, std::uint32_t price) const {
    return nearby(side, price);
  }
  /// The level at a price, 0 if there is none.
  [[nodiscard]] std::uint32_t find(const LadderSide& side, std::uint32_t price) const;
  /// Takes out a level that has lost its last order.
  void release(LadderSide& side, std::uint32_t level);
  /// The level got its first displayed order, or lost its last one.
  void show(LadderSide& side, std::uint32_t level);
  void hide(LadderSide& side, std::uint32_t level);
  /// The best level that the market sees, 0 if there is none.
  [[nodiscard]] std::uint32_t best_displayed(const LadderSide& side) const;
  /// The next worse level than one of the side, 0 behind the last: of those with displayed orders,
  /// or of all.
  [[nodiscard]] std::uint32_t next_displayed(const LadderSide& side, std::uint32_t level) const;
  [[nodiscard]] std::uint32_t next_live(const LadderSide& side, std::uint32_t level) const;

  void list(GrowthList& growths) {
    growths.insert(growths.end(), {&page_growth_, &window_growth_, &far_growth_, &far_.growth()});
  }

 private:
  static constexpr std::uint32_t page_levels = 64;
  static constexpr std::uint32_t window_pages = 1024;
  static constexpr std::uint32_t window_ticks = window_pages * page_levels;
  static constexpr std::uint32_t no_tick = ~0U;
  static constexpr std::uint32_t cent = 100;

  struct Page {
    std::uint64_t live;
    std::uint64_t displayed;
    std::uint32_t number;  ///< in its window
    std::uint32_t reserved;
  };
  struct PageSet {  ///< page numbers, as a bitmap of two levels
    std::uint64_t summary;
    std::array<std::uint64_t, window_pages / 64> words;

    void insert(std::uint32_t number);
    void erase(std::uint32_t number);
    [[nodiscard]] std::uint32_t last() const;  ///< not empty
    /// The greatest number below `number`, `none` if there is none.
    [[nodiscard]] std::uint32_t last_below(std::uint32_t number) const;
    static constexpr std::uint32_t none = ~0U;
  };
  struct Window {
    PageSet live;
    PageSet displayed;
    std::array<std::uint16_t, window_pages> pages;  ///< by number; 0: none
  };

  [[nodiscard]] bool is_far(std::uint32_t level) const { return level >= far_first_; }
  [[nodiscard]] static std::uint32_t tick_of(const LadderSide& side, std::uint32_t rank) {
    if (side.window == 0 || rank < side.base_rank)
      return no_tick;
    const std::uint32_t distance = rank - side.base_rank;
    if (side.tick == 1)
      return distance < window_ticks ? distance : no_tick;
    const std::uint32_t tick = distance / cent;
    return tick < window_ticks && tick * cent == distance ? tick : no_tick;
  }
  /// The live level of the window at a price, 0 if there is none.
  [[nodiscard]] std::uint32_t nearby(const LadderSide& side, std::uint32_t price) const {
    const std::uint32_t tick = tick_of(side, price ^ side.mask);
    if (tick == no_tick)
      return 0;
    const std::uint32_t page = windows_[side.window].pages[tick / page_levels];
    const std::uint32_t index = page * page_levels + tick % page_levels;
    return levels_[index].head != 0 ? index : 0;
  }
  std::uint32_t claim_new(LadderSide& side, std::uint32_t price);
  void open_window(LadderSide& side, std::uint32_t price);
  std::uint32_t claim_page(LadderSide& side, std::uint32_t number);
  void release_page(LadderSide& side, std::uint32_t page);
  void release_window_if_empty(LadderSide& side);
  std::uint32_t claim_far(LadderSide& side, std::uint32_t price);
  void make_best(LadderSide& side, std::uint32_t level);
  [[nodiscard]] std::uint32_t best_of(const LadderSide& side, PageSet Window::*set,
                                      std::uint64_t Page::*bits, std::uint32_t far_root) const;
  [[nodiscard]] std::uint32_t next_of(const LadderSide& side, PageSet Window::*set,
                                      std::uint64_t Page::*bits, std::uint32_t far_root,
                                      std::uint32_t rank) const;
  [[nodiscard]] std::uint32_t next_near(const LadderSide& side, PageSet Window::*set,
                                        std::uint64_t Page::*bits, std::uint32_t rank) const;
  [[nodiscard]] std::uint32_t better_of(const LadderSide& side, std::uint32_t near,
                                        std::uint32_t far) const;

  std::uint32_t page_count_;
  std::uint32_t far_first_;
  Growth page_growth_;
  Growth window_growth_;
  Growth far_growth_;
  Table<Level> levels_;  ///< pages from 1, then far levels
  Table<Page> pages_;
  Table<Window> windows_;
  IndexPool page_pool_;
  IndexPool window_pool_;
  IndexPool far_pool_;
  FarTree far_;
};

}  // namespace wirebook::match
