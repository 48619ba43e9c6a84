// The engine as a bench feeds it: slots that were built before, events that are taken off its ring
// by the same thread or a second pinned core.
//
// Shapes: see order_slots.hpp. Threads: `feed` is the matching thread's. Errors: none.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <thread>
#include <vector>

#include "wirebook/event.hpp"
#include "wirebook/limits.hpp"
#include "wirebook/slot.hpp"

#include "bench/match/order_slots.hpp"
#include "bench/report.hpp"
#include "match/engine.hpp"
#include "slot_ring/ring.hpp"

namespace wirebook::bench {

/// One engine and its event ring, fed slot by slot. `make_room` is called when credit runs out.
class Feeder {
 public:
  static constexpr std::size_t event_slots = 16'384;
  static constexpr std::uint64_t events_held_max = 64;  ///< as in the node
  /// The engine hears of slots this far ahead, as in the node: four times where the books do
  /// not fit into the cache, else once.
  static constexpr std::size_t look_ahead = 24;
  static constexpr std::uint32_t look_ahead_min_orders = 100'000;

  Feeder(const Workload& work, const std::vector<Slot>& slots)
      : slots_(&slots),
        looks_ahead_(work.shape.live >= look_ahead_min_orders),
        engine_({.orders = work.shape.live + work.shape.live / 16 + 1024,
                 .trades = 1U << 16,
                 .sessions = 4,
                 .instruments = static_cast<std::uint16_t>(work.shape.instruments + 1)}),
        ring_(event_slots),
        writer_(ring_) {
    writer_.hold();
  }

  /// Hands over what is held back.
  void finish() { writer_.let_go(); }

  [[nodiscard]] slot_ring::Ring<Event>& ring() { return ring_; }
  [[nodiscard]] std::uint64_t events() const { return writer_.sequence(); }
  [[nodiscard]] std::uint64_t trades() const { return engine_.counters().trades; }
  [[nodiscard]] std::uint64_t volume() const { return engine_.counters().volume; }

  template <class MakeRoom>
  void feed(std::size_t index, MakeRoom make_room) {
    look_ahead_from(index);
    get_credit(make_room);
    if (writer_.held() >= events_held_max)
      writer_.let_go();
    const SlotGroup group{.head = &(*slots_)[index], .sequence = index};
    match::Step step = engine_.on_slot(group, writer_);
    while (step == match::Step::more) {
      get_credit(make_room);
      step = engine_.resume(writer_);
    }
  }

 private:
  void look_ahead_from(std::size_t index) {
    if (index + 2 * look_ahead >= slots_->size())
      return;
    const Slot* const slots = slots_->data() + index;
    prefetch(slots + 2 * look_ahead);
    if (!looks_ahead_)
      return engine_.expect(slots[look_ahead / 4], match::Ahead::once);
    engine_.expect(slots[look_ahead], match::Ahead::far);
    engine_.expect(slots[look_ahead * 3 / 4], match::Ahead::near);
    engine_.expect(slots[look_ahead / 2], match::Ahead::next);
    engine_.expect(slots[look_ahead / 4], match::Ahead::last);
  }
  template <class MakeRoom>
  void get_credit(MakeRoom make_room) {
    if (writer_.has_credit(step_events_max))
      return;
    writer_.let_go();
    do
      make_room();
    while (!writer_.has_credit(step_events_max));
  }

  const std::vector<Slot>* slots_;
  bool looks_ahead_;
  match::Engine engine_;
  slot_ring::Ring<Event> ring_;
  slot_ring::Writer<Event> writer_;
};

/// A second core that takes the events until it is told which one is the last.
class Taker {
 public:
  Taker(slot_ring::Ring<Event>& ring, unsigned core)
      : drain_(ring), thread_([this, core] {
          pin_to_core(core);
          while (drain_.sequence() < last_.load(std::memory_order_acquire))
            if (drain_.run() == 0)
              __builtin_ia32_pause();
          keep(drain_.sum());
        }) {}
  ~Taker() {
    if (thread_.joinable())
      finish(0);
  }
  Taker(const Taker&) = delete;
  Taker& operator=(const Taker&) = delete;

  /// Returns when every event before `end` was taken.
  void finish(std::uint64_t end) {
    last_.store(end, std::memory_order_release);
    thread_.join();
  }

 private:
  Drain drain_;
  std::atomic<std::uint64_t> last_{~std::uint64_t{0}};
  std::thread thread_;
};

}  // namespace wirebook::bench
