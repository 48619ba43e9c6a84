#include "node/sockets/udp_socket.hpp"

#include <cerrno>
#include <string>
#include <system_error>

#include <netinet/in.h>
#include <unistd.h>

#include "node/sockets/endpoint.hpp"

namespace wirebook::node {

namespace {

void check(int result, const std::string& what) {
  if (result < 0)
    throw std::system_error(errno, std::generic_category(), what);
}

}  // namespace

UdpSocket::UdpSocket()
    : descriptor_(socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)) {
  check(descriptor_, "UDP socket");
}

UdpSocket::~UdpSocket() {
  if (descriptor_ >= 0)
    close(descriptor_);
}

void UdpSocket::ask_for_buffers(int bytes) {
  // The FORCE forms pass the system's limit, for those who may.
  for (const auto& [forced, plain] :
       {std::pair{SO_RCVBUFFORCE, SO_RCVBUF}, std::pair{SO_SNDBUFFORCE, SO_SNDBUF}})
    if (setsockopt(descriptor_, SOL_SOCKET, forced, &bytes, sizeof bytes) != 0)
      setsockopt(descriptor_, SOL_SOCKET, plain, &bytes, sizeof bytes);
}

void UdpSocket::bind(Endpoint endpoint) {
  const sockaddr_in address = to_sockaddr(endpoint);
  check(::bind(descriptor_, reinterpret_cast<const sockaddr*>(&address), sizeof address),
        "cannot listen on " + to_string(endpoint));
}

void UdpSocket::set_multicast(std::uint32_t interface, std::uint8_t ttl) {
  const int hops = ttl;
  check(setsockopt(descriptor_, IPPROTO_IP, IP_MULTICAST_TTL, &hops, sizeof hops), "multicast ttl");
  if (interface == 0)
    return;
  const in_addr address{htonl(interface)};
  check(setsockopt(descriptor_, IPPROTO_IP, IP_MULTICAST_IF, &address, sizeof address),
        "no interface has the address " + address_text(interface));
}

Endpoint UdpSocket::local() const {
  sockaddr_in address{};
  socklen_t length = sizeof address;
  check(getsockname(descriptor_, reinterpret_cast<sockaddr*>(&address), &length), "getsockname");
  return from_sockaddr(address);
}

/// How many of them the kernel took, by the shortest call that there is: most are alone.
int UdpSocket::send_some(std::span<mmsghdr> datagrams) const noexcept {
  constexpr int flags = MSG_DONTWAIT | MSG_NOSIGNAL;
  if (datagrams.size() != 1)
    return sendmmsg(descriptor_, datagrams.data(), static_cast<unsigned>(datagrams.size()), flags);
  const msghdr& lone = datagrams[0].msg_hdr;
  const ssize_t bytes =
      lone.msg_iovlen == 1
          ? sendto(descriptor_, lone.msg_iov->iov_base, lone.msg_iov->iov_len, flags,
                   static_cast<const sockaddr*>(lone.msg_name), lone.msg_namelen)
          : sendmsg(descriptor_, &lone, flags);
  return bytes < 0 ? -1 : 1;
}

std::size_t UdpSocket::send(std::span<mmsghdr> datagrams) noexcept {
  std::size_t taken = 0;
  while (taken < datagrams.size()) {
    const int sent = send_some(datagrams.subspan(taken));
    if (sent < 0 && errno == EINTR)
      continue;
    if (sent <= 0)
      break;
    taken += static_cast<std::size_t>(sent);
  }
  return taken;
}

}  // namespace wirebook::node
