// Asks that whoever reads a socket drives the device's queue itself, in place of an interrupt.
//
// Shapes: any socket. Threads: any. Errors: text, for a line at the start: the node goes on
// without. Cost: each read that finds nothing polls the device. Specification: socket(7),
// SO_BUSY_POLL.
#pragma once

#include <cerrno>
#include <cstdint>
#include <cstring>
#include <string>

#include <sys/socket.h>

namespace wirebook::node {

/// Empty, or why not.
inline std::string ask_for_busy_polling(int socket, std::uint32_t microseconds,
                                        std::uint32_t budget) {
  const auto set = [socket](int option, int value) {
    return setsockopt(socket, SOL_SOCKET, option, &value, sizeof value) == 0;
  };
  // Of 8 frames, where nobody says otherwise.
  if (set(SO_PREFER_BUSY_POLL, 1) && set(SO_BUSY_POLL, static_cast<int>(microseconds)) &&
      (budget <= 8 || set(SO_BUSY_POLL_BUDGET, static_cast<int>(budget))))
    return {};
  const int error = errno;
  set(SO_PREFER_BUSY_POLL, 0);
  return std::string("busy polling is refused (") + std::strerror(error) +
         (error == EPERM ? ", needs CAP_NET_ADMIN)" : ")");
}

}  // namespace wirebook::node
