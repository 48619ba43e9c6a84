// Units of the trading domain as strong types: prices, quantities, times and padded text.
//
// Shapes: trivially copyable, no padding, usable inside slots and events as they lie in memory.
// Threads: values, safe anywhere. Errors: none; range checks belong to the stage that decides.
// Cost: those of the integer inside. Specification: OUCH 5.0 data types (price, quantity, alpha).
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace wirebook {

// Slots, events and journals are little-endian by definition; the code reads them in place.
static_assert(std::endian::native == std::endian::little, "wirebook needs a little-endian host");

/// A price in 1/10000 of the currency unit. Codes above `price_limit_max` are not limits.
struct Price {
  std::uint32_t raw;
  friend constexpr auto operator<=>(Price, Price) = default;
};

/// A number of shares or lots.
struct Quantity {
  std::uint32_t raw;
  friend constexpr auto operator<=>(Quantity, Quantity) = default;
  friend constexpr Quantity operator+(Quantity a, Quantity b) { return {a.raw + b.raw}; }
  friend constexpr Quantity operator-(Quantity a, Quantity b) { return {a.raw - b.raw}; }
  constexpr Quantity& operator+=(Quantity other) { return raw += other.raw, *this; }
  constexpr Quantity& operator-=(Quantity other) { return raw -= other.raw, *this; }
};

/// Nanoseconds since midnight of the trading day.
struct TimeNs {
  std::uint64_t raw;
  friend constexpr auto operator<=>(TimeNs, TimeNs) = default;
};

inline constexpr std::uint32_t price_scale = 10'000;
/// The highest limit price that OUCH 5.0 admits: 199,999.9900.
inline constexpr Price price_limit_max{1'999'999'900};
/// The two codes by which OUCH 5.0 says "market": 200,000.0000 and the maximum integer.
inline constexpr Price price_market{0x7FFF'FFFF};
inline constexpr Price price_market_alternate{2'000'000'000};
/// Stands in a slot for a wire price that 32 bits cannot hold; it earns reject 001D.
inline constexpr Price price_unrepresentable{0xFFFF'FFFF};

constexpr bool is_market(Price price) {
  return price == price_market || price == price_market_alternate;
}
constexpr bool is_limit(Price price) { return price.raw != 0 && price <= price_limit_max; }

/// Fixed-width ASCII, left-justified, padded with spaces on the right, as every alpha field on the
/// wire is.
template <std::size_t width>
struct Alpha {
  std::array<char, width> text;

  /// Pads with spaces; what is too long is cut.
  static constexpr Alpha from(std::string_view source) {
    Alpha alpha{};
    alpha.text.fill(' ');
    std::copy_n(source.begin(), std::min(source.size(), width), alpha.text.begin());
    return alpha;
  }
  /// The text without its padding.
  [[nodiscard]] constexpr std::string_view view() const {
    std::string_view all(text.data(), width);
    while (!all.empty() && (all.back() == ' ' || all.back() == '\0'))
      all.remove_suffix(1);
    return all;
  }
  friend constexpr auto operator<=>(const Alpha&, const Alpha&) = default;
};

using Symbol = Alpha<8>;
using Firm = Alpha<4>;
using ClOrdId = Alpha<14>;

}  // namespace wirebook
