// How large a configuration makes the engine and the outbound log.
//
// Shapes: counts. Threads: pure. Errors: none; the parser has bounded what goes in. Cost: none.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>

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
      .instruments =
          static_cast<std::uint16_t>(std::max<std::size_t>(config.instruments.size(), 1))};
}

/// Of the pool that all sessions' replies are kept in.
[[nodiscard]] inline std::uint32_t history_chunks(const NodeConfig& config) {
  constexpr auto chunks_per_mib =
      static_cast<std::uint32_t>((std::size_t{1} << 20) / wire_out::ChunkPool::chunk_bytes);
  return std::max(config.order_entry.history_mib * chunks_per_mib,
                  2 * static_cast<std::uint32_t>(config.sessions.size() + 1));
}

}  // namespace wirebook::node
