// The node's clocks: the time of the trading day, which goes into slots, and a steady one for
// timers.
//
// Shapes: nanoseconds; the day starts at midnight of the configured zone and goes on past the next
// one until the node stops. Threads: any. Errors: none; time before the day is its start.
// Cost: one vDSO call each.
#pragma once

#include <cstdint>
#include <ctime>

#include "wirebook/units.hpp"

namespace wirebook::node {

inline constexpr std::uint64_t ns_per_ms = 1'000'000;

/// Both clocks, read together.
struct Moment {
  TimeNs day{};
  std::uint64_t steady_ns = 0;
};

class Clock {
 public:
  explicit Clock(std::int32_t utc_offset_minutes) {
    constexpr std::int64_t day_s = 86'400;
    const std::int64_t local_s = std::time(nullptr) + std::int64_t{utc_offset_minutes} * 60;
    midnight_ns_ =
        (local_s - local_s % day_s - std::int64_t{utc_offset_minutes} * 60) * 1'000'000'000;
  }

  [[nodiscard]] TimeNs day() const {
    const std::int64_t since = read(CLOCK_REALTIME) - midnight_ns_;
    return {since < 0 ? 0 : static_cast<std::uint64_t>(since)};
  }
  [[nodiscard]] static std::uint64_t steady_ns() {
    return static_cast<std::uint64_t>(read(CLOCK_MONOTONIC));
  }
  [[nodiscard]] Moment now() const { return {day(), steady_ns()}; }

 private:
  static std::int64_t read(clockid_t id) {
    timespec time{};
    clock_gettime(id, &time);
    return std::int64_t{time.tv_sec} * 1'000'000'000 + time.tv_nsec;
  }

  std::int64_t midnight_ns_;
};

}  // namespace wirebook::node
