// The rules of a session, whatever the road on which its packets come. Which TCP connection is
// silent is soup_entry.hpp's matter; all else is the same.
//
// A login is answered `A`, or `J` with A (account or password) or S (no such session name). A login
// of an account that is in use from another address ends the session there, as a timeout would, and
// opens it here; from the same address it is answered again and changes nothing. A source that is
// not logged in is counted and dropped. Logins that failed too often are met with silence by UDP
// and rejected by TCP (login_limits.hpp), UDP packets beyond a session's rate dropped
// (packet_rate.hpp). An account that the
// venue has disabled is answered `J`, A.
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
#include "node/order_entry/login_limits.hpp"
#include "node/order_entry/order_entry_counters.hpp"
#include "node/order_entry/packet_rate.hpp"
#include "node/order_entry/session_desk.hpp"
#include "node/order_entry/session_stream.hpp"
#include "node/order_entry/session_table.hpp"
#include "wire_in/ufo_parser.hpp"

namespace wirebook::node {

struct LoginCall {
  Alpha<6> username{};
  Alpha<10> password{};
  Alpha<10> requested_session{};
  std::uint64_t requested_number = 0;  ///< of SoupBinTCP: the first message that is wanted
  Peer peer;
};

class SessionRules {
 public:
  SessionRules(const NodeConfig& config, SessionStream& stream, ControlSender& controls,
               OrderEntryFigures& figures);

  /// The session of a source, or 0.
  [[nodiscard]] std::uint32_t find(Endpoint source) const { return table_.find(source); }
  /// A TCP connection has one login, so none before it.
  [[nodiscard]] std::uint32_t find(const Peer& peer) const {
    return peer.is_tcp() ? 0 : table_.find(peer.endpoint);
  }
  /// False: so many packets more are beyond the session's rate, and counted.
  [[nodiscard]] bool may_send(std::uint32_t session, std::uint64_t packets,
                              std::uint64_t steady_ns) noexcept;
  /// They came before anybody could be asked.
  void owe(std::uint32_t session, std::uint64_t packets, std::uint64_t steady_ns) noexcept {
    sessions_[session].rate.owe(steady_ns, packets);
  }
  /// Until then the session has nothing to send, for what it owes.
  [[nodiscard]] std::uint64_t paid_ns(std::uint32_t session) const noexcept {
    return sessions_[session].rate.paid_ns();
  }
  /// Any packet but an order.
  void on_packet(const wire_in::UfoPacket& packet, Endpoint source, Moment now) noexcept;
  /// The same when the last slot is written: requests are answered, a logoff writes none.
  void on_late_packet(const wire_in::UfoPacket& packet, Endpoint source, Moment now) noexcept;
  /// There is room for all that a login may lead to.
  [[nodiscard]] bool has_room_for_login(TimeNs now) noexcept;
  /// The session that it opens; 0 where it is rejected. There is room for it.
  std::uint32_t log_in(const LoginCall& login, Moment now) noexcept;
  /// As if `peer` had sent a right login for this account. False: there is no room for it now.
  bool on_known_client(const Alpha<6>& username, const Peer& peer, Moment now) noexcept;
  /// The session's client has given a sign of life.
  void heard(std::uint32_t session, std::uint64_t steady_ns) noexcept {
    sessions_[session].heard_steady_ns = steady_ns;
  }
  [[nodiscard]] bool has(std::uint32_t session) const { return session < sessions_.size(); }

  /// Ends UFO sessions that were silent for too long; looks at some of them each time.
  void expire(Moment now) noexcept;
  /// The stream has room for one slot.
  void end(std::uint32_t session, TimeNs now) noexcept;

  /// Carries out what the venue's control asks for, as soon as there is room.
  void attend_desk(Moment now) noexcept;
  /// Where it asks; null: nobody does.
  void attach_desk(SessionDesk* desk) { desk_ = desk; }

  /// The slot that says it, but for its time and tail.
  [[nodiscard]] Slot session_slot(SlotKind kind, std::uint32_t session) const;

 private:
  struct Session {
    Peer peer;
    std::uint64_t heard_steady_ns = 0;
    PacketRate rate;
    bool up = false;
  };

  std::uint32_t refuse_unheard(OrderEntryCount reason, char code, const Peer& peer) noexcept;
  std::uint32_t reject_login(char code, const Peer& peer) noexcept;
  std::uint32_t open(std::uint32_t session, const LoginCall& login, Moment now) noexcept;
  void on_retransmission(const wire::ufo::RetransmissionRequest& request,
                         std::uint32_t session) noexcept;
  void begin(std::uint32_t session, const LoginCall& login, TimeNs now) noexcept;
  SessionAnswer carry_out(SessionDesk::Request request, TimeNs now) noexcept;

  const std::vector<SessionConfig> config_;
  const Alpha<10> session_name_;
  const std::uint64_t timeout_ns_;
  SessionStream* stream_;
  ControlSender* controls_;
  OrderEntryFigures* figures_;
  Accounts accounts_;
  LoginLimits udp_logins_;
  LoginLimits tcp_logins_;  ///< its own: addresses of datagrams may be forged
  SessionTable table_;
  std::vector<Session> sessions_;  ///< by session number; [0] is nobody
  std::size_t expire_next_ = 1;
  SessionDesk* desk_ = nullptr;
};

}  // namespace wirebook::node
