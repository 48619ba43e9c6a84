// Why something was refused or ended: OUCH's codes as FIX's, with words for people.
//
// Shapes: tables. Threads: constants. Errors: none; an unknown code is "other" with its number.
// Specification: OUCH 5.0, reject codes and cancel reasons; FIX 4.4, tags 102, 103 and 380.
#pragma once

#include <cstdint>
#include <string>

namespace wirebook::fix {

/// OrdRejReason, 103.
namespace ord_rej {
inline constexpr int exchange_option = 0;
inline constexpr int unknown_symbol = 1;
inline constexpr int exchange_closed = 2;
inline constexpr int exceeds_limit = 3;
inline constexpr int too_late = 4;
inline constexpr int unknown_order = 5;
inline constexpr int duplicate = 6;
inline constexpr int unsupported = 11;
inline constexpr int incorrect_quantity = 13;
inline constexpr int other = 99;
}  // namespace ord_rej

/// CxlRejReason, 102.
namespace cxl_rej {
inline constexpr int too_late = 0;
inline constexpr int unknown_order = 1;
inline constexpr int exchange_option = 2;
inline constexpr int pending = 3;
inline constexpr int duplicate = 6;
inline constexpr int other = 99;
}  // namespace cxl_rej

/// BusinessRejectReason, 380.
namespace business_rej {
inline constexpr int unsupported_type = 3;
inline constexpr int not_available = 4;
inline constexpr int field_missing = 5;
}  // namespace business_rej

struct RejectWords {
  int reason;  ///< OrdRejReason
  std::string text;
};
/// Of OUCH's `J`.
[[nodiscard]] RejectWords reject_words(std::uint16_t code);

/// Of OUCH's `C`: "IOC remainder", and so on.
[[nodiscard]] std::string cancel_words(char reason);
/// Whether an order that ended so has expired.
[[nodiscard]] constexpr bool is_expiry(char reason) { return reason == 'T' || reason == 'E'; }

}  // namespace wirebook::fix
