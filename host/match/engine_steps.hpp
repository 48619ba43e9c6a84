// What the engine is in the middle of when a step is full: `resume` goes on from there.
//
// Shapes: plain records of an engine between two steps of one slot; between two slots they mean
// nothing, so they are neither saved nor digested. Threads: the engine's. Errors: none. Cost: none
// for an order that meets nobody.
#pragma once

#include <cstdint>

#include "wirebook/units.hpp"

#include "match/book/instrument_set.hpp"
#include "match/rules/peg_price.hpp"

namespace wirebook::match {

/// Why an order meets the other side: it comes in, its peg was repriced, or it rests and uses its
/// discretion.
enum class Origin : std::uint8_t { entry, peg, discretion };

/// An order on its way into the book, or one that trades where it rests.
struct Incoming {
  std::uint32_t order;
  std::uint32_t bound;  ///< the price that it trades up to, or down to
  bool market;          ///< has no price of its own
  bool rests;           ///< what remains goes into the book
  bool tell_market;     ///< the market has not heard of the order when it comes to rest
  bool walks;           ///< it goes on from `at`, past orders that it may not trade with
  bool is_priced;       ///< by the engine: what the client sent is only a cap
  Origin origin;
  std::uint32_t at;        ///< 0: there is nothing more to meet
  std::uint64_t known_as;  ///< of a repriced peg: its reference on the market, 0 if it has none
};

/// Which of a session's orders a cancel run takes.
struct Selection {
  bool by_firm;
  bool by_group;
  bool by_side;
  bool nothing;  ///< a symbol that is no instrument
  Firm firm;
  std::uint16_t instrument;  ///< 0: any
  std::uint16_t group;
  char side;
};

struct CancelRun {
  std::uint32_t order;  ///< the next to look at
  Selection selection;
  char reason;
  bool kills_firm;  ///< goes on with the next session whose own firm `firm` is
  Firm firm;
  std::uint32_t session;
};

/// Behind a slot: instruments whose book has changed since, first for pegs, then for discretion.
struct FollowRun {
  InstrumentSet instruments;
  std::uint32_t locate;
  std::uint32_t order;     ///< the next to look at, 0: none is left in this instrument
  std::uint64_t last_ref;  ///< pegs beyond it have been repriced in this run
  References best;
  bool uses_discretion;
  bool is_trading;  ///< `incoming_` is one of the run
};

enum class Pending : std::uint8_t {
  nothing,
  expire,
  match,
  cancel,
  tell_sessions,
  end_day,
  follow
};

/// The first of a session's orders that the end of a day has not looked at.
struct DayHead {
  std::uint64_t order_ref;
  std::uint32_t order;
};

}  // namespace wirebook::match
