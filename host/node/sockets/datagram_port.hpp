// Where datagrams leave: a socket, or a card.
//
// Shapes: `mmsghdr` as for sendmmsg(2): an address and the pieces of the datagram, where they lie.
// Threads: one. Errors: what is not taken is given up; clients ask again, and no stage waits.
// Cost: one system call, or one doorbell, a batch.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include <sys/socket.h>

namespace wirebook::node {

class DatagramPort {
 public:
  virtual ~DatagramPort() = default;

  /// Gives how many were taken. The pieces may be reused at once.
  [[nodiscard]] virtual std::size_t send(std::span<mmsghdr> datagrams) noexcept = 0;
  /// What the port has to do besides; true if it did anything.
  virtual bool poll() noexcept { return false; }
  /// By this program, to bring the pieces of datagrams together.
  [[nodiscard]] virtual std::uint64_t bytes_copied() const noexcept { return 0; }
};

}  // namespace wirebook::node
