// The market's servers as the node has them: the tap, the stage behind it, and its thread.
//
// The thread parks: with nobody connected it looks at the tap each millisecond, and sockets wake
// it; with somebody who is to hear each message at once, wire_out does.
//
// Shapes: see market_stage.hpp. Threads: started and joined by one; `read` any. Errors: the
// constructor throws std::system_error where the host refuses an address, `start` if the thread
// cannot be made. Cost: none beside the stage's polls.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "node/market/market_stage.hpp"
#include "node/market/market_tap.hpp"
#include "node/status.hpp"
#include "slot_ring/idle.hpp"

namespace wirebook::node {

class MarketServers {
 public:
  /// `log` goes on where it stands; null: a new one.
  MarketServers(const NodeConfig& config, const Clock& clock,
                std::unique_ptr<wire_out::MarketLog> log, const Ending& ending);
  ~MarketServers();  ///< joins: the stage's end must be under way
  MarketServers(const MarketServers&) = delete;
  MarketServers& operator=(const MarketServers&) = delete;

  /// For wire_out.
  [[nodiscard]] MarketTap& tap() { return tap_; }

  void start();
  /// Until the stage has finished.
  void join();

  void read(NodeStatus& status) const;
  /// What there is to say at the start, a line each.
  [[nodiscard]] std::vector<std::string> start_lines() const { return stage_.lines(); }
  /// Who had to go since the last call; from one thread.
  void take_notices(std::vector<std::string>& lines);

 private:
  void run() noexcept;

  MarketTap tap_;
  MarketStage stage_;
  slot_ring::Idle idle_{slot_ring::Wait::park};
  std::thread thread_;
};

}  // namespace wirebook::node
