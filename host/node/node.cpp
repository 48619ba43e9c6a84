#include "node/node.hpp"

#include <algorithm>
#include <atomic>
#include <bit>

#include <fmt/format.h>

#include "match/engine_state.hpp"
#include "match/order.hpp"
#include "node/clock.hpp"
#include "node/host_slots.hpp"
#include "node/ingress_stage.hpp"
#include "node/match_stage.hpp"
#include "node/receiver.hpp"
#include "node/stage_threads.hpp"
#include "node/udp_socket.hpp"
#include "node/wire_out_stage.hpp"
#include "slot_ring/inject_ring.hpp"

namespace wirebook::node {

namespace {

constexpr int socket_buffer_bytes = 8 << 20;
/// What the engine keeps of an order that rests.
constexpr std::uint64_t order_record_bytes = sizeof(match::OrderNode) + sizeof(match::OrderRecord);

// Instruments and the day's opening are pushed before a thread drains them.
std::size_t inject_slots(const NodeConfig& config) {
  return std::max<std::size_t>(config.rings.inject, std::bit_ceil(config.instruments.size() + 16));
}

slot_ring::RingStart ring_start(const NodeConfig& config) { return {.epoch = config.rings.epoch}; }

template <class Entry>
RingUse use_of(const slot_ring::Ring<Entry>& ring, std::uint64_t used_max) {
  const std::uint64_t used = ring.used();
  return {.slots = ring.slots(),
          .used = used,
          .used_max = std::max(used, used_max),
          .published = ring.written() - ring.start().start_sequence};
}

}  // namespace

struct Node::Parts {
  explicit Parts(NodeConfig node_config)
      : config(std::move(node_config)),
        clock(config.clock.utc_offset_minutes),
        slots(config.rings.slots, ring_start(config)),
        events(config.rings.events),
        inject(inject_slots(config)),
        controls(std::make_unique<ControlQueue>()) {}

  void open_sockets();
  void build_stages();
  void attach_bells();
  void open_day();
  void write_start_lines(const std::vector<std::string>& pin_lines);

  const NodeConfig config;
  const Clock clock;
  slot_ring::Ring<Slot> slots;
  slot_ring::Ring<Event> events;
  slot_ring::InjectRing inject;
  std::unique_ptr<ControlQueue> controls;
  Ending ending;

  UdpSocket order_entry_socket;
  UdpSocket market_data_socket;
  ChosenReceiver receiver;
  Endpoint order_entry;

