#include "node/market/feed_server.hpp"

#include <algorithm>
#include <cerrno>
#include <utility>

#include "node/clock.hpp"

namespace wirebook::node {

namespace {

/// Of the kernel for each client, so that what a slow one holds is bounded.
constexpr std::uint32_t send_buffer_bytes = 1 << 20;
constexpr std::size_t pieces_per_poll = 256;
constexpr std::uint64_t look_at_time_every_ns = ns_per_ms;
/// To log in, while nobody else can come.
constexpr std::uint64_t crowded_login_ns = 250 * ns_per_ms;
/// Rounds of sending in one poll, for who is far behind and takes all he is given.
constexpr int rounds_per_poll = 4;

soup::ServerTimes times_of(const FeedServerConfig& config) {
  return {.login_timeout_ns = config.login_timeout_ms * ns_per_ms,
          .timeout_ns = config.timeout_ms * ns_per_ms,
          .heartbeat_ns = config.heartbeat_ms * ns_per_ms};
}

/// Clients of a feed say little: epoll, which needs no memory for what they may say, is enough.
std::unique_ptr<soup::TcpServer> make_server(const FeedServerConfig& config) {
  return soup::make_epoll_tcp_server({.listen = *config.listen,
                                      .connections = config.connections,
                                      .buffers = 64,
                                      .send_buffer_bytes = send_buffer_bytes});
}

}  // namespace

FeedServer::FeedServer(const FeedServerConfig& server, const NodeConfig& config, FeedSource& source,
                       MarketCounters& counters, FeedNotices& notices)
    : FeedServer(server, config, source, counters, notices, make_server(server),
                 soup::choose_stream_port()) {}

FeedServer::FeedServer(const FeedServerConfig& server, const NodeConfig& config, FeedSource& source,
                       MarketCounters& counters, FeedNotices& notices,
                       std::unique_ptr<soup::TcpServer> tcp, std::unique_ptr<soup::StreamPort> port)
    : config_(server),
      times_(times_of(server)),
      logins_(server, config),
      session_(config.market_data.session_name),
      source_(&source),
      counters_(&counters),
      notices_(&notices),
      server_(std::move(tcp)),
      port_(std::move(port)),
      clients_(server.connections) {}

bool FeedServer::poll(std::uint64_t now_ns) noexcept {
  now_ns_ = now_ns;
  bool worked = server_->poll(*this, pieces_per_poll) != 0;
  if (open_ == 0)
    return worked;
  for (int round = 0; round != rounds_per_poll && send(); ++round)
    worked = true;
  if (now_ns_ >= look_at_time_ns_) {
    look_at_time_ns_ = now_ns_ + look_at_time_every_ns;
    for (Client& client : clients_)
      if (client.state != State::free && client.state != State::closed)
        look_at_time(client);
  }
  return worked;
}

void FeedServer::on_open(const soup::TcpConnection& connection) noexcept {
  Client& client = clients_[connection.peer.index];
  client.peer = connection.peer;
  client.socket = connection.socket;
  client.remote = connection.remote;
  client.username = {};
  client.state = State::stranger;
  client.in.open(now_ns_);
  client.out.open(now_ns_);
  client.wrote_ns = now_ns_;
  client.stalled_since_ns = client.over_since_ns = 0;
  ++open_;
  counters_->add(MarketCount::connections);
  if (ends_)
    close(client);
}

std::size_t FeedServer::on_bytes(soup::TcpPeer peer, std::span<const std::byte> bytes) noexcept {
  Client& client = clients_[peer.index];
  if (client.state == State::stranger || client.state == State::live) {
    client.in.feed(bytes, now_ns_);
    while (const auto input = client.in.next())
      on_input(client, *input);
  }
  return bytes.size();
}

void FeedServer::on_closed(soup::TcpPeer peer) noexcept {
  Client& client = clients_[peer.index];
  close(client);
  client.state = State::free;
  client.in.close();
  --open_;
  server_->release(peer);
}

void FeedServer::on_input(Client& client, const soup::SoupInput& input) noexcept {
  switch (input.kind) {
    case soup::SoupInputKind::login:
      return log_in(client, input.login);
    case soup::SoupInputKind::message:  // there is nothing to say
      return;
    case soup::SoupInputKind::logout:
      return close(client);
    case soup::SoupInputKind::malformed:
    case soup::SoupInputKind::violation:
      counters_->add(MarketCount::disconnected_wrong);
      return close(client);
  }
}

void FeedServer::log_in(Client& client, const soup::SoupLogin& login) noexcept {
  if (!logins_.may_log_in(client.remote, login, now_ns_))
    return reject(client, 'A');
  if (!soup::asks_for(login.requested_session, session_))
    return reject(client, 'S');
  const auto number = source_->begin(place_of(client), login, now_ns_);
  if (!number)
    return reject(client, 'S');
  client.out.accept(session_, *number, now_ns_);
  client.username = login.username;
  client.in.accept();
  client.state = State::live;
  ++live_;
  counters_->add(MarketCount::logins);
}

void FeedServer::reject(Client& client, char code) noexcept {
  client.out.reject(code);
  client.in.close();
  client.state = State::leaving;
  counters_->add(MarketCount::logins_rejected);
}

void FeedServer::close(Client& client) noexcept {
  if (client.state == State::closed || client.state == State::free)
    return;
  if (client.state == State::live) {
    source_->end(place_of(client));
    --live_;
  }
  client.state = State::closed;
  client.in.close();
  server_->close(client.peer);
}

std::optional<FeedSlow> FeedServer::slow(const Client& client) const noexcept {
  if (client.stalled_since_ns != 0 &&
      now_ns_ - client.stalled_since_ns >= config_.stalled_ms * ns_per_ms)
    return FeedSlow::stalled;
  if (client.state == State::live)
    return source_->lost(place_of(client), now_ns_);
  return std::nullopt;
}

void FeedServer::look_at_time(Client& client) noexcept {
  const bool is_live = client.state == State::live;
  if (const auto why = slow(client)) {
    counters_->add(MarketCount::disconnected_slow);
    (void)notices_->push({.why = *why, .username = client.username, .remote = client.remote});
    return close(client);
  }
  soup::ServerTimes times = times_;
  if (open_ == clients_.size())
    times.login_timeout_ns = std::min(times.login_timeout_ns, crowded_login_ns);
  if (client.state != State::leaving && client.in.overdue(now_ns_, times)) {
    counters_->add(MarketCount::disconnected_silent);
    return close(client);
  }
  if (!is_live || client.out.pending() || !source_->next(place_of(client)).empty())
    return;
  look_at_end(client);
  if (client.state == State::live && now_ns_ - client.wrote_ns >= times_.heartbeat_ns)
    client.out.keep_alive(now_ns_, times_);
}

/// Of one who has all there is so far. When nothing more will come, he has as long to log out as he
/// had to log in.
void FeedServer::look_at_end(Client& client) noexcept {
  const std::size_t place = place_of(client);
  if (ends_) {
    if (!end_is_told_)
      return close(client);
    client.out.end();
    source_->end(place);
    --live_;
    client.in.close();
    client.state = State::leaving;
    return;
  }
  if (!source_->is_over(place))
    return;
  if (client.over_since_ns == 0)
    client.over_since_ns = now_ns_;
  if (now_ns_ - client.over_since_ns >= times_.login_timeout_ns)
    close(client);
}

void FeedServer::end(bool told) noexcept {
  ends_ = true;
  end_is_told_ = told;
  look_at_time_ns_ = 0;
  for (Client& client : clients_)
    if (client.state == State::stranger)
      close(client);
}

void FeedServer::close_all() noexcept {
  for (Client& client : clients_)
    close(client);
}

/// One write for each who has something to come; true if anything went.
bool FeedServer::send() noexcept {
  std::size_t count = 0;
  bool any = false;
  for (Client& client : clients_) {
    if (client.state != State::live && client.state != State::leaving)
      continue;
    std::array<iovec, 2>& vectors = vectors_[count];
    std::size_t used = client.out.gather({}, vectors);
    if (client.state == State::live)
      if (const std::span<const std::byte> bytes = source_->next(place_of(client)); !bytes.empty())
        // sendmsg only reads; its type does not say so.
        vectors[used++] = {.iov_base = const_cast<std::byte*>(bytes.data()),
                           .iov_len = bytes.size()};
    if (used == 0)
      continue;
    writes_[count] = {.socket = client.socket, .vectors = std::span(vectors).first(used)};
    writers_[count] = &client;
    if (++count == batch) {
      any |= send_batch(count);
      count = 0;
    }
  }
  return send_batch(count) || any;
}

bool FeedServer::send_batch(std::size_t count) noexcept {
  if (count == 0)
    return false;
  port_->send(std::span(writes_).first(count));
  bool any = false;
  for (std::size_t i = 0; i != count; ++i) {
    wrote(*writers_[i], writes_[i]);
    any |= writes_[i].result > 0;
  }
  return any;
}

void FeedServer::wrote(Client& client, const soup::StreamWrite& write) noexcept {
  if (write.result <= 0) {
    if (write.result == -EAGAIN || write.result == -EINTR || write.result == 0) {
      if (client.stalled_since_ns == 0)
        client.stalled_since_ns = now_ns_;
      return;
    }
    return close(client);  // the other side has gone
  }
  client.stalled_since_ns = 0;
  client.wrote_ns = now_ns_;
  // Our own bytes are the first, if there are any.
  const auto bytes = static_cast<std::size_t>(write.result);
  const std::size_t own = client.out.pending() ? std::min(bytes, write.vectors.front().iov_len) : 0;
  client.out.wrote(own, {}, now_ns_);
  if (bytes != own)
    counters_->add(MarketCount::feed_messages, source_->gone(place_of(client), bytes - own));
  if (client.out.done())
    close(client);
}

}  // namespace wirebook::node
