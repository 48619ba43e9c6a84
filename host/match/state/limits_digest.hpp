// The terms of the digest that limits have: see state_digest.hpp.
//
// Shapes: values in, 64 bits out; 0 for what is off. Threads: pure. Errors: none. Cost: a few
// multiplications; what trading changes is linear, so that a change costs one.
#pragma once

#include <bit>
#include <cstdint>

#include "match/rules/limits.hpp"
#include "match/state/state_digest.hpp"

namespace wirebook::match::digest {

inline std::uint64_t rate(std::uint64_t seed, const RateLimit& rate) {
  return mix(seed ^ rate.value, pi[1] ^ rate.window_ms) +
         mix(seed ^ rate.window_start_ns, pi[2] ^ rate.count);
}

inline std::uint64_t session_limits(std::uint32_t number, const SessionLimits& limits) {
  std::uint64_t term = 0;
  if (limits.max_quantity != 0 || limits.max_notional != 0)
    term += mix(limits.max_quantity ^ pi[2], mix(limits.max_notional ^ pi[3], pi[4] ^ number));
  if (limits.messages.value != 0)
    term += rate(number ^ pi[5], limits.messages);
  if (limits.duplicates.value != 0) {
    const EnterKey& last = limits.last_enter;
    const std::uint64_t letters =
        byte(last.side) | byte(last.time_in_force) << 8 | byte(last.display) << 16;
    term += rate(number ^ pi[6], limits.duplicates);
    term += mix(std::bit_cast<std::uint64_t>(last.symbol) ^ number,
                mix(last.quantity | std::uint64_t{last.price} << 32, pi[7] ^ letters) ^ pi[0]);
  }
  return term;
}

inline std::uint64_t instrument_limits(std::uint16_t locate, const InstrumentLimits& limits) {
  if (limits == InstrumentLimits{})
    return 0;
  return mix(pi[1] ^ (limits.collar_low | std::uint64_t{limits.collar_high} << 32),
             pi[2] ^ (limits.fat_finger_bp | std::uint64_t{locate} << 32));
}
/// What one step of an instrument's reference price is worth.
constexpr std::uint64_t reference_step(std::uint16_t locate) {
  return mix(locate ^ pi[5], pi[1]) | 1;
}
inline std::uint64_t restriction(std::uint16_t locate, Firm firm) {
  return mix(std::bit_cast<std::uint32_t>(firm) ^ pi[3], pi[6] ^ locate);
}

/// What one currency unit that a firm has traded is worth.
inline std::uint64_t traded_step(Firm firm) {
  return mix(std::bit_cast<std::uint32_t>(firm) ^ pi[4], pi[3]) | 1;
}
/// All but what it has traded.
inline std::uint64_t firm_facts(Firm firm, const FirmFacts& facts) {
  if (!facts.counts_exposure && facts.organization == 0 && facts.affiliate == 0)
    return 0;
  const std::uint64_t ids = facts.organization | std::uint64_t{facts.affiliate} << 32;
  return mix(std::bit_cast<std::uint32_t>(firm) ^ pi[2],
             mix(ids ^ pi[5], facts.exposure_limit ^ (facts.counts_exposure ? pi[6] : pi[7])));
}

}  // namespace wirebook::match::digest
