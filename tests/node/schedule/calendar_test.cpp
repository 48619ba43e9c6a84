// Goal: what a program is to do at a moment follows from the schedule alone, and session names from
// the date. Method: moments around the edges of days, weekends, holidays and zones.
#include "node/schedule/calendar.hpp"

#include <gtest/gtest.h>

namespace wirebook::node {
namespace {

using What = DayPlan::What;

DayPlan plan_at(const char* utc, std::int32_t offset_minutes = 0,
                const ScheduleTable& schedule = {}, std::uint32_t skip = 0) {
  return plan_day(schedule, offset_minutes, *parse_utc(utc), skip);
}

TEST(Calendar, ADayRunsFromItsFirstMessageToTheEndOfSystemHours) {
  EXPECT_EQ(plan_at("2026-11-20T03:54:59Z").what, What::wait);
  EXPECT_EQ(plan_at("2026-11-20T03:55:00Z").what, What::run);
  EXPECT_EQ(plan_at("2026-11-20T19:59:59Z").what, What::run);
  EXPECT_EQ(plan_at("2026-11-20T20:00:00Z").what, What::finish);
  EXPECT_EQ(plan_at("2026-11-20T23:59:59Z").what, What::finish);
  EXPECT_EQ(plan_at("2026-11-20T12:00:00Z").date, 20261120U);
}

TEST(Calendar, WaitsForTheNextTradingDay) {
  const DayPlan friday = plan_at("2026-11-20T20:30:00Z");
  EXPECT_EQ(friday.begins_unix_ns, *parse_utc("2026-11-23T03:55:00Z"));
  const DayPlan saturday = plan_at("2026-11-21T12:00:00Z");
  EXPECT_EQ(saturday.what, What::wait);
  EXPECT_EQ(saturday.begins_unix_ns, *parse_utc("2026-11-23T03:55:00Z"));
  EXPECT_EQ(saturday.date, 20261123U);
  const DayPlan early = plan_at("2026-11-23T00:00:00Z");
  EXPECT_EQ(early.what, What::wait);
  EXPECT_EQ(early.begins_unix_ns, *parse_utc("2026-11-23T03:55:00Z"));
}

TEST(Calendar, KnowsHolidaysAndTheDaysOfTheWeek) {
  ScheduleTable schedule;
  schedule.holidays = {20261225, 20261228};
  const DayPlan plan = plan_at("2026-12-25T12:00:00Z", 0, schedule);
  EXPECT_EQ(plan.what, What::wait);
  EXPECT_EQ(plan.date, 20261229U);
  schedule.weekdays = 1U << 5;  // Saturdays
  EXPECT_EQ(plan_at("2026-11-21T12:00:00Z", 0, schedule).what, What::run);
  EXPECT_EQ(plan_at("2026-11-20T12:00:00Z", 0, schedule).date, 20261121U);
  schedule.weekdays = 0;
  EXPECT_EQ(plan_at("2026-11-20T12:00:00Z", 0, schedule).what, What::never);
}

TEST(Calendar, ADayThatIsOverIsSkipped) {
  const DayPlan plan = plan_at("2026-11-20T12:00:00Z", 0, {}, 20261120);
  EXPECT_EQ(plan.what, What::wait);
  EXPECT_EQ(plan.date, 20261123U);
}

TEST(Calendar, TheDayIsThatOfTheZone) {
  // In New York, in winter, it is 22:55 of the day before.
  EXPECT_EQ(plan_at("2026-11-24T03:55:00Z", -300).what, What::finish);
  EXPECT_EQ(plan_at("2026-11-24T03:55:00Z", -300).date, 20261123U);
  EXPECT_EQ(plan_at("2026-11-24T03:55:00Z", -300).begins_unix_ns,
            *parse_utc("2026-11-24T08:55:00Z"));
  EXPECT_EQ(plan_at("2026-11-22T20:00:00Z", 540).date, 20261123U);
}

TEST(DayPhases, SayWhatIsDue) {
  const ScheduleTable schedule;
  EXPECT_EQ(due_events(schedule, 0, time_of_day(3)), "");
  EXPECT_EQ(due_events(schedule, 0, time_of_day(3, 55)), "O");
  EXPECT_EQ(due_events(schedule, 'O', time_of_day(10)), "SQ");
  EXPECT_EQ(due_events(schedule, 'S', time_of_day(10)), "Q");
  EXPECT_EQ(due_events(schedule, 'Q', time_of_day(10)), "");
  EXPECT_EQ(due_events(schedule, 'Q', time_of_day(23)), "ME");
  EXPECT_EQ(due_events(schedule, 'E', time_of_day(23)), "");
  EXPECT_EQ(next_event(schedule, 'Q')->code, 'M');
  EXPECT_EQ(next_event(schedule, 'Q')->at, time_of_day(16));
  EXPECT_EQ(next_event(schedule, 'E')->code, 'C');
  EXPECT_FALSE(next_event(schedule, 'C'));
}

TEST(Calendar, ReadsDatesAndMomentsStrictly) {
  EXPECT_EQ(parse_date("2026-02-28"), 20260228U);
  for (const char* text : {"2026-02-29", "2026-2-28", "2026-13-01", "26-12-25", "2026/12/25", ""})
    EXPECT_FALSE(parse_date(text)) << text;
  EXPECT_EQ(*parse_utc("1970-01-02T00:00:01Z"), 86'401'000'000'000);
  for (const char* text : {"2026-11-20", "2026-11-20T24:00:00Z", "2026-11-20T03:54:59+1", "x"})
    EXPECT_FALSE(parse_utc(text)) << text;
  EXPECT_EQ(clock_text(time_of_day(9, 30)), "09:30:00");
  EXPECT_EQ(clock_text({time_of_day(9, 30).raw + 250'000'000}), "09:30:00.250");
}

TEST(Calendar, NamesOfSessionsAreTheDays) {
  const auto name = Alpha<10>::from("WB00");
  EXPECT_EQ(day_session_name(name, 20261120).view(), "WB00B20");
  EXPECT_EQ(day_session_name(name, 20260105).view(), "WB00105");
}

}  // namespace
}  // namespace wirebook::node
