#include "node/order_entry/session_rules.hpp"

#include <algorithm>
#include <limits>

#include "node/host_slots.hpp"
#include "node/soup/soup_packets.hpp"

namespace wirebook::node {

namespace {

namespace ufo = wire::ufo;

constexpr std::size_t sessions_per_expiry = 64;
constexpr std::uint64_t desk_slots = 3;  // kill, up and down

}  // namespace

SessionRules::SessionRules(const NodeConfig& config, SessionStream& stream, ControlSender& controls,
                           OrderEntryFigures& figures)
    : config_(config.sessions),
      session_name_(config.order_entry.session_name),
      timeout_ns_(config.order_entry.timeout_ms * ns_per_ms),
      stream_(&stream),
      controls_(&controls),
      figures_(&figures),
      accounts_(config),
      udp_logins_(config.logins),
      tcp_logins_(config.logins),
      table_(config.sessions.size()),
      sessions_(config.sessions.size() + 1) {
  if (config.order_entry.road == RoadKind::pcap)
    return;  // its pace is our own choice
  for (std::size_t i = 0; i < config.sessions.size(); ++i)
    sessions_[i + 1].rate = PacketRate(config.sessions[i].limits.packets_per_second);
}

bool SessionRules::may_send(std::uint32_t session, std::uint64_t packets,
                            std::uint64_t steady_ns) noexcept {
  if (sessions_[session].rate.take(steady_ns, packets))
    return true;
  figures_->counters.add(OrderEntryCount::dropped_rate, packets);
  return false;
}

void SessionRules::on_packet(const wire_in::UfoPacket& packet, Endpoint source,
                             Moment now) noexcept {
  if (packet.type == ufo::LoginRequest::type_code) {
    figures_->outcomes.add(Outcome::ok);
    const auto& login = wire::view<ufo::LoginRequest>(packet.bytes.data());
    if (!has_room_for_login(now.day))
      return figures_->counters.add(OrderEntryCount::dropped_sessions);
    log_in({.username = login.username,
            .password = login.password,
            .requested_session = login.requested_session,
            .peer = source},
           now);
    return;
  }
  const std::uint32_t session = table_.find(source);
  if (session == 0)
    return figures_->counters.add(OrderEntryCount::unknown_source);
  heard(session, now.steady_ns);
  switch (packet.type) {
    case ufo::RetransmissionRequest::type_code:
      on_retransmission(wire::view<ufo::RetransmissionRequest>(packet.bytes.data()), session);
      break;
    case ufo::type_logoff_request:
      if (!controls_->has_room() || !stream_->has_room(1, now.day))
        return figures_->counters.add(OrderEntryCount::dropped_sessions);
      figures_->counters.add(OrderEntryCount::logoffs);
      end(session, now.day);
      break;
    default:
      break;  // a heartbeat: it was heard
  }
  figures_->outcomes.add(Outcome::ok);
}

void SessionRules::on_late_packet(const wire_in::UfoPacket& packet, Endpoint source,
                                  Moment now) noexcept {
  const std::uint32_t session = table_.find(source);
  if (session == 0)
    return figures_->counters.add(packet.type == ufo::LoginRequest::type_code
                                      ? OrderEntryCount::dropped_sessions
                                      : OrderEntryCount::unknown_source);
  if (!may_send(session, 1, now.steady_ns))
    return;
  if (packet.type == ufo::RetransmissionRequest::type_code)
    on_retransmission(wire::view<ufo::RetransmissionRequest>(packet.bytes.data()), session);
  if (packet.type == ufo::type_logoff_request && controls_->has_room()) {
    figures_->counters.add(OrderEntryCount::logoffs);
    table_.erase(source);
    sessions_[session].up = false;
    controls_->push({.kind = ControlKind::session_ended, .session = session});
  }
}

void SessionRules::on_retransmission(const ufo::RetransmissionRequest& request,
                                     std::uint32_t session) noexcept {
  if (!controls_->has_room_to_spare())
    return figures_->counters.add(OrderEntryCount::dropped_sessions);
  controls_->push({.kind = ControlKind::retransmit,
                   .message_count = request.message_count,
                   .session = session,
                   .sequence_number = request.sequence_number});
}

bool SessionRules::has_room_for_login(TimeNs now) noexcept {
  return controls_->has_room() && stream_->has_room(login_slots, now);
}

std::uint32_t SessionRules::log_in(const LoginCall& login, Moment now) noexcept {
  LoginLimits& limits = login.peer.is_tcp() ? tcp_logins_ : udp_logins_;
  const std::uint32_t address = login.peer.endpoint.address;
  // Before the password is looked at, so that guesses beyond the limit learn nothing.
  if (!limits.may_try(address, login.username, now.steady_ns))
    return refuse_unheard(OrderEntryCount::logins_limited, 'A', login.peer);
  const std::uint32_t session = accounts_.find(login.username, login.password);
  // It has the right password, so this is no guess.
  if (session != 0 && desk_ != nullptr && desk_->is_disabled(session))
    return reject_login('A', login.peer);
  if (session == 0) {
    limits.failed(address, login.username, now.steady_ns);
    return reject_login('A', login.peer);
  }
  if (!soup::asks_for(login.requested_session, session_name_))
    return reject_login('S', login.peer);
  return open(session, login, now);
}

bool SessionRules::on_known_client(const Alpha<6>& username, const Peer& peer,
                                   Moment now) noexcept {
  if (!has_room_for_login(now.day))
    return false;
  for (std::size_t i = 0; i < config_.size(); ++i)
    if (folded(config_[i].username) == folded(username))
      open(static_cast<std::uint32_t>(i + 1), {.username = username, .peer = peer}, now);
  return true;
}

std::uint32_t SessionRules::open(std::uint32_t session, const LoginCall& login,
                                 Moment now) noexcept {
  Session& state = sessions_[session];
  const bool again = state.up && state.peer == login.peer;
  // A login from where the session is was counted as the session's packet when it came.
  if (!again && !state.rate.take(now.steady_ns))
    return refuse_unheard(OrderEntryCount::dropped_rate, 'S', login.peer);
  if (again && !controls_->has_room_to_spare()) {
    figures_->counters.add(OrderEntryCount::dropped_sessions);
    return session;
  }
  figures_->counters.add(OrderEntryCount::logins);
  state.heard_steady_ns = now.steady_ns;
  if (again) {
    stream_->accept_again(session, login.peer);
    return session;
  }
  // The peer gives up what it had, and the account leaves where it was.
  if (const std::uint32_t other = find(login.peer); other != 0)
    end(other, now.day);
  if (state.up) {
    figures_->counters.add(OrderEntryCount::takeovers);
    end(session, now.day);
  }
  begin(session, login, now.day);
  return session;
}

/// Silence by UDP; a connection is told, for it is to be closed.
std::uint32_t SessionRules::refuse_unheard(OrderEntryCount reason, char code,
                                           const Peer& peer) noexcept {
  figures_->counters.add(reason);
  return peer.is_tcp() ? reject_login(code, peer) : 0;
}

std::uint32_t SessionRules::reject_login(char code, const Peer& peer) noexcept {
  if (!peer.is_tcp() && !controls_->has_room_to_spare()) {
    figures_->counters.add(OrderEntryCount::dropped_sessions);
    return 0;
  }
  figures_->counters.add(OrderEntryCount::logins_rejected);
  controls_->push({.kind = ControlKind::login_rejected, .reject_code = code, .peer = peer});
  return 0;
}

void SessionRules::begin(std::uint32_t session, const LoginCall& login, TimeNs now) noexcept {
  constexpr std::uint64_t number_max = std::numeric_limits<std::uint32_t>::max();
  sessions_[session].peer = login.peer;
  sessions_[session].up = true;
  if (desk_ != nullptr)
    desk_->set_up(session, true);
  // A TCP connection knows its session itself.
  if (!login.peer.is_tcp())
    table_.insert(login.peer.endpoint, session);
  stream_->begin(session, login.peer,
                 static_cast<std::uint32_t>(std::min(login.requested_number, number_max)), now);
}

void SessionRules::end(std::uint32_t session, TimeNs now) noexcept {
  Session& state = sessions_[session];
  if (!state.peer.is_tcp())
    table_.erase(state.peer.endpoint);
  state.up = false;
  if (desk_ != nullptr)
    desk_->set_up(session, false);
  stream_->end(session, state.peer, now);
}

Slot SessionRules::session_slot(SlotKind kind, std::uint32_t session) const {
  if (kind == SlotKind::session_up)
    return session_up_slot(session, config_[session - 1]);
  return kind == SlotKind::kill ? kill_slot(session) : session_down_slot(session);
}

void SessionRules::attend_desk(Moment now) noexcept {
  if (desk_ == nullptr)
    return;
  const std::optional<SessionDesk::Request> request = desk_->request();
  if (!request || !controls_->has_room() || !stream_->has_room(desk_slots, now.day))
    return;
  if (desk_->begin(*request))
    desk_->finish(carry_out(*request, now.day));
}

SessionAnswer SessionRules::carry_out(SessionDesk::Request request, TimeNs now) noexcept {
  const std::uint32_t session = request.session;
  const bool up = sessions_[session].up;
  switch (request.act) {
    case SessionAct::disconnect:
      if (!up)
        return SessionAnswer::not_logged_in;
      end(session, now);
      break;
    case SessionAct::kill:
      stream_->say(SlotKind::kill, session, now);
      if (up)
        end(session, now);
      break;
    case SessionAct::cancel:
      stream_->say(SlotKind::kill, session, now);
      [[fallthrough]];
    case SessionAct::enable:
      // Who is not logged in is known to the engine again, but is not up.
      stream_->say(SlotKind::session_up, session, now);
      if (!up)
        stream_->say(SlotKind::session_down, session, now);
      break;
  }
  return SessionAnswer::done;
}

void SessionRules::expire(Moment now) noexcept {
  for (std::size_t i = 0; i < std::min(sessions_per_expiry, sessions_.size() - 1); ++i) {
    const auto session = static_cast<std::uint32_t>(expire_next_);
    expire_next_ = expire_next_ + 1 < sessions_.size() ? expire_next_ + 1 : 1;
    const Session& state = sessions_[session];
    if (!state.up || state.peer.is_tcp() || now.steady_ns - state.heard_steady_ns < timeout_ns_)
      continue;
    if (!controls_->has_room() || !stream_->has_room(1, now.day))
      return;
    figures_->counters.add(OrderEntryCount::timeouts);
    end(session, now.day);
  }
}

}  // namespace wirebook::node
