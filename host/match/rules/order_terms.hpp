// What an order asks for beyond side, size, price and display: its terms, and what has become of
// them.
//
// Shapes: values; an order whose terms are all ordinary has none of this beside it. Threads:
// values. Errors: the reject codes of check 13. Cost: a walk over the tags of an order that carries
// some. Specification: ../RULES.md; OUCH 5.0 tag-value elements.
#pragma once

#include <array>
#include <cstdint>

#include "wirebook/units.hpp"

#include "match/rules/tags.hpp"

namespace wirebook::match {

/// As in force: read from the Enter, then from each Replace, where a tag that is not sent keeps its
/// value. Letters that mean the default are resolved.
struct OrderTerms {
  std::uint32_t min_qty = 0;
  std::uint32_t max_floor = 0;
  std::uint32_t random_reserves = 0;
  std::uint32_t expire_s = 0;
  std::int32_t peg_offset = 0;
  std::int32_t discretion_offset = 0;
  std::uint64_t discretion_price = 0;  ///< as sent
  char time_in_force = '0';  ///< of orders that can rest; of an IOC `0`, as of a day order
  char price_type = 'L';
  char discretion_type = 'L';
  char aiq_strategy = 'N';
  std::array<char, 2> aiq_group{'*', '*'};

  bool operator==(const OrderTerms&) const = default;

  /// What the message carries replaces what was in force before.
  void merge(const OrderTags& tags);
  void set_time_in_force(char letter) { time_in_force = letter == '3' ? '0' : letter; }
  [[nodiscard]] bool is_ordinary() const { return *this == OrderTerms{}; }

  /// Pegs find their price anew as long as they live; an `m` once.
  [[nodiscard]] bool is_peg() const {
    return price_type == 'P' || price_type == 'M' || price_type == 'R';
  }
  [[nodiscard]] bool has_discretion() const {
    return discretion_price != 0 || discretion_type != 'L';
  }
};

/// All that a live order has beyond a plain one. One with ordinary terms has nothing of it.
struct SpecialOrder {
  OrderTerms terms;
  std::uint64_t expiry_ns = 0;  ///< 0: does not expire
  std::uint64_t first_ref = 0;  ///< the reference that it was accepted or replaced with
  std::uint32_t reserve = 0;    ///< open shares that are not displayed yet
  std::uint32_t refreshes = 0;  ///< of the displayed slice
  std::uint32_t cap = 0;  ///< of a peg: the price as sent. The order's own is what it is worth

  bool operator==(const SpecialOrder&) const = default;
};

/// What of a message bears on its terms.
struct OrderShape {
  char side;
  Quantity quantity;
  Price price;
  char display;
  char time_in_force;
  bool post_only;  ///< in force with this message
};

/// Check 13: the reject code of the first tag, in ascending order, whose value in force asks for
/// what cannot be, or 0.
[[nodiscard]] std::uint16_t refuse_terms(const OrderTags& tags, const OrderTerms& terms,
                                         const OrderShape& shape);
/// The shares that a reserve order displays next, of those in reserve; `refreshes` counts this one.
std::uint32_t next_slice(const SpecialOrder& order, std::uint64_t seed);

}  // namespace wirebook::match
