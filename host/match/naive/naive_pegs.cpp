// What follows a slot in the naive engine: pegs find their prices, discretion is used.
#include <algorithm>

#include "match/naive/naive_engine.hpp"

namespace wirebook::match {

namespace {

/// A positive offset is more aggressive.
Price offset_by(Price price, std::int32_t offset, bool buys) {
  const std::int64_t moved = std::int64_t{price.raw} + (buys ? 1 : -1) * std::int64_t{offset};
  if (moved < 1)
    return {1};
  return moved > price_limit_max.raw ? price_limit_max : Price{static_cast<std::uint32_t>(moved)};
}

Price less_aggressive(Price a, Price b, bool buys) {
  return buys ? std::min(a, b) : std::max(a, b);
}
Price more_aggressive(Price a, Price b, bool buys) {
  return buys ? std::max(a, b) : std::min(a, b);
}

}  // namespace

// ── Prices ──────────────────────────────────────────────────────────────────────────────────────

/// The best displayed price of a side that no peg makes.
std::optional<Price> NaiveEngine::reference(std::uint16_t locate, bool of_buyers) const {
  const Instrument& instrument = instruments_.at(locate);
  std::optional<Price> best;
  for (const auto& [price, level] : of_buyers ? instrument.bids : instrument.asks)
    for (const Order& order : level)
      if (order.is_displayed() && !order.is_peg())
        best = best ? more_aggressive(*best, price, of_buyers) : price;
  return best;
}

NaiveEngine::References NaiveEngine::references(std::uint16_t locate) const {
  return {.bid = reference(locate, true), .ask = reference(locate, false)};
}

/// What a price type (P M R; m is M) refers to.
std::optional<Price> NaiveEngine::reference_of(char type, bool buys, const References& best) {
  if (type == 'R')
    return buys ? best.bid : best.ask;
  if (type == 'P')
    return buys ? best.ask : best.bid;
  if (!best.bid || !best.ask)
    return std::nullopt;
  return Price{static_cast<std::uint32_t>((std::uint64_t{best.bid->raw} + best.ask->raw) / 2)};
}

/// None where there is no reference. The cap is what was sent.
std::optional<Price> NaiveEngine::peg_price(const Order& order,
                                            std::optional<Price> reference) const {
  if (!reference)
    return std::nullopt;
  const bool buys = order.is_buy();
  const Price price =
      within_collar(order, offset_by(*reference, order.special.terms.peg_offset, buys));
  const Price cap{order.special.cap};
  return is_market(cap) ? price : less_aggressive(price, cap, buys);
}

/// How far an order with discretion would trade.
Price NaiveEngine::reach_of(const Order& order, const References& best) const {
  const OrderTerms& terms = order.special.terms;
  const bool buys = order.is_buy();
  const Price most{static_cast<std::uint32_t>(terms.discretion_price)};
  Price reach = most;
  if (terms.discretion_type != 'L') {
    const std::optional<Price> base = reference_of(terms.discretion_type, buys, best);
    if (!base)
      return order.price;
    reach = offset_by(*base, terms.discretion_offset, buys);
    if (most.raw != 0)
      reach = less_aggressive(reach, most, buys);
  }
  return more_aggressive(order.price, within_collar(order, reach), buys);
}

Price NaiveEngine::within_collar(const Order& order, Price price) const {
  const auto found = limits_.instruments.find(order.instrument);
  if (found == limits_.instruments.end() || found->second.collar_high == 0)
    return price;
  const Price last{order.is_buy() ? found->second.collar_high : found->second.collar_low};
  return less_aggressive(price, last, order.is_buy());
}

/// What an order that is priced once is priced by.
std::optional<Price> NaiveEngine::midpoint_of(std::uint16_t locate, const OrderTerms& terms) const {
  if (terms.price_type != 'm')
    return std::nullopt;
  return reference_of('m', true, references(locate));
}

/// An order that is priced at once, and cannot be.
bool NaiveEngine::lacks_midpoint(const Order& order) const {
  const OrderTerms& terms = order.special.terms;
  return terms.price_type == 'm' && !midpoint_of(order.instrument, terms);
}

/// Of an order that comes in. An `m` takes the midpoint that its slot has `found`.
void NaiveEngine::find_price(Order& order, std::optional<Price> found) const {
  const OrderTerms& terms = order.special.terms;
  if (terms.has_discretion())
    order.reach = reach_of(order, references(order.instrument));
  if (terms.price_type == 'L')
    return;
  order.special.cap = order.price.raw;
  if (order.is_peg())
    found = reference_of(terms.price_type, order.is_buy(), references(order.instrument));
  order.price = peg_price(order, found).value_or(Price{});
  if (!order.is_peg())
    order.special.cap = 0;
}

// ── Behind a slot ───────────────────────────────────────────────────────────────────────────────

void NaiveEngine::follow() {
  if (phase_ == 'E' || followers_.empty())
    return;
  for (const auto& [locate, instrument] : instruments_)
    if (instrument.trading_state == 'T')
      reprice_pegs(locate);
  for (const auto& [locate, instrument] : instruments_)
    if (instrument.trading_state == 'T')
      use_discretion(locate);
}

/// In ascending order reference, each at most once, by the references as they are now.
void NaiveEngine::reprice_pegs(std::uint16_t locate) {
  const References best = references(locate);
  const std::set<OrderRef> now = followers_;
  for (const OrderRef ref : now)
    if (followers_.contains(ref)) {
      Order& order = *live_orders_.at(ref);
      if (order.instrument == locate && order.is_peg())
        reprice(order, best);
    }
}

void NaiveEngine::reprice(Order& peg, const References& best) {
  const Order old = peg;
  const std::optional<Price> price =
      peg_price(old, reference_of(old.special.terms.price_type, old.is_buy(), best));
  if (price.value_or(Price{}) == old.price)
    return;
  Order order = old;
  order.price = price.value_or(Price{});
  const bool trades = price && best_contra(order) != nullptr;
  if (trades && order.is_post_only())
    return reduce(peg, peg.open, 'G');
  if (old.is_displayed() && (trades || !price))
    emit_delete(old);
  remove(old.order_ref);
  if (!price)
    return insert(order);  // it waits, and keeps its reference
  order.order_ref = next_order_ref();
  order.special.reserve = 0;
  if (trades)
    match(order);
  if (rest_or_cancel(order) && order.is_displayed())
    emit_priority_update(order, old.is_displayed() && !trades ? old.order_ref : 0);
}

/// An order that can trade within its discretion does, where it lies, in ascending reference.
void NaiveEngine::use_discretion(std::uint16_t locate) {
  const std::set<OrderRef> now = followers_;
  for (const OrderRef ref : now) {
    if (!followers_.contains(ref))
      continue;
    Order& order = *live_orders_.at(ref);
    if (order.instrument != locate || !order.special.terms.has_discretion())
      continue;
    order.reach = reach_of(order, references(locate));
    match(order);
    order.reach.reset();
    if (order.open == 0)
      remove(ref);
  }
}

// ── Events ──────────────────────────────────────────────────────────────────────────────────────

/// The market alone hears that an order leaves the book.
void NaiveEngine::emit_delete(const Order& order) {
  Event event = make_event(EventKind::market);
  event.order_ref = order.order_ref;
  event.instrument = order.instrument;
  event.tail.market = 'D';
  pending_.push_back(event);
}

/// `known_as` is what the market knew the order by, 0 if it does not know it.
void NaiveEngine::emit_priority_update(const Order& order, OrderRef known_as) {
  Event event = make_order_event(EventKind::priority_update, order);
  event.price = order.price;
  event.tail.side = order.side;
  if (known_as == 0) {
    publish_add(event, order);
  } else {
    event.tail.market = 'U';
    event.orig_order_ref = known_as;
    event.market_quantity = {order.shown()};
  }
  pending_.push_back(event);
}

}  // namespace wirebook::match
