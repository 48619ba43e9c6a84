// What the digest of an engine's state is made of: a number for each thing that the engine knows.
//
// The digest is a sum, modulo 2^64, of one term a thing, and is finished with the counts. So an
// engine that changes one thing takes its old term off and adds the new one, and one that adds up
// all terms from nothing must come to the same. Every field is in one term; where a thing lies in
// memory is in none. Shapes: values in, 64 bits out. Threads: pure. Errors: none. It finds faults,
// not forgers: the constants are known. Cost: one 64x64->128 multiplication a term, two or three
// more for an order that comes to rest. Specification: README.md of this folder.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "wirebook/units.hpp"

#include "match/engine_counters.hpp"
#include "match/tags.hpp"

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

/// Who an order is: what a report of a trade or of a break names.
struct OrderId {
  std::uint64_t order_ref;
  std::uint32_t session;
  std::uint32_t user_ref_num;
  std::uint16_t instrument;
  std::uint8_t user_ref_idx;
};
inline std::uint64_t identity(const OrderId& id, const ClOrdId& cl_ord_id) {
  const char* const text = cl_ord_id.text.data();
  const std::uint64_t owner =
      id.user_ref_num | std::uint64_t{id.session} << 32 | std::uint64_t{id.user_ref_idx} << 48;
  return mix(id.order_ref ^ (pi[0] + load(text) * pi[1]),
             owner ^ (pi[2] + load(text + 6) * pi[3] + id.instrument * pi[4]));
}

/// What of a resting order does not change as long as it rests.
struct OrderTerms {
  std::uint32_t price;
  std::uint16_t group;
  char display;
  char capacity;
  char cross_type;
  Firm firm;
};
inline std::uint64_t salt(std::uint64_t identity, const OrderTerms& terms, const KeptTags& tags) {
  const auto byte = [](char letter) { return std::uint64_t{static_cast<unsigned char>(letter)}; };
  const std::uint64_t first = terms.price | std::uint64_t{terms.group} << 32 |
                              byte(terms.display) << 48 | byte(terms.capacity) << 56;
  const std::uint64_t second = std::bit_cast<std::uint32_t>(terms.firm) |
                               byte(terms.cross_type) << 32 | std::uint64_t{tags.bytes_used} << 40;
  std::uint64_t value = mix(identity ^ first, second ^ pi[5]);
  for (std::size_t i = 0; i < tags.bytes_used; i += 8) {
    std::array<std::byte, 8> part{};
    std::memcpy(part.data(), tags.bytes.data() + i, std::min<std::size_t>(8, tags.bytes_used - i));
    value = mix(value ^ std::bit_cast<std::uint64_t>(part), pi[6]);
  }
  return value;
}

/// A resting order. Its place in the queue is that of its order reference, which is in the salt.
inline std::uint64_t order(std::uint64_t salt, std::uint32_t open, std::uint32_t executed,
                           char side) {
  const std::uint64_t shares = open | std::uint64_t{executed} << 24;
  return mix(salt, shares ^ (pi[7] + (std::uint64_t{static_cast<unsigned char>(side)} << 48)));
}

/// A trade; once it is broken, `broken` stands for it.
inline std::uint64_t trade(std::uint64_t match_number, std::uint64_t resting,
                           std::uint64_t incoming) {
  return mix(resting ^ match_number, incoming ^ pi[0]);
}
inline std::uint64_t broken(std::uint64_t match_number) { return mix(match_number ^ pi[1], pi[2]); }

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
  bool day_ended;
  bool day_opened;
  TimeNs time_ns;
  std::uint64_t order_count;
  std::uint64_t trade_count;
};

/// Finishes the sum of all terms.
inline std::uint64_t finish(std::uint64_t sum, const Scalars& scalars,
                            const EngineCounters& counters) {
  const std::uint64_t day = (scalars.day_ended ? 1U : 0U) | (scalars.day_opened ? 2U : 0U);
  std::uint64_t value = mix(sum ^ pi[0], pi[1] ^ scalars.shard ^ day << 32);
  const auto add = [&value](std::uint64_t word) { value = mix(value ^ word, pi[3]) + word; };
  add(scalars.time_ns.raw);
  add(scalars.order_count);
  add(scalars.trade_count);
  for (const auto& [name, counter] : engine_counter_names)
    add(counters.*counter);
  return value;
}

}  // namespace wirebook::match::digest
