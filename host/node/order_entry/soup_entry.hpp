// Order entry over TCP: from the bytes of many connections to slots and logins.
//
//   TcpServer ──bytes──► SoupServerIn ──► messages ─► parse ─► order slots
//                            │       └──► login, logout ─────► session slots + control queue
//                            └ malformed: counted
//
// Before each packet there is room for all that it may lead to, or nothing is received any more, of
// anybody, until there is: the peers' windows fill, and nothing is dropped. That time does not
// count as their silence. Whose session has sent beyond its `packets_per_second` is held by itself
// until it has made up for it: what came is taken, and the rest stays with its client.
//
// A connection without a login has `login_timeout_ms`; when there are more than
// `soup_strangers_max` of them, the oldest has to go.
//
// Shapes: messages in place. Threads: ingress. Errors: outcomes and counters; what a connection
// says or fails to say ends no other. Cost: a parse a message; connections and their buffers are
// made once. Specification: SoupBinTCP 3.00, OUCH 5.0.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "node/clock.hpp"
#include "node/config/config.hpp"
#include "node/order_entry/arrival_queue.hpp"
#include "node/order_entry/order_entry.hpp"
#include "node/order_entry/soup_connections.hpp"
#include "node/soup/soup_server.hpp"
#include "node/soup/tcp_server.hpp"

namespace wirebook::node {

/// Connections that have not logged in, at the same time: all clients may come back at once.
[[nodiscard]] inline std::uint32_t soup_strangers_max(const NodeConfig& config) {
  return static_cast<std::uint32_t>(config.sessions.size()) + 64;
}
/// A place for each session, for strangers, and for connections that are on their way out.
[[nodiscard]] inline std::uint32_t soup_connections_max(const NodeConfig& config) {
  return static_cast<std::uint32_t>(config.sessions.size()) + soup_strangers_max(config) + 128;
}

class SoupEntry final : private soup::TcpSink {
 public:
  SoupEntry(const NodeConfig& config, soup::TcpServer& server, SoupConnections& connections,
            OrderEntry& order_entry);
  SoupEntry(const SoupEntry&) = delete;
  SoupEntry& operator=(const SoupEntry&) = delete;

  /// Takes what is there, at most `max` pieces; gives how many.
  std::size_t poll(std::size_t max, Moment now) noexcept;
  /// There was room for what comes; else nothing is received, and what comes has to wait.
  [[nodiscard]] bool listens() const { return listening_; }
  /// Listens again to those that were held long enough. Ends connections that were silent for too
  /// long; looks at some of them each time.
  void expire(Moment now) noexcept;
  /// The session of this connection has ended, for whatever reason.
  void on_session_end(const Peer& peer) noexcept;

 private:
  struct Connection {
    soup::SoupServerIn in;
    Peer peer;
    std::uint64_t listened_ns = 0;    ///< silence counts from then on
    std::uint64_t held_until_ns = 0;  ///< 0: it is not
    std::uint32_t session = 0;
    bool is_there = false;
    bool told = false;     ///< wire_out knows of it, and has to let it go
    bool in_held = false;  ///< its place is in `held_`
    bool gone = false;     ///< nothing more comes; its end may still have to be told
  };

  void on_open(const soup::TcpConnection& opened) noexcept override;
  std::size_t on_bytes(soup::TcpPeer peer, std::span<const std::byte> bytes) noexcept override;
  void on_closed(soup::TcpPeer peer) noexcept override;

  /// Takes what there is room for; gives how many packets it has to pay for.
  std::uint64_t take(Connection& connection) noexcept;
  void pay(Connection& connection, std::uint64_t packets) noexcept;
  void resume_held(std::uint64_t steady_ns) noexcept;
  void on_input(Connection& connection, const soup::SoupInput& input) noexcept;
  void log_in(Connection& connection, const soup::SoupLogin& login) noexcept;
  void close(Connection& connection) noexcept;
  void shut(Connection& connection) noexcept;
  bool end_session(Connection& connection) noexcept;
  void settle() noexcept;
  void evict_stranger() noexcept;
  void listen(bool may_listen, std::uint64_t steady_ns) noexcept;

  const soup::ServerTimes times_;
  const std::uint32_t strangers_max_;
  soup::TcpServer* server_;
  SoupConnections* shared_;
  OrderEntry* order_entry_;
  OrderEntryCounters* counters_;
  std::vector<Connection> connections_;  ///< by place
  std::vector<std::uint32_t> going_;     ///< places of those that are `gone`
  std::vector<std::uint32_t> held_;      ///< places of those that are held, or were
  ArrivalQueue strangers_;               ///< without a session, and not closed by us
  Moment now_;                           ///< of this poll
  std::uint64_t listening_since_ns_ = 0;
  bool listening_ = true;
  std::size_t expire_next_ = 0;
};

}  // namespace wirebook::node
