// Datagrams on their way in, handed on where the kernel, or the road, put them.
//
// From a socket in two ways: io_uring (one multishot request fills registered buffers as datagrams
// come; a poll that finds none is no system call), and recvmmsg where io_uring is refused. Other
// roads are in node/roads.
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

#include "wirebook/outcome.hpp"

#include "node/config/config.hpp"
#include "node/sockets/datagram_port.hpp"
#include "slot_ring/doorbell.hpp"

namespace wirebook::node {

/// Datagrams above this are cut by the receivers and reported as too long.
inline constexpr std::size_t receive_bytes_max = 1984;

class DatagramSink {
 public:
  virtual void on_datagram(std::span<const std::byte> bytes, Endpoint source) noexcept = 0;
  virtual void on_cut_datagram() noexcept = 0;
  /// A frame that holds no datagram for us, and why; of roads that see whole frames.
  virtual void on_no_datagram(Outcome /*outcome*/) noexcept {}
  /// Whoever is at `source` is this account's client, as if it had logged in; of recordings.
  /// False: there is no room to say so now.
  virtual bool on_known_client(const Alpha<6>& /*username*/, Endpoint /*source*/) noexcept {
    return true;
  }

 protected:
  ~DatagramSink() = default;
};

class Receiver {
 public:
  virtual ~Receiver() = default;

  /// By each thread of the stages, before it begins: receiving and sending may need to know it.
  virtual void join_thread() noexcept {}
  /// Hands on what is there, at most `max` datagrams; gives how many.
  virtual std::size_t poll(DatagramSink& sink, std::size_t max) noexcept = 0;
  /// By the thread that polled: nothing will be asked for any more. Without it the kernel may hold
  /// on to the socket, and so to its port, for some time after it was closed.
  virtual void finish() noexcept {}
  /// Readable when there may be something.
  [[nodiscard]] virtual int descriptor() const = 0;
  /// Datagrams that found the receive buffer full, since the socket was made.
  [[nodiscard]] virtual std::uint64_t dropped() const noexcept;
  [[nodiscard]] virtual std::string_view name() const = 0;
  /// Rings when it has left something for wire_out to do; null rings none.
  virtual void attach_bell(slot_ring::Doorbell* /*bell*/) {}
  /// What it has stays there: it is polled only while the ring has room.
  [[nodiscard]] virtual bool can_wait() const noexcept { return false; }
  /// Why nothing will come any more, for people; any thread. Empty: something may.
  [[nodiscard]] virtual std::string ended() const { return {}; }
};

[[nodiscard]] std::unique_ptr<Receiver> make_io_uring_receiver(int socket);
/// `batch` datagrams a call at most.
[[nodiscard]] std::unique_ptr<Receiver> make_recvmmsg_receiver(int socket,
                                                               std::uint32_t batch = 64);

struct ChosenReceiver {
  std::unique_ptr<Receiver> receiver;
  std::string line;                       ///< which way, and why not the other
  std::unique_ptr<DatagramPort> replies;  ///< where they leave; null: by the socket
};
/// io_uring where the host lets us, unless `path` says otherwise. Throws if `path` insists on
/// io_uring and the host refuses. With busy polling it is recvmmsg: each call drives the device's
/// queue, while io_uring finds nothing without a system call.
[[nodiscard]] ChosenReceiver choose_receiver(ReceivePath path, int socket, std::uint32_t batch = 64,
                                             std::uint32_t busy_poll_us = 0);

}  // namespace wirebook::node
