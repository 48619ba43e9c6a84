// Steps, checks and order entry, in the order of README.md.
#include "match/naive_engine.hpp"

#include <algorithm>
#include <string_view>

#include "wirebook/assert.hpp"

namespace wirebook::match {

using naive::Appendage;
using wire::ouch::Tag;

namespace {

bool is_one_of(char letter, std::string_view letters) {
  return letters.find(letter) != std::string_view::npos;
}

bool is_blank(const Firm& firm) { return firm == Firm::from(""); }

/// S, T and E may change into each other; anything else stays as it is.
bool may_change_side(char from, char to) {
  return from == to || (is_one_of(from, "STE") && is_one_of(to, "STE"));
}

/// Quantity less what the chain has executed, at least 0.
std::uint32_t left_of(Quantity quantity, std::uint32_t chain_executed) {
  return quantity.raw > chain_executed ? quantity.raw - chain_executed : 0;
}

}  // namespace

// ── Steps ───────────────────────────────────────────────────────────────────────────────────────

Step NaiveEngine::on_slot(const SlotGroup& group, slot_ring::Writer<Event>& writer) {
  WIREBOOK_ASSERT(pending_.empty());
  const Slot& slot = *group.head;
  cause_sequence_ = group.sequence;
  if (slot.time_ns < time_ns_)
    ++counters_.time_clamped;
  else
    time_ns_ = slot.time_ns;

  switch (slot.tail.kind) {
    case SlotKind::enter:
    case SlotKind::replace:
    case SlotKind::cancel:
    case SlotKind::modify:
    case SlotKind::mass_cancel:
    case SlotKind::disable:
    case SlotKind::enable:
    case SlotKind::account_query:
      order_entry(group);
      break;
    case SlotKind::instrument:
      define_instrument(slot.instrument);
      break;
    case SlotKind::trading_state:
      set_trading_state(slot.instrument);
      break;
    case SlotKind::session_up:
      session_up(slot.session);
      break;
    case SlotKind::session_down:
      session_down(slot.session);
      break;
    case SlotKind::kill:
      kill(slot.session);
      break;
    case SlotKind::system_event:
      system_event(slot.admin);
      break;
    case SlotKind::break_trade:
      break_trade(slot.admin);
      break;
    case SlotKind::clock:
      break;
    default:
      ++counters_.ignored_slot;
  }
  return hand_over(writer);
}

Step NaiveEngine::resume(slot_ring::Writer<Event>& writer) { return hand_over(writer); }

Step NaiveEngine::hand_over(slot_ring::Writer<Event>& writer) {
  std::size_t written = 0;
  while (!pending_.empty()) {
    const EventTail tail = pending_.front().tail;
    const std::size_t count = 1U + tail.extension_count;
    if (written + count > step_events_max)
      return Step::more;
    for (std::size_t i = 0; i < count; ++i) {
      writer.at(i) = pending_.front();
      pending_.pop_front();
    }
    writer.publish(tail);
    written += count;
  }
  return Step::done;
}

// ── Numbers ─────────────────────────────────────────────────────────────────────────────────────

std::uint32_t& NaiveEngine::last_user_ref_num(std::uint32_t session, std::uint8_t user_ref_idx) {
  return sessions_.at(session).last_user_ref_num[user_ref_idx];
}

/// False, and counted, if the number is stale.
bool NaiveEngine::consume(std::uint32_t session, std::uint8_t user_ref_idx,
                          std::uint32_t user_ref_num) {
  std::uint32_t& last = last_user_ref_num(session, user_ref_idx);
  if (user_ref_num <= last) {
    ++counters_.stale_user_ref_num;
    return false;
  }
  last = user_ref_num;
  return true;
}

// ── Order entry ─────────────────────────────────────────────────────────────────────────────────

void NaiveEngine::order_entry(const SlotGroup& group) {
  const Slot& slot = *group.head;
  // The session lies at the same place in every order entry body.
  if (!sessions_.contains(slot.enter.session)) {
    ++counters_.unknown_session;
    return;
  }
  const Appendage appendage = naive::read_appendage(group);
  switch (slot.tail.kind) {
    case SlotKind::enter:
      return enter(slot.enter, appendage);
    case SlotKind::replace:
      return replace(slot.replace, appendage);
    case SlotKind::cancel:
      return cancel(slot.reduce, appendage);
    case SlotKind::modify:
      return modify(slot.reduce, appendage);
    case SlotKind::mass_cancel:
      return mass_cancel(slot.account, appendage);
    case SlotKind::account_query:
      return account_query(slot.account, appendage);
    default:
      return disable_or_enable(slot.tail.kind, slot.account, appendage);
  }
}

/// Checks 1 and 2: the day, the session and the firm.
NaiveEngine::Code NaiveEngine::check_permission(std::uint32_t session, const Firm& firm) const {
  const Session& of = sessions_.at(session);
  if (day_has_ended_)
    return 0x0002;
  if (of.is_killed || killed_firms_.contains(firm) || of.disabled_firms.contains(firm))
    return 0x000C;
  return 0;
}

NaiveEngine::Code NaiveEngine::check_enter(const EnterBody& body, const Appendage& appendage,
                                           const Firm& firm) const {
  if (const Code code = check_permission(body.session, firm); code != 0)
    return code;  // 1 and 2
  const std::uint16_t instrument = find_instrument(body.symbol);
  if (instrument == 0)
    return 0x0017;  // 3
  if (instruments_.at(instrument).trading_state != 'T')
    return 0x0007;  // 4
  if (!is_one_of(body.side, "BSTE"))
    return 0x0009;  // 5
  if (body.quantity.raw < 1 || body.quantity.raw > 999'999)
    return 0x0013;  // 6
  if (!is_limit(body.price) && !is_market(body.price))
    return 0x001D;  // 7
  if (!is_one_of(body.time_in_force, "03"))
    return 0x000F;  // 8
  if (!is_one_of(body.display, "YNA"))
    return 0x0003;  // 9
  if (!is_one_of(body.capacity, "APRO") || !is_one_of(body.iso, "YN"))
    return 0x000F;  // 10
  if (body.cross_type != 'N')
    return 0x0014;                                                // 11
  return naive::check_appendage(appendage, naive::enter_tags());  // 12 and 13
}

void NaiveEngine::enter(const EnterBody& body, const Appendage& appendage) {
  const std::uint8_t user_ref_idx = appendage.user_ref_idx();
  if (!consume(body.session, user_ref_idx, body.user_ref_num))
    return;

  Firm firm = appendage.find_firm().value_or(Firm::from(""));
  if (is_blank(firm))
    firm = sessions_.at(body.session).firm;
  Code code = check_enter(body, appendage, firm);
  if (code == 0 && live_orders_.size() >= capacity_.orders) {
    ++counters_.capacity_reject;
    code = 0x000F;  // 14
  }
  if (code != 0)
    return emit_rejected(body.session, user_ref_idx, body.user_ref_num, code);

  Order order{.order_ref = next_order_ref(),
              .session = body.session,
              .user_ref_idx = user_ref_idx,
              .user_ref_num = body.user_ref_num,
              .instrument = find_instrument(body.symbol),
              .side = body.side,
              .price = body.price,
              .open = body.quantity.raw,
              .chain_executed = 0,
              .time_in_force = body.time_in_force,
              .display = body.display,
              .capacity = body.capacity,
              .cross_type = body.cross_type,
              .cl_ord_id = body.cl_ord_id,
              .firm = firm};
  for (const naive::Element& element : appendage.elements)
    order.tags[element.tag] = element;

  Event accepted = make_order_event(EventKind::accepted, order);
  accepted.quantity = {order.open};
  accepted.price = order.price;
  accepted.tail.side = order.side;
  accepted.tail.state = 'L';
  if (order.is_post_only() && best_contra(order) != nullptr) {
    accepted.tail.state = 'D';
    pending_.push_back(accepted);
    return;
  }
  pending_.push_back(accepted);  // what the market hears is decided by how it fares
  const bool has_traded = match(order);
  if (!rest_or_cancel(order) || !order.is_displayed())
    return;
  if (has_traded)
    emit_add(order);
  else
    publish_add(pending_.front(), order);
}

// ── Replace ─────────────────────────────────────────────────────────────────────────────────────

/// Case 3: checks 6 to 13 as far as they concern `U`, and tag side.
bool NaiveEngine::replace_is_valid(const ReplaceBody& body, const Appendage& appendage,
                                   const Order& original) const {
  return body.quantity.raw >= 1 && body.quantity.raw <= 999'999 &&       // 6
         (is_limit(body.price) || is_market(body.price)) &&              // 7
         is_one_of(body.time_in_force, "03") &&                          // 8
         is_one_of(body.display, "YNA") && is_one_of(body.iso, "YN") &&  // 9 and 10
         naive::check_appendage(appendage, naive::replace_tags()) == 0 &&
         may_change_side(original.side, appendage.find_char(Tag::side).value_or(original.side));
}

void NaiveEngine::replace(const ReplaceBody& body, const Appendage& appendage) {
  const std::uint8_t user_ref_idx = appendage.user_ref_idx();
  Order* const live = find_order(body.session, user_ref_idx, body.orig_user_ref_num);
  std::uint32_t& last = last_user_ref_num(body.session, user_ref_idx);
  if (live == nullptr || body.user_ref_num <= last) {  // case 1
    ++counters_.replace_ignored;
    return;
  }

  Code code = check_permission(body.session, live->firm);
  if (code == 0 && instruments_.at(live->instrument).trading_state != 'T')
    code = 0x0007;
  if (code != 0) {  // case 2
    last = body.user_ref_num;
    return emit_rejected(body.session, user_ref_idx, body.user_ref_num, code);
  }

  if (!replace_is_valid(body, appendage, *live) ||        // case 3
      left_of(body.quantity, live->chain_executed) == 0)  // case 4
    return reduce(*live, live->open, 'U');

  last = body.user_ref_num;  // case 5
  const Order original = *live;
  remove(original.order_ref);

  Order order = original;
  order.order_ref = next_order_ref();
  order.user_ref_num = body.user_ref_num;
  order.side = appendage.find_char(Tag::side).value_or(original.side);
  order.price = body.price;
  order.open = left_of(body.quantity, original.chain_executed);
  order.time_in_force = body.time_in_force;
  order.display = body.display;
  order.cl_ord_id = body.cl_ord_id;
  order.tags.erase(Tag::shares_located);
  order.tags.erase(Tag::locate_broker);
  for (const naive::Element& element : appendage.elements)
    order.tags[element.tag] = element;

  Event replaced = make_order_event(EventKind::replaced, order);
  replaced.quantity = {order.open};
  replaced.price = order.price;
  replaced.tail.side = order.side;
  replaced.tail.state = 'L';
  const auto ends_the_original = [&] {
    replaced.tail.market = 'D';
    replaced.orig_order_ref = original.order_ref;
  };

  if (order.is_post_only() && best_contra(order) != nullptr) {
    replaced.tail.state = 'D';
    if (original.is_displayed())
      ends_the_original();
    return emit_replaced(replaced, order);
  }

  emit_replaced(replaced, order);  // completed below: the market's part depends on how it fares
  const bool has_traded = match(order);
  const bool is_added = rest_or_cancel(order) && order.is_displayed();
  if (is_added && !has_traded && original.is_displayed() && original.display == order.display) {
    replaced.tail.market = 'U';
    replaced.orig_order_ref = original.order_ref;
    replaced.market_quantity = {order.open};
  } else if (is_added && !has_traded && !original.is_displayed()) {
    publish_add(replaced, order);
  } else {
    if (original.is_displayed())
      ends_the_original();
    if (is_added)
      emit_add(order);
  }
  replaced.tail.extension_count = 1;
  pending_.front() = replaced;
}

// ── Cancel and modify ───────────────────────────────────────────────────────────────────────────

void NaiveEngine::cancel(const ReduceBody& body, const Appendage& appendage) {
  Order* const order = find_order(body.session, appendage.user_ref_idx(), body.user_ref_num);
  if (order == nullptr || left_of(body.quantity, order->chain_executed) >= order->open) {
    ++counters_.cancel_ignored;
    return;
  }
  reduce(*order, order->open - left_of(body.quantity, order->chain_executed), 'U');
}

void NaiveEngine::modify(const ReduceBody& body, const Appendage& appendage) {
  Order* const order = find_order(body.session, appendage.user_ref_idx(), body.user_ref_num);
  if (order == nullptr || !may_change_side(order->side, body.side)) {
    ++counters_.modify_ignored;
    return;
  }
  const std::uint32_t open = std::min(order->open, left_of(body.quantity, order->chain_executed));
  if (open == 0)
    return reduce(*order, order->open, 'U');
  if (open == order->open && body.side == order->side) {
    ++counters_.modify_ignored;
    return;
  }
  const std::uint32_t removed = order->open - open;
  order->open = open;
  order->side = body.side;

  Event modified = make_order_event(EventKind::modified, *order);
  modified.quantity = {open};
  modified.tail.side = order->side;
  if (order->is_displayed() && removed != 0) {
    modified.tail.market = 'X';
    modified.market_quantity = {removed};
  }
  pending_.push_back(modified);
}

// ── Mass cancel, disable, enable, account query ─────────────────────────────────────────────────

void NaiveEngine::mass_cancel(const AccountBody& body, const Appendage& appendage) {
  const std::uint8_t user_ref_idx = appendage.user_ref_idx();
  if (!consume(body.session, user_ref_idx, body.user_ref_num))
    return;
  Event response = make_event(EventKind::mass_cancel_response);
  response.session = body.session;
  response.user_ref_num = body.user_ref_num;
  response.tail.user_ref_idx = user_ref_idx;
  pending_.push_back(response);

  const Firm firm = is_blank(body.firm) ? sessions_.at(body.session).firm : body.firm;
  const auto side = appendage.find_char(Tag::side);
  const auto group_id = appendage.find_u16(Tag::group_id);
  for (const OrderRef order_ref : orders_of(body.session)) {
    Order& order = *live_orders_.at(order_ref);
    const bool is_meant = order.firm == firm &&
                          (body.symbol == Symbol::from("") ||
                           body.symbol == instruments_.at(order.instrument).symbol) &&
                          (!side || *side == order.side) &&
                          (!group_id || *group_id == order.group_id());
    if (is_meant)
      reduce(order, order.open, 'U');
  }
}

void NaiveEngine::disable_or_enable(SlotKind kind, const AccountBody& body,
                                    const Appendage& appendage) {
  const std::uint8_t user_ref_idx = appendage.user_ref_idx();
  if (!consume(body.session, user_ref_idx, body.user_ref_num))
    return;
  Session& session = sessions_.at(body.session);
  const Firm firm = is_blank(body.firm) ? session.firm : body.firm;
  const bool disables = kind == SlotKind::disable;
  if (disables)
    session.disabled_firms.insert(firm);
  else
    session.disabled_firms.erase(firm);
  Event response = make_event(disables ? EventKind::disable_response : EventKind::enable_response);
  response.session = body.session;
  response.user_ref_num = body.user_ref_num;
  response.tail.user_ref_idx = user_ref_idx;
  pending_.push_back(response);
}

void NaiveEngine::account_query(const AccountBody& body, const Appendage& appendage) {
  Event response = make_event(EventKind::account_query_response);
  response.session = body.session;
  response.tail.user_ref_idx = appendage.user_ref_idx();
  response.user_ref_num = last_user_ref_num(body.session, appendage.user_ref_idx()) + 1;
  pending_.push_back(response);
}

}  // namespace wirebook::match
