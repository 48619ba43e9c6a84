// A clock for rehearsals: it begins at a moment of one's choice and may run faster than the host's.
//
// Only the time of day is another one. Timers (heartbeats, timeouts) go by the host's steady clock,
// so that clients live as they do.
//
// Shapes: see clock.hpp. Threads: any. Errors: none. Cost: a vDSO call.
#pragma once

#include <chrono>
#include <cstdint>

#include "node/clock.hpp"

namespace wirebook::node {

class RehearsalClock final : public TimeSource {
 public:
  /// `speed`: seconds of it in one of the host's.
  RehearsalClock(std::int64_t from_unix_ns, double speed)
      : from_ns_(from_unix_ns), speed_(speed), begin_ns_(steady_ns()) {}

  [[nodiscard]] std::int64_t unix_ns() const noexcept override {
    return from_ns_ +
           static_cast<std::int64_t>(static_cast<double>(steady_ns() - begin_ns_) * speed_);
  }
  [[nodiscard]] std::uint64_t steady_ns() const noexcept override {
    return static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::nanoseconds>(
                                          std::chrono::steady_clock::now().time_since_epoch())
                                          .count());
  }

 private:
  const std::int64_t from_ns_;
  const double speed_;
  const std::uint64_t begin_ns_;
};

}  // namespace wirebook::node
