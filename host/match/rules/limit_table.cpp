#include "match/rules/limit_table.hpp"

#include <algorithm>

#include "match/state/limits_digest.hpp"

namespace wirebook::match {

namespace {

constexpr std::uint64_t ns_per_ms = 1'000'000;
constexpr std::uint32_t basis = 10'000;  ///< basis points in one
const Firm everybody = Firm::from("");

/// True if this message is the first of a new window.
bool begins_window(const RateLimit& rate, TimeNs now) {
  return rate.count == 0 || now.raw - rate.window_start_ns >= rate.window_ms * ns_per_ms;
}

void count(RateLimit& rate, TimeNs now, bool anew) {
  if (anew) {
    rate.window_start_ns = now.raw;
    rate.count = 0;
  }
  ++rate.count;
}

bool exceeds(const RateLimit& rate) { return rate.value != 0 && rate.count > rate.value; }

bool is_too_far(const LimitedOrder& order, std::uint32_t reference, std::uint64_t bp) {
  const std::uint64_t price = std::uint64_t{order.price.raw} * basis;
  if (order.buys)
    return price > reference * (basis + bp);
  return bp < basis && price < reference * (basis - bp);
}

std::uint64_t notional(const LimitedOrder& order, std::uint32_t reference) {
  if (is_limit(order.price))
    return std::uint64_t{order.price.raw} * order.quantity;
  return is_market(order.price) ? std::uint64_t{reference} * order.quantity : 0;
}

}  // namespace

LimitTable::LimitTable(std::uint32_t sessions, std::uint32_t instruments)
    : sessions_(std::size_t{sessions} + 1), instruments_(std::size_t{instruments} + 1) {
  restrictions_.reserve(restrictions_max);
  for (std::size_t i = 0; i < instruments_.size(); ++i)
    instruments_[i].reference_step = digest::reference_step(static_cast<std::uint16_t>(i));
}

// ── What slots set ──────────────────────────────────────────────────────────────────────────────

bool LimitTable::is_sound(const LimitBody& body) {
  constexpr std::uint64_t max32 = std::numeric_limits<std::uint32_t>::max();
  switch (body.kind) {
    case LimitKind::restricted:
      return body.value <= 1;
    case LimitKind::fat_finger:
    case LimitKind::organization:
    case LimitKind::affiliate:
      return body.value <= max32;
    case LimitKind::collar:
      return (body.value & max32) <= body.value >> 32;
    case LimitKind::reference_price:
      return body.value <= price_limit_max.raw;
    default:
      return true;
  }
}

void LimitTable::set_session(const LimitBody& body) {
  SessionLimits& limits = sessions_[body.session].limits;
  const RateLimit rate{.value = body.value,
                       .window_start_ns = 0,
                       .count = 0,
                       .window_ms = body.value == 0 ? 0 : body.window_ms};
  switch (body.kind) {
    case LimitKind::max_quantity:
      limits.max_quantity = body.value;
      break;
    case LimitKind::max_notional:
      limits.max_notional = body.value;
      break;
    case LimitKind::message_rate:
      limits.messages = rate;
      break;
    default:
      limits.duplicates = rate;
      limits.last_enter = {};
  }
  any_ = true;
  refresh_term(body.session);
}

void LimitTable::refresh_term(std::uint32_t session) {
  LimitedSession& limited = sessions_[session];
  sum_ -= limited.term;
  limited.term = digest::session_limits(session, limited.limits);
  sum_ += limited.term;
}

bool LimitTable::set_instrument(const LimitBody& body) {
  LimitedInstrument& limited = instruments_[body.instrument];
  if (body.kind == LimitKind::restricted)
    return restrict(body.instrument, body.firm, body.value != 0);
  if (body.kind == LimitKind::reference_price) {
    trade_at(body.instrument, static_cast<std::uint32_t>(body.value));
    return true;
  }
  any_ = true;
  sum_ -= digest::instrument_limits(body.instrument, limited.limits);
  if (body.kind == LimitKind::fat_finger) {
    limited.limits.fat_finger_bp = static_cast<std::uint32_t>(body.value);
  } else {
    limited.limits.collar_low = static_cast<std::uint32_t>(body.value);
    limited.limits.collar_high = static_cast<std::uint32_t>(body.value >> 32);
  }
  sum_ += digest::instrument_limits(body.instrument, limited.limits);
  return true;
}

bool LimitTable::restrict(std::uint16_t instrument, Firm firm, bool on) {
  const SavedRestriction wanted{.instrument = instrument, .firm = firm};
  const auto at = std::lower_bound(restrictions_.begin(), restrictions_.end(), wanted);
  const bool is_there = at != restrictions_.end() && *at == wanted;
  if (is_there == on)
    return true;
  if (on && restrictions_.size() == restrictions_max)
    return false;
  if (on) {
    restrictions_.insert(at, wanted);
    ++instruments_[instrument].restrictions;
    sum_ += digest::restriction(instrument, firm);
    any_ = true;
  } else {
    restrictions_.erase(at);
    --instruments_[instrument].restrictions;
    sum_ -= digest::restriction(instrument, firm);
  }
  return true;
}

bool LimitTable::set_firm(const LimitBody& body) {
  FirmRecord* record = firms_.find(body.firm);
  if (record == nullptr) {
    if (body.value == 0)
      return true;
    record = firms_.add(body.firm);
    if (record == nullptr)
      return false;
  }
  FirmFacts& facts = record->facts;
  sum_ -= digest::firm_facts(body.firm, facts);
  if (body.kind == LimitKind::exposure) {
    exposures_ += facts.counts_exposure ? 0 : 1;
    facts.counts_exposure = true;
    facts.exposure_limit = body.value;
    any_ = true;
  } else {
    (body.kind == LimitKind::organization ? facts.organization : facts.affiliate) =
        static_cast<std::uint32_t>(body.value);
  }
  sum_ += digest::firm_facts(body.firm, facts);
  if (facts == FirmFacts{})
    firms_.erase(body.firm);
  return true;
}

// ── What orders are checked against ─────────────────────────────────────────────────────────────

void LimitTable::count_enter(const EnterBody& body, TimeNs now) {
  SessionLimits& limits = sessions_[body.session].limits;
  if (limits.messages.value == 0 && limits.duplicates.value == 0)
    return;
  if (limits.messages.value != 0)
    count(limits.messages, now, begins_window(limits.messages, now));
  if (limits.duplicates.value != 0) {
    const EnterKey key = EnterKey::of(body);
    count(limits.duplicates, now,
          begins_window(limits.duplicates, now) || key != limits.last_enter);
    limits.last_enter = key;
  }
  refresh_term(body.session);
}

void LimitTable::count_replace(std::uint32_t session, TimeNs now) {
  RateLimit& messages = sessions_[session].limits.messages;
  if (messages.value == 0)
    return;
  count(messages, now, begins_window(messages, now));
  refresh_term(session);
}

bool LimitTable::is_restricted(std::uint16_t instrument, Firm firm) const {
  const auto has = [&](Firm whom) {
    return std::binary_search(restrictions_.begin(), restrictions_.end(),
                              SavedRestriction{.instrument = instrument, .firm = whom});
  };
  return has(everybody) || has(firm);
}

std::uint16_t LimitTable::refuse(const LimitedOrder& order) const {
  const LimitedInstrument& limited = instruments_[order.instrument];
  const InstrumentLimits& instrument = limited.limits;
  const SessionLimits& session = sessions_[order.session].limits;
  if (limited.restrictions != 0 && is_restricted(order.instrument, order.firm))
    return 0x0022;
  if (session.max_quantity != 0 && order.quantity > session.max_quantity)
    return 0x0031;
  if (session.max_notional != 0 && notional(order, limited.reference_price) > session.max_notional)
    return 0x0030;
  if (is_limit(order.price)) {
    if (instrument.fat_finger_bp != 0 && limited.reference_price != 0 &&
        is_too_far(order, limited.reference_price, instrument.fat_finger_bp))
      return 0x0026;
    const bool beyond = order.buys ? order.price.raw > instrument.collar_high
                                   : order.price.raw < instrument.collar_low;
    if (instrument.collar_high != 0 && beyond)
      return 0x0021;
  }
  if (exceeds(session.messages))
    return 0x0029;
  if (exceeds(session.duplicates) && !order.replaces)
    return 0x002A;
  if (exposures_ == 0)
    return 0;
  const FirmRecord* const firm = firms_.find(order.firm);
  if (firm == nullptr || firm->facts.exposure_limit == 0)
    return 0;
  const std::uint64_t exposure =
      firm->open - order.freed + amount(order.price.raw, order.exposed) + firm->facts.traded;
  return exposure > firm->facts.exposure_limit ? 0x0020 : 0;
}

void LimitTable::traded(Firm firm, std::uint64_t amount) {
  FirmRecord* const record = firms_.find(firm);
  if (record == nullptr || !record->facts.counts_exposure)
    return;
  record->facts.traded += amount;
  sum_ += record->traded_step * amount;
}

// ── The state ───────────────────────────────────────────────────────────────────────────────────

SavedLimits LimitTable::saved() const {
  SavedLimits saved;
  for (std::size_t i = 0; i < sessions_.size(); ++i)
    if (sessions_[i].limits != SessionLimits{})
      saved.sessions.push_back(
          {.session = static_cast<std::uint16_t>(i), .limits = sessions_[i].limits});
  for (std::size_t i = 0; i < instruments_.size(); ++i)
    if (instruments_[i].reference_price != 0 || instruments_[i].limits != InstrumentLimits{})
      saved.instruments.push_back({.instrument = static_cast<std::uint16_t>(i),
                                   .reference_price = instruments_[i].reference_price,
                                   .limits = instruments_[i].limits});
  saved.restrictions = restrictions_;
  firms_.for_each([&](const FirmRecord& record) {
    saved.firms.push_back({.firm = record.firm, .facts = record.facts});
  });
  std::sort(saved.firms.begin(), saved.firms.end(),
            [](const SavedFirm& a, const SavedFirm& b) { return a.firm < b.firm; });
  return saved;
}

void LimitTable::load(const SavedLimits& saved) {
  for (const SavedSessionLimits& session : saved.sessions) {
    sessions_[session.session].limits = session.limits;
    refresh_term(session.session);
  }
  for (const SavedInstrumentLimits& from : saved.instruments) {
    instruments_[from.instrument].limits = from.limits;
    sum_ += digest::instrument_limits(from.instrument, from.limits);
    trade_at(from.instrument, from.reference_price);
  }
  for (const SavedRestriction& restriction : saved.restrictions)
    (void)restrict(restriction.instrument, restriction.firm, true);
  for (const SavedFirm& from : saved.firms) {
    FirmRecord* const record = firms_.add(from.firm);
    record->facts = from.facts;
    exposures_ += from.facts.counts_exposure ? 1 : 0;
    sum_ += digest::firm_facts(from.firm, from.facts);
    sum_ += record->traded_step * from.facts.traded;
  }
  any_ = any_ || !saved.sessions.empty() || !saved.instruments.empty() || exposures_ != 0;
}

}  // namespace wirebook::match
