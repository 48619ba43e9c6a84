// Where the venue's control asks ingress for something about a session, and reads who is logged in.
//
//   control ── ask ──► [ one request ] ──► ingress: session rules ──► slots
//           ◄─ answer ─┘                    up, disabled: read by any
//
// Only ingress may end a session and say in the stream that it did, so an act of the control on a
// session is one that ingress carries out between two datagrams, at most a millisecond later.
//
// Shapes: a session by its number; one request at a time. Threads: `ask`, `take_back`, `answer` and
// `set_disabled` one (the control); `request`, `begin`, `finish` and `set_up` one (ingress);
// `is_up` and `is_disabled` any. Errors: a request that finds no room waits until there is some, or
// it is taken back. Cost: ingress reads one word a millisecond, and one a login.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "wirebook/assert.hpp"

namespace wirebook::node {

enum class SessionAct : std::uint8_t {
  disconnect,  ///< `session_down`; it may log in again
  kill,        ///< `kill`, and `session_down` if it is logged in
  cancel,      ///< `kill` and `session_up`: its orders end, and nothing else
  enable,      ///< `session_up` and `session_down`: the engine's kill is lifted
};

enum class SessionAnswer : std::uint8_t {
  done,
  not_logged_in,  ///< `disconnect` of a session that is not; nothing was done
};

class SessionDesk {
 public:
  struct Request {
    SessionAct act{};
    std::uint32_t session = 0;
  };

  explicit SessionDesk(std::size_t sessions) : marks_(sessions + 1) {}
  SessionDesk(const SessionDesk&) = delete;
  SessionDesk& operator=(const SessionDesk&) = delete;

  [[nodiscard]] std::size_t sessions() const { return marks_.size() - 1; }
  [[nodiscard]] bool is_up(std::uint32_t session) const { return has(session, up_bit); }
  /// It may not log in.
  [[nodiscard]] bool is_disabled(std::uint32_t session) const { return has(session, disabled_bit); }

  // The control's side.

  /// None is under way.
  void ask(Request request) {
    WIREBOOK_ASSERT(word_.load(std::memory_order_relaxed) == 0);
    word_.store(word_of(State::asked, request), std::memory_order_release);
  }
  /// Nothing while it is under way.
  [[nodiscard]] std::optional<SessionAnswer> answer() {
    if (state_of(word_.load(std::memory_order_acquire)) != State::answered)
      return std::nullopt;
    const SessionAnswer answer = answer_;
    word_.store(0, std::memory_order_relaxed);
    return answer;
  }
  /// True if ingress has not seen the request, and never will.
  [[nodiscard]] bool take_back() {
    std::uint64_t word = word_.load(std::memory_order_relaxed);
    return state_of(word) == State::asked && word_.compare_exchange_strong(word, 0);
  }
  void set_disabled(std::uint32_t session, bool on) { set(session, disabled_bit, on); }

  // The side of ingress.

  /// What is asked for, if anything.
  [[nodiscard]] std::optional<Request> request() const {
    const std::uint64_t word = word_.load(std::memory_order_acquire);
    if (state_of(word) != State::asked)
      return std::nullopt;
    return Request{static_cast<SessionAct>(word >> act_shift & 0xFF),
                   static_cast<std::uint32_t>(word)};
  }
  /// False: it was taken back.
  [[nodiscard]] bool begin(Request request) {
    std::uint64_t word = word_of(State::asked, request);
    return word_.compare_exchange_strong(word, word_of(State::under_way, request));
  }
  void finish(SessionAnswer answer) {
    answer_ = answer;
    word_.store(word_of(State::answered, {}), std::memory_order_release);
  }
  void set_up(std::uint32_t session, bool on) { set(session, up_bit, on); }

 private:
  enum class State : std::uint8_t { none, asked, under_way, answered };
  static constexpr unsigned act_shift = 32;
  static constexpr unsigned state_shift = 40;
  /// State and request in one, so that nobody takes up a request that was taken back meanwhile.
  static constexpr std::uint64_t word_of(State state, Request request) {
    return static_cast<std::uint64_t>(state) << state_shift |
           static_cast<std::uint64_t>(request.act) << act_shift | request.session;
  }
  static constexpr State state_of(std::uint64_t word) {
    return static_cast<State>(word >> state_shift);
  }
  static constexpr std::uint8_t up_bit = 1;
  static constexpr std::uint8_t disabled_bit = 2;

  [[nodiscard]] bool has(std::uint32_t session, std::uint8_t bit) const {
    return session < marks_.size() && (marks_[session].load(std::memory_order_acquire) & bit) != 0;
  }
  void set(std::uint32_t session, std::uint8_t bit, bool on) {
    WIREBOOK_ASSERT(session < marks_.size());
    if (on)
      marks_[session].fetch_or(bit, std::memory_order_acq_rel);
    else
      marks_[session].fetch_and(static_cast<std::uint8_t>(~bit), std::memory_order_acq_rel);
  }

  std::vector<std::atomic<std::uint8_t>> marks_;  ///< by session number
  std::atomic<std::uint64_t> word_{0};
  SessionAnswer answer_{};
};

}  // namespace wirebook::node
