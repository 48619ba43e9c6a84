#include "journal/journal_writer.hpp"

#include <span>

namespace wirebook::journal {

namespace {

CoreConfig core_config(const slot_ring::Ring<Slot>& ring, const Disk& disk,
                       const WriterOptions& options) {
  return {.first_sequence = ring.start().start_sequence,
          .ring_slots = ring.slots(),
          .segment_slots = options.segment_slots,
          .depth = options.depth,
          .short_depth = options.short_depth,
          .write_slots = options.write_slots,
          .segments_ahead = options.segments_ahead,
          .sync = options.sync,
          .separate_filling = disk.wants_stable_bytes()};
}

}  // namespace

JournalWriter::JournalWriter(slot_ring::Ring<Slot>& ring, Disk& disk, const WriterOptions& options)
    : ring_(&ring),
      disk_(&disk),
      reader_(ring),
      core_(core_config(ring, disk, options), reinterpret_cast<const Slot*>(ring.memory().data())),
      durable_(core_.watermark()) {}

bool JournalWriter::poll() noexcept {
  bool moved = take_completions();
  core_.publish(published());
  moved = submit() || moved;
  tell();
  return moved;
}

bool JournalWriter::take_completions() noexcept {
  bool any = false;
  for (;;) {
    const std::size_t count = disk_->poll(completions_);
    for (std::size_t i = 0; i < count; ++i)
      core_.complete(completions_[i]);
    any = any || count != 0;
    if (count < completions_.size())
      return any;
  }
}

bool JournalWriter::submit() noexcept {
  bool any = false;
  for (;;) {
    const std::size_t count = core_.plan(requests_);
    if (count != 0)
      disk_->submit(std::span(requests_).first(count));
    any = any || count != 0;
    if (count < requests_.size())
      return any;
  }
}

/// The end of the last whole group that is in the ring. The count is only a hint: a head is seen
/// by its own phase, and with it all before it. Extensions are walked back over, as the head goes
/// last in software, and first in hardware, where the count may stand inside a group.
std::uint64_t JournalWriter::published() const noexcept {
  const std::uint64_t known = core_.published();
  const std::uint64_t written = ring_->written();
  for (std::uint64_t head = written; head-- > known;) {
    const Slot* const slot = reader_.peek(head - reader_.sequence());
    if (slot == nullptr)
      return known;
    if (slot->tail.kind != SlotKind::extension)
      return head + 1 + slot->tail.extension_count <= written ? written : head;
  }
  return known;
}

void JournalWriter::tell() noexcept {
  reader_.release(core_.releasable() - reader_.sequence());
  const bool moved = core_.watermark() != durable_.load(std::memory_order_relaxed) ||
                     core_.state() != state_.load(std::memory_order_relaxed);
  if (!moved)
    return;
  durable_.store(core_.watermark(), std::memory_order_release);
  error_.store(core_.error(), std::memory_order_relaxed);
  state_.store(core_.state(), std::memory_order_release);
  bells_.ring();
}

}  // namespace wirebook::journal
