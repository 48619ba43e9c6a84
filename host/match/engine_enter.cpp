#include <algorithm>
#include <cstring>

#include "wirebook/assert.hpp"

#include "match/engine_core.hpp"

namespace wirebook::match {

using wire::ouch::Tag;

namespace {

constexpr std::uint16_t ok = 0;

bool is_one_of(char letter, std::string_view letters) {
  return letters.find(letter) != std::string_view::npos && letter != '\0';
}
bool is_quantity(Quantity quantity) { return quantity.raw >= 1 && quantity.raw <= quantity_max; }
bool is_price(Price price) { return is_limit(price) || is_market(price); }
/// Of a Replace.
bool is_time_in_force(char letter) { return is_one_of(letter, "0356"); }
bool is_expiry(std::uint64_t seconds) { return seconds >= 1 && seconds < 86'400; }
bool is_display(char letter) { return is_one_of(letter, "YNA"); }
bool is_iso(char letter) { return letter == 'Y' || letter == 'N'; }
/// A seller may change between the markings of a sale; a buyer stays one.
bool may_become(char side, char wanted) {
  return side == wanted || (is_one_of(side, "STE") && is_one_of(wanted, "STE"));
}

}  // namespace

// ── Enter ───────────────────────────────────────────────────────────────────────────────────────

/// Checks 1 and 2.
std::uint16_t EngineCore::refuse_venue(const Session& session, Firm firm) const {
  if (day_.phase == DayPhase::ended)
    return 0x0002;
  const auto disabled_end = session.disabled.begin() + session.disabled_count;
  const bool barred =
      session.is_killed != 0 ||
      std::find(killed_firms_.begin(), killed_firms_.end(), firm) != killed_firms_.end() ||
      std::find(session.disabled.begin(), disabled_end, firm) != disabled_end;
  return barred ? 0x000C : ok;
}

/// Check 8, of an Enter.
std::uint16_t EngineCore::refuse_time_in_force(char letter) const {
  const bool is_after_hours = day_.phase == DayPhase::after_hours;
  if (letter == '0')
    return is_after_hours ? 0x002E : ok;
  if (letter == 'E')
    return is_after_hours ? ok : 0x002D;
  return is_time_in_force(letter) ? ok : 0x000F;
}

/// What of an expire_time is in force with a message.
bool EngineCore::expires_rightly(const OrderTags& tags, std::uint32_t kept_s) {
  return is_expiry(tags.has(Tag::expire_time) ? tags.value(Tag::expire_time) : kept_s);
}

std::uint16_t EngineCore::refuse_enter(const EnterBody& body, const Session& session, Firm firm,
                                       std::uint16_t locate, const OrderTags& tags) const {
  if (const std::uint16_t code = refuse_venue(session, firm))
    return code;
  if (locate == 0)
    return 0x0017;
  if (instruments_[locate].trading_state != 'T')
    return 0x0007;
  if (!is_one_of(body.side, "BSTE"))
    return 0x0009;
  if (!is_quantity(body.quantity))
    return 0x0013;
  if (!is_price(body.price))
    return 0x001D;
  if (const std::uint16_t code = refuse_time_in_force(body.time_in_force))
    return code;
  if (!is_display(body.display))
    return 0x0003;
  if (!is_one_of(body.capacity, "APRO") || !is_iso(body.iso))
    return 0x000F;
  if (body.cross_type != 'N')
    return 0x0014;
  if (!tags.well_formed())
    return 0x000F;
  if (!tags.has_any())
    return ok;
  OrderTerms terms;
  terms.merge(tags);
  const std::uint16_t code = refuse_terms(
      tags, terms,
      {.side = body.side,
       .quantity = body.quantity,
       .price = body.price,
       .display = body.display,
       .time_in_force = body.time_in_force,
       .post_only = tags.has(Tag::post_only) && tags.character(Tag::post_only) == 'P'});
  return code == ok && lacks_midpoint(terms, locate) ? 0x0001 : code;
}

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

