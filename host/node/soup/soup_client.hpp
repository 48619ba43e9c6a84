// The client's side of SoupBinTCP: log in, take numbered messages, stay alive, come back where it
// was.
//
//   connect, send, log_out ──► output() ──► a socket ──► feed() ──► next(): messages by number
//
// No clock, no socket: see SoupConnection in tcp_client.hpp for one with a socket.
//
// Shapes: bytes out until `wrote`, bytes in as wire_in::SoupFramer has them. Threads: one.
// Errors: `SoupClientKind`; a server that breaks the protocol is a `violation`: close. `send` says
// no when its buffer is full. Cost: each message out is copied once, into the buffer; messages in
// only where they straddle two reads; nothing is allocated after the constructor. Specification:
// SoupBinTCP 3.00.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "wirebook/outcome.hpp"

#include "node/soup/soup_packets.hpp"
#include "wire_in/soup_framer.hpp"

namespace wirebook::node::soup {

struct ClientLogin {
  Alpha<6> username = Alpha<6>::from({});
  Alpha<10> password = Alpha<10>::from({});
  Alpha<10> session = Alpha<10>::from({});  ///< blank: the current one
  std::uint64_t next_number = 1;            ///< 0: from the last message on
};

struct ClientTimes {
  std::uint64_t timeout_ns = 15'000'000'000;   ///< a server that is silent for so long is gone
  std::uint64_t heartbeat_ns = 1'000'000'000;  ///< of ours, when nothing else was sent
};

enum class SoupClientKind : std::uint8_t {
  accepted,   ///< `number` is that of the next message
  rejected,   ///< `reject_code`; the server closes
  message,    ///< `number`, `payload`
  ended,      ///< the session is over, `number` would have come next; the server closes
  malformed,  ///< `outcome` tells; skipped
  violation,  ///< what no server sends now: close
};

struct SoupClientInput {
  SoupClientKind kind{};
  char reject_code = 0;
  Outcome outcome = Outcome::ok;
  std::uint64_t number = 0;
  std::span<const std::byte> payload;  ///< until the next call
};

class SoupClient {
 public:
  explicit SoupClient(const ClientLogin& login, std::size_t output_bytes_max = 16'384);

  /// A new connection: its first bytes are a login, for the next message that is wanted.
  void connect(std::uint64_t now_ns) noexcept;

  void feed(std::span<const std::byte> bytes, std::uint64_t now_ns) noexcept;
  std::optional<SoupClientInput> next() noexcept;
  std::size_t take_back() noexcept { return framer_.take_back(); }

  /// One message of the upper layer; false if there is no room, or nobody is logged in.
  bool send(std::span<const std::byte> message) noexcept;
  void log_out() noexcept;
  /// A heartbeat, if it is time for one.
  void keep_alive(std::uint64_t now_ns, const ClientTimes& times) noexcept;
  /// The server was silent for too long.
  [[nodiscard]] bool overdue(std::uint64_t now_ns, const ClientTimes& times) const noexcept {
    return state_ != State::over && now_ns >= heard_ns_ + times.timeout_ns;
  }

  [[nodiscard]] std::span<const std::byte> output() const {
    return {output_.data() + output_begin_, output_end_ - output_begin_};
  }
  void wrote(std::size_t bytes, std::uint64_t now_ns) noexcept;

  [[nodiscard]] bool logged_in() const { return state_ == State::live; }
  [[nodiscard]] const Alpha<10>& session() const { return login_.session; }
  [[nodiscard]] std::uint64_t next_number() const { return login_.next_number; }
  /// Before `connect`: another session, or another number.
  void set_login(const ClientLogin& login) noexcept { login_ = login; }

 private:
  enum class State : std::uint8_t { asked, live, over };

  bool queue(std::span<const std::byte> head, std::span<const std::byte> body = {}) noexcept;
  std::optional<SoupClientInput> on_packet(const wire_in::SoupPacket& packet) noexcept;
  SoupClientInput on_accepted(std::span<const std::byte> payload) noexcept;
  SoupClientInput finish(SoupClientInput input) noexcept;

  ClientLogin login_;
  wire_in::SoupFramer framer_;
  std::vector<std::byte> output_;
  std::size_t output_begin_ = 0;
  std::size_t output_end_ = 0;
  std::uint64_t heard_ns_ = 0;
  std::uint64_t wrote_ns_ = 0;
  State state_ = State::over;
};

}  // namespace wirebook::node::soup
