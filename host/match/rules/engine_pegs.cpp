// Pegs and discretion: what orders that follow others are worth, and what is told of them.
#include <algorithm>

#include "match/engine_core.hpp"

namespace wirebook::match {

// ── Prices ──────────────────────────────────────────────────────────────────────────────────────

/// 0 if no displayed order of the side is but a peg.
std::uint32_t EngineCore::reference(std::uint16_t instrument, bool buy) const {
  std::uint32_t index = book_.next_displayed(instrument, buy, 0);
  for (; index != 0; index = book_.next_displayed(instrument, buy, index)) {
    const Level& level = book_.level(index);
    if (level.displayed_orders != level.displayed_pegs)
      return level.price;
  }
  return 0;
}

/// 0 where there is no reference.
std::uint32_t EngineCore::peg_price(std::uint16_t instrument, const OrderTerms& terms, bool buy,
                                    std::uint32_t cap, References best) const {
  const std::uint32_t base = reference_price(terms.price_type, buy, best);
  if (base == 0)
    return 0;
  const std::uint32_t price =
      within(offset_price(base, terms.peg_offset, buy), limits_.market_bound(instrument, buy), buy);
  return is_market({cap}) ? price : within(price, cap, buy);
}

/// How far an order with discretion would trade: never less far than its price.
std::uint32_t EngineCore::discretion_bound(std::uint32_t order) const {
  const OrderNode& node = book_.order(order);
  const OrderTerms& terms = special(order).terms;
  const bool buy = is_buy(node.side);
  const std::uint32_t price = records_[order].price;
  std::uint32_t bound = limits_.market_bound(node.instrument, buy);
  if (terms.discretion_price != 0)
    bound = within(bound, static_cast<std::uint32_t>(terms.discretion_price), buy);
  if (terms.discretion_type != 'L') {
    const std::uint32_t base =
        reference_price(terms.discretion_type, buy, references(node.instrument));
    bound =
        base == 0 ? price : within(bound, offset_price(base, terms.discretion_offset, buy), buy);
  }
  return buy ? std::max(bound, price) : std::min(bound, price);
}

// ── An order that comes in ──────────────────────────────────────────────────────────────────────

/// How far it trades. Before its report, which repeats the price as sent. An `m` order takes the
/// references that its slot has found.
void EngineCore::aim(std::uint32_t order, References found, Incoming& incoming) const {
  const OrderNode& node = book_.order(order);
  const OrderTerms& terms = special(order).terms;
  if (terms.has_discretion())
    incoming.bound = discretion_bound(order);
  if (terms.price_type == 'L')
    return;
  const bool buy = is_buy(node.side);
  const std::uint32_t price =
      peg_price(node.instrument, terms, buy, records_[order].price,
                terms.price_type == 'm' ? found : references(node.instrument));
  incoming.bound = price != 0 ? price : nowhere(buy);
  incoming.market = false;
  incoming.is_priced = true;
}

/// Behind the report: from now on the order is what it is worth.
void EngineCore::take_aim(const Incoming& incoming) {
  OrderNode& node = book_.order(incoming.order);
  OrderRecord& record = records_[incoming.order];
  SpecialOrder& extra = special(incoming.order);
  if (extra.terms.is_peg())
    extra.cap = record.price;
  record.price = incoming.bound == nowhere(is_buy(node.side)) ? 0 : incoming.bound;
  if (record.price == 0)
    node.displayed = 0;
}

// ── An order that uses its discretion ───────────────────────────────────────────────────────────

/// Shares that are executed, or count as such, go off an order that uses its discretion. Used up,
/// it is gone.
void EngineCore::take_resting(std::uint32_t order, std::uint32_t shares) {
  OrderNode& node = book_.order(order);
  const bool whole = shares == node.open;
  (void)use_up(order, shares);
  if (whole)
    node.open = 0;  // nothing more to trade
}

/// What the market hears when an order in the book loses shares.
void EngineCore::name_reduction(Event& event, std::uint32_t order, std::uint32_t shares,
                                EventTail& tail) const {
  const OrderNode& node = book_.order(order);
  if (node.displayed == 0)
    return;
  tail.market = shares == node.open ? 'D' : 'X';
  if (tail.market == 'X')
    event.market_quantity = {shares};
}

// ── Events ──────────────────────────────────────────────────────────────────────────────────────

/// The market alone hears that an order leaves the book.
void EngineCore::publish_delete(std::uint32_t order) {
  Event& event = fresh();
  event.order_ref = records_[order].order_ref;
  event.instrument = book_.order(order).instrument;
  publish({.kind = EventKind::market, .market = 'D'});
}

/// A displayed peg has come to rest; the market knows it by `known_as`, or not at all.
void EngineCore::publish_priority_update(std::uint32_t order, std::uint64_t known_as) {
  Event& event = fresh();
  event.price = {records_[order].price};
  EventTail tail{.kind = EventKind::priority_update, .side = book_.order(order).side};
  if (known_as != 0) {
    tail.market = 'U';
    event.orig_order_ref = known_as;
    event.market_quantity = {book_.order(order).open};
  } else {
    tail.market = add_letter(order);
    name_market(event, order, tail.market, book_.order(order).open);
  }
  publish_owned(event, order, tail);
}

}  // namespace wirebook::match
