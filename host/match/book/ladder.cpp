#include "match/book/ladder.hpp"

#include <algorithm>
#include <bit>

#include "wirebook/assert.hpp"

#include "slot_ring/prefetch.hpp"

namespace wirebook::match {

namespace {

constexpr std::uint32_t windows_max = 16'384;
constexpr std::uint32_t pages_min = 1024;
constexpr std::size_t block_pages = 1024;
constexpr std::size_t block_windows = 1024;
constexpr std::size_t block_far_levels = std::size_t{1} << 16;
constexpr std::uint32_t far_share = 8;       // one in so many orders has a far price, at the start
constexpr std::uint32_t pages_max = 65'535;  // page indices are 16 bits wide in a window

/// A page serves many orders at once; where prices are so scattered that it does not, the far tree
/// takes over, so that memory stays in proportion to the orders.
std::uint32_t page_count_for(std::uint32_t orders) {
  return std::min({orders, std::max(pages_min, orders / 16), pages_max});
}

std::uint32_t highest_bit(std::uint64_t word) {
  return static_cast<std::uint32_t>(63 - std::countl_zero(word));
}

}  // namespace

void Ladder::PageSet::insert(std::uint32_t number) {
  words[number / 64] |= std::uint64_t{1} << number % 64;
  summary |= std::uint64_t{1} << number / 64;
}

void Ladder::PageSet::erase(std::uint32_t number) {
  words[number / 64] &= ~(std::uint64_t{1} << number % 64);
  if (words[number / 64] == 0)
    summary &= ~(std::uint64_t{1} << number / 64);
}

std::uint32_t Ladder::PageSet::last() const {
  const std::uint32_t word = highest_bit(summary);
  return word * 64 + highest_bit(words[word]);
}

std::uint32_t Ladder::PageSet::last_below(std::uint32_t number) const {
  const auto below = [](std::uint32_t bit) { return (std::uint64_t{1} << bit) - 1; };
  if (const std::uint64_t word = words[number / 64] & below(number % 64))
    return number / 64 * 64 + highest_bit(word);
  const std::uint64_t lower = summary & below(number / 64);
  if (lower == 0)
    return none;
  const std::uint32_t word = highest_bit(lower);
  return word * 64 + highest_bit(words[word]);
}

Ladder::Ladder(std::uint32_t orders, std::uint32_t start)
    : page_count_(page_count_for(orders)),
      far_first_((page_count_ + 1) * page_levels),
      page_growth_(page_count_, page_count_for(start), block_pages),
      window_growth_(std::min(orders, windows_max), start >= orders ? windows_max : block_windows,
                     block_windows),
      far_growth_(orders, start >= orders ? orders : start / far_share, block_far_levels),
      levels_(std::size_t{far_first_} + orders + 1,
              {Growing{.growth = page_growth_, .count = page_levels},
               Growing{.growth = far_growth_, .first = far_first_}}),
      pages_(std::size_t{page_count_} + 1, page_growth_),
      windows_(std::size_t{std::min(orders, windows_max)} + 1, window_growth_),
      page_pool_(page_count_, page_growth_),
      window_pool_(std::min(orders, windows_max), window_growth_),
      far_pool_(orders, far_growth_),
      far_(levels_, 2 * orders, 2 * static_cast<std::uint32_t>(far_growth_.ready())) {}

// The first price of an empty window becomes its middle, or as near to it as the range allows.
void Ladder::open_window(LadderSide& side, std::uint32_t price) {
  side.window = window_pool_.take();
  side.tick = price % cent == 0 ? cent : 1;
  const std::uint32_t rank = price ^ side.mask;
  side.base_rank = rank - std::min(rank / side.tick, window_ticks / 2) * side.tick;
}

std::uint32_t Ladder::claim_page(LadderSide& side, std::uint32_t number) {
  const std::uint32_t page = page_pool_.take();
  if (page == 0)
    return 0;
  pages_[page].number = number;
  windows_[side.window].pages[number] = static_cast<std::uint16_t>(page);
  windows_[side.window].live.insert(number);
  return page;
}

void Ladder::release_page(LadderSide& side, std::uint32_t page) {
  Window& window = windows_[side.window];
  window.pages[pages_[page].number] = 0;
  window.live.erase(pages_[page].number);
  page_pool_.give_back(page);
  release_window_if_empty(side);
}

void Ladder::release_window_if_empty(LadderSide& side) {
  if (windows_[side.window].live.summary != 0)
    return;
  window_pool_.give_back(side.window);  // as clean as it was: every entry and bit is 0 again
  side.window = 0;
}

std::uint32_t Ladder::claim_far(LadderSide& side, std::uint32_t price) {
  const std::uint32_t found = far_.find(side.far_live, price ^ side.mask, side.mask);
  if (found != 0)
    return found;
  const std::uint32_t taken = far_pool_.take();
  WIREBOOK_ASSERT(taken != 0);
  const std::uint32_t index = far_first_ + taken;
  levels_[index].price = price;
  far_.insert(side.far_live, index, side.mask);
  make_best(side, index);
  return index;
}

void Ladder::make_best(LadderSide& side, std::uint32_t level) {
  if (side.best_level == 0 ||
      (levels_[level].price ^ side.mask) > (levels_[side.best_level].price ^ side.mask))
    side.best_level = level;
}

void Ladder::expect_page(const LadderSide& side, std::uint32_t price) const {
  const std::uint32_t tick = tick_of(side, price ^ side.mask);
  if (tick != no_tick)
    prefetch(&windows_[side.window].pages[tick / page_levels]);
  prefetch(&levels_[side.best_level]);
}

void Ladder::expect(const LadderSide& side, std::uint32_t price) const {
  const std::uint32_t tick = tick_of(side, price ^ side.mask);
  if (tick == no_tick)
    return;
  const std::uint32_t page = windows_[side.window].pages[tick / page_levels];
  prefetch_to_write(&levels_[page * page_levels + tick % page_levels]);
  prefetch_to_write(&pages_[page]);
}

/// Where no live level of the window has the price.
std::uint32_t Ladder::claim_new(LadderSide& side, std::uint32_t price) {
  const std::uint32_t rank = price ^ side.mask;
  if (side.window == 0)
    open_window(side, price);
  const std::uint32_t tick = tick_of(side, rank);
  if (tick == no_tick)
    return claim_far(side, price);

  const std::uint32_t number = tick / page_levels;
  std::uint32_t page = windows_[side.window].pages[number];
  // The level is not on the ladder; it may have become a far one while there was no page for it.
  if (side.far_live != 0) {
    const std::uint32_t found = far_.find(side.far_live, rank, side.mask);
    if (found != 0)
      return found;
  }
  if (page == 0 && (page = claim_page(side, number)) == 0) {
    release_window_if_empty(side);
    return claim_far(side, price);
  }
  const std::uint32_t index = page * page_levels + tick % page_levels;
  levels_[index].price = price;
  pages_[page].live |= std::uint64_t{1} << tick % page_levels;
  make_best(side, index);
  return index;
}

std::uint32_t Ladder::find(const LadderSide& side, std::uint32_t price) const {
  if (const std::uint32_t index = nearby(side, price); index != 0 || side.far_live == 0)
    return index;
  return far_.find(side.far_live, price ^ side.mask, side.mask);
}

void Ladder::release(LadderSide& side, std::uint32_t level) {
  if (is_far(level)) {
    far_.erase(side.far_live, level, side.mask);
    far_pool_.give_back(level - far_first_);
  } else {
    const std::uint32_t page = level / page_levels;
    pages_[page].live &= ~(std::uint64_t{1} << level % page_levels);
    if (pages_[page].live == 0)
      release_page(side, page);
  }
  if (level == side.best_level)
    side.best_level = best_of(side, &Window::live, &Page::live, side.far_live);
}

void Ladder::show(LadderSide& side, std::uint32_t level) {
  ++side.displayed_levels;
  if (is_far(level)) {
    far_.insert(side.far_displayed, level, side.mask);
    return;
  }
  Page& page = pages_[level / page_levels];
  if (page.displayed == 0)
    windows_[side.window].displayed.insert(page.number);
  page.displayed |= std::uint64_t{1} << level % page_levels;
}

void Ladder::hide(LadderSide& side, std::uint32_t level) {
  --side.displayed_levels;
  if (is_far(level)) {
    far_.erase(side.far_displayed, level, side.mask);
    return;
  }
  Page& page = pages_[level / page_levels];
  page.displayed &= ~(std::uint64_t{1} << level % page_levels);
  if (page.displayed == 0)
    windows_[side.window].displayed.erase(page.number);
}

std::uint32_t Ladder::best_displayed(const LadderSide& side) const {
  return best_of(side, &Window::displayed, &Page::displayed, side.far_displayed);
}

std::uint32_t Ladder::best_of(const LadderSide& side, PageSet Window::*set,
                              std::uint64_t Page::*bits, std::uint32_t far_root) const {
  std::uint32_t best = 0;
  if (side.window != 0 && (windows_[side.window].*set).summary != 0) {
    const Window& window = windows_[side.window];
    const std::uint32_t page = window.pages[(window.*set).last()];
    best = page * page_levels + highest_bit(pages_[page].*bits);
  }
  return far_root == 0 ? best : better_of(side, best, far_.best(far_root));
}

std::uint32_t Ladder::better_of(const LadderSide& side, std::uint32_t near,
                                std::uint32_t far) const {
  if (near == 0 || far == 0)
    return near | far;
  return (levels_[far].price ^ side.mask) > (levels_[near].price ^ side.mask) ? far : near;
}

// ── One level after the other ───────────────────────────────────────────────────────────────────

std::uint32_t Ladder::next_displayed(const LadderSide& side, std::uint32_t level) const {
  return next_of(side, &Window::displayed, &Page::displayed, side.far_displayed,
                 levels_[level].price ^ side.mask);
}

std::uint32_t Ladder::next_live(const LadderSide& side, std::uint32_t level) const {
  return next_of(side, &Window::live, &Page::live, side.far_live, levels_[level].price ^ side.mask);
}

std::uint32_t Ladder::next_of(const LadderSide& side, PageSet Window::*set,
                              std::uint64_t Page::*bits, std::uint32_t far_root,
                              std::uint32_t rank) const {
  const std::uint32_t near = next_near(side, set, bits, rank);
  return far_root == 0 ? near : better_of(side, near, far_.best_below(far_root, rank, side.mask));
}

std::uint32_t Ladder::next_near(const LadderSide& side, PageSet Window::*set,
                                std::uint64_t Page::*bits, std::uint32_t rank) const {
  if (side.window == 0 || rank <= side.base_rank)
    return 0;
  const Window& window = windows_[side.window];
  const std::uint32_t tick = std::min((rank - side.base_rank - 1) / side.tick, window_ticks - 1);
  std::uint32_t number = tick / page_levels;
  const std::uint64_t up_to_tick = ~std::uint64_t{0} >> (page_levels - 1 - tick % page_levels);
  if (const std::uint32_t page = window.pages[number]; page != 0)
    if (const std::uint64_t word = pages_[page].*bits & up_to_tick)
      return page * page_levels + highest_bit(word);
  if ((number = (window.*set).last_below(number)) == PageSet::none)
    return 0;
  const std::uint32_t page = window.pages[number];
  return page * page_levels + highest_bit(pages_[page].*bits);
}

}  // namespace wirebook::match
