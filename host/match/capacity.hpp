// How large an engine or a feed follower is, fixed when it is made.
//
// Shapes: counts. Threads: values. Errors: none; what goes beyond a count has an outcome in the
// rules. Cost: address space for all of it; memory for `orders_start`, then as orders come.
#pragma once

#include <cstdint>

namespace wirebook::match {

struct Capacity {
  std::uint32_t orders = 1U << 20;  ///< live orders; one more is rejected (`capacity_reject`)
  /// For so many memory is ready from the start; for the others it comes in blocks, as orders do.
  std::uint32_t orders_start = ~0U;
  std::uint32_t trades = 1U << 20;  ///< the youngest trades, which `break_trade` can still name
  std::uint16_t shard = 0;          ///< top 16 bits of order references and match numbers
  std::uint16_t sessions = 1024;    ///< numbered from 1; a `session_up` beyond is an `ignored_slot`
  std::uint16_t instruments = 65'535;  ///< locates from 1; a definition beyond: `ignored_slot`
  /// Keys the tables of numbers that clients choose, so that nobody can aim at one bucket. It
  /// changes where things lie, never what comes out.
  std::uint64_t table_seed = 0x9E37'79B9'7F4A'7C15;
};

/// A session can disable this many firms besides; one more is ignored (`capacity_reject`).
inline constexpr std::uint32_t disabled_firms_max = 16;
/// So many firms can be killed; of one more only the sessions are (`capacity_reject`).
inline constexpr std::uint32_t killed_firms_max = 4096;

}  // namespace wirebook::match
