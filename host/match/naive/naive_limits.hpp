// The limits as the naive engine keeps them: maps of what is set, and nothing else.
//
// Shapes: values. Threads: values. Errors: none. Cost: for checking, not for trading.
// Specification: ../RULES.md, "Limits".
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <utility>

#include "wirebook/units.hpp"

#include "match/rules/limits.hpp"
#include "match/state/saved_limits.hpp"

namespace wirebook::match::naive {

struct Limits {
  std::map<std::uint32_t, SessionLimits> sessions;
  std::map<std::uint16_t, InstrumentLimits> instruments;
  std::map<std::uint16_t, std::uint32_t> reference_prices;
  std::set<std::pair<std::uint16_t, Firm>> restricted;
  std::map<Firm, FirmFacts> firms;

  /// What is off leaves its map, so that maps tell what there is.
  void forget_what_is_off();
  [[nodiscard]] SavedLimits saved() const;
  void load(const SavedLimits& saved);
};

}  // namespace wirebook::match::naive
