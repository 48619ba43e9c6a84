#include "node/order_entry/session_rules.hpp"

#include <algorithm>

namespace wirebook::node {

namespace {

namespace ufo = wire::ufo;

constexpr std::size_t sessions_per_expiry = 64;

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
      table_(config.sessions.size()),
      sessions_(config.sessions.size() + 1) {}

void SessionRules::on_packet(const wire_in::UfoPacket& packet, Endpoint source,
                             Moment now) noexcept {
  if (packet.type == ufo::LoginRequest::type_code) {
    figures_->outcomes.add(Outcome::ok);
    return on_login(wire::view<ufo::LoginRequest>(packet.bytes.data()), source, now);
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

void SessionRules::on_retransmission(const ufo::RetransmissionRequest& request,
                                     std::uint32_t session) noexcept {
  if (!controls_->has_room())
    return figures_->counters.add(OrderEntryCount::dropped_sessions);
  controls_->push({.kind = ControlKind::retransmit,
                   .message_count = request.message_count,
                   .session = session,
                   .sequence_number = request.sequence_number});
}

void SessionRules::on_login(const ufo::LoginRequest& login, Endpoint source, Moment now) noexcept {
  if (!controls_->has_room() || !stream_->has_room(login_slots, now.day))
    return figures_->counters.add(OrderEntryCount::dropped_sessions);
  const std::uint32_t session = accounts_.find(login.username, login.password);
  if (session == 0)
    return reject_login('A', source);
  const Alpha<10>& wanted = login.requested_session;
  if (!wanted.view().empty() && folded(wanted) != folded(session_name_))
    return reject_login('S', source);

  Session& state = sessions_[session];
  figures_->counters.add(OrderEntryCount::logins);
  state.heard_steady_ns = now.steady_ns;
  if (state.up && state.address == source)
    return stream_->accept_again(session, source);
  // The address gives up what it had, and the account leaves where it was.
  if (const std::uint32_t other = table_.find(source); other != 0)
    end(other, now.day);
  if (state.up) {
    figures_->counters.add(OrderEntryCount::takeovers);
    end(session, now.day);
  }
  begin(session, source, now.day);
}

void SessionRules::reject_login(char code, Endpoint source) noexcept {
  figures_->counters.add(OrderEntryCount::logins_rejected);
  controls_->push({.kind = ControlKind::login_rejected, .reject_code = code, .address = source});
}

void SessionRules::begin(std::uint32_t session, Endpoint source, TimeNs now) noexcept {
  sessions_[session].address = source;
  sessions_[session].up = true;
  table_.insert(source, session);
  stream_->begin(session, source, now);
}

void SessionRules::end(std::uint32_t session, TimeNs now) noexcept {
  Session& state = sessions_[session];
  table_.erase(state.address);
  state.up = false;
  stream_->end(session, state.address, now);
}

Slot SessionRules::session_slot(SlotKind kind, std::uint32_t session) const {
  const SessionConfig& config = config_[session - 1];
  return Slot{.session = kind == SlotKind::session_up
                             ? SessionBody{.cancel_on_disconnect = config.cancel_on_disconnect,
                                           .session = session,
                                           .firm = config.firm}
                             : SessionBody{.session = session},
              .tail = {.kind = kind}};
}

void SessionRules::expire(Moment now) noexcept {
  for (std::size_t i = 0; i < std::min(sessions_per_expiry, sessions_.size() - 1); ++i) {
    const auto session = static_cast<std::uint32_t>(expire_next_);
    expire_next_ = expire_next_ + 1 < sessions_.size() ? expire_next_ + 1 : 1;
    const Session& state = sessions_[session];
    if (!state.up || now.steady_ns - state.heard_steady_ns < timeout_ns_)
      continue;
    if (!controls_->has_room() || !stream_->has_room(1, now.day))
      return;
    figures_->counters.add(OrderEntryCount::timeouts);
    end(session, now.day);
  }
}

}  // namespace wirebook::node
