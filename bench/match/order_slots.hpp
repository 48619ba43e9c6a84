// Streams of operations as slots, the same for every bench that feeds the engine; and who takes the
// events off its ring.
//
// Shapes: slots that open the day (session, start of trading, each instrument), then one an
// operation. They are not sealed. Threads: one. Errors: none. Specification: bodies as in
// wirebook/slot.hpp.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "wirebook/event.hpp"
#include "wirebook/slot.hpp"
#include "wirebook/units.hpp"

#include "bench/match/workload.hpp"
#include "slot_ring/ring.hpp"

namespace wirebook::bench {

inline constexpr std::uint64_t drain_batch = 64;
inline constexpr std::uint32_t session = 1;
inline const Firm firm = Firm::from("FIRM");

/// Besides those of limits.
inline std::size_t opening_slots(const Workload& work) { return 2 + work.shape.instruments; }

/// Locates are instruments from 1.
inline Symbol symbol_of(std::uint32_t instrument) {
  return Symbol::from("S" + std::to_string(instrument));
}

inline Slot enter_slot(const Op& op) {
  return {.enter = {.session = session,
                    .symbol = symbol_of(op.instrument),
                    .user_ref_num = op.id,
                    .quantity = {op.shares},
                    .price = {op.price},
                    .cl_ord_id = ClOrdId::from("bench"),
                    .side = op.buy ? 'B' : 'S',
                    .time_in_force = op.kind == OpKind::ioc ? '3' : '0',
                    .display = 'Y',
                    .capacity = 'P',
                    .iso = 'N',
                    .cross_type = 'N'},
          .tail = {.kind = SlotKind::enter}};
}
inline Slot replace_slot(const Op& op) {
  return {.replace = {.session = session,
                      .orig_user_ref_num = op.old_id,
                      .user_ref_num = op.id,
                      .quantity = {op.shares + op.executed},
                      .price = {op.price},
                      .cl_ord_id = ClOrdId::from("bench"),
                      .time_in_force = '0',
                      .display = 'Y',
                      .iso = 'N'},
          .tail = {.kind = SlotKind::replace}};
}
inline Slot cancel_slot(const Op& op) {
  return {.reduce = {.session = session, .user_ref_num = op.id},
          .tail = {.kind = SlotKind::cancel}};
}

/// What a venue bounds a session and its firm by, wide enough that nothing is refused.
inline std::vector<Slot> limit_slots() {
  std::vector<Slot> slots;
  const auto add = [&slots](LimitKind kind, std::uint64_t value, std::uint32_t window_ms = 0) {
    slots.push_back({.limit = {.kind = kind,
                               .session = session,
                               .firm = firm,
                               .window_ms = window_ms,
                               .value = value},
                     .tail = {.kind = SlotKind::limit}});
  };
  add(LimitKind::max_quantity, 10'000);
  add(LimitKind::max_notional, 10'000'000ULL * 10'000);  // ten million, in 1/10000
  add(LimitKind::message_rate, std::uint64_t{1} << 40, 1000);
  add(LimitKind::duplicate_rate, std::uint64_t{1} << 40, 1000);
  add(LimitKind::exposure, std::uint64_t{1} << 50);
  return slots;
}

/// `limits` follow the session.
inline std::vector<Slot> make_slots(const Workload& work, const std::vector<Slot>& limits = {}) {
  std::vector<Slot> slots;
  slots.reserve(limits.size() + opening_slots(work) + work.ops.size());
  slots.push_back(
      {.session = {.session = session, .firm = firm}, .tail = {.kind = SlotKind::session_up}});
  slots.insert(slots.end(), limits.begin(), limits.end());
  slots.push_back({.admin = {.code = 'S'}, .tail = {.kind = SlotKind::system_event}});
  for (std::uint32_t i = 0; i < work.shape.instruments; ++i)
    slots.push_back({.instrument = {.instrument = static_cast<std::uint16_t>(i + 1),
                                    .trading_state = 'T',
                                    .round_lot = 100,
                                    .symbol = symbol_of(i)},
                     .tail = {.kind = SlotKind::instrument}});
  for (const Op& op : work.ops)
    slots.push_back(op.kind == OpKind::cancel    ? cancel_slot(op)
                    : op.kind == OpKind::replace ? replace_slot(op)
                                                 : enter_slot(op));
  for (std::size_t i = 0; i < slots.size(); ++i)
    slots[i].time_ns = {i};
  return slots;
}

/// Takes the events off the ring, reads a part of each, and gives them back in batches.
class Drain {
 public:
  explicit Drain(slot_ring::Ring<Event>& ring) : reader_(ring) {}

  std::uint64_t run() {
    std::uint64_t count = 0;
    for (const Event* event; count < drain_batch && (event = reader_.peek(count)) != nullptr;
         ++count)
      sum_ += event->cause_sequence + event->order_ref;
    if (count != 0)
      reader_.release(count);
    return count;
  }
  [[nodiscard]] std::uint64_t sequence() const { return reader_.sequence(); }
  [[nodiscard]] std::uint64_t sum() const { return sum_; }

 private:
  slot_ring::Reader<Event> reader_;
  std::uint64_t sum_ = 0;
};

}  // namespace wirebook::bench
