// What match tells the venue's control: each slot of the venue's side that was dealt with, its
// sequence, and whether it had an effect.
//
//   match ──► [ reports ] ──► control: the answer to whoever asked, the list of instruments
//
// An act is a slot like any other, and only match sees all of them in their places. So an answer
// names the sequence that the slot has in the stream, and says what the engine made of it.
//
// Shapes: a copy of the slot; `session_up` and the like of one session at a time, the one that is
// watched. Threads: `wants` and `tell` match; the others the control. Errors: a queue that is full
// loses the report; who waits for it then hears of no answer. Cost: 5 MiB; match pays a branch a
// slot that is no order entry, and two copies of the engine's counters for one that is reported.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>

#include <boost/lockfree/spsc_queue.hpp>

#include "wirebook/slot.hpp"

#include "match/engine_counters.hpp"

namespace wirebook::node {

/// Of the venue's side: by which of its counters the engine says that a slot had no effect.
enum class Refusal : std::uint8_t {
  none,
  ignored_slot,
  unknown_session,
  unknown_instrument,
  unknown_match_number,
  duplicate_instrument,
  capacity,
};

[[nodiscard]] constexpr Refusal refusal_of(const match::EngineCounters& before,
                                           const match::EngineCounters& after) {
  if (after.ignored_slot != before.ignored_slot)
    return Refusal::ignored_slot;
  if (after.unknown_session != before.unknown_session)
    return Refusal::unknown_session;
  if (after.unknown_instrument != before.unknown_instrument)
    return Refusal::unknown_instrument;
  if (after.unknown_match_number != before.unknown_match_number)
    return Refusal::unknown_match_number;
  if (after.duplicate_instrument != before.duplicate_instrument)
    return Refusal::duplicate_instrument;
  if (after.capacity_reject != before.capacity_reject)
    return Refusal::capacity;
  return Refusal::none;
}

struct MatchReport {
  Slot slot;
  std::uint64_t sequence = 0;
  Refusal refusal = Refusal::none;
};

class MatchReports {
 public:
  /// A recording says the states of all instruments at once, and the control looks each 100 ms.
  static constexpr std::size_t capacity = std::size_t{1} << 16;

  /// From now on there is somebody who takes them. Before that nothing is told.
  void open() { open_.store(true, std::memory_order_release); }
  void watch(std::uint32_t session) { watched_.store(session, std::memory_order_release); }
  [[nodiscard]] bool next(MatchReport& report) { return queue_.pop(report); }

  [[nodiscard]] bool wants(const Slot& slot) const {
    if (!open_.load(std::memory_order_acquire))
      return false;
    switch (slot.tail.kind) {
      case SlotKind::kill:
      case SlotKind::instrument:
      case SlotKind::trading_state:
      case SlotKind::system_event:
      case SlotKind::break_trade:
      case SlotKind::limit:
        return true;
      case SlotKind::session_up:
      case SlotKind::session_down:
        return slot.session.session == watched_.load(std::memory_order_acquire);
      default:
        return false;
    }
  }
  void tell(const MatchReport& report) { queue_.push(report); }

 private:
  std::atomic<bool> open_{false};
  std::atomic<std::uint32_t> watched_{0};
  boost::lockfree::spsc_queue<MatchReport, boost::lockfree::capacity<capacity>> queue_;
};

}  // namespace wirebook::node
