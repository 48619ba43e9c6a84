// An engine behind the harness's messages: each becomes a slot, and its events go to the queue.
//
// Shapes: the harness's order numbers are dense and come in any order; ours ascend, one more for
// each order that enters or is modified. A modify is a replace: it asks for what the whole chain
// may execute, so shares traded are counted here. Threads: one; see report_queue.hpp for the other.
// Errors: an order that the rules reject (of 0 or more than 999,999 shares) makes no report.
// Cost: the constant part of a slot is written once.
#pragma once

#include <cstdint>
#include <unordered_map>

#include "wirebook/event.hpp"
#include "wirebook/slot.hpp"

#include "bench/match/engine_abi.hpp"
#include "bench/match/report_queue.hpp"
#include "bench/match/wide_table.hpp"
#include "match/engine.hpp"
#include "slot_ring/ring.hpp"

namespace wirebook::bench {

class EnginePort {
 public:
  explicit EnginePort(ReportQueue& queue);
  EnginePort(const EnginePort&) = delete;  // the groups name the slots
  EnginePort& operator=(const EnginePort&) = delete;

  void enter(const abi::Enter& message);
  void cancel(const abi::Cancel& message);
  void modify(const abi::Modify& message);

  /// What was fed is there to be drained at once.
  void flush() { queue_->flush(); }

  [[nodiscard]] std::int64_t best_bid() const;
  [[nodiscard]] std::int64_t best_ask() const;
  [[nodiscard]] std::uint64_t depth_at(std::int64_t price_ticks, abi::Side side) const;

 private:
  /// False if the slot made no event. A step that made more than `plain_events` may have fills.
  bool feed(SlotGroup& group, std::uint64_t sequence, std::uint64_t plain_events);
  void go_on();
  void make_room();
  void note_fills(std::uint64_t since);
  [[nodiscard]] std::uint32_t& number_of(std::uint64_t order_id) {
    return order_id <= UINT32_MAX ? numbers_[static_cast<std::uint32_t>(order_id)]
                                  : far_numbers_[order_id];
  }

  ReportQueue* queue_;
  slot_ring::Reader<Event> own_events_;  ///< the writer's, to read what was written
  match::Engine engine_;
  WideTable<std::uint32_t> numbers_;  ///< ours, by the harness's
  std::unordered_map<std::uint64_t, std::uint32_t> far_numbers_;
  WideTable<std::uint32_t> executed_;  ///< in the whole chain, by our number
  std::uint32_t last_number_ = 0;
  // A slot of each kind, and its group, of which a message sets only what differs.
  Slot enter_{};
  Slot replace_{};
  Slot cancel_{};
  SlotGroup enter_group_{.head = &enter_};
  SlotGroup replace_group_{.head = &replace_};
  SlotGroup cancel_group_{.head = &cancel_};
};

}  // namespace wirebook::bench
