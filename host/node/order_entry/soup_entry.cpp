#include "node/order_entry/soup_entry.hpp"

#include <algorithm>

namespace wirebook::node {

namespace {

constexpr std::size_t connections_per_look = 64;

}  // namespace

SoupEntry::SoupEntry(const NodeConfig& config, soup::TcpServer& server,
                     SoupConnections& connections, OrderEntry& order_entry)
    : times_{.login_timeout_ns = config.soup.login_timeout_ms * ns_per_ms,
             .timeout_ns = config.soup.timeout_ms * ns_per_ms},
      strangers_max_(soup_strangers_max(config)),
      server_(&server),
      shared_(&connections),
      order_entry_(&order_entry),
      counters_(&order_entry.figures().counters),
      connections_(soup_connections_max(config)) {
  going_.reserve(connections_.size());
  order_entry.attach_soup(this);
}

std::size_t SoupEntry::poll(std::size_t max, Moment now) noexcept {
  now_ = now;
  listen(order_entry_->may_take(now.day), now.steady_ns);
  const std::size_t count = listening_ ? server_->poll(*this, max) : 0;
  if (!going_.empty())
    settle();
  return count;
}

/// Time in which nobody was listened to is nobody's silence.
void SoupEntry::listen(bool may_listen, std::uint64_t steady_ns) noexcept {
  if (may_listen && !listening_)
    listening_since_ns_ = steady_ns;
  listening_ = may_listen;
}

void SoupEntry::on_open(const soup::TcpConnection& opened) noexcept {
  counters_->add(OrderEntryCount::connections);
  if (strangers_ == strangers_max_)
    evict_stranger();
  ++strangers_;
  Connection& connection = connections_[opened.peer.index];
  connection.peer = Peer(opened.peer, opened.remote);
  connection.opened = ++opened_;
  connection.session = 0;
  connection.stranger = true;
  connection.told = false;
  connection.gone = false;
  connection.in.open(now_.steady_ns);
  shared_->open(opened.peer, opened.socket);
}

void SoupEntry::evict_stranger() noexcept {
  Connection* oldest = nullptr;
  for (Connection& connection : connections_)
    if (connection.stranger && (oldest == nullptr || connection.opened < oldest->opened))
      oldest = &connection;
  counters_->add(OrderEntryCount::strangers_evicted);
  shut(*oldest);
}

std::size_t SoupEntry::on_bytes(soup::TcpPeer peer, std::span<const std::byte> bytes) noexcept {
  Connection& connection = connections_[peer.index];
  connection.in.feed(bytes, now_.steady_ns);
  for (;;) {
    if (!order_entry_->may_take(now_.day)) {
      listen(false, now_.steady_ns);
      return bytes.size() - connection.in.take_back();
    }
    const auto input = connection.in.next();
    if (!input)
      return bytes.size();
    on_input(connection, *input);
  }
}

void SoupEntry::on_input(Connection& connection, const soup::SoupInput& input) noexcept {
  switch (input.kind) {
    case soup::SoupInputKind::message:
      return order_entry_->on_message(input.payload, connection.session, now_);
    case soup::SoupInputKind::login:
      return log_in(connection, input.login);
    case soup::SoupInputKind::logout:
      counters_->add(OrderEntryCount::logoffs, connection.session != 0 ? 1 : 0);
      return close(connection);
    case soup::SoupInputKind::malformed:
      return order_entry_->figures().outcomes.add(input.outcome);
    case soup::SoupInputKind::violation:
      counters_->add(OrderEntryCount::violations);
      return close(connection);
  }
}

// Who was rejected hears so from wire_out, and may stay until the timeout: it is to close first.
void SoupEntry::log_in(Connection& connection, const soup::SoupLogin& login) noexcept {
  connection.told = true;
  connection.session = order_entry_->rules().log_in({.username = login.username,
                                                     .password = login.password,
                                                     .requested_session = login.requested_session,
                                                     .requested_number = login.requested_sequence,
                                                     .peer = connection.peer},
                                                    now_);
  if (connection.session == 0)
    return connection.in.close();
  connection.in.accept();
  leave_strangers(connection);
}

/// There is room for the end of its session.
void SoupEntry::close(Connection& connection) noexcept {
  if (connection.session != 0)
    return order_entry_->rules().end(connection.session, now_.day);
  shut(connection);
}

void SoupEntry::shut(Connection& connection) noexcept {
  leave_strangers(connection);
  connection.in.close();
  server_->close(connection.peer.tcp());
}

void SoupEntry::leave_strangers(Connection& connection) noexcept {
  strangers_ -= connection.stranger ? 1 : 0;
  connection.stranger = false;
}

void SoupEntry::on_session_end(const Peer& peer) noexcept {
  Connection& connection = connections_[peer.tcp().index];
  if (!(connection.peer == peer) || connection.session == 0)
    return;
  connection.session = 0;
  shut(connection);
}

void SoupEntry::on_closed(soup::TcpPeer peer) noexcept {
  leave_strangers(connections_[peer.index]);
  connections_[peer.index].gone = true;
  going_.push_back(peer.index);
}

/// Tells of ends, and closes what nobody sends on any more.
void SoupEntry::settle() noexcept {
  for (std::size_t i = 0; i < going_.size();) {
    Connection& connection = connections_[going_[i]];
    const soup::TcpPeer peer = connection.peer.tcp();
    const bool ended = connection.session == 0 || end_session(connection);
    if (!ended || (connection.told && !shared_->is_let_go(peer))) {
      ++i;
      continue;
    }
    connection.opened = 0;
    server_->release(peer);
    going_[i] = going_.back();
    going_.pop_back();
  }
}

bool SoupEntry::end_session(Connection& connection) noexcept {
  if (!order_entry_->may_take(now_.day))
    return false;
  order_entry_->rules().end(connection.session, now_.day);
  return true;
}

void SoupEntry::expire(Moment now) noexcept {
  now_ = now;
  if (!listening_)
    return;
  for (std::size_t i = 0; i < std::min(connections_per_look, connections_.size()); ++i) {
    Connection& connection = connections_[expire_next_];
    expire_next_ = expire_next_ + 1 < connections_.size() ? expire_next_ + 1 : 0;
    if (connection.opened == 0 || connection.gone ||
        !connection.in.overdue(now.steady_ns, times_, listening_since_ns_))
      continue;
    if (!order_entry_->may_take(now.day))
      return;
    counters_->add(
        connection.session != 0 ? OrderEntryCount::timeouts : OrderEntryCount::login_timeouts,
        connection.in.over() ? 0 : 1);
    close(connection);
  }
}

}  // namespace wirebook::node
