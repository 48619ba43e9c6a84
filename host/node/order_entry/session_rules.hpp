// The rules of a UFO session, whatever the road on which its packets come.
//
// A login is answered `A`, or `J` with A (account or password) or S (no such session name). A login
// of an account that is in use from another address ends the session there, as a timeout would, and
// opens it here; from the same address it is answered again and changes nothing. A source that is
// not logged in is counted and dropped.
//
// Shapes: one packet at a time, in place. Threads: ingress. Errors: outcomes and counters.
// Cost: a table look-up. Specification: UFO 1.0.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "wirebook/slot.hpp"
#include "wirebook/wire/session.hpp"

#include "node/clock.hpp"
#include "node/config/config.hpp"
#include "node/order_entry/accounts.hpp"
#include "node/order_entry/order_entry_counters.hpp"
#include "node/order_entry/session_stream.hpp"
#include "node/order_entry/session_table.hpp"
#include "wire_in/ufo_parser.hpp"

namespace wirebook::node {

class SessionRules {
 public:
  SessionRules(const NodeConfig& config, SessionStream& stream, ControlSender& controls,
               OrderEntryFigures& figures);

  /// The session of a source, or 0.
  [[nodiscard]] std::uint32_t find(Endpoint source) const { return table_.find(source); }
  /// Any packet but an order.
  void on_packet(const wire_in::UfoPacket& packet, Endpoint source, Moment now) noexcept;
  /// The session's client has given a sign of life.
  void heard(std::uint32_t session, std::uint64_t steady_ns) noexcept {
    sessions_[session].heard_steady_ns = steady_ns;
  }
  [[nodiscard]] bool has(std::uint32_t session) const { return session < sessions_.size(); }

  /// Ends sessions that were silent for too long; looks at some of them each time.
  void expire(Moment now) noexcept;
  /// The stream has room for one slot.
  void end(std::uint32_t session, TimeNs now) noexcept;

  /// The slot that says it, but for its time and tail.
  [[nodiscard]] Slot session_slot(SlotKind kind, std::uint32_t session) const;

 private:
  struct Session {
    Endpoint address;
    std::uint64_t heard_steady_ns = 0;
    bool up = false;
  };

  void on_login(const wire::ufo::LoginRequest& login, Endpoint source, Moment now) noexcept;
  void reject_login(char code, Endpoint source) noexcept;
  void on_retransmission(const wire::ufo::RetransmissionRequest& request,
                         std::uint32_t session) noexcept;
  void begin(std::uint32_t session, Endpoint source, TimeNs now) noexcept;

  const std::vector<SessionConfig> config_;
  const Alpha<10> session_name_;
  const std::uint64_t timeout_ns_;
  SessionStream* stream_;
  ControlSender* controls_;
  OrderEntryFigures* figures_;
  Accounts accounts_;
  SessionTable table_;
  std::vector<Session> sessions_;  ///< by session number; [0] is nobody
  std::size_t expire_next_ = 1;
};

}  // namespace wirebook::node
