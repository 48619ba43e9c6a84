// The naive engine's orders that change or end at a client's wish, and accounts.
#include <algorithm>

#include "match/naive/naive_engine.hpp"
#include "match/naive/naive_values.hpp"

namespace wirebook::match {

using naive::beyond;
using naive::is_one_of;
using naive::no_firm;
using wire::ouch::Tag;

void NaiveEngine::cancel(const ReduceBody& body, const naive::Appendage& appendage) {
  Order* const order = find_order(body.session, appendage.user_ref_idx(), body.user_ref_num);
  if (order != nullptr) {
    const std::uint32_t kept = beyond(body.quantity.raw, order->chain_executed);
    if (kept < order->open)
      return reduce(*order, order->open - kept, 'U');
  }
  ++counters_.cancel_ignored;
}

void NaiveEngine::modify(const ReduceBody& body, const naive::Appendage& appendage) {
  Order* const order = find_order(body.session, appendage.user_ref_idx(), body.user_ref_num);
  const bool may =
      order != nullptr &&
      (body.side == order->side || (is_one_of(order->side, "STE") && is_one_of(body.side, "STE")));
  if (!may) {
    ++counters_.modify_ignored;
    return;
  }
  const std::uint32_t open =
      std::min(order->open, beyond(body.quantity.raw, order->chain_executed));
  const std::uint32_t removed = order->open - open;
  if (removed == 0 && body.side == order->side) {
    ++counters_.modify_ignored;
    return;
  }
  if (open == 0)
    return reduce(*order, removed, 'U');
  const std::uint32_t seen = take_off(*order, removed);
  order->side = body.side;
  Event event = make_order_event(EventKind::modified, *order);
  event.quantity = {open};
  event.tail.side = order->side;
  if (seen != 0 && order->is_displayed()) {
    event.tail.market = 'X';
    event.market_quantity = {seen};
  }
  pending_.push_back(event);
}

void NaiveEngine::mass_cancel(const AccountBody& body, const naive::Appendage& appendage) {
  const std::uint8_t channel = appendage.user_ref_idx();
  if (!consume(body.session, channel, body.user_ref_num))
    return;
  Event event = make_event(EventKind::mass_cancel_response);
  event.session = body.session;
  event.user_ref_num = body.user_ref_num;
  event.tail.user_ref_idx = channel;
  pending_.push_back(event);

  const Firm firm = body.firm == no_firm ? sessions_.at(body.session).firm : body.firm;
  const auto side = appendage.find_char(Tag::side);
  const auto group = appendage.find_u16(Tag::group_id);
  for (const OrderRef ref : orders_of(body.session)) {
    Order& order = *live_orders_.at(ref);
    const bool is_meant = order.firm == firm &&
                          (body.symbol == Symbol::from("") ||
                           instruments_.at(order.instrument).symbol == body.symbol) &&
                          (!side || *side == order.side) && (!group || *group == order.group);
    if (is_meant)
      reduce(order, order.open, 'U');
  }
}

void NaiveEngine::disable_or_enable(SlotKind kind, const AccountBody& body,
                                    const naive::Appendage& appendage) {
  const std::uint8_t channel = appendage.user_ref_idx();
  if (!consume(body.session, channel, body.user_ref_num))
    return;
  Session& session = sessions_.at(body.session);
  const Firm firm = body.firm == no_firm ? session.firm : body.firm;
  if (kind == SlotKind::enable) {
    session.disabled_firms.erase(firm);
  } else if (!session.disabled_firms.contains(firm)) {
    if (session.disabled_firms.size() == disabled_firms_max) {
      ++counters_.capacity_reject;
      return;
    }
    session.disabled_firms.insert(firm);
  }
  Event event = make_event(kind == SlotKind::enable ? EventKind::enable_response
                                                    : EventKind::disable_response);
  event.session = body.session;
  event.user_ref_num = body.user_ref_num;
  event.tail.user_ref_idx = channel;
  pending_.push_back(event);
}

void NaiveEngine::account_query(const AccountBody& body, const naive::Appendage& appendage) {
  const std::uint8_t channel = appendage.user_ref_idx();
  Event event = make_event(EventKind::account_query_response);
  event.session = body.session;
  event.user_ref_num = last_user_ref_num(body.session, channel) + 1;
  event.tail.user_ref_idx = channel;
  pending_.push_back(event);
}

}  // namespace wirebook::match
