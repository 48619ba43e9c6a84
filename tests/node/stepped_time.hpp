// A clock whose timers go by when the test says so: no pause of the machine is a peer's silence.
#pragma once

#include <atomic>
#include <cstdint>

#include "node/clock.hpp"

namespace wirebook::node {

/// Steady time stands still but for `pass`, until it goes on; the time of day is the host's.
class SteppedTime final : public TimeSource {
 public:
  void pass(std::uint64_t ms) { ahead_ns_ += ms * ns_per_ms; }
  void go_on() { stands_at_ns_ = 0; }

  [[nodiscard]] std::int64_t unix_ns() const noexcept override { return host_.unix_ns(); }
  [[nodiscard]] std::uint64_t steady_ns() const noexcept override {
    const std::uint64_t stands_at_ns = stands_at_ns_;
    return ahead_ns_ + (stands_at_ns != 0 ? stands_at_ns : host_.steady_ns());
  }

 private:
  const Clock host_{0};
  std::atomic<std::uint64_t> stands_at_ns_{host_.steady_ns()};
  std::atomic<std::uint64_t> ahead_ns_{0};
};

/// Gone before the node, which needs time to end.
class TimeGoesOn {
 public:
  explicit TimeGoesOn(SteppedTime& time) : time_(&time) {}
  ~TimeGoesOn() { time_->go_on(); }
  TimeGoesOn(const TimeGoesOn&) = delete;
  TimeGoesOn& operator=(const TimeGoesOn&) = delete;

 private:
  SteppedTime* time_;
};

}  // namespace wirebook::node
