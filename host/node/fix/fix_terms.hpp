// What a NewOrderSingle or an OrderCancelReplaceRequest asks for, in OUCH's terms.
//
// Shapes: one message in, `Terms` or why not. Threads: pure. Errors: a `Refusal` with the
// OrdRejReason and a text for people; what the engine can judge itself is left to it.
// Cost: a few searches of the message. Specification: FIX 4.4 and 5.0 SP2, messages D and G;
// README.md of this folder, "Orders".
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "wirebook/units.hpp"

#include "node/fix/fix_message.hpp"

namespace wirebook::fix {

/// The time as the translator is told it; it has no clock.
struct Now {
  std::int64_t ns = 0;                  ///< since 1970 UTC
  std::int32_t utc_offset_minutes = 0;  ///< of the zone whose midnight starts the trading day
};

/// When the trading day of `now` began, in ns since 1970 UTC.
[[nodiscard]] std::int64_t day_start(const Now& now);

/// The letters are OUCH's.
struct Terms {
  char side = 'B';
  Symbol symbol{};
  std::uint32_t quantity = 0;
  Price price{};
  char time_in_force = '0';
  bool fill_or_kill = false;  ///< then time_in_force is `3`
  char display = 'Y';
  char capacity = 'A';
  std::uint32_t expire_seconds = 0;
  std::uint32_t min_qty = 0;
  std::uint32_t max_floor = 0;
  char price_type = 'L';
  std::int32_t peg_offset = 0;
  bool post_only = false;

  /// Whether a tag has to say so.
  [[nodiscard]] bool special() const {
    return min_qty != 0 || max_floor != 0 || price_type != 'L' || peg_offset != 0 || post_only;
  }
};

struct Refusal {
  int reason;  ///< OrdRejReason, 103
  std::string text;
};

[[nodiscard]] std::optional<Refusal> read_terms(const Message& message, const Now& now,
                                                Terms& terms);

/// FIX's side as OUCH's letter and back; 0 for what is none.
[[nodiscard]] char ouch_side(char side);
[[nodiscard]] char fix_side(char side);

/// A ClOrdID that OUCH can carry: 1 to 14 printable characters, the last no space.
[[nodiscard]] std::optional<Refusal> check_cl_ord_id(const std::string& text);

[[nodiscard]] std::vector<std::byte> enter_message(const Terms& terms, std::uint32_t user_ref_num,
                                                   const ClOrdId& name);

/// Of all that is open.
[[nodiscard]] std::vector<std::byte> cancel_message(std::uint32_t user_ref_num);

struct ReplaceKeys {
  std::uint32_t orig_user_ref_num;
  std::uint32_t user_ref_num;
  std::uint32_t quantity;  ///< OUCH's: the total of the chain
  bool all_tags;           ///< also those that say "none": the original may have had more
  char new_side;           ///< 0: that of the original
};
[[nodiscard]] std::vector<std::byte> replace_message(const Terms& terms, const ReplaceKeys& keys,
                                                     const ClOrdId& name);

}  // namespace wirebook::fix
