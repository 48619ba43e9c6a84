// The outbound side of the sessions: who is where, what they have been sent, what they ask for.
// Those over UFO are here, those over TCP in soup_sessions.hpp; a session is in one place at a
// time.
//
// Shapes: messages are encoded straight into the log's stores and sent from there. Threads:
// wire_out. Errors: none; see outbox.hpp for sockets that are full. Cost: a datagram carries as
// many messages as are there when the stage comes to the end of its events. Specification: UFO 1.0.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "node/config/config.hpp"
#include "node/order_entry/control.hpp"
#include "node/order_entry/soup_sessions.hpp"
#include "node/sockets/outbox.hpp"
#include "node/stages/wire_out_counters.hpp"
#include "wire_out/outbound_log.hpp"

namespace wirebook::node {

class OuchSessions {
 public:
  /// `log` is for the sessions of `config`, and outlives this.
  /// `soup` is null where no sessions come over TCP.
  OuchSessions(const NodeConfig& config, DatagramPort& port, wire_out::OutboundLog& log,
               WireOutCounters& counters, const SoupRoad* soup = nullptr);

  void on_control(const Control& control) noexcept;

  /// Takes up the message that tells the event to its session; gives its length, 0 if there is
  /// none.
  std::size_t encode(const EventGroup& event, const SlotGroup& cause) noexcept;

  /// Sends what was taken up; true while a TCP session takes more.
  bool flush(std::uint64_t steady_ns) noexcept;
  /// A heartbeat to each session that was sent nothing for so long; looks at some of them.
  void keep_alive(std::uint64_t steady_ns) noexcept;
  /// Tells all sessions that the day is over, again now and then, until each has logged off or the
  /// time for it has passed. True while it goes on; requests are still answered then.
  bool end_all(std::uint64_t steady_ns) noexcept;

  [[nodiscard]] const Outbox& outbox() const { return outbox_; }

 private:
  struct Session {
    Endpoint address;
    bool connected = false;
    bool opening = false;             ///< its messages wait until its login is answered
    std::uint32_t accepted_from = 0;  ///< while `opening`: the number that the answer will tell
    bool waiting = false;             ///< its number is in `waiting_`
    std::uint64_t sent_steady_ns = 0;
    wire_out::SequencedStore* store = nullptr;
  };

  void send_unsent(Session& session) noexcept;
  void tell_end() noexcept;
  void open(Session& session) noexcept;
  void accept(const Control& control) noexcept;
  void on_tcp_control(const Control& control) noexcept;
  void retransmit(Session& session, const Control& control) noexcept;

  const Alpha<10> session_name_;
  const std::uint64_t heartbeat_ns_;
  wire_out::OutboundLog* log_;
  std::vector<Session> sessions_;       ///< by session number; [0] is nobody
  std::vector<std::uint32_t> waiting_;  ///< who has unsent messages
  std::size_t keep_alive_next_ = 1;
  const std::uint64_t end_ns_;
  std::uint64_t ending_since_ns_ = 0;  ///< 0: the day goes on
  std::uint64_t end_told_ns_ = 0;
  std::uint64_t steady_ns_ = 0;
  Outbox outbox_;
  WireOutCounters* counters_;
  std::optional<SoupSessions> soup_;
};

}  // namespace wirebook::node
