// The server's side of one SoupBinTCP connection, in two halves that never meet: what the client
// says, and what it is told. So each may have a thread of its own.
//
//   bytes ──► SoupServerIn ──► login, messages, logout      accept, reject, end ──► SoupServerOut
//                 │ overdue                                 blocks of a store ──┘        │ iovecs
//                                                                                 wrote ◄┘
//
// No clock, no socket: the owner hands in bytes, blocks and steady time, and does what it is told.
//
// Shapes: input as a wire_in::SoupFramer has it; output as iovecs to headers, to the few bytes
// that are ours, and to messages where they lie in somebody's store. Threads: each half one.
// Errors: `SoupInputKind`; the table in README.md says what becomes of which bytes. Cost: input is
// copied only where a packet straddles two reads; output never; nothing is allocated after the
// constructor. Specification: SoupBinTCP 3.00.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include <sys/uio.h>

#include "wirebook/outcome.hpp"

#include "node/soup/soup_packets.hpp"
#include "wire_in/soup_framer.hpp"

namespace wirebook::node::soup {

/// What a client sends is short: a login has 49 bytes, an order with all its tags below 200.
inline constexpr std::size_t client_packet_bytes_max = 256;

struct ServerTimes {
  std::uint64_t login_timeout_ns = 5'000'000'000;
  std::uint64_t timeout_ns = 15'000'000'000;   ///< a client that is silent for so long is gone
  std::uint64_t heartbeat_ns = 1'000'000'000;  ///< of ours, when nothing else was sent
};

enum class SoupInputKind : std::uint8_t {
  login,      ///< now `accept` or `close`
  message,    ///< `payload` is one message of the upper layer, or nothing at all
  logout,     ///< close at once
  malformed,  ///< `outcome` tells; skipped, the stream goes on
  violation,  ///< a packet in a state in which there is none such: close
};

struct SoupLogin {
  Alpha<6> username{};
  Alpha<10> password{};
  Alpha<10> requested_session{};
  std::uint64_t requested_sequence = 0;
};

struct SoupInput {
  SoupInputKind kind{};
  Outcome outcome = Outcome::ok;
  std::span<const std::byte> payload;  ///< until the next call
  SoupLogin login;                     ///< of `login`
};

class SoupServerIn {
 public:
  SoupServerIn() : framer_(wire_in::SoupSide::from_client, client_packet_bytes_max) {}

  /// A new connection.
  void open(std::uint64_t now_ns) noexcept;
  /// As SoupFramer: `bytes` live until `next` has returned nothing, or `take_back`.
  void feed(std::span<const std::byte> bytes, std::uint64_t now_ns) noexcept;
  /// What the owner has to know of; heartbeats and debug packets are not such. Nothing more comes
  /// behind a logout or a violation.
  std::optional<SoupInput> next() noexcept;
  std::size_t take_back() noexcept { return framer_.take_back(); }

  /// The login was good.
  void accept() noexcept { state_ = State::logged_in; }
  /// The connection is over, and takes nothing more.
  void close() noexcept { state_ = State::over; }

  [[nodiscard]] bool over() const { return state_ == State::over; }
  [[nodiscard]] bool logged_in() const { return state_ == State::logged_in; }
  [[nodiscard]] std::uint64_t heard_ns() const { return heard_ns_; }
  /// The client was silent for too long, or did not log in in time. Silence counts from `since_ns`
  /// at the earliest: before that nobody listened.
  [[nodiscard]] bool overdue(std::uint64_t now_ns, const ServerTimes& times,
                             std::uint64_t since_ns = 0) const noexcept;

 private:
  enum class State : std::uint8_t { stranger, logged_in, over };

  SoupInput on_login(std::span<const std::byte> payload) noexcept;
  SoupInput violation() noexcept;

  wire_in::SoupFramer framer_;
  std::uint64_t opened_ns_ = 0;
  std::uint64_t heard_ns_ = 0;
  State state_ = State::over;
};

/// What a write came to.
struct SoupWritten {
  std::uint32_t messages = 0;   ///< that are wholly gone
  std::size_t block_bytes = 0;  ///< theirs: the next blocks begin behind them
};

class SoupServerOut {
 public:
  /// A new connection: nothing may be sent but the answer to its login.
  void open(std::uint64_t now_ns) noexcept;

  /// Messages from the number `next` on may follow.
  void accept(const Alpha<10>& session, std::uint64_t next, std::uint64_t now_ns) noexcept;
  /// 'A' not authorized, 'S' no such session. Nothing follows.
  void reject(char code) noexcept;
  /// Behind what was gathered so far; nothing follows.
  void end() noexcept;

  /// A heartbeat is queued if it is time for one; true if it is.
  bool keep_alive(std::uint64_t now_ns, const ServerTimes& times) noexcept;

  /// The number of the first message that is not wholly gone.
  [[nodiscard]] std::uint64_t position() const { return position_; }
  /// There are bytes that must go before any other message.
  [[nodiscard]] bool pending() const { return partial_ != 0 || own_begin_ != own_end_; }
  [[nodiscard]] bool takes_messages() const { return state_ == State::live; }
  /// Everything is gone that was to be sent: close for writing.
  [[nodiscard]] bool done() const { return state_ == State::ending && !pending(); }

  /// What is to be written now: `blocks` are whole blocks of u16 length and message from
  /// `position` on. Gives how many of `vectors` it filled.
  [[nodiscard]] std::size_t gather(std::span<const std::byte> blocks,
                                   std::span<iovec> vectors) const noexcept;
  /// So many bytes of that were taken; `blocks` as for `gather`.
  SoupWritten wrote(std::size_t bytes, std::span<const std::byte> blocks,
                    std::uint64_t now_ns) noexcept;

  /// When bytes last went, or the connection began.
  [[nodiscard]] std::uint64_t wrote_ns() const { return wrote_ns_; }

 private:
  enum class State : std::uint8_t { stranger, live, ending };

  template <wire::WireMessage Message>
  void queue(const Message& message) noexcept;

  std::uint64_t position_ = 1;
  std::uint64_t wrote_ns_ = 0;
  std::uint32_t partial_ = 0;  ///< of the packet at `position_`, how many bytes are gone
  State state_ = State::stranger;
  std::uint8_t own_begin_ = 0;
  std::uint8_t own_end_ = 0;
  /// An answer to a login and an end, or heartbeats; never more.
  std::array<std::byte, 48> own_{};
};

}  // namespace wirebook::node::soup
