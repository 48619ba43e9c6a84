// Pegs and discretion: what orders that follow others are worth, and what they do behind a slot.
#include <algorithm>
#include <utility>
#include <vector>

#include "wirebook/assert.hpp"

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

// ── Lists ───────────────────────────────────────────────────────────────────────────────────────

FollowerList& EngineCore::followers_with(std::uint32_t order) {
  Followed& followed = followed_[book_.order(order).instrument];
  return special(order).terms.is_peg() ? followed.pegs : followed.discretions;
}

/// A peg or an order with discretion comes to rest, or to wait.
void EngineCore::rest_follower(std::uint32_t order) {
  const OrderNode& node = book_.order(order);
  if (records_[order].price == 0)
    book_.wait(order);
  else
    book_.add(order, records_[order].price);
  if (special(order).terms.is_peg()) {
    if (node.displayed != 0)
      book_.count_peg(order);
    followed_[node.instrument].is_priced = false;  // it may have met other references than the rest
  }
  book_.follow(node.instrument);
  link_follower(order);
}

void EngineCore::leave_follower(std::uint32_t order) {
  const OrderNode& node = book_.order(order);
  unlink_follower(order);
  book_.unfollow(node.instrument);
  if (node.displayed != 0 && special(order).terms.is_peg())
    book_.discount_peg(order);
  if (node.level == 0)
    book_.stop_waiting(order);
  else
    book_.remove(order);
}

/// Behind all others of its list: it has the youngest reference.
void EngineCore::link_follower(std::uint32_t order) {
  FollowerList& list = followers_with(order);
  OrderExtra& extra = extra_of(order);
  extra.follower_next = 0;
  extra.follower_prev = list.last;
  (list.last == 0 ? list.first : extra_of(list.last).follower_next) = order;
  list.last = order;
}

void EngineCore::unlink_follower(std::uint32_t order) {
  FollowerList& list = followers_with(order);
  const OrderExtra& extra = extra_of(order);
  (extra.follower_prev == 0 ? list.first : extra_of(extra.follower_prev).follower_next) =
      extra.follower_next;
  (extra.follower_next == 0 ? list.last : extra_of(extra.follower_next).follower_prev) =
      extra.follower_prev;
  if (follow_run_.order == order)
    follow_run_.order = extra.follower_next;
}

/// Links all lists anew, in ascending order reference.
void EngineCore::sort_followers() {
  const InstrumentSet& followed = book_.followed();
  std::vector<std::uint32_t> orders;
  for (std::uint32_t locate = followed.first_from(0); locate != InstrumentSet::none;
       locate = followed.first_from(locate + 1))
    for (FollowerList* const list : {&followed_[locate].pegs, &followed_[locate].discretions}) {
      orders.clear();
      for (std::uint32_t order = list->first; order != 0; order = extra_of(order).follower_next)
        orders.push_back(order);
      std::sort(orders.begin(), orders.end(), [this](std::uint32_t a, std::uint32_t b) {
        return records_[a].order_ref < records_[b].order_ref;
      });
      *list = {};
      for (const std::uint32_t order : orders)
        link_follower(order);
    }
}

/// What a price or a trade depends on beside the book has changed.
void EngineCore::follow_anew() {
  const InstrumentSet& followed = book_.followed();
  for (std::uint32_t locate = followed.first_from(0); locate != InstrumentSet::none;
       locate = followed.first_from(locate + 1))
    follow_anew(static_cast<std::uint16_t>(locate));
}

void EngineCore::follow_anew(std::uint16_t instrument) {
  followed_[instrument].is_priced = false;
  book_.touch(instrument);
}

// ── Behind a slot ───────────────────────────────────────────────────────────────────────────────

/// What was touched before now waits until a day opens, if none is open.
void EngineCore::begin_follow() {
  if (day_.phase == DayPhase::ended)
    return;
  FollowRun& run = follow_run_;
  book_.swap_touched(run.instruments);
  run.locate = 0;
  run.order = 0;
  run.uses_discretion = false;
  pending_ = Pending::follow;
}

