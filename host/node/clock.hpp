// The node's clocks: the time of the trading day, which goes into slots, and a steady one for
// timers.
//
// Shapes: nanoseconds; the day starts at midnight of the configured zone and goes on past the next
// one until the node stops. Threads: any. Errors: none; time before the day is its start.
// Cost: one vDSO call each; that a simulator may stand in for the host costs a branch that is
// always taken.
#pragma once

#include <chrono>
#include <cstdint>
#include <ctime>

#include "wirebook/units.hpp"

namespace wirebook::node {

inline constexpr std::uint64_t ns_per_us = 1'000;
inline constexpr std::uint64_t ns_per_ms = 1'000'000;

/// Both clocks, read together.
struct Moment {
  TimeNs day{};
  std::uint64_t steady_ns = 0;
};

/// Where time comes from if not from the host: a simulator's own.
class TimeSource {
 public:
  virtual ~TimeSource() = default;

  /// Since 1970, UTC.
  [[nodiscard]] virtual std::int64_t unix_ns() const noexcept = 0;
  /// Never goes back.
  [[nodiscard]] virtual std::uint64_t steady_ns() const noexcept = 0;
};

class Clock {
 public:
  /// `source` outlives the clock; null: the host's clocks.
  explicit Clock(std::int32_t utc_offset_minutes, const TimeSource* source = nullptr)
      : source_(source) {
    constexpr std::int64_t ns_per_s = 1'000'000'000;
    constexpr std::int64_t day_ns = 86'400 * ns_per_s;
    const std::int64_t offset_ns = std::int64_t{utc_offset_minutes} * 60 * ns_per_s;
    const std::int64_t local_ns = unix_ns() + offset_ns;
    midnight_ns_ = local_ns - local_ns % day_ns - offset_ns;
    local_date_ = std::chrono::sys_days(std::chrono::days(local_ns / day_ns));
  }

  /// The date on which the day started, in the configured zone: yyyymmdd.
  [[nodiscard]] std::uint32_t trading_day() const {
    return static_cast<std::uint32_t>(static_cast<int>(local_date_.year())) * 10'000 +
           static_cast<unsigned>(local_date_.month()) * 100 +
           static_cast<unsigned>(local_date_.day());
  }

  [[nodiscard]] TimeNs day() const {
    const std::int64_t since = unix_ns() - midnight_ns_;
    return {since < 0 ? 0 : static_cast<std::uint64_t>(since)};
  }
  [[nodiscard]] std::uint64_t steady_ns() const {
    if (source_ == nullptr) [[likely]]
      return static_cast<std::uint64_t>(read(CLOCK_MONOTONIC));
    return source_->steady_ns();
  }
  [[nodiscard]] Moment now() const { return {day(), steady_ns()}; }
  /// Since 1970, UTC.
  [[nodiscard]] std::int64_t unix_ns() const {
    if (source_ == nullptr) [[likely]]
      return read(CLOCK_REALTIME);
    return source_->unix_ns();
  }

 private:
  static std::int64_t read(clockid_t id) {
    timespec time{};
    clock_gettime(id, &time);
    return std::int64_t{time.tv_sec} * 1'000'000'000 + time.tv_nsec;
  }

  const TimeSource* source_;
  std::int64_t midnight_ns_ = 0;
  std::chrono::year_month_day local_date_;
};

}  // namespace wirebook::node
