// What became of the background's orders: small reports from wire_out, instead of OUCH messages.
//
// The background session has no client, so nothing is encoded for it. `BackgroundTap` sees every
// event on its way out, picks those that the player must know, and hands them over by a bounded
// queue. It never waits: what finds the queue full is counted and gone, and the player then knows
// less than it could, which costs it nothing but exactness.
//
// Shapes: 16 bytes a report. Threads: `on_event` wire_out; `take` the player; counts any. Errors:
// a full queue, counted. Cost: a compare an event, a store a report; no allocation.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>

#include <boost/lockfree/spsc_queue.hpp>

#include "wirebook/event.hpp"

namespace wirebook::node {

enum class BackgroundNews : std::uint8_t {
  next_number,  ///< `number`: the session's next UserRefNum
  replaced,     ///< `number`: the new one; `quantity`: exposed
  rejected,     ///< `number`
  canceled,     ///< `number`, `quantity`, `code`
  traded,       ///< `number` rested or 0, `incoming` came or 0, `quantity`; 0: not the background's
};

struct BackgroundReport {
  BackgroundNews news{};
  char code = 0;
  std::uint32_t number = 0;
  std::uint32_t incoming = 0;
  std::uint32_t quantity = 0;
};
static_assert(sizeof(BackgroundReport) == 16);

class BackgroundTap {
 public:
  explicit BackgroundTap(std::uint32_t session) : session_(session) {}

  /// Each event, in their order, of whatever session.
  void on_event(const Event& event) noexcept;

  /// The next report; false if there is none.
  bool take(BackgroundReport& report) noexcept { return queue_.pop(report); }
  /// Reports that found no room.
  [[nodiscard]] std::uint64_t lost() const { return lost_.load(std::memory_order_relaxed); }

 private:
  static constexpr std::size_t queue_entries = std::size_t{1} << 16;

  void push(const BackgroundReport& report) noexcept;
  void on_executed(const Event& event, std::uint32_t number) noexcept;

  const std::uint32_t session_;
  /// A trade is two events with one match number: who rested, then who came.
  std::uint64_t rested_match_ = 0;
  std::uint32_t rested_number_ = 0;
  std::atomic<std::uint64_t> lost_{0};
  boost::lockfree::spsc_queue<BackgroundReport, boost::lockfree::capacity<queue_entries>> queue_;
};

}  // namespace wirebook::node
