// What order entry counted besides the outcomes of its parsers.
//
// Shapes: see metrics/counters.hpp. Threads: ingress adds, any reads. Errors: none. Cost: a store.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <string_view>

#include "wirebook/outcome.hpp"

#include "metrics/counters.hpp"

namespace wirebook::node {

enum class OrderEntryCount : std::uint8_t {
  datagrams,
  too_long,        ///< more than `datagram_payload_bytes_max`
  unknown_source,  ///< neither logged in nor a login
  logins,
  logins_rejected,
  logins_limited,  ///< not answered: too many before them failed
  takeovers,       ///< logins that ended a session elsewhere
  logoffs,
  timeouts,
  dropped_orders,     ///< datagrams with order entry that the ring had no room for
  dropped_sessions,   ///< logins, logoffs and requests that the ring or the queue had no room for
  dropped_kernel,     ///< datagrams that the socket's buffer had no room for
  dropped_rate,       ///< packets beyond their session's rate
  slot_bytes,         ///< written by parsing
  connections,        ///< over TCP, since the start
  login_timeouts,     ///< connections without a login in time
  strangers_evicted,  ///< … that had to go before, for there were too many
  violations,         ///< connections that said what has no place there
  held,               ///< times that one was held for its session's rate
  count_,
};

constexpr std::string_view to_string(OrderEntryCount count) {
  constexpr std::array<std::string_view, static_cast<std::size_t>(OrderEntryCount::count_)> names{
      "datagrams",        "too_long",          "unknown_source", "logins",     "logins_rejected",
      "logins_limited",   "takeovers",         "logoffs",        "timeouts",   "dropped_orders",
      "dropped_sessions", "dropped_kernel",    "dropped_rate",   "slot_bytes", "connections",
      "login_timeouts",   "strangers_evicted", "violations",     "held"};
  return names[static_cast<std::size_t>(count)];
}

using OrderEntryCounters = metrics::Counters<OrderEntryCount>;

/// The outcomes of the parsers, readable from any thread.
class SharedOutcomes {
 public:
  void add(Outcome outcome) noexcept {
    auto& cell = cells_[static_cast<std::size_t>(outcome)];
    cell.store(cell.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
  }
  [[nodiscard]] OutcomeCounters read() const noexcept {
    OutcomeCounters counters;
    for (std::size_t i = 0; i < outcome_count; ++i)
      counters.count[i] = cells_[i].load(std::memory_order_relaxed);
    return counters;
  }

 private:
  std::array<std::atomic<std::uint64_t>, outcome_count> cells_{};
};

struct OrderEntryFigures {
  OrderEntryCounters counters;
  SharedOutcomes outcomes;
};

}  // namespace wirebook::node
