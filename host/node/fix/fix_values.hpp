// Values of FIX fields: quantities, prices and times, from text and to text.
//
// Shapes: prices in 1/10000, times in nanoseconds since 1970 UTC. Threads: pure.
// Errors: no value for text that is not one; what does not fit is no value. Cost: a walk over the
// text. Specification: FIX 4.4, data types Qty, Price, PriceOffset, UTCTimestamp, LocalMktDate.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace wirebook::fix {

inline constexpr std::int64_t ns_a_second = 1'000'000'000;
inline constexpr std::int64_t ns_a_day = 86'400 * ns_a_second;

/// Digits, and a fraction of zeros at most: "100", "100.00". Up to 9 digits.
[[nodiscard]] std::optional<std::uint32_t> read_quantity(std::string_view text);

/// A decimal number with at most 4 places that are not 0, in 1/10000; a sign where it is allowed.
[[nodiscard]] std::optional<std::int64_t> read_price(std::string_view text, bool may_be_signed);
/// Without trailing zeros: 1500000 is "150", 1502500 "150.25".
[[nodiscard]] std::string price_text(std::int64_t price);
/// `notional` (shares times 1/10000) a share, to 6 places.
[[nodiscard]] std::string average_text(std::uint64_t notional, std::uint64_t shares);

/// "YYYYMMDD-HH:MM:SS", with up to 9 places of a second.
[[nodiscard]] std::optional<std::int64_t> read_utc_timestamp(std::string_view text);
/// To the millisecond.
[[nodiscard]] std::string utc_timestamp_text(std::int64_t ns);
/// "YYYYMMDD" as days since 1970.
[[nodiscard]] std::optional<std::int64_t> read_date(std::string_view text);

}  // namespace wirebook::fix
