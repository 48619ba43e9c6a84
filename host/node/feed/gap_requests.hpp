// What is missing from a feed, asked for in pieces: several under way, each repeated with growing
// distance until it is answered or given up.
//
// Shapes: runs of numbers, each as long as one datagram can answer. Threads: one; time comes in.
// Errors: `unserved` says that a run was asked for as often as it may be. Cost: a fixed table; a
// look at the window's bits behind the last run asked for. Specification: MoldUDP64 1.00, request
// packet; README.md of this folder.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "node/feed/message_window.hpp"

namespace wirebook::feed {

struct RequestOptions {
  std::uint16_t messages = 27;     ///< asked for at once: so many of the longest fit 1472 bytes
  std::uint32_t under_way = 16;    ///< at most 64
  std::uint32_t per_second = 900;  ///< no server has to refuse us
  std::uint32_t attempts = 8;
  std::uint64_t timeout_ns = 50'000'000;  ///< doubles with each attempt, up to
  std::uint64_t timeout_max_ns = 1'000'000'000;
};

struct MissingRun {
  std::uint64_t first = 0;
  std::uint16_t count = 0;
};

class GapRequests {
 public:
  static constexpr std::size_t under_way_max = 64;

  explicit GapRequests(const RequestOptions& options) : options_(options) {}

  /// Forgets what is under way.
  void reset() noexcept;
  /// Looks at what has come, and takes up what is missing before `to`.
  void look(const MessageWindow& window, std::uint64_t to, std::uint64_t now_ns) noexcept;
  /// A run that is to be asked for now; each call gives another one. `wanted` is the number that
  /// the feed cannot go on without.
  [[nodiscard]] std::optional<MissingRun> next_due(std::uint64_t wanted,
                                                   std::uint64_t now_ns) noexcept;

  /// The run that begins with this number was asked for in vain, as often as it may be.
  [[nodiscard]] bool unserved(std::uint64_t first, std::uint64_t now_ns) const noexcept;
  [[nodiscard]] std::size_t under_way() const { return count_; }

 private:
  [[nodiscard]] bool take_turn(std::uint64_t now_ns) noexcept;

  struct Run {
    std::uint64_t first = 0;
    std::uint64_t end = 0;
    std::uint64_t due_ns = 0;
    std::uint32_t attempts = 0;
  };

  RequestOptions options_;
  std::array<Run, under_way_max> runs_{};
  std::size_t count_ = 0;
  std::uint64_t wanted_ = 0;
  std::uint64_t next_ns_ = 0;      ///< by the rate, less a burst
  std::uint64_t taken_up_to_ = 0;  ///< what is missing before it is in `runs_`
};

}  // namespace wirebook::feed
