// Datagrams on their way to a port: gathered, then sent in one batch.
//
// Shapes: a small header that the outbox keeps, and a body that lies elsewhere and stays there
// until `flush`. Threads: one. Errors: what the port does not take is given up and counted: clients
// ask again, and no stage waits for it. Cost: two vectors a datagram, no copy of bodies.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>

#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include "wirebook/assert.hpp"
#include "wirebook/wire/big_endian.hpp"

#include "node/sockets/datagram_port.hpp"
#include "node/sockets/endpoint.hpp"

namespace wirebook::node {

class Outbox {
 public:
  explicit Outbox(DatagramPort& port) : port_(&port) {
    for (std::size_t i = 0; i < datagrams_max; ++i) {
      msghdr& header = headers_[i].msg_hdr;
      header.msg_name = &addresses_[i];
      header.msg_namelen = sizeof(sockaddr_in);
      header.msg_iov = vectors_[i].data();
    }
  }
  Outbox(const Outbox&) = delete;
  Outbox& operator=(const Outbox&) = delete;

  /// Adds a datagram; sends what is there first where it is full.
  template <wire::WireMessage Head>
  void add(Endpoint to, const Head& head, std::span<const std::byte> body = {}) noexcept {
    static_assert(sizeof(Head) <= head_bytes_max);
    if (count_ == datagrams_max)
      flush();
    std::memcpy(heads_[count_].data(), &head, sizeof head);
    add_vectors(to, sizeof head, body);
  }

  void flush() noexcept {
    if (count_ == 0)
      return;
    const std::size_t sent = port_->send(std::span(headers_).first(count_));
    sent_ += sent;
    unsent_ += count_ - sent;
    count_ = 0;
  }

  [[nodiscard]] std::uint64_t sent() const { return sent_; }
  [[nodiscard]] std::uint64_t unsent() const { return unsent_; }

 private:
  static constexpr std::size_t datagrams_max = 64;
  static constexpr std::size_t head_bytes_max = 16;

  void add_vectors(Endpoint to, std::size_t head_bytes, std::span<const std::byte> body) noexcept {
    addresses_[count_] = to_sockaddr(to);
    vectors_[count_][0] = {.iov_base = heads_[count_].data(), .iov_len = head_bytes};
    // sendmsg only reads; its type does not say so.
    vectors_[count_][1] = {.iov_base = const_cast<std::byte*>(body.data()), .iov_len = body.size()};
    headers_[count_].msg_hdr.msg_iovlen = body.empty() ? 1 : 2;
    ++count_;
  }

  DatagramPort* port_;
  std::size_t count_ = 0;
  std::uint64_t sent_ = 0;
  std::uint64_t unsent_ = 0;
  std::array<mmsghdr, datagrams_max> headers_{};
  std::array<std::array<iovec, 2>, datagrams_max> vectors_{};
  std::array<sockaddr_in, datagrams_max> addresses_{};
  std::array<std::array<std::byte, head_bytes_max>, datagrams_max> heads_{};
};

}  // namespace wirebook::node
