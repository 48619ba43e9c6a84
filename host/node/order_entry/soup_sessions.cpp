#include "node/order_entry/soup_sessions.hpp"

#include <algorithm>
#include <cerrno>

#include <sys/socket.h>

#include "node/clock.hpp"

namespace wirebook::node {

namespace {

constexpr std::size_t soup_sessions_per_look = 64;
constexpr std::size_t writes_max = 64;
constexpr std::size_t run_bytes_max = 16'384;
constexpr std::size_t vectors_all = 16 * soup::StreamPort::vectors_max;
/// A socket that was full is looked at again after so long.
constexpr std::uint64_t retry_ns = 200'000;

}  // namespace

SoupSessions::SoupSessions(const NodeConfig& config, const SoupRoad& road,
                           wire_out::OutboundLog& log, WireOutCounters& counters)
    : session_name_(config.order_entry.session_name),
      times_{.heartbeat_ns = config.soup.heartbeat_ms * ns_per_ms},
      stalled_ns_(config.soup.stalled_ms * ns_per_ms),
      road_(road),
      log_(&log),
      counters_(&counters),
      sessions_(config.sessions.size() + 1),
      vectors_(vectors_all) {
  waiting_.reserve(sessions_.size());
  sending_.reserve(writes_max);
  writes_.reserve(writes_max);
}

void SoupSessions::accept(const Control& control, std::uint64_t steady_ns) noexcept {
  Session& session = sessions_[control.session];
  const wire_out::SequencedStore& store = log_->store(control.session);
  const auto start = static_cast<std::uint32_t>(
      soup::start_for(control.sequence_number, store.oldest_sequence(), store.next_sequence()));
  counters_->add(WireOutCount::sessions_up, session.connected ? 0 : 1);
  session.peer = control.peer;
  session.socket = road_.connections.socket(control.peer);
  session.cursor = store.seek(start);
  session.connected = true;
  session.retry_at_ns = 0;
  session.out.open(steady_ns);
  session.out.accept(session_name_, start, steady_ns);
  wake(control.session);
}

// The socket is new and empty: it takes so few bytes, or the client is gone.
void SoupSessions::reject(const Control& control) noexcept {
  soup::SoupServerOut out;
  out.open(0);
  out.reject(control.reject_code);
  std::array<iovec, 2> vectors{};
  soup::StreamWrite write{.socket = road_.connections.socket(control.peer),
                          .vectors = std::span(vectors).first(out.gather({}, vectors))};
  road_.port.send({&write, 1});
  shutdown(write.socket, SHUT_WR);
  road_.connections.let_go(control.peer);
}

void SoupSessions::end(const Control& control) noexcept {
  if (sessions_[control.session].peer == control.peer)
    disconnect(control.session);
  road_.connections.let_go(control.peer);
}

void SoupSessions::disconnect(std::uint32_t number) noexcept {
  Session& session = sessions_[number];
  counters_->add(WireOutCount::sessions_up, session.connected ? ~std::uint64_t{0} : 0);
  session.connected = false;
}

/// Ingress sees the end of the connection, and ends the session.
void SoupSessions::break_off(std::uint32_t number) noexcept {
  shutdown(sessions_[number].socket, SHUT_RDWR);
  disconnect(number);
}

void SoupSessions::cut_off(std::uint32_t number, NoticeKind kind) noexcept {
  const Session& session = sessions_[number];
  counters_->add(WireOutCount::slow_consumers);
  road_.notices.push({.kind = kind,
                      .session = number,
                      .remote = session.peer.endpoint,
                      .next_number = session.cursor.sequence});
  break_off(number);
}

void SoupSessions::wake(std::uint32_t number) noexcept {
  Session& session = sessions_[number];
  if (session.waiting || !session.connected)
    return;
  session.waiting = true;
  waiting_.push_back(number);
}

bool SoupSessions::flush(std::uint64_t steady_ns) noexcept {
  bool more = false;
  for (std::size_t i = 0; i < waiting_.size();) {
    const std::uint32_t number = waiting_[i];
    Session& session = sessions_[number];
    if (session.connected && steady_ns < session.retry_at_ns) {
      ++i;
      continue;
    }
    if (session.connected && gather(number)) {
      ++i;
      more = true;
      if (sending_.size() == writes_max ||
          vectors_used_ + soup::StreamPort::vectors_max > vectors_.size())
        send_gathered(steady_ns);
      continue;
    }
    session.waiting = false;
    waiting_[i] = waiting_.back();
    waiting_.pop_back();
  }
  send_gathered(steady_ns);
  return more;
}

/// False if there is nothing for it, or if it had to go.
bool SoupSessions::gather(std::uint32_t number) noexcept {
  Session& session = sessions_[number];
  const auto run = log_->store(number).peek(session.cursor, run_bytes_max);
  if (!run) {
    cut_off(number, NoticeKind::left_behind);
    return false;
  }
  const std::span<iovec> room =
      std::span(vectors_).subspan(vectors_used_, soup::StreamPort::vectors_max);
  const std::span<iovec> used = room.first(session.out.gather(run->blocks, room));
  if (used.empty())
    return false;
  vectors_used_ += used.size();
  std::size_t bytes = 0;
  for (const iovec& vector : used)
    bytes += vector.iov_len;
  sending_.push_back({.session = number, .blocks = run->blocks, .bytes = bytes});
  writes_.push_back({.socket = session.socket, .vectors = used});
  return true;
}

void SoupSessions::send_gathered(std::uint64_t steady_ns) noexcept {
  if (!writes_.empty())
    road_.port.send(writes_);
  for (std::size_t i = 0; i < writes_.size(); ++i)
    on_written(sending_[i], writes_[i].result, steady_ns);
  writes_.clear();
  sending_.clear();
  vectors_used_ = 0;
}

void SoupSessions::on_written(const Sending& sending, std::ptrdiff_t result,
                              std::uint64_t steady_ns) noexcept {
  Session& session = sessions_[sending.session];
  // Not only where the client is gone: a host without memory leaves the connection as it is.
  if (result < 0 && result != -EAGAIN)
    return break_off(sending.session);
  const auto bytes = static_cast<std::size_t>(std::max<std::ptrdiff_t>(result, 0));
  const soup::SoupWritten written = session.out.wrote(bytes, sending.blocks, steady_ns);
  wire_out::SequencedStore::advance(session.cursor, written.messages, written.block_bytes);
  counters_->add(WireOutCount::stream_writes);
  if (bytes < sending.bytes)
    session.retry_at_ns = steady_ns + retry_ns;
}

void SoupSessions::keep_alive(std::uint64_t steady_ns) noexcept {
  for (std::size_t i = 0; i < std::min(soup_sessions_per_look, sessions_.size() - 1); ++i) {
    const auto number = static_cast<std::uint32_t>(keep_alive_next_);
    keep_alive_next_ = keep_alive_next_ + 1 < sessions_.size() ? keep_alive_next_ + 1 : 1;
    Session& session = sessions_[number];
    if (!session.connected)
      continue;
    // Heartbeats are something too: what its socket takes, it takes once a second at least.
    if (session.waiting && steady_ns >= session.out.wrote_ns() + stalled_ns_)
      cut_off(number, NoticeKind::slow_consumer);
    else if (!session.waiting && session.out.keep_alive(steady_ns, times_))
      wake(number);
  }
}

bool SoupSessions::has_something(std::uint32_t number) noexcept {
  Session& session = sessions_[number];
  const auto run = log_->store(number).peek(session.cursor, run_bytes_max);
  return session.out.pending() || !run || run->count != 0;
}

// Whoever has taken all of it hears that it is over. The others see their connection end, and that
// they have missed something.
void SoupSessions::end_all(std::uint64_t steady_ns) noexcept {
  for (std::uint32_t number = 1; number < sessions_.size(); ++number)
    wake(number);
  while (flush(steady_ns)) {
  }
  for (std::uint32_t number = 1; number < sessions_.size(); ++number) {
    Session& session = sessions_[number];
    if (session.connected && !has_something(number)) {
      session.out.end();
      wake(number);
    }
  }
  flush(steady_ns);
  for (std::uint32_t number = 1; number < sessions_.size(); ++number) {
    if (!sessions_[number].connected)
      continue;
    shutdown(sessions_[number].socket, SHUT_WR);
    disconnect(number);
    road_.connections.let_go(sessions_[number].peer);
  }
}

}  // namespace wirebook::node
