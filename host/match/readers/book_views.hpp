// What a reader of a book gets: a moment of one book, and which moment it is.
//
// Shapes: `sequence` is that of the first slot that is not in it: all slots before are, none
// behind. Only displayed orders are shown; `live_orders` counts hidden ones too. Threads: values.
// Errors: none. Cost: a `BookDepth` is some 3 KiB; make one and use it again.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "match/book/book_summary.hpp"

namespace wirebook::match {

/// The levels of a side that a watch can show.
inline constexpr std::size_t depth_levels_max = 64;

struct TopOfBook {
  std::uint64_t sequence = 0;
  BookSummary book;  ///< best prices, their quantities and orders; how many levels and live orders
};

struct BookDepth {
  std::uint64_t sequence = 0;
  std::uint32_t live_orders = 0;
  std::uint32_t bid_levels = 0;  ///< on the book; shown are those that were asked for
  std::uint32_t ask_levels = 0;

  /// From the best price on.
  [[nodiscard]] std::span<const LevelSummary> bids() const { return {bid.data(), bid_count}; }
  [[nodiscard]] std::span<const LevelSummary> asks() const { return {ask.data(), ask_count}; }

  std::size_t bid_count = 0;
  std::size_t ask_count = 0;
  std::array<LevelSummary, depth_levels_max> bid{};
  std::array<LevelSummary, depth_levels_max> ask{};
};

}  // namespace wirebook::match
