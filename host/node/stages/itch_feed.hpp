// The market data feed: ITCH messages packed into MoldUDP64 datagrams and sent, on one line or two.
//
// A datagram leaves when it is full, and else with the poll that made it, so that a lone message
// waits for nobody; or, where the configuration says so, when its first message has waited so long.
// Both lines carry the same bytes: who has lost a datagram of one takes it from the other.
//
// Shapes: messages are encoded straight into the datagram. Threads: wire_out. Errors: a datagram
// that the port does not take is given up and counted; receivers see the gap in the numbers.
// Cost: a system call, or a doorbell, a datagram. Specification: MoldUDP64 1.00, ITCH 5.0.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "node/clock.hpp"
#include "node/config/config.hpp"
#include "node/market/market_tap.hpp"
#include "node/sockets/datagram_port.hpp"
#include "node/sockets/endpoint.hpp"
#include "wire_out/mold_packer.hpp"
#include "wire_out/outbound_log.hpp"

namespace wirebook::node {

class ItchFeed {
 public:
  /// Goes on with the log's next number. `port_b` is for line B, where there is one; all messages
  /// go to `tap` too, behind the lines, where it is not null.
  ItchFeed(const MarketDataConfig& config, DatagramPort& port, DatagramPort& port_b,
           wire_out::OutboundLog& log, MarketTap* tap = nullptr)
      : lines_{Line{.to = to_sockaddr(config.send_to), .port = &port},
               Line{.to = to_sockaddr(config.send_to_b.value_or(config.send_to)),
                    .port = config.send_to_b ? &port_b : nullptr}},
        heartbeat_ns_(config.heartbeat_ms * ns_per_ms),
        pack_ns_(config.pack_us * ns_per_us),
        log_(&log),
        tap_(tap),
        packer_(config.session_name, config.payload_bytes_max, log.next_market_number()) {}

  /// Gives the message's length, 0 if the market hears nothing of the event.
  std::size_t encode(const EventGroup& event, const SlotGroup& cause) noexcept {
    if (!packer_.has_room()) {
      send_messages();
      waits_since_ns_ = 0;
    }
    const std::size_t bytes = log_->encode_market(event, cause, packer_.room());
    packer_.commit(bytes);
    return bytes;
  }

  /// Sends what waits, unless it may wait longer for company.
  void flush(std::uint64_t steady_ns) noexcept {
    if (packer_.empty()) {
      waits_since_ns_ = 0;
      return;
    }
    if (waits_since_ns_ == 0)
      waits_since_ns_ = steady_ns;
    if (steady_ns - waits_since_ns_ >= pack_ns_)
      flush_now(steady_ns);
  }
  /// There is a datagram that waits for company.
  [[nodiscard]] bool waits() const { return !packer_.empty(); }

  void keep_alive(std::uint64_t steady_ns) noexcept {
    if (!packer_.empty() || steady_ns - sent_steady_ns_ < heartbeat_ns_)
      return;
    send(packer_.heartbeat());
    tell_number();
    sent_steady_ns_ = steady_ns;
  }
  /// Nothing comes any more: what waits leaves.
  void finish(std::uint64_t steady_ns) noexcept {
    if (!packer_.empty())
      flush_now(steady_ns);
  }
  /// Behind `finish`: the session is over.
  void end(std::uint64_t steady_ns) noexcept {
    send(packer_.end_of_session());
    tell_number();
    sent_steady_ns_ = steady_ns;
  }

  /// Datagrams, those of each line.
  [[nodiscard]] std::uint64_t sent() const { return sent_; }
  [[nodiscard]] std::uint64_t unsent() const { return unsent_; }
  /// Into the tap.
  [[nodiscard]] std::uint64_t bytes_copied() const { return bytes_copied_; }

 private:
  struct Line {
    sockaddr_in to;
    DatagramPort* port;  ///< null: there is no such line
  };

  void send_messages() noexcept {
    const std::span<const std::byte> datagram = packer_.flush();
    send(datagram);
    if (tap_ == nullptr)
      return;
    const auto& header = wire::view<wire::mold::Header>(datagram.data());
    tap_->put(header.sequence_number, datagram.subspan(sizeof header));
    bytes_copied_ += datagram.size() - sizeof header;
  }

  /// So that a gap is known of though nothing more is told.
  void tell_number() noexcept {
    if (tap_ != nullptr && tap_->is_behind())
      tap_->put(packer_.next_sequence(), {});
  }

  void flush_now(std::uint64_t steady_ns) noexcept {
    send_messages();
    waits_since_ns_ = 0;
    sent_steady_ns_ = steady_ns;
  }

  void send(std::span<const std::byte> datagram) noexcept {
    for (Line& line : lines_) {
      if (line.port == nullptr)
        continue;
      iovec vector{.iov_base = const_cast<std::byte*>(datagram.data()), .iov_len = datagram.size()};
      mmsghdr header{};
      header.msg_hdr = {
          .msg_name = &line.to, .msg_namelen = sizeof line.to, .msg_iov = &vector, .msg_iovlen = 1};
      const std::size_t taken = line.port->send(std::span(&header, 1));
      sent_ += taken;
      unsent_ += 1 - taken;
    }
  }

  std::array<Line, 2> lines_;
  const std::uint64_t heartbeat_ns_;
  const std::uint64_t pack_ns_;
  wire_out::OutboundLog* log_;
  MarketTap* tap_;
  wire_out::MoldPacker packer_;
  std::uint64_t waits_since_ns_ = 0;  ///< the datagram under way; 0: nothing waited when last seen
  std::uint64_t sent_steady_ns_ = 0;
  std::uint64_t sent_ = 0;
  std::uint64_t unsent_ = 0;
  std::uint64_t bytes_copied_ = 0;
};

}  // namespace wirebook::node
