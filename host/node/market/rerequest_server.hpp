// MoldUDP64 re-requests: which messages are sent again, and which requests are met with silence.
//
// The answer to a request is at most one datagram, whatever was asked for, so that a request with a
// forged source sends its victim no more than `rate` datagrams a second in all; and who asks too
// often is not answered before his turn, so that he takes nothing from the others. His last request
// waits for it: clients that ask again as soon as they are answered, and wait a second where they
// are not, are so slowed down to the rate, and not to a burst in each second.
//
// Shapes: a datagram in, at most one out, written into `room`. No clock, no socket. Threads: one.
// Errors: each request has exactly one outcome, see README.md. Cost: a look-up and one copy of what
// is sent; a look-up for each that waits. Specification: MoldUDP64 1.00, request packet.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "node/config/config.hpp"
#include "node/market/market_counters.hpp"
#include "node/market/rate_table.hpp"
#include "wire_out/market_history.hpp"

namespace wirebook::node {

class RerequestServer {
 public:
  RerequestServer(const MarketDataConfig& config, std::uint64_t seed, MarketCounters& counters)
      : counters_(&counters),
        session_(config.session_name),
        payload_bytes_max_(config.payload_bytes_max),
        turns_(config.rerequest_rate, at_once(config.rerequest_rate), seed) {}

  /// How many bytes of `room` are to be sent to `source`; 0: nothing.
  std::size_t answer(std::span<const std::byte> request, Endpoint source, std::uint64_t now_ns,
                     const wire_out::MarketHistory& history,
                     std::span<std::byte, datagram_payload_bytes_max> room) noexcept;
  /// The same for those whose turn has come by now, one a call, from `at` on, 0 at first.
  std::size_t answer_waiting(std::size_t& at, Endpoint& source, std::uint64_t now_ns,
                             const wire_out::MarketHistory& history,
                             std::span<std::byte, datagram_payload_bytes_max> room) noexcept;
  void on_cut_request() noexcept {
    counters_->add(MarketCount::rerequests);
    counters_->add(MarketCount::rerequests_malformed);
  }

 private:
  struct Waiting {
    Endpoint source;
    std::uint64_t number;
    std::uint16_t count;
  };

  /// A tenth of a second's, so that a gap of some datagrams is filled at once.
  static std::uint32_t at_once(std::uint32_t rate) { return rate / 10 + 4; }

  /// One for each address.
  void wait_for_turn(const Waiting& request) noexcept;
  std::size_t write(std::uint64_t number, std::uint16_t count,
                    const wire_out::MarketHistory& history,
                    std::span<std::byte, datagram_payload_bytes_max> room) noexcept;

  MarketCounters* counters_;
  const Alpha<10> session_;
  const std::size_t payload_bytes_max_;
  RateTable turns_;
  std::size_t waiting_count_ = 0;
  std::array<Waiting, 64> waiting_{};
};

}  // namespace wirebook::node
