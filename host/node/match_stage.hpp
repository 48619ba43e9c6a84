// Match: slots in, events out. Takes a slot only when there is room for all that one step can say.
//
// Shapes: see match/engine.hpp. Threads: one; counters and books can be read from any.
// Errors: none. Cost: per slot that of the engine; the figures for others are written when a poll
// finds nothing to do, or when someone asked for them.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <string_view>

#include "match/digest_marks.hpp"
#include "match/engine.hpp"
#include "metrics/counters.hpp"
#include "node/book_board.hpp"
#include "node/config/config.hpp"
#include "node/stage.hpp"
#include "slot_ring/inject_ring.hpp"
#include "slot_ring/ring.hpp"

namespace wirebook::node {

/// Counts and books of one moment between two slots.
struct MatchFigures {
  std::uint64_t messages = 0;  ///< order entry that reached the engine
  match::EngineCounters engine;
  BookTops books;
};

/// Where match begins, if not with nothing, and who is told the state's digests.
struct MatchStart {
  match::Engine engine;
  match::DigestMarks marks;
  slot_ring::InjectRing* digests = nullptr;  ///< null: nobody
};

class MatchStage final : public Stage {
 public:
  MatchStage(const NodeConfig& config, slot_ring::Ring<Slot>& slots, slot_ring::Ring<Event>& events,
             Ending& ending);
  MatchStage(const NodeConfig& config, slot_ring::Ring<Slot>& slots, slot_ring::Ring<Event>& events,
             Ending& ending, MatchStart start);

  bool poll() noexcept override;
  [[nodiscard]] bool finished() const noexcept override {
    return ending_->match.load(std::memory_order_relaxed);
  }

  /// Which reader of the slot ring this is.
  [[nodiscard]] std::size_t reader_index() const { return slots_.index(); }
  /// Of some moments ago; asks for new ones besides.
  [[nodiscard]] MatchFigures figures() const noexcept;
  [[nodiscard]] std::uint64_t events_used_max() const {
    return events_used_max_.load(std::memory_order_relaxed);
  }

 private:
  bool step() noexcept;
  void mark(std::uint64_t slots) noexcept;
  void publish_figures() noexcept;

  slot_ring::Reader<Slot> slots_;
  slot_ring::Ring<Event>* event_ring_;
  slot_ring::Writer<Event> events_;
  Ending* ending_;
  match::Engine engine_;
  match::DigestMarks marks_;
  slot_ring::InjectRing* digests_;
  SlotKind under_way_kind_ = SlotKind::none;
  std::uint16_t books_ = 0;
  std::array<Symbol, status_books_max> symbols_{};
  std::uint64_t under_way_slots_ = 0;  ///< of the group that the engine has not finished
  std::uint64_t messages_ = 0;
  bool stale_ = true;  ///< the figures on the board are
  mutable std::atomic<bool> asked_{false};
  Board<MatchFigures> board_;
  std::atomic<std::uint64_t> events_used_max_{0};
};

}  // namespace wirebook::node
