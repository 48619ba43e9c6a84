#include "match/naive/naive_engine.hpp"

#include <algorithm>
#include <cstring>

#include "wirebook/assert.hpp"

namespace wirebook::match {

namespace {

Event as_event(const EventExtension& extension) { return std::bit_cast<Event>(extension); }

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

}  // namespace wirebook::match
