#include "node/node.hpp"

#include <fmt/format.h>

#include "wirebook/assert.hpp"

#include "node/config/sizes.hpp"
#include "node/memory/near_memory.hpp"
#include "node/node_parts.hpp"
#include "node/sockets/endpoint.hpp"
#include "node/sockets/soup_port.hpp"

namespace wirebook::node {

namespace {

void append(std::vector<std::string>& lines, const std::vector<std::string>& more) {
  lines.insert(lines.end(), more.begin(), more.end());
}

}  // namespace

// What is made before anybody may come: the day as it was, and the rings.

Node::Node(NodeConfig config) : Node(std::move(config), nullptr) {}

Node::Node(NodeConfig config, std::unique_ptr<card::Card> card) {
  std::unique_ptr<RecoveredDay> day;
  if (config.journal.mode != JournalMode::off) {
    day = recover_day(config);
    day->apply(config);
  }
  parts_ = Parts::make(std::move(config), std::move(card), std::move(day));
}

Node::Node(NodeConfig config, std::unique_ptr<card::Card> card, std::unique_ptr<RecoveredDay> day)
    : parts_(Parts::make(std::move(config), std::move(card), std::move(day))) {}

std::unique_ptr<Node::Parts> Node::Parts::make(NodeConfig config, std::unique_ptr<card::Card> card,
                                               std::unique_ptr<RecoveredDay> day) {
  const NearMemory near(match_numa_node(config));
  return std::make_unique<Parts>(std::move(config), std::move(card), std::move(day));
}

Node::~Node() { stop(); }

// How it starts: the road is open before the stages are made, the day before they run; who reads a
// file or the disk begins when they do.

void Node::start() {
  Parts& node = *parts_;
  WIREBOOK_ASSERT(!node.started.load());
  node.road->open();
  node.build();
  node.attach_bells();
  node.attach_venue();
  node.road->start();
  node.open_day();
  node.grower->start();
  if (node.market)
    node.market->start();
  node.write_start_lines(node.threads->start([&node] { node.road->join_thread(); }));
  if (node.journal)
    node.journal->start();
  if (node.background)
    node.background->start();
  node.started.store(true, std::memory_order_release);
}

/// Along the flow: the readers of a ring join it in this order.
void Node::Parts::build() {
  const NearMemory near(match_numa_node(config));
  const ThreadPlan plan = plan_threads(config, usable_cpus());
  const std::vector<std::uint32_t> other_cpus = plan.cpus_beside(StageName::match, usable_cpus());
  Stage& ingress = road->make_ingress(*controls, ending);
  build_match();
  build_journal();
  build_servers(other_cpus);
  build_wire_out();
  const std::array<Stage*, stage_count> stages{
      &ingress, match.get(), journal ? &journal->stage() : nullptr, wire_out.get()};
  threads = std::make_unique<StageThreads>(
      plan, stages, StageDescriptors{road->descriptor(), journal ? journal->descriptor() : -1});
  grower = std::make_unique<MemoryGrower>(
      match->growths(),
      MemoryGrower::Place{.cpus = other_cpus, .numa_node = match_numa_node(config)});
}

/// The engine, and the log of what was said: new ones, or the day's.
void Node::Parts::build_match() {
  if (day == nullptr) {
    match = std::make_unique<MatchStage>(config, road->slots(), events, ending);
    outbound = std::make_unique<wire_out::OutboundLog>(
        static_cast<std::uint32_t>(config.sessions.size()), history_chunks(config));
    return;
  }
  ReplicaParts& parts = *day->parts;
  match = std::make_unique<MatchStage>(
      config, road->slots(), events, ending,
      MatchStart{
          .engine = std::move(parts.engine), .marks = parts.marks, .digests = &road->inject()});
  outbound = std::move(parts.outbound);
  day->parts.reset();
}

void Node::Parts::build_journal() {
  if (day)
    journal = std::make_unique<NodeJournal>(NodeJournal::Parts{.config = config,
                                                               .clock = clock,
                                                               .directory = day->directory->path(),
                                                               .slots = road->slots(),
                                                               .ending = ending,
                                                               .shadow = std::move(day->shadow)});
}

/// What has a thread of its own beside the stages. The outbound log may have the day's messages.
void Node::Parts::build_servers(const std::vector<std::uint32_t>& cpus) {
  if (!config.background.file.empty())
    background =
        std::make_unique<BackgroundPlayer>(BackgroundPlayer::Parts{.config = config,
                                                                   .clock = clock,
                                                                   .inject = road->inject(),
                                                                   .slots = road->slots(),
                                                                   .cpus = cpus});
  if (market_log_size(config))
    market = std::make_unique<MarketServers>(config, clock, outbound->take_market(), ending);
}

void Node::Parts::build_wire_out() {
  wire_out = std::make_unique<WireOutStage>(
      WireOutStage::Parts{.config = config,
                          .clock = clock,
                          .order_entry_port = road->order_entry_port(),
                          .market_data_port = road->market_data_port(),
                          .slots = road->slots(),
                          .match_reader = match->reader_index(),
                          .events = events,
                          .log = *outbound,
                          .controls = *controls,
                          .ending = ending,
                          .journal = journal ? journal->gate() : nullptr,
                          .background = background ? &background->tap() : nullptr,
                          .market_data_port_b = &road->market_data_port_b(),
                          .market_tap = market ? &market->tap() : nullptr,
                          .soup = road->soup() ? &road->soup()->road() : nullptr});
}

/// Who wakes whose thread, where it parks.
void Node::Parts::attach_bells() {
  road->inject().attach_bell(threads->bell_for(StageName::ingress));
  road->slots().attach_reader_bell(threads->bell_for(StageName::match, StageName::ingress));
  events.attach_reader_bell(threads->bell_for(StageName::wire_out, StageName::match));
  events.attach_writer_bell(threads->bell_for(StageName::match, StageName::wire_out));
  road->attach_bells(*threads);
  if (journal == nullptr)
    return;
  road->slots().attach_reader_bell(threads->bell_for(StageName::journal, StageName::ingress));
  journal->writer().attach_bell(threads->bell_for(StageName::wire_out, StageName::journal));
}

/// The venue's control may come at any time from here on; who is disabled is so from the start.
void Node::Parts::attach_venue() {
  match->attach_reports(reports.get());
  road->attach_desk(desk);
  for (const InstrumentConfig& instrument : config.instruments)
    instruments.add({.symbol = instrument.symbol,
                     .round_lot = instrument.round_lot,
                     .trading_state = instrument.trading_state});
  if (day == nullptr)
    return;
  for (const auto& [locate, body] : day->states)
    instruments.set_state(locate, body.trading_state, body.reason);
  for (const std::uint32_t session : day->disabled)
    desk.set_disabled(session, true);
}

/// By the inject ring, before a thread drains it.
void Node::Parts::open_day() {
  system_event = day ? day->system_event : char{0};
  for (const Slot& slot : day ? day->opening : node::opening_slots(config, clock.day())) {
    const bool pushed = road->inject().push(slot);
    WIREBOOK_ASSERT(pushed);
    ++opening_slots;
    if (slot.tail.kind == SlotKind::system_event)
      system_event = slot.admin.code;
  }
  if (system_event == 'E')
    ending.day_ended.store(true, std::memory_order_release);
}

void Node::Parts::write_start_lines(const std::vector<std::string>& pin_lines) {
  start_lines = road->start_lines();
  if (day)
    append(start_lines, day->lines);
  start_lines.push_back(grower->line(config.engine.orders));
  const auto& b = config.market_data.send_to_b;
  start_lines.push_back(fmt::format("market data: MoldUDP64 to {}{}",
                                    to_string(config.market_data.send_to),
                                    b ? " and " + to_string(*b) : ""));
  if (market)
    append(start_lines, market->start_lines());
  if (journal)
    start_lines.push_back(journal->line());
  if (background)
    start_lines.push_back(background->line());
  start_lines.push_back(fmt::format("threads: {}", to_string(threads->plan())));
  append(start_lines, pin_lines);
}

// How it ends: ingress is told, and each stage behind it when the one before has ended.

void Node::stop() {
  Parts& node = *parts_;
  if (node.threads == nullptr)
    return;
  if (node.background)
    node.background->stop();
  node.ending.wanted.store(true, std::memory_order_release);
  if (slot_ring::Doorbell* const bell = node.threads->bell_for(StageName::ingress))
    bell->ring();
  node.threads->join();
  if (node.market)
    node.market->join();
  node.grower->stop();
  if (node.journal)
    node.journal->stop();
  node.road->stop();
}

void Node::pause() {
  parts_->ending.keeps_day.store(true, std::memory_order_release);
  stop();
}

void Node::hurry() { parts_->ending.hurry.store(true, std::memory_order_relaxed); }

}  // namespace wirebook::node
