// A GLIMPSE snapshot over SoupBinTCP, from the client's side: log in, take the messages, stop at
// the end message, which says where the feed goes on.
//
// Shapes: bytes of a TCP stream in; ITCH messages of the snapshot and bytes for the server out.
// Threads: one; no clock, no I/O; time comes in. Errors: whatever ends a snapshot before its end
// message fails it, with a reason; a message that is no ITCH is handed on as it is, for who applies
// it to count. Cost: some KiB, taken by the constructor; a message is copied only where TCP cut it.
// Specification: GLIMPSE 5.0; SoupBinTCP 3.00; README.md of this folder.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "wirebook/units.hpp"

#include "node/soup/soup_client.hpp"

namespace wirebook::feed {

struct GlimpseOptions {
  Alpha<6> username = Alpha<6>::from("");
  Alpha<10> password = Alpha<10>::from("");
  node::soup::ClientTimes times;
  std::uint64_t longest_ns = 300'000'000'000;  ///< a snapshot takes no longer than this
};

enum class GlimpseFailure : std::uint8_t {
  none,
  refused,         ///< the host could not connect
  not_authorized,  ///< login rejected: A
  no_session,      ///< login rejected: S, or another code
  closed,          ///< the connection ended before the snapshot did
  session_ended,   ///< Z before the snapshot's end
  bad_packet,      ///< something that no server sends there
  bad_end,         ///< an end message without a number
  silent,
  too_long,
};
[[nodiscard]] const char* to_text(GlimpseFailure failure);

class GlimpseSink {
 public:
  /// The login was accepted: what comes next is the snapshot.
  virtual void on_snapshot_begin() noexcept = 0;
  virtual void on_snapshot_message(std::span<const std::byte> message) noexcept = 0;
  virtual void on_snapshot_end(std::uint64_t next_number) noexcept = 0;
  virtual void on_snapshot_failed(GlimpseFailure why) noexcept = 0;
  virtual void send_to_glimpse(std::span<const std::byte> bytes) noexcept = 0;

 protected:
  ~GlimpseSink() = default;
};

class GlimpseClient {
 public:
  using Bytes = std::span<const std::byte>;

  GlimpseClient(const GlimpseOptions& options, GlimpseSink& sink);

  /// The connection is being made. Forgets the one before.
  void start(std::uint64_t now_ns) noexcept;
  void on_connected(std::uint64_t now_ns) noexcept;
  void on_bytes(Bytes bytes, std::uint64_t now_ns) noexcept;
  /// By the server; `connected` false: it could not be reached.
  void on_closed() noexcept;
  void poll(std::uint64_t now_ns) noexcept;
  /// Wants no more of it.
  void stop() noexcept { state_ = State::idle; }

  /// A connection is wanted, or there.
  [[nodiscard]] bool active() const { return state_ != State::idle; }

 private:
  enum class State : std::uint8_t { idle, connecting, connected };

  void on_input(const node::soup::SoupClientInput& input) noexcept;
  void on_message(Bytes message) noexcept;
  void fail(GlimpseFailure why) noexcept;
  void send_output(std::uint64_t now_ns) noexcept;

  GlimpseOptions options_;
  GlimpseSink* sink_;
  node::soup::SoupClient soup_;
  State state_ = State::idle;
  std::uint64_t started_ns_ = 0;
};

/// The number in the end message: digits, padded on the left with spaces or zeros.
[[nodiscard]] std::optional<std::uint64_t> glimpse_end(std::span<const std::byte> message);

}  // namespace wirebook::feed
