// The venue's side of the naive engine: instruments, sessions, kills, broken trades.
#include <bit>
#include <cstring>

#include "match/naive/naive_engine.hpp"

namespace wirebook::match {

void NaiveEngine::define_instrument(const InstrumentBody& body) {
  if (body.instrument == 0 || body.instrument > capacity_.instruments) {
    ++counters_.ignored_slot;
    return;
  }
  if (instruments_.contains(body.instrument) || find_instrument(body.symbol) != 0) {
    ++counters_.duplicate_instrument;
    return;
  }
  instruments_[body.instrument] = {.symbol = body.symbol, .trading_state = body.trading_state};
  Event event = make_event(EventKind::market);
  event.tail.market = 'R';
  event.instrument = body.instrument;
  event.market_quantity = {body.round_lot};
  pending_.push_back(event);
  emit_trading_state(body.instrument, body.trading_state, body.reason);
}

void NaiveEngine::set_trading_state(const InstrumentBody& body) {
  const std::uint16_t locate =
      body.instrument != 0 ? body.instrument : find_instrument(body.symbol);
  const auto found = instruments_.find(locate);
  if (found == instruments_.end()) {
    ++counters_.unknown_instrument;
    return;
  }
  found->second.trading_state = body.trading_state;
  emit_trading_state(locate, body.trading_state, body.reason);
}

void NaiveEngine::session_up(const SessionBody& body) {
  if (body.session == 0 || body.session > capacity_.sessions) {
    ++counters_.ignored_slot;
    return;
  }
  const bool is_new = !sessions_.contains(body.session);
  Session& session = sessions_[body.session];
  session.firm = body.firm;
  session.cancel_on_disconnect = body.cancel_on_disconnect != 0;
  session.is_killed = false;
  if (is_new && day_is_open_)
    emit_system_event(body.session, 'S');
}

void NaiveEngine::session_down(const SessionBody& body) {
  const auto found = sessions_.find(body.session);
  if (found == sessions_.end())
    ++counters_.unknown_session;
  else if (found->second.cancel_on_disconnect)
    cancel_all(body.session, 'Z');
}

void NaiveEngine::kill(const SessionBody& body) {
  if (body.session != 0) {
    const auto found = sessions_.find(body.session);
    if (found == sessions_.end()) {
      ++counters_.unknown_session;
      return;
    }
    found->second.is_killed = true;
    return cancel_all(body.session, 'S');
  }
  if (!killed_firms_.contains(body.firm)) {
    if (killed_firms_.size() < killed_firms_max)
      killed_firms_.insert(body.firm);
    else
      ++counters_.capacity_reject;
  }
  for (auto& [number, session] : sessions_) {
    if (session.firm != body.firm)
      continue;
    session.is_killed = true;
    cancel_all(number, 'S');
  }
}

void NaiveEngine::break_trade(const AdminBody& body) {
  const auto found = trades_.find(body.match_number);
  if (found == trades_.end()) {
    ++counters_.unknown_match_number;
    return;
  }
  char market = 'B';
  for (const Party& party : found->second.parties) {
    Event event = make_event(EventKind::broken_trade);
    event.order_ref = party.order_ref;
    event.match_number = body.match_number;
    event.session = party.session;
    event.user_ref_num = party.user_ref_num;
    event.instrument = found->second.instrument;
    event.tail.user_ref_idx = party.user_ref_idx;
    event.tail.code = body.code;
    event.tail.market = market;
    event.tail.extension_count = 1;
    market = 0;
    pending_.push_back(event);
    EventExtension extension{};
    extension.tail.kind = EventKind::extension;
    extension.bytes_used = sizeof party.cl_ord_id;
    std::memcpy(extension.bytes.data(), &party.cl_ord_id, sizeof party.cl_ord_id);
    pending_.push_back(std::bit_cast<Event>(extension));
  }
  past_trades_ += digest::broken(body.match_number);
  trades_.erase(found);
}

}  // namespace wirebook::match
