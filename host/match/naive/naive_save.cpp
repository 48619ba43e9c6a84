// The naive engine's state as records, and the digest, added up from them term by term.
#include <cstring>

#include "wirebook/assert.hpp"

#include "match/naive/naive_engine.hpp"

namespace wirebook::match {

using wire::ouch::Tag;

// ── Save ────────────────────────────────────────────────────────────────────────────────────────

SavedOrder NaiveEngine::saved_order(const Order& order) {
  SavedOrder out{.id = {.order_ref = order.order_ref,
                        .session = order.session,
                        .user_ref_num = order.user_ref_num,
                        .instrument = order.instrument,
                        .user_ref_idx = order.user_ref_idx},
                 .terms = {.price = order.price.raw,
                           .group = order.group,
                           .capacity = order.capacity,
                           .cross_type = order.cross_type,
                           .display = order.display,
                           .firm = order.firm},
                 .cl_ord_id = order.cl_ord_id,
                 .side = order.side,
                 .open = order.slice(),
                 .executed = order.chain_executed,
                 .tags = {},
                 .special = order.special};
  for (const auto& [tag, element] : order.tags) {
    const auto append = [&tags = out.tags](std::uint8_t byte) {
      tags.bytes.at(tags.bytes_used++) = std::byte{byte};
    };
    append(static_cast<std::uint8_t>(1 + element.value.size()));
    append(static_cast<std::uint8_t>(tag));
    for (const std::uint8_t byte : element.value)
      append(byte);
  }
  return out;
}

SavedTrade NaiveEngine::saved_trade(std::uint64_t number, const Trade& trade) {
  const auto party = [](const Party& from) {
    return SavedParty{.order_ref = from.order_ref,
                      .session = static_cast<std::uint16_t>(from.session),
                      .user_ref_idx = from.user_ref_idx,
                      .user_ref_num = from.user_ref_num,
                      .cl_ord_id = from.cl_ord_id};
  };
  return {.match_number = number,
          .instrument = trade.instrument,
          .resting = party(trade.parties[0]),
          .incoming = party(trade.parties[1])};
}

SavedState NaiveEngine::saved_state() const {
  WIREBOOK_ASSERT(pending_.empty());
  SavedState state;
  state.scalars = {.shard = capacity_.shard,
                   .day = {.phase = static_cast<DayPhase>(phase_),
                           .is_told = day_is_open_,
                           .had_market_hours = day_had_market_hours_},
                   .time_ns = time_ns_,
                   .order_count = order_ref_count_,
                   .trade_count = match_number_count_,
                   .reserve_seed = reserve_seed_};
  state.counters = counters_;
  state.killed_firms.assign(killed_firms_.begin(), killed_firms_.end());
  for (const auto& [number, session] : sessions_) {
    SavedSession& out = state.sessions.emplace_back();
    out.number = static_cast<std::uint16_t>(number);
    out.is_killed = session.is_killed;
    out.cancel_on_disconnect = session.cancel_on_disconnect;
    out.firm = session.firm;
    out.disabled_firms.assign(session.disabled_firms.begin(), session.disabled_firms.end());
    for (const auto& [channel, last] : session.last_user_ref_num)
      if (last != 0)
        out.channels.push_back({.number = channel, .last_user_ref_num = last});
  }
  for (const auto& [locate, instrument] : instruments_) {
    state.instruments.push_back(
        {.locate = locate, .symbol = instrument.symbol, .trading_state = instrument.trading_state});
    for (const Side* const side : {&instrument.bids, &instrument.asks})
      for (const auto& [price, level] : *side)
        for (const Order& order : level)
          state.orders.push_back(saved_order(order));
    for (const Order& order : instrument.waiting)
      state.orders.push_back(saved_order(order));
  }
  state.sort_orders();
  state.past_trades = past_trades_;
  for (const auto& [number, trade] : trades_)
    state.trades.push_back(saved_trade(number, trade));
  state.limits = limits_.saved();
  return state;
}

void NaiveEngine::save(StateWriter& writer) const { write(saved_state(), writer); }

// ── The digest ──────────────────────────────────────────────────────────────────────────────────

std::uint64_t NaiveEngine::digest() const {
  const SavedState state = saved_state();
  std::uint64_t sum = state.past_trades;
  for (const Firm firm : state.killed_firms)
    sum += digest::killed_firm(firm);
  for (const SavedSession& session : state.sessions) {
    sum += digest::session(session.number, session.is_killed, session.cancel_on_disconnect,
                           session.firm);
    for (const Firm firm : session.disabled_firms)
      sum += digest::disabled_firm(session.number, firm);
    for (const SavedChannel& channel : session.channels)
      sum += digest::step_of(session.number, channel.number) * channel.last_user_ref_num;
  }
  for (const SavedInstrument& instrument : state.instruments)
    sum += digest::instrument(instrument.locate, instrument.symbol, instrument.trading_state);
  for (const SavedOrder& order : state.orders)
    sum += order.term();
  for (const SavedTrade& trade : state.trades)
    sum += trade.term();
  sum += state.limits.term();
  return digest::finish(sum, state.scalars, state.counters);
}

// ── Load ────────────────────────────────────────────────────────────────────────────────────────

void NaiveEngine::load_tags(Order& order, const KeptTags& tags) {
  for (std::size_t at = 0; at < tags.bytes_used;) {
    const std::size_t value_bytes = std::to_integer<std::size_t>(tags.bytes.at(at)) - 1;
    naive::Element element{.tag = static_cast<Tag>(tags.bytes.at(at + 1)), .value = {}};
    for (std::size_t i = 0; i < value_bytes; ++i)
      element.value.push_back(std::to_integer<std::uint8_t>(tags.bytes.at(at + 2 + i)));
    order.tags.insert_or_assign(element.tag, element);
    at += 2 + value_bytes;
  }
}

bool NaiveEngine::load(StateReader& reader, std::string* why) {
  WIREBOOK_ASSERT(sessions_.empty() && instruments_.empty() && counters_ == EngineCounters{});
  SavedState state;
  if (!read(reader, capacity_, state, why))
    return false;
  phase_ = static_cast<char>(state.scalars.day.phase);
  day_is_open_ = state.scalars.day.is_told;
  day_had_market_hours_ = state.scalars.day.had_market_hours;
  time_ns_ = state.scalars.time_ns;
  order_ref_count_ = state.scalars.order_count;
  match_number_count_ = state.scalars.trade_count;
  reserve_seed_ = state.scalars.reserve_seed;
  counters_ = state.counters;
  killed_firms_.insert(state.killed_firms.begin(), state.killed_firms.end());
  for (const SavedSession& from : state.sessions) {
    Session& session = sessions_[from.number];
    session.firm = from.firm;
    session.is_killed = from.is_killed;
    session.cancel_on_disconnect = from.cancel_on_disconnect;
    session.disabled_firms.insert(from.disabled_firms.begin(), from.disabled_firms.end());
    for (const SavedChannel& channel : from.channels)
      session.last_user_ref_num[channel.number] = channel.last_user_ref_num;
  }
  for (const SavedInstrument& from : state.instruments)
    instruments_[from.locate] = {.symbol = from.symbol, .trading_state = from.trading_state};
  for (const SavedOrder& from : state.orders) {
    Order order{.order_ref = from.id.order_ref,
                .session = from.id.session,
                .user_ref_idx = from.id.user_ref_idx,
                .user_ref_num = from.id.user_ref_num,
                .instrument = from.id.instrument,
                .side = from.side,
                .price = {from.terms.price},
                .open = from.open + from.special.reserve,
                .chain_executed = from.executed,
                .time_in_force = from.special.terms.time_in_force,
                .display = from.terms.display,
                .capacity = from.terms.capacity,
                .cross_type = from.terms.cross_type,
                .cl_ord_id = from.cl_ord_id,
                .firm = from.terms.firm,
                .group = from.terms.group,
                .tags = {},
                .special = from.special,
                .reach = {}};
    load_tags(order, from.tags);
    insert(order);
  }
  const auto party = [](const SavedParty& from) {
    return Party{from.order_ref, from.session, from.user_ref_idx, from.user_ref_num,
                 from.cl_ord_id};
  };
  past_trades_ = state.past_trades;
  limits_.load(state.limits);
  for (const SavedTrade& from : state.trades)
    trades_[from.match_number] = {.instrument = from.instrument,
                                  .parties = {party(from.resting), party(from.incoming)}};
  return true;
}

}  // namespace wirebook::match
