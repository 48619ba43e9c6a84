// Orders that end with time: those that expire, and those that the day leaves behind.
#include <algorithm>

#include "wirebook/assert.hpp"

#include "match/engine_core.hpp"

namespace wirebook::match {

namespace {

constexpr std::uint64_t ns_per_s = 1'000'000'000;
/// So many events a slot may write before it looks at what is left of its step.
constexpr std::uint32_t dispatch_events_max = 16;

/// The heap of sessions has the one with the oldest order on top.
bool lies_behind(const DayHead& a, const DayHead& b) { return a.order_ref > b.order_ref; }

}  // namespace

// ── Expiry ──────────────────────────────────────────────────────────────────────────────────────

std::uint64_t EngineCore::expiry_of(const OrderTerms& terms) const {
  if (terms.time_in_force != '6')
    return 0;
  const std::uint64_t life = terms.expire_s * ns_per_s;
  return time_ns_.raw + std::min(life, ~time_ns_.raw);
}

void EngineCore::await_expiry(std::uint32_t order) {
  if (special(order).expiry_ns != 0)
    expiries_.insert({.expiry_ns = special(order).expiry_ns,
                      .order_ref = records_[order].order_ref,
                      .order = order,
                      .handle = records_[order].extra});
}

/// False if the step is full, or too full for the slot that waits.
bool EngineCore::expire() {
  while (expiries_.first_ns() <= time_ns_.raw && !expiries_.is_empty()) {
    if (!has_budget(1))
      return false;
    cancel_whole(expiries_.first().order, 'T');
  }
  return has_budget(dispatch_events_max);
}

// ── The day ─────────────────────────────────────────────────────────────────────────────────────

void EngineCore::set_day(Day day) {
  day_ = day;
  takes_day_orders_ = day.phase != DayPhase::ended && day.phase != DayPhase::after_hours;
}

void EngineCore::system_event(char code) {
  (void)fresh();
  publish({.kind = EventKind::market, .market = 'S', .code = code});
  const Day before = day_;
  set_day(after(day_, code));
  ends_all_ = code == 'E' && before.had_market_hours;
  ends_day_orders_ = ends_all_ || (code == 'M' && day_.phase == DayPhase::after_hours);
  tell_code_ = code;
  tell_session_ = code == 'S' || code == 'E' ? 1 : static_cast<std::uint32_t>(sessions_.size());
  pending_ = Pending::tell_sessions;
}

bool EngineCore::tell_sessions() {
  for (; tell_session_ < sessions_.size(); ++tell_session_) {
    if (sessions_[tell_session_].is_known == 0)
      continue;
    if (!has_budget(1))
      return false;
    fresh().session = tell_session_;
    publish({.kind = EventKind::system_event, .code = tell_code_});
  }
  return true;
}

void EngineCore::begin_day_end() {
  WIREBOOK_ASSERT(day_heads_.empty());
  for (std::size_t session = 1; session < sessions_.size(); ++session)
    if (const std::uint32_t order = first_order(sessions_[session]); order != 0)
      day_heads_.push_back({.order_ref = records_[order].order_ref, .order = order});
  std::make_heap(day_heads_.begin(), day_heads_.end(), lies_behind);
  pending_ = Pending::end_day;
}

/// Sessions' lists ascend; together they do by always taking the oldest of their first ones. False
/// if the step is full.
bool EngineCore::end_day() {
  while (!day_heads_.empty()) {
    const std::uint32_t order = day_heads_.front().order;
    const bool is_day_order = terms_of(order).time_in_force == '0';
    const bool ends = is_day_order || ends_all_;
    if (ends && !has_budget(1))
      return false;
    std::pop_heap(day_heads_.begin(), day_heads_.end(), lies_behind);
    day_heads_.pop_back();
    if (const std::uint32_t next = next_order(order); next != 0) {
      day_heads_.push_back({.order_ref = records_[next].order_ref, .order = next});
      std::push_heap(day_heads_.begin(), day_heads_.end(), lies_behind);
    }
    if (ends)
      cancel_whole(order, is_day_order ? 'E' : 'T');
  }
  return true;
}

}  // namespace wirebook::match
