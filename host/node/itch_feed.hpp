// The market data feed: ITCH messages packed into MoldUDP64 datagrams and sent.
//
// Shapes: messages are encoded straight into the datagram. Threads: wire_out. Errors: a datagram
// that the port does not take is given up and counted; receivers see the gap in the numbers.
// Cost: a system call, or a doorbell, a datagram. Specification: MoldUDP64 1.00, ITCH 5.0.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "node/clock.hpp"
#include "node/config/config.hpp"
#include "node/sockets/datagram_port.hpp"
#include "node/sockets/endpoint.hpp"
#include "wire_out/mold_packer.hpp"
#include "wire_out/outbound_log.hpp"

namespace wirebook::node {

class ItchFeed {
 public:
  /// Goes on with the log's next number.
  ItchFeed(const MarketDataConfig& config, DatagramPort& port, wire_out::OutboundLog& log)
      : send_to_(to_sockaddr(config.send_to)),
        heartbeat_ns_(config.heartbeat_ms * ns_per_ms),
        port_(&port),
        log_(&log),
        packer_(config.session_name, config.payload_bytes_max, log.next_market_number()) {}

  /// Gives the message's length, 0 if the market hears nothing of the event.
  std::size_t encode(const EventGroup& event, const SlotGroup& cause) noexcept {
    if (!packer_.has_room())
      send(packer_.flush());
    const std::size_t bytes = log_->encode_market(event, cause, packer_.room());
    packer_.commit(bytes);
    return bytes;
  }

  void flush(std::uint64_t steady_ns) noexcept {
    if (packer_.empty())
      return;
    send(packer_.flush());
    sent_steady_ns_ = steady_ns;
  }

  /// Nothing waits to be flushed.
  void keep_alive(std::uint64_t steady_ns) noexcept {
    if (steady_ns - sent_steady_ns_ < heartbeat_ns_)
      return;
    send(packer_.heartbeat());
    sent_steady_ns_ = steady_ns;
  }
  void end() noexcept { send(packer_.end_of_session()); }

  [[nodiscard]] std::uint64_t sent() const { return sent_; }
  [[nodiscard]] std::uint64_t unsent() const { return unsent_; }

 private:
  void send(std::span<const std::byte> datagram) noexcept {
    iovec vector{.iov_base = const_cast<std::byte*>(datagram.data()), .iov_len = datagram.size()};
    mmsghdr header{};
    header.msg_hdr = {
        .msg_name = &send_to_, .msg_namelen = sizeof send_to_, .msg_iov = &vector, .msg_iovlen = 1};
    const std::size_t taken = port_->send(std::span(&header, 1));
    sent_ += taken;
    unsent_ += 1 - taken;
  }

  sockaddr_in send_to_;
  const std::uint64_t heartbeat_ns_;
  DatagramPort* port_;
  wire_out::OutboundLog* log_;
  wire_out::MoldPacker packer_;
  std::uint64_t sent_steady_ns_ = 0;
  std::uint64_t sent_ = 0;
  std::uint64_t unsent_ = 0;
};

}  // namespace wirebook::node
