#include "hw-sim/xrt_driver/wires/datagram_socket.hpp"

#include <array>
#include <cerrno>
#include <cstring>
#include <stdexcept>
#include <string>

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "wirebook/wire/ethernet.hpp"

namespace wirebook::hw_sim {
namespace {

sockaddr_in to_sockaddr(SocketAddress from) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(from.port);
  address.sin_addr.s_addr = htonl(from.address);
  return address;
}

/// The queue of the wire: the model drains it some hundred times slower than a card would.
void ask_for_room(int descriptor) {
  const int bytes = 8 << 20;
  if (setsockopt(descriptor, SOL_SOCKET, SO_RCVBUFFORCE, &bytes, sizeof bytes) != 0)
    setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &bytes, sizeof bytes);
}

/// What to do about an address that cannot be bound.
std::string advice(int error, SocketAddress local) {
  const in_addr address{htonl(local.address)};
  const std::string text = inet_ntoa(address);
  if (error == EADDRNOTAVAIL)
    return fmt::format("no interface has it: ip addr add {}/32 dev lo", text);
  if (error == EADDRINUSE)
    return fmt::format("another program listens there: ss -ulpn 'sport = :{}'", local.port);
  if (error == EACCES)
    return "ports below 1024 need CAP_NET_BIND_SERVICE";
  return std::strerror(error);
}

int join(int descriptor, std::uint32_t group, std::span<const std::uint32_t> interfaces) {
  const auto join_on = [&](std::uint32_t interface) {
    const ip_mreq request{{htonl(group)}, {htonl(interface)}};
    return setsockopt(descriptor, IPPROTO_IP, IP_ADD_MEMBERSHIP, &request, sizeof request) == 0;
  };
  for (const std::uint32_t interface : interfaces)
    if (interface != 0 && join_on(interface))
      return 0;
  return join_on(INADDR_ANY) || join_on(INADDR_LOOPBACK) ? 0 : errno;
}

}  // namespace

DatagramSocket::~DatagramSocket() {
  if (descriptor_ >= 0)
    close(descriptor_);
}

DatagramSocket DatagramSocket::open() {
  DatagramSocket made;
  made.descriptor_ = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (made.descriptor_ < 0)
    throw std::runtime_error(fmt::format("no UDP socket: {}", std::strerror(errno)));
  return made;
}

DatagramSocket DatagramSocket::open(SocketAddress local,
                                    std::span<const std::uint32_t> interfaces) {
  DatagramSocket made = open();
  ask_for_room(made.descriptor_);
  const int on = 1;
  const int off = 0;
  if (wire::is_multicast(local.address)) {  // several programs may hear a group, not an address
    setsockopt(made.descriptor_, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    setsockopt(made.descriptor_, IPPROTO_IP, IP_MULTICAST_ALL, &off, sizeof off);
  }
  const sockaddr_in address = to_sockaddr(local);
  if (bind(made.descriptor_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
    throw std::runtime_error(advice(errno, local));
  if (wire::is_multicast(local.address))
    if (const int error = join(made.descriptor_, local.address, interfaces); error != 0)
      throw std::runtime_error(fmt::format("cannot join the group: {}; ip link set lo multicast on",
                                           std::strerror(error)));
  return made;
}

std::optional<DatagramSocket::Received> DatagramSocket::receive(std::span<std::byte> buffer) {
  sockaddr_in source{};
  socklen_t length = sizeof source;
  const ssize_t bytes = recvfrom(descriptor_, buffer.data(), buffer.size(), MSG_TRUNC,
                                 reinterpret_cast<sockaddr*>(&source), &length);
  if (bytes < 0)
    return std::nullopt;
  return Received{static_cast<std::size_t>(bytes),
                  {ntohl(source.sin_addr.s_addr), ntohs(source.sin_port)}};
}

int DatagramSocket::send(std::span<const std::byte> payload, SocketAddress to,
                         std::uint32_t interface, std::uint8_t time_to_live) {
  if (wire::is_multicast(to.address)) {  // an address that no interface has: the system chooses
    const in_addr through{htonl(interface)};
    setsockopt(descriptor_, IPPROTO_IP, IP_MULTICAST_IF, &through, sizeof through);
  }
  sockaddr_in destination = to_sockaddr(to);
  iovec bytes{const_cast<std::byte*>(payload.data()), payload.size()};
  alignas(cmsghdr) std::array<std::byte, CMSG_SPACE(sizeof(int))> control{};
  msghdr message{};
  message.msg_name = &destination;
  message.msg_namelen = sizeof destination;
  message.msg_iov = &bytes;
  message.msg_iovlen = 1;
  message.msg_control = control.data();
  message.msg_controllen = control.size();
  cmsghdr* const hops = CMSG_FIRSTHDR(&message);
  hops->cmsg_level = IPPROTO_IP;
  hops->cmsg_type = IP_TTL;
  hops->cmsg_len = CMSG_LEN(sizeof(int));
  const int value = time_to_live;
  std::memcpy(CMSG_DATA(hops), &value, sizeof value);
  return sendmsg(descriptor_, &message, MSG_DONTWAIT | MSG_NOSIGNAL) < 0 ? errno : 0;
}

}  // namespace wirebook::hw_sim