  const std::uint16_t locate = find_instrument(body.symbol);
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
  record.tags.bytes_used = 0;
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
  begin_match(incoming);
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

bool EngineCore::is_bad_replace(const ReplaceBody& body, std::uint32_t order,
                                const OrderTags& tags) const {
  const char side = book_.order(order).side;
  return !is_quantity(body.quantity) || !is_price(body.price) ||
         !is_time_in_force(body.time_in_force) || !is_display(body.display) || !is_iso(body.iso) ||
         !tags.well_formed() ||
         (tags.has(Tag::side) && !may_become(side, tags.character(Tag::side))) ||
         has_bad_terms(body, order, tags) ||
         (body.time_in_force == '6' && !expires_rightly(tags, terms_of(order).expire_s));
}

/// Check 13, where a tag that is not sent keeps its value.
bool EngineCore::has_bad_terms(const ReplaceBody& body, std::uint32_t order,
                               const OrderTags& tags) const {
  if (!tags.has_any() && records_[order].extra == 0)
    return false;
  OrderTerms terms = terms_of(order);
  terms.merge(tags);
  const bool post_only = tags.has(Tag::post_only) ? tags.character(Tag::post_only) == 'P'
                                                  : records_[order].post_only != 0;
  if (lacks_midpoint(terms, book_.order(order).instrument))
    return true;
  return refuse_terms(tags, terms,
                      {.side = book_.order(order).side,
                       .quantity = body.quantity,
                       .price = body.price,
                       .display = body.display,
                       .time_in_force = body.time_in_force,
                       .post_only = post_only}) != ok;
}

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
  begin_match(incoming);
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
  extension.bytes_used = record.tags.bytes_used;
  std::memcpy(extension.bytes.data(), record.tags.bytes.data(), record.tags.bytes_used);
  publish_owned(event, order, tail);
}

// ── Matching ────────────────────────────────────────────────────────────────────────────────────

/// An order that is about to meet the other side; an `m` order is priced by what its slot `found`.
EngineCore::Incoming EngineCore::incoming_of(std::uint32_t order, char time_in_force,
                                             References found) const {
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
  const bool buy = is_buy(node.side);
  const std::uint32_t level = book_.best_level(node.instrument, !buy);
  if (level == 0)
    return false;
  const std::uint32_t best = book_.level(level).price;
  return buy ? best <= bound : best >= bound;
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

  const auto party = [this](std::uint32_t index, const OrderNode& node) {
    return TradeParty{.order_ref = records_[index].order_ref,
                      .session = node.session,
                      .user_ref_num = node.user_ref_num,
                      .cl_ord_id = records_[index].cl_ord_id,
                      .user_ref_idx = node.user_ref_idx};
  };
  trade_front_.reach(trade_count_);
  trades_[trade_count_ % trades_.size()] = {.match_number = number,
                                            .instrument = taker.instrument,
                                            .resting = party(resting, maker),
                                            .incoming = party(order, taker)};
  ++counters_.trades;
  counters_.volume += shares;
  trade_sum_ += trade_term(trades_[trade_count_ % trades_.size()]);
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

// ── Live orders ─────────────────────────────────────────────────────────────────────────────────

std::uint64_t EngineCore::order_key(const OrderNode& node) {
  return std::uint64_t{node.session} << 40 | std::uint64_t{node.user_ref_idx} << 32 |
         node.user_ref_num;
}

std::uint32_t EngineCore::find_order(std::uint32_t session, std::uint8_t channel,
                                     std::uint32_t user_ref_num) const {
  return index_.find(std::uint64_t{session} << 40 | std::uint64_t{channel} << 32 | user_ref_num);
}

/// The order is the youngest of its level and of its session.
void EngineCore::rest(std::uint32_t order) {
  OrderNode& node = book_.order(order);
  OrderRecord& record = records_[order];
  enter_book(order);
  index_.insert(order_key(node), order);
  record.salt = order_salt(order);
  state_sum_ += order_term(order);
  open_exposure(order);
  link_to_session(order);
}

void EngineCore::leave(std::uint32_t order) {
  state_sum_ -= order_term(order);
  close_exposure(order);
  leave_book(order);
  index_.erase(order_key(book_.order(order)));
  unlink_from_session(order);
}

/// Behind all others of its session: it has the youngest reference. If it expires, that is where
/// it stands in the heap too.
void EngineCore::link_to_session(std::uint32_t order) {
  OrderRecord& record = records_[order];
  Session& session = sessions_[book_.order(order).session];
  if (record.extra != 0)
    await_expiry(order);
  record.session_next = 0;
  record.session_prev = session.last_order;
  (session.last_order == 0 ? session.first_order : records_[session.last_order].session_next) =
      order;
  session.last_order = order;
}

void EngineCore::unlink_from_session(std::uint32_t order) {
  const OrderRecord& record = records_[order];
  Session& session = sessions_[book_.order(order).session];
  if (record.extra != 0)
    expiries_.erase(record.extra);
  (record.session_prev == 0 ? session.first_order : records_[record.session_prev].session_next) =
      record.session_next;
  (record.session_next == 0 ? session.last_order : records_[record.session_next].session_prev) =
      record.session_prev;
}

}  // namespace wirebook::match
