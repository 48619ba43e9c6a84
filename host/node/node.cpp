#include "node/node.hpp"

#include <algorithm>
#include <atomic>
#include <random>

#include <fmt/format.h>

#include "match/book/order.hpp"
#include "match/engine_records.hpp"
#include "node/background/background_player.hpp"
#include "node/clock.hpp"
#include "node/config/sizes.hpp"
#include "node/host_slots.hpp"
#include "node/market/market_thread.hpp"
#include "node/match_stage.hpp"
#include "node/memory/memory_grower.hpp"
#include "node/memory/near_memory.hpp"
#include "node/recovery/limit_slots.hpp"
#include "node/recovery/node_journal.hpp"
#include "node/recovery/recovered_day.hpp"
#include "node/recovery/shadow.hpp"
#include "node/road.hpp"
#include "node/sockets/endpoint.hpp"
#include "node/sockets/soup_port.hpp"
#include "node/stage_threads.hpp"
#include "node/wire_out_stage.hpp"

namespace wirebook::node {

namespace {

/// What the engine keeps of an order that rests.
constexpr std::uint64_t order_record_bytes = sizeof(match::OrderNode) + sizeof(match::OrderRecord);

/// A hundred thousand messages and more: what the market's servers may be behind at most.

std::uint64_t random_seed() {
  std::random_device random;
  return std::uint64_t{random()} << 32 | random();
}

template <class Entry>
RingUse use_of(const slot_ring::Ring<Entry>& ring, std::uint64_t used_max) {
  const std::uint64_t used = ring.used();
  return {.slots = ring.slots(),
          .used = used,
          .used_max = std::max(used, used_max),
          .published = ring.written() - ring.start().start_sequence};
}

/// Those besides match's, where there are others.
std::vector<std::uint32_t> cpus_beside_match(const ThreadPlan& plan) {
  std::vector<std::uint32_t> cpus = usable_cpus();
  if (const auto cpu = plan.threads[plan.thread_of(StageName::match)].cpu; cpu && cpus.size() > 1)
    std::erase(cpus, *cpu);
  return cpus;
}

}  // namespace

struct Node::Parts {
  Parts(NodeConfig node_config, std::unique_ptr<card::Card> card,
        std::unique_ptr<RecoveredDay> recovered)
      : day(std::move(recovered)),
        config(std::move(node_config)),
        clock(day ? day->clock : Clock(config.clock.utc_offset_minutes, config.clock.source)),
        road(card == nullptr ? make_socket_road(config, clock)
                             : make_card_road(config, clock, std::move(card))),
        events(config.rings.events),
        controls(std::make_unique<ControlQueue>()),
        desk(config.sessions.size()),
        reports(std::make_unique<MatchReports>()) {}

  void build_match();
  void build_grower();
  void build_background();
  void build_journal();
  void build_market();
  void build_stages();
  void attach_bells();
  void attach_venue();
  void open_day();
  void push_opening(const Slot& slot);
  [[nodiscard]] std::string memory_line() const;
  void write_start_lines(const std::vector<std::string>& pin_lines);

  const std::unique_ptr<RecoveredDay> day;  ///< null without a journal
  const NodeConfig config;
  const Clock clock;
  std::unique_ptr<Road> road;
  slot_ring::Ring<Event> events;
  std::unique_ptr<ControlQueue> controls;
  Ending ending;
  SessionDesk desk;
  const std::unique_ptr<MatchReports> reports;
  InstrumentList instruments;
  char system_event = 0;  ///< the last one of the opening, and of the day before it
  std::uint64_t opening_slots = 0;
  std::unique_ptr<NodeJournal> journal;
  std::unique_ptr<Shadow> shadow;  ///< asks the journal

