// The sockets of TCP connections, which two threads share: ingress receives and closes, wire_out
// sends.
//
//   ingress: open ──control──► wire_out: socket … let_go ──► ingress: is_let_go, then closes it
//
// Shapes: a place for each connection. Threads: as the picture has it; the control queue orders
// `open` before `socket`. Errors: none. Cost: a load or a store; 8 bytes a connection.
#pragma once

#include <atomic>
#include <cstdint>
#include <vector>

#include "node/order_entry/peer.hpp"

namespace wirebook::node {

class SoupConnections {
 public:
  explicit SoupConnections(std::uint32_t connections) : places_(connections) {}

  /// Before anything is told of the connection.
  void open(soup::TcpPeer peer, int socket) noexcept { places_[peer.index].socket = socket; }
  /// Good until `let_go`.
  [[nodiscard]] int socket(const Peer& peer) const noexcept {
    return places_[peer.tcp().index].socket;
  }
  /// The socket is not used any more.
  void let_go(const Peer& peer) noexcept {
    places_[peer.tcp().index].let_go.store(peer.generation + 1, std::memory_order_release);
  }
  [[nodiscard]] bool is_let_go(soup::TcpPeer peer) const noexcept {
    return places_[peer.index].let_go.load(std::memory_order_acquire) == peer.generation + 1;
  }

 private:
  struct Place {
    int socket = -1;
    std::atomic<std::uint32_t> let_go{0};  ///< the generation that was let go, plus 1
  };
  std::vector<Place> places_;
};

}  // namespace wirebook::node
