// The limits that are in force, and the check of an order against them.
//
// Shapes: limits by session, by instrument, by firm; all off at first. Threads: the engine's.
// Errors: the codes of the rules. Cost: while none is set, one branch an order (`any`) and a
// compare a trade; then a few cache lines an order, no division but that of exposure.
// Specification: ../RULES.md, "Limits".
#pragma once

#include <cstdint>
#include <limits>
#include <vector>

#include "wirebook/slot.hpp"
#include "wirebook/units.hpp"

#include "match/memory/table.hpp"
#include "match/rules/firm_table.hpp"
#include "match/rules/limits.hpp"
#include "match/state/saved_limits.hpp"

namespace wirebook::match {

/// An order as limits see it. A price that is no limit has no notional but the reference price's.
struct LimitedOrder {
  std::uint32_t session;
  Firm firm;
  std::uint16_t instrument;
  bool buys;
  std::uint32_t quantity;  ///< as sent
  Price price;             ///< as sent
  std::uint32_t exposed;   ///< shares that would be open
  std::uint64_t freed;     ///< of exposure, by the order that it replaces
  bool replaces;
};

class LimitTable {
 public:
  /// Sessions and instruments are numbered up to these.
  LimitTable(std::uint32_t sessions, std::uint32_t instruments);

  /// False for a value that the kind cannot have.
  [[nodiscard]] static bool is_sound(const LimitBody& body);
  /// The slot is sound and what it names is known; the kind is one of the scope's. False if there
  /// is no room.
  void set_session(const LimitBody& body);
  [[nodiscard]] bool set_instrument(const LimitBody& body);
  /// `open` is asked what the firm's open orders come to, when they are first counted.
  [[nodiscard]] bool set_firm(const LimitBody& body, auto&& open) {
    const bool counted = counts_exposure(body.firm);
    if (!set_firm(body))
      return false;
    if (!counted && counts_exposure(body.firm))
      firms_.find(body.firm)->open = open();
    return true;
  }
  /// True if an order has to be counted and checked.
  [[nodiscard]] bool any() const { return any_; }
  void count_enter(const EnterBody& body, TimeNs now);
  void count_replace(std::uint32_t session, TimeNs now);
  /// The code of the first limit that the order breaks, or 0.
  [[nodiscard]] std::uint16_t refuse(const LimitedOrder& order) const;

  /// The price that a market order goes to, and no further.
  [[nodiscard]] std::uint32_t market_bound(std::uint16_t instrument, bool buys) const {
    const InstrumentLimits& limits = instruments_[instrument].limits;
    if (limits.collar_high == 0)
      return buys ? std::numeric_limits<std::uint32_t>::max() : 0;
    return buys ? limits.collar_high : limits.collar_low;
  }

  void trade_at(std::uint16_t instrument, std::uint32_t price) {
    LimitedInstrument& traded = instruments_[instrument];
    if (traded.reference_price == price)
      return;
    sum_ += traded.reference_step * (std::uint64_t{price} - traded.reference_price);
    traded.reference_price = price;
  }
  [[nodiscard]] std::uint32_t reference_price(std::uint16_t instrument) const {
    return instruments_[instrument].reference_price;
  }

  /// True if some firm's open orders are counted: then each change of one is told.
  [[nodiscard]] bool counts_exposure() const { return exposures_ != 0; }
  /// What an order counts as, in whole currency units.
  [[nodiscard]] static std::uint64_t amount(std::uint32_t price, std::uint64_t shares) {
    return is_limit({price}) ? price * shares / price_scale : 0;
  }
  void open(Firm firm, std::uint64_t amount) {
    if (FirmRecord* const record = firms_.find(firm))
      record->open += amount;
  }
  void close(Firm firm, std::uint64_t amount) { open(firm, 0 - amount); }
  void traded(Firm firm, std::uint64_t amount);

  /// What the firm belongs to; 0: nothing.
  [[nodiscard]] std::uint32_t organization(Firm firm) const {
    const FirmRecord* const record = firms_.find(firm);
    return record == nullptr ? 0 : record->facts.organization;
  }
  [[nodiscard]] std::uint32_t affiliate(Firm firm) const {
    const FirmRecord* const record = firms_.find(firm);
    return record == nullptr ? 0 : record->facts.affiliate;
  }

  /// The digest's terms of all this.
  [[nodiscard]] std::uint64_t digest_sum() const { return sum_; }
  [[nodiscard]] SavedLimits saved() const;
  /// Into a table where all is off, before the orders.
  void load(const SavedLimits& saved);

 private:
  struct LimitedInstrument {
    std::uint64_t reference_step;   ///< of the digest
    std::uint32_t reference_price;  ///< 0: none
    std::uint32_t restrictions;     ///< firms that may not trade it
    InstrumentLimits limits;
  };
  struct LimitedSession {
    SessionLimits limits;
    std::uint64_t term;  ///< of the digest
  };

  bool set_firm(const LimitBody& body);
  bool restrict(std::uint16_t instrument, Firm firm, bool on);
  [[nodiscard]] bool is_restricted(std::uint16_t instrument, Firm firm) const;
  [[nodiscard]] bool counts_exposure(Firm firm) const {
    const FirmRecord* const record = firms_.find(firm);
    return record != nullptr && record->facts.counts_exposure;
  }
  void refresh_term(std::uint32_t session);

  Table<LimitedSession> sessions_;
  Table<LimitedInstrument> instruments_;
  std::vector<SavedRestriction> restrictions_;  ///< ascending
  FirmTable firms_;
  std::uint64_t sum_ = 0;
  std::uint32_t exposures_ = 0;  ///< firms that count theirs
  bool any_ = false;             ///< a limit was set once
};

}  // namespace wirebook::match
