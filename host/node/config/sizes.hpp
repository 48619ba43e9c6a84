// How large a configuration makes the engine and the outbound log.
//
// Shapes: counts. Threads: pure. Errors: none; the parser has bounded what goes in. Cost: none.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "match/capacity.hpp"
#include "node/config/config.hpp"
#include "wire_out/outbound_log.hpp"

namespace wirebook::node {

/// The engine's session that is nobody's account: the node itself plays it.
[[nodiscard]] inline std::uint32_t background_session(const NodeConfig& config) {
  return static_cast<std::uint32_t>(config.sessions.size()) + 1;
}

[[nodiscard]] inline match::Capacity engine_capacity(const NodeConfig& config) {
  return {
      .orders = config.engine.orders,
      .orders_start = config.engine.orders_start,
      .trades = config.engine.trades,
      .shard = config.engine.shard,
      .sessions = static_cast<std::uint16_t>(std::min(background_session(config), sessions_max)),
      .instruments = static_cast<std::uint16_t>(
          std::max<std::size_t>({config.instruments.size(), config.engine.instruments, 1}))};
}

/// Of the pool that all sessions' replies are kept in.
[[nodiscard]] inline std::uint32_t history_chunks(const NodeConfig& config) {
  constexpr auto chunks_per_mib =
      static_cast<std::uint32_t>((std::size_t{1} << 20) / wire_out::ChunkPool::chunk_bytes);
  return std::max(config.order_entry.history_mib * chunks_per_mib,
                  2 * static_cast<std::uint32_t>(config.sessions.size() + 1));
}

/// Somebody serves the market's messages again, or the books that they lead to.
[[nodiscard]] inline bool serves_market(const NodeConfig& config) {
  return config.market_data.rerequest || config.market_data_tcp.listen || config.glimpse.listen;
}

/// Of the market's log, where one is kept.
[[nodiscard]] inline std::optional<wire_out::MarketLogSize> market_log_size(
    const NodeConfig& config) {
  if (!serves_market(config))
    return std::nullopt;
  return wire_out::MarketLogSize{.history_bytes = std::size_t{config.market_data.history_mib} << 20,
                                 .orders = config.engine.orders};
}

}  // namespace wirebook::node
