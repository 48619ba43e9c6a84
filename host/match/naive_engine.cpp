#include "match/naive_engine.hpp"

#include <algorithm>
#include <cstring>
#include <string_view>

#include "wirebook/assert.hpp"

namespace wirebook::match {

using wire::ouch::Tag;

namespace {

const Firm no_firm = Firm::from("");

bool is_one_of(char letter, std::string_view letters) {
  return letters.find(letter) != std::string_view::npos;
}

Event as_event(const EventExtension& extension) { return std::bit_cast<Event>(extension); }

/// Open shares of a new intended total: what was executed before is part of it.
std::uint32_t beyond(std::uint32_t total, std::uint32_t executed) {
  return total > executed ? total - executed : 0;
}

void set_attribution(Event& event, const Firm& firm) {
  event.attribution = {};
  std::copy(firm.text.begin(), firm.text.end(), event.attribution.begin());
}

}  // namespace

// ── Steps ───────────────────────────────────────────────────────────────────────────────────────

Step NaiveEngine::on_slot(const SlotGroup& group, slot_ring::Writer<Event>& writer) {
  WIREBOOK_ASSERT(pending_.empty());
  const Slot& slot = *group.head;
  cause_sequence_ = group.sequence;
  if (slot.time_ns < time_ns_)
    ++counters_.time_clamped;
  time_ns_ = std::max(time_ns_, slot.time_ns);
  expire();

  if (is_order_entry(slot.tail.kind)) {
    order_entry(group);
    follow();
    return hand_over(writer);
  }
  switch (slot.tail.kind) {
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
    case SlotKind::limit:
      set_limit(slot.limit);
      break;
    case SlotKind::clock:
    case SlotKind::digest:
      break;
    default:
      ++counters_.ignored_slot;
  }
  follow();
  return hand_over(writer);
}

Step NaiveEngine::resume(slot_ring::Writer<Event>& writer) { return hand_over(writer); }

/// Hands over whole events, each with its extension, as far as a step may go.
Step NaiveEngine::hand_over(slot_ring::Writer<Event>& writer) {
  std::size_t budget = step_events_max;
  while (!pending_.empty()) {
    const EventTail tail = pending_.front().tail;
    if (budget < 1U + tail.extension_count)
      return Step::more;
    for (std::size_t i = 0; i <= tail.extension_count; ++i, --budget) {
      std::memcpy(static_cast<void*>(&writer.at(i)), &pending_.front(), offsetof(Event, tail));
      pending_.pop_front();
    }
    writer.publish(tail);
  }
  return Step::done;
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
  event.tail.user_ref_idx = order.user_ref_idx;
  event.instrument = order.instrument;
  return event;
}

void NaiveEngine::emit_rejected(std::uint32_t session, std::uint8_t user_ref_idx,
                                std::uint32_t user_ref_num, Code code) {
  Event event = make_event(EventKind::rejected);
  event.session = session;
  event.user_ref_num = user_ref_num;
  event.tail.user_ref_idx = user_ref_idx;
  event.reject_code = code;
  pending_.push_back(event);
}

void NaiveEngine::emit_system_event(std::uint32_t session, char code) {
  Event event = make_event(EventKind::system_event);
  event.session = session;
  event.tail.code = code;
  pending_.push_back(event);
}

void NaiveEngine::emit_trading_state(std::uint16_t instrument, char state, Alpha<4> reason) {
  Event event = make_event(EventKind::market);
  event.tail.market = 'H';
  event.instrument = instrument;
  event.tail.code = state;
  event.reason = {};
  std::copy(reason.text.begin(), reason.text.end(), event.reason.begin());
  pending_.push_back(event);
}

/// The market hears of a new displayed order by this event.
void NaiveEngine::publish_add(Event& event, const Order& order) {
  event.tail.market = order.display == 'A' ? 'F' : 'A';
  event.market_quantity = {order.shown()};
  if (order.display == 'A')
    set_attribution(event, order.firm);
}

void NaiveEngine::emit_add(const Order& order) {
  Event event = make_event(EventKind::market);
  event.order_ref = order.order_ref;
  event.price = order.price;
  event.instrument = order.instrument;
  event.tail.side = order.side;
  publish_add(event, order);
  pending_.push_back(event);
}

void NaiveEngine::emit_replaced(Event event, const Order& order) {
  event.tail.extension_count = 1;
  pending_.push_back(event);
  EventExtension extension{};
  extension.symbol = instruments_.at(order.instrument).symbol;
  extension.capacity = order.capacity;
  extension.cross_type = order.cross_type;
  extension.tail.kind = EventKind::extension;
  for (const auto& [tag, element] : order.tags) {
    std::byte* out = extension.bytes.data() + extension.bytes_used;
    *out++ = static_cast<std::byte>(1 + element.value.size());
    *out++ = static_cast<std::byte>(tag);
    std::memcpy(out, element.value.data(), element.value.size());
    extension.bytes_used =
        static_cast<std::uint8_t>(extension.bytes_used + 2 + element.value.size());
  }
  pending_.push_back(as_event(extension));
}

// ── Numbers and look-ups ────────────────────────────────────────────────────────────────────────

std::uint32_t& NaiveEngine::last_user_ref_num(std::uint32_t session, std::uint8_t user_ref_idx) {
  return sessions_.at(session).last_user_ref_num[user_ref_idx];
}

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

std::uint16_t NaiveEngine::find_instrument(Symbol symbol) const {
  for (const auto& [locate, instrument] : instruments_)
    if (instrument.symbol == symbol)
      return locate;
  return 0;
}

std::uint16_t NaiveEngine::instrument_count() const {
  return static_cast<std::uint16_t>(instruments_.size());
}

NaiveEngine::Order* NaiveEngine::find_order(std::uint32_t session, std::uint8_t user_ref_idx,
                                            std::uint32_t user_ref_num) {
  const auto found = live_numbers_.find({session, user_ref_idx, user_ref_num});
  return found == live_numbers_.end() ? nullptr : live_orders_.at(found->second);
}

std::vector<NaiveEngine::OrderRef> NaiveEngine::orders_of(std::uint32_t session) const {
  std::vector<OrderRef> refs;
  for (const auto& [ref, order] : live_orders_)
    if (order->session == session)
      refs.push_back(ref);
  return refs;
}

// ── Order entry ─────────────────────────────────────────────────────────────────────────────────

void NaiveEngine::order_entry(const SlotGroup& group) {
  const Slot& slot = *group.head;
  if (!sessions_.contains(slot.enter.session)) {  // at the same place in every body
    ++counters_.unknown_session;
    return;
  }
  const naive::Appendage appendage = naive::read_appendage(group);
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
    case SlotKind::disable:
    case SlotKind::enable:
      return disable_or_enable(slot.tail.kind, slot.account, appendage);
    case SlotKind::account_query:
      return account_query(slot.account, appendage);
    default:
      ++counters_.ignored_slot;
  }
}

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
  order.price = body.price;
  order.open = body.quantity.raw;
  order.time_in_force = body.time_in_force;
  order.display = body.display;
  order.keep(appendage);
  begin_special(order, appendage);
  const Code code = check_terms(order, appendage);
  return code == 0 && lacks_midpoint(order) ? 0x0001 : code;
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
  if (code == 0 && body.time_in_force == '6' && !expires_rightly(appendage, 0))
    code = 0x000F;
  if (code == 0)
    code = check_limits(body, firm);
  if (code == 0 && live_orders_.size() >= capacity_.orders) {
    ++counters_.capacity_reject;
    code = 0x000F;
  }
  if (code != 0)
    return emit_rejected(body.session, channel, body.user_ref_num, code);

  Order order{.order_ref = next_order_ref(),
              .session = body.session,
              .user_ref_idx = channel,
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
              .firm = firm,
              .group = appendage.find_u16(Tag::group_id).value_or(0),
              .tags = {},
              .special = {},
              .reach = {}};
  order.keep(appendage);
  begin_special(order, appendage);
  find_price(order, midpoint_of(order.instrument, order.special.terms));

  const bool trades = best_contra(order) != nullptr;
  Event event = make_order_event(EventKind::accepted, order);
  event.quantity = {order.open};
  event.price = body.price;
  event.tail.side = order.side;
  event.tail.state = trades && order.is_post_only() ? 'D' : 'L';
  if (!trades && !order.is_peg() && order.rests() && order.is_displayed())
    publish_add(event, order);
  pending_.push_back(event);
  if (event.tail.state == 'D')
    return;
  if (trades)
    match(order);
  if (rest_or_cancel(order) && order.is_displayed() && (trades || order.is_peg()))
    emit_add(order);
}

