// The floor under a round trip: a server that sends back what it gets, by the socket strategies
// that a node may have.
//
//   blocking   recv and send; the thread sleeps in recv
//   busy       the same, never sleeping: the thread asks the socket again and again
//   sqpoll     recvmsg and send as requests of an io_uring that a kernel thread reads, on a
//              processor of its own; the server makes no system call
//
// Shapes: UDP to whoever asked last; one TCP connection at a time. Threads: its own, pinned.
// Errors: std::system_error, or `refused` for the io_uring. Cost: one recv and one send a message.
#pragma once

#include <array>
#include <atomic>
#include <cerrno>
#include <cstddef>
#include <system_error>
#include <thread>

#include <liburing.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include "bench/report.hpp"
#include "node/sockets/endpoint.hpp"

namespace wirebook::bench {

enum class Transport { udp, tcp };
enum class EchoStrategy { blocking, busy, sqpoll };

inline int checked(int result, const char* what) {
  if (result < 0)
    throw std::system_error(errno, std::generic_category(), what);
  return result;
}

/// A socket on loopback at a port of the system's choice, with room for what comes while somebody
/// else has its reader's processor.
inline int loopback_socket(Transport transport) {
  const int type = transport == Transport::udp ? SOCK_DGRAM : SOCK_STREAM;
  const int socket = checked(::socket(AF_INET, type | SOCK_CLOEXEC, 0), "socket");
  const int buffer_bytes = 8 << 20;
  setsockopt(socket, SOL_SOCKET, SO_RCVBUFFORCE, &buffer_bytes, sizeof buffer_bytes);
  const sockaddr_in any = node::to_sockaddr({0x7F00'0001, 0});
  checked(bind(socket, reinterpret_cast<const sockaddr*>(&any), sizeof any), "bind");
  return socket;
}

inline void send_at_once(int socket) {
  const int on = 1;
  setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

class EchoServer {
 public:
  EchoServer(Transport transport, EchoStrategy strategy, unsigned core, unsigned kernel_core)
      : transport_(transport), strategy_(strategy), listener_(loopback_socket(transport)) {
    if (strategy == EchoStrategy::sqpoll)
      make_ring(kernel_core);
    if (transport == Transport::tcp)
      checked(listen(listener_, 1), "listen");
    thread_ = std::thread([this, core] {
      pin_to_core(core);
      serve();
    });
  }
  /// The client has closed its socket before.
  ~EchoServer() {
    stop_ = true;
    if (transport_ == Transport::udp)
      wake();
    thread_.join();
    if (strategy_ == EchoStrategy::sqpoll)
      io_uring_queue_exit(&ring_);
    close(listener_);
  }
  EchoServer(const EchoServer&) = delete;
  EchoServer& operator=(const EchoServer&) = delete;

  [[nodiscard]] node::Endpoint address() const {
    sockaddr_in bound{};
    socklen_t length = sizeof bound;
    getsockname(listener_, reinterpret_cast<sockaddr*>(&bound), &length);
    return node::from_sockaddr(bound);
  }

 private:
  void make_ring(unsigned kernel_core) {
    io_uring_params params{};
    params.flags = IORING_SETUP_SQPOLL | IORING_SETUP_SQ_AFF;
    params.sq_thread_cpu = kernel_core;
    params.sq_thread_idle = 1000;
    if (const int error = io_uring_queue_init_params(8, &ring_, &params); error < 0)
      throw std::system_error(-error, std::generic_category(), "io_uring with SQPOLL");
  }

  void serve() {
    int socket = listener_;
    if (transport_ == Transport::tcp) {
      socket = accept(listener_, nullptr, nullptr);
      send_at_once(socket);
    }
    if (strategy_ == EchoStrategy::sqpoll)
      serve_by_ring(socket);
    else
      serve_by_calls(socket, strategy_ == EchoStrategy::busy ? MSG_DONTWAIT : 0);
    if (transport_ == Transport::tcp)
      close(socket);
  }

  void serve_by_calls(int socket, int flags) {
    while (!stop_) {
      sockaddr_in peer{};
      socklen_t length = sizeof peer;
      const ssize_t got = recvfrom(socket, bytes_.data(), bytes_.size(), flags,
                                   reinterpret_cast<sockaddr*>(&peer), &length);
      if (got > 0)
        sendto(socket, bytes_.data(), static_cast<std::size_t>(got), MSG_NOSIGNAL,
               transport_ == Transport::udp ? reinterpret_cast<const sockaddr*>(&peer) : nullptr,
               transport_ == Transport::udp ? sizeof peer : 0);
      else if (got == 0)
        return;
    }
  }

  void serve_by_ring(int socket) {
    sockaddr_in peer{};
    iovec in{.iov_base = bytes_.data(), .iov_len = bytes_.size()};
    iovec out{.iov_base = bytes_.data(), .iov_len = 0};
    msghdr receive{};
    receive.msg_iov = &in;
    receive.msg_iovlen = 1;
    msghdr send = receive;
    send.msg_iov = &out;
    while (!stop_) {
      if (transport_ == Transport::udp) {
        receive.msg_name = send.msg_name = &peer;
        receive.msg_namelen = send.msg_namelen = sizeof peer;
      }
      io_uring_sqe* request = io_uring_get_sqe(&ring_);
      io_uring_prep_recvmsg(request, socket, &receive, 0);
      request->ioprio |= IORING_RECVSEND_POLL_FIRST;
      const int got = complete();
      if (got <= 0)
        return;
      out.iov_len = static_cast<std::size_t>(got);
      io_uring_prep_sendmsg(io_uring_get_sqe(&ring_), socket, &send, MSG_NOSIGNAL);
      complete();
    }
  }

  int complete() {
    io_uring_submit(&ring_);  // a system call only where the kernel's thread has gone to sleep
    io_uring_cqe* completion = nullptr;
    while (io_uring_peek_cqe(&ring_, &completion) != 0)
      __builtin_ia32_pause();
    const int result = completion->res;
    io_uring_cqe_seen(&ring_, completion);
    return result;
  }

  void wake() const {
    const int socket = loopback_socket(Transport::udp);
    const sockaddr_in to = node::to_sockaddr(address());
    sendto(socket, "", 0, 0, reinterpret_cast<const sockaddr*>(&to), sizeof to);
    close(socket);
  }

  Transport transport_;
  EchoStrategy strategy_;
  int listener_;
  io_uring ring_{};
  std::array<std::byte, 2048> bytes_{};
  std::atomic<bool> stop_{false};
  std::thread thread_;
};

}  // namespace wirebook::bench
