#include <algorithm>

#include "wirebook/assert.hpp"

#include "node/node.hpp"
#include "node/node_parts.hpp"
#include "node/sockets/soup_port.hpp"

namespace wirebook::node {

namespace {

template <class Entry>
RingUse use_of(const slot_ring::Ring<Entry>& ring, std::uint64_t used_max) {
  const std::uint64_t used = ring.used();
  return {.slots = ring.slots(),
          .used = used,
          .used_max = std::max(used, used_max),
          .published = ring.written() - ring.start().start_sequence};
}

}  // namespace

NodeStatus Node::status() const {
  NodeStatus status;
  const Parts& node = *parts_;
  if (!node.runs())
    return status;
  node.road->read(status);
  node.match->read(node.instruments, status);
  node.wire_out->read(status);
  if (node.journal)
    node.journal->read(status, node.road->slots());
  if (node.market)
    node.market->read(status);
  if (node.background)
    status.background = node.background->status();
  status.memory = node.grower->status();
  status.slot_ring = use_of(node.road->slots(), status.slot_ring.used_max);
  status.event_ring = use_of(node.events, node.match->events_used_max());
  status.heap_allocations = node.threads->heap_allocations();
  status.memory_pages = slot_ring::to_string(node.road->slots().memory().pages());
  status.threads = node.threads->plan().threads.size();
  return status;
}

const std::vector<std::string>& Node::start_lines() const { return parts_->start_lines; }

match::BookReaders& Node::books() const {
  WIREBOOK_ASSERT(parts_->runs());
  return parts_->match->readers();
}

std::string Node::failure() const {
  if (!parts_->runs())
    return {};
  std::string failure = parts_->road->failure();
  return failure.empty() && parts_->journal ? parts_->journal->failure() : failure;
}

std::string Node::ended() const { return parts_->runs() ? parts_->road->ended() : std::string{}; }

std::vector<std::string> Node::take_notices() {
  std::vector<std::string> lines;
  if (!parts_->runs())
    return lines;
  if (SoupPort* const soup = parts_->road->soup())
    soup->take_notices(parts_->config, lines);
  if (parts_->market)
    parts_->market->take_notices(lines);
  return lines;
}

bool Node::inject(const Slot& slot) { return parts_->road->inject().push(slot); }

Node::Venue Node::venue() {
  WIREBOOK_ASSERT(parts_->runs());
  return {.config = parts_->config,
          .clock = parts_->clock,
          .reports = *parts_->reports,
          .desk = parts_->desk,
          .instruments = parts_->instruments,
          .killed_firms = parts_->day ? parts_->day->killed_firms : std::vector<Firm>{},
          .system_event = parts_->system_event};
}

bool Node::may_tell(std::uint64_t sequence) const {
  const journal::JournalWriter* const gate = parts_->journal ? parts_->journal->gate() : nullptr;
  return gate == nullptr || gate->durable() > sequence;
}

bool Node::is_open() const {
  const slot_ring::Ring<Slot>& slots = parts_->road->slots();
  return slots.cursor(parts_->match->reader_index()) >=
         slots.start().start_sequence + parts_->opening_slots;
}

void Node::note_day_end(bool ended) {
  parts_->ending.day_ended.store(ended, std::memory_order_release);
}

}  // namespace wirebook::node
