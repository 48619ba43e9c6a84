// The book of the naive engine.
#include <algorithm>
#include <iterator>

#include "match/naive/naive_engine.hpp"

namespace wirebook::match {

using wire::ouch::Tag;

// ── Orders ──────────────────────────────────────────────────────────────────────────────────────

/// Tags that the message carries replace those that held before.
void NaiveEngine::Order::keep(const naive::Appendage& appendage) {
  using enum Tag;
  for (const Tag tag : {Tag::firm, min_qty, max_floor, price_type, post_only, expire_time,
                        trade_now, handle_inst, aiq_strategy, aiq_group_id})
    if (const naive::Element* const element = appendage.find(tag))
      tags.insert_or_assign(tag, *element);
}

bool NaiveEngine::Order::is_post_only() const {
  const auto found = tags.find(Tag::post_only);
  return found != tags.end() && found->second.value[0] == 'P';
}

NaiveEngine::Side& NaiveEngine::side_of(const Order& order) {
  Instrument& instrument = instruments_.at(order.instrument);
  return order.is_buy() ? instrument.bids : instrument.asks;
}

/// The best level of the other side, if the order would trade with it.
NaiveEngine::Level* NaiveEngine::best_contra(const Order& order) {
  Instrument& instrument = instruments_.at(order.instrument);
  Side& contra = order.is_buy() ? instrument.asks : instrument.bids;
  if (contra.empty() || order.waits())
    return nullptr;
  auto& [price, level] = order.is_buy() ? *contra.begin() : *std::prev(contra.end());
  if (is_market(order.price))
    return collar_admits(order, price) ? &level : nullptr;
  const Price furthest = order.reach.value_or(order.price);
  const bool is_within = order.is_buy() ? price <= furthest : price >= furthest;
  return is_within ? &level : nullptr;
}

void NaiveEngine::trade(Order& resting, Order& incoming) {
  const std::uint32_t shares = std::min(resting.slice(), incoming.open);
  const std::uint64_t number = shard_bits() | ++match_number_count_;
  const auto report = [&](const Order& order, char flag) {
    Event event = make_order_event(EventKind::executed, order);
    event.match_number = number;
    event.quantity = {shares};
    event.price = resting.price;
    event.tail.side = order.side;
    event.tail.code = flag;
    return event;
  };
  Event told = report(resting, resting.is_displayed() ? 'A' : 'J');
  told.tail.market = resting.is_displayed() ? 'E' : 'P';
  told.market_quantity = {shares};
  pending_.push_back(told);
  Event taken = report(incoming, 'R');
  if (lies_in_book(incoming) && incoming.is_displayed()) {
    taken.tail.market = shares == incoming.open ? 'D' : 'X';
    if (shares != incoming.open)
      taken.market_quantity = {shares};
  }
  pending_.push_back(taken);

  const auto party = [](const Order& order) {
    return Party{order.order_ref, order.session, order.user_ref_idx, order.user_ref_num,
                 order.cl_ord_id};
  };
  trades_[number] = {.instrument = resting.instrument,
                     .parties = {party(resting), party(incoming)}};
  // Of the youngest ones some may be broken, so their number is not their count.
  const auto oldest = trades_.find(number - std::max(capacity_.trades, 1U));
  if (oldest != trades_.end()) {
    past_trades_ += saved_trade(oldest->first, oldest->second).term();
    trades_.erase(oldest);
  }
  count_trade(resting, incoming, resting.price, shares);
  ++counters_.trades;
  counters_.volume += shares;

  use_up(incoming, shares);
  use_up(resting, shares);
  end_or_refresh(resting);
}

/// True if the order went into the book.
bool NaiveEngine::rest_or_cancel(const Order& order) {
  const Instrument& instrument = instruments_.at(order.instrument);
  const Side& contra = order.is_buy() ? instrument.asks : instrument.bids;
  if (order.open == 0)
    return false;
  if (order.rests()) {
    Order resting = order;
    resting.special.reserve = order.open - order.shown();
    insert(resting);
    return true;
  }
  Event event = make_order_event(EventKind::canceled, order);
  event.quantity = {order.open};
  const bool at_collar = is_market(order.price) && !contra.empty() && best_contra(order) == nullptr;
  event.tail.code = at_collar ? 'K' : 'I';
  pending_.push_back(event);
  return false;
}

void NaiveEngine::insert(const Order& order) {
  Level& level =
      order.waits() ? instruments_.at(order.instrument).waiting : side_of(order)[order.price];
  level.push_back(order);
  level.back().reach.reset();
  live_orders_[order.order_ref] = &level.back();
  if (order.is_peg() || order.special.terms.has_discretion())
    followers_.insert(order.order_ref);
  live_numbers_[{order.session, order.user_ref_idx, order.user_ref_num}] = order.order_ref;
  if (order.special.expiry_ns != 0)
    expiries_.emplace(order.special.expiry_ns, order.order_ref);
}

void NaiveEngine::remove(OrderRef order_ref) {
  const Order order = *live_orders_.at(order_ref);
  const auto is_it = [&](const Order& other) { return other.order_ref == order_ref; };
  if (order.waits()) {
    instruments_.at(order.instrument).waiting.remove_if(is_it);
  } else {
    Side& side = side_of(order);
    Level& level = side.at(order.price);
    level.remove_if(is_it);
    if (level.empty())
      side.erase(order.price);
  }
  live_orders_.erase(order_ref);
  followers_.erase(order_ref);
  expiries_.erase({order.special.expiry_ns, order_ref});
  live_numbers_.erase({order.session, order.user_ref_idx, order.user_ref_num});
}

/// Cancels shares of a live order and says so.
void NaiveEngine::reduce(Order& order, std::uint32_t shares, char reason) {
  Event event = make_order_event(EventKind::canceled, order);
  event.quantity = {shares};
  event.tail.code = reason;
  const std::uint32_t seen = take_off(order, shares);
  if (order.is_displayed() && seen != 0) {
    event.tail.market = order.open == 0 ? 'D' : 'X';
    if (event.tail.market == 'X')
      event.market_quantity = {seen};
  }
  pending_.push_back(event);
  if (order.open == 0)
    remove(order.order_ref);
}

void NaiveEngine::cancel_all(std::uint32_t session, char reason) {
  for (const OrderRef ref : orders_of(session)) {
    Order& order = *live_orders_.at(ref);
    reduce(order, order.open, reason);
  }
}

std::vector<LevelSummary> NaiveEngine::depth(std::uint16_t locate, bool buy) const {
  std::vector<LevelSummary> levels;
  const auto found = instruments_.find(locate);
  if (found == instruments_.end())
    return levels;
  for (const auto& [price, level] : buy ? found->second.bids : found->second.asks) {
    LevelSummary seen{.price = price, .quantity = 0, .orders = 0};
    for (const Order& order : level) {
      if (!order.is_displayed())
        continue;
      seen.quantity += order.slice();
      ++seen.orders;
    }
    if (seen.orders != 0)
      levels.push_back(seen);
  }
  if (buy)
    std::reverse(levels.begin(), levels.end());
  return levels;
}

BookSummary NaiveEngine::book(std::uint16_t locate) const {
  BookSummary summary;
  const auto found = instruments_.find(locate);
  if (found == instruments_.end())
    return summary;
  summary.live_orders = found->second.waiting.size();
  for (const Side* const side : {&found->second.bids, &found->second.asks})
    for (const auto& [price, level] : *side)
      summary.live_orders += level.size();
  const std::vector<LevelSummary> bids = depth(locate, true);
  const std::vector<LevelSummary> asks = depth(locate, false);
  summary.bid_levels = static_cast<std::uint32_t>(bids.size());
  summary.ask_levels = static_cast<std::uint32_t>(asks.size());
  if (!bids.empty())
    summary.bid = bids.front();
  if (!asks.empty())
    summary.ask = asks.front();
  return summary;
}

}  // namespace wirebook::match
