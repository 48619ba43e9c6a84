// Decides what the journal writes, and says what is durable: the writer without clock, thread and
// file, so that a simulator can drive it.
//
//   published ─► ┌────────────┐ ─► requests: the ring's own memory, whole blocks
//  completions ─►│ WriterCore │ ─► watermark: every slot before it is durable, whole groups only
//                └────────────┘ ─► releasable: what the ring's writer may have back
//
// Rules: at most one write in flight for a block. A block that still fills is written as it is and
// again when there is more; a block that filled while it was in flight is passed by and comes
// first when it is back. A write ends at the segment's end and where the ring wraps. Writes that
// take all there is wait for company while `short_depth` are in flight; full ones go to `depth`.
// The ring's memory is given back in whole blocks, as a block may have to be written again.
//
// Shapes: sequences; blocks are sequence / 64, in the ring, on disk and here. Threads: one.
// Errors: as states. `disk_full`: the next segment cannot be made; it goes on to the end of the
// open ones, asks again, and returns to `running` when one could be made. `failed`: a write or a
// sync failed; nothing is submitted any more and the watermark stands still for good, because
// what a device holds after that is not known. In both the caller stops to take orders.
// Cost: O(depth) a completion and a request; no heap.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "wirebook/slot.hpp"

#include "journal/disk.hpp"

namespace wirebook::journal {

struct CoreConfig {
  std::uint64_t first_sequence = 0;
  std::size_t ring_slots = 0;        ///< a power of two
  std::uint64_t segment_slots = 0;   ///< whole blocks
  std::uint32_t depth = 8;           ///< writes in flight
  std::uint32_t short_depth = 2;     ///< … from which on a write waits until it is full
  std::uint32_t write_slots = 1024;  ///< of the largest write; whole blocks
  std::uint32_t segments_ahead = 1;  ///< made before they are needed
  bool sync = true;                  ///< each write; without, only closed segments
  bool separate_filling = false;     ///< the block that still fills is a write of its own
};

/// How far, after a crash, a slot that is on disk can lie behind one that is not. With `sync` less
/// than the ring: what is not durable is not given back, and nothing is ahead of that by more.
/// Without, any block of the segments that were not closed yet may be lost too.
constexpr std::uint64_t crash_window(const CoreConfig& config) {
  const std::uint64_t unsynced = config.sync ? 0 : open_segments_max * config.segment_slots;
  return std::max<std::uint64_t>(config.ring_slots, unsynced);
}

enum class WriterState : std::uint8_t { running, disk_full, failed };

struct WriterCounters {
  std::uint64_t writes = 0;
  std::uint64_t written_bytes = 0;  ///< a block counts each time it is written
  std::uint64_t rewrites = 0;       ///< blocks written again because they filled further
  std::uint64_t short_writes = 0;   ///< a part was written, the rest went again
  std::uint64_t retries = 0;        ///< EINTR, EAGAIN
  std::uint64_t segments = 0;       ///< made
  std::uint64_t segment_waits = 0;  ///< times that slots began to wait for a segment
  std::uint64_t disk_full = 0;      ///< segments that could not be made for want of room
};

class WriterCore {
 public:
  /// `ring` is the ring's memory; blocks of it are blocks on disk.
  WriterCore(const CoreConfig& config, const Slot* ring);

  /// All slots before `end` are in the ring, whole groups.
  void publish(std::uint64_t end);
  void complete(const Completion& completion);
  /// What is to be submitted now, into `out`; returns how many. Called again if `out` was filled.
  [[nodiscard]] std::size_t plan(std::span<Request> out);
  /// No more slots will come: when all are written, segments are closed and unused ones deleted.
  void finish() { finishing_ = true; }

  [[nodiscard]] std::uint64_t published() const { return published_; }
  /// Every slot before this is durable (without `sync`: written), and it parts no group.
  [[nodiscard]] std::uint64_t watermark() const { return watermark_; }
  /// The ring's writer may have all before this.
  [[nodiscard]] std::uint64_t releasable() const;
  [[nodiscard]] WriterState state() const { return state_; }
  /// The errno behind a state that is not `running`, or 0.
  [[nodiscard]] int error() const { return error_; }
  [[nodiscard]] std::uint32_t in_flight() const { return in_flight_; }
  /// Segments that are open and not yet begun.
  [[nodiscard]] std::uint32_t segments_ready() const;
  [[nodiscard]] bool finished() const;
  [[nodiscard]] const WriterCounters& counters() const { return counters_; }

 private:
  enum class WriteState : std::uint8_t { free, in_flight, again, failed };
  struct Write {
    WriteState state = WriteState::free;
    std::uint32_t segment = 0;
    std::uint32_t idle_tries = 0;   ///< in a row that brought nothing
    std::uint64_t first_block = 0;  ///< of what is still to be written
    std::uint64_t end_block = 0;
    std::uint64_t from = 0;  ///< slots [from, end) become durable by it
    std::uint64_t end = 0;
  };
  /// A block that was submitted before it was full.
  struct Filling {
    std::uint64_t block = 0;
    std::uint64_t end = 0;  ///< slots before this were submitted
    bool in_flight = false;
  };
  enum class SegmentState : std::uint8_t { none, preparing, open, closing };
  struct Segment {
    SegmentState state = SegmentState::none;
    std::uint64_t first_sequence = 0;
    std::uint64_t first_block = 0;
    std::uint64_t end_block = 0;
  };

  std::optional<Request> plan_prepare();
  std::optional<Request> plan_close();
  std::optional<Request> plan_again();
  std::optional<Request> plan_write();
  [[nodiscard]] Request request_of(std::uint32_t id) const;
  [[nodiscard]] bool may_close(const Segment& segment) const;
  [[nodiscard]] bool is_unused(const Segment& segment) const {
    return segment.first_sequence >= published_;
  }
  [[nodiscard]] const Segment* segment_of(std::uint64_t block) const;
  [[nodiscard]] std::uint64_t limit_of(std::uint64_t block, const Segment& segment) const;
  Filling* oldest_to_rewrite();
  void forget(Filling* filling);
  void complete_prepare(std::uint32_t id, int result);
  void complete_close(std::uint32_t id, int result);
  void complete_write(Write& write, std::int32_t result);
  void advance_watermark();
  void fail(int error);
  [[nodiscard]] const Slot& slot(std::uint64_t sequence) const {
    return ring_[sequence & (config_.ring_slots - 1)];
  }

  CoreConfig config_;
  const Slot* ring_;
  std::uint64_t published_;
  std::uint64_t watermark_;
  std::uint64_t durable_;     ///< the same, but it may part a group
  std::uint64_t next_block_;  ///< the first that was never submitted
  std::uint64_t next_segment_sequence_;
  std::array<Write, depth_max> writes_{};
  std::array<Filling, depth_max + 1> filling_{};
  std::array<Segment, open_segments_max> segments_{};
  std::uint32_t filling_count_ = 0;
  std::uint32_t in_flight_ = 0;
  WriterState state_ = WriterState::running;
  int error_ = 0;
  bool finishing_ = false;
  bool waits_for_segment_ = false;
  WriterCounters counters_;
};

}  // namespace wirebook::journal
