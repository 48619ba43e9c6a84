#include "node/stages/wire_out_stage.hpp"

#include <limits>

#include "match/book/order.hpp"
#include "match/engine_records.hpp"
#include "slot_ring/group.hpp"

namespace wirebook::node {

namespace {

/// What the engine keeps of an order that rests.
constexpr std::uint64_t order_record_bytes = sizeof(match::OrderNode) + sizeof(match::OrderRecord);
constexpr std::size_t events_per_poll = 256;
constexpr std::uint64_t keep_alive_every_ns = ns_per_ms;

}  // namespace

WireOutStage::WireOutStage(const Parts& parts)
    : clock_(&parts.clock),
      slot_ring_(&parts.slots),
      match_reader_(parts.match_reader),
      slots_(parts.slots),
      events_(parts.events),
      controls_(&parts.controls),
      ending_(&parts.ending),
      journal_(parts.journal),
      background_(parts.background),
      may_tell_(std::numeric_limits<std::uint64_t>::max()),
      order_entry_port_(&parts.order_entry_port),
      market_data_port_(&parts.market_data_port),
      sessions_(parts.config, parts.order_entry_port, parts.log, counters_, parts.soup),
      feed_(
          parts.config.market_data, parts.market_data_port,
          parts.market_data_port_b == nullptr ? parts.market_data_port : *parts.market_data_port_b,
          parts.log, parts.market_tap),
      end_of_session_ns_(
          parts.market_tap == nullptr ? 0 : parts.config.market_data.end_of_session_ms * ns_per_ms),
      heartbeat_ns_(parts.config.market_data.heartbeat_ms * ns_per_ms) {}

bool WireOutStage::poll() noexcept {
  if (finished())
    return false;
  if (over_) {
    const bool asked = take_controls();
    say_end_again(clock_->steady_ns());
    return order_entry_port_->poll() || asked;
  }
  // Both are read before the rings are looked at, so that nothing from before them is missed.
  const bool ends = ending_->match.load(std::memory_order_acquire);
  const std::uint64_t match_cursor = slot_ring_->cursor(match_reader_);
  look_at_journal();
  const std::size_t taken = take_events();
  const bool empty = events_.peek() == nullptr;
  // Match moves its cursor after the events: with none left, all before the cursor are dealt with.
  if (empty)
    follow_match(match_cursor);
  const bool controlled = take_controls();
  const bool answered = order_entry_port_->poll();
  const std::uint64_t steady_ns = clock_->steady_ns();
  const bool more = sessions_.flush(steady_ns);
  feed_.flush(steady_ns);
  if (steady_ns >= keep_alive_at_ns_) {
    keep_alive_at_ns_ = steady_ns + keep_alive_every_ns;
    sessions_.keep_alive(steady_ns);
    feed_.keep_alive(steady_ns);
  }
  if (ends && empty && controls_->read_available() == 0)
    end(steady_ns);
  count_packets();
  return taken != 0 || controlled || answered || more || feed_.waits();
}

/// Its end is read before what is durable, and then once: messages behind one that was not told
/// would have wrong numbers.
void WireOutStage::look_at_journal() noexcept {
  journal_failed_ = ending_->cut.load(std::memory_order_acquire);
  if (journal_ == nullptr || journal_over_)
    return;
  journal_over_ = journal_failed_ || ending_->journal.load(std::memory_order_acquire);
  may_tell_ = journal_->durable();
}

bool WireOutStage::take_controls() noexcept {
  bool taken = false;
  for (; controls_->read_available() != 0; taken = true) {
    const Control& control = controls_->front();
    const bool may_tell = control.waits_for <= may_tell_;
    if (!may_tell && !journal_over_)
      break;
    if (may_tell)
      sessions_.on_control(control);
    controls_->pop();
  }
  return taken;
}

std::size_t WireOutStage::take_events() noexcept {
  std::size_t taken = 0;
  while (taken < events_per_poll) {
    const std::optional<EventGroup> event = slot_ring::peek_group(events_);
    if (!event)
      break;
    const bool may_tell = event->head->cause_sequence < may_tell_;
    if (!may_tell && !journal_over_)
      break;
    // After the event was seen: a login is there before what its session slot led to.
    take_controls();
    if (may_tell)
      on_event(*event);
    const std::uint64_t count = event->event_count();
    events_.release(count);
    taken += count;
  }
  return taken;
}

void WireOutStage::on_event(const EventGroup& event) noexcept {
  const Event& head = *event.head;
  slots_.release(head.cause_sequence - slots_.sequence());
  const SlotGroup cause = slot_ring::group_at(slots_, head.cause_sequence);
  count(head);
  if (background_ != nullptr)
    background_->on_event(head);
  if (head.session != 0) {
    const std::size_t bytes = sessions_.encode(event, cause);
    counters_.add(WireOutCount::ouch_messages, bytes == 0 ? 0 : 1);
    counters_.add(WireOutCount::bytes, bytes);
  }
  if (head.tail.market != 0) {
    const std::size_t bytes = feed_.encode(event, cause);
    counters_.add(WireOutCount::itch_messages, bytes == 0 ? 0 : 1);
    counters_.add(WireOutCount::bytes, bytes);
  }
}

void WireOutStage::count(const Event& event) noexcept {
  switch (event.tail.kind) {
    case EventKind::accepted:
    case EventKind::replaced:
      counters_.add(WireOutCount::orders);
      counters_.add(WireOutCount::came_to_rest, event.tail.state == 'L' ? 1 : 0);
      break;
    case EventKind::rejected:
      counters_.add(WireOutCount::rejects);
      break;
    case EventKind::canceled:
    case EventKind::aiq_canceled:
      counters_.add(WireOutCount::cancels);
      break;
    default:
      break;
  }
}

void WireOutStage::follow_match(std::uint64_t match_cursor) noexcept {
  if (match_cursor > slots_.sequence())
    slots_.release(match_cursor - slots_.sequence());
}

void WireOutStage::count_packets() noexcept {
  const std::uint64_t sent = sessions_.outbox().sent() + feed_.sent();
  const std::uint64_t unsent = sessions_.outbox().unsent() + feed_.unsent();
  counters_.add(WireOutCount::packets_sent, sent - packets_counted_);
  counters_.add(WireOutCount::packets_unsent, unsent - unsent_counted_);
  packets_counted_ = sent;
  unsent_counted_ = unsent;
  const std::uint64_t copied =
      order_entry_port_->bytes_copied() + market_data_port_->bytes_copied() + feed_.bytes_copied();
  counters_.add(WireOutCount::bytes, copied - copied_counted_);
  copied_counted_ = copied;
}

void WireOutStage::end(std::uint64_t steady_ns) noexcept {
  // Without the journal the day is not over: who comes back finds it as it was.
  day_over_ = !journal_failed_ && !ending_->keeps_day.load(std::memory_order_acquire);
  feed_.finish(steady_ns);
  if (day_over_)
    feed_.end(steady_ns);
  over_ = true;
  finish_at_ns_ = steady_ns + (day_over_ ? end_of_session_ns_ : 0);
  end_again_at_ns_ = steady_ns + heartbeat_ns_;
  say_end_again(steady_ns);
}

/// Whoever has lost the end, or messages before it, has so long to find out and to ask.
void WireOutStage::say_end_again(std::uint64_t steady_ns) noexcept {
  const bool sessions_end = day_over_ && sessions_.end_all(steady_ns);
  const bool feed_ends = steady_ns < finish_at_ns_;
  if (feed_ends && steady_ns >= end_again_at_ns_) {
    feed_.end(steady_ns);
    end_again_at_ns_ = steady_ns + heartbeat_ns_;
  }
  count_packets();
  if ((!sessions_end && !feed_ends) || ending_->hurry.load(std::memory_order_relaxed))
    ending_->wire_out.store(true, std::memory_order_release);
}

void WireOutStage::read(NodeStatus& status) const {
  using enum WireOutCount;
  status.orders = counters_[orders];
  status.rejects = counters_[rejects];
  status.cancels = counters_[cancels];
  status.pool_bytes_written = counters_[came_to_rest] * order_record_bytes;
  status.sessions_up = counters_[sessions_up];
  status.ouch_messages = counters_[ouch_messages];
  status.itch_messages = counters_[itch_messages];
  status.packets_sent = counters_[packets_sent];
  status.packets_unsent = counters_[packets_unsent];
  status.wire_bytes_written = counters_[bytes];
  if (!status.soup)
    return;
  status.soup->stream_writes = counters_[stream_writes];
  status.soup->slow_consumers = counters_[slow_consumers];
}

}  // namespace wirebook::node
