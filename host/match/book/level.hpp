// A price level: the queue of its orders, and what of it the market sees.
//
// Shapes: 32 bytes; a level without orders is not in any index. Threads: the book's. Errors: none.
// Cost: two levels share a cache line.
#pragma once

#include <cstdint>

namespace wirebook::match {

struct Level {
  std::uint32_t head;  ///< oldest order; 0: the level is empty
  std::uint32_t tail;
  std::uint64_t displayed_quantity;
  std::uint32_t displayed_orders;
  std::uint32_t price;
  std::uint32_t displayed_pegs;  ///< of the displayed orders: what they follow is not their price
  std::uint32_t reserved;
};
static_assert(sizeof(Level) == 32);

/// The two sides are mirrored, so that the best price is always the greatest rank.
constexpr std::uint32_t rank_mask(bool buy) { return buy ? 0U : ~0U; }

}  // namespace wirebook::match
