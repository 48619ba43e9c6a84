// The same book, fed by an ITCH feed: it follows what another venue says, and matches nothing.
//
// Shapes: feed slots, in any order and with gaps; instruments are ITCH stock locates.
// Threads: one at a time; no clock, no I/O, no allocation once made. Errors: what does not fit the
// book is counted. The constructor may throw std::bad_alloc. Cost: constant for each slot.
// Specification: README.md of this folder, "The feed follower"; ITCH 5.0 A F E C X D U P Q R.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>

#include "wirebook/slot.hpp"
#include "wirebook/units.hpp"

#include "match/book_summary.hpp"
#include "match/capacity.hpp"
#include "match/engine_counters.hpp"

namespace wirebook::match {

class FollowerCore;

class FeedFollower {
 public:
  explicit FeedFollower(const Capacity& capacity);
  ~FeedFollower();
  FeedFollower(FeedFollower&&) noexcept;
  FeedFollower& operator=(FeedFollower&&) noexcept;

  void on_slot(const Slot& slot) noexcept;

  /// An unknown locate has an empty book.
  [[nodiscard]] BookSummary book(std::uint16_t locate) const;
  /// As the first directory or add message of the locate named it.
  [[nodiscard]] std::optional<Symbol> symbol(std::uint16_t locate) const;
  [[nodiscard]] const FeedCounters& counters() const;

 private:
  std::unique_ptr<FollowerCore> core_;
};

}  // namespace wirebook::match
