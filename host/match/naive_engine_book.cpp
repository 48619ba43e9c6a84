// The book, matching, and the events that tell of orders.
#include <algorithm>

#include "match/naive_engine.hpp"

namespace wirebook::match {

using wire::ouch::Tag;

std::uint16_t NaiveEngine::Order::group_id() const {
  const auto found = tags.find(Tag::group_id);
  if (found == tags.end())
    return 0;
  const auto& value = found->second.value;
  return static_cast<std::uint16_t>(value[0] << 8 | value[1]);
}

bool NaiveEngine::Order::is_post_only() const {
  const auto found = tags.find(Tag::post_only);
  return found != tags.end() && found->second.value[0] == 'P';
}

// ── The book ────────────────────────────────────────────────────────────────────────────────────

NaiveEngine::Side& NaiveEngine::side_of(const Order& order) {
  Instrument& instrument = instruments_.at(order.instrument);
  return order.is_buy() ? instrument.bids : instrument.asks;
}

/// The best level of the other side, if the order would trade with it; else null.
NaiveEngine::Level* NaiveEngine::best_contra(const Order& order) {
  Instrument& instrument = instruments_.at(order.instrument);
  Side& contra = order.is_buy() ? instrument.asks : instrument.bids;
  if (contra.empty())
    return nullptr;
  auto& [price, level] = order.is_buy() ? *contra.begin() : *contra.rbegin();
  const bool crosses =
      is_market(order.price) || (order.is_buy() ? price <= order.price : price >= order.price);
  return crosses ? &level : nullptr;
}

/// Trades as far as it goes; true if it traded at all.
bool NaiveEngine::match(Order& order) {
  bool has_traded = false;
  while (order.open != 0) {
    Level* const level = best_contra(order);
    if (level == nullptr)
      break;
    Order& resting = level->front();
    trade(resting, order);
    has_traded = true;
    if (resting.open == 0)
      remove(resting.order_ref);
  }
  return has_traded;
}

void NaiveEngine::trade(Order& resting, Order& incoming) {
  const std::uint32_t shares = std::min(resting.open, incoming.open);
  const std::uint64_t match_number = shard_bits() | ++match_number_count_;
  for (Order* order : {&resting, &incoming}) {
    order->open -= shares;
    order->chain_executed += shares;
  }
  ++counters_.trades;
  counters_.volume += shares;

  Event executed = make_order_event(EventKind::executed, resting);
  executed.match_number = match_number;
  executed.quantity = {shares};
  executed.price = resting.price;
  executed.market_quantity = {shares};
  executed.tail.code = resting.is_displayed() ? 'A' : 'J';
  executed.tail.market = resting.is_displayed() ? 'E' : 'P';
  pending_.push_back(executed);

  executed = make_order_event(EventKind::executed, incoming);
  executed.match_number = match_number;
  executed.quantity = {shares};
  executed.price = resting.price;
  executed.tail.code = 'R';
  pending_.push_back(executed);

  Trade record{.instrument = resting.instrument};
  for (std::size_t i = 0; i < 2; ++i) {
    const Order& order = i == 0 ? resting : incoming;
    record.parties[i] = {order.order_ref, order.session, order.user_ref_idx, order.user_ref_num,
                         order.cl_ord_id};
  }
  trades_[match_number] = record;
  if (trades_.size() > capacity_.trades)
    trades_.erase(trades_.begin());
}

/// The remainder, if there is one: cancels an IOC or market order, else lets it rest: true.
bool NaiveEngine::rest_or_cancel(const Order& order) {
  if (order.open == 0)
    return false;
  if (order.time_in_force == '3' || is_market(order.price)) {
    Event canceled = make_order_event(EventKind::canceled, order);
    canceled.quantity = {order.open};
    canceled.tail.code = 'I';
    pending_.push_back(canceled);
    return false;
  }
  insert(order);
  return true;
}

void NaiveEngine::insert(const Order& order) {
  Level& level = side_of(order)[order.price];
  level.push_back(order);
  live_orders_[order.order_ref] = &level.back();
  live_numbers_[{order.session, order.user_ref_idx, order.user_ref_num}] = order.order_ref;
}

void NaiveEngine::remove(OrderRef order_ref) {
  const Order& order = *live_orders_.at(order_ref);
  live_numbers_.erase({order.session, order.user_ref_idx, order.user_ref_num});
  live_orders_.erase(order_ref);
  Side& side = side_of(order);
  const auto level = side.find(order.price);
  level->second.erase(
      std::find_if(level->second.begin(), level->second.end(),
                   [&](const Order& other) { return other.order_ref == order_ref; }));
  if (level->second.empty())
    side.erase(level);
}

/// Takes shares off a resting order, which keeps its priority, and ends it when none are left.
void NaiveEngine::reduce(Order& order, std::uint32_t shares, char reason) {
  order.open -= shares;
  Event canceled = make_order_event(EventKind::canceled, order);
  canceled.quantity = {shares};
  canceled.tail.code = reason;
  if (order.is_displayed()) {
    canceled.tail.market = order.open == 0 ? 'D' : 'X';
    canceled.market_quantity = {order.open == 0 ? 0 : shares};
  }
  pending_.push_back(canceled);
  if (order.open == 0)
    remove(order.order_ref);
}

NaiveEngine::Order* NaiveEngine::find_order(std::uint32_t session, std::uint8_t user_ref_idx,
                                            std::uint32_t user_ref_num) {
  const auto found = live_numbers_.find({session, user_ref_idx, user_ref_num});
  return found == live_numbers_.end() ? nullptr : live_orders_.at(found->second);
}

/// Live orders of a session, in ascending order reference.
std::vector<NaiveEngine::OrderRef> NaiveEngine::orders_of(std::uint32_t session) const {
  std::vector<OrderRef> order_refs;
  for (const auto& [order_ref, order] : live_orders_)
    if (order->session == session)
      order_refs.push_back(order_ref);
  return order_refs;
}

void NaiveEngine::cancel_all(std::uint32_t session, char reason) {
  for (const OrderRef order_ref : orders_of(session)) {
    Order& order = *live_orders_.at(order_ref);
    reduce(order, order.open, reason);
  }
}

BookSummary NaiveEngine::book(std::uint16_t instrument) const {
  BookSummary summary;
  const auto found = instruments_.find(instrument);
  if (found == instruments_.end())
    return summary;
  const auto summarize = [&](const Side& side, std::uint32_t& levels, auto is_better) {
    std::optional<LevelSummary> best;
    for (const auto& [price, level] : side) {
      summary.live_orders += level.size();
      LevelSummary displayed{.price = price, .quantity = 0, .orders = 0};
      for (const Order& order : level) {
        if (order.is_displayed()) {
          displayed.quantity += order.open;
          ++displayed.orders;
        }
      }
      if (displayed.orders == 0)
        continue;
      ++levels;
      if (!best || is_better(price, best->price))
        best = displayed;
    }
    return best;
  };
  summary.bid = summarize(found->second.bids, summary.bid_levels, std::greater<>());
  summary.ask = summarize(found->second.asks, summary.ask_levels, std::less<>());
  return summary;
}

// ── Events ──────────────────────────────────────────────────────────────────────────────────────

Event NaiveEngine::make_event(EventKind kind) const {
  Event event{};
  event.time_ns = time_ns_;
  event.cause_sequence = cause_sequence_;
  event.tail.kind = kind;
  return event;
}

Event NaiveEngine::make_order_event(EventKind kind, const Order& order) const {
  Event event = make_event(kind);
  event.order_ref = order.order_ref;
  event.session = order.session;
  event.user_ref_num = order.user_ref_num;
  event.instrument = order.instrument;
  event.tail.user_ref_idx = order.user_ref_idx;
  return event;
}

void NaiveEngine::emit_rejected(std::uint32_t session, std::uint8_t user_ref_idx,
                                std::uint32_t user_ref_num, Code code) {
  Event rejected = make_event(EventKind::rejected);
  rejected.session = session;
  rejected.user_ref_num = user_ref_num;
  rejected.reject_code = code;
  rejected.tail.user_ref_idx = user_ref_idx;
  pending_.push_back(rejected);
}

/// With the tags that now hold, as far as they are among those that OUCH repeats in `U`.
void NaiveEngine::emit_replaced(Event event, const Order& order) {
  event.tail.extension_count = 1;
  pending_.push_back(event);

  Event entry{};
  EventExtension& extension = as_extension(entry);
  extension.capacity = order.capacity;
  extension.cross_type = order.cross_type;
  const auto append = [&](std::uint8_t byte) {
    extension.bytes.at(extension.bytes_used++) = std::byte{byte};
  };
  using enum Tag;
  for (const Tag tag : {firm, min_qty, max_floor, price_type, post_only, expire_time, trade_now,
                        handle_inst, aiq_strategy, aiq_group_id}) {
    const auto found = order.tags.find(tag);
    if (found == order.tags.end())
      continue;
    append(static_cast<std::uint8_t>(1 + found->second.value.size()));
    append(static_cast<std::uint8_t>(tag));
    for (const std::uint8_t byte : found->second.value)
      append(byte);
  }
  pending_.push_back(entry);
}

/// A displayed order comes to rest: A, or F with the effective firm where display is `A`.
void NaiveEngine::publish_add(Event& event, const Order& order) {
  event.market_quantity = {order.open};
  event.tail.market = 'A';
  if (order.display == 'A') {
    event.tail.market = 'F';
    event.attribution = {};
    std::copy_n(order.firm.text.begin(), order.firm.text.size(), event.attribution.begin());
  }
}

void NaiveEngine::emit_add(const Order& order) {
  Event market = make_event(EventKind::market);
  market.order_ref = order.order_ref;
  market.price = order.price;
  market.instrument = order.instrument;
  market.tail.side = order.side;
  publish_add(market, order);
  pending_.push_back(market);
}

}  // namespace wirebook::match
