// The journal's writer as a stage: polls it, brings it to its end, and tells the others what its
// disk has come to.
//
//   ring ──► JournalWriter ──► disk        running    orders are taken
//                                          disk_full  orders are refused; sessions live on
//                                          failed     the node ends; nobody hears what is not
//                                          durable
//
// Shapes: see journal/journal_writer.hpp. Threads: one; figures any. Errors: as states, and
// `failure`. Cost: that of the writer's poll, and some relaxed stores when it moved.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>

#include "journal/journal_writer.hpp"
#include "node/clock.hpp"
#include "node/stages/stage.hpp"

namespace wirebook::node {

struct JournalFigures {
  journal::WriterCounters writer;
  std::uint64_t copied_bytes = 0;  ///< of slots, on their way to the disk
  std::uint64_t durable = 0;       ///< all slots before this one are; in `async`: written
  journal::WriterState state = journal::WriterState::running;
  int error = 0;
};

class JournalStage final : public Stage {
 public:
  struct Parts {
    journal::JournalWriter& writer;
    const Clock& clock;
    Ending& ending;
    /// Nothing wakes the thread when a write has come back: it looks while one is under way.
    bool looks = false;
  };

  explicit JournalStage(const Parts& parts);

  bool poll() noexcept override;
  [[nodiscard]] bool finished() const noexcept override {
    return ending_->journal.load(std::memory_order_relaxed);
  }

  [[nodiscard]] const journal::JournalWriter& writer() const { return *writer_; }
  /// Of some moments ago.
  [[nodiscard]] JournalFigures figures() const noexcept;
  /// The journal has ended before the stream: slots are in the ring that are not in it.
  [[nodiscard]] bool failed() const noexcept { return failed_.load(std::memory_order_acquire); }

 private:
  void publish_figures() noexcept;
  void watch_state() noexcept;
  void fail() noexcept;

  journal::JournalWriter* writer_;
  const Clock* clock_;
  Ending* ending_;
  const bool looks_;
  bool finishing_ = false;
  std::uint64_t full_at_end_since_ns_ = 0;
  std::atomic<bool> failed_{false};
  std::array<std::atomic<std::uint64_t>, 9> figures_{};
};

}  // namespace wirebook::node
