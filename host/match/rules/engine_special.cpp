// What only special orders have: terms beside the record, reserves, and the walk of an incoming
// order past those that it may not trade with.
#include <algorithm>

#include "match/engine_core.hpp"

namespace wirebook::match {

// ── Terms ───────────────────────────────────────────────────────────────────────────────────────

/// The tags of an Enter or a Replace, over what was in force before.
void EngineCore::take_terms(std::uint32_t order, char time_in_force, const OrderTags& tags) {
  OrderTerms terms = terms_of(order);
  terms.set_time_in_force(time_in_force);
  if (tags.has_any()) {
    KeptTags kept = tags_of(order);
    kept.merge(tags);
    keep_tags(order, kept);
    terms.merge(tags);
  }
  set_terms(order, terms);
}

/// Of an order that is in no book, with its reference: it begins anew with these terms.
void EngineCore::set_terms(std::uint32_t order, const OrderTerms& terms) {
  OrderNode& node = book_.order(order);
  OrderRecord& record = records_[order];
  if (terms.is_ordinary()) {
    if (node.special != 0)
      drop_extra(order);
    return;
  }
  if (record.extra == 0)
    record.extra = extra_pool_.take();
  special(order) = {.terms = terms, .expiry_ns = expiry_of(terms), .first_ref = record.order_ref};
  const bool matters = terms.min_qty != 0 || terms.max_floor != 0 || terms.aiq_strategy != 'N';
  node.special = matters ? special_extra | special_fill : special_extra;
  if (terms.is_peg() || terms.has_discretion())
    node.special |= special_price;
}

void EngineCore::drop_extra(std::uint32_t order) {
  extra_pool_.give_back(records_[order].extra);
  records_[order].extra = 0;
  book_.order(order).special = 0;
}

// ── Reserves ────────────────────────────────────────────────────────────────────────────────────

/// An order with a floor comes to rest: what is beyond the first slice is not displayed yet.
void EngineCore::split_reserve(std::uint32_t order) {
  OrderNode& node = book_.order(order);
  const std::uint32_t slice = shown_shares(order);
  special(order).reserve = node.open - slice;
  node.open = slice;
}

/// The slice is used up: the next one is a new order to the market, behind all others.
void EngineCore::refresh(std::uint32_t order) {
  OrderNode& node = book_.order(order);
  OrderRecord& record = records_[order];
  SpecialOrder& more = special(order);
  ++more.refreshes;
  node.open = next_slice(more, reserve_seed_);
  more.reserve -= node.open;
  unlink_from_session(order);
  record.order_ref = shard_bits_ | ++order_count_;
  link_to_session(order);
  enter_book(order);
  open_exposure(order);
  record.salt = order_salt(order);
  state_sum_ += order_term(order);

  Event& event = fresh();
  event.quantity = {node.open};
  event.price = {record.price};
  const char market = add_letter(order);
  name_market(event, order, market, node.open);
  publish_owned(event, order,
                {.kind = EventKind::restated, .market = market, .side = node.side, .code = 'R'});
}

/// Takes shares off a special order, which has more: of the reserve first. Gives how many of them
/// were displayed, or would be if the order were not hidden.
std::uint32_t EngineCore::take_off(std::uint32_t order, std::uint32_t shares) {
  SpecialOrder& more = special(order);
  const std::uint32_t reserved = std::min(more.reserve, shares);
  state_sum_ -= order_term(order);
  close_exposure(order);
  more.reserve -= reserved;
  if (shares != reserved)
    book_.reduce(order, shares - reserved);
  book_.touch(book_.order(order).instrument);
  open_exposure(order);
  records_[order].salt = order_salt(order);
  state_sum_ += order_term(order);
  return shares - reserved;
}

/// Shares that are executed, or count as such, go off what a resting order displays. True if it
/// displays anew.
bool EngineCore::use_up(std::uint32_t order, std::uint32_t shares) {
  OrderNode& node = book_.order(order);
  if (shares < node.open) {
    node.executed += shares;
    close_exposure(order);
    book_.reduce(order, shares);
    open_exposure(order);
    state_sum_ -= digest::traded(records_[order].salt, shares);
    if (node.special != 0)
      book_.touch(node.instrument);  // what it asks of others may be less now
    return false;
  }
  if (node.special == 0 || special(order).reserve == 0) {
    end(order);
    return false;
  }
  state_sum_ -= order_term(order);
  close_exposure(order);
  leave_book(order);
  node.executed += shares;
  refresh(order);
  return true;
}

// ── The walk ────────────────────────────────────────────────────────────────────────────────────

/// The first order of a level that the incoming order may trade at; 0: no level, or too far.
std::uint32_t EngineCore::first_within(std::uint32_t level) const {
  if (level == 0)
    return 0;
  const bool buy = is_buy(book_.order(incoming_.order).side);
  const std::uint32_t price = book_.level(level).price;
  const bool within = buy ? price <= incoming_.bound : price >= incoming_.bound;
  return within ? book_.level(level).head : 0;
}

std::uint32_t EngineCore::first_contra() const {
  const OrderNode& node = book_.order(incoming_.order);
  return first_within(book_.best_level(node.instrument, !is_buy(node.side)));
}

std::uint32_t EngineCore::next_contra(std::uint32_t next, std::uint32_t level) const {
  if (next != 0)
    return next;
  const OrderNode& node = book_.order(incoming_.order);
  return first_within(book_.next_level(node.instrument, !is_buy(node.side), level));
}

/// Whether what the other side has for an order with a minimum quantity comes up to it: the walk
/// as it would go, except that a reserve counts whole where its order is met.
bool EngineCore::finds_minimum() const {
  const std::uint32_t order = incoming_.order;
  std::uint32_t left = book_.order(order).open;
  const std::uint32_t wanted = std::min(special(order).terms.min_qty, left);
  std::uint32_t found = 0;
  for (std::uint32_t at = first_contra(); at != 0 && left != 0 && found < wanted;) {
    const OrderNode& maker = book_.order(at);
    const std::uint32_t shares = std::min(open_shares(at), left);
    if (minimum_of(at) <= left) {
      const std::optional<SelfMatchRemedy> remedy = self_match(at, order);
      if (remedy == SelfMatchRemedy::cancel_newest)
        return false;
      if (remedy != SelfMatchRemedy::cancel_oldest)
        left -= shares;
      if (!remedy)
        found += shares;
    }
    at = next_contra(maker.next, maker.level);
  }
  return found >= wanted;
}

/// Begins to match what was reported as accepted, replaced or repriced.
void EngineCore::begin_match(const Incoming& incoming, bool trades) {
  incoming_ = incoming;
  const OrderNode& node = book_.order(incoming.order);
  if (!trades && node.special == 0 && has_budget(1))
    return settle();  // as most orders: nobody is there to meet
  pending_ = Pending::match;
  if (node.special == 0 || special(incoming.order).terms.min_qty == 0)
    return;
  incoming_.walks = true;
  incoming_.at = finds_minimum() ? first_contra() : 0;
}

/// Goes on from `incoming_.at`. False if the step is full.
bool EngineCore::walk() {
  const std::uint32_t order = incoming_.order;
  OrderNode& node = book_.order(order);
  while (node.open != 0 && incoming_.at != 0) {
    if (!has_budget(3))
      return false;
    const std::uint32_t resting = incoming_.at;
    OrderNode& maker = book_.order(resting);
    const std::uint32_t level = maker.level;
    std::uint32_t next = maker.next;
    // A refreshed order is behind all others of its level: if it was the last, it is the next.
    if (minimum_of(resting) <= node.open && meet(resting, order) && next == 0)
      next = resting;
    incoming_.at = next_contra(next, level);
  }
  return true;
}

/// Two orders that may trade, or would if their owner were not one. True if the resting one
/// displays anew.
bool EngineCore::meet(std::uint32_t resting, std::uint32_t order) {
  const std::uint32_t shares = std::min(book_.order(resting).open, book_.order(order).open);
  if (const std::optional<SelfMatchRemedy> remedy = self_match(resting, order))
    return prevent(*remedy, resting, order, shares);
  report_trade(resting, order, shares);
  return use_up(resting, shares);
}

}  // namespace wirebook::match
