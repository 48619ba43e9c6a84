// The venue's side: instruments and their states, sessions, kills, broken trades.
#include <algorithm>
#include <cstring>

#include "match/engine_core.hpp"

namespace wirebook::match {

void EngineCore::define_instrument(const InstrumentBody& body) {
  const std::uint16_t locate = body.instrument;
  if (locate == 0 || locate >= instruments_.size()) {
    ++counters_.ignored_slot;
    return;
  }
  Instrument& instrument = instruments_[locate];
  if (instrument.is_defined != 0 || find_instrument(body.symbol) != 0) {
    ++counters_.duplicate_instrument;
    return;
  }
  instrument = {.symbol = body.symbol, .trading_state = body.trading_state, .is_defined = 1};
  symbols_.insert(symbol_key(body.symbol), locate);
  ++instrument_count_;
  state_sum_ += instrument_term(locate);

  Event& event = fresh();
  event.instrument = locate;
  event.market_quantity = {body.round_lot};
  publish({.kind = EventKind::market, .market = 'R'});
  publish_trading_state(locate, body.reason);
}

void EngineCore::publish_trading_state(std::uint16_t locate, Alpha<4> reason) {
  Event& event = fresh();
  event.instrument = locate;
  event.reason = {};
  std::copy(reason.text.begin(), reason.text.end(), event.reason.begin());
  publish({.kind = EventKind::market, .market = 'H', .code = instruments_[locate].trading_state});
}

void EngineCore::set_trading_state(const InstrumentBody& body) {
  const std::uint16_t locate =
      body.instrument != 0 ? body.instrument : find_instrument(body.symbol);
  if (locate == 0 || locate >= instruments_.size() || instruments_[locate].is_defined == 0) {
    ++counters_.unknown_instrument;
    return;
  }
  state_sum_ -= instrument_term(locate);
  instruments_[locate].trading_state = body.trading_state;
  book_.touch(locate);
  state_sum_ += instrument_term(locate);
  publish_trading_state(locate, body.reason);
}

void EngineCore::session_up(const SessionBody& body) {
  if (body.session == 0 || body.session >= sessions_.size()) {
    ++counters_.ignored_slot;
    return;
  }
  Session& session = sessions_[body.session];
  const bool is_new = session.is_known == 0;
  state_sum_ -= session_term(body.session);
  session.is_known = 1;
  session.is_killed = 0;
  session.cancel_on_disconnect = body.cancel_on_disconnect;
  session.firm = body.firm;
  note_permission(session);
  state_sum_ += session_term(body.session);
  if (!is_new || !day_.is_told)
    return;
  fresh().session = body.session;
  publish({.kind = EventKind::system_event, .code = 'S'});
}

void EngineCore::session_down(const SessionBody& body) {
  const Session* const session = find_session(body.session);
  if (session != nullptr && session->cancel_on_disconnect != 0)
    begin_cancel(body.session, {}, 'Z');
}

void EngineCore::kill(const SessionBody& body) {
  if (body.session != 0) {
    if (find_session(body.session) == nullptr)
      return;
    set_killed(body.session);
    begin_cancel(body.session, {}, 'S');
    return;
  }
  if (std::find(killed_firms_.begin(), killed_firms_.end(), body.firm) == killed_firms_.end()) {
    if (killed_firms_.size() < killed_firms_max) {
      killed_firms_.push_back(body.firm);
      state_sum_ += digest::killed_firm(body.firm);
    } else {
      ++counters_.capacity_reject;
    }
  }
  // From session 0, which has no orders, the run goes on to the sessions of the firm.
  begin_cancel(0, {}, 'S');
  cancel_run_.kills_firm = true;
  cancel_run_.firm = body.firm;
}

void EngineCore::set_killed(std::uint32_t session) {
  state_sum_ -= session_term(session);
  sessions_[session].is_killed = 1;
  note_permission(sessions_[session]);
  state_sum_ += session_term(session);
}

void EngineCore::break_trade(const AdminBody& body) {
  Trade& trade = trades_[(body.match_number & count_mask) % trades_.size()];
  if (body.match_number == 0 || trade.match_number != body.match_number) {
    ++counters_.unknown_match_number;
    return;
  }
  report_broken(trade, trade.resting, body.code, 'B');
  report_broken(trade, trade.incoming, body.code, 0);
  trade_sum_ += digest::broken(trade.match_number) - trade_term(trade);
  trade.match_number = 0;
}

void EngineCore::report_broken(const Trade& trade, const TradeParty& party, char reason,
                               char market) {
  Event& event = fresh();
  event.order_ref = party.order_ref;
  event.match_number = trade.match_number;
  event.session = party.session;
  event.user_ref_num = party.user_ref_num;
  event.instrument = trade.instrument;
  EventExtension& extension = as_extension(fresh(1));
  std::memcpy(extension.bytes.data(), &party.cl_ord_id, sizeof party.cl_ord_id);
  extension.bytes_used = sizeof party.cl_ord_id;
  publish({.kind = EventKind::broken_trade,
           .extension_count = 1,
           .market = market,
           .code = reason,
           .user_ref_idx = party.user_ref_idx});
}

}  // namespace wirebook::match
