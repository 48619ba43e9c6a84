// Two lines of one MoldUDP64 feed become one: each message once, in order, the first copy wins.
//
// Shapes: UDP payloads of the lines A and B and of a re-request server in; numbered messages out,
// never past one that is missing: those behind it wait in a window of fixed size. Nothing here asks
// for what is missing; see feed_client.hpp. Threads: one; no clock, no I/O; time comes in.
// Errors: an outcome a datagram, counted by line; see the table in README.md of this folder.
// Cost: a message in order is handed on where it lies, one before its turn is copied once.
// Specification: MoldUDP64 1.00, downstream packet; README.md of this folder.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "wirebook/outcome.hpp"
#include "wirebook/units.hpp"
#include "wirebook/wire/session.hpp"

#include "node/feed/message_window.hpp"

namespace wirebook::feed {

/// Where a datagram came from. Answers are of the re-request server: they never change the session.
enum class Line : std::uint8_t { a, b, answer };
inline constexpr std::size_t lines_max = 3;

struct LineCounters {
  OutcomeCounters outcomes{};     ///< of its datagrams
  std::uint64_t datagrams = 0;    ///< of any session and shape
  std::uint64_t messages = 0;     ///< that came here first
  std::uint64_t duplicates = 0;   ///< that had come, or been passed over, before
  std::uint64_t missed = 0;       ///< numbers that this line passed over
  std::uint64_t not_kept = 0;     ///< beyond the window, or longer than a cell: asked for again
  std::uint64_t heard_at_ns = 0;  ///< when the followed session was heard here last
};

struct ArbiterOptions {
  std::optional<Alpha<10>> session;               ///< no other is followed; none: whichever comes
  std::size_t window_messages = 1U << 16;         ///< a power of two, 64 or more
  std::uint64_t grace_ns = 3'000'000'000;         ///< silent for so long, a session may be replaced
  std::uint64_t rewind_after_ns = 3'000'000'000;  ///< nothing but old numbers: it began again
};

class ArbiterSink {
 public:
  /// Another session, or the same from its start. `number` is the first that was heard of it.
  virtual void on_session(const Alpha<10>& session, std::uint64_t number) noexcept = 0;
  virtual void on_message(std::uint64_t number, std::span<const std::byte> message) noexcept = 0;

 protected:
  ~ArbiterSink() = default;
};

class LineArbiter {
 public:
  using Bytes = std::span<const std::byte>;

  LineArbiter(const ArbiterOptions& options, ArbiterSink& sink);

  /// Every datagram has one outcome, which is counted already. `on_session` may call `start_at` and
  /// `hold`; `on_message` must not come back here.
  Outcome on_datagram(Line line, Bytes payload, std::uint64_t now_ns) noexcept;

  /// What comes next is `number`: lower ones are passed over, held ones from there on handed on.
  void start_at(std::uint64_t number) noexcept;
  /// Hands on nothing, and keeps what fits from `number` on, until `release`.
  void hold(std::uint64_t number) noexcept;
  /// Goes on with `number`, and forgets claims of numbers beyond what was heard since `hold`.
  void release(std::uint64_t number) noexcept;

  [[nodiscard]] const std::optional<Alpha<10>>& session() const { return session_; }
  [[nodiscard]] bool holding() const { return holding_; }
  /// The number that is handed on next.
  [[nodiscard]] std::uint64_t expected() const { return window_.begin(); }
  /// Behind the last number that is known to exist.
  [[nodiscard]] std::uint64_t known_end() const { return known_end_; }
  /// The session's end was heard, and all of it handed on.
  [[nodiscard]] bool ended() const { return end_heard_ && !holding_ && expected() >= known_end_; }
  [[nodiscard]] const MessageWindow& window() const { return window_; }
  [[nodiscard]] const LineCounters& counters(Line line) const {
    return counters_[static_cast<std::size_t>(line)];
  }

 private:
  [[nodiscard]] Outcome judge(Line line, Bytes payload, std::uint64_t now_ns) noexcept;
  [[nodiscard]] bool may_enter(const Alpha<10>& session, std::uint64_t now_ns) const;
  void enter(const Alpha<10>& session, std::uint64_t number, std::uint64_t now_ns) noexcept;
  [[nodiscard]] bool is_rewound(std::uint64_t end, std::uint64_t now_ns) noexcept;
  void note_end(LineCounters& line, std::uint64_t first, std::uint64_t end) noexcept;
  std::uint64_t take(LineCounters& line, Bytes& blocks, std::uint64_t first,
                     std::uint16_t count) noexcept;
  void take_one(LineCounters& line, std::uint64_t number, Bytes message) noexcept;
  void drain() noexcept;

  ArbiterOptions options_;
  ArbiterSink* sink_;
  MessageWindow window_;
  std::optional<Alpha<10>> session_;
  std::optional<Alpha<10>> previous_session_;
  std::uint64_t known_end_ = 1;
  std::uint64_t end_since_hold_ = 1;
  std::uint64_t heard_at_ns_ = 0;  ///< the session, on a line
  std::uint64_t end_heard_at_ns_ = 0;
  std::uint64_t behind_since_ns_ = 0;
  bool behind_ = false;  ///< for a while nothing but old numbers came
  bool end_heard_ = false;
  bool holding_ = false;
  std::array<LineCounters, lines_max> counters_{};
  std::array<std::uint64_t, lines_max> line_next_{};  ///< the number a line should have next
};

}  // namespace wirebook::feed