  std::unique_ptr<IngressStage> ingress;
  std::unique_ptr<MatchStage> match;
  std::unique_ptr<WireOutStage> wire_out;
  std::unique_ptr<StageThreads> threads;
  std::atomic<bool> started{false};
  std::vector<std::string> start_lines;
};

void Node::Parts::open_sockets() {
  order_entry_socket.ask_for_buffers(socket_buffer_bytes);
  market_data_socket.ask_for_buffers(socket_buffer_bytes);
  if (is_multicast(config.market_data.send_to.address))
    market_data_socket.set_multicast(config.market_data.multicast_interface,
                                     config.market_data.multicast_ttl);
  order_entry_socket.bind(config.order_entry.listen);
  order_entry = order_entry_socket.local();
  receiver = choose_receiver(config.order_entry.receive, order_entry_socket.descriptor());
}

void Node::Parts::build_stages() {
  ingress = std::make_unique<IngressStage>(IngressStage::Parts{.config = config,
                                                               .clock = clock,
                                                               .socket = order_entry_socket,
                                                               .receiver = *receiver.receiver,
                                                               .inject = inject,
                                                               .ring = slots,
                                                               .controls = *controls,
                                                               .ending = ending});
  match = std::make_unique<MatchStage>(config, slots, events, ending);
  wire_out =
      std::make_unique<WireOutStage>(WireOutStage::Parts{.config = config,
                                                         .order_entry_port = order_entry_socket,
                                                         .market_data_port = market_data_socket,
                                                         .slots = slots,
                                                         .match_reader = match->reader_index(),
                                                         .events = events,
                                                         .controls = *controls,
                                                         .ending = ending});
  threads = std::make_unique<StageThreads>(
      plan_threads(config, usable_cpus()),
      std::array<Stage*, stage_count>{ingress.get(), match.get(), wire_out.get()},
      receiver.receiver->descriptor());
}

void Node::Parts::attach_bells() {
  inject.attach_bell(threads->bell_for(StageName::ingress));
  slots.attach_reader_bell(threads->bell_for(StageName::match, StageName::ingress));
  events.attach_reader_bell(threads->bell_for(StageName::wire_out, StageName::match));
  events.attach_writer_bell(threads->bell_for(StageName::match, StageName::wire_out));
  ingress->order_entry().attach_bell(threads->bell_for(StageName::wire_out, StageName::ingress));
}

void Node::Parts::open_day() {
  bool pushed = inject.push(system_event_slot('O'));
  for (std::size_t i = 0; i < config.instruments.size(); ++i)
    pushed &=
        inject.push(instrument_slot(config.instruments[i], static_cast<std::uint16_t>(i + 1)));
  pushed &= inject.push(system_event_slot('S'));
  WIREBOOK_ASSERT(pushed);
}

void Node::Parts::write_start_lines(const std::vector<std::string>& pin_lines) {
  const slot_ring::Pages pages = slots.memory().pages();
  start_lines = {fmt::format("order entry: UFO on {}", to_string(order_entry)),
                 fmt::format("market data: MoldUDP64 to {}", to_string(config.market_data.send_to)),
                 receiver.line,
                 fmt::format("memory: rings on {}{}", slot_ring::to_string(pages),
                             pages == slot_ring::Pages::plain ? " (no huge pages to be had)" : ""),
                 fmt::format("threads: {}", to_string(threads->plan()))};
  start_lines.insert(start_lines.end(), pin_lines.begin(), pin_lines.end());
}

Node::Node(NodeConfig config) : parts_(std::make_unique<Parts>(std::move(config))) {}

Node::~Node() { stop(); }

void Node::start() {
  WIREBOOK_ASSERT(!parts_->started.load());
  parts_->open_sockets();
  parts_->build_stages();
  parts_->attach_bells();
  parts_->open_day();
  parts_->write_start_lines(parts_->threads->start());
  parts_->started.store(true, std::memory_order_release);
}

void Node::stop() {
  if (parts_->threads == nullptr)
    return;
  parts_->ending.wanted.store(true, std::memory_order_release);
  if (slot_ring::Doorbell* const bell = parts_->threads->bell_for(StageName::ingress))
    bell->ring();
  parts_->threads->join();
}

bool Node::inject(const Slot& slot) { return parts_->inject.push(slot); }

const std::vector<std::string>& Node::start_lines() const { return parts_->start_lines; }

namespace {

void read_ingress(const OrderEntry& order_entry, NodeStatus& status) {
  const OrderEntryCounters& counts = order_entry.counters();
  using enum OrderEntryCount;
  status.datagrams = counts[datagrams];
  status.dropped_order_datagrams = counts[dropped_orders];
  status.dropped_session_datagrams = counts[dropped_sessions];
  status.dropped_kernel_datagrams = counts[dropped_kernel];
  status.slot_bytes_written = counts[slot_bytes];
  status.ingress = {.outcomes = order_entry.outcomes().read(),
                    .datagrams_too_long = counts[too_long],
                    .unknown_source_packets = counts[unknown_source],
                    .logins = counts[logins],
                    .logins_rejected = counts[logins_rejected],
                    .takeovers = counts[takeovers],
                    .logoffs = counts[logoffs],
                    .timeouts = counts[timeouts]};
}

void read_match(const MatchFigures& figures, std::size_t books, NodeStatus& status) {
  status.messages = figures.messages;
  status.engine = figures.engine;
  status.fills = figures.engine.trades;
  status.volume = figures.engine.volume;
  status.books.assign(figures.books.begin(),
                      figures.books.begin() + static_cast<std::ptrdiff_t>(books));
}

void read_wire_out(const WireOutCounters& counts, NodeStatus& status) {
  using enum WireOutCount;
  status.orders = counts[orders];
  status.rejects = counts[rejects];
  status.cancels = counts[cancels];
  status.pool_bytes_written = counts[came_to_rest] * order_record_bytes;
  status.sessions_up = counts[sessions_up];
  status.ouch_messages = counts[ouch_messages];
  status.itch_messages = counts[itch_messages];
  status.packets_sent = counts[packets_sent];
  status.packets_unsent = counts[packets_unsent];
  status.wire_bytes_written = counts[bytes];
}

}  // namespace

NodeStatus Node::status() const {
  NodeStatus status;
  if (!parts_->started.load(std::memory_order_acquire))
    return status;
  const Parts& parts = *parts_;
  read_ingress(parts.ingress->order_entry(), status);
  read_match(parts.match->figures(), std::min(parts.config.instruments.size(), status_books_max),
             status);
  read_wire_out(parts.wire_out->counters(), status);
  status.slot_ring = use_of(parts.slots, parts.ingress->used_max());
  status.event_ring = use_of(parts.events, parts.match->events_used_max());
  status.heap_allocations = parts.threads->heap_allocations();
  status.order_entry = parts.order_entry;
  status.receive_path = parts.receiver.receiver->name();
  status.memory_pages = slot_ring::to_string(parts.slots.memory().pages());
  status.threads = parts.threads->plan().threads.size();
  return status;
}

double NodeStatus::bytes_copied_per_order() const {
  if (orders == 0)
    return 0;
  return static_cast<double>(slot_bytes_written + pool_bytes_written + wire_bytes_written) /
         static_cast<double>(orders);
}

}  // namespace wirebook::node
