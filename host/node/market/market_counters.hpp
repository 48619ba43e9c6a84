// What the servers of the market's feed counted.
//
// Shapes: see metrics/counters.hpp. Threads: the market's adds, any reads. Errors: none.
// Cost: a store.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "metrics/counters.hpp"

namespace wirebook::node {

enum class MarketCount : std::uint8_t {
  messages,    ///< that came from wire_out
  gaps,        ///< places where some did not
  rerequests,  ///< datagrams that came
  rerequests_answered,
  rerequest_messages,  ///< sent again
  rerequests_malformed,
  rerequests_of_others,  ///< of another session
  rerequests_not_kept,   ///< for what is not, or no longer, or not yet, kept
  rerequests_too_often,
  rerequests_unsent,  ///< the socket took no more
  connections,
  logins,
  logins_rejected,
  disconnected_slow,  ///< took nothing for too long, or fell behind what is kept
  disconnected_silent,
  disconnected_wrong,  ///< said what makes no sense
  feed_messages,       ///< by SoupBinTCP
  snapshots,
  snapshot_logins,  ///< those of `logins` that were GLIMPSE's
  count_,
};

constexpr std::string_view to_string(MarketCount count) {
  constexpr std::array<std::string_view, static_cast<std::size_t>(MarketCount::count_)> names{
      "messages",
      "gaps",
      "rerequests",
      "rerequests_answered",
      "rerequest_messages",
      "rerequests_malformed",
      "rerequests_of_others",
      "rerequests_not_kept",
      "rerequests_too_often",
      "rerequests_unsent",
      "connections",
      "logins",
      "logins_rejected",
      "disconnected_slow",
      "disconnected_silent",
      "disconnected_wrong",
      "feed_messages",
      "snapshots",
      "snapshot_logins"};
  return names[static_cast<std::size_t>(count)];
}

using MarketCounters = metrics::Counters<MarketCount>;

}  // namespace wirebook::node
