// The thread of the market's servers.
//
// It parks: with nobody connected it looks at the tap each millisecond, and sockets wake it; with
// somebody who is to hear each message at once, wire_out does.
//
// Shapes: none. Threads: started and joined by one. Errors: std::system_error if it cannot be made.
// Cost: none beside the stage's polls.
#pragma once

#include <thread>

#include "node/market/market_stage.hpp"
#include "slot_ring/idle.hpp"

namespace wirebook::node {

class MarketThread {
 public:
  MarketThread(MarketStage& stage, MarketTap& tap);
  ~MarketThread();  ///< joins: the stage's end must be under way
  MarketThread(const MarketThread&) = delete;
  MarketThread& operator=(const MarketThread&) = delete;

  void start();
  /// Until the stage has finished.
  void join();

 private:
  void run() noexcept;

  MarketStage* stage_;
  slot_ring::Idle idle_{slot_ring::Wait::park};
  std::thread thread_;
};

}  // namespace wirebook::node
