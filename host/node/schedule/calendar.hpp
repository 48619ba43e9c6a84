// Which dates are trading days, and what a program that is started now is to do.
//
//   before messages_start, no trading day ──► wait until the next one begins
//   from messages_start to system_end ──────► today's day, from where it is
//   from then on ───────────────────────────► today's day only if it began and has not ended
//
// Shapes: a date is yyyymmdd, in the zone of `[clock]`, whose offset to UTC is fixed: a change of
// daylight saving is a change of the key. Threads: pure. Errors: no trading day within ten years:
// none at all. Cost: start-up and once a day. Specification: README.md of this folder.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "wirebook/units.hpp"

#include "node/schedule/day_phases.hpp"

namespace wirebook::node {

/// 2026-12-25 to 20261225; nothing if there is no such date.
[[nodiscard]] std::optional<std::uint32_t> parse_date(std::string_view text);
[[nodiscard]] std::string date_text(std::uint32_t date);
/// 2026-11-20T03:54:59Z to ns since 1970; nothing if that is no moment.
[[nodiscard]] std::optional<std::int64_t> parse_utc(std::string_view text);
/// 09:30:00, with milliseconds if there are any.
[[nodiscard]] std::string clock_text(TimeNs time);

[[nodiscard]] bool is_trading_day(const ScheduleTable& schedule, std::uint32_t date);

struct DayPlan {
  enum class What : std::uint8_t {
    run,     ///< today's day
    finish,  ///< today's day, if it has begun and not ended
    wait,    ///< until `begins_unix_ns`
    never,
  };
  What what = What::never;
  std::int64_t begins_unix_ns = 0;  ///< of the next day: `wait` and `finish`
  std::uint32_t date = 0;           ///< of the day that is run, finished or waited for
};

/// At this moment; `skip` is a date that is over, whatever the time says: 0 for none.
[[nodiscard]] DayPlan plan_day(const ScheduleTable& schedule, std::int32_t utc_offset_minutes,
                               std::int64_t unix_ns, std::uint32_t skip = 0);

/// What follows a session's name on this date: the month in hexadecimal and the day, so that names
/// of different days differ, and the same day has the same one after a restart.
[[nodiscard]] Alpha<10> day_session_name(const Alpha<10>& name, std::uint32_t date);

}  // namespace wirebook::node
