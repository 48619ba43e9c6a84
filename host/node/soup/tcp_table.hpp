// What both bodies of a TcpServer keep: the listening socket, and the table of connections.
//
// Shapes: see tcp_server.hpp. Threads: one. Errors: `TcpListener` throws std::system_error.
// Cost: O(1); sized once.
#pragma once

#include <cstdint>
#include <vector>

#include "node/soup/tcp_server.hpp"

namespace wirebook::node::soup {

class TcpListener {
 public:
  explicit TcpListener(const TcpServerOptions& options);
  ~TcpListener();
  TcpListener(const TcpListener&) = delete;
  TcpListener& operator=(const TcpListener&) = delete;

  [[nodiscard]] int descriptor() const { return descriptor_; }
  [[nodiscard]] Endpoint local() const;

 private:
  int descriptor_;
};

/// Another connection could not be had for want of descriptors or memory, not for good.
[[nodiscard]] bool is_shortage(int error) noexcept;

class TcpTable {
 public:
  enum class State : std::uint8_t { free, open, closing, closed };
  struct Place {
    int socket = -1;
    std::uint32_t generation = 0;
    State state = State::free;
    bool held = false;     ///< not to be received from
    bool careful = false;  ///< the next time it is, one piece
    bool watched = false;  ///< for io_uring: a receive is under way, or asked for
  };
  /// Of whom is received carefully.
  static constexpr std::size_t piece_bytes = 2048;

  explicit TcpTable(std::uint32_t connections);
  ~TcpTable();
  TcpTable(const TcpTable&) = delete;
  TcpTable& operator=(const TcpTable&) = delete;

  [[nodiscard]] std::size_t places_free() const { return free_.size(); }
  /// Takes up a connection, for which there is a place, and tells the sink.
  std::uint32_t open(int socket, TcpSink& sink) noexcept;
  /// Shuts an open connection down; false if it is not open any more.
  bool close(TcpPeer peer) noexcept;
  /// The end of its input has come.
  void closed(std::uint32_t index, TcpSink& sink) noexcept;
  void release(TcpPeer peer) noexcept;
  /// Both are false if it is not open, or was so before.
  bool hold(TcpPeer peer) noexcept;
  bool resume(TcpPeer peer) noexcept;

  [[nodiscard]] bool has_open(TcpPeer peer) const {
    return places_[peer.index].generation == peer.generation &&
           places_[peer.index].state == State::open;
  }
  [[nodiscard]] Place& at(std::uint32_t index) { return places_[index]; }
  [[nodiscard]] TcpPeer peer(std::uint32_t index) const {
    return {index, places_[index].generation};
  }

 private:
  std::vector<Place> places_;
  std::vector<std::uint32_t> free_;
};

}  // namespace wirebook::node::soup
