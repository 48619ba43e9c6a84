// Match: slots in, events out. Takes a slot only when there is room for all that one step can say.
//
// Shapes: see match/engine.hpp. Threads: one; counters and books can be read from any.
// Errors: none. Cost: per slot that of the engine; what others see of it is written when a poll
// finds nothing to do, and while there is much to do as match/readers/book_readers.hpp paces it.
// Events are handed over, and slots given back, in batches that end when no slot waits, so that a
// lone event leaves at once.
#pragma once

#include <atomic>
#include <cstdint>

#include "match/engine.hpp"
#include "match/readers/board.hpp"
#include "match/readers/book_readers.hpp"
#include "match/state/digest_marks.hpp"
#include "metrics/counters.hpp"
#include "node/config/config.hpp"
#include "node/control/instrument_list.hpp"
#include "node/control/match_reports.hpp"
#include "node/stages/stage.hpp"
#include "node/status.hpp"
#include "slot_ring/inject_ring.hpp"
#include "slot_ring/ring.hpp"

namespace wirebook::node {

/// Counts of one moment between two slots.
struct MatchFigures {
  std::uint64_t messages = 0;  ///< order entry that reached the engine
  match::EngineCounters engine;
};

/// How much is done at once. The figures behind the defaults: README.md, "Batches".
struct MatchPace {
  std::uint32_t events_held_max = 64;  ///< then they are let go …
  std::uint32_t steps_held_max = 32;   ///< … or after so many steps
  /// So many slots before its turn the engine hears of a slot for the first time; a multiple of 4.
  std::uint32_t look_ahead = 24;
  /// … if so many orders are live, and four times in all. Fewer are in the core's own cache: then
  /// once, a quarter as far ahead, from `look_once_from` on.
  std::uint32_t look_ahead_from = 1U << 15;
  std::uint32_t look_once_from = 1U << 10;
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

  /// Before the first poll.
  void set_pace(const MatchPace& pace) { pace_ = pace; }

  bool poll() noexcept override;
  [[nodiscard]] bool finished() const noexcept override {
    return ending_->match.load(std::memory_order_relaxed);
  }

  /// Who is told of the venue's slots; before the first poll.
  void attach_reports(MatchReports* reports) { reports_ = reports; }

  /// What of the engine's memory grows, for somebody on another thread.
  [[nodiscard]] match::GrowthList growths() { return engine_.growths(); }
  /// Which reader of the slot ring this is.
  [[nodiscard]] std::size_t reader_index() const { return slots_.index(); }
  /// Not older than any book that was read before.
  [[nodiscard]] MatchFigures figures() const noexcept { return figures_.read(); }
  /// The books, for any thread.
  [[nodiscard]] match::BookReaders& readers() noexcept { return readers_; }
  /// Of the first of `instruments` the books, and the figures.
  void read(const InstrumentList& instruments, NodeStatus& status);
  [[nodiscard]] std::uint64_t events_used_max() const {
    return events_used_max_.load(std::memory_order_relaxed);
  }

 private:
  bool step() noexcept;
  void look_ahead() noexcept;
  void expect(std::uint64_t& at, std::uint32_t distance, match::Ahead ahead) noexcept;
  void hand_over() noexcept;
  void mark(std::uint64_t slots) noexcept;
  void begin_report(const SlotGroup& group) noexcept;
  void end_report() noexcept;
  bool show(match::Show when) noexcept;

  slot_ring::Reader<Slot> slots_;
  slot_ring::Ring<Event>* event_ring_;
  slot_ring::Writer<Event> events_;
  Ending* ending_;
  match::Engine engine_;
  match::DigestMarks marks_;
  slot_ring::InjectRing* digests_;
  MatchReports* reports_ = nullptr;
  bool reporting_ = false;  ///< of the slot under way
  MatchReport report_;
  match::EngineCounters before_report_;
  SlotKind under_way_kind_ = SlotKind::none;
  MatchPace pace_;
  std::uint64_t dealt_with_slots_ = 0;  ///< and not given back yet
  std::uint32_t steps_held_ = 0;
  /// Slots before these the engine has heard of, once, twice, three times.
  std::uint64_t far_ = 0;
  std::uint64_t near_ = 0;
  std::uint64_t next_ = 0;
  std::uint64_t last_ = 0;
  std::uint64_t under_way_slots_ = 0;  ///< of the group that the engine has not finished
  std::uint64_t messages_ = 0;
  bool stale_ = false;  ///< the figures on the board are
  match::Board<MatchFigures> figures_;
  match::BookReaders readers_;
  std::atomic<std::uint64_t> events_used_max_{0};
};

}  // namespace wirebook::node
