// The ring: one writer, several readers, 64-byte entries that are read where they were written.
//
// Shapes: a power of two of entries (`Slot` or `Event`); an entry's sequence number is its
// position, and the phase bit in its tail (the parity of the lap) tells a reader that it is new.
// Threads: one `Writer`, and one thread per `Reader`; all are made, and doorbells attached, before
// the threads start. Counts (`written`, `used`, `cursor`) are read by any thread.
// Errors: none; who writes without credit or releases what it has not seen breaks an assertion.
// Cost: a publish is one 8-byte release store; a peek is one acquire load of the entry itself, so
// no index travels between cores but the readers' cursors, which the writer reads when credit runs
// low. A reader that releases once a batch spares the writer a cache miss each time.
//
//      oldest cursor ──────────► writer        credit = entries - (writer - oldest cursor)
//   ──┬───────────┬─────────────┬──────────
//     │ released  │ published   │ being written in place: bytes 0–55, then the tail in one store
#pragma once

#include <algorithm>
#include <array>
#include <atomic>
#include <bit>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <utility>

#include "wirebook/assert.hpp"
#include "wirebook/crc32c.hpp"
#include "wirebook/event.hpp"
#include "wirebook/limits.hpp"
#include "wirebook/slot.hpp"

#include "slot_ring/doorbell.hpp"
#include "slot_ring/memory.hpp"
#include "slot_ring/prefetch.hpp"

namespace wirebook::slot_ring {

inline constexpr std::size_t cache_line_bytes = 64;

struct RingStart {
  std::uint64_t start_sequence = 0;
  std::uint32_t epoch = 1;
};

/// Completes the tail of a slot: its seal. Events carry none.
inline SlotTail seal(const Slot& slot, SlotTail tail, std::uint64_t sequence, std::uint32_t epoch) {
  tail.crc32c = slot_crc32c(slot, tail, sequence, epoch);
  return tail;
}
inline EventTail seal(const Event&, EventTail tail, std::uint64_t, std::uint32_t) { return tail; }

/// The doorbells of the threads at one side of a ring, each once. None: none is rung.
class Bells {
 public:
  void attach(Doorbell* bell) {
    const auto end = bells_.begin() + count_;
    if (bell == nullptr || std::find(bells_.begin(), end, bell) != end)
      return;
    WIREBOOK_ASSERT(end != bells_.end());
    *end = bell;
    ++count_;
  }
  void ring() const noexcept {
    for (std::uint8_t i = 0; i < count_; ++i)
      bells_[i]->ring();
  }

 private:
  std::array<Doorbell*, slot_ring_readers_max> bells_{};
  std::uint8_t count_ = 0;
};

template <class Entry>
class alignas(cache_line_bytes) Writer;
template <class Entry>
class alignas(cache_line_bytes) Reader;
class InjectRing;
class DeviceWriter;

template <class Entry>
class Ring {
 public:
  /// `slots` is a power of two, at least `ring_slots_min`.
  explicit Ring(std::size_t slots, RingStart start = {}, HugePages huge = HugePages::allow)
      : Ring(Memory(slots * sizeof(Entry), huge), slots, start) {}
  /// In memory of somebody else, on cache lines of its own and a power of two of entries long. It
  /// is prepared here, so that nothing in it looks published: not while a card writes to it.
  explicit Ring(std::span<std::byte> memory, RingStart start = {})
      : Ring(Memory(memory), memory.size() / sizeof(Entry), start) {
    WIREBOOK_ASSERT(reinterpret_cast<std::uintptr_t>(memory.data()) % alignof(Entry) == 0);
  }
  Ring(const Ring&) = delete;
  Ring& operator=(const Ring&) = delete;

  /// Before the threads start: rings `bell` after each publish, for a thread that reads.
  /// Null attaches nothing.
  void attach_reader_bell(Doorbell* bell) { reader_bells_.attach(bell); }
  /// Rings `bell` after each release, for a thread that waits for credit.
  void attach_writer_bell(Doorbell* bell) { writer_bells_.attach(bell); }

