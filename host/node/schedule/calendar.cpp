#include "node/schedule/calendar.hpp"

#include <algorithm>
#include <array>
#include <chrono>

#include <fmt/format.h>

namespace wirebook::node {

namespace {

constexpr std::int64_t ns_in_second = 1'000'000'000;
constexpr std::int64_t ns_in_day = 86'400 * ns_in_second;
constexpr int days_looked_at = 3660;

using Date = std::chrono::sys_days;

std::uint32_t number_of(Date day) {
  const std::chrono::year_month_day date(day);
  return static_cast<std::uint32_t>(static_cast<int>(date.year())) * 10'000 +
         static_cast<unsigned>(date.month()) * 100 + static_cast<unsigned>(date.day());
}

std::chrono::year_month_day date_of(std::uint32_t number) {
  return {std::chrono::year(static_cast<int>(number / 10'000)),
          std::chrono::month(number / 100 % 100), std::chrono::day(number % 100)};
}

}  // namespace

std::optional<std::uint32_t> parse_date(std::string_view text) {
  if (text.size() != 10 || text[4] != '-' || text[7] != '-')
    return std::nullopt;
  std::uint32_t number = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (i == 4 || i == 7)
      continue;
    if (text[i] < '0' || text[i] > '9')
      return std::nullopt;
    number = number * 10 + static_cast<std::uint32_t>(text[i] - '0');
  }
  return date_of(number).ok() ? std::optional(number) : std::nullopt;
}

std::optional<std::int64_t> parse_utc(std::string_view text) {
  if (text.size() != 20 || text[10] != 'T' || text[13] != ':' || text[16] != ':' || text[19] != 'Z')
    return std::nullopt;
  const std::optional<std::uint32_t> date = parse_date(text.substr(0, 10));
  std::array<int, 3> parts{};
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const char tens = text[11 + 3 * i];
    const char ones = text[12 + 3 * i];
    if (tens < '0' || tens > '9' || ones < '0' || ones > '9')
      return std::nullopt;
    parts[i] = (tens - '0') * 10 + (ones - '0');
  }
  if (!date || parts[0] > 23 || parts[1] > 59 || parts[2] > 59)
    return std::nullopt;
  const std::int64_t seconds = (parts[0] * 60 + parts[1]) * 60 + parts[2];
  return Date(date_of(*date)).time_since_epoch().count() * ns_in_day + seconds * ns_in_second;
}

std::string date_text(std::uint32_t date) {
  return fmt::format("{:04}-{:02}-{:02}", date / 10'000, date / 100 % 100, date % 100);
}

std::string clock_text(TimeNs time) {
  const std::uint64_t seconds = time.raw / ns_in_second;
  const std::uint64_t ms = time.raw / 1'000'000 % 1000;
  return fmt::format("{:02}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60) +
         (ms == 0 ? "" : fmt::format(".{:03}", ms));
}

bool is_trading_day(const ScheduleTable& schedule, std::uint32_t date) {
  const std::chrono::weekday weekday{Date(date_of(date))};
  return (schedule.weekdays >> (weekday.iso_encoding() - 1) & 1U) != 0 &&
         !std::binary_search(schedule.holidays.begin(), schedule.holidays.end(), date);
}

DayPlan plan_day(const ScheduleTable& schedule, std::int32_t utc_offset_minutes,
                 std::int64_t unix_ns, std::uint32_t skip) {
  const std::int64_t offset_ns = std::int64_t{utc_offset_minutes} * 60 * ns_in_second;
  const std::int64_t local_ns = unix_ns + offset_ns;
  const Date today{std::chrono::days(local_ns / ns_in_day)};
  const TimeNs now{static_cast<std::uint64_t>(local_ns % ns_in_day)};
  const std::uint32_t date = number_of(today);

  DayPlan plan;
  const bool is_open = date > skip && is_trading_day(schedule, date);
  if (is_open && now >= schedule.at_event('O'))
    plan = {.what = now < schedule.at_event('E') ? DayPlan::What::run : DayPlan::What::finish,
            .date = date};
  if (plan.what == DayPlan::What::run)
    return plan;
  const bool today_may_come = is_open && now < schedule.at_event('O');
  for (int i = today_may_come ? 0 : 1; i < days_looked_at; ++i) {
    const Date day = today + std::chrono::days(i);
    if (number_of(day) <= skip || !is_trading_day(schedule, number_of(day)))
      continue;
    plan.begins_unix_ns = day.time_since_epoch().count() * ns_in_day - offset_ns +
                          static_cast<std::int64_t>(schedule.at_event('O').raw);
    if (plan.what == DayPlan::What::never)
      plan = {.what = DayPlan::What::wait,
              .begins_unix_ns = plan.begins_unix_ns,
              .date = number_of(day)};
    break;
  }
  return plan;
}

Alpha<10> day_session_name(const Alpha<10>& name, std::uint32_t date) {
  return Alpha<10>::from(fmt::format("{}{:X}{:02}", name.view(), date / 100 % 100, date % 100));
}

}  // namespace wirebook::node
