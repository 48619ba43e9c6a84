#include "node/order_entry/ouch_sessions.hpp"

#include <algorithm>

#include "wirebook/assert.hpp"
#include "wirebook/limits.hpp"
#include "wirebook/wire/session.hpp"

#include "node/clock.hpp"

namespace wirebook::node {

namespace {

namespace ufo = wire::ufo;

constexpr std::size_t body_bytes_max = datagram_payload_bytes_max - sizeof(ufo::SequencedHeader);
constexpr std::size_t sessions_per_look = 64;

ufo::SequencedHeader header_of(const wire_out::SequencedStore::Run& run) {
  ufo::SequencedHeader header;
  header.sequence_number = run.first;
  header.message_count = run.count;
  return header;
}

}  // namespace

OuchSessions::OuchSessions(const NodeConfig& config, DatagramPort& port, wire_out::OutboundLog& log,
                           WireOutCounters& counters, const SoupRoad* soup)
    : session_name_(config.order_entry.session_name),
      heartbeat_ns_(config.order_entry.heartbeat_ms * ns_per_ms),
      log_(&log),
      sessions_(config.sessions.size() + 1),
      end_ns_(config.order_entry.end_ms * ns_per_ms),
      outbox_(port),
      counters_(&counters) {
  WIREBOOK_ASSERT(log.sessions() == config.sessions.size());
  for (std::uint32_t number = 1; number < sessions_.size(); ++number)
    sessions_[number].store = &log.store(number);
  waiting_.reserve(sessions_.size());
  if (soup != nullptr)
    soup_.emplace(config, *soup, log, counters);
}

void OuchSessions::on_control(const Control& control) noexcept {
  if (control.peer.is_tcp())
    return on_tcp_control(control);
  Session& session = sessions_[control.session];
  switch (control.kind) {
    case ControlKind::session_opens:
      return open(session);
    case ControlKind::login_accepted:
      return accept(control);
    case ControlKind::login_rejected: {
      ufo::LoginRejected rejected;
      rejected.code = control.reject_code;
      return outbox_.add(control.peer.endpoint, rejected);
    }
    case ControlKind::retransmit:
      if (session.connected)
        retransmit(session, control);
      return;
    case ControlKind::session_ended:
      counters_->add(WireOutCount::sessions_up, session.connected ? ~std::uint64_t{0} : 0);
      session.connected = false;
      session.opening = false;
      return;
  }
}

void OuchSessions::on_tcp_control(const Control& control) noexcept {
  switch (control.kind) {
    case ControlKind::login_accepted:
      return soup_->accept(control, steady_ns_);
    case ControlKind::login_rejected:
      return soup_->reject(control);
    case ControlKind::session_ended:
      return soup_->end(control);
    default:
      return;  // of UFO and of cards
  }
}

// What the session missed while nobody was there is not sent by itself: its client learns the next
// number here, and asks for what came before.
void OuchSessions::open(Session& session) noexcept {
  send_unsent(session);
  session.opening = true;
  session.accepted_from = session.store->next_sequence();
}

void OuchSessions::accept(const Control& control) noexcept {
  Session& session = sessions_[control.session];
  if (!session.opening)
    open(session);
  session.opening = false;
  counters_->add(WireOutCount::sessions_up, session.connected ? 0 : 1);
  session.connected = true;
  session.address = control.peer.endpoint;
  session.sent_steady_ns = steady_ns_;
  ufo::LoginAccepted accepted;
  accepted.session = session_name_;
  accepted.sequence_number = session.accepted_from;
  outbox_.add(session.address, accepted);
  outbox_.flush();  // as in `retransmit`
  send_unsent(session);
}

void OuchSessions::retransmit(Session& session, const Control& control) noexcept {
  const auto run =
      session.store->run(control.sequence_number, control.message_count, body_bytes_max);
  if (run.count == 0)
    return;
  outbox_.add(session.address, header_of(run), run.blocks);
  session.sent_steady_ns = steady_ns_;
  // The store may write over the oldest messages as soon as there are new ones.
  outbox_.flush();
}

std::size_t OuchSessions::encode(const EventGroup& event, const SlotGroup& cause) noexcept {
  const std::size_t bytes = log_->encode(event, cause);
  if (bytes == 0)
    return 0;
  Session& session = sessions_[event.head->session];
  if (!session.waiting) {
    session.waiting = true;
    waiting_.push_back(event.head->session);
  }
  return bytes;
}

void OuchSessions::send_unsent(Session& session) noexcept {
  if (session.opening)
    return;
  for (auto run = session.store->take_unsent(body_bytes_max); run.count != 0;
       run = session.store->take_unsent(body_bytes_max)) {
    if (!session.connected)
      continue;
    outbox_.add(session.address, header_of(run), run.blocks);
    session.sent_steady_ns = steady_ns_;
  }
}

bool OuchSessions::flush(std::uint64_t steady_ns) noexcept {
  steady_ns_ = steady_ns;
  for (const std::uint32_t number : waiting_) {
    sessions_[number].waiting = false;
    if (soup_ && soup_->has(number)) {
      sessions_[number].store->count_as_sent();
      soup_->wake(number);
    } else {
      send_unsent(sessions_[number]);
    }
  }
  waiting_.clear();
  outbox_.flush();
  return soup_ && soup_->flush(steady_ns);
}

void OuchSessions::keep_alive(std::uint64_t steady_ns) noexcept {
  steady_ns_ = steady_ns;
  for (std::size_t i = 0; i < std::min(sessions_per_look, sessions_.size() - 1); ++i) {
    Session& session = sessions_[keep_alive_next_];
    keep_alive_next_ = keep_alive_next_ + 1 < sessions_.size() ? keep_alive_next_ + 1 : 1;
    if (!session.connected || steady_ns - session.sent_steady_ns < heartbeat_ns_)
      continue;
    session.sent_steady_ns = steady_ns;
    outbox_.add(session.address, header_of({.first = session.store->next_sequence()}));
  }
  outbox_.flush();
  if (soup_)
    soup_->keep_alive(steady_ns);
}

bool OuchSessions::end_all(std::uint64_t steady_ns) noexcept {
  constexpr std::uint64_t times = 5;
  if (ending_since_ns_ == 0) {
    ending_since_ns_ = std::max<std::uint64_t>(steady_ns, 1);
    if (soup_)
      soup_->end_all(steady_ns);
  }
  // Once at least, however short the time.
  if (end_told_ns_ == 0 || steady_ns - end_told_ns_ >= end_ns_ / times) {
    end_told_ns_ = std::max<std::uint64_t>(steady_ns, 1);
    tell_end();
  }
  const bool listened_to = std::any_of(sessions_.begin(), sessions_.end(),
                                       [](const Session& session) { return session.connected; });
  return listened_to && steady_ns - ending_since_ns_ < end_ns_;
}

/// A datagram may be lost, so the session stays: its client may ask for what it misses.
void OuchSessions::tell_end() noexcept {
  for (Session& session : sessions_) {
    if (!session.connected)
      continue;
    ufo::EndOfSession end;
    end.message_count = session.store->next_sequence() - 1;
    outbox_.add(session.address, end);
  }
  outbox_.flush();
}

}  // namespace wirebook::node
