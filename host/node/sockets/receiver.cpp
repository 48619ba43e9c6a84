#include "node/sockets/receiver.hpp"

#include <array>
#include <cerrno>
#include <system_error>

#include <fmt/format.h>
#include <linux/sock_diag.h>
#include <sys/socket.h>

namespace wirebook::node {

std::uint64_t Receiver::dropped() const noexcept {
  std::array<std::uint32_t, SK_MEMINFO_VARS> memory{};
  socklen_t length = sizeof memory;
  if (getsockopt(descriptor(), SOL_SOCKET, SO_MEMINFO, memory.data(), &length) != 0)
    return 0;
  return memory[SK_MEMINFO_DROPS];
}

ChosenReceiver choose_receiver(ReceivePath path, int socket) {
  if (path == ReceivePath::recvmmsg)
    return {make_recvmmsg_receiver(socket), "receive: recvmmsg, as configured"};
  try {
    return {make_io_uring_receiver(socket), "receive: io_uring"};
  } catch (const std::system_error& error) {
    if (path == ReceivePath::io_uring)
      throw;
    return {
        make_recvmmsg_receiver(socket),
        fmt::format("receive: recvmmsg, because io_uring is refused ({})", error.code().message())};
  }
}

}  // namespace wirebook::node
