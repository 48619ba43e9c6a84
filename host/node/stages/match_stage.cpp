#include "node/stages/match_stage.hpp"

#include <algorithm>
#include <utility>

#include "wirebook/limits.hpp"

#include "node/config/sizes.hpp"
#include "node/host_slots.hpp"
#include "slot_ring/group.hpp"

namespace wirebook::node {

namespace {

constexpr int steps_per_poll = 256;

}  // namespace

MatchStage::MatchStage(const NodeConfig& config, slot_ring::Ring<Slot>& slots,
                       slot_ring::Ring<Event>& events, Ending& ending)
    : MatchStage(config, slots, events, ending,
                 {.engine = match::Engine(engine_capacity(config)), .marks = {}}) {}

MatchStage::MatchStage(const NodeConfig& config, slot_ring::Ring<Slot>& slots,
                       slot_ring::Ring<Event>& events, Ending& ending, MatchStart start)
    : slots_(slots),
      event_ring_(&events),
      events_(events),
      ending_(&ending),
      engine_(std::move(start.engine)),
      marks_(start.marks),
      digests_(start.digests),
      readers_({.instruments = engine_capacity(config).instruments}) {
  events_.hold();
  stale_ = true;  // an engine that was recovered has something to show
  while (!show(match::Show::idle)) {
  }
}

bool MatchStage::poll() noexcept {
  if (finished())
    return false;
  // Read before the ring is looked at: what was published before it was set is then seen.
  const bool ends = ending_->ingress.load(std::memory_order_acquire);
  int steps = 0;
  while (steps < steps_per_poll && step())
    ++steps;
  hand_over();
  const bool worked = steps != 0;
  if (worked) {
    stale_ = true;
    if (const std::uint64_t used = event_ring_->used();
        used > events_used_max_.load(std::memory_order_relaxed))
      events_used_max_.store(used, std::memory_order_relaxed);
  }
  const bool idle = !worked && under_way_slots_ == 0;
  const bool shown = under_way_slots_ == 0 && show(idle ? match::Show::idle : match::Show::busy);
  if (ends && idle && shown && slots_.peek() == nullptr)
    ending_->match.store(true, std::memory_order_release);
  return worked || (idle && !shown);
}

bool MatchStage::step() noexcept {
  if (!events_.has_credit(step_events_max))
    return false;
  match::Step result = match::Step::done;
  if (under_way_slots_ != 0) {
    result = engine_.resume(events_);
  } else {
    const std::optional<SlotGroup> group = slot_ring::peek_group(slots_, dealt_with_slots_);
    if (!group)
      return false;
    if (engine_.live_orders() >= pace_.look_once_from)
      look_ahead();
    if (is_order_entry(group->head->tail.kind))
      ++messages_;
    else if (reports_ != nullptr && reports_->wants(*group->head))
      begin_report(*group);
    under_way_slots_ = group->slot_count();
    under_way_kind_ = group->head->tail.kind;
    result = engine_.on_slot(*group, events_);
  }
  if (result == match::Step::done) {
    const std::uint64_t slots = std::exchange(under_way_slots_, 0);
    if (digests_ != nullptr)
      mark(slots);
    dealt_with_slots_ += slots;
    if (reporting_)
      end_report();
  }
  if (events_.held() >= pace_.events_held_max || ++steps_held_ >= pace_.steps_held_max)
    hand_over();
  return true;
}

/// Events first: who finds none left knows that all slots before the cursor are dealt with.
void MatchStage::hand_over() noexcept {
  events_.let_go();
  slots_.release(std::exchange(dealt_with_slots_, 0));
  steps_held_ = 0;
}

/// Four hints a slot, each when the one before has had its time. A slot that comes late gets those
/// that are left.
void MatchStage::look_ahead() noexcept {
  const std::uint32_t step = pace_.look_ahead / 4;
  if (engine_.live_orders() < pace_.look_ahead_from)
    return expect(last_, step, match::Ahead::once);
  expect(far_, 4 * step, match::Ahead::far);
  expect(near_, 3 * step, match::Ahead::near);
  expect(next_, 2 * step, match::Ahead::next);
  expect(last_, step, match::Ahead::last);
}

void MatchStage::expect(std::uint64_t& at, std::uint32_t distance, match::Ahead ahead) noexcept {
  const std::uint64_t now = slots_.sequence() + dealt_with_slots_;
  for (at = std::max(at, now); at < now + distance; ++at) {
    const Slot* const slot = slots_.peek(at - slots_.sequence());
    if (slot == nullptr)
      return;
    engine_.expect(*slot, ahead);
  }
}

/// Where there is no room for the digest, the next mark will do.
void MatchStage::mark(std::uint64_t slots) noexcept {
  const std::uint64_t before = slots_.sequence() + dealt_with_slots_;
  const auto noted =
      marks_.note(before, before + slots, under_way_kind_, [this] { return engine_.digest(); });
  if (noted == match::DigestMarks::Noted::boundary)
    digests_->push(digest_slot(marks_.last().sequence, marks_.last().digest));
}

void MatchStage::begin_report(const SlotGroup& group) noexcept {
  report_ = {.slot = *group.head, .sequence = group.sequence};
  before_report_ = engine_.counters();
  reporting_ = true;
}

void MatchStage::end_report() noexcept {
  report_.refusal = refusal_of(before_report_, engine_.counters());
  reports_->tell(report_);
  reporting_ = false;
}

/// The figures before the books: who sees a book sees the counts of what made it.
bool MatchStage::show(match::Show when) noexcept {
  const std::uint64_t sequence = slots_.sequence();
  if (stale_ && (when == match::Show::idle || readers_.is_due(sequence))) {
    stale_ = false;
    figures_.write({.messages = messages_, .engine = engine_.counters()});
  }
  return engine_.show(readers_, sequence, when);
}

/// The books first: then no count is behind them.
void MatchStage::read(const InstrumentList& instruments, NodeStatus& status) {
  const std::size_t books = std::min(instruments.size(), status_books_max);
  for (std::uint16_t locate = 1; locate <= books; ++locate)
    status.books.push_back(top_of(instruments.at(locate).symbol, readers_.top(locate).book));
  const MatchFigures now = figures();
  status.messages = now.messages;
  status.engine = now.engine;
  status.fills = now.engine.trades;
  status.volume = now.engine.volume;
}

}  // namespace wirebook::node
