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
  std::uint16_t code = refuse_enter(body, *session, firm, locate, tags);
  if (code == ok && body.time_in_force == '6' && !expires_rightly(tags, 0))
    code = 0x000F;
  if (code == ok && limits_.any())
    code = refuse_limits(body, firm, locate);
  if (code == ok && book_.in_use() >= capacity_.orders) {
    ++counters_.capacity_reject;
    code = 0x000F;
  }
  if (code != ok)
    return reject(body.session, channel, body.user_ref_num, code);

  const std::uint32_t order = book_.take();
  OrderNode& node = book_.order(order);
  node = {.open = body.quantity.raw,
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

  Incoming incoming =
      incoming_of(order, body.time_in_force, node.special != 0 ? references(locate) : References{});
  const bool trades = would_trade(order, incoming.bound);
  const bool dies = trades && record.post_only != 0;
  incoming.tell_market = incoming.rests && node.displayed != 0 && (trades || incoming.is_priced);
  report_accepted(order, incoming, trades, dies);
  if (dies)
    return discard(order);
  if (incoming.is_priced)
    take_aim(incoming);
  begin_match(incoming, trades);
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

/// What an add or a replace tells the market beside the report.
void EngineCore::name_market(Event& event, std::uint32_t order, char market,
                             std::uint32_t shares) const {
  event.market_quantity = {shares};
  if (market != 'F')
    return;
  event.attribution = {};
  const Firm& firm = records_[order].firm;
  std::copy(firm.text.begin(), firm.text.end(), event.attribution.begin());
}

/// An order that the market has not heard of comes to rest.
void EngineCore::publish_add(std::uint32_t order) {
  Event& event = fresh();
  const OrderNode& node = book_.order(order);
  event.order_ref = records_[order].order_ref;
  event.price = {records_[order].price};
  event.instrument = node.instrument;
  name_market(event, order, add_letter(order), shown_shares(order));
  publish({.kind = EventKind::market, .market = add_letter(order), .side = node.side});
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
  OrderNode& node = book_.order(order);
  OrderRecord& record = records_[order];
  std::uint16_t code = refuse_venue(*session, record.firm);
  if (code == ok && instruments_[node.instrument].trading_state != 'T')
    code = 0x0007;
  if (code == ok && body.time_in_force == '0' && day_.phase == DayPhase::after_hours)
    code = 0x002E;
  if (code == ok && limits_.any())
    code = refuse_limits(body, order);
  if (code != ok) {
    use_number(body.session, channel, body.user_ref_num);
    return reject(body.session, channel, body.user_ref_num, code);
  }
  if (is_bad_replace(body, order, tags) || body.quantity.raw <= node.executed)
    return cancel_whole(order, 'U');

  use_number(body.session, channel, body.user_ref_num);
  const bool was_displayed = node.displayed != 0;
  const char old_display = record.display;
  const std::uint64_t old_ref = record.order_ref;
  const References found =
      tags.has_any() || node.special != 0 ? references(node.instrument) : References{};
  leave(order);
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

  Incoming incoming = incoming_of(order, body.time_in_force, found);
  const bool trades = would_trade(order, incoming.bound);
  const bool dies = trades && record.post_only != 0;
  const bool adds = incoming.rests && node.displayed != 0;
  // Without a D on it, the report itself tells of a new order that does not trade.
  incoming.tell_market = adds && (trades || incoming.is_priced ||
                                  (was_displayed && !is_attributed_alike(order, old_display)));
  report_replaced(order, incoming, trades, dies, was_displayed, old_display, old_ref);
  if (dies)
    return discard(order);
  if (incoming.is_priced)
    take_aim(incoming);
  begin_match(incoming, trades);
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
    tail.market = adds && is_attributed_alike(order, old_display) ? 'U' : 'D';
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