  std::unique_ptr<MatchStage> match;
  std::unique_ptr<MemoryGrower> grower;  ///< of the engine in `match`
  std::unique_ptr<wire_out::OutboundLog> outbound;
  std::unique_ptr<BackgroundPlayer> background;  ///< null without one
  std::unique_ptr<MarketTap> market_tap;  ///< null, as the next two: nobody serves the market
  std::unique_ptr<MarketStage> market;
  std::unique_ptr<MarketThread> market_thread;
  std::unique_ptr<WireOutStage> wire_out;
  std::unique_ptr<StageThreads> threads;
  std::atomic<bool> started{false};
  std::vector<std::string> start_lines;
};

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

void Node::Parts::build_grower() {
  std::vector<std::uint32_t> cpus = cpus_beside_match(threads->plan());
  grower = std::make_unique<MemoryGrower>(
      match->growths(),
      MemoryGrower::Place{.cpus = std::move(cpus), .numa_node = match_numa_node(config)});
}

void Node::Parts::build_background() {
  if (!config.background.file.empty())
    background = std::make_unique<BackgroundPlayer>(
        BackgroundPlayer::Parts{.config = config,
                                .clock = clock,
                                .inject = road->inject(),
                                .slots = road->slots(),
                                .cpus = cpus_beside_match(plan_threads(config, usable_cpus()))});
}

void Node::Parts::build_journal() {
  if (day == nullptr)
    return;
  journal = std::make_unique<NodeJournal>(NodeJournal::Parts{.config = config,
                                                             .clock = clock,
                                                             .directory = day->directory->path(),
                                                             .slots = road->slots(),
                                                             .ending = ending});
  if (day->shadow == nullptr)
    return;
  shadow = std::make_unique<Shadow>(ShadowOptions{.directory = day->directory->path(),
                                                  .shard = config.engine.shard,
                                                  .trading_day = clock.trading_day(),
                                                  .snapshot_slots = config.journal.snapshot_slots,
                                                  .snapshots_kept = config.journal.snapshots_kept},
                                    std::move(day->shadow),
                                    [writer = &journal->writer()] { return writer->durable(); });
}

/// Behind the outbound log, which may have the day's messages.
void Node::Parts::build_market() {
  const std::optional<wire_out::MarketLogSize> size = market_log_size(config);
  if (!size)
    return;
  std::unique_ptr<wire_out::MarketLog> log = outbound->take_market();
  if (log == nullptr)
    log = std::make_unique<wire_out::MarketLog>(*size);
  market_tap = std::make_unique<MarketTap>(config.market_data.behind_bytes_max);
  market = std::make_unique<MarketStage>(MarketStage::Parts{.config = config,
                                                            .clock = clock,
                                                            .tap = *market_tap,
                                                            .log = std::move(log),
                                                            .ending = ending,
                                                            .seed = random_seed()});
  market_thread = std::make_unique<MarketThread>(*market, *market_tap);
}

void Node::Parts::build_stages() {
  const NearMemory near(match_numa_node(config));
  Stage& ingress = road->make_ingress(*controls, ending);
  build_match();
  build_journal();
  build_background();
  build_market();
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
                          .market_tap = market_tap.get(),
                          .soup = road->soup() ? &road->soup()->road() : nullptr});
  const std::array<Stage*, stage_count> stages{
      &ingress, match.get(), journal ? &journal->stage() : nullptr, wire_out.get()};
  threads = std::make_unique<StageThreads>(
      plan_threads(config, usable_cpus()), stages,
      StageDescriptors{road->descriptor(), journal ? journal->descriptor() : -1});
  build_grower();
}

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
  system_event = day->system_event;
  for (const auto& [locate, body] : day->states)
    instruments.set_state(locate, body.trading_state, body.reason);
  for (const std::uint32_t session : day->disabled)
    desk.set_disabled(session, true);
}

void Node::Parts::push_opening(const Slot& slot) {
  const bool pushed = road->inject().push(slot);
  WIREBOOK_ASSERT(pushed);
  ++opening_slots;
  if (slot.tail.kind == SlotKind::system_event)
    system_event = slot.admin.code;
}

void Node::Parts::open_day() {
  if (day) {
    for (const Slot& slot : day->opening)
      push_opening(slot);
    return;
  }
  push_opening(system_event_slot('O'));
  for (std::size_t i = 0; i < config.instruments.size(); ++i)
    push_opening(instrument_slot(config.instruments[i], static_cast<std::uint16_t>(i + 1)));
  for (const Slot& slot : limit_slots(config))
    push_opening(slot);
  for (const char code : opening_events(config, 'O', clock.day()))
    push_opening(system_event_slot(code));
}

