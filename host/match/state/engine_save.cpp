// What the engine knows, as the records of saved_state.hpp, and back.
#include <algorithm>
#include <vector>

#include "wirebook/assert.hpp"

#include "match/engine_core.hpp"
#include "match/state/saved_state.hpp"

namespace wirebook::match {

namespace {

SavedParty saved(const TradeParty& party) {
  return {.order_ref = party.order_ref,
          .session = static_cast<std::uint16_t>(party.session),
          .user_ref_idx = party.user_ref_idx,
          .user_ref_num = party.user_ref_num,
          .cl_ord_id = party.cl_ord_id};
}

TradeParty party_of(const SavedParty& party) {
  return {.order_ref = party.order_ref,
          .session = party.session,
          .user_ref_num = party.user_ref_num,
          .cl_ord_id = party.cl_ord_id,
          .user_ref_idx = party.user_ref_idx};
}

}  // namespace

// ── Save ────────────────────────────────────────────────────────────────────────────────────────

SavedState EngineCore::saved_state() const {
  WIREBOOK_ASSERT(pending_ == Pending::nothing);
  SavedState state;
  state.scalars = scalars();
  state.counters = counters_;
  state.killed_firms = killed_firms_;
  std::sort(state.killed_firms.begin(), state.killed_firms.end());
  for (std::uint32_t number = 1; number < sessions_.size(); ++number)
    if (sessions_[number].is_known != 0)
      save_session(static_cast<std::uint16_t>(number), state);
  for (std::uint32_t locate = 1; locate < instruments_.size(); ++locate)
    if (const Instrument& instrument = instruments_[locate]; instrument.is_defined != 0)
      state.instruments.push_back({.locate = static_cast<std::uint16_t>(locate),
                                   .symbol = instrument.symbol,
                                   .trading_state = instrument.trading_state});
  state.sort_orders();
  save_trades(state);
  state.limits = limits_.saved();
  return state;
}

void EngineCore::save_session(std::uint16_t number, SavedState& state) const {
  const Session& session = sessions_[number];
  SavedSession& out = state.sessions.emplace_back();
  out.number = number;
  out.is_killed = session.is_killed != 0;
  out.cancel_on_disconnect = session.cancel_on_disconnect != 0;
  out.firm = session.firm;
  out.disabled_firms.assign(session.disabled.begin(),
                            session.disabled.begin() + session.disabled_count);
  std::sort(out.disabled_firms.begin(), out.disabled_firms.end());
  for (std::size_t channel = 0; channel < channels; ++channel)
    if (const std::uint32_t last = last_numbers_[number * channels + channel]; last != 0)
      out.channels.push_back(
          {.number = static_cast<std::uint8_t>(channel), .last_user_ref_num = last});
  for (std::uint32_t order = first_order(session); order != 0; order = next_order(order))
    state.orders.push_back(saved_order(order));
}

SavedOrder EngineCore::saved_order(std::uint32_t order) const {
  const OrderNode& node = book_.order(order);
  const OrderRecord& record = records_[order];
  return {.id = {.order_ref = record.order_ref,
                 .session = node.session,
                 .user_ref_num = node.user_ref_num,
                 .instrument = node.instrument,
                 .user_ref_idx = node.user_ref_idx},
          .terms = {.price = record.price,
                    .group = record.group,
                    .capacity = record.capacity,
                    .cross_type = record.cross_type,
                    .display = record.display,
                    .firm = record.firm},
          .cl_ord_id = record.cl_ord_id,
          .side = node.side,
          .open = node.open,
          .executed = node.executed,
          .tags = tags_of(order),
          .special = record.extra == 0 ? SpecialOrder{} : special(order)};
}

void EngineCore::save_trades(SavedState& state) const {
  state.past_trades = trade_sum_;
  const std::uint64_t kept = std::min<std::uint64_t>(trade_count_, trades_.size());
  for (std::uint64_t count = trade_count_ - kept + 1; count <= trade_count_; ++count) {
    const Trade& trade = trades_[count % trades_.size()];
    if (trade.match_number == 0)
      continue;
    state.trades.push_back({.match_number = trade.match_number,
                            .instrument = trade.instrument,
                            .resting = saved(trade.resting),
                            .incoming = saved(trade.incoming)});
    state.past_trades -= state.trades.back().term();
  }
}

// ── Load ────────────────────────────────────────────────────────────────────────────────────────

void EngineCore::load(const SavedState& state) {
  time_ns_ = state.scalars.time_ns;
  order_count_ = state.scalars.order_count;
  trade_count_ = state.scalars.trade_count;
  reserve_seed_ = state.scalars.reserve_seed;
  set_day(state.scalars.day);
  counters_ = state.counters;
  for (const Firm firm : state.killed_firms) {
    killed_firms_.push_back(firm);
    state_sum_ += digest::killed_firm(firm);
  }
  for (const SavedSession& session : state.sessions)
    load_session(session);
  for (const SavedInstrument& instrument : state.instruments) {
    instruments_[instrument.locate] = {
        .symbol = instrument.symbol, .trading_state = instrument.trading_state, .is_defined = 1};
    symbols_.insert(symbol_key(instrument.symbol), instrument.locate);
    state_sum_ += instrument_term(instrument.locate);
    ++instrument_count_;
  }
  limits_.load(state.limits);  // before the orders, which they count
  load_orders(state);
  trade_sum_ = state.past_trades;
  trade_front_.reach(trade_count_);
  trade_at_ = trade_count_ % trades_.size();
  for (const SavedTrade& trade : state.trades) {
    trades_[(trade.match_number & count_mask) % trades_.size()] = {
        .match_number = trade.match_number,
        .instrument = trade.instrument,
        .resting = party_of(trade.resting),
        .incoming = party_of(trade.incoming)};
    trade_sum_ += trade.term();
  }
}

void EngineCore::load_session(const SavedSession& from) {
  Session& session = sessions_[from.number];
  session.is_known = 1;
  session.is_killed = from.is_killed ? 1 : 0;
  session.cancel_on_disconnect = from.cancel_on_disconnect ? 1 : 0;
  session.firm = from.firm;
  for (const Firm firm : from.disabled_firms) {
    session.disabled[session.disabled_count++] = firm;
    state_sum_ += digest::disabled_firm(from.number, firm);
  }
  note_permission(session);
  state_sum_ += session_term(from.number);
  for (const SavedChannel& channel : from.channels)
    use_number(from.number, channel.number, channel.last_user_ref_num);
}

/// In the order of their priority, which is that of the book but not of the sessions' lists.
void EngineCore::load_orders(const SavedState& state) {
  for (const SavedOrder& from : state.orders) {
    const std::uint32_t order = book_.take();
    book_.order(order) = {.open = from.open,
                          .user_ref_num = from.id.user_ref_num,
                          .executed = from.executed,
                          .session = static_cast<std::uint16_t>(from.id.session),
                          .instrument = from.id.instrument,
                          .side = from.side,
                          .displayed = from.terms.display != 'N' && from.terms.price != 0,
                          .user_ref_idx = from.id.user_ref_idx};
    records_[order] = {.order_ref = from.id.order_ref,
                       .price = from.terms.price,
                       .group = from.terms.group,
                       .capacity = from.terms.capacity,
                       .cross_type = from.terms.cross_type,
                       .display = from.terms.display,
                       .post_only = from.tags.is_post_only(),
                       .cl_ord_id = from.cl_ord_id,
                       .firm = from.terms.firm};
    keep_tags(order, from.tags);
    set_terms(order, from.special.terms);
    if (records_[order].extra != 0)
      special(order) = from.special;
    rest(order);
  }
  std::vector<std::uint32_t> scratch;
  for (const SavedSession& session : state.sessions)
    sort_session(session.number, scratch);
  sort_followers();
}

/// Links a session's orders anew, in ascending order reference.
void EngineCore::sort_session(std::uint32_t number, std::vector<std::uint32_t>& scratch) {
  Session& session = sessions_[number];
  scratch.clear();
  for (std::uint32_t order = first_order(session); order != 0; order = next_order(order))
    scratch.push_back(order);
  std::sort(scratch.begin(), scratch.end(), [this](std::uint32_t a, std::uint32_t b) {
    return records_[a].order_ref < records_[b].order_ref;
  });
  for (const std::uint32_t order : scratch)
    lists_.erase(session.orders, records_[order].list_place);
  for (const std::uint32_t order : scratch)
    records_[order].list_place = lists_.push(session.orders, order);
}

// ── The public face ─────────────────────────────────────────────────────────────────────────────

void Engine::save(StateWriter& writer) const { write(core_->saved_state(), writer); }

bool Engine::load(StateReader& reader, std::string* why) {
  WIREBOOK_ASSERT(core_->is_fresh());
  SavedState state;
  if (!read(reader, core_->capacity(), state, why))
    return false;
  core_->load(state);
  return true;
}

}  // namespace wirebook::match
