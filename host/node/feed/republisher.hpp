// A feed that was made whole, published once more: with its own session and numbers, so that who
// follows it may ask the same re-request and GLIMPSE servers.
//
// Shapes: numbered messages in; MoldUDP64 datagrams out, to a function. Threads: one; time comes
// in. Errors: a message that fits no datagram is left out and counted; its number is then missing,
// as are those of a hole. Cost: a copy a message. Specification: MoldUDP64 1.00.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>

#include "wirebook/limits.hpp"
#include "wirebook/units.hpp"

namespace wirebook::feed {

class Republisher {
 public:
  using Bytes = std::span<const std::byte>;
  using Send = std::function<void(Bytes datagram)>;

  explicit Republisher(Send send, std::uint64_t heartbeat_ns = 1'000'000'000)
      : send_(std::move(send)), heartbeat_ns_(heartbeat_ns) {}

  void on_session(const Alpha<10>& session);
  void on_message(std::uint64_t number, Bytes message);
  /// The feed goes on with this number: from here on heartbeats tell it.
  void on_next(std::uint64_t number);
  /// The session is over: the next `flush` says so, and later ones again.
  void on_end();
  /// Sends what waits; a heartbeat, or the session's end, when it is time for one.
  void flush(std::uint64_t now_ns);

  [[nodiscard]] std::uint64_t left_out() const { return left_out_; }

 private:
  void send_packed();
  void send_bare(std::uint16_t count);
  void write_header(std::uint64_t number, std::uint16_t count);

  Send send_;
  std::uint64_t heartbeat_ns_;
  Alpha<10> session_{};
  std::uint64_t first_ = 0;  ///< of the datagram under way; 0: there was no message yet
  std::uint16_t count_ = 0;
  std::size_t end_ = 0;
  std::uint64_t sent_at_ns_ = 0;
  std::uint64_t left_out_ = 0;
  bool sent_ = false;  ///< since the last flush
  bool ended_ = false;
  std::array<std::byte, datagram_payload_bytes_max> datagram_{};
};

}  // namespace wirebook::feed
