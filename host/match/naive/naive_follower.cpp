#include "match/naive/naive_follower.hpp"

#include <tuple>

#include "wirebook/wire/itch50.hpp"

namespace wirebook::match {

void NaiveFollower::on_slot(const Slot& slot) {
  if (slot.tail.kind == SlotKind::gap)
    ++counters_.gaps;
  if (slot.tail.kind == SlotKind::gap || slot.tail.kind == SlotKind::feed_end)
    return;
  if (!is_feed(slot.tail.kind) || slot.feed.instrument > capacity_.instruments) {
    ++counters_.ignored_slot;
    return;
  }
  const auto verbatim = [&](auto field, std::size_t offset) {
    return wire::view<decltype(field)>(slot.feed_verbatim.bytes.data() + offset - 11);
  };
  const auto trade = [&](std::uint64_t shares) {
    ++counters_.trades;
    counters_.volume += shares;
  };
  const FeedAddBody& added = slot.feed_add;
  const FeedExecuteBody& executed = slot.feed_execute;
  const FeedChangeBody& changed = slot.feed_change;
  switch (itch_type(slot.tail.kind)) {
    case 'R':
      name(slot.feed.instrument, verbatim(Symbol{}, 11));
      break;
    case 'A':
    case 'F':
      name(added.head.instrument, added.symbol);
      add(added.order_ref,
          {added.head.instrument, added.side, added.price.raw, added.quantity.raw});
      break;
    case 'E':
      trade(executed.quantity.raw);
      reduce(executed.order_ref, executed.quantity.raw);
      break;
    case 'C':
      if (executed.printable == 'Y')
        trade(executed.quantity.raw);
      reduce(executed.order_ref, executed.quantity.raw);
      break;
    case 'X':
      reduce(changed.order_ref, changed.quantity.raw);
      break;
    case 'D':
      if (orders_.erase(changed.order_ref) == 0)
        ++counters_.unknown_reference;
      break;
    case 'U':
      replace(changed.order_ref, changed.new_order_ref, changed.quantity.raw, changed.price.raw);
      break;
    case 'P':
      trade(verbatim(wire::Big32{}, 20));
      break;
    case 'Q':
      trade(verbatim(wire::Big64{}, 11));
      break;
    default:
      break;
  }
}

void NaiveFollower::name(std::uint16_t locate, const Symbol& symbol) {
  if (symbol.text[0] != '\0')
    symbols_.emplace(locate, symbol);
}

void NaiveFollower::add(std::uint64_t ref, const Order& order) {
  if (orders_.contains(ref))
    ++counters_.duplicate_reference;
  else if (order.open != 0 && orders_.size() >= capacity_.orders)
    ++counters_.capacity_reject;
  else if (order.open != 0)
    orders_.emplace(ref, order).first->second.place = ++places_;
}

void NaiveFollower::reduce(std::uint64_t ref, std::uint32_t shares) {
  const auto found = orders_.find(ref);
  if (found == orders_.end()) {
    ++counters_.unknown_reference;
    return;
  }
  if (shares > found->second.open)
    ++counters_.over_reduction;
  if (shares >= found->second.open)
    orders_.erase(found);
  else
    found->second.open -= shares;
}

void NaiveFollower::replace(std::uint64_t ref, std::uint64_t new_ref, std::uint32_t open,
                            std::uint32_t price) {
  const auto found = orders_.find(ref);
  if (found == orders_.end()) {
    ++counters_.unknown_reference;
    return;
  }
  Order order = found->second;
  orders_.erase(found);
  order.open = open;
  order.price = price;
  add(new_ref, order);
}

/// Counts through all orders there are.
BookSummary NaiveFollower::book(std::uint16_t locate) const {
  BookSummary summary;
  std::map<std::uint32_t, LevelSummary> bids, asks;
  for (const auto& [ref, order] : orders_) {
    if (order.locate != locate)
      continue;
    ++summary.live_orders;
    LevelSummary& level = (order.side == 'B' ? bids : asks)[order.price];
    level.price = {order.price};
    level.quantity += order.open;
    ++level.orders;
  }
  if (!bids.empty())
    summary.bid = bids.rbegin()->second;
  if (!asks.empty())
    summary.ask = asks.begin()->second;
  summary.bid_levels = static_cast<std::uint32_t>(bids.size());
  summary.ask_levels = static_cast<std::uint32_t>(asks.size());
  return summary;
}

/// Buys first, the highest price first; sells from the lowest on.
std::vector<FeedOrder> NaiveFollower::orders(std::uint16_t locate) const {
  std::map<std::tuple<bool, std::int64_t, std::uint64_t>, FeedOrder> sorted;
  for (const auto& [ref, order] : orders_) {
    const bool sells = order.side != 'B';
    const std::int64_t distance = sells ? std::int64_t{order.price} : -std::int64_t{order.price};
    if (order.locate == locate)
      sorted[{sells, distance, order.place}] = {.order_ref = ref,
                                                .locate = locate,
                                                .side = sells ? 'S' : 'B',
                                                .price = {order.price},
                                                .open = {order.open}};
  }
  std::vector<FeedOrder> orders;
  orders.reserve(sorted.size());
  for (const auto& [place, order] : sorted)
    orders.push_back(order);
  return orders;
}

std::optional<Symbol> NaiveFollower::symbol(std::uint16_t locate) const {
  const auto found = symbols_.find(locate);
  if (found == symbols_.end())
    return std::nullopt;
  return found->second;
}

}  // namespace wirebook::match
