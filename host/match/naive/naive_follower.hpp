// The feed follower once more, with plain containers: what `FeedFollower` is measured against.
//
// Shapes, threads, errors: as `FeedFollower`. Cost: allocates; for checking. Specification:
// ../RULES.md, "The feed follower".
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "wirebook/slot.hpp"
#include "wirebook/units.hpp"

#include "match/book/book_summary.hpp"
#include "match/capacity.hpp"
#include "match/engine_counters.hpp"
#include "match/feed_follower.hpp"

namespace wirebook::match {

class NaiveFollower {
 public:
  explicit NaiveFollower(const Capacity& capacity) : capacity_(capacity) {}

  void on_slot(const Slot& slot);

  [[nodiscard]] BookSummary book(std::uint16_t locate) const;
  [[nodiscard]] std::optional<Symbol> symbol(std::uint16_t locate) const;
  /// As `FeedFollower::each_order` tells them.
  [[nodiscard]] std::vector<FeedOrder> orders(std::uint16_t locate) const;
  [[nodiscard]] const FeedCounters& counters() const { return counters_; }

 private:
  struct Order {
    std::uint16_t locate;
    char side;
    std::uint32_t price;
    std::uint32_t open;
    std::uint64_t place = 0;  ///< how many have come to a queue before
  };

  void name(std::uint16_t locate, const Symbol& symbol);
  void add(std::uint64_t ref, const Order& order);
  void reduce(std::uint64_t ref, std::uint32_t shares);
  void replace(std::uint64_t ref, std::uint64_t new_ref, std::uint32_t open, std::uint32_t price);

  Capacity capacity_;
  std::map<std::uint64_t, Order> orders_;
  std::map<std::uint16_t, Symbol> symbols_;
  FeedCounters counters_{};
  std::uint64_t places_ = 0;
};

}  // namespace wirebook::match
