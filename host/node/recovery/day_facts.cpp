#include "node/recovery/day_facts.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <cerrno>
#include <charconv>
#include <span>
#include <string_view>

#include <fmt/format.h>

#include "wirebook/crc32c.hpp"

#include "node/config/config_names.hpp"
#include "node/config/sizes.hpp"

namespace wirebook::node {

namespace {

constexpr std::string_view between = " = ";
constexpr std::string_view mode_key = "journal.mode";
constexpr std::string_view history_key = "history.epoch";
constexpr std::string_view begin_key = "run.begin_sequence";
constexpr std::string_view opening_key = "run.opening_slots";
constexpr std::string_view limit_prefix = "limit ";
constexpr std::string_view instrument_room_key = "engine.instruments";
constexpr std::string_view checksum_key = "crc32c";

std::uint32_t checksum(std::string_view text) {
  std::uint32_t crc = 0xFFFF'FFFFU;
  for (const char c : text)
    crc = crc32c_step(crc, static_cast<unsigned char>(c));
  return ~crc;
}

std::string checksum_line(std::string_view text) {
  return fmt::format("{}{}{:08x}\n", checksum_key, between, checksum(text));
}

bool read_number(std::string_view text, auto& number) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc{} && end == text.data() + text.size();
}

bool read_line(std::string_view line, DayFacts& facts) {
  const std::size_t at = line.find(between);
  if (at == std::string_view::npos)
    return false;
  const std::string_view key = line.substr(0, at);
  const std::string_view value = line.substr(at + between.size());
  if (key == mode_key) {
    const auto found = std::find(journal_mode_names.begin(), journal_mode_names.end(), value);
    facts.mode = static_cast<JournalMode>(found - journal_mode_names.begin());
    return found != journal_mode_names.end();
  }
  if (key == history_key)
    return read_number(value, facts.history_epoch);
  if (key == begin_key)
    return read_number(value, facts.begin_sequence);
  if (key == opening_key)
    return read_number(value, facts.opening_slots);
  if (key.starts_with(limit_prefix)) {
    facts.limits.emplace_back(key.substr(limit_prefix.size()), value);
    return parse_limit(value).has_value();
  }
  facts.fixed.emplace_back(key, value);
  return true;
}

/// Accounts are the same in either case.
std::string upper(std::string_view text) {
  std::string result(text);
  std::transform(result.begin(), result.end(), result.begin(), [](char c) {
    return static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  });
  return result;
}

}  // namespace

DayFacts day_facts(const NodeConfig& config) {
  DayFacts facts;
  facts.mode = config.journal.mode;
  facts.fixed.emplace_back("engine.orders", std::to_string(config.engine.orders));
  facts.fixed.emplace_back("engine.trades", std::to_string(config.engine.trades));
  for (std::size_t i = 0; i < config.instruments.size(); ++i) {
    const InstrumentConfig& instrument = config.instruments[i];
    facts.fixed.emplace_back(fmt::format("instruments[{}].symbol", i + 1),
                             instrument.symbol.view());
    facts.fixed.emplace_back(fmt::format("instruments[{}].round_lot", i + 1),
                             std::to_string(instrument.round_lot));
  }
  for (std::size_t i = 0; i < config.sessions.size(); ++i)
    facts.fixed.emplace_back(fmt::format("sessions[{}].username", i + 1),
                             upper(config.sessions[i].username.view()));
  facts.fixed.emplace_back(instrument_room_key,
                           std::to_string(engine_capacity(config).instruments));
  return facts;
}

std::string disagreement(const DayFacts& recorded, const DayFacts& now) {
  for (const auto& [key, value] : recorded.fixed) {
    const auto found = std::find_if(now.fixed.begin(), now.fixed.end(),
                                    [&key = key](const auto& fact) { return fact.first == key; });
    if (found == now.fixed.end())
      return fmt::format("{}: is missing, but the day began with \"{}\"", key, value);
    if (key == instrument_room_key) {
      // More room does no harm; with less, those that were added during the day may find none.
      std::uint64_t before = 0;
      std::uint64_t here = 0;
      if (!read_number(value, before) || !read_number(found->second, here) || here < before)
        return fmt::format("{}: is {}, but the day began with {}", key, found->second, value);
      continue;
    }
    if (found->second != value)
      return fmt::format(
          "{}: is \"{}\", but the day began with \"{}\", and it stays so until the "
          "next day",
          key, found->second, value);
  }
  return {};
}

int read_day_facts(journal::Store& store, DayFacts& facts, bool& found) {
  std::vector<std::string> names;
  if (const int error = store.list(names); error != 0)
    return error;
  found = std::find(names.begin(), names.end(), day_facts_name) != names.end();
  if (!found)
    return 0;
  std::span<const std::byte> bytes;
  if (const int error = store.map(day_facts_name, bytes); error != 0)
    return error;
  std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  const std::size_t last = text.rfind(checksum_key);
  if (last == std::string_view::npos || text.substr(last) != checksum_line(text.substr(0, last)))
    return EBADMSG;
  text.remove_suffix(text.size() - last);
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    if (end == std::string_view::npos || !read_line(text.substr(0, end), facts))
      return EBADMSG;
    text.remove_prefix(end + 1);
  }
  return 0;
}

int write_day_facts(journal::Store& store, const DayFacts& facts) {
  std::string text;
  for (const auto& [key, value] : facts.fixed)
    text += fmt::format("{}{}{}\n", key, between, value);
  for (const auto& [key, value] : facts.limits)
    text += fmt::format("{}{}{}{}\n", limit_prefix, key, between, value);
  text += fmt::format("{}{}{}\n", mode_key, between,
                      journal_mode_names[static_cast<std::size_t>(facts.mode)]);
  text += fmt::format("{}{}{}\n", history_key, between, facts.history_epoch);
  text += fmt::format("{}{}{}\n", begin_key, between, facts.begin_sequence);
  text += fmt::format("{}{}{}\n", opening_key, between, facts.opening_slots);
  text += checksum_line(text);
  const std::array<std::span<const std::byte>, 1> pieces{std::as_bytes(std::span(text))};
  return store.write_file(day_facts_name, pieces);
}

Alpha<10> session_name_of(const Alpha<10>& name, std::uint32_t history_epoch) {
  if (history_epoch == 0)
    return name;
  const auto with = [&](char letter) {
    constexpr std::size_t length_max = sizeof(Alpha<10>);
    const std::string epoch = fmt::format("{}{}", letter, history_epoch).substr(0, length_max);
    return Alpha<10>::from(std::string(name.view().substr(0, length_max - epoch.size())) + epoch);
  };
  const Alpha<10> changed = with('E');
  return changed == name ? with('F') : changed;
}

}  // namespace wirebook::node
