#include "match/engine.hpp"

#include "wirebook/assert.hpp"

#include "match/engine_core.hpp"

namespace wirebook::match {

EngineCore::EngineCore(const Capacity& capacity)
    : EngineState(capacity), follow_run_{.instruments = InstrumentSet(capacity.instruments)} {
  day_heads_.reserve(capacity.sessions);
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
