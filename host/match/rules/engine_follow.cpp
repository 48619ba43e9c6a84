// Pegs and discretion behind a slot: which orders follow an instrument, and what they do.
#include <algorithm>
#include <utility>
#include <vector>

#include "match/engine_core.hpp"

namespace wirebook::match {

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

}  // namespace wirebook::match
