// The naive engine's orders that come in: an Enter, a Replace, and what they are refused for.
#include <algorithm>

#include "match/naive/naive_engine.hpp"
#include "match/naive/naive_values.hpp"

namespace wirebook::match {

using naive::beyond;
using naive::is_one_of;
using naive::no_firm;
using wire::ouch::Tag;

NaiveEngine::Code NaiveEngine::check_permission(std::uint32_t session, const Firm& firm) const {
  const Session& of = sessions_.at(session);
  if (phase_ == 'E')
    return 0x0002;
  if (of.is_killed || killed_firms_.contains(firm) || of.disabled_firms.contains(firm))
    return 0x000C;
  return 0;
}

NaiveEngine::Code NaiveEngine::check_enter(const EnterBody& body, const naive::Appendage& appendage,
                                           const Firm& firm) const {
  if (const Code code = check_permission(body.session, firm); code != 0)
    return code;
  const std::uint16_t locate = find_instrument(body.symbol);
  if (locate == 0)
    return 0x0017;
  if (instruments_.at(locate).trading_state != 'T')
    return 0x0007;
  if (!is_one_of(body.side, "BSTE"))
    return 0x0009;
  if (body.quantity.raw < 1 || body.quantity.raw > quantity_max)
    return 0x0013;
  if (!is_limit(body.price) && !is_market(body.price))
    return 0x001D;
  if (const Code code = check_time_in_force(body.time_in_force); code != 0)
    return code;
  if (!is_one_of(body.display, "YNA"))
    return 0x0003;
  if (!is_one_of(body.capacity, "APRO") || !is_one_of(body.iso, "YN"))
    return 0x000F;
  if (body.cross_type != 'N')
    return 0x0014;
  if (!naive::is_well_formed(appendage, naive::enter_tags()))
    return 0x000F;
  Order order{};
  order.session = body.session;
  order.instrument = locate;
  order.side = body.side;
  order.open = body.quantity.raw;
  take_terms(order, body, appendage);
  if (const Code code = check_terms(order, appendage); code != 0)
    return code;
  if (lacks_midpoint(order))
    return 0x0001;
  return body.time_in_force == '6' && !expires_rightly(appendage, 0) ? 0x000F : 0;
}

/// What an Enter or a Replace says of the order itself.
void NaiveEngine::take_terms(Order& order, const auto& body,
                             const naive::Appendage& appendage) const {
  order.price = body.price;
  order.time_in_force = body.time_in_force;
  order.display = body.display;
  order.keep(appendage);
  begin_special(order, appendage);
}

/// The message by which the client hears that the order is in. A peg's price may be another one
/// than was sent.
Event NaiveEngine::make_entry_event(EventKind kind, const Order& order, Price sent, bool trades) {
  Event event = make_order_event(kind, order);
  event.quantity = {order.open};
  event.price = sent;
  event.tail.side = order.side;
  event.tail.state = trades && order.is_post_only() ? 'D' : 'L';
  return event;
}

/// Behind that message: the order trades, and what remains of it rests or ends. The market hears of
/// it once, so not again where the message was told to it too.
void NaiveEngine::begin(Order& order, bool trades, bool is_told) {
  if (trades)
    match(order);
  if (rest_or_cancel(order) && order.is_displayed() && !is_told)
    emit_add(order);
}

void NaiveEngine::enter(const EnterBody& body, const naive::Appendage& appendage) {
  const std::uint8_t channel = appendage.user_ref_idx();
  if (!consume(body.session, channel, body.user_ref_num))
    return;
  count_message(body.session);
  count_duplicate(body);
  Firm firm = appendage.find_firm().value_or(no_firm);
  if (firm == no_firm)
    firm = sessions_.at(body.session).firm;

  Code code = check_enter(body, appendage, firm);
  if (code == 0)
    code = check_limits(body, firm);
  if (code == 0 && live_orders_.size() >= capacity_.orders) {
    ++counters_.capacity_reject;
    code = 0x000F;
  }
  if (code != 0)
    return emit_rejected(body.session, channel, body.user_ref_num, code);

  Order order{};
  order.order_ref = next_order_ref();
  order.session = body.session;
  order.user_ref_idx = channel;
  order.user_ref_num = body.user_ref_num;
  order.instrument = find_instrument(body.symbol);
  order.side = body.side;
  order.open = body.quantity.raw;
  order.capacity = body.capacity;
  order.cross_type = body.cross_type;
  order.cl_ord_id = body.cl_ord_id;
  order.firm = firm;
  order.group = appendage.find_u16(Tag::group_id).value_or(0);
  take_terms(order, body, appendage);
  find_price(order, midpoint_of(order.instrument, order.special.terms));

  const bool trades = best_contra(order) != nullptr;
  const bool is_shown = !trades && !order.is_peg() && order.rests() && order.is_displayed();
  Event event = make_entry_event(EventKind::accepted, order, body.price, trades);
  if (is_shown)
    publish_add(event, order);
  pending_.push_back(event);
  if (event.tail.state != 'D')
    begin(order, trades, is_shown);
}

bool NaiveEngine::replace_is_valid(const ReplaceBody& body, const naive::Appendage& appendage,
                                   const Order& original) const {
  const char side = appendage.find_char(Tag::side).value_or(original.side);
  const bool side_may_change = is_one_of(original.side, "STE") && is_one_of(side, "STE");
  Order order = original;
  order.open = body.quantity.raw;
  take_terms(order, body, appendage);
  return body.quantity.raw >= 1 && body.quantity.raw <= quantity_max &&
         (is_limit(body.price) || is_market(body.price)) && is_one_of(body.time_in_force, "0356") &&
         is_one_of(body.display, "YNA") && is_one_of(body.iso, "YN") &&
         naive::is_well_formed(appendage, naive::replace_tags()) &&
         (side == original.side || side_may_change) && check_terms(order, appendage) == 0 &&
         !lacks_midpoint(order) &&
         (body.time_in_force != '6' || expires_rightly(appendage, original.special.terms.expire_s));
}

NaiveEngine::Code NaiveEngine::check_replace(const ReplaceBody& body, const Order& original) const {
  if (const Code code = check_permission(body.session, original.firm); code != 0)
    return code;
  if (instruments_.at(original.instrument).trading_state != 'T')
    return 0x0007;
  if (body.time_in_force == '0' && phase_ == 'M')
    return 0x002E;
  return check_limits(body, original);
}

void NaiveEngine::replace(const ReplaceBody& body, const naive::Appendage& appendage) {
  // Point 1.
  const std::uint8_t channel = appendage.user_ref_idx();
  Order* const original = find_order(body.session, channel, body.orig_user_ref_num);
  std::uint32_t& last = last_user_ref_num(body.session, channel);
  if (original == nullptr || body.user_ref_num <= last) {
    ++counters_.replace_ignored;
    return;
  }
  // Point 2.
  count_message(body.session);
  if (const Code code = check_replace(body, *original); code != 0) {
    last = body.user_ref_num;
    return emit_rejected(body.session, channel, body.user_ref_num, code);
  }
  // Points 3 and 4.
  if (!replace_is_valid(body, appendage, *original) ||
      body.quantity.raw <= original->chain_executed)
    return reduce(*original, original->open, 'U');
  last = body.user_ref_num;
  take_place(*original, body, appendage);
}

/// Point 5: another order in the place of the old one.
void NaiveEngine::take_place(Order old, const ReplaceBody& body,
                             const naive::Appendage& appendage) {
  const std::optional<Price> midpoint =
      midpoint_of(old.instrument, read_terms(appendage, old.special.terms));
  remove(old.order_ref);
  Order order = old;
  order.order_ref = next_order_ref();
  order.user_ref_num = body.user_ref_num;
  order.side = appendage.find_char(Tag::side).value_or(old.side);
  order.open = beyond(body.quantity.raw, old.chain_executed);
  order.cl_ord_id = body.cl_ord_id;
  take_terms(order, body, appendage);
  find_price(order, midpoint);

  const bool trades = best_contra(order) != nullptr;
  const bool is_shown = !trades && !order.is_peg() && order.rests() && order.is_displayed();
  Event event = make_entry_event(EventKind::replaced, order, body.price, trades);
  if (old.is_displayed()) {
    event.orig_order_ref = old.order_ref;
    event.tail.market = is_shown && old.display == order.display ? 'U' : 'D';
    if (event.tail.market == 'U')
      event.market_quantity = {order.shown()};
  } else if (is_shown) {
    publish_add(event, order);
  }
  emit_replaced(event, order);
  if (event.tail.state != 'D')
    begin(order, trades, is_shown && event.tail.market != 'D');
}

}  // namespace wirebook::match
