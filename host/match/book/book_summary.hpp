// What a book looks like from outside: best displayed prices, sizes, counts.
//
// Shapes: prices in 1/10000, quantities in shares. `bid`, `ask` and the level counts speak of
// displayed orders only; `live_orders` counts hidden ones too. Threads: values. Errors: none.
// Cost: a few lines of memory are read to make one.
#pragma once

#include <cstdint>
#include <optional>

#include "wirebook/units.hpp"

namespace wirebook::match {

struct LevelSummary {
  Price price;
  std::uint64_t quantity;
  std::uint32_t orders;
  friend bool operator==(const LevelSummary&, const LevelSummary&) = default;
};

struct BookSummary {
  std::uint64_t live_orders = 0;
  std::optional<LevelSummary> bid;
  std::optional<LevelSummary> ask;
  std::uint32_t bid_levels = 0;
  std::uint32_t ask_levels = 0;
  friend bool operator==(const BookSummary&, const BookSummary&) = default;
};

}  // namespace wirebook::match
