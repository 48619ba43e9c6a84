// The order flow of a load run: a seeded mix that looks like a day's.
//
// Of all messages about 45 % add near the touch, 40 % cancel, 7 % replace and 8 % are aggressive
// immediate-or-cancel orders. Each symbol has a price that walks at random; orders lie a few ticks
// beside it on both sides, most of them in round lots, one in twenty hidden.
// Shapes: prices in 1/10000, steps of 0.01. Threads: one. Errors: none. Cost: some random numbers a
// draw. The same seed gives the same choices.
#pragma once

#include <cstdint>
#include <random>
#include <vector>

#include "wirebook/units.hpp"

namespace wirebook::node {

enum class LoadAction : std::uint8_t { add, cancel, replace, ioc };

struct LoadOrder {
  std::uint16_t symbol = 0;  ///< index
  char side = 'B';
  char time_in_force = '0';
  char display = 'Y';
  Quantity quantity{};
  Price price{};
};

class LoadMix {
 public:
  LoadMix(std::uint64_t seed, std::size_t symbols);

  [[nodiscard]] LoadAction action();
  /// An order for a symbol drawn at random.
  [[nodiscard]] LoadOrder order(bool ioc);
  /// Another place in the book for an order.
  [[nodiscard]] Price price_near(std::uint16_t symbol, char side);
  [[nodiscard]] Quantity size();
  /// 0 to `limit` - 1.
  [[nodiscard]] std::uint32_t below(std::uint32_t limit);
  /// 0 (included) to 1 (excluded).
  [[nodiscard]] double share();

 private:
  void walk(std::uint16_t symbol);

  std::mt19937_64 random_;
  std::vector<std::int32_t> start_ticks_;
  std::vector<std::int32_t> ticks_;  ///< the middle of each symbol's book
};

}  // namespace wirebook::node
