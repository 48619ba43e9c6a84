// All that an engine knows between two slots, as lists of records in a fixed order.
//
// It is what the rules speak of, not where an engine keeps it: so every engine that knows the same
// gives the same records and the same bytes, whatever its tables look like. Shapes: values;
// little-endian fields one after the other. Threads: values. Errors: `read` proves each record
// against the rules and against the capacity; it says what is wrong and changes nothing else.
// Cost: one copy of the state in memory while it is written or read. Specification: ../STATE.md.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "wirebook/units.hpp"

#include "match/capacity.hpp"
#include "match/engine_counters.hpp"
#include "match/rules/order_terms.hpp"
#include "match/rules/tags.hpp"
#include "match/state/saved_limits.hpp"
#include "match/state/state_digest.hpp"
#include "match/state/state_io.hpp"

namespace wirebook::match {

/// Stands at the head of the bytes.
inline constexpr std::uint32_t saved_state_format = 2;

struct SavedChannel {
  std::uint8_t number;
  std::uint32_t last_user_ref_num;  ///< not 0
};

struct SavedSession {
  std::uint16_t number;
  bool is_killed;
  bool cancel_on_disconnect;
  Firm firm;
  std::vector<Firm> disabled_firms;    ///< ascending
  std::vector<SavedChannel> channels;  ///< ascending
};

struct SavedInstrument {
  std::uint16_t locate;
  Symbol symbol;
  char trading_state;
};

struct SavedOrder {
  digest::OrderId id;
  digest::OrderTerms terms;
  ClOrdId cl_ord_id;
  char side;
  std::uint32_t open;
  std::uint32_t executed;  ///< in the whole chain of replaces
  KeptTags tags;
  SpecialOrder special;  ///< all zero with ordinary terms

  [[nodiscard]] std::uint64_t term() const;
};

struct SavedParty {
  std::uint64_t order_ref;
  std::uint16_t session;
  std::uint8_t user_ref_idx;
  std::uint32_t user_ref_num;
  ClOrdId cl_ord_id;
};

/// A trade that can be broken.
struct SavedTrade {
  std::uint64_t match_number;
  std::uint16_t instrument;
  SavedParty resting;
  SavedParty incoming;

  [[nodiscard]] std::uint64_t term() const;
};

struct SavedState {
  digest::Scalars scalars{};
  EngineCounters counters;
  std::vector<Firm> killed_firms;            ///< ascending
  std::vector<SavedSession> sessions;        ///< ascending
  std::vector<SavedInstrument> instruments;  ///< ascending
  std::vector<SavedOrder> orders;            ///< see `lies_before`
  std::uint64_t past_trades = 0;             ///< digest terms of trades that cannot be broken
  std::vector<SavedTrade> trades;            ///< ascending
  SavedLimits limits;

  /// Puts the orders, which may lie anyhow, into their place.
  void sort_orders();
};

/// By instrument, buyers first, by price, then by priority.
bool lies_before(const SavedOrder& a, const SavedOrder& b);

void write(const SavedState& state, StateWriter& writer);
/// Reads what `write` wrote and nothing behind it. False if it is malformed, breaks a rule or does
/// not fit the capacity; `why`, if there is one, then says what.
[[nodiscard]] bool read(StateReader& reader, const Capacity& capacity, SavedState& state,
                        std::string* why);

}  // namespace wirebook::match
