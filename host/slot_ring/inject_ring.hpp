// The inject ring: how host threads put slots of their own into the stream.
//
//   push ──┐
//   push ──┼─► inject ring ──drain──► slot ring (time and sequence of its own, like any other slot)
//   push ──┘
//
// Logins, clock ticks, instruments, admin actions: what did not come through the parser. A slot
// gets its place when the slot ring's one writer takes it over; in software that is the one copy of
// 64 bytes that such a slot pays, counted here. The memory has the format of the slot ring itself,
// phase, seal and groups, so that hardware can read it instead of `drain`: then `ready` says what
// its doorbell is to be rung with, and `taken` gives back the room of what it has read.
//
// Shapes: a slot, or a slot and its extensions; a power of two of them. Threads: `push` any,
// `drain`, or `ready` and `taken`, one; counts any. A producer that stops between claim and publish
// holds up those behind it, so `push` does nothing else in between. Errors: `push` says false when
// there is no room. Cost: a push is one compare-and-swap and a copy into the ring.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <span>

#include "wirebook/slot.hpp"
#include "wirebook/units.hpp"

#include "slot_ring/ring.hpp"

namespace wirebook::slot_ring {

class InjectRing {
 public:
  /// `slots` is a power of two, at least `ring_slots_min`.
  explicit InjectRing(std::size_t slots) : ring_(slots), reader_(ring_) {}
  /// In memory of somebody else: see `Ring`.
  explicit InjectRing(std::span<std::byte> memory) : ring_(memory), reader_(ring_) {}

  /// Body and `tail.kind` are the caller's; the time is set by `drain`. False if the ring is full.
  bool push(const Slot& slot) noexcept { return push(std::span<const Slot>(&slot, 1)); }
  /// A slot and the `tail.extension_count` extensions behind it: all or none.
  bool push(std::span<const Slot> group) noexcept { return place(group) != no_place; }
  /// The same; gives how many slots have been pushed since the start, these included, or
  /// `no_place`.
  std::uint64_t place(std::span<const Slot> group) noexcept;
  static constexpr std::uint64_t no_place = 0;

  /// By the writer of `slots`: moves whole groups, at most `max` slots and as far as there is
  /// credit, each with the time `now`. Returns how many slots.
  std::size_t drain(Writer<Slot>& slots, TimeNs now, std::size_t max) noexcept;

  /// For hardware that reads the ring: so many slots since the start are there in whole groups.
  [[nodiscard]] std::uint64_t ready() noexcept;
  /// The hardware has taken so many since the start, at most `ready`: their room is free.
  void taken(std::uint64_t slots) noexcept;

  /// Rings `bell` after each push, for the thread that drains. Before the threads start.
  void attach_bell(Doorbell* bell) { ring_.attach_reader_bell(bell); }

  [[nodiscard]] std::size_t slots() const { return ring_.slots(); }
  [[nodiscard]] std::size_t used() const { return ring_.used(); }
  /// What was taken over since the start.
  [[nodiscard]] std::uint64_t bytes_copied() const {
    return (ring_.cursor(0) - ring_.start().start_sequence) * slot_bytes;
  }

 private:
  Ring<Slot> ring_;  ///< `written` is the claim: producers take sequences from it
  Reader<Slot> reader_;
  std::uint64_t ready_ = 0;
};

}  // namespace wirebook::slot_ring
