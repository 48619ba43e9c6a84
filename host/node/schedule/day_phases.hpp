// The phases of a trading day by their system events, and which of them are due when.
//
//   O messages start ─► S system hours ─► Q market hours ─► M … ─► E system ends ─► C messages end
//
// Shapes: a code of ITCH `S`; times of day. Threads: pure. Errors: none; a code that is none comes
// before all. Cost: a look at six times. Specification: ITCH 5.0, system event;
// host/match/RULES.md
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "wirebook/units.hpp"

namespace wirebook::node {

inline constexpr std::string_view day_event_codes = "OSQMEC";
inline constexpr std::size_t day_events = day_event_codes.size();

/// Where a code stands in the day, from 1; 0 for what is none.
[[nodiscard]] constexpr std::size_t place_of_event(char code) {
  const std::size_t at = code == 0 ? std::string_view::npos : day_event_codes.find(code);
  return at == std::string_view::npos ? 0 : at + 1;
}

[[nodiscard]] constexpr TimeNs time_of_day(std::uint64_t hours, std::uint64_t minutes = 0) {
  return {(hours * 60 + minutes) * 60 * 1'000'000'000};
}

/// `[schedule]`: without it a node has one day, from its start to its stop.
struct ScheduleTable {
  bool on = false;
  /// In the order of `day_event_codes`, ascending.
  std::array<TimeNs, day_events> at{time_of_day(3, 55), time_of_day(4),  time_of_day(9, 30),
                                    time_of_day(16),    time_of_day(20), time_of_day(20, 5)};
  std::uint8_t weekdays = 0b001'1111;   ///< bit 0: Monday
  std::vector<std::uint32_t> holidays;  ///< yyyymmdd, ascending

  [[nodiscard]] TimeNs at_event(char code) const { return at[place_of_event(code) - 1]; }
};

/// Events that are due at `now`, in their order, where `reached` is the last one that there was (0:
/// none). C is not among them: it is a node's last word.
[[nodiscard]] inline std::string due_events(const ScheduleTable& schedule, char reached,
                                            TimeNs now) {
  std::string codes;
  for (std::size_t i = place_of_event(reached); i + 1 < day_events; ++i)
    if (schedule.at[i] <= now)
      codes += day_event_codes[i];
  return codes;
}

/// What comes next, and when; nothing behind C.
struct NextEvent {
  char code = 0;
  TimeNs at{};
};
[[nodiscard]] inline std::optional<NextEvent> next_event(const ScheduleTable& schedule,
                                                         char reached) {
  const std::size_t place = place_of_event(reached);
  if (place >= day_events)
    return std::nullopt;
  return NextEvent{day_event_codes[place], schedule.at[place]};
}

}  // namespace wirebook::node
