// The floor under wire to wire: a UDP echo on loopback, asked at a set rate on a schedule, with
// the latency taken from the scheduled time, as the load generator does.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <thread>

#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "metrics/histogram.hpp"
#include "node/load/load_clock.hpp"
#include "node/sockets/endpoint.hpp"

namespace wirebook::bench {

enum class EchoWait { polling, blocking };

/// Sends back what it gets, on a thread of its own.
class UdpEcho {
 public:
  explicit UdpEcho(EchoWait wait) : wait_(wait), socket_(bound_socket()) {
    thread_ = std::thread([this] { serve(); });
  }
  ~UdpEcho() {
    stop_ = true;
    thread_.join();
    close(socket_);
  }
  UdpEcho(const UdpEcho&) = delete;
  UdpEcho& operator=(const UdpEcho&) = delete;

  [[nodiscard]] sockaddr_in address() const {
    sockaddr_in bound{};
    socklen_t length = sizeof bound;
    getsockname(socket_, reinterpret_cast<sockaddr*>(&bound), &length);
    return bound;
  }

  static int bound_socket() {
    const int socket = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    const sockaddr_in any = node::to_sockaddr({0x7F00'0001, 0});
    bind(socket, reinterpret_cast<const sockaddr*>(&any), sizeof any);
    return socket;
  }

 private:
  void serve() {
    std::array<std::byte, 2048> bytes;
    while (!stop_) {
      sockaddr_in peer{};
      socklen_t length = sizeof peer;
      const ssize_t got = recvfrom(socket_, bytes.data(), bytes.size(), MSG_DONTWAIT,
                                   reinterpret_cast<sockaddr*>(&peer), &length);
      if (got > 0) {
        sendto(socket_, bytes.data(), static_cast<std::size_t>(got), 0,
               reinterpret_cast<const sockaddr*>(&peer), sizeof peer);
      } else if (wait_ == EchoWait::blocking) {
        pollfd ready{.fd = socket_, .events = POLLIN, .revents = 0};
        poll(&ready, 1, 10);
      }
    }
  }

  EchoWait wait_;
  int socket_;
  std::atomic<bool> stop_{false};
  std::thread thread_;
};

/// Asks `echo` at `rate` a second for `seconds`, with datagrams of an order's size.
inline void ask_echo(const UdpEcho& echo, double rate, double seconds,
                     metrics::Histogram& latency) {
  const int socket = UdpEcho::bound_socket();
  const sockaddr_in to = echo.address();
  connect(socket, reinterpret_cast<const sockaddr*>(&to), sizeof to);
  std::array<std::byte, 48> order{};
  const auto count = static_cast<std::uint64_t>(rate * seconds);
  const double gap_ns = 1e9 / rate;
  const std::uint64_t start_ns = node::load_clock_ns();
  std::uint64_t sent = 0;
  std::uint64_t answered = 0;
  const std::uint64_t end_ns = start_ns + static_cast<std::uint64_t>((seconds + 1) * 1e9);
  while (answered < count && node::load_clock_ns() < end_ns) {
    const std::uint64_t due_ns =
        start_ns + static_cast<std::uint64_t>(static_cast<double>(sent) * gap_ns);
    if (sent < count && node::load_clock_ns() >= due_ns) {
      std::memcpy(order.data(), &due_ns, sizeof due_ns);
      send(socket, order.data(), order.size(), 0);
      ++sent;
    }
    // The client keeps its core: what is measured is the server, not how this thread wakes up.
    if (recv(socket, order.data(), order.size(), MSG_DONTWAIT) > 0) {
      std::uint64_t scheduled_ns = 0;
      std::memcpy(&scheduled_ns, order.data(), sizeof scheduled_ns);
      latency.record(node::load_clock_ns() - scheduled_ns);
      ++answered;
    }
  }
  close(socket);
}

}  // namespace wirebook::bench
