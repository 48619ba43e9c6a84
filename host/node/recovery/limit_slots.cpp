#include "node/recovery/limit_slots.hpp"

#include <algorithm>
#include <charconv>
#include <limits>
#include <map>
#include <set>

#include <fmt/format.h>

#include "node/host_slots.hpp"
#include "node/json/json_limits.hpp"

namespace wirebook::node {

namespace {

const Firm everybody = Firm::from("");

class LimitList {
 public:
  void add(std::string key, const LimitBody& body) {
    if (body.value != 0)
      limits_.push_back({.key = std::move(key), .body = body});
  }
  void add_session(std::uint32_t session, const SessionLimitsConfig& limits);
  void add_instrument(std::uint16_t locate, const InstrumentLimitsConfig& limits);
  void add_firm(const FirmConfig& firm, const std::map<Symbol, std::uint16_t>& locates);

  [[nodiscard]] std::vector<ConfiguredLimit> take() { return std::move(limits_); }

 private:
  std::vector<ConfiguredLimit> limits_;
};

void LimitList::add_session(std::uint32_t session, const SessionLimitsConfig& limits) {
  const auto of = [&](std::string_view key, LimitKind kind, std::uint64_t value,
                      std::uint32_t window_ms = 0) {
    add(fmt::format("sessions[{}].{}", session, key),
        {.kind = kind, .session = session, .window_ms = window_ms, .value = value});
  };
  of("max_quantity", LimitKind::max_quantity, limits.max_quantity);
  of("max_notional", LimitKind::max_notional, limits.max_notional * price_scale);
  of("message_rate", LimitKind::message_rate, limits.message_rate, limits.message_window_ms);
  of("duplicate_rate", LimitKind::duplicate_rate, limits.duplicate_rate,
     limits.duplicate_window_ms);
}

void LimitList::add_instrument(std::uint16_t locate, const InstrumentLimitsConfig& limits) {
  const auto of = [&](std::string_view key, LimitKind kind, std::uint64_t value) {
    add(fmt::format("instruments[{}].{}", locate, key),
        {.instrument = locate, .kind = kind, .firm = everybody, .value = value});
  };
  of("restricted", LimitKind::restricted, limits.restricted ? 1 : 0);
  of("fat_finger_bp", LimitKind::fat_finger, limits.fat_finger_bp);
  of("collar", LimitKind::collar,
     std::uint64_t{limits.collar_high.raw} << 32 | limits.collar_low.raw);
  of("reference_price", LimitKind::reference_price, limits.reference_price.raw);
}

void LimitList::add_firm(const FirmConfig& firm, const std::map<Symbol, std::uint16_t>& locates) {
  const std::string name = fmt::format("firms.{}", firm.firm.view());
  const auto of = [&](std::string_view key, LimitKind kind, std::uint64_t value) {
    add(fmt::format("{}.{}", name, key), {.kind = kind, .firm = firm.firm, .value = value});
  };
  of("exposure", LimitKind::exposure, firm.exposure);
  of("organization", LimitKind::organization, firm.organization);
  of("affiliate", LimitKind::affiliate, firm.affiliate);
  for (const Symbol& symbol : firm.restricted)
    if (const auto found = locates.find(symbol); found != locates.end())
      add(fmt::format("{}.restricted.{}", name, symbol.view()), {.instrument = found->second,
                                                                 .kind = LimitKind::restricted,
                                                                 .firm = firm.firm,
                                                                 .value = 1});
}

template <class Integer>
bool read_field(std::string_view& text, Integer& value) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end == text.data() + text.size() || *end != ' ')
    return false;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()) + 1);
  return true;
}

}  // namespace

std::vector<ConfiguredLimit> configured_limits(const NodeConfig& config) {
  LimitList list;
  for (std::uint32_t i = 0; i < config.sessions.size(); ++i)
    if (config.sessions[i].shard.value_or(config.engine.shard) == config.engine.shard)
      list.add_session(i + 1, config.sessions[i].limits);
  std::map<Symbol, std::uint16_t> locates;
  for (std::size_t i = 0; i < config.instruments.size(); ++i) {
    const auto locate = static_cast<std::uint16_t>(i + 1);
    locates.emplace(config.instruments[i].symbol, locate);
    list.add_instrument(locate, config.instruments[i].limits);
  }
  for (const FirmConfig& firm : config.firms)
    list.add_firm(firm, locates);
  list.add("limits.reserve_seed", {.kind = LimitKind::reserve_seed, .value = config.reserve_seed});
  return list.take();
}

std::string limit_text(const LimitBody& body) {
  return fmt::format("{} {} {} {} {} {}", static_cast<unsigned>(body.kind), body.instrument,
                     body.session, body.window_ms, body.value, body.firm.view());
}

std::optional<LimitBody> parse_limit(std::string_view text) {
  LimitBody body{};
  std::uint8_t kind = 0;
  if (!read_field(text, kind) || !read_field(text, body.instrument) ||
      !read_field(text, body.session) || !read_field(text, body.window_ms) ||
      !read_field(text, body.value) || text.size() > sizeof(Firm))
    return std::nullopt;
  body.kind = static_cast<LimitKind>(kind);
  if (kind == 0 || limit_kind_name(body.kind).empty())
    return std::nullopt;
  if (!text.empty() || body.kind == LimitKind::restricted)
    body.firm = Firm::from(text);
  return body;
}

LimitChanges limit_changes(const std::vector<ConfiguredLimit>& now, const LimitFacts& before,
                           bool repeat) {
  LimitChanges changes;
  const std::map<std::string, std::string> recorded(before.begin(), before.end());
  std::set<std::string> keys;
  for (const ConfiguredLimit& limit : now) {
    const std::string text = limit_text(limit.body);
    const auto found = recorded.find(limit.key);
    if (repeat || found == recorded.end() || found->second != text)
      changes.set.push_back(limit);
    if (keys.insert(limit.key).second)
      changes.facts.emplace_back(limit.key, text);
  }
  for (const auto& [key, text] : recorded) {
    std::optional<LimitBody> gone = parse_limit(text);
    if (keys.contains(key) || !gone || gone->kind == LimitKind::reference_price ||
        (gone->value == 0 && !repeat))
      continue;
    // It stays among the facts, so that it is switched off again if this opening is cut off.
    gone->value = 0;
    changes.set.push_back({.key = key, .body = *gone});
    changes.facts.emplace_back(key, limit_text(*gone));
  }
  return changes;
}

std::vector<Slot> limit_slots(const std::vector<ConfiguredLimit>& limits, const NodeConfig& config,
                              const std::function<bool(std::uint32_t)>& is_known) {
  std::vector<Slot> slots;
  std::set<std::uint32_t> met;
  for (const ConfiguredLimit& limit : limits) {
    const std::uint32_t session = limit.body.session;
    if (session == 0 || session > config.sessions.size() || !met.insert(session).second ||
        is_known(session))
      continue;
    slots.push_back(session_up_slot(session, config.sessions[session - 1]));
    slots.push_back(session_down_slot(session));
  }
  for (const ConfiguredLimit& limit : limits)
    slots.push_back({.limit = limit.body, .tail = {.kind = SlotKind::limit}});
  return slots;
}

std::vector<Slot> limit_slots(const NodeConfig& config) {
  return limit_slots(configured_limits(config), config, [](std::uint32_t) { return false; });
}

}  // namespace wirebook::node
