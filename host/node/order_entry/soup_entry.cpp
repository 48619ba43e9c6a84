#include "node/order_entry/soup_entry.hpp"

#include <algorithm>
#include <utility>

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
      connections_(soup_connections_max(config)),
      strangers_(connections_.size()) {
  going_.reserve(connections_.size());
  held_.reserve(connections_.size());
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
  if (strangers_.size() == strangers_max_)
    evict_stranger();
  strangers_.push(opened.peer.index);
  Connection& connection = connections_[opened.peer.index];
  connection.peer = Peer(opened.peer, opened.remote);
  connection.is_there = true;
  connection.session = 0;
  connection.listened_ns = 0;
  connection.held_until_ns = 0;
  connection.told = false;
  connection.gone = false;
  connection.in.open(now_.steady_ns);
  shared_->open(opened.peer, opened.socket);
}

void SoupEntry::evict_stranger() noexcept {
  counters_->add(OrderEntryCount::strangers_evicted);
  shut(connections_[strangers_.oldest()]);
}

std::size_t SoupEntry::on_bytes(soup::TcpPeer peer, std::span<const std::byte> bytes) noexcept {
  Connection& connection = connections_[peer.index];
  connection.in.feed(bytes, now_.steady_ns);
  pay(connection, take(connection));
  return bytes.size() - connection.in.take_back();
}

std::uint64_t SoupEntry::take(Connection& connection) noexcept {
  for (std::uint64_t packets = 0;; ++packets) {
    if (!order_entry_->may_take(now_.day)) {
      listen(false, now_.steady_ns);
      return packets;
    }
    const auto input = connection.in.next();
    if (!input)
      return packets;
    on_input(connection, *input);
  }
}

void SoupEntry::pay(Connection& connection, std::uint64_t packets) noexcept {
  SessionRules& rules = order_entry_->rules();
  if (connection.session == 0)
    return;
  rules.owe(connection.session, packets, now_.steady_ns);
  const std::uint64_t paid_ns = rules.paid_ns(connection.session);
  if (paid_ns <= now_.steady_ns)
    return;
  counters_->add(OrderEntryCount::held, connection.held_until_ns == 0 ? 1 : 0);
  connection.held_until_ns = paid_ns;
  server_->hold(connection.peer.tcp());
  if (!std::exchange(connection.in_held, true))
    held_.push_back(connection.peer.tcp().index);
}

void SoupEntry::resume_held(std::uint64_t steady_ns) noexcept {
  std::erase_if(held_, [&](std::uint32_t place) {
    Connection& connection = connections_[place];
    if (steady_ns < connection.held_until_ns)
      return false;
    connection.held_until_ns = 0;
    connection.listened_ns = steady_ns;
    connection.in_held = false;
    server_->resume(connection.peer.tcp());
    return true;
  });
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
  strangers_.remove(connection.peer.tcp().index);
}

/// There is room for the end of its session.
void SoupEntry::close(Connection& connection) noexcept {
  if (connection.session != 0)
    return order_entry_->rules().end(connection.session, now_.day);
  shut(connection);
}

void SoupEntry::shut(Connection& connection) noexcept {
  strangers_.remove(connection.peer.tcp().index);
  connection.in.close();
  server_->close(connection.peer.tcp());
}

void SoupEntry::on_session_end(const Peer& peer) noexcept {
  Connection& connection = connections_[peer.tcp().index];
  if (!(connection.peer == peer) || connection.session == 0)
    return;
  connection.session = 0;
  shut(connection);
}

void SoupEntry::on_closed(soup::TcpPeer peer) noexcept {
  strangers_.remove(peer.index);
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
    connection.is_there = false;
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
  resume_held(now.steady_ns);
  if (!listening_)
    return;
  for (std::size_t i = 0; i < std::min(connections_per_look, connections_.size()); ++i) {
    Connection& connection = connections_[expire_next_];
    expire_next_ = expire_next_ + 1 < connections_.size() ? expire_next_ + 1 : 0;
    const std::uint64_t since_ns = std::max(listening_since_ns_, connection.listened_ns);
    if (!connection.is_there || connection.gone || connection.held_until_ns != 0 ||
        !connection.in.overdue(now.steady_ns, times_, since_ns))
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
