// What a server of the market's feed tells: the stream itself, or a snapshot.
//
// Shapes: SoupBinTCP packets, framed beforehand, read where they lie. A client is a place in the
// server's table. Threads: one. Errors: `begin` says no, `lost` that there is nothing to go on
// with. Cost: none beside the bytes. Specification: SoupBinTCP 3.00, GLIMPSE 5.0.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "wirebook/units.hpp"

#include "node/market/feed_notices.hpp"
#include "node/soup/soup_server.hpp"

namespace wirebook::node {

class FeedSource {
 public:
  virtual ~FeedSource() = default;

  /// The number of the first packet that a client with this login is told; none: not now.
  [[nodiscard]] virtual std::optional<std::uint64_t> begin(std::size_t place,
                                                           const soup::SoupLogin& login,
                                                           std::uint64_t now_ns) = 0;
  /// What is to be sent next, from the first byte that is not gone: nothing, or at least the rest
  /// of a packet. Until the source changes.
  [[nodiscard]] virtual std::span<const std::byte> next(std::size_t place) = 0;
  /// So many bytes of that are gone; gives how many messages that completed.
  virtual std::uint64_t gone(std::size_t place, std::size_t bytes) = 0;
  /// Why it cannot go on: what it would need is not there any more, or it took too long for it.
  [[nodiscard]] virtual std::optional<FeedSlow> lost(std::size_t place,
                                                     std::uint64_t now_ns) const = 0;
  /// Nothing will come any more, whatever happens.
  [[nodiscard]] virtual bool is_over(std::size_t place) const = 0;
  /// The client is gone.
  virtual void end(std::size_t place) = 0;
};

}  // namespace wirebook::node
