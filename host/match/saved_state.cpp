#include "match/saved_state.hpp"

#include <algorithm>
#include <tuple>

#include "match/order.hpp"

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
}

}  // namespace

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
  writer.boolean(state.scalars.day_ended);
  writer.boolean(state.scalars.day_opened);
  writer.u64(state.scalars.time_ns.raw);
  writer.u64(state.scalars.order_count);
  writer.u64(state.scalars.trade_count);
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
}

}  // namespace wirebook::match
