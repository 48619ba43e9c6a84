// The outbound side of the UFO sessions: who is where, what they have been sent, what they ask for.
//
// Shapes: messages are encoded straight into a session's store and sent from there. Threads:
// wire_out. Errors: none; see outbox.hpp for sockets that are full. Cost: a datagram carries as
// many messages as are there when the stage comes to the end of its events. Specification: UFO 1.0.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "node/config.hpp"
#include "node/control.hpp"
#include "node/outbox.hpp"
#include "node/wire_out_counters.hpp"
#include "wire_out/sequenced_store.hpp"

namespace wirebook::node {

class OuchSessions {
 public:
  OuchSessions(const NodeConfig& config, DatagramPort& port, WireOutCounters& counters);

  void on_control(const Control& control) noexcept;

  /// Where the session's next message is to be written, and the taking up of it.
  [[nodiscard]] std::span<std::byte, wire_out::ouch_message_bytes_max> room(std::uint32_t session) {
    return sessions_[session].store.room();
  }
  void commit(std::uint32_t number, std::size_t bytes) noexcept;
  [[nodiscard]] bool knows(std::uint32_t session) const {
    return session != 0 && session < sessions_.size();
  }

  /// Sends what was taken up.
  void flush(std::uint64_t steady_ns) noexcept;
  /// A heartbeat to each session that was sent nothing for so long; looks at some of them.
  void keep_alive(std::uint64_t steady_ns) noexcept;
  void end_all() noexcept;

  [[nodiscard]] const Outbox& outbox() const { return outbox_; }

 private:
  struct Session {
    explicit Session(wire_out::ChunkPool& pool) : store(pool) {}

    Endpoint address;
    bool connected = false;
    bool opening = false;             ///< its messages wait until its login is answered
    std::uint32_t accepted_from = 0;  ///< while `opening`: the number that the answer will tell
    bool waiting = false;             ///< its number is in `waiting_`
    std::uint64_t sent_steady_ns = 0;
    wire_out::SequencedStore store;
  };

  void send_unsent(Session& session) noexcept;
  void open(Session& session) noexcept;
  void accept(const Control& control) noexcept;
  void retransmit(Session& session, const Control& control) noexcept;

  const Alpha<10> session_name_;
  const std::uint64_t heartbeat_ns_;
  wire_out::ChunkPool pool_;
  std::vector<Session> sessions_;       ///< by session number; [0] is nobody
  std::vector<std::uint32_t> waiting_;  ///< who has unsent messages
  std::size_t keep_alive_next_ = 1;
  std::uint64_t steady_ns_ = 0;
  Outbox outbox_;
  WireOutCounters* counters_;
};

}  // namespace wirebook::node
