// A TCP connection to somebody else's port, which never blocks, and a SoupBinTCP client on it.
//
// Shapes: bytes. Threads: one. Errors: `connect` says why not; a connection that broke is closed,
// `error` tells. Cost: a system call a read and a write; for load, feeds and tests, not for a
// server.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "node/config/config.hpp"
#include "node/soup/soup_client.hpp"

namespace wirebook::node::soup {

class TcpClient {
 public:
  TcpClient() = default;
  ~TcpClient() { close(); }
  TcpClient(TcpClient&& other) noexcept
      : descriptor_(std::exchange(other.descriptor_, -1)),
        error_(other.error_),
        connected_(other.connected_) {}
  TcpClient& operator=(TcpClient&& other) noexcept {
    std::swap(descriptor_, other.descriptor_);
    std::swap(error_, other.error_);
    std::swap(connected_, other.connected_);
    return *this;
  }

  /// Begins; bytes may be sent when `connected` says so. False: `error` tells.
  bool connect(Endpoint to);
  void close() noexcept;

  [[nodiscard]] bool is_open() const { return descriptor_ >= 0; }
  /// The connection stands. False: not yet, or not any more.
  [[nodiscard]] bool connected() noexcept;
  [[nodiscard]] int descriptor() const { return descriptor_; }
  /// Why it was closed, an errno; 0: the other side, or we, did.
  [[nodiscard]] int error() const { return error_; }

  /// How many bytes came into `buffer`: 0 for none now, or the end of the stream: then it is
  /// closed.
  std::size_t receive(std::span<std::byte> buffer) noexcept;
  /// How many were taken.
  std::size_t send(std::span<const std::byte> bytes) noexcept;

 private:
  void fail(int error) noexcept;

  int descriptor_ = -1;
  int error_ = 0;
  bool connected_ = false;
};

/// A SoupClient on a TcpClient.
class SoupConnection {
 public:
  explicit SoupConnection(const ClientLogin& login, const ClientTimes& times = {},
                          std::size_t buffer_bytes = 16'384)
      : client_(login), times_(times), buffer_(buffer_bytes) {}

  /// Connects, and logs in as soon as it stands. Again after an end: goes on where it was.
  bool connect(Endpoint to);
  void close() noexcept { socket_.close(); }

  /// Sends and receives what can be now, and hands on what came, each as a SoupClientInput. False
  /// when the connection is over.
  template <class Handler>
  bool poll(std::uint64_t now_ns, Handler&& handler);

  /// Goes out with this call or a later `poll`; false if there is no room.
  bool send(std::span<const std::byte> message, std::uint64_t now_ns) noexcept {
    const bool queued = client_.send(message);
    flush(now_ns);
    return queued;
  }
  void log_out(std::uint64_t now_ns) noexcept {
    client_.log_out();
    flush(now_ns);
  }

  [[nodiscard]] SoupClient& client() { return client_; }
  [[nodiscard]] const SoupClient& client() const { return client_; }
  [[nodiscard]] TcpClient& socket() { return socket_; }
  [[nodiscard]] const TcpClient& socket() const { return socket_; }

 private:
  void flush(std::uint64_t now_ns) noexcept;

  SoupClient client_;
  ClientTimes times_;
  TcpClient socket_;
  std::vector<std::byte> buffer_;
  bool greeted_ = false;
};

template <class Handler>
bool SoupConnection::poll(std::uint64_t now_ns, Handler&& handler) {
  if (!socket_.connected())
    return socket_.is_open();
  if (!std::exchange(greeted_, true))
    client_.connect(now_ns);
  client_.keep_alive(now_ns, times_);
  flush(now_ns);
  for (std::size_t bytes = socket_.receive(buffer_); bytes != 0;
       bytes = bytes == buffer_.size() ? socket_.receive(buffer_) : 0) {
    client_.feed(std::span(buffer_).first(bytes), now_ns);
    while (const auto input = client_.next()) {
      handler(*input);
      if (input->kind == SoupClientKind::violation)
        socket_.close();
    }
  }
  if (client_.overdue(now_ns, times_))
    socket_.close();
  return socket_.is_open();
}

}  // namespace wirebook::node::soup
