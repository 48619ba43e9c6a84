#include "node/on_card/card_order_entry.hpp"

#include "wirebook/limits.hpp"

#include "wire_in/ufo_parser.hpp"

namespace wirebook::node {

namespace {

constexpr std::size_t steps_max = 1024;

wire_in::OrderSource order_source(Endpoint source, std::uint32_t session) {
  return {.address = source.address, .port = source.port, .session = session};
}

}  // namespace

CardOrderEntry::CardOrderEntry(const NodeConfig& config, card::Card& card,
                               slot_ring::InjectRing& inject, ControlQueue& controls)
    : card_(&card),
      inject_(&inject),
      controls_(controls),
      rules_(config, *this, controls_, figures_),
      sessions_(config.sessions.size() + 1),
      steps_(steps_max) {}

void CardOrderEntry::on_datagram(std::span<const std::byte> datagram, Endpoint source,
                                 Moment now) noexcept {
  figures_.counters.add(OrderEntryCount::datagrams);
  if (closed_)
    return;
  wire_in::UfoPacket packet;
  if (const Outcome outcome = wire_in::parse_ufo(datagram, packet); outcome != Outcome::ok)
    return figures_.outcomes.add(outcome);
  if (const std::uint32_t session = rules_.find(source);
      session != 0 && !rules_.may_send(session, 1, now.steady_ns))
    return;
  // The card hands over all but orders.
  if (packet.type != wire::ufo::type_unsequenced)
    rules_.on_packet(packet, source, now);
}

void CardOrderEntry::on_slot(const Slot& slot, std::uint64_t sequence,
                             std::uint64_t steady_ns) noexcept {
  figures_.counters.add(OrderEntryCount::slot_bytes, slot_bytes);
  if (slot.tail.kind == SlotKind::session_up && rules_.has(slot.session.session)) {
    Session& state = sessions_[slot.session.session];
    ++state.seen;
    state.up_behind = sequence + 1;
  }
  if (!is_order_entry(slot.tail.kind))
    return;
  figures_.counters.add(OrderEntryCount::datagrams);
  if (rules_.has(slot.enter.session))
    rules_.heard(slot.enter.session, steady_ns);
}

bool CardOrderEntry::has_room(std::uint64_t slots, TimeNs /*now*/) noexcept {
  return steps_.reserve() >= slots;
}

void CardOrderEntry::begin(std::uint32_t session, Peer peer, std::uint32_t /*from*/,
                           TimeNs /*now*/) noexcept {
  // First wire_out, then the slot: whatever the login causes waits for its answer.
  controls_.push({.kind = ControlKind::session_opens, .session = session, .peer = peer});
  Session& state = sessions_[session];
  ++state.begun;
  state.placed = false;
  state.source = peer.endpoint;
  state.opening = add_step(SlotKind::session_up, session, peer.endpoint);
}

void CardOrderEntry::accept_again(std::uint32_t session, Peer peer) noexcept {
  // While it opens, its answer is under way.
  if (sessions_[session].opening == 0)
    controls_.push({.kind = ControlKind::login_accepted,
                    .session = session,
                    .peer = peer,
                    .waits_for = sessions_[session].up_behind});
}

void CardOrderEntry::end(std::uint32_t session, Peer peer, TimeNs /*now*/) noexcept {
  forget(session);
  sessions_[session].opening = 0;
  controls_.push({.kind = ControlKind::session_ended, .session = session, .peer = peer});
  add_step(SlotKind::session_down, session, peer.endpoint);
}

void CardOrderEntry::say(SlotKind kind, std::uint32_t session, TimeNs /*now*/) noexcept {
  // It will be seen in the stream as one of the session's beginnings, and opens nothing.
  if (kind == SlotKind::session_up)
    ++sessions_[session].begun;
  add_step(kind, session, {});
}

void CardOrderEntry::forget(std::uint32_t session) noexcept {
  Session& state = sessions_[session];
  if (state.placed)
    card_->remove_session(order_source(state.source, session));
  state.placed = false;
}

std::uint64_t CardOrderEntry::add_step(SlotKind kind, std::uint32_t session,
                                       Endpoint source) noexcept {
  WIREBOOK_ASSERT(!steps_.full());
  steps_.push_back({.slot = rules_.session_slot(kind, session),
                    .source = source,
                    .number = ++last_step_,
                    .begun = kind == SlotKind::session_up ? sessions_[session].begun : 0});
  inject_steps();
  return last_step_;
}

void CardOrderEntry::inject_steps() noexcept {
  for (; injected_ < steps_.size(); ++injected_) {
    Step& step = steps_[injected_];
    step.position = inject_->place(std::span(&step.slot, 1));
    if (step.position == slot_ring::InjectRing::no_place)
      return;
  }
}

bool CardOrderEntry::advance(std::uint64_t taken, TimeNs now) noexcept {
  const std::size_t before = steps_.size();
  inject_steps();
  while (injected_ != 0 && steps_.front().position <= taken && controls_.has_room() &&
         sessions_[steps_.front().slot.session.session].seen >= steps_.front().begun) {
    const Step step = steps_.front();
    steps_.pop_front();
    --injected_;
    open(step, now);
  }
  return steps_.size() != before;
}

void CardOrderEntry::open(const Step& step, TimeNs now) noexcept {
  const std::uint32_t session = step.slot.session.session;
  Session& state = sessions_[session];
  if (state.opening != step.number || closed_)
    return;  // an end, or one that ended before it began
  state.opening = 0;
  state.placed = card_->add_session(order_source(step.source, session));
  if (state.placed)
    return controls_.push({.kind = ControlKind::login_accepted,
                           .session = session,
                           .peer = step.source,
                           .waits_for = state.up_behind});
  figures_.counters.add(OrderEntryCount::logins_rejected);
  rules_.end(session, now);
  controls_.push({.kind = ControlKind::login_rejected, .reject_code = 'S', .peer = step.source});
}

void CardOrderEntry::close() noexcept {
  closed_ = true;
  for (std::uint32_t session = 1; session < sessions_.size(); ++session)
    forget(session);
}

}  // namespace wirebook::node
