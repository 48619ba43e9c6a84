// The limits of the naive engine: each rule as RULES.md says it.
#include "match/naive/naive_limits.hpp"

#include <map>

#include "match/naive/naive_engine.hpp"

namespace wirebook::match {

namespace {

const Firm everybody = Firm::from("");

/// Whole currency units; an order without a limit price has none.
std::uint64_t currency_units(Price price, std::uint64_t shares) {
  return is_limit(price) ? price.raw * shares / 10'000 : 0;
}

/// A message at `now`: it belongs to the window, or begins the next one.
void count(RateLimit& rate, TimeNs now) {
  const std::uint64_t window_ns = std::uint64_t{rate.window_ms} * 1'000'000;
  const bool within = rate.count > 0 && now.raw - rate.window_start_ns < window_ns;
  if (!within) {
    rate.window_start_ns = now.raw;
    rate.count = 0;
  }
  rate.count += 1;
}

}  // namespace

// ── The slot ────────────────────────────────────────────────────────────────────────────────────

void NaiveEngine::set_limit(const LimitBody& body) {
  const auto low = static_cast<std::uint32_t>(body.value);
  const auto high = static_cast<std::uint32_t>(body.value >> 32);
  switch (body.kind) {
    case LimitKind::restricted:
    case LimitKind::fat_finger:
    case LimitKind::collar:
    case LimitKind::reference_price: {
      const bool bad = (body.kind == LimitKind::restricted && body.value > 1) ||
                       (body.kind == LimitKind::fat_finger && high != 0) ||
                       (body.kind == LimitKind::collar && low > high) ||
                       (body.kind == LimitKind::reference_price && body.value != 0 &&
                        (high != 0 || !is_limit({low})));
      if (bad)
        ++counters_.ignored_slot;
      else if (!instruments_.contains(body.instrument))
        ++counters_.unknown_instrument;
      else
        set_instrument_limit(body);
      break;
    }
    case LimitKind::max_quantity:
    case LimitKind::max_notional:
    case LimitKind::message_rate:
    case LimitKind::duplicate_rate:
      if (!sessions_.contains(body.session))
        ++counters_.unknown_session;
      else
        set_session_limit(body);
      break;
    case LimitKind::organization:
    case LimitKind::affiliate:
      if (high != 0) {
        ++counters_.ignored_slot;
        break;
      }
      set_firm_fact(body);
      break;
    case LimitKind::exposure:
      set_firm_fact(body);
      break;
    case LimitKind::reserve_seed:
      reserve_seed_ = body.value;
      break;
    default:
      ++counters_.ignored_slot;
  }
  limits_.forget_what_is_off();
}

void NaiveEngine::set_instrument_limit(const LimitBody& body) {
  const auto low = static_cast<std::uint32_t>(body.value);
  const auto high = static_cast<std::uint32_t>(body.value >> 32);
  InstrumentLimits& limits = limits_.instruments[body.instrument];
  if (body.kind == LimitKind::fat_finger)
    limits.fat_finger_bp = low;
  if (body.kind == LimitKind::reference_price)
    limits_.reference_prices[body.instrument] = low;
  if (body.kind == LimitKind::collar) {
    limits.collar_low = low;
    limits.collar_high = high;
  }
  if (body.kind != LimitKind::restricted)
    return;
  const std::pair pair{body.instrument, body.firm};
  if (body.value == 0)
    limits_.restricted.erase(pair);
  else if (limits_.restricted.size() < restrictions_max || limits_.restricted.contains(pair))
    limits_.restricted.insert(pair);
  else
    ++counters_.capacity_reject;
}

void NaiveEngine::set_session_limit(const LimitBody& body) {
  SessionLimits& limits = limits_.sessions[body.session];
  RateLimit rate{};
  if (body.value != 0)
    rate = {.value = body.value, .window_start_ns = 0, .count = 0, .window_ms = body.window_ms};
  if (body.kind == LimitKind::max_quantity)
    limits.max_quantity = body.value;
  if (body.kind == LimitKind::max_notional)
    limits.max_notional = body.value;
  if (body.kind == LimitKind::message_rate)
    limits.messages = rate;
  if (body.kind == LimitKind::duplicate_rate) {
    limits.duplicates = rate;
    limits.last_enter = {};
  }
}

void NaiveEngine::set_firm_fact(const LimitBody& body) {
  if (!limits_.firms.contains(body.firm) && body.value == 0)
    return;
  if (!limits_.firms.contains(body.firm) && limits_.firms.size() == firms_max) {
    ++counters_.capacity_reject;
    return;
  }
  FirmFacts& facts = limits_.firms[body.firm];
  if (body.kind == LimitKind::organization)
    facts.organization = static_cast<std::uint32_t>(body.value);
  if (body.kind == LimitKind::affiliate)
    facts.affiliate = static_cast<std::uint32_t>(body.value);
  if (body.kind == LimitKind::exposure) {
    facts.counts_exposure = true;
    facts.exposure_limit = body.value;
  }
}

// ── Orders ──────────────────────────────────────────────────────────────────────────────────────

void NaiveEngine::count_message(std::uint32_t session) {
  const auto found = limits_.sessions.find(session);
  if (found != limits_.sessions.end() && found->second.messages.value != 0)
    count(found->second.messages, time_ns_);
}

void NaiveEngine::count_duplicate(const EnterBody& body) {
  const auto found = limits_.sessions.find(body.session);
  if (found == limits_.sessions.end() || found->second.duplicates.value == 0)
    return;
  SessionLimits& limits = found->second;
  if (limits.last_enter != EnterKey::of(body))
    limits.duplicates.count = 0;  // begins a window
  limits.last_enter = EnterKey::of(body);
  count(limits.duplicates, time_ns_);
}

NaiveEngine::Code NaiveEngine::check_limits(const EnterBody& body, const Firm& firm) const {
  Order order{};
  order.session = body.session;
  order.instrument = find_instrument(body.symbol);
  order.firm = firm;
  order.side = body.side;
  order.price = body.price;
  order.open = body.quantity.raw;
  return check_limits(order, body.quantity.raw, nullptr);
}

NaiveEngine::Code NaiveEngine::check_limits(const ReplaceBody& body, const Order& original) const {
  Order order = original;
  order.price = body.price;
  order.open =
      body.quantity.raw > original.chain_executed ? body.quantity.raw - original.chain_executed : 0;
  return check_limits(order, body.quantity.raw, &original);
}

/// The table of limits, from its top. `original` is the order that a Replace would replace.
NaiveEngine::Code NaiveEngine::check_limits(const Order& order, std::uint32_t quantity,
                                            const Order* original) const {
  const auto instrument_limits = limits_.instruments.find(order.instrument);
  const InstrumentLimits instrument = instrument_limits == limits_.instruments.end()
                                          ? InstrumentLimits{}
                                          : instrument_limits->second;
  const auto session_limits = limits_.sessions.find(order.session);
  const SessionLimits session =
      session_limits == limits_.sessions.end() ? SessionLimits{} : session_limits->second;
  const auto known = limits_.reference_prices.find(order.instrument);
  const std::uint64_t reference = known == limits_.reference_prices.end() ? 0 : known->second;
  const std::uint64_t price = is_limit(order.price) ? order.price.raw : 0;

  if (limits_.restricted.contains({order.instrument, everybody}) ||
      limits_.restricted.contains({order.instrument, order.firm}))
    return 0x0022;
  if (session.max_quantity != 0 && quantity > session.max_quantity)
    return 0x0031;
  const std::uint64_t notional = (is_market(order.price) ? reference : price) * quantity;
  if (session.max_notional != 0 && notional > session.max_notional)
    return 0x0030;
  if (price != 0 && reference != 0 && instrument.fat_finger_bp != 0) {
    const std::uint64_t band = reference * instrument.fat_finger_bp;  // in 1/10000 of the price's
    if (order.is_buy() ? price * 10'000 > reference * 10'000 + band
                       : price * 10'000 + band < reference * 10'000)
      return 0x0026;
  }
  if (price != 0 && instrument.collar_high != 0 &&
      (order.is_buy() ? price > instrument.collar_high : price < instrument.collar_low))
    return 0x0021;
  if (session.messages.value != 0 && session.messages.count > session.messages.value)
    return 0x0029;
  if (original == nullptr && session.duplicates.value != 0 &&
      session.duplicates.count > session.duplicates.value)
    return 0x002A;
  const auto firm = limits_.firms.find(order.firm);
  if (firm != limits_.firms.end() && firm->second.exposure_limit != 0) {
    std::uint64_t exposure = currency_units(order.price, order.open) + firm->second.traded;
    for (const auto& [ref, live] : live_orders_)
      if (live->firm == order.firm && live != original)
        exposure +=
            currency_units(live->is_peg() ? Price{live->special.cap} : live->price, live->open);
    if (exposure > firm->second.exposure_limit)
      return 0x0020;
  }
  return 0;
}

/// A fill, as far as limits see it.
void NaiveEngine::count_trade(const Order& resting, const Order& incoming, Price price,
                              std::uint32_t shares) {
  limits_.reference_prices[resting.instrument] = price.raw;
  for (const Order* const order : {&resting, &incoming}) {
    const auto firm = limits_.firms.find(order->firm);
    if (firm != limits_.firms.end() && firm->second.counts_exposure)
      firm->second.traded += currency_units(price, shares);
  }
}

/// Whether a market order may trade at this price.
bool NaiveEngine::collar_admits(const Order& order, Price price) const {
  const auto found = limits_.instruments.find(order.instrument);
  if (found == limits_.instruments.end() || found->second.collar_high == 0)
    return true;
  return order.is_buy() ? price.raw <= found->second.collar_high
                        : price.raw >= found->second.collar_low;
}

// ── The state ───────────────────────────────────────────────────────────────────────────────────

namespace naive {

void Limits::forget_what_is_off() {
  std::erase_if(sessions, [](const auto& entry) { return entry.second == SessionLimits{}; });
  std::erase_if(instruments, [](const auto& entry) { return entry.second == InstrumentLimits{}; });
  std::erase_if(reference_prices, [](const auto& entry) { return entry.second == 0; });
  std::erase_if(firms, [](const auto& entry) { return entry.second == FirmFacts{}; });
}

SavedLimits Limits::saved() const {
  SavedLimits out;
  for (const auto& [session, limits] : sessions)
    out.sessions.push_back({.session = static_cast<std::uint16_t>(session), .limits = limits});
  std::map<std::uint16_t, SavedInstrumentLimits> of_instruments;
  for (const auto& [locate, limits] : instruments)
    of_instruments[locate].limits = limits;
  for (const auto& [locate, price] : reference_prices)
    of_instruments[locate].reference_price = price;
  for (auto& [locate, saved_limits] : of_instruments) {
    saved_limits.instrument = locate;
    out.instruments.push_back(saved_limits);
  }
  for (const auto& [locate, firm] : restricted)
    out.restrictions.push_back({.instrument = locate, .firm = firm});
  for (const auto& [firm, facts] : firms)
    out.firms.push_back({.firm = firm, .facts = facts});
  return out;
}

void Limits::load(const SavedLimits& saved) {
  for (const SavedSessionLimits& from : saved.sessions)
    sessions[from.session] = from.limits;
  for (const SavedInstrumentLimits& from : saved.instruments) {
    instruments[from.instrument] = from.limits;
    reference_prices[from.instrument] = from.reference_price;
  }
  for (const SavedRestriction& from : saved.restrictions)
    restricted.insert({from.instrument, from.firm});
  for (const SavedFirm& from : saved.firms)
    firms[from.firm] = from.facts;
  forget_what_is_off();
}

}  // namespace naive

}  // namespace wirebook::match
