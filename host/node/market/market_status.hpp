// What the servers of the market's feed say about themselves.
//
// Shapes: plain values, counts since the start. Threads: a value. Errors: none. Cost: a copy.
#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "node/config/config.hpp"
#include "node/market/market_counters.hpp"

namespace wirebook::node {

/// As bound.
struct MarketAddresses {
  std::optional<Endpoint> rerequest;
  std::optional<Endpoint> market_data_tcp;
  std::optional<Endpoint> glimpse;
};

struct MarketStatus {
  MarketAddresses addresses;
  std::uint64_t messages_kept = 0;   ///< that can be had again
  std::uint64_t datagrams_lost = 0;  ///< on the way to the servers: they were too far behind
  std::array<std::uint64_t, MarketCounters::size> counts{};

  [[nodiscard]] std::uint64_t operator[](MarketCount count) const {
    return counts[static_cast<std::size_t>(count)];
  }
};

}  // namespace wirebook::node
