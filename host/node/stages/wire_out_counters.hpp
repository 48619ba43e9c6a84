// What wire_out counted.
//
// Shapes: see metrics/counters.hpp. Threads: wire_out adds, any reads. Errors: none. Cost: a store.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "metrics/counters.hpp"

namespace wirebook::node {

enum class WireOutCount : std::uint8_t {
  orders,  ///< accepted, replaced
  rejects,
  cancels,
  came_to_rest,  ///< day orders, and what is left of them, that may have entered a book
  ouch_messages,
  itch_messages,
  packets_sent,
  packets_unsent,
  bytes,  ///< of OUCH and ITCH messages, and once more where frames are gathered
  sessions_up,
  stream_writes,   ///< to TCP connections
  slow_consumers,  ///< TCP connections that were ended for taking nothing, or too little
  count_,
};

constexpr std::string_view to_string(WireOutCount count) {
  constexpr std::array<std::string_view, static_cast<std::size_t>(WireOutCount::count_)> names{
      "orders",        "rejects",       "cancels",       "came_to_rest",
      "ouch_messages", "itch_messages", "packets_sent",  "packets_unsent",
      "bytes",         "sessions_up",   "stream_writes", "slow_consumers"};
  return names[static_cast<std::size_t>(count)];
}

using WireOutCounters = metrics::Counters<WireOutCount>;

}  // namespace wirebook::node
