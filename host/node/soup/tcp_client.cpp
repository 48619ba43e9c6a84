#include "node/soup/tcp_client.hpp"

#include <cerrno>

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "node/sockets/endpoint.hpp"

namespace wirebook::node::soup {

bool TcpClient::connect(Endpoint to) {
  close();
  error_ = 0;
  descriptor_ = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (descriptor_ < 0) {
    error_ = errno;
    return false;
  }
  const int on = 1;
  setsockopt(descriptor_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  const sockaddr_in address = to_sockaddr(to);
  if (::connect(descriptor_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 &&
      errno != EINPROGRESS) {
    fail(errno);
    return false;
  }
  return true;
}

void TcpClient::close() noexcept {
  if (descriptor_ >= 0)
    ::close(descriptor_);
  descriptor_ = -1;
  connected_ = false;
}

void TcpClient::fail(int error) noexcept {
  close();
  error_ = error;
}

bool TcpClient::connected() noexcept {
  if (connected_ || descriptor_ < 0)
    return connected_;
  pollfd wait{descriptor_, POLLOUT, 0};
  if (::poll(&wait, 1, 0) <= 0)
    return false;
  int error = 0;
  socklen_t length = sizeof error;
  getsockopt(descriptor_, SOL_SOCKET, SO_ERROR, &error, &length);
  if (error != 0)
    fail(error);
  else
    connected_ = true;
  return connected_;
}

std::size_t TcpClient::receive(std::span<std::byte> buffer) noexcept {
  if (descriptor_ < 0)
    return 0;
  const ssize_t bytes = recv(descriptor_, buffer.data(), buffer.size(), MSG_DONTWAIT);
  if (bytes > 0)
    return static_cast<std::size_t>(bytes);
  if (bytes == 0)
    close();
  else if (errno != EAGAIN && errno != EINTR)
    fail(errno);
  return 0;
}

std::size_t TcpClient::send(std::span<const std::byte> bytes) noexcept {
  if (descriptor_ < 0 || bytes.empty())
    return 0;
  const ssize_t sent = ::send(descriptor_, bytes.data(), bytes.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
  if (sent >= 0)
    return static_cast<std::size_t>(sent);
  // What the other side said before it went is still to be read: the end is seen there.
  if (errno != EAGAIN && errno != EINTR && errno != EPIPE && errno != ECONNRESET)
    fail(errno);
  return 0;
}

bool SoupConnection::connect(Endpoint to) {
  greeted_ = false;
  return socket_.connect(to);
}

void SoupConnection::flush(std::uint64_t now_ns) noexcept {
  if (!client_.output().empty())
    client_.wrote(socket_.send(client_.output()), now_ns);
}

}  // namespace wirebook::node::soup
