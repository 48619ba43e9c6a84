// The engine's event ring as the harness's report queue: events in, reports out.
//
// Shapes: the engine writes its events into the ring, as in a node; the thread that drains makes
// the harness's reports of them, so that the engine's core converts nothing. Threads: one writes,
// one drains; made before either starts. Errors: none. Cost: draining looks for `batch` events
// together, so that it does not read the lines that are being written; a lone event waits for at
// most `patience` looks.
#pragma once

#include <algorithm>
#include <atomic>
#include <bit>
#include <cstddef>
#include <cstdint>

#include "wirebook/event.hpp"

#include "bench/match/engine_abi.hpp"
#include "bench/match/wide_table.hpp"
#include "slot_ring/ring.hpp"

namespace wirebook::bench {

/// A tick of the harness is a cent of the engine's; ticks of either sign lie within its prices.
inline constexpr std::uint32_t price_of_tick = 100;
inline constexpr std::int64_t tick_zero = 10'000'000;

inline constexpr std::uint64_t ticks_end = price_limit_max.raw / price_of_tick + 1;

constexpr Price to_price(std::int64_t ticks) {
  const auto shifted = static_cast<std::uint64_t>(ticks) + tick_zero;
  if (shifted - 1 >= ticks_end - 1) [[unlikely]]
    return price_unrepresentable;
  return {static_cast<std::uint32_t>(shifted) * price_of_tick};
}
constexpr std::int64_t to_ticks(Price price) {
  return static_cast<std::int64_t>(price.raw / price_of_tick) - tick_zero;
}

/// So many orders' numbers have their memory before the clock starts.
inline constexpr std::size_t numbers_touched = std::size_t{1} << 22;

class ReportQueue {
 public:
  explicit ReportQueue(std::uint32_t reports)
      : ring_(std::bit_ceil(std::max<std::size_t>(reports, ring_slots_min))),
        writer_(ring_),
        drained_(ring_),
        ids_(numbers_touched),
        terms_(numbers_touched) {}

  // The engine's thread.
  [[nodiscard]] slot_ring::Ring<Event>& ring() { return ring_; }
  [[nodiscard]] slot_ring::Writer<Event>& writer() { return writer_; }
  /// Before the order's first event.
  void name(std::uint32_t user_ref_num, std::uint64_t order_id) { ids_[user_ref_num] = order_id; }
  /// The engine says nothing about an order that is not live; the harness wants to hear it.
  void refuse(std::uint64_t sequence, std::uint64_t order_id, abi::ReportKind kind) {
    Event& event = writer_.at();
    event.cause_sequence = sequence;
    event.order_ref = order_id;
    writer_.publish({.kind = EventKind::cancel_reject, .code = static_cast<char>(kind)});
  }
  static void wait() { __builtin_ia32_pause(); }
  void flush() { complete_.store(writer_.sequence(), std::memory_order_release); }

  // The thread that drains.
  std::uint32_t drain(abi::Report* out, std::uint32_t reports_max);

 private:
  struct Terms {
    Price price;
    abi::Side side;
  };

  static constexpr std::uint64_t batch = 64;
  static constexpr std::uint32_t patience = 64;

  [[nodiscard]] bool is_worth_a_look();
  /// False if the event makes no report of its own.
  bool convert(const Event& event, abi::Report& report);

  slot_ring::Ring<Event> ring_;
  slot_ring::Writer<Event> writer_;
  slot_ring::Reader<Event> drained_;
  WideTable<std::uint64_t>
      ids_;                 ///< the harness's numbers, by ours; written by the engine's thread
  WideTable<Terms> terms_;  ///< of each order, by our number
  std::uint64_t resting_id_ = 0;  ///< of the trade whose other half comes next
  std::uint32_t looks_ = 0;
  alignas(slot_ring::cache_line_bytes) std::atomic<std::uint64_t> complete_{0};
};

}  // namespace wirebook::bench
