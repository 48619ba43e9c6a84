#include "match/state/saved_state.hpp"

#include <algorithm>
#include <tuple>

#include "match/book/order.hpp"

namespace wirebook::match {

namespace {

void write_party(const SavedParty& party, StateWriter& writer) {
  writer.u64(party.order_ref);
  writer.u16(party.session);
  writer.u8(party.user_ref_idx);
  writer.u32(party.user_ref_num);
  writer.alpha(party.cl_ord_id);
}

std::uint64_t side_of(const SavedParty& party, std::uint16_t instrument) {
  return digest::party({.order_ref = party.order_ref,
                        .session = party.session,
                        .user_ref_num = party.user_ref_num,
                        .instrument = instrument,
                        .user_ref_idx = party.user_ref_idx},
                       party.cl_ord_id);
}

void write_session(const SavedSession& session, StateWriter& writer) {
  writer.u16(session.number);
  writer.boolean(session.is_killed);
  writer.boolean(session.cancel_on_disconnect);
  writer.alpha(session.firm);
  writer.u8(static_cast<std::uint8_t>(session.disabled_firms.size()));
  for (const Firm firm : session.disabled_firms)
    writer.alpha(firm);
  writer.u16(static_cast<std::uint16_t>(session.channels.size()));
  for (const SavedChannel& channel : session.channels) {
    writer.u8(channel.number);
    writer.u32(channel.last_user_ref_num);
  }
}

void write_special(const SpecialOrder& order, StateWriter& writer) {
  const OrderTerms& terms = order.terms;
  writer.u32(terms.min_qty);
  writer.u32(terms.max_floor);
  writer.u32(terms.random_reserves);
  writer.u32(terms.expire_s);
  writer.u32(static_cast<std::uint32_t>(terms.peg_offset));
  writer.u32(static_cast<std::uint32_t>(terms.discretion_offset));
  writer.u64(terms.discretion_price);
  for (const char letter : {terms.time_in_force, terms.price_type, terms.discretion_type,
                            terms.aiq_strategy, terms.aiq_group[0], terms.aiq_group[1]})
    writer.character(letter);
  writer.u64(order.expiry_ns);
  writer.u64(order.first_ref);
  writer.u32(order.reserve);
  writer.u32(order.refreshes);
  writer.u32(order.cap);
}

void write_order(const SavedOrder& order, StateWriter& writer) {
  writer.u64(order.id.order_ref);
  writer.u16(static_cast<std::uint16_t>(order.id.session));
  writer.u8(order.id.user_ref_idx);
  writer.u32(order.id.user_ref_num);
  writer.u16(order.id.instrument);
  writer.character(order.side);
  writer.u32(order.terms.price);
  writer.u32(order.open);
  writer.u32(order.executed);
  writer.character(order.terms.display);
  writer.character(order.terms.capacity);
  writer.character(order.terms.cross_type);
  writer.alpha(order.terms.firm);
  writer.u16(order.terms.group);
  writer.alpha(order.cl_ord_id);
  writer.u8(order.tags.bytes_used);
  writer.bytes(std::span(order.tags.bytes).first(order.tags.bytes_used));
  writer.boolean(!order.special.terms.is_ordinary());
  if (!order.special.terms.is_ordinary())
    write_special(order.special, writer);
}

}  // namespace

std::uint64_t SavedOrder::term() const {
  const std::uint64_t plain =
      digest::salt(digest::words_of(id, terms, side, cl_ord_id, tags.is_post_only()), tags);
  const std::uint64_t salt = special.terms.is_ordinary() ? plain : digest::special(plain, special);
  return digest::order(salt, open, executed);
}

std::uint64_t SavedTrade::term() const {
  return digest::trade(match_number, side_of(resting, instrument), side_of(incoming, instrument));
}

bool lies_before(const SavedOrder& a, const SavedOrder& b) {
  const auto key = [](const SavedOrder& order) {
    return std::tuple(order.id.instrument, !is_buy(order.side), order.terms.price,
                      order.id.order_ref);
  };
  return key(a) < key(b);
}

void SavedState::sort_orders() { std::sort(orders.begin(), orders.end(), lies_before); }

void write(const SavedState& state, StateWriter& writer) {
  writer.u32(saved_state_format);
  writer.u16(state.scalars.shard);
  writer.character(static_cast<char>(state.scalars.day.phase));
  writer.boolean(state.scalars.day.is_told);
  writer.boolean(state.scalars.day.had_market_hours);
  writer.u64(state.scalars.time_ns.raw);
  writer.u64(state.scalars.order_count);
  writer.u64(state.scalars.trade_count);
  writer.u64(state.scalars.reserve_seed);
  for (const auto& [name, counter] : engine_counter_names)
    writer.u64(state.counters.*counter);
  writer.u16(static_cast<std::uint16_t>(state.killed_firms.size()));
  for (const Firm firm : state.killed_firms)
    writer.alpha(firm);
  writer.u16(static_cast<std::uint16_t>(state.sessions.size()));
  for (const SavedSession& session : state.sessions)
    write_session(session, writer);
  writer.u16(static_cast<std::uint16_t>(state.instruments.size()));
  for (const SavedInstrument& instrument : state.instruments) {
    writer.u16(instrument.locate);
    writer.alpha(instrument.symbol);
    writer.character(instrument.trading_state);
  }
  writer.u32(static_cast<std::uint32_t>(state.orders.size()));
  for (const SavedOrder& order : state.orders)
    write_order(order, writer);
  writer.u64(state.past_trades);
  writer.u32(static_cast<std::uint32_t>(state.trades.size()));
  for (const SavedTrade& trade : state.trades) {
    writer.u64(trade.match_number);
    writer.u16(trade.instrument);
    write_party(trade.resting, writer);
    write_party(trade.incoming, writer);
  }
  write_limits(state.limits, writer);
}

}  // namespace wirebook::match
