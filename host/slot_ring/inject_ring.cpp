#include "slot_ring/inject_ring.hpp"

#include <cstring>

#include "wirebook/assert.hpp"

#include "slot_ring/group.hpp"

namespace wirebook::slot_ring {

namespace {

/// All but the tail, which `publish` writes.
void copy_untailed(Slot& to, const Slot& from) {
  std::memcpy(static_cast<void*>(&to), &from, offsetof(Slot, tail));
}

}  // namespace

std::uint64_t InjectRing::place(std::span<const Slot> group) noexcept {
  WIREBOOK_ASSERT(!group.empty() && group.size() <= group_slots_max &&
                  group.size() == 1U + group.front().tail.extension_count);
  std::uint64_t sequence = ring_.written_.load(std::memory_order_relaxed);
  do {
    // Acquire: what the drain has read there, it has read before we overwrite it.
    if (sequence + group.size() > ring_.cursor(0) + ring_.slots())
      return no_place;
  } while (!ring_.written_.compare_exchange_weak(sequence, sequence + group.size(),
                                                 std::memory_order_relaxed));
  for (std::size_t i = 0; i < group.size(); ++i)
    copy_untailed(ring_.entry(sequence + i), group[i]);
  ring_.publish(sequence, group.front().tail);
  ring_.reader_bells_.ring();
  return sequence + group.size();
}

std::uint64_t InjectRing::ready() noexcept {
  while (const auto group = peek_group(reader_, ready_ - reader_.sequence()))
    ready_ += group->slot_count();
  return ready_;
}

void InjectRing::taken(std::uint64_t slots) noexcept {
  WIREBOOK_ASSERT(slots <= ready_);
  if (slots > reader_.sequence())
    reader_.release(slots - reader_.sequence());
}

std::size_t InjectRing::drain(Writer<Slot>& slots, TimeNs now, std::size_t max) noexcept {
  std::size_t drained = 0;
  while (const auto group = peek_group(reader_, drained)) {
    const std::size_t count = group->slot_count();
    if (drained + count > max || !slots.has_credit(count))
      break;
    for (std::size_t i = 0; i < count; ++i) {
      copy_untailed(slots.at(i), i == 0 ? *group->head : *group->extensions[i - 1]);
      slots.at(i).time_ns = now;
    }
    slots.publish(SlotTail{.kind = group->head->tail.kind,
                           .extension_count = group->head->tail.extension_count});
    drained += count;
  }
  reader_.release(drained);
  return drained;
}

}  // namespace wirebook::slot_ring
