#include "node/feed/feed_socket.hpp"

#include <cerrno>
#include <cstring>
#include <string>
#include <system_error>
#include <utility>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <unistd.h>

#include "node/sockets/endpoint.hpp"

namespace wirebook::feed {
namespace {

constexpr int buffer_bytes = 8 << 20;

std::string text_of(Endpoint endpoint) {
  const in_addr network{htonl(endpoint.address)};
  char text[INET_ADDRSTRLEN] = {};
  inet_ntop(AF_INET, &network, text, sizeof text);
  return text + (":" + std::to_string(endpoint.port));
}

void check(int result, const std::string& what) {
  if (result < 0)
    throw std::system_error(errno, std::generic_category(), what);
}

template <class Value>
int set_option(int socket, int level, int name, const Value& value) {
  return setsockopt(socket, level, name, &value, sizeof value);
}

}  // namespace

FeedSocket::FeedSocket()
    : descriptor_(::socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)) {
  check(descriptor_, "UDP socket");
}

FeedSocket::~FeedSocket() {
  if (descriptor_ >= 0)
    ::close(descriptor_);
}

FeedSocket::FeedSocket(FeedSocket&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)),
      dropped_(other.dropped_),
      headers_(std::move(other.headers_)),
      vectors_(std::move(other.vectors_)),
      bytes_(std::move(other.bytes_)),
      controls_(std::move(other.controls_)) {}

FeedSocket FeedSocket::line(Endpoint at, std::uint32_t interface) {
  FeedSocket socket;
  // Beyond the limit for all, which root may pass; else up to the limit.
  if (set_option(socket.descriptor_, SOL_SOCKET, SO_RCVBUFFORCE, buffer_bytes) != 0)
    set_option(socket.descriptor_, SOL_SOCKET, SO_RCVBUF, buffer_bytes);
  set_option(socket.descriptor_, SOL_SOCKET, SO_RXQ_OVFL, 1);
  const bool is_group = node::is_multicast(at.address);
  if (is_group)
    set_option(socket.descriptor_, SOL_SOCKET, SO_REUSEADDR, 1);
  socket.bind_to(at);
  if (is_group)
    socket.join(at, interface);
  socket.make_batch();
  return socket;
}

FeedSocket FeedSocket::peer(Endpoint to, std::uint32_t interface) {
  FeedSocket socket;
  if (node::is_multicast(to.address) && interface != 0)
    check(set_option(socket.descriptor_, IPPROTO_IP, IP_MULTICAST_IF, in_addr{htonl(interface)}),
          "cannot publish on the interface " + text_of({interface, 0}));
  const sockaddr_in address = node::to_sockaddr(to);
  check(::connect(socket.descriptor_, reinterpret_cast<const sockaddr*>(&address), sizeof address),
        "cannot send to " + text_of(to));
  socket.make_batch();
  return socket;
}

void FeedSocket::bind_to(Endpoint at) {
  const sockaddr_in address = node::to_sockaddr(at);
  check(::bind(descriptor_, reinterpret_cast<const sockaddr*>(&address), sizeof address),
        "cannot listen on " + text_of(at));
}

void FeedSocket::join(Endpoint group, std::uint32_t interface) {
  // Of this group only, whatever else the host has joined.
  set_option(descriptor_, IPPROTO_IP, IP_MULTICAST_ALL, 0);
  const ip_mreq request{.imr_multiaddr = {htonl(group.address)},
                        .imr_interface = {htonl(interface)}};
  check(set_option(descriptor_, IPPROTO_IP, IP_ADD_MEMBERSHIP, request),
        "cannot join " + text_of(group));
}

void FeedSocket::make_batch() {
  headers_.resize(batch_max);
  vectors_.resize(batch_max);
  bytes_.resize(batch_max * datagram_bytes_max);
  controls_.resize(batch_max * control_bytes);
  for (std::size_t i = 0; i < batch_max; ++i) {
    vectors_[i] = {.iov_base = bytes_.data() + i * datagram_bytes_max,
                   .iov_len = datagram_bytes_max};
    headers_[i].msg_hdr.msg_iov = &vectors_[i];
    headers_[i].msg_hdr.msg_iovlen = 1;
  }
}

Endpoint FeedSocket::local() const {
  sockaddr_in address{};
  socklen_t length = sizeof address;
  check(getsockname(descriptor_, reinterpret_cast<sockaddr*>(&address), &length), "getsockname");
  return node::from_sockaddr(address);
}

std::size_t FeedSocket::receive() noexcept {
  for (std::size_t i = 0; i < batch_max; ++i) {
    headers_[i].msg_hdr.msg_control = controls_.data() + i * control_bytes;
    headers_[i].msg_hdr.msg_controllen = control_bytes;
  }
  const int got = recvmmsg(descriptor_, headers_.data(), batch_max, MSG_DONTWAIT, nullptr);
  if (got <= 0)
    return 0;
  msghdr& last = headers_[static_cast<std::size_t>(got) - 1].msg_hdr;
  for (const cmsghdr* part = CMSG_FIRSTHDR(&last); part != nullptr;
       part = CMSG_NXTHDR(&last, const_cast<cmsghdr*>(part)))
    if (part->cmsg_level == SOL_SOCKET && part->cmsg_type == SO_RXQ_OVFL) {
      std::uint32_t dropped = 0;
      std::memcpy(&dropped, CMSG_DATA(part), sizeof dropped);
      dropped_ = dropped;
    }
  return static_cast<std::size_t>(got);
}

std::span<const std::byte> FeedSocket::datagram(std::size_t i) const {
  if ((headers_[i].msg_hdr.msg_flags & MSG_TRUNC) != 0)
    return {};
  return std::span(bytes_).subspan(i * datagram_bytes_max, headers_[i].msg_len);
}

bool FeedSocket::send(std::span<const std::byte> datagram) noexcept {
  return ::send(descriptor_, datagram.data(), datagram.size(), MSG_DONTWAIT | MSG_NOSIGNAL) ==
         static_cast<ssize_t>(datagram.size());
}

}  // namespace wirebook::feed
