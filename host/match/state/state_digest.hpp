// What the digest of an engine's state is made of: a number for each thing that the engine knows.
//
// The digest is a sum, modulo 2^64, of one term a thing, and is finished with the counts. So an
// engine that changes one thing takes its old term off and adds the new one, and one that adds up
// all terms from nothing must come to the same. Every field is in one term; where a thing lies in
// memory is in none. Shapes: values in, 64 bits out. Threads: pure. Errors: none. It finds faults,
// not forgers: the constants are known. Cost: one 64x64->128 multiplication a term and a few short
// ones; of an order only when it comes to rest, after that one short one a change. Specification:
// ../STATE.md.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "wirebook/units.hpp"

#include "match/engine_counters.hpp"
#include "match/rules/day_phase.hpp"
#include "match/rules/order_terms.hpp"
#include "match/rules/tags.hpp"

namespace wirebook::match::digest {

__extension__ typedef unsigned __int128 Wide;  // NOLINT(modernize-use-using)

/// The digits of pi behind the point, made odd: numbers that nobody chose.
inline constexpr std::array<std::uint64_t, 8> pi{
    0x243F'6A88'85A3'08D3, 0x1319'8A2E'0370'7345, 0xA409'3822'299F'31D1, 0x082E'FA98'EC4E'6C89,
    0x4528'21E6'38D0'1377, 0xBE54'66CF'34E9'0C6D, 0xC0AC'29B7'C97C'50DD, 0x3F84'D5B5'B547'0917};

constexpr std::uint64_t mix(std::uint64_t a, std::uint64_t b) {
  const Wide product = Wide{a} * b;
  return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
}

inline std::uint64_t load(const void* from) {
  std::uint64_t word;
  std::memcpy(&word, from, sizeof word);
  return word;
}

/// Who an order is.
struct OrderId {
  std::uint64_t order_ref;
  std::uint32_t session;
  std::uint32_t user_ref_num;
  std::uint16_t instrument;
  std::uint8_t user_ref_idx;
};

/// What of a resting order does not change as long as it rests.
struct OrderTerms {
  std::uint32_t price;
  std::uint16_t group;
  char capacity;
  char cross_type;
  char display;
  Firm firm;
};

constexpr std::uint64_t byte(char letter) { return static_cast<unsigned char>(letter); }

/// All of an order but its shares, packed. An engine whose records lie the same way can load these
/// words whole: it is what makes a digest cheap.
struct OrderWords {
  std::uint64_t order_ref;
  std::uint64_t place;      ///< session, instrument, side, whether displayed, user_ref_idx
  std::uint64_t terms;      ///< price, group, capacity, cross type
  std::uint64_t text_head;  ///< display, whether post-only, the first 6 of the ClOrdID
  std::uint64_t text_tail;  ///< the other 8
  std::uint64_t owner;      ///< user_ref_num, firm
};
inline OrderWords words_of(const OrderId& id, const OrderTerms& terms, char side,
                           const ClOrdId& cl_ord_id, bool is_post_only) {
  // An order that waits off the book has no price and is not shown.
  const std::uint64_t shown = terms.display != 'N' && terms.price != 0 ? 1 : 0;
  const std::uint64_t post_only = is_post_only ? 1 : 0;
  const char* const text = cl_ord_id.text.data();
  return {.order_ref = id.order_ref,
          .place = id.session | std::uint64_t{id.instrument} << 16 | byte(side) << 32 |
                   shown << 40 | std::uint64_t{id.user_ref_idx} << 48,
          .terms = terms.price | std::uint64_t{terms.group} << 32 | byte(terms.capacity) << 48 |
                   byte(terms.cross_type) << 56,
          .text_head = byte(terms.display) | post_only << 8 | load(text) << 16,
          .text_tail = load(text + 6),
          .owner = id.user_ref_num | std::uint64_t{std::bit_cast<std::uint32_t>(terms.firm)} << 32};
}

/// An odd number: the weight of an order's shares.
inline std::uint64_t salt(const OrderWords& words) {
  return mix(pi[0] ^ (words.order_ref + words.terms * pi[1] + words.text_head * pi[2]),
             pi[3] ^ (words.owner + words.place * pi[4] + words.text_tail * pi[5])) |
         1;
}
inline std::uint64_t salt(const OrderWords& words, const KeptTags& tags) {
  std::uint64_t value =
      mix(pi[0] ^ (words.order_ref + words.terms * pi[1] + words.text_head * pi[2]),
          pi[3] ^ (words.owner + words.place * pi[4] + words.text_tail * pi[5]));
  for (std::size_t i = 0; i < tags.bytes_used; i += 8) {
    std::array<std::byte, 8> part{};
    std::memcpy(part.data(), tags.bytes.data() + i, std::min<std::size_t>(8, tags.bytes_used - i));
    value = mix(value ^ std::bit_cast<std::uint64_t>(part), pi[6]);
  }
  return value | 1;
}

/// The weight of an order that is not plain.
inline std::uint64_t special(std::uint64_t salt, const SpecialOrder& order) {
  const match::OrderTerms& terms = order.terms;
  const auto pair = [](auto low, auto high) {
    return std::uint64_t{static_cast<std::uint32_t>(low)} |
           std::uint64_t{static_cast<std::uint32_t>(high)} << 32;
  };
  std::uint64_t value = mix(salt ^ pair(terms.min_qty, terms.max_floor), pi[7]);
  const auto add = [&value](std::uint64_t word) { value = mix(value ^ word, pi[5]) + word; };
  add(pair(terms.random_reserves, terms.expire_s));
  add(pair(terms.peg_offset, terms.discretion_offset));
  add(terms.discretion_price);
  add(byte(terms.time_in_force) | byte(terms.price_type) << 8 | byte(terms.discretion_type) << 16 |
      byte(terms.aiq_strategy) << 24 | byte(terms.aiq_group[0]) << 32 |
      byte(terms.aiq_group[1]) << 40);
  add(order.expiry_ns);
  add(order.first_ref);
  add(pair(order.reserve, order.refreshes));
  add(order.cap);
  return value | 1;
}

/// The term of a resting order, which has shares open: it is never 0. Its place in the queue is
/// that of its reference, which is in the salt.
constexpr std::uint64_t order(std::uint64_t salt, std::uint32_t open, std::uint32_t executed) {
  return salt * (open | std::uint64_t{executed} << 32);
}
/// What goes off the term when shares do; what is traded comes back as executed.
constexpr std::uint64_t removed(std::uint64_t salt, std::uint32_t shares) { return salt * shares; }
constexpr std::uint64_t traded(std::uint64_t salt, std::uint32_t shares) {
  return salt * (shares - (std::uint64_t{shares} << 32));
}

/// One side of a trade.
inline std::uint64_t party(const OrderId& id, const ClOrdId& cl_ord_id) {
  const char* const text = cl_ord_id.text.data();
  const std::uint64_t owner =
      id.user_ref_num | std::uint64_t{id.session} << 32 | std::uint64_t{id.user_ref_idx} << 48;
  return mix(pi[0] ^ (id.order_ref + load(text) * pi[1]),
             pi[2] ^ (owner + load(text + 6) * pi[3] + id.instrument * pi[4]));
}
/// A trade; once it is broken, `broken` stands for it.
constexpr std::uint64_t trade(std::uint64_t match_number, std::uint64_t resting,
                              std::uint64_t incoming) {
  return mix(resting ^ match_number, incoming ^ pi[0]);
}
constexpr std::uint64_t broken(std::uint64_t match_number) {
  return mix(match_number ^ pi[1], pi[2]);
}

/// What one step of a channel's last number is worth: the term is the number times this.
inline std::uint64_t step_of(std::uint32_t session, std::uint8_t channel) {
  return mix((std::uint64_t{session} << 8 | channel) ^ pi[3], pi[4]) | 1;
}

inline std::uint64_t session(std::uint32_t number, bool is_killed, bool cancel_on_disconnect,
                             Firm firm) {
  const std::uint64_t flags = (is_killed ? 1U : 0U) | (cancel_on_disconnect ? 2U : 0U);
  return mix(number ^ pi[4] ^ flags << 32, std::bit_cast<std::uint32_t>(firm) ^ pi[5]);
}
inline std::uint64_t disabled_firm(std::uint32_t session, Firm firm) {
  return mix(session ^ pi[5], std::bit_cast<std::uint32_t>(firm) ^ pi[6]);
}
inline std::uint64_t killed_firm(Firm firm) {
  return mix(std::bit_cast<std::uint32_t>(firm) ^ pi[6], pi[7]);
}
inline std::uint64_t instrument(std::uint16_t locate, Symbol symbol, char trading_state) {
  const std::uint64_t state = static_cast<unsigned char>(trading_state);
  return mix(std::bit_cast<std::uint64_t>(symbol) ^ pi[7], pi[0] ^ locate ^ state << 32);
}

/// What is neither a list nor a table.
struct Scalars {
  std::uint16_t shard;
  Day day;
  TimeNs time_ns;
  std::uint64_t order_count;
  std::uint64_t trade_count;
  std::uint64_t reserve_seed;  ///< of RandomReserves
};

/// Finishes the sum of all terms.
inline std::uint64_t finish(std::uint64_t sum, const Scalars& scalars,
                            const EngineCounters& counters) {
  const std::uint64_t day = byte(static_cast<char>(scalars.day.phase)) |
                            (scalars.day.is_told ? 1U << 8 : 0U) |
                            (scalars.day.had_market_hours ? 1U << 9 : 0U);
  std::uint64_t value = mix(sum ^ pi[0], pi[1] ^ scalars.shard ^ day << 32);
  const auto add = [&value](std::uint64_t word) { value = mix(value ^ word, pi[3]) + word; };
  add(scalars.time_ns.raw);
  add(scalars.order_count);
  add(scalars.trade_count);
  add(scalars.reserve_seed);
  for (const auto& [name, counter] : engine_counter_names)
    add(counters.*counter);
  return value;
}

}  // namespace wirebook::match::digest
