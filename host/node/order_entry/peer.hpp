// Who a session belongs to at the moment: a UDP endpoint, or one TCP connection of many from there.
//
// Shapes: 16 bytes, trivially copyable; a connection is its place in a table and a generation, so
// that what is said of one that is gone never meets its successor. Threads: values. Errors: none.
// Cost: none.
#pragma once

#include <cstdint>
#include <type_traits>

#include "node/config/config.hpp"
#include "node/soup/tcp_server.hpp"

namespace wirebook::node {

struct Peer {
  Endpoint endpoint{};           ///< where it sends from
  std::uint32_t connection = 0;  ///< of TCP: its place in the table, from 1; 0: UDP
  std::uint32_t generation = 0;

  constexpr Peer() = default;
  constexpr Peer(Endpoint udp) : endpoint(udp) {}  // implicit: a datagram's source is who sent it
  constexpr Peer(const soup::TcpPeer& tcp, Endpoint remote)
      : endpoint(remote), connection(tcp.index + 1), generation(tcp.generation) {}

  [[nodiscard]] constexpr bool is_tcp() const { return connection != 0; }
  /// Of one that `is_tcp`.
  [[nodiscard]] constexpr soup::TcpPeer tcp() const { return {connection - 1, generation}; }

  friend constexpr bool operator==(const Peer&, const Peer&) = default;
};
static_assert(sizeof(Peer) == 16 && std::is_trivially_copyable_v<Peer>);

}  // namespace wirebook::node
