// The venue's side: instruments, sessions, the day, kills and broken trades.
#include <algorithm>

#include "match/naive_engine.hpp"

namespace wirebook::match {

std::uint16_t NaiveEngine::find_instrument(Symbol symbol) const {
  for (const auto& [number, instrument] : instruments_)
    if (instrument.symbol == symbol)
      return number;
  return 0;
}

std::uint16_t NaiveEngine::instrument_count() const {
  return static_cast<std::uint16_t>(instruments_.size());
}

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
  Event directory = make_event(EventKind::market);
  directory.instrument = body.instrument;
  directory.market_quantity = {body.round_lot};
  directory.tail.market = 'R';
  pending_.push_back(directory);
  emit_trading_state(body.instrument, body.trading_state, body.reason);
}

void NaiveEngine::set_trading_state(const InstrumentBody& body) {
  const auto found = instruments_.find(body.instrument);
  if (found == instruments_.end()) {
    ++counters_.unknown_instrument;
    return;
  }
  found->second.trading_state = body.trading_state;
  emit_trading_state(body.instrument, body.trading_state, body.reason);
}

void NaiveEngine::emit_trading_state(std::uint16_t instrument, char state, Alpha<4> reason) {
  Event market = make_event(EventKind::market);
  market.instrument = instrument;
  market.reason = {};
  std::copy_n(reason.text.begin(), reason.text.size(), market.reason.begin());
  market.tail.market = 'H';
  market.tail.code = state;
  pending_.push_back(market);
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
  if (found == sessions_.end()) {
    ++counters_.unknown_session;
    return;
  }
  if (found->second.cancel_on_disconnect)
    cancel_all(body.session, 'Z');
}

/// A session, or with session 0 a firm and every session of it.
void NaiveEngine::kill(const SessionBody& body) {
  if (body.session != 0 && !sessions_.contains(body.session)) {
    ++counters_.unknown_session;
    return;
  }
  if (body.session == 0)
    killed_firms_.insert(body.firm);
  for (auto& [number, session] : sessions_) {
    if (body.session == 0 ? session.firm == body.firm : number == body.session) {
      session.is_killed = true;
      cancel_all(number, 'S');
    }
  }
}

void NaiveEngine::emit_system_event(std::uint32_t session, char code) {
  Event event = make_event(EventKind::system_event);
  event.session = session;
  event.tail.code = code;
  pending_.push_back(event);
}

void NaiveEngine::system_event(const AdminBody& body) {
  Event market = make_event(EventKind::market);
  market.tail.market = 'S';
  market.tail.code = body.code;
  pending_.push_back(market);
  if (body.code != 'S' && body.code != 'E')
    return;
  day_is_open_ = body.code == 'S';
  day_has_ended_ = body.code == 'E';
  for (const auto& [number, session] : sessions_)
    emit_system_event(number, body.code);
}

void NaiveEngine::break_trade(const AdminBody& body) {
  const auto found = trades_.find(body.match_number);
  if (found == trades_.end() || found->second.is_broken) {
    ++counters_.unknown_match_number;
    return;
  }
  Trade& trade = found->second;
  trade.is_broken = true;
  for (const Party& party : trade.parties) {
    Event broken = make_event(EventKind::broken_trade);
    broken.order_ref = party.order_ref;
    broken.match_number = body.match_number;
    broken.session = party.session;
    broken.user_ref_num = party.user_ref_num;
    broken.instrument = trade.instrument;
    broken.tail.extension_count = 1;
    broken.tail.market = &party == &trade.parties.front() ? 'B' : '\0';
    broken.tail.code = body.code;
    broken.tail.user_ref_idx = party.user_ref_idx;
    pending_.push_back(broken);

    Event entry{};
    EventExtension& extension = as_extension(entry);
    for (const char letter : party.cl_ord_id.text)
      extension.bytes.at(extension.bytes_used++) = static_cast<std::byte>(letter);
    pending_.push_back(entry);
  }
}

}  // namespace wirebook::match
