#include "node/sockets/receiver.hpp"

#include <array>
#include <cerrno>
#include <system_error>

#include <fmt/format.h>
#include <linux/sock_diag.h>
#include <sys/socket.h>

#include "node/sockets/busy_poll.hpp"

namespace wirebook::node {

std::uint64_t Receiver::dropped() const noexcept {
  std::array<std::uint32_t, SK_MEMINFO_VARS> memory{};
  socklen_t length = sizeof memory;
  if (getsockopt(descriptor(), SOL_SOCKET, SO_MEMINFO, memory.data(), &length) != 0)
    return 0;
  return memory[SK_MEMINFO_DROPS];
}

namespace {

ChosenReceiver with_busy_polling(int socket, std::uint32_t batch, std::uint32_t busy_poll_us) {
  const std::string refused = ask_for_busy_polling(socket, busy_poll_us, batch);
  return {make_recvmmsg_receiver(socket, batch),
          refused.empty()
              ? fmt::format("receive: recvmmsg, which polls the device for {} us", busy_poll_us)
              : fmt::format("receive: recvmmsg; {}", refused),
          nullptr};
}

}  // namespace

ChosenReceiver choose_receiver(ReceivePath path, int socket, std::uint32_t batch,
                               std::uint32_t busy_poll_us) {
  if (busy_poll_us != 0 && path != ReceivePath::io_uring)
    return with_busy_polling(socket, batch, busy_poll_us);
  if (path == ReceivePath::recvmmsg)
    return {make_recvmmsg_receiver(socket, batch), "receive: recvmmsg, as configured", nullptr};
  try {
    return {make_io_uring_receiver(socket), "receive: io_uring", nullptr};
  } catch (const std::system_error& error) {
    if (path == ReceivePath::io_uring)
      throw;
    return {
        make_recvmmsg_receiver(socket, batch),
        fmt::format("receive: recvmmsg, because io_uring is refused ({})", error.code().message()),
        nullptr};
  }
}

}  // namespace wirebook::node
