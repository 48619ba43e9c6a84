#include "node/config/config_limits.hpp"

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <limits>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "match/rules/limits.hpp"
#include "node/json/json_text.hpp"

namespace wirebook::node {

namespace {

constexpr std::int64_t rate_max = 1'000'000'000;
constexpr std::int64_t money_max = 100'000'000'000'000;  ///< whole units; fits 64 bits in 1/10000
constexpr std::int64_t number_max = std::numeric_limits<std::uint32_t>::max();

void read_session_limits(ConfigTable& table, SessionLimitsConfig& limits) {
  table.integer("max_quantity", {0, quantity_max}, limits.max_quantity);
  table.integer("max_notional", {0, money_max}, limits.max_notional);
  table.integer("message_rate", {0, rate_max}, limits.message_rate);
  table.integer("message_window_ms", {1, day_ms}, limits.message_window_ms);
  table.integer("duplicate_rate", {0, rate_max}, limits.duplicate_rate);
  table.integer("duplicate_window_ms", {1, day_ms}, limits.duplicate_window_ms);
  table.integer("packets_per_second", {0, rate_max}, limits.packets_per_second);
}

std::string text_of(Price price) {
  std::string text;
  append_price(text, price.raw);
  return text;
}

bool read_price(ConfigTable& table, std::string_view key, Price& price) {
  std::string text;
  if (!table.text(key, text))
    return false;
  const std::optional<std::uint64_t> raw = parse_price(text);
  if (raw && *raw != 0 && *raw <= price_limit_max.raw) {
    price = {static_cast<std::uint32_t>(*raw)};
    return true;
  }
  table.wrong(key, fmt::format("is \"{}\", but must be a price from \"0.0001\" to \"{}\", such as "
                               "\"189.50\"",
                               text, text_of(price_limit_max)));
  return false;
}

void read_logins(ConfigTable table, LoginLimitsConfig& logins) {
  table.integer("failures", {0, rate_max}, logins.failures);
  table.integer("failures_of_address", {0, rate_max}, logins.failures_of_address);
  table.integer("window_ms", {1, day_ms}, logins.window_ms);
  table.finish();
}

InstrumentConfig* find_instrument(NodeConfig& config, const std::string& symbol) {
  const auto found = std::find_if(
      config.instruments.begin(), config.instruments.end(),
      [&](const InstrumentConfig& instrument) { return instrument.symbol.view() == symbol; });
  return found == config.instruments.end() ? nullptr : &*found;
}

std::string no_instrument(const std::string& symbol) {
  return fmt::format("names \"{}\", which is no symbol of [[instruments]]", symbol);
}

}  // namespace

LimitsReader::LimitsReader(ConfigTable& root, NodeConfig& config) {
  ConfigTable table = root.table("limits");
  sessions_.packets_per_second = packets_per_second_of_files;
  read_session_limits(table, sessions_);
  table.integer("fat_finger_bp", {0, number_max}, fat_finger_bp_);
  table.integer("exposure", {0, money_max}, exposure_);
  table.words("restricted", sizeof(Symbol), restricted_);
  table.integer("reserve_seed", {0, std::numeric_limits<std::int64_t>::max()}, config.reserve_seed);
  table.finish();
  read_firms(root);
  read_logins(root.table("logins"), config.logins);
}

void LimitsReader::read_firms(ConfigTable& root) {
  for (ConfigTable& table : root.tables("firms")) {
    FirmTable read{.table = table, .firm = {.exposure = exposure_}, .sessions = sessions_};
    table.require("firm", "for example firm = \"ACME\"");
    if (std::string firm; table.word("firm", sizeof(Firm), firm)) {
      read.firm.firm = Firm::from(firm);
      if (std::any_of(firms_.begin(), firms_.end(),
                      [&](const FirmTable& other) { return other.firm.firm == read.firm.firm; }))
        table.wrong("firm", fmt::format("\"{}\" has a table already; put its keys together", firm));
    }
    read_session_limits(table, read.sessions);
    table.integer("exposure", {0, money_max}, read.firm.exposure);
    table.integer("organization", {0, number_max}, read.firm.organization);
    table.integer("affiliate", {0, number_max}, read.firm.affiliate);
    table.words("restricted", sizeof(Symbol), read.restricted);
    table.finish();
    firms_.push_back(std::move(read));
  }
}

void LimitsReader::read(ConfigTable& table, InstrumentLimitsConfig& limits) const {
  limits.fat_finger_bp = fat_finger_bp_;
  table.integer("fat_finger_bp", {0, number_max}, limits.fat_finger_bp);
  read_price(table, "reference_price", limits.reference_price);
  const bool low = read_price(table, "collar_low", limits.collar_low);
  const bool high = read_price(table, "collar_high", limits.collar_high);
  if (table.has("collar_low") != table.has("collar_high"))
    table.wrong(table.has("collar_low") ? "collar_low" : "collar_high",
                "stands alone: a collar is collar_low and collar_high");
  if (low && high && limits.collar_low > limits.collar_high)
    table.wrong("collar_low", fmt::format("is {}, but must not be above collar_high, {}",
                                          text_of(limits.collar_low), text_of(limits.collar_high)));
  table.boolean("restricted", limits.restricted);
}

void LimitsReader::read(ConfigTable& table, Firm firm, SessionLimitsConfig& limits) const {
  limits = sessions_;
  for (const FirmTable& read : firms_)
    if (read.firm.firm == firm)
      limits = read.sessions;
  read_session_limits(table, limits);
}

void LimitsReader::finish(ConfigTable& root, NodeConfig& config) {
  restrict_all(root, config);
  settle_firms(root, config);
}

void LimitsReader::restrict_all(ConfigTable& root, NodeConfig& config) {
  for (const std::string& symbol : restricted_)
    if (InstrumentConfig* const instrument = find_instrument(config, symbol))
      instrument->limits.restricted = true;
    else
      root.table("limits").wrong("restricted", no_instrument(symbol));
}

void LimitsReader::settle_firms(ConfigTable& root, NodeConfig& config) {
  auto restrictions = static_cast<std::size_t>(
      std::count_if(config.instruments.begin(), config.instruments.end(),
                    [](const InstrumentConfig& one) { return one.limits.restricted; }));
  for (FirmTable& read : firms_) {
    for (const std::string& symbol : read.restricted) {
      if (find_instrument(config, symbol) == nullptr)
        read.table.wrong("restricted", no_instrument(symbol));
      read.firm.restricted.push_back(Symbol::from(symbol));
    }
    restrictions += read.restricted.size();
    config.firms.push_back(read.firm);
  }
  for (const SessionConfig& session : config.sessions)
    if (exposure_ != 0 &&
        std::none_of(config.firms.begin(), config.firms.end(),
                     [&](const FirmConfig& firm) { return firm.firm == session.firm; }))
      config.firms.push_back({.firm = session.firm, .exposure = exposure_});
  if (config.firms.size() > match::firms_max)
    root.wrong("firms", fmt::format("{} firms have limits of their own, but the engine has room "
                                    "for {}",
                                    config.firms.size(), match::firms_max));
  if (restrictions > match::restrictions_max)
    root.wrong("firms", fmt::format("{} symbols are restricted, counted for each firm, but the "
                                    "engine has room for {}",
                                    restrictions, match::restrictions_max));
}

std::string to_toml(const InstrumentLimitsConfig& limits) {
  std::string text;
  const auto out = std::back_inserter(text);
  if (limits.fat_finger_bp != 0)
    fmt::format_to(out, "fat_finger_bp = {}\n", limits.fat_finger_bp);
  if (limits.reference_price.raw != 0)
    fmt::format_to(out, "reference_price = \"{}\"\n", text_of(limits.reference_price));
  if (limits.collar_high.raw != 0)
    fmt::format_to(out, "collar_low = \"{}\"\ncollar_high = \"{}\"\n", text_of(limits.collar_low),
                   text_of(limits.collar_high));
  if (limits.restricted)
    fmt::format_to(out, "restricted = true\n");
  return text;
}

std::string to_toml(const SessionLimitsConfig& limits) {
  std::string text;
  const auto out = std::back_inserter(text);
  if (limits.max_quantity != 0)
    fmt::format_to(out, "max_quantity = {}\n", limits.max_quantity);
  if (limits.max_notional != 0)
    fmt::format_to(out, "max_notional = {}\n", limits.max_notional);
  if (limits.message_rate != 0)
    fmt::format_to(out, "message_rate = {}\nmessage_window_ms = {}\n", limits.message_rate,
                   limits.message_window_ms);
  if (limits.duplicate_rate != 0)
    fmt::format_to(out, "duplicate_rate = {}\nduplicate_window_ms = {}\n", limits.duplicate_rate,
                   limits.duplicate_window_ms);
  fmt::format_to(out, "packets_per_second = {}\n", limits.packets_per_second);
  return text;
}

std::string to_toml(const FirmConfig& firm) {
  std::string text = fmt::format("[[firms]]\nfirm = \"{}\"\n", firm.firm.view());
  const auto out = std::back_inserter(text);
  if (firm.exposure != 0)
    fmt::format_to(out, "exposure = {}\n", firm.exposure);
  if (firm.organization != 0)
    fmt::format_to(out, "organization = {}\n", firm.organization);
  if (firm.affiliate != 0)
    fmt::format_to(out, "affiliate = {}\n", firm.affiliate);
  if (!firm.restricted.empty()) {
    std::vector<std::string> symbols;
    for (const Symbol& symbol : firm.restricted)
      symbols.push_back(fmt::format("\"{}\"", symbol.view()));
    fmt::format_to(out, "restricted = [{}]\n", fmt::join(symbols, ", "));
  }
  return text + "\n";
}

}  // namespace wirebook::node