  [[nodiscard]] std::size_t slots() const { return slots_; }
  [[nodiscard]] RingStart start() const { return start_; }
  [[nodiscard]] const Memory& memory() const { return memory_; }
  [[nodiscard]] std::size_t reader_count() const { return reader_count_; }
  /// How far the reader that was made as number `reader` has released.
  [[nodiscard]] std::uint64_t cursor(std::size_t reader) const {
    return cursors_[reader].released.load(std::memory_order_acquire);
  }
  /// The sequence that comes next. For counts only: an entry tells by itself that it is there.
  [[nodiscard]] std::uint64_t written() const { return written_.load(std::memory_order_relaxed); }
  /// Entries that were written and that some reader has not released; exact while nobody moves.
  [[nodiscard]] std::size_t used() const {
    const std::uint64_t oldest = oldest_cursor(written());
    return static_cast<std::size_t>(std::min<std::uint64_t>(written() - oldest, slots_));
  }
  [[nodiscard]] std::size_t free() const { return slots_ - used(); }

 private:
  friend class Writer<Entry>;
  friend class Reader<Entry>;
  friend class InjectRing;
  friend class DeviceWriter;

  Ring(Memory memory, std::size_t slots, RingStart start)
      : memory_(std::move(memory)), slots_(slots), start_(start), written_(start.start_sequence) {
    WIREBOOK_ASSERT(std::has_single_bit(slots) && slots >= ring_slots_min);
    // Whatever the parity of the first lap, nothing looks published yet.
    for (std::size_t i = 0; i < slots; ++i) {
      const std::uint64_t sequence = start.start_sequence + i;
      entry(sequence).tail.flags = phase(sequence) ^ flag_phase;
    }
  }

  struct alignas(cache_line_bytes) Cursor {
    std::atomic<std::uint64_t> released{0};
  };

  [[nodiscard]] Entry& entry(std::uint64_t sequence) const {
    return reinterpret_cast<Entry*>(memory_.data())[sequence & (slots_ - 1)];
  }
  /// 1 on the first lap, so that zeroed memory is unpublished.
  [[nodiscard]] std::uint8_t phase(std::uint64_t sequence) const {
    return (sequence & slots_) == 0 ? 1 : 0;
  }
  static std::atomic_ref<std::uint64_t> tail_word(Entry& entry) {
    return std::atomic_ref<std::uint64_t>(*reinterpret_cast<std::uint64_t*>(&entry.tail));
  }
  [[nodiscard]] bool is_published(std::uint64_t sequence) const {
    const auto tail = std::bit_cast<typename Entry::Tail>(
        tail_word(entry(sequence)).load(std::memory_order_acquire));
    return (tail.flags & flag_phase) == phase(sequence);
  }
  /// The oldest of the readers' cursors; without readers, `newest`.
  [[nodiscard]] std::uint64_t oldest_cursor(std::uint64_t newest) const {
    for (std::size_t i = 0; i < reader_count_; ++i)
      newest = std::min(newest, cursor(i));
    return newest;
  }

  /// Makes visible what was written at `sequence`, and the extensions behind it.
  void publish(std::uint64_t sequence, typename Entry::Tail tail) {
    publish_extensions(sequence, tail.extension_count);
    Entry& target = entry(sequence);
    store_tail(target, sequence, seal(target, tail, sequence, start_.epoch));
  }
  /// Extensions go first: who sees the head then sees the whole group.
  void publish_extensions(std::uint64_t head, std::uint64_t count) {
    using Tail = typename Entry::Tail;
    for (std::uint64_t i = head + count; i != head; --i) {
      Entry& target = entry(i);
      const Tail tail{.kind = decltype(Tail::kind)::extension};
      store_tail(target, i, seal(target, tail, i, start_.epoch));
    }
  }
  void store_tail(Entry& target, std::uint64_t sequence, typename Entry::Tail tail) {
    tail.flags = static_cast<std::uint8_t>((tail.flags & ~flag_phase) | phase(sequence));
    tail_word(target).store(std::bit_cast<std::uint64_t>(tail), std::memory_order_release);
  }

