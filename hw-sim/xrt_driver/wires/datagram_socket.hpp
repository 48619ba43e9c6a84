// A UDP socket that never blocks, as the udp wire needs it.
//
// Shapes: whole datagrams. Threads: one. Errors: `open` throws `std::runtime_error` with what to
// do; sending gives an errno. Cost: a system call each.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <utility>

#include "hw-sim/xrt_driver/wires/udp_frame.hpp"

namespace wirebook::hw_sim {

class DatagramSocket {
 public:
  DatagramSocket() = default;
  DatagramSocket(DatagramSocket&& other) noexcept
      : descriptor_(std::exchange(other.descriptor_, -1)) {}
  DatagramSocket& operator=(DatagramSocket&& other) noexcept {
    std::swap(descriptor_, other.descriptor_);
    return *this;
  }
  ~DatagramSocket();

  /// Bound to nothing: to send from.
  static DatagramSocket open();
  /// Hears what comes to `local`. A group is joined on the interface that has the first of these
  /// addresses which one has, else where the system would, else on loopback.
  static DatagramSocket open(SocketAddress local, std::span<const std::uint32_t> interfaces);

  struct Received {
    std::size_t bytes = 0;  ///< of the datagram, even if the buffer was too small for it
    SocketAddress source;
  };
  std::optional<Received> receive(std::span<std::byte> buffer);

  /// Groups are reached through the interface that has `interface`. 0, or an errno.
  int send(std::span<const std::byte> payload, SocketAddress to, std::uint32_t interface,
           std::uint8_t time_to_live);

  [[nodiscard]] int descriptor() const { return descriptor_; }

 private:
  int descriptor_ = -1;
};

}  // namespace wirebook::hw_sim
