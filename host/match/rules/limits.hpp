// Limits on orders: what a `limit` slot sets, and what they count.
//
// Shapes: plain records for which all zero is off. Threads: the engine's. Errors: none. Cost: see
// limit_table.hpp. Specification: ../RULES.md, "Limits".
#pragma once

#include <cstdint>
#include <limits>

#include "wirebook/slot.hpp"
#include "wirebook/units.hpp"

namespace wirebook::match {

/// At most `value` messages in a window. A window begins with the first message behind the last
/// one.
struct RateLimit {
  std::uint64_t value;  ///< 0: off, and all else is 0 too
  std::uint64_t window_start_ns;
  std::uint64_t count;  ///< in the window; 0: none has begun
  std::uint32_t window_ms;
  friend bool operator==(const RateLimit&, const RateLimit&) = default;
};

/// By what two Enters in a row are equal.
struct EnterKey {
  Symbol symbol;
  std::uint32_t quantity;
  std::uint32_t price;
  char side;
  char time_in_force;
  char display;
  friend bool operator==(const EnterKey&, const EnterKey&) = default;

  static EnterKey of(const EnterBody& body) {
    return {.symbol = body.symbol,
            .quantity = body.quantity.raw,
            .price = body.price.raw,
            .side = body.side,
            .time_in_force = body.time_in_force,
            .display = body.display};
  }
};

struct SessionLimits {
  std::uint64_t max_quantity;
  std::uint64_t max_notional;
  RateLimit messages;
  RateLimit duplicates;
  EnterKey last_enter;  ///< that `duplicates` counts
  friend bool operator==(const SessionLimits&, const SessionLimits&) = default;
};

struct InstrumentLimits {
  std::uint32_t fat_finger_bp;
  std::uint32_t collar_low;
  std::uint32_t collar_high;  ///< 0: no collar
  friend bool operator==(const InstrumentLimits&, const InstrumentLimits&) = default;
};

/// What is known of a firm besides its orders.
struct FirmFacts {
  std::uint64_t exposure_limit;  ///< 0: off
  std::uint64_t traded;          ///< whole currency units since the limit was first set
  std::uint32_t organization;
  std::uint32_t affiliate;
  bool counts_exposure;  ///< the limit was set once
  friend bool operator==(const FirmFacts&, const FirmFacts&) = default;
};

/// Of firms with facts, and of restrictions; one more is ignored (`capacity_reject`).
inline constexpr std::uint32_t firms_max = 4096;
inline constexpr std::uint32_t restrictions_max = 4096;

}  // namespace wirebook::match