/// False if the step is full and there is more to do.
bool EngineCore::follow() {
  FollowRun& run = follow_run_;
  for (;;) {
    if (run.is_trading && !match())
      return false;
    run.is_trading = false;
    if (run.order == 0) {
      if (!follow_next_instrument())
        return true;
      continue;
    }
    if (!has_budget(1))
      return false;
    const std::uint32_t order = run.order;
    run.order = extra_of(order).follower_next;
    if (run.uses_discretion)
      use_discretion(order);
    else if (records_[order].order_ref <= run.last_ref)
      reprice(order);
    else
      run.order = 0;
  }
}

/// The pegs of all instruments come before all discretion. False behind the last.
bool EngineCore::follow_next_instrument() {
  FollowRun& run = follow_run_;
  run.locate = run.instruments.first_from(run.locate + 1);
  if (run.locate == InstrumentSet::none) {
    run.locate = 0;
    return !std::exchange(run.uses_discretion, true);
  }
  const auto locate = static_cast<std::uint16_t>(run.locate);
  Followed& followed = followed_[locate];
  const bool trades = instruments_[locate].trading_state == 'T';
  if (run.uses_discretion) {
    run.instruments.erase(locate);
    run.order = trades ? followed.discretions.first : 0;
    return true;
  }
  if (!trades || followed.pegs.first == 0)
    return true;
  run.best = references(locate);
  if (followed.is_priced && followed.priced_at == run.best)
    return true;
  followed.priced_at = run.best;
  followed.is_priced = true;
  run.order = followed.pegs.first;
  run.last_ref = shard_bits_ | order_count_;
  return true;
}

/// The order finds its price anew; what it meets there it trades with, like one that comes in.
void EngineCore::reprice(std::uint32_t order) {
  OrderNode& node = book_.order(order);
  OrderRecord& record = records_[order];
  const SpecialOrder& extra = special(order);
  const std::uint32_t price =
      peg_price(node.instrument, extra.terms, is_buy(node.side), extra.cap, follow_run_.best);
  if (price == record.price)
    return;
  const bool was_displayed = node.displayed != 0;
  const bool trades = price != 0 && would_trade(order, price);
  if (trades && record.post_only != 0)
    return cancel_whole(order, 'G');
  if (was_displayed && (trades || price == 0))
    publish_delete(order);
  if (price == 0)
    return lose_price(order);
  const Incoming incoming{.order = order,
                          .bound = price,
                          .rests = true,
                          .tell_market = record.display != 'N',
                          .is_priced = true,
                          .origin = Origin::peg,
                          .known_as = was_displayed && !trades ? record.order_ref : 0};
  leave(order);
  node.open = open_shares(order);
  special(order).reserve = 0;
  record.order_ref = shard_bits_ | ++order_count_;
  record.price = price;
  node.displayed = record.display != 'N';
  begin_trading(incoming);
}

/// The order goes on waiting off the book, in its place among the pegs.
void EngineCore::lose_price(std::uint32_t order) {
  OrderNode& node = book_.order(order);
  OrderRecord& record = records_[order];
  state_sum_ -= order_term(order);
  if (node.displayed != 0)
    book_.discount_peg(order);
  book_.remove(order);
  book_.wait(order);
  node.displayed = 0;
  record.price = 0;
  record.salt = order_salt(order);
  state_sum_ += order_term(order);
}

/// The order trades where it rests, and keeps its place.
void EngineCore::use_discretion(std::uint32_t order) {
  const std::uint32_t bound = discretion_bound(order);
  if (!would_trade(order, bound))
    return;
  begin_trading({.order = order, .bound = bound, .origin = Origin::discretion});
}

void EngineCore::begin_trading(const Incoming& incoming) {
  begin_match(incoming, true);
  pending_ = Pending::follow;
  follow_run_.is_trading = true;
}

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
