// Limits as records of a saved state: see saved_state.hpp.
//
// Shapes: values; little-endian fields one after the other. Threads: values. Errors: `read_limits`
// proves each record; it says what is wrong. Cost: as there. Specification: ../STATE.md.
#pragma once

#include <compare>
#include <cstdint>
#include <functional>
#include <string_view>
#include <vector>

#include "wirebook/units.hpp"

#include "match/rules/limits.hpp"
#include "match/state/state_io.hpp"

namespace wirebook::match {

struct SavedSessionLimits {
  std::uint16_t session;
  SessionLimits limits;
};
struct SavedInstrumentLimits {
  std::uint16_t instrument;
  std::uint32_t reference_price;
  InstrumentLimits limits;
};
struct SavedRestriction {
  std::uint16_t instrument;
  Firm firm;
  friend auto operator<=>(const SavedRestriction&, const SavedRestriction&) = default;
};
struct SavedFirm {
  Firm firm;
  FirmFacts facts;
};

/// All lists ascend, and what is off is in none.
struct SavedLimits {
  std::vector<SavedSessionLimits> sessions;
  std::vector<SavedInstrumentLimits> instruments;
  std::vector<SavedRestriction> restrictions;
  std::vector<SavedFirm> firms;

  [[nodiscard]] std::uint64_t term() const;
};

/// What a limit can be of.
struct LimitScope {
  std::function<bool(std::uint16_t)> has_session;
  std::function<bool(std::uint16_t)> has_instrument;
  TimeNs now;
};

void write_limits(const SavedLimits& limits, StateWriter& writer);
/// Empty, or what is wrong; a reader that fails has its own error.
[[nodiscard]] std::string_view read_limits(StateReader& reader, const LimitScope& scope,
                                           SavedLimits& limits);

}  // namespace wirebook::match
