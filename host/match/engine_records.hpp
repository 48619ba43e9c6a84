// What the engine remembers beside the book: sessions, instruments, trades, and the cold half of an
// order.
//
// Shapes: plain records for which all zero is the empty value. Threads: the engine's. Errors: none.
// Cost: an order's record is a cache line that matching does not touch.
#pragma once

#include <array>
#include <cstdint>

#include "wirebook/units.hpp"

#include "match/book/order_ids.hpp"
#include "match/book/session_lists.hpp"
#include "match/capacity.hpp"
#include "match/rules/order_terms.hpp"
#include "match/rules/peg_price.hpp"
#include "match/rules/tags.hpp"

namespace wirebook::match {

/// The rest of an order, beside its `OrderNode`: what reports need and matching does not.
struct alignas(64) OrderRecord {
  std::uint64_t order_ref;
  std::uint64_t salt;              ///< of the digest, while the order rests: see state_digest.hpp
  SessionLists::Place list_place;  ///< the session's orders, in ascending order reference
  std::uint32_t extra;             ///< its `OrderExtra`; 0: a plain order
  std::uint32_t price;
  std::uint16_t group;
  char capacity;
  char cross_type;
  char display;
  std::uint8_t post_only;
  ClOrdId cl_ord_id;
  Firm firm;
  std::uint8_t has_tags;  ///< that outlive its slot: `KeptTags` beside it
  std::array<std::uint8_t, 11> reserved;
};
static_assert(sizeof(OrderRecord) == 64);

/// What only an order with terms of its own has.
struct OrderExtra {
  SpecialOrder special;
  std::uint32_t follower_next;  ///< pegs, or orders with discretion, of one instrument, in
  std::uint32_t follower_prev;  ///< ascending order reference
};

/// A list of orders that have to look when the book changes.
struct FollowerList {
  std::uint32_t first;
  std::uint32_t last;
};

/// What of an instrument follows its book.
struct Followed {
  FollowerList pegs;
  FollowerList discretions;
  References priced_at;  ///< what the pegs were last priced at: to look no further when it is so
  bool is_priced;        ///< still
};

struct Session {
  SessionList orders;
  OrderIds::Recent recent;
  std::uint64_t number_step;  ///< of the digest, of channel 0
  std::uint8_t is_known;
  std::uint8_t is_killed;
  std::uint8_t is_barred;  ///< its own firm's orders are refused: see `note_permission`
  std::uint8_t may_enter;  ///< it is known, and its own firm's orders are not refused
  std::uint8_t cancel_on_disconnect;
  std::uint8_t disabled_count;
  Firm firm;
  std::array<Firm, disabled_firms_max> disabled;
};

struct Instrument {
  Symbol symbol;
  char trading_state;
  std::uint8_t is_defined;
};

struct TradeParty {
  std::uint64_t order_ref;
  std::uint32_t session;
  std::uint32_t user_ref_num;
  ClOrdId cl_ord_id;
  std::uint8_t user_ref_idx;
};

struct Trade {
  std::uint64_t match_number;  ///< 0: none, or broken
  std::uint16_t instrument;
  TradeParty resting;
  TradeParty incoming;
};

}  // namespace wirebook::match
