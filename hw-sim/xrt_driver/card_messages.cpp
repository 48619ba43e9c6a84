#include "hw-sim/xrt_driver/card_messages.hpp"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <string>
#include <system_error>

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

namespace wirebook::hw_sim {
namespace {

template <class Packet>
bool send_packet(int socket, const Packet& packet, int descriptor) {
  iovec part{const_cast<Packet*>(&packet), sizeof packet};
  alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(int))> control{};
  msghdr message{};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  if (descriptor >= 0) {
    message.msg_control = control.data();
    message.msg_controllen = control.size();
    cmsghdr* header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(sizeof descriptor);
    std::memcpy(CMSG_DATA(header), &descriptor, sizeof descriptor);
  }
  ssize_t sent = -1;
  do {
    sent = sendmsg(socket, &message, MSG_NOSIGNAL);
  } while (sent < 0 && errno == EINTR);
  return sent == static_cast<ssize_t>(sizeof packet);
}

template <class Packet>
bool receive_packet(int socket, Packet& packet, int& descriptor) {
  iovec part{&packet, sizeof packet};
  alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(int))> control{};
  msghdr message{};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  message.msg_control = control.data();
  message.msg_controllen = control.size();
  ssize_t received = -1;
  do {
    received = recvmsg(socket, &message, MSG_CMSG_CLOEXEC);
  } while (received < 0 && errno == EINTR);
  descriptor = -1;
  const cmsghdr* header = CMSG_FIRSTHDR(&message);
  if (header != nullptr && header->cmsg_type == SCM_RIGHTS)
    std::memcpy(&descriptor, CMSG_DATA(header), sizeof descriptor);
  return received == static_cast<ssize_t>(sizeof packet);
}

sockaddr_un address_of(std::string_view path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.empty() || path.size() >= sizeof address.sun_path)
    throw std::system_error(ENAMETOOLONG, std::generic_category(), std::string(path));
  std::memcpy(address.sun_path, path.data(), path.size());
  return address;
}

int packet_socket() {
  const int result = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
  if (result < 0)
    throw std::system_error(errno, std::generic_category(), "socket");
  return result;
}

[[noreturn]] void fail(int socket, std::string_view path) {
  const int why = errno;
  close(socket);
  throw std::system_error(why, std::generic_category(), std::string(path));
}

}  // namespace

bool send_request(int socket, const CardRequest& request, int descriptor) {
  return send_packet(socket, request, descriptor);
}
bool receive_request(int socket, CardRequest& request, int& descriptor) {
  return receive_packet(socket, request, descriptor);
}
bool send_answer(int socket, const CardAnswer& answer) { return send_packet(socket, answer, -1); }
bool receive_answer(int socket, CardAnswer& answer) {
  int none = -1;
  return receive_packet(socket, answer, none);
}

int connect_to(std::string_view path) {
  const sockaddr_un address = address_of(path);
  const int result = packet_socket();
  if (connect(result, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
    fail(result, path);
  return result;
}

int listen_at(std::string_view path) {
  const sockaddr_un address = address_of(path);
  try {  // what a card left that was killed
    close(connect_to(path));
    throw std::system_error(EADDRINUSE, std::generic_category(), std::string(path));
  } catch (const std::system_error& error) {
    if (error.code().value() == ECONNREFUSED)
      unlink(address.sun_path);
    else if (error.code().value() != ENOENT)
      throw;
  }
  const std::string unborn = std::string(path) + ".new";  // until somebody listens
  const sockaddr_un bound = address_of(unborn);
  unlink(bound.sun_path);
  const int result = packet_socket();
  if (bind(result, reinterpret_cast<const sockaddr*>(&bound), sizeof bound) != 0 ||
      listen(result, 8) != 0 || rename(bound.sun_path, address.sun_path) != 0)
    fail(result, path);
  return result;
}

}  // namespace wirebook::hw_sim
