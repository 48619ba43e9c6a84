#include "node/config/config_day.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <optional>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "wirebook/limits.hpp"

#include "node/schedule/calendar.hpp"

namespace wirebook::node {

namespace {

constexpr std::array<std::string_view, day_events> event_keys{
    "messages_start", "system_start", "market_open", "market_close", "system_end", "messages_end"};
const std::array<std::string, 7> weekday_names{"mon", "tue", "wed", "thu", "fri", "sat", "sun"};

/// All of `text`, which is digits only.
std::optional<std::uint32_t> number_of(std::string_view text) {
  std::uint32_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size())
    return std::nullopt;
  return number;
}

/// 09:30, 09:30:00 or 09:30:00.250.
std::optional<TimeNs> parse_time(std::string_view text) {
  constexpr std::uint64_t ns_per_s = 1'000'000'000;
  const auto digits = [&](std::size_t at, std::size_t count) {
    return text.size() >= at + count ? number_of(text.substr(at, count)) : std::nullopt;
  };
  const auto is_at = [&](std::size_t at, char c) { return text.size() > at && text[at] == c; };
  const auto hours = digits(0, 2);
  const auto minutes = digits(3, 2);
  if (!hours || !minutes || !is_at(2, ':') || *hours > 23 || *minutes > 59)
    return std::nullopt;
  TimeNs time = time_of_day(*hours, *minutes);
  if (text.size() == 5)
    return time;
  const auto seconds = digits(6, 2);
  if (!seconds || !is_at(5, ':') || *seconds > 59)
    return std::nullopt;
  time.raw += *seconds * ns_per_s;
  if (text.size() == 8)
    return time;
  const auto ms = digits(9, 3);
  if (!ms || !is_at(8, '.') || text.size() != 12)
    return std::nullopt;
  time.raw += *ms * ns_per_ms;
  return time;
}

void read_times(ConfigTable& table, ScheduleTable& schedule) {
  for (std::size_t i = 0; i < day_events; ++i) {
    std::string text;
    if (!table.text(event_keys[i], text))
      continue;
    if (const std::optional<TimeNs> time = parse_time(text))
      schedule.at[i] = *time;
    else
      table.wrong(
          event_keys[i],
          fmt::format("is \"{}\", but must be a time of day: \"09:30\" or \"09:30:00\"", text));
  }
  for (std::size_t i = 1; i < day_events; ++i)
    if (schedule.at[i] <= schedule.at[i - 1])
      table.wrong(table.has(event_keys[i]) ? event_keys[i] : "",
                  fmt::format("{}, {}, must be later than {}, {}", event_keys[i],
                              clock_text(schedule.at[i]), event_keys[i - 1],
                              clock_text(schedule.at[i - 1])));
}

void read_weekdays(ConfigTable& table, ScheduleTable& schedule) {
  std::vector<std::string> names;
  if (!table.texts("days", names))
    return;
  schedule.weekdays = 0;
  for (const std::string& name : names) {
    const auto found = std::find(weekday_names.begin(), weekday_names.end(), name);
    if (found == weekday_names.end())
      return table.wrong("days", fmt::format("has \"{}\", but must be of \"{}\"", name,
                                             fmt::join(weekday_names, "\", \"")));
    schedule.weekdays |= static_cast<std::uint8_t>(1U << (found - weekday_names.begin()));
  }
  if (schedule.weekdays == 0)
    table.wrong("days", "has no day, so there would never be one");
}

void read_holidays(ConfigTable& table, ScheduleTable& schedule) {
  std::vector<std::string> dates;
  if (!table.texts("holidays", dates))
    return;
  for (const std::string& text : dates) {
    const std::optional<std::uint32_t> date = parse_date(text);
    if (!date)
      return table.wrong("holidays",
                         fmt::format("has \"{}\", but must be dates: \"2026-12-25\"", text));
    schedule.holidays.push_back(*date);
  }
  std::sort(schedule.holidays.begin(), schedule.holidays.end());
}

void check_name(ConfigTable& root, std::string_view table, Alpha<10>& name,
                const NodeConfig& config) {
  // The default is for a node without a schedule.
  if (name == Alpha<10>::from("WIREBOOK01"))
    name = Alpha<10>::from(fmt::format("WB{:02}", config.engine.shard % 100));
  if (name.view().size() > scheduled_name_bytes_max)
    root.wrong(table, fmt::format("session_name is \"{}\", but must have at most {} characters "
                                  "with a schedule: the month and the day follow it",
                                  name.view(), scheduled_name_bytes_max));
}

}  // namespace