std::string Node::Parts::memory_line() const {
  constexpr std::uint64_t mib = 1U << 20;
  const MemoryStatus memory = grower->status();
  const std::optional<int> node = match_numa_node(config);
  std::string line = fmt::format("memory for {} orders", config.engine.orders);
  if (memory.bytes_max != 0)
    line = fmt::format("memory for orders: {} MiB, at most {} MiB for {} of them",
                       memory.ready_bytes / mib, memory.bytes_max / mib, config.engine.orders);
  return node ? fmt::format("{}, on NUMA node {}", line, *node) : line;
}

void Node::Parts::write_start_lines(const std::vector<std::string>& pin_lines) {
  start_lines = road->start_lines();
  if (day)
    start_lines.insert(start_lines.end(), day->lines.begin(), day->lines.end());
  start_lines.push_back(memory_line());
  const auto& b = config.market_data.send_to_b;
  start_lines.push_back(fmt::format("market data: MoldUDP64 to {}{}",
                                    to_string(config.market_data.send_to),
                                    b ? " and " + to_string(*b) : ""));
  if (market)
    for (std::string& line : market->lines())
      start_lines.push_back(std::move(line));
  if (journal)
    start_lines.push_back(journal->line());
  if (background)
    start_lines.push_back(background->line());
  start_lines.push_back(fmt::format("threads: {}", to_string(threads->plan())));
  start_lines.insert(start_lines.end(), pin_lines.begin(), pin_lines.end());
}

Node::Node(NodeConfig config) : Node(std::move(config), nullptr) {}

namespace {

std::unique_ptr<RecoveredDay> recover_if_kept(const NodeConfig& config) {
  return config.journal.mode == JournalMode::off ? nullptr : recover_day(config);
}

}  // namespace

Node::Node(NodeConfig config, std::unique_ptr<card::Card> card) {
  std::unique_ptr<RecoveredDay> day = recover_if_kept(config);
  if (day)
    day->apply(config);
  const NearMemory near(match_numa_node(config));
  parts_ = std::make_unique<Parts>(std::move(config), std::move(card), std::move(day));
}

Node::Node(NodeConfig config, std::unique_ptr<card::Card> card, std::unique_ptr<RecoveredDay> day) {
  const NearMemory near(match_numa_node(config));
  parts_ = std::make_unique<Parts>(std::move(config), std::move(card), std::move(day));
}

Node::~Node() { stop(); }

void Node::start() {
  WIREBOOK_ASSERT(!parts_->started.load());
  parts_->road->open();
  parts_->build_stages();
  parts_->attach_bells();
  parts_->attach_venue();
  parts_->road->start();
  parts_->open_day();
  if (parts_->system_event == 'E')
    note_day_end(true);
  parts_->grower->start();
  if (parts_->market_thread)
    parts_->market_thread->start();
  parts_->write_start_lines(parts_->threads->start([this] { parts_->road->join_thread(); }));
  if (parts_->journal)
    parts_->journal->wait_for_segment();
  if (parts_->shadow)
    parts_->shadow->start();
  if (parts_->background)
    parts_->background->start();
  parts_->started.store(true, std::memory_order_release);
}

void Node::stop() {
  if (parts_->threads == nullptr)
    return;
  if (parts_->background)
    parts_->background->stop();
  parts_->ending.wanted.store(true, std::memory_order_release);
  if (slot_ring::Doorbell* const bell = parts_->threads->bell_for(StageName::ingress))
    bell->ring();
  parts_->threads->join();
  if (parts_->market_thread)
    parts_->market_thread->join();
  parts_->grower->stop();
  if (parts_->shadow)
    parts_->shadow->stop();
  parts_->road->stop();
}

void Node::hurry() { parts_->ending.hurry.store(true, std::memory_order_relaxed); }

void Node::pause() {
  parts_->ending.keeps_day.store(true, std::memory_order_release);
  stop();
}

