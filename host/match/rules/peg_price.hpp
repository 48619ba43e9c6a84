// What a peg is worth: its price from the reference prices, its offset and its limits.
//
// Shapes: prices in 1/10000; 0 is no price. Threads: pure. Errors: none. Cost: some comparisons.
// Specification: ../RULES.md, "Pegs" and "Discretion"; OUCH 5.0 PriceType, PegOffset.
#pragma once

#include <algorithm>
#include <cstdint>

#include "wirebook/units.hpp"

namespace wirebook::match {

/// The best displayed prices that no peg makes.
struct References {
  std::uint32_t bid = 0;
  std::uint32_t ask = 0;
  friend bool operator==(const References&, const References&) = default;
};

/// The price that a type (P M R; m as M) refers to, for a buyer or a seller.
constexpr std::uint32_t reference_price(char type, bool buy, References best) {
  switch (type) {
    case 'R':
      return buy ? best.bid : best.ask;
    case 'P':
      return buy ? best.ask : best.bid;
    case 'M':
    case 'm':
      return best.bid == 0 || best.ask == 0
                 ? 0
                 : static_cast<std::uint32_t>((std::uint64_t{best.bid} + best.ask) / 2);
    default:
      return 0;
  }
}

/// The price `offset` away from one: a positive offset is more aggressive on both sides.
constexpr std::uint32_t offset_price(std::uint32_t price, std::int32_t offset, bool buy) {
  const std::int64_t away = buy ? offset : -std::int64_t{offset};
  return static_cast<std::uint32_t>(
      std::clamp(std::int64_t{price} + away, std::int64_t{1}, std::int64_t{price_limit_max.raw}));
}

/// No further than `limit`, which is above a buyer's prices and below a seller's.
constexpr std::uint32_t within(std::uint32_t price, std::uint32_t limit, bool buy) {
  return buy ? std::min(price, limit) : std::max(price, limit);
}
/// A bound at which nobody trades.
constexpr std::uint32_t nowhere(bool buy) { return buy ? 0 : ~0U; }

}  // namespace wirebook::match
