#include "node/on_card/card_ingress_stage.hpp"

#include "node/host_slots.hpp"
#include "wire_in/frame_parser.hpp"

namespace wirebook::node {

namespace {

constexpr std::size_t slots_per_poll = 1024;
constexpr std::size_t punted_per_poll = 64;
constexpr std::uint64_t keep_time_every_ns = ns_per_ms;
/// At the end: what clients sent before is still taken, but a flood does not keep the node alive.
constexpr std::uint64_t last_quiet_ns = 2 * ns_per_ms;
constexpr std::uint64_t last_words_max_ns = 100 * ns_per_ms;
/// A card that has not brought the closing events into the stream by then never will.
constexpr std::uint64_t closing_max_ns = 10'000 * ns_per_ms;

}  // namespace

CardIngressStage::CardIngressStage(const Parts& parts)
    : clock_(&parts.clock),
      card_(&parts.card),
      inject_(&parts.inject),
      ring_(&parts.ring),
      inbox_(&parts.inbox),
      ending_(&parts.ending),
      writer_(parts.ring),
      order_entry_(parts.config, parts.card, parts.inject, parts.controls),
      idle_ns_(parts.config.clock.idle_ms * ns_per_ms),
      given_(writer_.sequence()) {}

bool CardIngressStage::poll() noexcept {
  if (finished())
    return false;
  steady_ns_ = clock_->steady_ns();
  const Moment now{clock_->day(), steady_ns_};
  const bool ends = ending_->wanted.load(std::memory_order_acquire);
  bool worked = card_->poll(now.day);
  worked |= tell_injected(now.day);
  worked |= take_punted(now);
  worked |= follow();
  give_credit(ring_->slots() / 4);
  if (steady_ns_ >= keep_time_at_ns_)
    keep_time(now);
  if (ends && !finished())
    wind_up(worked);
  return ends || worked;
}

bool CardIngressStage::follow() noexcept {
  std::uint64_t sequence = writer_.sequence();
  const std::size_t count = writer_.follow(slots_per_poll, [&](const Slot& slot) {
    order_entry_.on_slot(slot, sequence++, steady_ns_);
    closed_ |=
        closing_pushed_ && slot.tail.kind == SlotKind::system_event && slot.admin.code == 'C';
  });
  if (count == 0)
    return false;
  if (const std::uint64_t used = ring_->used(); used > used_max_.load(std::memory_order_relaxed))
    used_max_.store(used, std::memory_order_relaxed);
  return true;
}

bool CardIngressStage::tell_injected(TimeNs now) noexcept {
  if (const std::uint64_t ready = inject_->ready(); ready != told_) {
    told_ = ready;
    card_->injected(told_);
  }
  bool worked = false;
  if (taken_ != told_) {
    const std::uint64_t taken = card_->taken();
    // A lost card says anything.
    if (taken > taken_ && taken <= told_) {
      taken_ = taken;
      inject_->taken(taken_);
      worked = true;
    }
  }
  return (order_entry_.waits() && order_entry_.advance(taken_, now)) || worked;
}

bool CardIngressStage::take_punted(Moment now) noexcept {
  std::size_t count = 0;
  for (; count < punted_per_poll; ++count) {
    const std::span<const std::byte> frame = card_->punted();
    if (frame.empty())
      break;
    on_punted(frame, now);
    card_->release_punted();
  }
  return count != 0;
}

void CardIngressStage::on_punted(std::span<const std::byte> frame, Moment now) noexcept {
  wire_in::UdpDatagram datagram;
  if (wire_in::parse_frame(frame, datagram) != Outcome::ok)
    return inbox_->put_frame(frame);
  if (const std::optional<Neighbour> sender = sender_of(frame))
    inbox_->put_neighbour(*sender);
  order_entry_.on_datagram(datagram.payload, {datagram.source_address, datagram.source_port}, now);
}

void CardIngressStage::give_credit(std::uint64_t at_least) noexcept {
  // A card knows no other way to refuse orders.
  if (ending_->orders_refused.load(std::memory_order_relaxed))
    return;
  const std::uint64_t released = writer_.released();
  if (released == given_ || released - given_ < at_least)
    return;
  given_ = released;
  card_->consumed(given_);
}

void CardIngressStage::keep_time(Moment now) noexcept {
  keep_time_at_ns_ = steady_ns_ + keep_time_every_ns;
  if (const card::CardState state = card_->state(); state != card::CardState::running)
    return fail(state);
  give_credit(1);
  order_entry_.expire(now);
  order_entry_.attend_desk(now);
  if (writer_.sequence() != quiet_sequence_) {
    quiet_sequence_ = writer_.sequence();
    quiet_since_ns_ = steady_ns_;
  } else if (steady_ns_ - quiet_since_ns_ >= idle_ns_ && !closing_pushed_) {
    quiet_since_ns_ = steady_ns_;
    inject_->push(clock_slot());  // no room: then there is traffic, and no need
  }
}

void CardIngressStage::wind_up(bool worked) noexcept {
  if (ending_->cut.load(std::memory_order_acquire)) {
    order_entry_.close();
    return ending_->ingress.store(true, std::memory_order_release);
  }
  if (ending_since_ns_ == 0)
    ending_since_ns_ = worked_at_ns_ = steady_ns_;
  if (worked)
    worked_at_ns_ = steady_ns_;
  const std::uint64_t passed_ns = steady_ns_ - ending_since_ns_;
  if (closed_)
    return ending_->ingress.store(true, std::memory_order_release);
  if (passed_ns >= closing_max_ns)
    return fail(card::CardState::lost);
  const bool quiet = steady_ns_ - worked_at_ns_ >= last_quiet_ns || passed_ns >= last_words_max_ns;
  if (closing_pushed_ || order_entry_.waits() || !quiet)
    return;
  order_entry_.close();
  // The end of the day, so that clients hear the last of it before their sessions end.
  closing_pushed_ = push_closing_events(*inject_, *ending_);
  closed_ = closing_pushed_ && ending_->keeps_day.load(std::memory_order_relaxed);
}

void CardIngressStage::fail(card::CardState state) noexcept {
  failure_.store(state, std::memory_order_release);
  order_entry_.close();
  ending_->wanted.store(true, std::memory_order_release);
  ending_->ingress.store(true, std::memory_order_release);
}

}  // namespace wirebook::node