Node::Venue Node::venue() {
  WIREBOOK_ASSERT(parts_->started.load(std::memory_order_acquire));
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

bool Node::inject(const Slot& slot) { return parts_->road->inject().push(slot); }

std::string Node::failure() const {
  if (!parts_->started.load(std::memory_order_acquire))
    return {};
  std::string failure = parts_->road->failure();
  return failure.empty() && parts_->journal ? parts_->journal->failure() : failure;
}

std::string Node::ended() const {
  return parts_->started.load(std::memory_order_acquire) ? parts_->road->ended() : std::string{};
}

std::vector<std::string> Node::take_notices() {
  std::vector<std::string> lines;
  SoupPort* const soup =
      parts_->started.load(std::memory_order_acquire) ? parts_->road->soup() : nullptr;
  if (soup != nullptr)
    soup->notices().consume_all([&](const Notice& notice) {
      lines.push_back(
          to_string(notice, parts_->config.sessions[notice.session - 1].username.view()));
    });
  if (parts_->market != nullptr && parts_->started.load(std::memory_order_acquire))
    parts_->market->notices().consume_all(
        [&](const FeedNotice& notice) { lines.push_back(to_string(notice)); });
  return lines;
}

const std::vector<std::string>& Node::start_lines() const { return parts_->start_lines; }

namespace {

/// The books first: then no count is behind them.
void read_match(MatchStage& match, const InstrumentList& instruments, NodeStatus& status) {
  const std::size_t books = std::min(instruments.size(), status_books_max);
  for (std::uint16_t locate = 1; locate <= books; ++locate)
    status.books.push_back(top_of(instruments.at(locate).symbol, match.readers().top(locate).book));
  const MatchFigures figures = match.figures();
  status.messages = figures.messages;
  status.engine = figures.engine;
  status.fills = figures.engine.trades;
  status.volume = figures.engine.volume;
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
  if (!status.soup)
    return;
  status.soup->stream_writes = counts[stream_writes];
  status.soup->slow_consumers = counts[slow_consumers];
}

void read_market(const MarketStage& market, const MarketTap& tap, NodeStatus& status) {
  MarketStatus& read = status.market.emplace();
  read.addresses = market.addresses();
  read.messages_kept = market.kept();
  read.datagrams_lost = tap.lost();
  for (std::size_t i = 0; i != MarketCounters::size; ++i)
    read.counts[i] = market.counters()[static_cast<MarketCount>(i)];
}

void read_shadow(const ShadowStatus& shadow, JournalStatus& journal) {
  journal.snapshots = shadow.snapshots;
  journal.snapshot_sequence = shadow.snapshot_sequence;
  journal.snapshot_trouble = shadow.failure.empty() ? shadow.warning : shadow.failure;
}

}  // namespace

match::BookReaders& Node::books() const {
  WIREBOOK_ASSERT(parts_->started.load(std::memory_order_acquire));
  return parts_->match->readers();
}

NodeStatus Node::status() const {
  NodeStatus status;
  if (!parts_->started.load(std::memory_order_acquire))
    return status;
  const Parts& parts = *parts_;
  parts.road->read(status);
  read_match(*parts.match, parts.instruments, status);
  read_wire_out(parts.wire_out->counters(), status);
  if (parts.journal)
    parts.journal->read(status, parts.road->slots());
  if (parts.market)
    read_market(*parts.market, *parts.market_tap, status);
  if (parts.shadow)
    read_shadow(parts.shadow->status(), *status.journal);
  if (parts.background)
    status.background = parts.background->status();
  status.memory = parts.grower->status();
  status.slot_ring = use_of(parts.road->slots(), status.slot_ring.used_max);
  status.event_ring = use_of(parts.events, parts.match->events_used_max());
  status.heap_allocations = parts.threads->heap_allocations();
  status.memory_pages = slot_ring::to_string(parts.road->slots().memory().pages());
  status.threads = parts.threads->plan().threads.size();
  return status;
}

double NodeStatus::bytes_copied_per_order() const {
  if (orders == 0)
    return 0;
  const std::uint64_t journal_bytes = journal ? journal->copied_bytes : 0;
  // Once into the inject ring, once out of it.
  const std::uint64_t injected_bytes =
      background ? 2 * (*background)[BackgroundCount::slot_bytes] : 0;
  return static_cast<double>(slot_bytes_written + injected_bytes + pool_bytes_written +
                             wire_bytes_written + journal_bytes) /
         static_cast<double>(orders);
}

}  // namespace wirebook::node
