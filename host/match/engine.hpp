// The matching engine: slots in, events out, in price-time priority.
//
// Shapes: a slot group from the slot ring; events of 64 bytes, written where they lie in the event
// ring. Threads: one at a time; it knows no clock, no I/O and, once made, no allocation.
// Errors: whatever a client or the venue can send has one outcome, an event or a counter; a slot
// that is handed over while `more` is pending breaks an assertion. The constructor may throw
// std::bad_alloc. Cost: a step writes at most `step_events_max` events and needs credit for them.
// Specification: RULES.md of this folder; OUCH 5.0.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "wirebook/event.hpp"
#include "wirebook/slot.hpp"
#include "wirebook/units.hpp"

#include "match/book/book_summary.hpp"
#include "match/capacity.hpp"
#include "match/engine_counters.hpp"
#include "match/memory/growth.hpp"
#include "match/readers/book_readers.hpp"
#include "match/state/state_io.hpp"
#include "slot_ring/ring.hpp"

namespace wirebook::match {

/// Whether the slot is dealt with, or `resume` has to go on first.
enum class Step : std::uint8_t { done, more };

/// How soon a slot comes, of four hints about it, or the only one.
enum class Ahead : std::uint8_t {
  far,   ///< where its order number is looked up, or the instrument's book
  near,  ///< … what that leads to: the number's block, or the price's page
  next,  ///< … what that names: the order, or the level
  last,  ///< … what that points to: its level and its neighbours
  once,  ///< for books that fit into the core's cache: the order
};

class EngineCore;

class Engine {
 public:
  explicit Engine(const Capacity& capacity);
  ~Engine();
  Engine(Engine&&) noexcept;
  Engine& operator=(Engine&&) noexcept;

  /// Deals with one slot and its extensions. The writer has credit for `step_events_max`. After
  /// `more` the group must stay readable until `resume` says `done`.
  Step on_slot(const SlotGroup& group, slot_ring::Writer<Event>& writer) noexcept;
  /// Goes on with what the last slot began. The writer has credit for `step_events_max`.
  Step resume(slot_ring::Writer<Event>& writer) noexcept;

  /// A hint: this slot comes soon. Memory is asked for what it will need, as far as that can be
  /// named from what an earlier hint about the same slot has brought. The nearer, the more.
  void expect(const Slot& slot, Ahead ahead) noexcept;
  /// In all books, and so how much memory the engine goes about in.
  [[nodiscard]] std::uint32_t live_orders() const;

  /// What grows with the orders. Somebody on another thread should call `grow` of each now and
  /// then; without that the engine goes on all the same, and pays for the page faults.
  [[nodiscard]] GrowthList growths();

  [[nodiscard]] const EngineCounters& counters() const;
  /// An unknown instrument has an empty book.
  [[nodiscard]] BookSummary book(std::uint16_t instrument) const;
  /// What is displayed at one price; no orders where there is nothing.
  [[nodiscard]] LevelSummary level(std::uint16_t instrument, bool buy, Price price) const;
  /// 0 where there is none.
  [[nodiscard]] std::uint16_t find_instrument(Symbol symbol) const;
  [[nodiscard]] std::uint16_t instrument_count() const;
  /// Between two slots: shows the books to other threads, see book_readers.hpp. `sequence` is that
  /// of the next slot. True if nothing is left to be shown. All calls name the same readers.
  bool show(BookReaders& readers, std::uint64_t sequence, Show when) noexcept;

  /// What all that the engine knows comes to, between two slots. Equal states have equal digests,
  /// whatever the capacity, the seed, or the way to the state. Costs some 20 multiplications.
  [[nodiscard]] std::uint64_t digest() const;
  /// Appends the state between two slots. It takes as much memory again as the state while it runs.
  void save(StateWriter& writer) const;
  /// Takes a saved state into an engine that has seen no slot. If false, `why` says what is
  /// malformed or does not fit the capacity, and the engine is as fresh as before.
  [[nodiscard]] bool load(StateReader& reader, std::string* why = nullptr);

 private:
  std::unique_ptr<EngineCore> core_;
};

}  // namespace wirebook::match
