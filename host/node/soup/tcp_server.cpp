#include "node/soup/tcp_server.hpp"

#include <array>
#include <cerrno>
#include <string>
#include <system_error>
#include <utility>

#include <fmt/format.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include "wirebook/assert.hpp"

#include "node/sockets/endpoint.hpp"
#include "node/soup/tcp_table.hpp"

namespace wirebook::node::soup {

namespace {

constexpr int backlog = 1024;

void check(int result, const char* what) {
  if (result < 0)
    throw std::system_error(errno, std::generic_category(), what);
}

void set(int socket, int level, int option, int value, const char* what) {
  check(setsockopt(socket, level, option, &value, sizeof value), what);
}

Endpoint remote_of(int socket) noexcept {
  sockaddr_in address{};
  socklen_t length = sizeof address;
  if (getpeername(socket, reinterpret_cast<sockaddr*>(&address), &length) != 0)
    return {};
  return from_sockaddr(address);
}

}  // namespace

// Connections have the options of the socket that they came to.
TcpListener::TcpListener(const TcpServerOptions& options)
    : descriptor_(socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)) {
  check(descriptor_, "TCP socket");
  try {
    set(descriptor_, SOL_SOCKET, SO_REUSEADDR, 1, "SO_REUSEADDR");
    set(descriptor_, IPPROTO_TCP, TCP_NODELAY, 1, "TCP_NODELAY");
    if (options.send_buffer_bytes != 0)
      set(descriptor_, SOL_SOCKET, SO_SNDBUF, static_cast<int>(options.send_buffer_bytes),
          "SO_SNDBUF");
    const sockaddr_in address = to_sockaddr(options.listen);
    if (bind(descriptor_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
        listen(descriptor_, backlog) != 0) {
      const in_addr text{address.sin_addr};
      const std::uint32_t host = ntohl(text.s_addr);
      throw std::system_error(
          errno, std::generic_category(),
          fmt::format("cannot listen on {}.{}.{}.{}:{}", host >> 24, host >> 16 & 255,
                      host >> 8 & 255, host & 255, options.listen.port));
    }
  } catch (...) {
    ::close(descriptor_);
    throw;
  }
}

// A ring that waits for connections may hold on to it for a while; the port is free at once.
TcpListener::~TcpListener() {
  shutdown(descriptor_, SHUT_RDWR);
  ::close(descriptor_);
}

Endpoint TcpListener::local() const {
  sockaddr_in address{};
  socklen_t length = sizeof address;
  check(getsockname(descriptor_, reinterpret_cast<sockaddr*>(&address), &length), "getsockname");
  return from_sockaddr(address);
}

bool is_shortage(int error) noexcept {
  return error == EMFILE || error == ENFILE || error == ENOBUFS || error == ENOMEM;
}

TcpTable::TcpTable(std::uint32_t connections) : places_(connections) {
  for (std::uint32_t index = connections; index-- != 0;)
    free_.push_back(index);
}

// A socket that is closed with bytes unread is reset, and its peer may lose what it was told last.
TcpTable::~TcpTable() {
  std::array<std::byte, 4096> unread{};
  for (const Place& place : places_) {
    if (place.socket < 0)
      continue;
    recv(place.socket, unread.data(), unread.size(), MSG_DONTWAIT);
    ::close(place.socket);
  }
}

std::uint32_t TcpTable::open(int socket, TcpSink& sink) noexcept {
  WIREBOOK_ASSERT(!free_.empty());
  const std::uint32_t index = free_.back();
  free_.pop_back();
  places_[index] = {
      .socket = socket, .generation = places_[index].generation, .state = State::open};
  sink.on_open({.peer = peer(index), .remote = remote_of(socket), .socket = socket});
  return index;
}

bool TcpTable::close(TcpPeer peer) noexcept {
  if (!has_open(peer))
    return false;
  Place& place = places_[peer.index];
  place.state = State::closing;
  place.held = false;
  shutdown(place.socket, SHUT_RDWR);
  return true;
}

bool TcpTable::hold(TcpPeer peer) noexcept {
  if (!has_open(peer) || places_[peer.index].held)
    return false;
  places_[peer.index].held = places_[peer.index].careful = true;
  return true;
}

bool TcpTable::resume(TcpPeer peer) noexcept {
  return has_open(peer) && std::exchange(places_[peer.index].held, false);
}

void TcpTable::closed(std::uint32_t index, TcpSink& sink) noexcept {
  places_[index].state = State::closed;
  sink.on_closed(peer(index));
}

void TcpTable::release(TcpPeer peer) noexcept {
  Place& place = places_[peer.index];
  WIREBOOK_ASSERT(place.generation == peer.generation && place.state == State::closed);
  ::close(place.socket);
  place.socket = -1;
  place.state = State::free;
  ++place.generation;
  free_.push_back(peer.index);
}

ChosenTcpServer choose_tcp_server(const TcpServerOptions& options, ReceivePath path) {
  if (path == ReceivePath::recvmmsg)
    return {make_epoll_tcp_server(options), "TCP: epoll, as configured"};
  try {
    return {make_io_uring_tcp_server(options), {}};
  } catch (const std::system_error& error) {
    if (path == ReceivePath::io_uring)
      throw;
    // If the trouble is with the address, this throws too, and says so.
    return {make_epoll_tcp_server(options),
            fmt::format("TCP: epoll, because io_uring is refused ({})", error.code().message())};
  }
}

}  // namespace wirebook::node::soup
