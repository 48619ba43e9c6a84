// A UDP peer for the tests: a socket on loopback that waits for what must come.
#pragma once

#include <array>
#include <chrono>
#include <functional>
#include <optional>

#include <gtest/gtest.h>
#include <poll.h>

#include "node/sockets/endpoint.hpp"
#include "node/sockets/udp_socket.hpp"
#include "ouch_messages.hpp"
#include "waiting.hpp"

namespace wirebook::node {

class UdpClient {
 public:
  explicit UdpClient(Endpoint local = {0x7F000001, 0}) { socket_.bind(local); }

  [[nodiscard]] Endpoint endpoint() const { return socket_.local(); }

  void send(Endpoint to, const ByteVector& bytes) {
    const sockaddr_in address = to_sockaddr(to);
    ASSERT_EQ(sendto(socket_.descriptor(), bytes.data(), bytes.size(), 0,
                     reinterpret_cast<const sockaddr*>(&address), sizeof address),
              static_cast<ssize_t>(bytes.size()));
  }

  /// The next datagram, or nothing within the time.
  [[nodiscard]] std::optional<ByteVector> receive(int wait_ms = patience_ms) {
    pollfd wait{socket_.descriptor(), POLLIN, 0};
    if (poll(&wait, 1, wait_ms) <= 0)
      return std::nullopt;
    const ssize_t size = recv(socket_.descriptor(), buffer_.data(), buffer_.size(), 0);
    if (size < 0)
      return std::nullopt;
    return ByteVector(buffer_.begin(), buffer_.begin() + size);
  }

  /// The next datagram for which `wanted` holds; others are passed over.
  ByteVector receive_until(const std::function<bool(const ByteVector&)>& wanted) {
    const auto end = std::chrono::steady_clock::now() + std::chrono::milliseconds(patience_ms);
    while (std::chrono::steady_clock::now() < end)
      if (const auto bytes = receive(); bytes && wanted(*bytes))
        return *bytes;
    ADD_FAILURE() << "the datagram did not come";
    return {};
  }

 private:
  UdpSocket socket_;
  ByteVector buffer_ = ByteVector(65536);  // kept: a sanitizer takes milliseconds for a new one
};

}  // namespace wirebook::node
