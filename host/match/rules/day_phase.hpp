// The phases of a trading day, as system events bring them.
//
// Shapes: the letter of the event that began it. Threads: values. Errors: none.
// Cost: a compare. Specification: ../RULES.md, "Time in force and the day".
#pragma once

#include <cstdint>

namespace wirebook::match {

enum class DayPhase : char {
  open = 'O',  ///< no event has said otherwise: nearly all orders are taken
  pre_market = 'S',
  market_hours = 'Q',
  after_hours = 'M',
  ended = 'E',
};

struct Day {
  DayPhase phase = DayPhase::open;
  bool is_told = false;           ///< sessions that come are told of its S
  bool had_market_hours = false;  ///< then no order outlives it
  friend bool operator==(const Day&, const Day&) = default;
};

/// What a system event makes of the day: behind its end only an S counts.
constexpr Day after(Day day, char code) {
  if (code == 'S')
    return {
        .phase = DayPhase::pre_market, .is_told = true, .had_market_hours = day.had_market_hours};
  if (code == 'E')
    return {.phase = DayPhase::ended};
  if (day.phase == DayPhase::ended || (code != 'Q' && code != 'M'))
    return day;
  day.had_market_hours = day.had_market_hours || code == 'Q';
  day.phase = static_cast<DayPhase>(code);
  return day;
}

}  // namespace wirebook::match