  // Set before the threads start.
  Memory memory_;
  std::size_t slots_;
  RingStart start_;
  std::size_t reader_count_ = 0;
  Bells reader_bells_;
  Bells writer_bells_;
  // The writer's, and one line for each reader.
  alignas(cache_line_bytes) std::atomic<std::uint64_t> written_;
  std::array<Cursor, slot_ring_readers_max> cursors_;
};

/// On lines of its own: writers and readers often stand side by side in one structure.
template <class Entry>
class alignas(cache_line_bytes) Writer {
 public:
  /// The ring's only one, before the first entry is written.
  explicit Writer(Ring<Entry>& ring)
      : ring_(&ring), next_(ring.start_.start_sequence), limit_(next_) {
    WIREBOOK_ASSERT(ring.written() == next_);
  }

  /// The sequence that the next entry will have.
  [[nodiscard]] std::uint64_t sequence() const { return next_; }

  /// True if `count` entries may be written. Reads the cursors only when it must.
  [[nodiscard]] bool has_credit(std::uint64_t count) {
    return next_ + count <= limit_ || refresh_credit() >= count;
  }

  /// The entry that will be the `ahead`-th to come, to be written in place up to its tail. Its tail
  /// belongs to `publish`. Needs credit for `ahead + 1`.
  [[nodiscard]] Entry& at(std::uint64_t ahead = 0) const { return ring_->entry(next_ + ahead); }

  /// Makes the next entry visible, and with it the `tail.extension_count` extensions behind it.
  void publish(typename Entry::Tail tail) {
    WIREBOOK_ASSERT(next_ + tail.extension_count < limit_);
    if (holds_)
      return publish_held(tail);
    ring_->publish(next_, tail);
    advance(1U + tail.extension_count);
  }

  /// From now on what is published by `publish(tail)` becomes visible with `let_go`, all of it at
  /// once: its first entry is kept back, and readers, who go in order, wait there. So the line that
  /// they poll changes hands once a batch, and no bell rings in between.
  void hold() { holds_ = true; }
  /// Entries that wait for `let_go`.
  [[nodiscard]] std::uint64_t held() const { return held_; }
  void let_go() {
    if (held_ == 0)
      return;
    ring_->publish(next_ - held_, held_tail_);
    ring_->written_.store(next_, std::memory_order_relaxed);
    held_ = 0;
    ring_->reader_bells_.ring();
  }

  /// The same, and writes bytes 0–55 of the slot: for writers that have them in registers, where
  /// the seal is then computed from. The extensions are in place.
  void publish(const SlotWords& words, SlotTail tail) requires std::same_as<Entry, Slot> {
    // Copies: behind a store of bytes the compiler must load members again.
    Ring<Entry>& ring = *ring_;
    const std::uint64_t sequence = next_;
    const std::uint64_t next = sequence + 1 + tail.extension_count;
    WIREBOOK_ASSERT(next <= limit_);
    ring.publish_extensions(sequence, tail.extension_count);
    Slot& slot = ring.entry(sequence);
    auto* target = reinterpret_cast<std::byte*>(&slot);
    for (std::uint64_t word : words) {
      // From a register, not by a wide load of what narrow stores have just written: that waits
      // until the store buffer is empty, and the buffer waits for cache lines of the readers.
      asm("" : "+r"(word));
      std::memcpy(target, &word, sizeof word);
      target += sizeof word;
    }
    tail.crc32c = slot_crc32c(words, tail, sequence, ring.start_.epoch);
    ring.store_tail(slot, sequence, tail);
    next_ = next;
    ring.written_.store(next, std::memory_order_relaxed);
    ring.reader_bells_.ring();
  }

