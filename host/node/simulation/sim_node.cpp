#include "node/simulation/sim_node.hpp"

#include "slot_ring/group.hpp"

namespace wirebook::simulation {

namespace {

journal::SegmentPlan segment_plan(const SimNode::Parts& parts) {
  return {.directory = {},
          .capacity_slots = parts.scenario.writer.segment_slots,
          .epoch = parts.config.rings.epoch,
          .shard = parts.config.engine.shard,
          .trading_day = parts.clock.trading_day()};
}

}  // namespace

SimNode::SimNode(const Parts& parts, node::RecoveredDay& day)
    : parts_(parts),
      slots_(parts.config.rings.slots, {.start_sequence = parts.config.rings.start_sequence,
                                        .epoch = parts.config.rings.epoch}),
      inject_(parts.config.rings.inject),
      events_(parts.config.rings.events),
      controls_(std::make_unique<node::ControlQueue>()),
      receiver_(parts.network, parts.config.order_entry.listen, parts.random),
      witness_(parts.truth, parts.record),
      order_entry_port_(parts.network, parts.config.order_entry.listen, parts.scenario,
                        parts.random,
                        [this](node::Endpoint to, std::span<const std::byte> bytes) {
                          witness_.on_order_entry(to, bytes);
                        }),
      market_data_port_(parts.network, parts.config.order_entry.listen, parts.scenario,
                        parts.random,
                        [this](node::Endpoint, std::span<const std::byte> bytes) {
                          witness_.on_market_data(bytes);
                        }),
      disk_(parts.scenario, segment_plan(parts), parts.drive, parts.random, parts.record),
      shown_(slots_),
      durable_(parts.config.rings.start_sequence) {
  node::ReplicaParts& live = *day.parts;
  outbound_ = std::move(live.outbound);
  if (parts.scenario.plant == Plant::numbers_begin_again)
    outbound_ = std::make_unique<wire_out::OutboundLog>(
        static_cast<std::uint32_t>(parts.config.sessions.size()),
        node::history_chunks(parts.config));
  ingress_ = std::make_unique<node::IngressStage>(node::IngressStage::Parts{.config = parts.config,
                                                                            .clock = parts.clock,
                                                                            .receiver = receiver_,
                                                                            .inject = inject_,
                                                                            .ring = slots_,
                                                                            .controls = *controls_,
                                                                            .ending = ending_});
  match_ = std::make_unique<node::MatchStage>(
      parts.config, slots_, events_, ending_,
      node::MatchStart{.engine = std::move(live.engine), .marks = live.marks, .digests = &inject_});
  writer_ = std::make_unique<journal::JournalWriter>(slots_, disk_, parts.scenario.writer);
  journal_ = std::make_unique<node::JournalStage>(
      node::JournalStage::Parts{.writer = *writer_, .clock = parts.clock, .ending = ending_});
  const bool waits =
      parts.scenario.writer.sync && parts.scenario.plant != Plant::reply_before_durable;
  wire_out_ = std::make_unique<node::WireOutStage>(
      node::WireOutStage::Parts{.config = parts.config,
                                .clock = parts.clock,
                                .order_entry_port = order_entry_port_,
                                .market_data_port = market_data_port_,
                                .slots = slots_,
                                .match_reader = match_->reader_index(),
                                .events = events_,
                                .log = *outbound_,
                                .controls = *controls_,
                                .ending = ending_,
                                .journal = waits ? writer_.get() : nullptr});
  for (const Slot& slot : day.opening)
    inject_.push(slot);
  parts.record.note(Act::started, durable_, parts.config.rings.epoch);
}

void SimNode::poll(Part part) {
  switch (part) {
    case Part::ingress:
      ingress_->poll();
      if (parts_.scenario.plant == Plant::login_before_durable)
        let_logins_in();
      return show_slots();
    case Part::match:
      match_->poll();
      return;
    case Part::journal:
      journal_->poll();
      if (writer_->durable() != durable_) {
        durable_ = writer_->durable();
        parts_.record.note(Act::durable, durable_);
      }
      return;
    case Part::wire_out:
      wire_out_->poll();
      return;
    case Part::disk:
      disk_.step();
      return;
  }
}

void SimNode::let_logins_in() {
  for (std::size_t i = controls_->read_available(); i != 0; --i) {
    node::Control control = controls_->front();
    control.waits_for = 0;
    controls_->pop();
    controls_->push(control);
  }
}

void SimNode::show_slots() {
  while (const auto group = slot_ring::peek_group(shown_)) {
    parts_.truth.publish(*group);
    shown_.release(group->slot_count());
  }
}

void SimNode::kill(bool power) {
  parts_.record.note(Act::down, power ? 1 : 0);
  disk_.kill(power);
}

}  // namespace wirebook::simulation
