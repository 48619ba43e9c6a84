// A resting order as the book holds it: 32 bytes that matching touches, nothing else.
//
// Shapes: a node in the queue of its price level, linked by 32-bit indices; index 0 is none.
// Threads: the book's. Errors: none. Cost: two nodes share a cache line.
#pragma once

#include <cstdint>

namespace wirebook::match {

struct OrderNode {
  std::uint32_t next;   ///< younger order of the level
  std::uint32_t prev;   ///< older order of the level
  std::uint32_t level;  ///< 0: not in the book
  std::uint32_t open;   ///< shares
  std::uint32_t user_ref_num;
  std::uint32_t executed;  ///< shares, in the whole chain of replaces
  std::uint16_t session;
  std::uint16_t instrument;
  char side;               ///< B S T E
  std::uint8_t displayed;  ///< 0 or 1
  std::uint8_t user_ref_idx;
  std::uint8_t special;  ///< of `special_…`; 0: a plain order
};
static_assert(sizeof(OrderNode) == 32);

inline constexpr std::uint8_t special_extra = 1;  ///< has an `OrderExtra` beside its record
inline constexpr std::uint8_t special_fill = 2;   ///< matching must look there before it trades
inline constexpr std::uint8_t special_price = 4;  ///< a peg, or has discretion: see engine_pegs.cpp

constexpr bool is_buy(char side) { return side == 'B'; }

}  // namespace wirebook::match
