#include "node/receiver.hpp"

#include <cerrno>
#include <system_error>

#include <fmt/format.h>

namespace wirebook::node {

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
