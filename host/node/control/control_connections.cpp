#include "node/control/control_connections.hpp"

#include <cerrno>
#include <span>
#include <utility>

#include <fmt/format.h>
#include <sys/socket.h>
#include <unistd.h>

#include "node/control/control_answers.hpp"

namespace wirebook::node {

namespace {

constexpr std::uint64_t idle_max_ns = 60'000 * ns_per_ms;
constexpr std::uint64_t accept_again_ns = 100 * ns_per_ms;
constexpr std::size_t answers_bytes_max = std::size_t{1} << 16;

}  // namespace

ControlConnection::~ControlConnection() { close(file_); }

ControlConnections::ControlConnections(const ControlTable& table)
    : most_(table.connections),
      socket_(table.socket.empty() ? nullptr : std::make_unique<ControlSocket>(table)) {}

bool ControlConnections::may_receive(const Connection& connection) {
  return connection.answers_.empty() && !connection.acts_ && !connection.held_ && !connection.ends_;
}

void ControlConnections::add_to(std::vector<pollfd>& waits) const {
  if (socket_ != nullptr && now_ns_ >= accept_at_ns_)
    waits.push_back({socket_->descriptor(), POLLIN, 0});
  for (const Connection& connection : connections_) {
    const int events =
        (may_receive(connection) ? POLLIN : 0) | (connection.answers_.empty() ? 0 : POLLOUT);
    // Who waits for his act may hang up: that would wake us for nothing.
    if (events != 0)
      waits.push_back({connection.file_, static_cast<short>(events), 0});
  }
}

void ControlConnections::receive(std::uint64_t now_ns) {
  now_ns_ = now_ns;
  if (socket_ != nullptr)
    accept_all();
  for (Connection& connection : connections_)
    if (may_receive(connection))
      receive(connection);
}

void ControlConnections::accept_all() {
  ControlPeer peer;
  for (int file = socket_->accept(peer); file >= 0; file = socket_->accept(peer)) {
    Connection& connection = connections_.emplace_back(file, peer, now_ns_);
    if (connections_.size() <= most_)
      continue;
    connection.answer(error_answer("too many connections"));
    connection.ends_ = true;
  }
  // A host without descriptors: whoever waits there would wake us all the time.
  if (errno != EAGAIN)
    accept_at_ns_ = now_ns_ + accept_again_ns;
}

void ControlConnections::receive(Connection& connection) {
  const std::span<char> room = connection.lines_.room();
  if (room.empty())
    return;
  const ssize_t bytes = recv(connection.file_, room.data(), room.size(), 0);
  if (bytes > 0)
    connection.lines_.filled(static_cast<std::size_t>(bytes));
  else if (bytes == 0 || (errno != EAGAIN && errno != EINTR))
    connection.ends_ = true;  // what was asked whole is still answered
}

void ControlConnections::serve(const OnLine& on_line) {
  for (Connection& connection : connections_)
    serve(connection, on_line);
  // Whose turn is over goes behind the others, who have waited longer.
  std::list<Connection> served;
  for (auto at = connections_.begin(); at != connections_.end();)
    if (const auto one = at++; std::exchange(one->turn_is_over_, false))
      served.splice(served.end(), connections_, one);
  connections_.splice(connections_.end(), served);
}

void ControlConnections::serve(Connection& connection, const OnLine& on_line) const {
  while (connection.answers_.size() < answers_bytes_max && !connection.acts_) {
    std::string line;
    if (connection.held_) {
      line = *std::exchange(connection.held_, std::nullopt);
    } else if (const std::optional<std::string_view> next = connection.lines_.next()) {
      line = *next;
    } else {
      break;
    }
    connection.used_at_ns_ = now_ns_;
    if (connection.turn_is_over_ || !on_line(connection, line)) {
      connection.held_ = std::move(line);
      return;
    }
  }
  if (connection.lines_.spoilt() && !connection.ends_) {
    connection.answer(
        error_answer(fmt::format("a line is longer than {} bytes", control_line_bytes_max)));
    connection.ends_ = true;
  }
}

void ControlConnections::send() {
  for (Connection& connection : connections_)
    send(connection);
  connections_.remove_if([this](const Connection& connection) { return is_done(connection); });
}

void ControlConnections::send(Connection& connection) const {
  if (connection.answers_.empty())
    return;
  const ssize_t bytes = ::send(connection.file_, connection.answers_.data(),
                               connection.answers_.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
  if (bytes > 0) {
    connection.answers_.erase(0, static_cast<std::size_t>(bytes));
    connection.used_at_ns_ = now_ns_;
  } else if (errno != EAGAIN && errno != EINTR) {
    connection.answers_.clear();
    connection.ends_ = true;
  }
}

bool ControlConnections::is_done(const Connection& connection) const {
  if (connection.acts_)
    return false;
  const bool idle = now_ns_ - connection.used_at_ns_ > idle_max_ns;
  return idle || (connection.ends_ && connection.answers_.empty() && !connection.held_);
}

}  // namespace wirebook::node
