// UDP sockets of a feed's receiver: a line to listen to, a server to ask, a group to publish to.
//
// Shapes: whole datagrams, up to 2 KiB. Threads: one a socket. Errors: the constructors throw
// std::system_error; what the host does not take later is given up. Cost: a system call for up to
// 64 datagrams in, one for each out.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include <sys/socket.h>

#include "node/config/config.hpp"

namespace wirebook::feed {

using node::Endpoint;

class FeedSocket {
 public:
  static constexpr std::size_t batch_max = 64;

  /// Listens to a group on the interface with this address (0: the system's choice), or to an
  /// address of this host. Several may listen to one group.
  static FeedSocket line(Endpoint at, std::uint32_t interface);
  /// Sends to one peer, and hears from nobody else. A group is sent to by the interface.
  static FeedSocket peer(Endpoint to, std::uint32_t interface);

  ~FeedSocket();
  FeedSocket(FeedSocket&& other) noexcept;
  FeedSocket& operator=(FeedSocket&&) = delete;

  [[nodiscard]] Endpoint local() const;
  [[nodiscard]] int descriptor() const { return descriptor_; }

  /// Receives what is there, up to `batch_max`; `datagram(i)` has it until the next call. Datagrams
  /// that were cut are empty.
  std::size_t receive() noexcept;
  [[nodiscard]] std::span<const std::byte> datagram(std::size_t i) const;
  /// Datagrams that the kernel had no room for, as far as it told.
  [[nodiscard]] std::uint64_t dropped() const { return dropped_; }

  /// False if the host did not take it.
  bool send(std::span<const std::byte> datagram) noexcept;

 private:
  static constexpr std::size_t datagram_bytes_max = 2048;
  static constexpr std::size_t control_bytes = 64;
  struct Batch;

  FeedSocket();
  void bind_to(Endpoint at);
  void join(Endpoint group, std::uint32_t interface);
  void make_batch();

  int descriptor_;
  std::uint64_t dropped_ = 0;
  std::vector<mmsghdr> headers_;
  std::vector<iovec> vectors_;
  std::vector<std::byte> bytes_;
  std::vector<std::byte> controls_;
};

}  // namespace wirebook::feed
