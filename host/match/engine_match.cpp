// An order meets the other side: fills, and what becomes of the rest.
#include <algorithm>

#include "wirebook/assert.hpp"

#include "match/engine_core.hpp"

namespace wirebook::match {

/// An order that is about to meet the other side; an `m` order is priced by what its slot `found`.
Incoming EngineCore::incoming_of(std::uint32_t order, char time_in_force, References found) const {
  const OrderNode& node = book_.order(order);
  const Price price{records_[order].price};
  Incoming incoming{.order = order, .market = is_market(price)};
  incoming.bound =
      incoming.market ? limits_.market_bound(node.instrument, is_buy(node.side)) : price.raw;
  if (node.special != 0)
    aim(order, found, incoming);
  incoming.rests = time_in_force != '3' && !incoming.market;
  return incoming;
}

bool EngineCore::would_trade(std::uint32_t order, std::uint32_t bound) const {
  const OrderNode& node = book_.order(order);
  return book_.meets(node.instrument, is_buy(node.side), bound);
}

/// False if the step is full and the order has more to trade.
bool EngineCore::match() {
  const std::uint32_t order = incoming_.order;
  const OrderNode& node = book_.order(order);
  while (!incoming_.walks && node.open != 0 && would_trade(order, incoming_.bound)) {
    const std::uint32_t level = book_.best_level(node.instrument, !is_buy(node.side));
    const std::uint32_t resting = book_.level(level).head;
    if ((book_.order(resting).special & special_fill) != 0) {
      incoming_.walks = true;
      incoming_.at = resting;
      break;
    }
    if (!has_budget(2))
      return false;
    if (book_.order(resting).special == 0 && incoming_.origin == Origin::entry) [[likely]]
      fill_plain(order, resting);
    else
      fill(order, resting);
  }
  if (incoming_.walks && !walk())
    return false;
  if (!has_budget(1))
    return false;
  settle();
  return true;
}

/// With an order that nothing special is to be done for.
void EngineCore::fill(std::uint32_t order, std::uint32_t resting) {
  OrderNode& maker = book_.order(resting);
  const std::uint32_t shares = std::min(maker.open, book_.order(order).open);
  report_trade(resting, order, shares);
  if (maker.open == shares)
    return end(resting);
  maker.executed += shares;
  close_exposure(resting);
  book_.reduce(resting, shares);
  open_exposure(resting);
  state_sum_ -= digest::traded(records_[resting].salt, shares);
}

/// All of a trade but what becomes of the resting order.
void EngineCore::report_trade(std::uint32_t resting, std::uint32_t order, std::uint32_t shares) {
  const OrderNode& maker = book_.order(resting);
  OrderNode& taker = book_.order(order);
  const std::uint64_t number = shard_bits_ | ++trade_count_;
  const Price price{records_[resting].price};
  const bool displayed = maker.displayed != 0;

  Event& told = fresh();
  told.match_number = number;
  told.quantity = {shares};
  told.price = price;
  told.market_quantity = {shares};
  publish_owned(told, resting,
                {.kind = EventKind::executed,
                 .market = displayed ? 'E' : 'P',
                 .side = maker.side,
                 .code = displayed ? 'A' : 'J'});
  Event& taken = fresh();
  taken.match_number = number;
  taken.quantity = {shares};
  taken.price = price;
  EventTail tail{.kind = EventKind::executed, .side = taker.side, .code = 'R'};
  if (incoming_.origin == Origin::discretion)
    name_reduction(taken, order, shares, tail);
  publish_owned(taken, order, tail);

  note_trade(number, resting, order);
  ++counters_.trades;
  counters_.volume += shares;
  limits_.trade_at(taker.instrument, price.raw);
  if (limits_.counts_exposure())
    count_traded(resting, order, price.raw, shares);
  take(order, shares);
}

/// What becomes of the order when there is nothing more to trade.
void EngineCore::settle() {
  const std::uint32_t order = incoming_.order;
  OrderNode& node = book_.order(order);
  if (incoming_.origin == Origin::discretion)
    return;
  if (node.open == 0)
    return discard(order);
  if (!incoming_.rests) {
    // A market order that still finds somebody has come to the collar.
    const bool at_collar = incoming_.market &&
                           book_.best_level(node.instrument, !is_buy(node.side)) != 0 &&
                           !would_trade(order, incoming_.bound);
    Event& event = fresh();
    event.quantity = {node.open};
    publish_owned(event, order, {.kind = EventKind::canceled, .code = at_collar ? 'K' : 'I'});
    return discard(order);
  }
  if (node.special != 0)
    split_reserve(order);
  rest(order);
  if (node.displayed == 0 || !incoming_.tell_market)
    return;
  if (incoming_.origin == Origin::peg)
    publish_priority_update(order, incoming_.known_as);
  else
    publish_add(order);
}

}  // namespace wirebook::match
