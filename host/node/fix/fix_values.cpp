#include "node/fix/fix_values.hpp"

#include <chrono>

#include <fmt/format.h>

namespace wirebook::fix {

namespace {

/// All of `text`, which is digits and nothing else; at most 18 of them.
std::optional<std::int64_t> digits(std::string_view text) {
  if (text.empty() || text.size() > 18)
    return std::nullopt;
  std::int64_t value = 0;
  for (const char c : text) {
    if (c < '0' || c > '9')
      return std::nullopt;
    value = value * 10 + (c - '0');
  }
  return value;
}

/// Cuts off what stands behind the first `mark`; false if the mark is there and nothing behind it.
bool split(std::string_view& text, char mark, std::string_view& behind) {
  const auto place = text.find(mark);
  if (place == std::string_view::npos)
    return true;
  behind = text.substr(place + 1);
  text = text.substr(0, place);
  return !behind.empty();
}

}  // namespace

std::optional<std::uint32_t> read_quantity(std::string_view text) {
  std::string_view fraction;
  if (!split(text, '.', fraction) || fraction.find_first_not_of('0') != std::string_view::npos)
    return std::nullopt;
  const auto whole = text.size() <= 9 ? digits(text) : std::nullopt;
  return whole ? std::optional(static_cast<std::uint32_t>(*whole)) : std::nullopt;
}

std::optional<std::int64_t> read_price(std::string_view text, bool may_be_signed) {
  const bool negative = may_be_signed && !text.empty() && text.front() == '-';
  if (negative)
    text.remove_prefix(1);
  std::string_view fraction;
  if (!split(text, '.', fraction) || text.size() > 12)
    return std::nullopt;
  while (fraction.size() > 4 && fraction.back() == '0')
    fraction.remove_suffix(1);
  if (fraction.size() > 4)
    return std::nullopt;
  std::string places(fraction);
  places.resize(4, '0');
  const auto whole = digits(text);
  const auto part = digits(places);
  if (!whole || !part)
    return std::nullopt;
  const std::int64_t price = *whole * 10'000 + *part;
  return negative ? -price : price;
}

std::string price_text(std::int64_t price) {
  const std::uint64_t size = static_cast<std::uint64_t>(price < 0 ? -price : price);
  std::string text = fmt::format("{}{}.{:04}", price < 0 ? "-" : "", size / 10'000, size % 10'000);
  while (text.back() == '0')
    text.pop_back();
  if (text.back() == '.')
    text.pop_back();
  return text;
}

std::string average_text(std::uint64_t notional, std::uint64_t shares) {
  if (shares == 0)
    return "0";
  const std::uint64_t millionths = (notional * 100 + shares / 2) / shares;
  std::string text = fmt::format("{}.{:06}", millionths / 1'000'000, millionths % 1'000'000);
  while (text.back() == '0')
    text.pop_back();
  if (text.back() == '.')
    text.pop_back();
  return text;
}

std::optional<std::int64_t> read_date(std::string_view text) {
  if (text.size() != 8)
    return std::nullopt;
  const auto year = digits(text.substr(0, 4));
  const auto month = digits(text.substr(4, 2));
  const auto day = digits(text.substr(6, 2));
  if (!year || !month || !day)
    return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year(static_cast<int>(*year)),
                                         std::chrono::month(static_cast<unsigned>(*month)),
                                         std::chrono::day(static_cast<unsigned>(*day))};
  // Nanoseconds since 1970 in 64 bits end in 2262.
  if (!date.ok() || *year < 1970 || *year > 2200)
    return std::nullopt;
  return std::chrono::sys_days(date).time_since_epoch().count();
}

std::optional<std::int64_t> read_utc_timestamp(std::string_view text) {
  std::string_view fraction;
  if (!split(text, '.', fraction) || fraction.size() > 9 || text.size() != 17 || text[8] != '-' ||
      text[11] != ':' || text[14] != ':')
    return std::nullopt;
  const auto day = read_date(text.substr(0, 8));
  const auto hour = digits(text.substr(9, 2));
  const auto minute = digits(text.substr(12, 2));
  const auto second = digits(text.substr(15, 2));
  std::string places(fraction);
  places.resize(9, '0');
  const auto part = digits(places);
  if (!day || !hour || !minute || !second || !part || *hour > 23 || *minute > 59 || *second > 60)
    return std::nullopt;
  return *day * ns_a_day + (*hour * 3600 + *minute * 60 + *second) * ns_a_second + *part;
}

std::string utc_timestamp_text(std::int64_t ns) {
  using namespace std::chrono;
  const sys_days day(days(ns / ns_a_day));
  const year_month_day date(day);
  const std::int64_t ms = ns % ns_a_day / 1'000'000;
  return fmt::format("{:04}{:02}{:02}-{:02}:{:02}:{:02}.{:03}", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                     ms / 3'600'000, ms / 60'000 % 60, ms / 1000 % 60, ms % 1000);
}

}  // namespace wirebook::fix