void read_control(ConfigTable table, NodeConfig& config) {
  ControlTable& control = config.control;
  if (table.text("socket", control.socket) && control.socket.empty())
    table.wrong("socket", "is empty, but must be the path of a socket; without it there is none");
  if (std::string mode; table.text("mode", mode)) {
    std::uint32_t bits = 0;
    const auto [end, error] = std::from_chars(mode.data(), mode.data() + mode.size(), bits, 8);
    if (error != std::errc{} || end != mode.data() + mode.size() || bits > 0777)
      table.wrong("mode", fmt::format("is \"{}\", but must be a file's mode: \"0600\"", mode));
    else if ((bits & 07) != 0)
      table.wrong("mode", fmt::format("is \"{}\": anybody on this host could halt the market; "
                                      "name a group, and \"0660\"",
                                      mode));
    else
      control.mode = bits;
  }
  table.text("user", control.user);
  table.text("group", control.group);
  table.text("audit", control.audit);
  table.integer("connections", {1, 64}, control.connections);
  if (control.socket.empty())
    for (const std::string_view key : {"mode", "user", "group", "connections"})
      if (table.has(key))
        table.wrong(key, "has no effect: there is no socket");
  table.finish();
  if (config.engine.instruments == 0 && !control.socket.empty())
    config.engine.instruments = std::min<std::uint32_t>(
        static_cast<std::uint32_t>(config.instruments.size()) + instruments_to_add,
        instruments_max);
}

void read_schedule(ConfigTable& root, NodeConfig& config) {
  ScheduleTable& schedule = config.schedule;
  schedule.on = root.has("schedule");
  ConfigTable table = root.table("schedule");
  read_times(table, schedule);
  read_weekdays(table, schedule);
  read_holidays(table, schedule);
  table.finish();
  if (!schedule.on)
    return;
  check_name(root, "order_entry", config.order_entry.session_name, config);
  check_name(root, "market_data", config.market_data.session_name, config);
}

std::string control_toml(const ControlTable& control) {
  if (control.socket.empty())
    return control.audit.empty() ? "" : fmt::format("\n[control]\naudit = \"{}\"\n", control.audit);
  return fmt::format(
      "\n[control]\nsocket = \"{}\"\nmode = \"{:04o}\"\nuser = \"{}\"\ngroup = \"{}\"\n"
      "connections = {}\naudit = \"{}\"\n",
      control.socket, control.mode, control.user, control.group, control.connections,
      control.audit);
}

std::string schedule_toml(const ScheduleTable& schedule) {
  if (!schedule.on)
    return {};
  std::string text = "\n[schedule]\n";
  for (std::size_t i = 0; i < day_events; ++i)
    text += fmt::format("{} = \"{}\"\n", event_keys[i], clock_text(schedule.at[i]));
  std::vector<std::string> days;
  for (std::size_t i = 0; i < weekday_names.size(); ++i)
    if ((schedule.weekdays >> i & 1U) != 0)
      days.push_back(fmt::format("\"{}\"", weekday_names[i]));
  std::vector<std::string> holidays;
  for (const std::uint32_t date : schedule.holidays)
    holidays.push_back(fmt::format("\"{}\"", date_text(date)));
  return text + fmt::format("days = [{}]\nholidays = [{}]\n", fmt::join(days, ", "),
                            fmt::join(holidays, ", "));
}

}  // namespace wirebook::node