  /// The same for an event. A line whose store comes in pieces holds up all that come behind it
  /// until it has left the core that read it last, so it is asked for some events ahead, and while
  /// nobody looks at it yet it is written in two pieces.
  [[gnu::always_inline]] void publish(const EventWords& words,
                                      EventTail tail) requires std::same_as<Entry, Event> {
    WIREBOOK_ASSERT(next_ + tail.extension_count < limit_);
    Event& event = ring_->entry(next_);
    prefetch_to_write(&ring_->entry(next_ + lines_ahead));
    if (held_ == 0) {
      std::memcpy(static_cast<void*>(&event), words.data(), sizeof words);
      return publish_first(tail);
    }
    if (tail.extension_count != 0)
      ring_->publish_extensions(next_, tail.extension_count);
    tail.flags = ring_->phase(next_);
    using Half = std::uint64_t __attribute__((vector_size(32)));
    const Half first{words[0], words[1], words[2], words[3]};
    const Half second{words[4], words[5], words[6], std::bit_cast<std::uint64_t>(tail)};
    std::memcpy(static_cast<void*>(&event), &first, sizeof first);
    std::memcpy(reinterpret_cast<std::byte*>(&event) + sizeof first, &second, sizeof second);
    count_held(1U + tail.extension_count);
  }

  /// Counts as written the next `count` entries, which another hand has put there whole, seals and
  /// phases and all: a device that writes to the ring's memory. Needs credit for them.
  void adopt(std::uint64_t count) {
    WIREBOOK_ASSERT(next_ + count <= limit_);
    WIREBOOK_ASSERT(count == 0 || ring_->is_published(next_ + count - 1));
    advance(count);
  }

 private:
  [[gnu::noinline]] void publish_first(typename Entry::Tail tail) { publish(tail); }
  void advance(std::uint64_t count) {
    next_ += count;
    ring_->written_.store(next_, std::memory_order_relaxed);
    ring_->reader_bells_.ring();
  }

  void publish_held(typename Entry::Tail tail) {
    if (held_ == 0)
      held_tail_ = tail;
    else
      ring_->publish(next_, tail);
    count_held(1U + tail.extension_count);
  }
  void count_held(std::uint64_t count) {
    held_ += count;
    next_ += count;
  }

  std::uint64_t refresh_credit() {
    limit_ = ring_->oldest_cursor(next_) + ring_->slots_;
    return limit_ - next_;
  }

  static constexpr std::uint64_t lines_ahead = 16;

  Ring<Entry>* ring_;
  std::uint64_t next_;
  std::uint64_t limit_;  ///< may be written up to here, as far as is known
  std::uint64_t held_ = 0;
  typename Entry::Tail held_tail_{};  ///< of the first of them
  bool holds_ = false;
};

template <class Entry>
class alignas(cache_line_bytes) Reader {
 public:
  /// Joins the ring at its start; before the first entry is written.
  explicit Reader(Ring<Entry>& ring)
      : ring_(&ring), index_(ring.reader_count_++), next_(ring.start_.start_sequence) {
    WIREBOOK_ASSERT(index_ < slot_ring_readers_max && ring.written() == next_);
    ring.cursors_[index_].released.store(next_, std::memory_order_release);
  }

  /// The sequence of the oldest entry that this reader has not released.
  [[nodiscard]] std::uint64_t sequence() const { return next_; }
  [[nodiscard]] std::size_t index() const { return index_; }

  /// The entry `ahead` behind the cursor, in place, or null if it is not there yet.
  [[nodiscard]] const Entry* peek(std::uint64_t ahead = 0) const {
    const std::uint64_t sequence = next_ + ahead;
    return ring_->is_published(sequence) ? &ring_->entry(sequence) : nullptr;
  }

  /// An entry that this reader has seen and not released.
  [[nodiscard]] const Entry& at(std::uint64_t sequence) const { return ring_->entry(sequence); }

  /// Gives `count` entries back to the writer.
  void release(std::uint64_t count) {
    if (count == 0)
      return;
    WIREBOOK_ASSERT(count <= ring_->slots_ && ring_->is_published(next_ + count - 1));
    next_ += count;
    ring_->cursors_[index_].released.store(next_, std::memory_order_release);
    ring_->writer_bells_.ring();
  }

 private:
  Ring<Entry>* ring_;
  std::size_t index_;
  std::uint64_t next_;
};

}  // namespace wirebook::slot_ring
