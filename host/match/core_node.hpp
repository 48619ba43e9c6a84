// What the fast book is made of: nodes of 16 bytes, four to a cache line.
//
// Shapes: orders and price levels are nodes of one table and refer to each other by 32-bit index; 0
// is none. A level is the sentinel of the circular list of its orders, so that joining and leaving
// a queue know no special cases. Threads: the book's. Errors: none.
#pragma once

#include <cstdint>

namespace wirebook::match {

/// An order: `state` is what is open, and flags. It is live while `state` is not 0.
/// A level: `state` is the number of its side, `cold` its price.
struct CoreNode {
  std::uint32_t next;  ///< younger; of a level: the oldest
  std::uint32_t prev;  ///< older; of a level: the youngest
  std::uint32_t state;
  std::uint32_t cold;  ///< of an order: the owner's index of what matching does not need
};
static_assert(sizeof(CoreNode) == 16);

inline constexpr std::uint32_t open_bits = 20;  ///< 999,999 shares need as many
inline constexpr std::uint32_t open_mask = (1U << open_bits) - 1;
/// Matching must ask the owner before it trades with this order.
inline constexpr std::uint32_t special_flag = 1U << open_bits;
/// The flags from here on are the owner's.
inline constexpr std::uint32_t first_user_flag = 1U << (open_bits + 1);

/// Of a level.
constexpr std::uint32_t price_of(const CoreNode& level) { return level.cold; }
constexpr std::uint32_t open_of(std::uint32_t state) { return state & open_mask; }

/// Each `coming` if `wanted` is all ones, each `going` if it is 0: without a branch and in plain
/// registers, whatever the compiler thinks of it.
struct Chosen {
  std::uint32_t first;
  std::uint32_t second;
};
[[gnu::always_inline]] inline Chosen choose(std::uint32_t wanted, Chosen coming, Chosen going) {
#if defined(__x86_64__)
  asm("test %[wanted], %[wanted]\n\t"
      "cmovnz %[c1], %[g1]\n\t"
      "cmovnz %[c2], %[g2]"
      : [g1] "+r"(going.first), [g2] "+r"(going.second)
      : [wanted] "r"(wanted), [c1] "r"(coming.first), [c2] "r"(coming.second)
      : "cc");
  return going;
#else
  return {.first = going.first ^ ((coming.first ^ going.first) & wanted),
          .second = going.second ^ ((coming.second ^ going.second) & wanted)};
#endif
}

/// The two sides are mirrored, so that the best price is always the greatest rank. No price has
/// rank 0 on either side.
constexpr std::uint32_t side_mask(bool buy) { return buy ? 0U : ~0U; }

}  // namespace wirebook::match
