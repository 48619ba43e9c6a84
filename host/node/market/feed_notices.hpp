// What the market's servers have to tell the log: who was too slow, and why.
//
// Shapes: small values through a bounded queue without locks. Threads: the market's pushes, one
// pops. Errors: a full queue loses the line, not the count. Cost: a few stores.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include <boost/lockfree/spsc_queue.hpp>
#include <fmt/format.h>

#include "node/config/config.hpp"
#include "node/sockets/endpoint.hpp"

namespace wirebook::node {

enum class FeedSlow : std::uint8_t {
  stalled,    ///< took nothing for `stalled_ms`
  behind,     ///< what it had not taken is no longer kept
  unhurried,  ///< needed too long for a snapshot
};

struct FeedNotice {
  FeedSlow why{};
  Alpha<6> username{};  ///< empty: it had not logged in
  Endpoint remote{};
};

using FeedNotices = boost::lockfree::spsc_queue<FeedNotice, boost::lockfree::capacity<256>>;

[[nodiscard]] inline std::string to_string(const FeedNotice& notice) {
  constexpr std::string_view reasons[] = {"it took nothing for too long",
                                          "what it had not taken is no longer kept",
                                          "its snapshot took too long"};
  return fmt::format("market data: \"{}\" at {} is disconnected: {}", notice.username.view(),
                     to_string(notice.remote), reasons[static_cast<std::size_t>(notice.why)]);
}

}  // namespace wirebook::node
