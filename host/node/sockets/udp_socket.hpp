// A UDP socket that never blocks.
//
// Shapes: whole datagrams. Threads: one sends while another receives. Errors: the functions that
// set up throw std::system_error; sending says whether the host took the datagram.
// Cost: one system call a batch.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>

#include <sys/socket.h>

#include "node/config/config.hpp"
#include "node/sockets/datagram_port.hpp"

namespace wirebook::node {

class UdpSocket final : public DatagramPort {
 public:
  UdpSocket();
  ~UdpSocket() override;
  UdpSocket(UdpSocket&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}
  UdpSocket& operator=(UdpSocket&&) = delete;

  /// Asks for room for so many bytes on either side; what the host allows is enough.
  void ask_for_buffers(int bytes);
  void bind(Endpoint endpoint);
  /// Where multicast datagrams leave; interface 0 is the system's choice.
  void set_multicast(std::uint32_t interface, std::uint8_t ttl);

  [[nodiscard]] Endpoint local() const;
  [[nodiscard]] int descriptor() const { return descriptor_; }

  [[nodiscard]] std::size_t send(std::span<mmsghdr> datagrams) noexcept override;

 private:
  [[nodiscard]] int send_some(std::span<mmsghdr> datagrams) const noexcept;

  int descriptor_;
};

}  // namespace wirebook::node