bool NaiveEngine::replace_is_valid(const ReplaceBody& body, const naive::Appendage& appendage,
                                   const Order& original) const {
  const char side = appendage.find_char(Tag::side).value_or(original.side);
  const bool side_may_change = is_one_of(original.side, "STE") && is_one_of(side, "STE");
  Order order = original;
  order.price = body.price;
  order.open = body.quantity.raw;
  order.time_in_force = body.time_in_force;
  order.display = body.display;
  order.keep(appendage);
  begin_special(order, appendage);
  return body.quantity.raw >= 1 && body.quantity.raw <= quantity_max &&
         (is_limit(body.price) || is_market(body.price)) && is_one_of(body.time_in_force, "0356") &&
         is_one_of(body.display, "YNA") && is_one_of(body.iso, "YN") &&
         naive::is_well_formed(appendage, naive::replace_tags()) &&
         (side == original.side || side_may_change) && check_terms(order, appendage) == 0 &&
         !lacks_midpoint(order) &&
         (body.time_in_force != '6' || expires_rightly(appendage, original.special.terms.expire_s));
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
  Code code = check_permission(body.session, original->firm);
  if (code == 0 && instruments_.at(original->instrument).trading_state != 'T')
    code = 0x0007;
  if (code == 0 && body.time_in_force == '0' && phase_ == 'M')
    code = 0x002E;
  if (code == 0)
    code = check_limits(body, *original);
  if (code != 0) {
    last = body.user_ref_num;
    return emit_rejected(body.session, channel, body.user_ref_num, code);
  }
  // Points 3 and 4.
  if (!replace_is_valid(body, appendage, *original) ||
      body.quantity.raw <= original->chain_executed)
    return reduce(*original, original->open, 'U');
  // Point 5.
  last = body.user_ref_num;
  const Order old = *original;
  const std::optional<Price> found =
      midpoint_of(old.instrument, read_terms(appendage, old.special.terms));
  remove(old.order_ref);
  Order order = old;
  order.order_ref = next_order_ref();
  order.user_ref_num = body.user_ref_num;
  order.side = appendage.find_char(Tag::side).value_or(old.side);
  order.price = body.price;
  order.open = beyond(body.quantity.raw, old.chain_executed);
  order.time_in_force = body.time_in_force;
  order.display = body.display;
  order.cl_ord_id = body.cl_ord_id;
  order.keep(appendage);
  begin_special(order, appendage);
  find_price(order, found);

  const bool trades = best_contra(order) != nullptr;
  const bool is_shown = !trades && !order.is_peg() && order.rests() && order.is_displayed();
  Event event = make_order_event(EventKind::replaced, order);
  event.quantity = {order.open};
  event.price = body.price;
  event.tail.side = order.side;
  event.tail.state = trades && order.is_post_only() ? 'D' : 'L';
  if (old.is_displayed()) {
    event.orig_order_ref = old.order_ref;
    event.tail.market = is_shown && old.display == order.display ? 'U' : 'D';
    if (event.tail.market == 'U')
      event.market_quantity = {order.shown()};
  } else if (is_shown) {
    publish_add(event, order);
  }
  const bool told = is_shown && event.tail.market != 'D';
  emit_replaced(event, order);
  if (event.tail.state == 'D')
    return;
  if (trades)
    match(order);
  if (rest_or_cancel(order) && order.is_displayed() && !told)
    emit_add(order);
}

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
