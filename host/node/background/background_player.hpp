// Plays a recording into a running node: the thread around background_orders.hpp.
//
//   file ──► RecordedFeed ──► BackgroundOrders ──► inject ring ──► slots ──► match ──► wire_out
//                                    ▲───────────────── BackgroundTap ◄───────────────────┘
//
// Its session comes with the first slot and goes with the last, and its orders with it, like those
// of any client. It takes no more than a quarter of the inject ring, and waits while a quarter of
// the slot ring is in use: there is always room for live clients, the clock and the venue.
//
// Shapes: see recorded_feed.hpp and background_status.hpp. Threads: one of its own; `status` any.
// Errors: in the status. The constructor may throw std::bad_alloc, `start` std::system_error.
// Cost: sleeps when nothing is due; never holds a stage. Specification: README.md of this folder.
#pragma once

#include <atomic>
#include <cstdint>
#include <span>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include "wirebook/slot.hpp"

#include "node/background/background_orders.hpp"
#include "node/background/background_pace.hpp"
#include "node/background/background_report.hpp"
#include "node/background/background_status.hpp"
#include "node/background/recorded_feed.hpp"
#include "node/clock.hpp"
#include "node/config/config.hpp"
#include "slot_ring/inject_ring.hpp"
#include "slot_ring/ring.hpp"

namespace wirebook::node {

class BackgroundPlayer {
 public:
  struct Parts {
    const NodeConfig& config;
    const Clock& clock;
    slot_ring::InjectRing& inject;
    const slot_ring::Ring<Slot>& slots;
    std::vector<std::uint32_t> cpus;  ///< where it may run; empty: anywhere
  };

  explicit BackgroundPlayer(const Parts& parts);
  ~BackgroundPlayer() { stop(); }
  BackgroundPlayer(const BackgroundPlayer&) = delete;
  BackgroundPlayer& operator=(const BackgroundPlayer&) = delete;

  /// For wire_out.
  [[nodiscard]] BackgroundTap& tap() { return tap_; }

  /// Once the day's opening is in the inject ring.
  void start();
  /// Ends its session. Before the node is told to end.
  void stop();

  [[nodiscard]] BackgroundStatus status() const;
  /// For people, at the start.
  [[nodiscard]] std::string line() const;

 private:
  void run(const std::stop_token& stop);
  bool open_session(const std::stop_token& stop);
  void play(const std::stop_token& stop);
  void close_session();
  bool push(std::span<const Slot> group, const std::stop_token& stop);
  [[nodiscard]] bool has_room(std::size_t slots) const;
  void take_reports();
  void push_leftovers(const std::stop_token& stop);
  void tell(const Slot& message, std::uint64_t due_ns, const RecordedFeed& feed);
  void end(BackgroundState state) { state_.store(state, std::memory_order_release); }

  const NodeConfig* config_;
  const Clock* clock_;
  slot_ring::InjectRing* inject_;
  const slot_ring::Ring<Slot>* slots_;
  const std::vector<std::uint32_t> cpus_;
  const std::uint32_t session_;

  BackgroundTap tap_;
  BackgroundOrders orders_;
  BackgroundPace pace_;
  bool has_number_ = false;
  std::uint32_t first_number_ = 0;
  std::uint64_t reports_lost_ = 0;

  std::atomic<BackgroundState> state_{BackgroundState::opening};
  std::string error_;  ///< before `state_` says `failed`
  std::atomic<std::uint64_t> live_orders_{0};
  std::atomic<std::uint64_t> recorded_time_{0};
  std::atomic<std::uint64_t> behind_ns_{0};
  std::atomic<std::uint64_t> malformed_{0};
  std::jthread thread_;
};

}  // namespace wirebook::node
