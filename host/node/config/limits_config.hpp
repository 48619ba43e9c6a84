// Limits as node.toml sets them: what orders are checked against, and what a peer may do.
//
// Shapes: plain values with their defaults; 0 is off. What `[limits]` says holds for every session,
// firm and instrument, what `[[firms]]` says for each session of the firm, unless the session says
// otherwise: that is settled here when the file is read. Threads: values. Errors: none here; see
// config_limits.cpp. Cost: start-up only. Specification: host/match/RULES.md, "Limits".
#pragma once

#include <cstdint>
#include <vector>

#include "wirebook/units.hpp"

namespace wirebook::node {

struct SessionLimitsConfig {
  std::uint64_t max_quantity = 0;    ///< shares of an order
  std::uint64_t max_notional = 0;    ///< of an order, whole currency units
  std::uint64_t message_rate = 0;    ///< Enters and Replaces in `message_window_ms`
  std::uint64_t duplicate_rate = 0;  ///< equal Enters in a row in `duplicate_window_ms`
  std::uint32_t message_window_ms = 1000;
  std::uint32_t duplicate_window_ms = 1000;
  /// Before the engine: packets of any kind that order entry takes. The others leave no trace.
  std::uint32_t packets_per_second = 0;
};
/// What `packets_per_second` is in a file that does not say.
inline constexpr std::uint32_t packets_per_second_of_files = 1'000'000;

struct InstrumentLimitsConfig {
  std::uint32_t fat_finger_bp = 0;  ///< basis points beyond the reference price
  Price collar_low{};
  Price collar_high{};  ///< 0: no collar
  Price reference_price{};
  bool restricted = false;  ///< for everybody
};

struct FirmConfig {
  Firm firm{};
  std::uint64_t exposure = 0;      ///< whole currency units, open and traded
  std::uint32_t organization = 0;  ///< for self-match prevention
  std::uint32_t affiliate = 0;
  std::vector<Symbol> restricted;  ///< what it may not trade
};

struct LoginLimitsConfig {
  std::uint32_t failures = 10;              ///< of a user name at an address in a window
  std::uint32_t failures_of_address = 100;  ///< of all names
  std::uint32_t window_ms = 60'000;
};

}  // namespace wirebook::node
