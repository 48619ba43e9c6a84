#include "node/fix/gateway/fix_port.hpp"

#include <cerrno>
#include <string>
#include <system_error>
#include <utility>

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include "node/sockets/endpoint.hpp"

namespace wirebook::fix {

OwnedDescriptor::OwnedDescriptor(int descriptor, const char* what) : descriptor_(descriptor) {
  if (descriptor < 0)
    throw std::system_error(errno, std::generic_category(), what);
}

OwnedDescriptor::~OwnedDescriptor() { close(descriptor_); }

Poller::Poller()
    : epoll_(epoll_create1(EPOLL_CLOEXEC), "fix: epoll"),
      wake_(eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC), "fix: eventfd") {
  add(wake_key, wake_.get(), EPOLLIN);
}

void Poller::control(int operation, std::uint64_t key, int descriptor, std::uint32_t events) const {
  epoll_event event{};
  event.events = events;
  event.data.u64 = key;
  epoll_ctl(epoll_.get(), operation, descriptor, &event);
}

std::span<const epoll_event> Poller::wait(std::span<epoll_event> events, int wait_ms) const {
  const int count =
      epoll_wait(epoll_.get(), events.data(), static_cast<int>(events.size()), wait_ms);
  return events.first(static_cast<std::size_t>(count < 0 ? 0 : count));
}

void Poller::wake() const { eventfd_write(wake_.get(), 1); }

Port::Port(node::Endpoint listen, const Poller& poller, std::uint64_t key)
    : poller_(&poller),
      key_(key),
      listener_(socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0), "fix: socket") {
  const int yes = 1;
  setsockopt(listener_.get(), SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  // Connections have it from here.
  setsockopt(listener_.get(), IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
  sockaddr_in address = node::to_sockaddr(listen);
  socklen_t bytes = sizeof address;
  if (bind(listener_.get(), reinterpret_cast<sockaddr*>(&address), bytes) != 0 ||
      ::listen(listener_.get(), SOMAXCONN) != 0 ||
      getsockname(listener_.get(), reinterpret_cast<sockaddr*>(&address), &bytes) != 0)
    throw std::system_error(errno, std::generic_category(), "fix.listen " + to_string(listen));
  address_ = node::from_sockaddr(address);
  poller_->add(key_, listener_.get(), EPOLLIN);
}

std::optional<Port::Client> Port::accept() {
  sockaddr_in address{};
  socklen_t bytes = sizeof address;
  const int descriptor = accept4(listener_.get(), reinterpret_cast<sockaddr*>(&address), &bytes,
                                 SOCK_NONBLOCK | SOCK_CLOEXEC);
  if (descriptor >= 0)
    return Client{descriptor, node::from_sockaddr(address)};
  // A host without descriptors: whoever waits would wake us until the next tick.
  if (errno != EAGAIN)
    heed(false);
  return std::nullopt;
}

void Port::heed(bool heed) {
  if (std::exchange(heeds_, heed) != heed)
    poller_->change(key_, listener_.get(), heed ? std::uint32_t{EPOLLIN} : 0U);
}

}  // namespace wirebook::fix
