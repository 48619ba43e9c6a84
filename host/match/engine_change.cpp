#include <algorithm>

#include "match/engine_core.hpp"

namespace wirebook::match {

using wire::ouch::Tag;

// ── One order ───────────────────────────────────────────────────────────────────────────────────

/// Takes shares off a live order, all of them at most, and says so. The market hears of those that
/// it saw.
void EngineCore::cancel_shares(std::uint32_t order, std::uint32_t shares, char reason) {
  const OrderNode& node = book_.order(order);
  const bool whole = shares == open_shares(order);
  const std::uint32_t seen =
      node.special == 0 ? shares : shares - std::min(shares, special(order).reserve);
  Event& event = fresh();
  event.quantity = {shares};
  EventTail tail{.kind = EventKind::canceled, .code = reason};
  if (node.displayed != 0 && seen != 0) {
    tail.market = whole ? 'D' : 'X';
    if (!whole)
      event.market_quantity = {seen};
  }
  publish_owned(event, order, tail);
  if (whole)
    end(order);
  else if (node.special != 0)
    take_off(order, shares);
  else
    reduce(order, shares);
}

void EngineCore::cancel(const SlotGroup& group) {
  const ReduceBody& body = group.head->reduce;
  if (find_session(body.session) == nullptr)
    return;
  const std::uint8_t channel = OrderTags(group, channel_tags).channel();
  const std::uint32_t order = find_order(body.session, channel, body.user_ref_num);
  if (order != 0) {
    const OrderNode& node = book_.order(order);
    const std::uint32_t kept = body.quantity.raw - std::min(body.quantity.raw, node.executed);
    if (const std::uint32_t open = open_shares(order); kept < open)
      return cancel_shares(order, open - kept, 'U');
  }
  ++counters_.cancel_ignored;
}

void EngineCore::modify(const SlotGroup& group) {
  const ReduceBody& body = group.head->reduce;
  if (find_session(body.session) == nullptr)
    return;
  const std::uint8_t channel =
      OrderTags(group, channel_tags | wire::ouch::tag_set(Tag::shares_located, Tag::locate_broker))
          .channel();
  const std::uint32_t order = find_order(body.session, channel, body.user_ref_num);
  OrderNode& node = book_.order(order);
  const auto is_sale = [](char side) { return side == 'S' || side == 'T' || side == 'E'; };
  const bool may =
      order != 0 && (body.side == node.side || (is_sale(node.side) && is_sale(body.side)));
  const std::uint32_t open = may ? open_shares(order) : 0;
  const std::uint32_t wanted =
      may ? body.quantity.raw - std::min(body.quantity.raw, node.executed) : 0;
  const std::uint32_t removed = open - std::min(open, wanted);
  if (!may || (removed == 0 && body.side == node.side)) {
    ++counters_.modify_ignored;
    return;
  }
  if (removed == open)
    return cancel_whole(order, 'U');

  state_sum_ -= order_term(order);
  node.side = body.side;
  records_[order].salt = order_salt(order);
  state_sum_ += order_term(order);
  std::uint32_t seen = removed;
  if (node.special != 0)
    seen = take_off(order, removed);
  else if (removed != 0)
    reduce(order, removed);
  Event& event = fresh();
  event.quantity = {open - removed};
  EventTail tail{.kind = EventKind::modified, .side = node.side};
  if (seen != 0 && node.displayed != 0) {
    tail.market = 'X';
    event.market_quantity = {seen};
  }
  publish_owned(event, order, tail);
}

// ── Many orders ─────────────────────────────────────────────────────────────────────────────────

void EngineCore::mass_cancel(const SlotGroup& group) {
  const AccountBody& body = group.head->account;
  const Session* const session = find_session(body.session);
  if (session == nullptr)
    return;
  const OrderTags tags(group, mass_cancel_tags);
  const std::uint8_t channel = tags.channel();
  if (!consume(body.session, channel, body.user_ref_num))
    return;
  publish_request(body.session, channel, body.user_ref_num, EventKind::mass_cancel_response);

  const bool all_symbols = body.symbol == Symbol::from("");
  const std::uint16_t locate = all_symbols ? std::uint16_t{0} : find_instrument(body.symbol);
  begin_cancel(
      body.session,
      {.by_firm = true,
       .by_group = tags.has(Tag::group_id),
       .by_side = tags.has(Tag::side),
       .nothing = !all_symbols && locate == 0,
       .firm = body.firm == Firm::from("") ? session->firm : body.firm,
       .instrument = locate,
       .group = tags.has(Tag::group_id) ? static_cast<std::uint16_t>(tags.value(Tag::group_id))
                                        : std::uint16_t{0},
       .side = tags.has(Tag::side) ? tags.character(Tag::side) : '\0'},
      'U');
}

void EngineCore::begin_cancel(std::uint32_t session, const Selection& selection, char reason) {
  cancel_run_ = {.order = selection.nothing ? 0 : first_order(sessions_[session]),
                 .selection = selection,
                 .reason = reason,
                 .session = session};
  pending_ = Pending::cancel;
}

/// False if the step is full and there is more to look at.
bool EngineCore::cancel_run() {
  CancelRun& run = cancel_run_;
  const Selection& wanted = run.selection;
  for (;;) {
    while (run.order != 0) {
      const OrderNode& node = book_.order(run.order);
      const OrderRecord& record = records_[run.order];
      const bool taken = (!wanted.by_firm || record.firm == wanted.firm) &&
                         (!wanted.by_group || record.group == wanted.group) &&
                         (wanted.instrument == 0 || node.instrument == wanted.instrument) &&
                         (!wanted.by_side || node.side == wanted.side);
      if (taken && !has_budget(1))
        return false;
      const std::uint32_t next = next_order(run.order);
      if (taken)
        cancel_whole(run.order, run.reason);
      run.order = next;
    }
    if (!run.kills_firm)
      return true;
    do {
      if (++run.session >= sessions_.size())
        return true;
    } while (sessions_[run.session].is_known == 0 || sessions_[run.session].firm != run.firm);
    set_killed(run.session);
    run.order = first_order(sessions_[run.session]);
  }
}

// ── Accounts ────────────────────────────────────────────────────────────────────────────────────

void EngineCore::switch_entry(const SlotGroup& group, bool enable) {
  const AccountBody& body = group.head->account;
  Session* const session = find_session(body.session);
  if (session == nullptr)
    return;
  const std::uint8_t channel = OrderTags(group, channel_tags).channel();
  if (!consume(body.session, channel, body.user_ref_num))
    return;

  const Firm firm = body.firm == Firm::from("") ? session->firm : body.firm;
  const auto end = session->disabled.begin() + session->disabled_count;
  const auto found = std::find(session->disabled.begin(), end, firm);
  if (enable && found != end) {
    *found = *(end - 1);
    --session->disabled_count;
    state_sum_ -= digest::disabled_firm(body.session, firm);
  } else if (!enable && found == end) {
    if (session->disabled_count == disabled_firms_max) {
      ++counters_.capacity_reject;
      return;
    }
    session->disabled[session->disabled_count++] = firm;
    state_sum_ += digest::disabled_firm(body.session, firm);
  }
  note_permission(*session);
  publish_request(body.session, channel, body.user_ref_num,
                  enable ? EventKind::enable_response : EventKind::disable_response);
}

void EngineCore::account_query(const SlotGroup& group) {
  const AccountBody& body = group.head->account;
  if (find_session(body.session) == nullptr)
    return;
  const std::uint8_t channel = OrderTags(group, channel_tags).channel();
  publish_request(body.session, channel, last_number(body.session, channel) + 1,
                  EventKind::account_query_response);
}

}  // namespace wirebook::match
