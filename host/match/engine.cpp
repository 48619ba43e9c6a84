#include "match/engine.hpp"

#include <algorithm>
#include <cstring>

#include "wirebook/assert.hpp"

#include "match/engine_core.hpp"

namespace wirebook::match {

EngineCore::EngineCore(const Capacity& capacity)
    : capacity_(capacity),
      shard_bits_(std::uint64_t{capacity.shard} << 48),
      book_(capacity.orders, capacity.instruments, capacity.orders_start),
      records_(std::size_t{capacity.orders} + 1, book_.growth()),
      kept_tags_(std::size_t{capacity.orders} + 1, book_.growth()),
      extra_growth_(capacity.orders, std::min(capacity.orders, capacity.orders_start) / extra_share,
                    block_extras),
      extras_(std::size_t{capacity.orders} + 1, extra_growth_),
      extra_pool_(capacity.orders, extra_growth_),
      expiries_(extra_growth_),
      ids_(capacity.orders, capacity.sessions, capacity.orders_start, capacity.table_seed),
      lists_(capacity.orders, capacity.sessions, capacity.orders_start),
      symbols_(capacity.instruments, capacity.table_seed),
      sessions_(std::size_t{capacity.sessions} + 1),
      last_numbers_((std::size_t{capacity.sessions} + 1) * channels),
      instruments_(std::size_t{capacity.instruments} + 1),
      trade_growth_(std::max(capacity.trades, 1U), capacity.orders_start, block_trades),
      trade_front_(trade_growth_),
      trades_(trade_growth_.units(), trade_growth_),
      followed_(std::size_t{capacity.instruments} + 1),
      limits_(capacity.sessions, capacity.instruments),
      follow_run_{.instruments = InstrumentSet(capacity.instruments)} {
  killed_firms_.reserve(killed_firms_max);
  day_heads_.reserve(capacity.sessions);
  for (std::uint32_t session = 0; session < sessions_.size(); ++session)
    sessions_[session].number_step = digest::step_of(session, 0);
}

GrowthList EngineCore::growths() {
  GrowthList growths{&lists_.growth(), &trade_growth_, &extra_growth_};
  ids_.list(growths);
  book_.list(growths);
  std::erase_if(growths, [](const Growth* growth) { return growth->is_whole(); });
  return growths;
}

// ── Steps ───────────────────────────────────────────────────────────────────────────────────────

Step EngineCore::on_slot(const SlotGroup& group, slot_ring::Writer<Event>& writer) {
  WIREBOOK_ASSERT(pending_ == Pending::nothing);
  writer_ = &writer;
  budget_ = step_events_max;
  cause_sequence_ = group.sequence;
  if (group.head->time_ns < time_ns_)
    ++counters_.time_clamped;
  else
    time_ns_ = group.head->time_ns;
  if (time_ns_.raw >= expiries_.first_ns()) [[unlikely]] {
    waiting_ = group;
    pending_ = Pending::expire;
  } else {
    dispatch(group);
    if (pending_ == Pending::nothing && !book_.any_touched()) [[likely]]
      return Step::done;
  }
  return run();
}

Step EngineCore::resume(slot_ring::Writer<Event>& writer) {
  writer_ = &writer;
  budget_ = step_events_max;
  return run();
}

Step EngineCore::run() {
  bool done = true;
  switch (pending_) {
    case Pending::nothing:
      break;
    case Pending::match:
      done = match();
      break;
    case Pending::cancel:
      done = cancel_run();
      break;
    case Pending::expire:
      done = expire();
      break;
    case Pending::tell_sessions:
      done = tell_sessions();
      break;
    case Pending::end_day:
      done = end_day();
      break;
    case Pending::follow:
      done = follow();
      break;
  }
  if (!done)
    return Step::more;
  return go_on();
}

/// What one thing that a slot causes leads to.
Step EngineCore::go_on() {
  const Pending was = pending_;
  pending_ = Pending::nothing;
  if (was == Pending::expire)
    dispatch(waiting_);
  else if (was == Pending::tell_sessions && ends_day_orders_)
    begin_day_end();
  if (pending_ == Pending::nothing && was != Pending::follow && book_.any_touched()) [[unlikely]]
    begin_follow();
  return pending_ == Pending::nothing ? Step::done : run();
}

void EngineCore::dispatch(const SlotGroup& group) {
  const Slot& slot = *group.head;
  switch (slot.tail.kind) {
    case SlotKind::enter:
      if (slot.tail.extension_count != 0 || !enter_plain(slot.enter))
        enter(group);
      return;
    case SlotKind::replace:
      if (slot.tail.extension_count != 0 || !replace_plain(slot.replace))
        replace(group);
      return;
    case SlotKind::cancel:
      if (slot.tail.extension_count != 0 || !cancel_plain(slot.reduce))
        cancel(group);
      return;
    case SlotKind::modify:
      return modify(group);
    case SlotKind::mass_cancel:
      return mass_cancel(group);
    case SlotKind::disable:
      return switch_entry(group, false);
    case SlotKind::enable:
      return switch_entry(group, true);
    case SlotKind::account_query:
      return account_query(group);
    case SlotKind::session_up:
      return session_up(slot.session);
    case SlotKind::session_down:
      return session_down(slot.session);
    case SlotKind::kill:
      return kill(slot.session);
    case SlotKind::instrument:
      return define_instrument(slot.instrument);
    case SlotKind::trading_state:
      return set_trading_state(slot.instrument);
    case SlotKind::system_event:
      return system_event(slot.admin.code);
    case SlotKind::break_trade:
      return break_trade(slot.admin);
    case SlotKind::limit:
      return set_limit(slot.limit);
    case SlotKind::clock:
    case SlotKind::digest:
      return;
    default:
      ++counters_.ignored_slot;
  }
}

// ── Look-ups ────────────────────────────────────────────────────────────────────────────────────

std::uint16_t EngineCore::find_instrument(Symbol symbol) const {
  return static_cast<std::uint16_t>(symbols_.find(symbol_key(symbol)));
}

Session* EngineCore::find_session(std::uint32_t session) {
  if (session != 0 && session < sessions_.size() && sessions_[session].is_known != 0)
    return &sessions_[session];
  ++counters_.unknown_session;
  return nullptr;
}

bool EngineCore::consume(std::uint32_t session, std::uint8_t channel, std::uint32_t user_ref_num) {
  if (user_ref_num <= last_number(session, channel)) {
    ++counters_.stale_user_ref_num;
    return false;
  }
  use_number(session, channel, user_ref_num);
  return true;
}

// ── Events ──────────────────────────────────────────────────────────────────────────────────────

void EngineCore::publish_request(std::uint32_t session, std::uint8_t channel,
                                 std::uint32_t user_ref_num, EventKind kind) {
  Event& event = fresh();
  event.session = session;
  event.user_ref_num = user_ref_num;
  publish({.kind = kind, .user_ref_idx = channel});
}

void EngineCore::reject(std::uint32_t session, std::uint8_t channel, std::uint32_t user_ref_num,
                        std::uint16_t code) {
  fresh().reject_code = code;
  Event& event = writer_->at();
  event.session = session;
  event.user_ref_num = user_ref_num;
  publish({.kind = EventKind::rejected, .user_ref_idx = channel});
}

// ── The venue's side ────────────────────────────────────────────────────────────────────────────

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

std::uint64_t EngineCore::trade_term(const Trade& trade) {
  const auto side_of = [&trade](const TradeParty& party) {
    return digest::party({.order_ref = party.order_ref,
                          .session = party.session,
                          .user_ref_num = party.user_ref_num,
                          .instrument = trade.instrument,
                          .user_ref_idx = party.user_ref_idx},
                         party.cl_ord_id);
  };
  return digest::trade(trade.match_number, side_of(trade.resting), side_of(trade.incoming));
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

// ── The public face ─────────────────────────────────────────────────────────────────────────────

Engine::Engine(const Capacity& capacity) : core_(std::make_unique<EngineCore>(capacity)) {}
Engine::~Engine() = default;
Engine::Engine(Engine&&) noexcept = default;
Engine& Engine::operator=(Engine&&) noexcept = default;

Step Engine::on_slot(const SlotGroup& group, slot_ring::Writer<Event>& writer) noexcept {
  return core_->on_slot(group, writer);
}
Step Engine::resume(slot_ring::Writer<Event>& writer) noexcept { return core_->resume(writer); }

void Engine::expect(const Slot& slot, Ahead ahead) noexcept { core_->expect(slot, ahead); }
std::uint32_t Engine::live_orders() const { return core_->live_orders(); }
GrowthList Engine::growths() { return core_->growths(); }
bool Engine::show(BookReaders& readers, std::uint64_t sequence, Show when) noexcept {
  return core_->show(readers, sequence, when);
}
const EngineCounters& Engine::counters() const { return core_->counters(); }
BookSummary Engine::book(std::uint16_t instrument) const { return core_->book(instrument); }
LevelSummary Engine::level(std::uint16_t instrument, bool buy, Price price) const {
  return core_->level(instrument, buy, price);
}
std::uint16_t Engine::find_instrument(Symbol symbol) const {
  return core_->find_instrument(symbol);
}
std::uint16_t Engine::instrument_count() const { return core_->instrument_count(); }
std::uint64_t Engine::digest() const { return core_->digest(); }

}  // namespace wirebook::match
