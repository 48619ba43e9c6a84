// The journal as a stage: reads the ring in place, has the disk write its memory, and tells
// everyone how far the stream is durable.
//
//   ring ──► poll() ──► WriterCore ──► Disk        durable() ──► match, wire_out: what may be told
//     ▲                     │
//     └── release ◄─────────┘  no further than what is durable: a journal that lags pushes back
//
// Shapes: sequences. Threads: `poll` and `finish` from one thread; `durable`, `state` and `error`
// from any. Errors: as states, for the node to stop taking orders (see writer_core.hpp); the ring
// then fills up, and nothing is lost. Cost: a poll reads one count of the ring and one slot's tail,
// whatever came in the meantime; no slot byte is copied here.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>

#include "wirebook/slot.hpp"

#include "journal/disk.hpp"
#include "journal/writer_core.hpp"
#include "slot_ring/doorbell.hpp"
#include "slot_ring/ring.hpp"

namespace wirebook::journal {

struct WriterOptions {
  std::uint64_t segment_slots = std::uint64_t{4} << 20;
  std::uint32_t depth = 8;
  std::uint32_t short_depth = 2;
  std::uint32_t write_slots = 1024;
  std::uint32_t segments_ahead = 1;
  /// False is the mode `async`: `durable()` then tells what was given to the drive, and only
  /// segments that are closed are synced.
  bool sync = true;
};

class JournalWriter {
 public:
  /// Joins the ring as one of its readers, before the first slot. Ring and disk outlive it.
  JournalWriter(slot_ring::Ring<Slot>& ring, Disk& disk, const WriterOptions& options);

  /// Before the threads start: rings `bell` when the watermark or the state moves.
  void attach_bell(slot_ring::Doorbell* bell) { bells_.attach(bell); }

  /// Takes what came back, submits what came in; says whether there was anything. Never waits.
  bool poll() noexcept;
  /// No more slots will come; those that are in the ring are known from here on. It is polled on
  /// until `finished`.
  void finish() noexcept {
    core_.publish(published());
    core_.finish();
  }
  [[nodiscard]] bool finished() const noexcept { return core_.finished(); }

  /// All slots before this one are durable; whole groups. Grows, and stands still once `failed`.
  [[nodiscard]] std::uint64_t durable() const noexcept {
    return durable_.load(std::memory_order_acquire);
  }
  [[nodiscard]] WriterState state() const noexcept {
    return state_.load(std::memory_order_acquire);
  }
  /// The errno behind the state.
  [[nodiscard]] int error() const noexcept { return error_.load(std::memory_order_acquire); }

  /// For the thread that polls.
  [[nodiscard]] const WriterCore& core() const { return core_; }
  [[nodiscard]] std::uint64_t copied_bytes() const { return disk_->copied_bytes(); }

 private:
  static constexpr std::size_t batch = 32;

  bool take_completions() noexcept;
  bool submit() noexcept;
  [[nodiscard]] std::uint64_t published() const noexcept;
  void tell() noexcept;

  slot_ring::Ring<Slot>* ring_;
  Disk* disk_;
  slot_ring::Reader<Slot> reader_;
  WriterCore core_;
  slot_ring::Bells bells_;
  std::array<Request, batch> requests_{};
  std::array<Completion, batch> completions_{};
  alignas(slot_ring::cache_line_bytes) std::atomic<std::uint64_t> durable_;
  std::atomic<WriterState> state_{WriterState::running};
  std::atomic<int> error_{0};
};

}  // namespace wirebook::journal
