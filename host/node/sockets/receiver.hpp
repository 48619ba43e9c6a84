// Datagrams from a socket, handed on where the kernel put them.
//
// Two ways: io_uring (one multishot request fills registered buffers as datagrams come; a poll that
// finds none is no system call), and recvmmsg where io_uring is refused.
//
// Shapes: see `DatagramSink`. Threads: made by any, polled by one and the same. Errors: the
// constructors throw std::system_error where the host refuses. Cost: the kernel's copy into the
// buffer is the only one.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "node/config/config.hpp"

namespace wirebook::node {

/// Datagrams above this are cut by the receivers and reported as too long.
inline constexpr std::size_t receive_bytes_max = 1984;

class DatagramSink {
 public:
  virtual void on_datagram(std::span<const std::byte> bytes, Endpoint source) noexcept = 0;
  virtual void on_cut_datagram() noexcept = 0;

 protected:
  ~DatagramSink() = default;
};

class Receiver {
 public:
  virtual ~Receiver() = default;

  /// Hands on what is there, at most `max` datagrams; gives how many.
  virtual std::size_t poll(DatagramSink& sink, std::size_t max) noexcept = 0;
  /// Readable when there may be something.
  [[nodiscard]] virtual int descriptor() const = 0;
  /// Datagrams that found the receive buffer full, since the socket was made.
  [[nodiscard]] virtual std::uint64_t dropped() const noexcept;
  [[nodiscard]] virtual std::string_view name() const = 0;
};

[[nodiscard]] std::unique_ptr<Receiver> make_io_uring_receiver(int socket);
[[nodiscard]] std::unique_ptr<Receiver> make_recvmmsg_receiver(int socket);

struct ChosenReceiver {
  std::unique_ptr<Receiver> receiver;
  std::string line;  ///< which way, and why not the other
};
/// io_uring where the host lets us, unless `path` says otherwise. Throws if `path` insists on
/// io_uring and the host refuses.
[[nodiscard]] ChosenReceiver choose_receiver(ReceivePath path, int socket);

}  // namespace wirebook::node
