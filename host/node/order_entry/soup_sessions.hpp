// The outbound side of the sessions that came over TCP: each has a cursor into its store, and
// nothing is queued for it.
//
//   store ──cursor──► SoupServerOut: headers, places ──► StreamPort: one write for each session
//
// A client that takes nothing for `stalled_ms` while there is something, or whose next message is
// no longer kept, is disconnected, counted, and noted for the log. Nobody else waits for it: what
// its socket does not take stays in the store.
//
// Shapes: messages are sent from where the encoder wrote them. Threads: wire_out. Errors: counted;
// a connection that cannot be written to is shut, so that ingress sees its end too. Cost: a system
// call for all sessions that have something; a session that is idle costs its place, see README.md.
// Specification: SoupBinTCP 3.00.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "node/config/config.hpp"
#include "node/order_entry/control.hpp"
#include "node/order_entry/notices.hpp"
#include "node/order_entry/soup_connections.hpp"
#include "node/soup/soup_server.hpp"
#include "node/soup/stream_port.hpp"
#include "node/stages/wire_out_counters.hpp"
#include "wire_out/outbound_log.hpp"

namespace wirebook::node {

/// What order entry over TCP shares between its two ends.
struct SoupRoad {
  SoupConnections& connections;
  soup::StreamPort& port;
  Notices& notices;
};

class SoupSessions {
 public:
  SoupSessions(const NodeConfig& config, const SoupRoad& road, wire_out::OutboundLog& log,
               WireOutCounters& counters);

  void accept(const Control& control, std::uint64_t steady_ns) noexcept;
  void reject(const Control& control) noexcept;
  void end(const Control& control) noexcept;

  /// The session is here.
  [[nodiscard]] bool has(std::uint32_t session) const { return sessions_[session].connected; }
  /// There may be something for it.
  void wake(std::uint32_t number) noexcept;

  /// Sends what the sockets take; true while there is more for one that takes it.
  bool flush(std::uint64_t steady_ns) noexcept;
  /// A heartbeat to each session that was sent nothing for so long, and an end to those that take
  /// nothing; looks at some of them.
  void keep_alive(std::uint64_t steady_ns) noexcept;
  void end_all(std::uint64_t steady_ns) noexcept;

 private:
  struct Session {
    soup::SoupServerOut out;
    wire_out::SequencedStore::Cursor cursor;
    Peer peer;
    std::uint64_t retry_at_ns = 0;  ///< its socket was full
    int socket = -1;
    bool connected = false;
    bool waiting = false;  ///< its number is in `waiting_`
  };
  /// A write under way.
  struct Sending {
    std::uint32_t session = 0;
    std::span<const std::byte> blocks;
    std::size_t bytes = 0;
  };

  [[nodiscard]] bool has_something(std::uint32_t number) noexcept;
  bool gather(std::uint32_t number) noexcept;
  void send_gathered(std::uint64_t steady_ns) noexcept;
  void on_written(const Sending& sending, std::ptrdiff_t result, std::uint64_t steady_ns) noexcept;
  void disconnect(std::uint32_t number) noexcept;
  void break_off(std::uint32_t number) noexcept;
  void cut_off(std::uint32_t number, NoticeKind kind) noexcept;

  const Alpha<10> session_name_;
  const soup::ServerTimes times_;
  const std::uint64_t stalled_ns_;
  SoupRoad road_;
  wire_out::OutboundLog* log_;
  WireOutCounters* counters_;
  std::vector<Session> sessions_;       ///< by session number; [0] is nobody
  std::vector<std::uint32_t> waiting_;  ///< who may have something to be sent
  std::size_t keep_alive_next_ = 1;

  std::vector<iovec> vectors_;
  std::size_t vectors_used_ = 0;
  std::vector<Sending> sending_;
  std::vector<soup::StreamWrite> writes_;
};

}  // namespace wirebook::node
