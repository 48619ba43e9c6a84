#include "match/state/saved_limits.hpp"

#include <cstddef>

#include "match/state/limits_digest.hpp"

namespace wirebook::match {

namespace {

void write_rate(const RateLimit& rate, StateWriter& writer) {
  writer.u64(rate.value);
  writer.u32(rate.window_ms);
  writer.u64(rate.window_start_ns);
  writer.u64(rate.count);
}

RateLimit read_rate(StateReader& reader) {
  RateLimit rate{};
  rate.value = reader.u64();
  rate.window_ms = reader.u32();
  rate.window_start_ns = reader.u64();
  rate.count = reader.u64();
  return rate;
}

bool is_sound(const RateLimit& rate, TimeNs now) {
  if (rate.value == 0)
    return rate == RateLimit{};
  return rate.window_start_ns <= now.raw && (rate.count != 0 || rate.window_start_ns == 0);
}

SessionLimits read_session(StateReader& reader) {
  SessionLimits limits{};
  limits.max_quantity = reader.u64();
  limits.max_notional = reader.u64();
  limits.messages = read_rate(reader);
  limits.duplicates = read_rate(reader);
  limits.last_enter.symbol = reader.alpha<8>();
  limits.last_enter.quantity = reader.u32();
  limits.last_enter.price = reader.u32();
  limits.last_enter.side = reader.character();
  limits.last_enter.time_in_force = reader.character();
  limits.last_enter.display = reader.character();
  return limits;
}

/// Reads `count` records that ascend by `key`, each sound.
template <class Record>
std::string_view read_list(StateReader& reader, std::size_t count, std::vector<Record>& out,
                           auto&& read, auto&& key, auto&& sound) {
  for (std::size_t i = 0; i < count && !reader.failed(); ++i) {
    const Record record = read();
    if (!reader.failed() && (!sound(record) || (i != 0 && !(key(out.back()) < key(record)))))
      return "limits that no engine has, or out of their place";
    out.push_back(record);
  }
  return {};
}

std::string_view read_sessions(StateReader& reader, const LimitScope& scope, SavedLimits& limits) {
  return read_list(
      reader, reader.u16(), limits.sessions,
      [&] {
        const std::uint16_t session = reader.u16();
        return SavedSessionLimits{.session = session, .limits = read_session(reader)};
      },
      [](const SavedSessionLimits& one) { return one.session; },
      [&](const SavedSessionLimits& one) {
        const SessionLimits& of = one.limits;
        return scope.has_session(one.session) && of != SessionLimits{} &&
               is_sound(of.messages, scope.now) && is_sound(of.duplicates, scope.now) &&
               (of.duplicates.count != 0 || of.last_enter == EnterKey{});
      });
}

std::string_view read_instruments(StateReader& reader, const LimitScope& scope,
                                  SavedLimits& limits) {
  return read_list(
      reader, reader.u16(), limits.instruments,
      [&] {
        SavedInstrumentLimits one{};
        one.instrument = reader.u16();
        one.reference_price = reader.u32();
        one.limits.fat_finger_bp = reader.u32();
        one.limits.collar_low = reader.u32();
        one.limits.collar_high = reader.u32();
        return one;
      },
      [](const SavedInstrumentLimits& one) { return one.instrument; },
      [&](const SavedInstrumentLimits& one) {
        return scope.has_instrument(one.instrument) &&
               (one.reference_price != 0 || one.limits != InstrumentLimits{}) &&
               one.reference_price <= price_limit_max.raw &&
               one.limits.collar_low <= one.limits.collar_high;
      });
}

std::string_view read_restrictions(StateReader& reader, const LimitScope& scope,
                                   SavedLimits& limits) {
  const std::uint16_t count = reader.u16();
  if (count > restrictions_max)
    return "more restrictions than an engine has room for";
  return read_list(
      reader, count, limits.restrictions,
      [&] {
        const std::uint16_t instrument = reader.u16();
        return SavedRestriction{.instrument = instrument, .firm = reader.alpha<4>()};
      },
      [](const SavedRestriction& one) { return one; },
      [&](const SavedRestriction& one) { return scope.has_instrument(one.instrument); });
}

std::string_view read_firms(StateReader& reader, SavedLimits& limits) {
  const std::uint16_t count = reader.u16();
  if (count > firms_max)
    return "more firms than an engine has room for";
  return read_list(
      reader, count, limits.firms,
      [&] {
        SavedFirm one{};
        one.firm = reader.alpha<4>();
        one.facts.organization = reader.u32();
        one.facts.affiliate = reader.u32();
        one.facts.counts_exposure = reader.boolean();
        one.facts.exposure_limit = reader.u64();
        one.facts.traded = reader.u64();
        return one;
      },
      [](const SavedFirm& one) { return one.firm; },
      [](const SavedFirm& one) {
        const bool counts =
            one.facts.counts_exposure || (one.facts.exposure_limit == 0 && one.facts.traded == 0);
        return counts && one.facts != FirmFacts{};
      });
}

}  // namespace

std::uint64_t SavedLimits::term() const {
  std::uint64_t sum = 0;
  for (const SavedSessionLimits& one : sessions)
    sum += digest::session_limits(one.session, one.limits);
  for (const SavedInstrumentLimits& one : instruments) {
    sum += digest::instrument_limits(one.instrument, one.limits);
    sum += digest::reference_step(one.instrument) * one.reference_price;
  }
  for (const SavedRestriction& one : restrictions)
    sum += digest::restriction(one.instrument, one.firm);
  for (const SavedFirm& one : firms)
    sum +=
        digest::firm_facts(one.firm, one.facts) + digest::traded_step(one.firm) * one.facts.traded;
  return sum;
}

void write_limits(const SavedLimits& limits, StateWriter& writer) {
  writer.u16(static_cast<std::uint16_t>(limits.sessions.size()));
  for (const SavedSessionLimits& one : limits.sessions) {
    writer.u16(one.session);
    writer.u64(one.limits.max_quantity);
    writer.u64(one.limits.max_notional);
    write_rate(one.limits.messages, writer);
    write_rate(one.limits.duplicates, writer);
    writer.alpha(one.limits.last_enter.symbol);
    writer.u32(one.limits.last_enter.quantity);
    writer.u32(one.limits.last_enter.price);
    writer.character(one.limits.last_enter.side);
    writer.character(one.limits.last_enter.time_in_force);
    writer.character(one.limits.last_enter.display);
  }
  writer.u16(static_cast<std::uint16_t>(limits.instruments.size()));
  for (const SavedInstrumentLimits& one : limits.instruments) {
    writer.u16(one.instrument);
    for (const std::uint32_t value : {one.reference_price, one.limits.fat_finger_bp,
                                      one.limits.collar_low, one.limits.collar_high})
      writer.u32(value);
  }
  writer.u16(static_cast<std::uint16_t>(limits.restrictions.size()));
  for (const SavedRestriction& one : limits.restrictions) {
    writer.u16(one.instrument);
    writer.alpha(one.firm);
  }
  writer.u16(static_cast<std::uint16_t>(limits.firms.size()));
  for (const SavedFirm& one : limits.firms) {
    writer.alpha(one.firm);
    writer.u32(one.facts.organization);
    writer.u32(one.facts.affiliate);
    writer.boolean(one.facts.counts_exposure);
    writer.u64(one.facts.exposure_limit);
    writer.u64(one.facts.traded);
  }
}

std::string_view read_limits(StateReader& reader, const LimitScope& scope, SavedLimits& limits) {
  std::string_view fault = read_sessions(reader, scope, limits);
  if (fault.empty())
    fault = read_instruments(reader, scope, limits);
  if (fault.empty())
    fault = read_restrictions(reader, scope, limits);
  return fault.empty() ? read_firms(reader, limits) : fault;
}

}  // namespace wirebook::match
