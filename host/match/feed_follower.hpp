// The same book, fed by an ITCH feed: it follows what another venue says, and matches nothing.
//
// Shapes: feed slots, in any order and with gaps; instruments are ITCH stock locates.
// Threads: one at a time; no clock, no I/O, no allocation once made. Others look at what `show`
// gives them: readers/book_readers.hpp. Errors: what does not fit the book is counted. The
// constructor may throw std::bad_alloc. Cost: constant for each slot; 48 bytes an order that may
// live, taken at the start.
// Specification: RULES.md of this folder, "The feed follower"; ITCH 5.0 A F E C X D U P Q R.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>

#include "wirebook/slot.hpp"
#include "wirebook/units.hpp"

#include "match/book/book_summary.hpp"
#include "match/capacity.hpp"
#include "match/engine_counters.hpp"
#include "match/readers/book_readers.hpp"

namespace wirebook::match {

class FollowerCore;

/// A displayed order as the feed tells it.
struct FeedOrder {
  std::uint64_t order_ref = 0;
  std::uint16_t locate = 0;
  char side = 'B';
  Price price{};
  Quantity open{};
  friend bool operator==(const FeedOrder&, const FeedOrder&) = default;
};

class FeedFollower {
 public:
  explicit FeedFollower(const Capacity& capacity);
  ~FeedFollower();
  FeedFollower(FeedFollower&&) noexcept;
  FeedFollower& operator=(FeedFollower&&) noexcept;

  void on_slot(const Slot& slot) noexcept;
  /// All books become empty, and have no names; counters stay.
  void clear() noexcept;
  /// Between two slots, as `Engine::show`.
  bool show(BookReaders& readers, std::uint64_t sequence, Show when) noexcept;

  /// An unknown locate has an empty book.
  [[nodiscard]] BookSummary book(std::uint16_t locate) const;
  /// As the first directory or add message of the locate named it; what begins with NUL is no name.
  [[nodiscard]] std::optional<Symbol> symbol(std::uint16_t locate) const;
  /// Fills `levels` from the best price on; gives how many.
  [[nodiscard]] std::size_t depth(std::uint16_t locate, bool buy,
                                  std::span<LevelSummary> levels) const;
  /// Every order of a book: buys, then sells, each from the best price on, the oldest first.
  void each_order(std::uint16_t locate, const std::function<void(const FeedOrder&)>& told) const;
  /// Over every order of every book, in that order: equal for equal books, whoever built them.
  [[nodiscard]] std::uint64_t digest() const;
  [[nodiscard]] const FeedCounters& counters() const;
  [[nodiscard]] std::uint16_t instruments() const;

 private:
  std::unique_ptr<FollowerCore> core_;
};

}  // namespace wirebook::match
