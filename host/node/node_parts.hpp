// Of what a node is made, and who owns whom.
//
// Shapes: see node.hpp. Threads: as of node.hpp. Errors: those of the parts. Cost: start-up only.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "node/background/background_player.hpp"
#include "node/market/market_servers.hpp"
#include "node/memory/memory_grower.hpp"
#include "node/node.hpp"
#include "node/recovery/node_journal.hpp"
#include "node/recovery/recovered_day.hpp"
#include "node/road.hpp"
#include "node/stages/match_stage.hpp"
#include "node/stages/stage_threads.hpp"
#include "node/stages/wire_out_stage.hpp"

namespace wirebook::node {

/// Who owns whom. What stands below was made later, may hold on to what stands above, and goes
/// first.
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

  static std::unique_ptr<Parts> make(NodeConfig config, std::unique_ptr<card::Card> card,
                                     std::unique_ptr<RecoveredDay> day);

  void build();
  void build_match();
  void build_journal();
  void build_servers(const std::vector<std::uint32_t>& cpus);
  void build_wire_out();
  void attach_bells();
  void attach_venue();
  void open_day();
  [[nodiscard]] bool runs() const { return started.load(std::memory_order_acquire); }
  void write_start_lines(const std::vector<std::string>& pin_lines);

  // From the start on: what is known, and what the stages share. The road has the slot ring.
  const std::unique_ptr<RecoveredDay> day;  ///< null without a journal
  const NodeConfig config;
  const Clock clock;
  const std::unique_ptr<Road> road;
  slot_ring::Ring<Event> events;
  const std::unique_ptr<ControlQueue> controls;
  SessionDesk desk;
  const std::unique_ptr<MatchReports> reports;
  InstrumentList instruments;
  Ending ending;

  // By `build`, in this order; null where the configuration has none.
  std::unique_ptr<MatchStage> match;
  std::unique_ptr<wire_out::OutboundLog> outbound;
  std::unique_ptr<NodeJournal> journal;
  std::unique_ptr<BackgroundPlayer> background;
  std::unique_ptr<MarketServers> market;
  std::unique_ptr<WireOutStage> wire_out;
  std::unique_ptr<StageThreads> threads;
  std::unique_ptr<MemoryGrower> grower;  ///< of the engine in `match`

  std::uint64_t opening_slots = 0;
  char system_event = 0;  ///< the last one of the opening, and of the day before it
  std::vector<std::string> start_lines;
  std::atomic<bool> started{false};
};

}  // namespace wirebook::node
