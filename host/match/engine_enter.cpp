// Orders that come in: an Enter, a Replace, and what is told of them.
#include <algorithm>
#include <cstring>

#include "wirebook/assert.hpp"

#include "match/engine_core.hpp"

namespace wirebook::match {

using wire::ouch::Tag;

namespace {

constexpr std::uint16_t ok = 0;

}  // namespace

// ── Enter ───────────────────────────────────────────────────────────────────────────────────────

void EngineCore::enter(const SlotGroup& group) {
  const EnterBody& body = group.head->enter;
  const Session* const session = find_session(body.session);
  if (session == nullptr)
    return;
  const OrderTags tags(group, enter_tags);
  const std::uint8_t channel = tags.channel();
  const Firm firm = tags.firm_or(session->firm);
  if (!consume(body.session, channel, body.user_ref_num))
    return;
  if (limits_.any())
    limits_.count_enter(body, time_ns_);
  const std::uint16_t locate = find_again(body.symbol);
  if (const std::uint16_t code = refuse(body, *session, firm, locate, tags); code != ok)
    return reject(body.session, channel, body.user_ref_num, code);

  const std::uint32_t order = make_order(body, channel, firm, locate, tags);
  const OrderNode& node = book_.order(order);
  Incoming incoming =
      incoming_of(order, body.time_in_force, node.special != 0 ? references(locate) : References{});
  const bool trades = would_trade(order, incoming.bound);
  const bool dies = trades && records_[order].post_only != 0;
  incoming.tell_market = incoming.rests && node.displayed != 0 && (trades || incoming.is_priced);
  report_accepted(order, incoming, trades, dies);
  if (dies)
    return discard(order);
  if (incoming.is_priced)
    take_aim(incoming);
  begin_match(incoming, trades);
}

/// The checks that need no look at the order, then limits, then room.
std::uint16_t EngineCore::refuse(const EnterBody& body, const Session& session, Firm firm,
                                 std::uint16_t locate, const OrderTags& tags) {
  if (const std::uint16_t code = refuse_enter(body, session, firm, locate, tags); code != ok)
    return code;
  if (body.time_in_force == '6' && !expires_rightly(tags, 0))
    return 0x000F;
  if (limits_.any())
    if (const std::uint16_t code = refuse_limits(body, firm, locate); code != ok)
      return code;
  if (book_.in_use() < capacity_.orders)
    return ok;
  ++counters_.capacity_reject;
  return 0x000F;
}

/// As the slot has it; it is in no book yet.
std::uint32_t EngineCore::make_order(const EnterBody& body, std::uint8_t channel, Firm firm,
                                     std::uint16_t locate, const OrderTags& tags) {
  const std::uint32_t order = book_.take();
  book_.order(order) = {.open = body.quantity.raw,
                        .user_ref_num = body.user_ref_num,
                        .session = static_cast<std::uint16_t>(body.session),
                        .instrument = locate,
                        .side = body.side,
                        .displayed = body.display != 'N',
                        .user_ref_idx = channel};
  OrderRecord& record = records_[order];
  record.order_ref = shard_bits_ | ++order_count_;
  record.price = body.price.raw;
  record.group =
      tags.has(Tag::group_id) ? static_cast<std::uint16_t>(tags.value(Tag::group_id)) : 0;
  record.capacity = body.capacity;
  record.cross_type = body.cross_type;
  record.display = body.display;
  record.post_only = tags.has(Tag::post_only) && tags.character(Tag::post_only) == 'P';
  record.cl_ord_id = body.cl_ord_id;
  record.firm = firm;
  record.extra = 0;
  record.has_tags = 0;
  if (has_terms(order, body.time_in_force, tags))
    take_terms(order, body.time_in_force, tags);
  return order;
}

void EngineCore::report_accepted(std::uint32_t order, const Incoming& incoming, bool trades,
                                 bool dies) {
  const OrderNode& node = book_.order(order);
  Event& event = fresh();
  event.quantity = {node.open};
  event.price = {records_[order].price};
  EventTail tail{.kind = EventKind::accepted, .side = node.side, .state = dies ? 'D' : 'L'};
  if (!trades && incoming.rests && node.displayed != 0 && !incoming.is_priced) {
    tail.market = add_letter(order);
    name_market(event, order, tail.market, shown_shares(order));
  }
  publish_owned(event, order, tail);
}

// ── Replace ─────────────────────────────────────────────────────────────────────────────────────

void EngineCore::replace(const SlotGroup& group) {
  const ReplaceBody& body = group.head->replace;
  const Session* const session = find_session(body.session);
  if (session == nullptr)
    return;
  const OrderTags tags(group, replace_tags);
  const std::uint8_t channel = tags.channel();
  const std::uint32_t order = find_order(body.session, channel, body.orig_user_ref_num);
  if (order == 0 || body.user_ref_num <= last_number(body.session, channel)) {
    ++counters_.replace_ignored;
    return;
  }
  if (limits_.any())
    limits_.count_replace(body.session, time_ns_);
  if (const std::uint16_t code = refuse(body, *session, order); code != ok) {
    use_number(body.session, channel, body.user_ref_num);
    return reject(body.session, channel, body.user_ref_num, code);
  }
  const OrderNode& node = book_.order(order);
  if (is_bad_replace(body, order, tags) || body.quantity.raw <= node.executed)
    return cancel_whole(order, 'U');

  use_number(body.session, channel, body.user_ref_num);
  const OrderRecord& record = records_[order];
  const bool was_displayed = node.displayed != 0;
  const char old_display = record.display;
  const std::uint64_t old_ref = record.order_ref;
  const References found =
      tags.has_any() || node.special != 0 ? references(node.instrument) : References{};
  leave(order);
  make_anew(order, body, tags);
  Incoming incoming = incoming_of(order, body.time_in_force, found);
  const bool trades = would_trade(order, incoming.bound);
  const bool dies = trades && record.post_only != 0;
  const bool adds = incoming.rests && node.displayed != 0;
  // Without a D on it, the report itself tells of a new order that does not trade.
  incoming.tell_market =
      adds && (trades || incoming.is_priced || (was_displayed && record.display != old_display));
  report_replaced(order, incoming, trades, dies, was_displayed, old_display, old_ref);
  if (dies)
    return discard(order);
  if (incoming.is_priced)
    take_aim(incoming);
  begin_match(incoming, trades);
}

/// The checks whose failure leaves the original where it is.
std::uint16_t EngineCore::refuse(const ReplaceBody& body, const Session& session,
                                 std::uint32_t order) const {
  if (const std::uint16_t code = refuse_venue(session, records_[order].firm); code != ok)
    return code;
  if (instruments_[book_.order(order).instrument].trading_state != 'T')
    return 0x0007;
  if (body.time_in_force == '0' && day_.phase == DayPhase::after_hours)
    return 0x002E;
  return limits_.any() ? refuse_limits(body, order) : ok;
}

/// An order that has left the book becomes what the slot has in its place.
void EngineCore::make_anew(std::uint32_t order, const ReplaceBody& body, const OrderTags& tags) {
  OrderNode& node = book_.order(order);
  OrderRecord& record = records_[order];
  node.open = body.quantity.raw - node.executed;
  node.user_ref_num = body.user_ref_num;
  node.displayed = body.display != 'N';
  if (tags.has(Tag::side))
    node.side = tags.character(Tag::side);
  record.order_ref = shard_bits_ | ++order_count_;
  record.price = body.price.raw;
  record.display = body.display;
  record.cl_ord_id = body.cl_ord_id;
  if (tags.has(Tag::post_only))
    record.post_only = tags.character(Tag::post_only) == 'P';
  if (has_terms(order, body.time_in_force, tags))
    take_terms(order, body.time_in_force, tags);
}

void EngineCore::report_replaced(std::uint32_t order, const Incoming& incoming, bool trades,
                                 bool dies, bool was_displayed, char old_display,
                                 std::uint64_t old_ref) {
  const OrderNode& node = book_.order(order);
  const OrderRecord& record = records_[order];
  Event& event = fresh();
  event.quantity = {node.open};
  event.price = {record.price};
  EventTail tail{.kind = EventKind::replaced,
                 .extension_count = 1,
                 .side = node.side,
                 .state = dies ? 'D' : 'L'};
  const bool adds = incoming.rests && node.displayed != 0 && !trades && !incoming.is_priced;
  if (was_displayed) {
    tail.market = adds && record.display == old_display ? 'U' : 'D';
    event.orig_order_ref = old_ref;
    if (tail.market == 'U')
      event.market_quantity = {shown_shares(order)};
  } else if (adds) {
    tail.market = add_letter(order);
    name_market(event, order, tail.market, shown_shares(order));
  }
  EventExtension& extension = as_extension(fresh(1));
  extension.symbol = instruments_[node.instrument].symbol;
  extension.capacity = record.capacity;
  extension.cross_type = record.cross_type;
  const KeptTags& tags = tags_of(order);
  extension.bytes_used = tags.bytes_used;
  std::memcpy(extension.bytes.data(), tags.bytes.data(), tags.bytes_used);
  publish_owned(event, order, tail);
}

}  // namespace wirebook::match
