#include "node/recovery/journal_stage.hpp"

namespace wirebook::node {

namespace {

/// A node that is to end waits so long for a full disk to have room.
constexpr std::uint64_t full_at_end_max_ns = 2'000 * ns_per_ms;

}  // namespace

JournalStage::JournalStage(const Parts& parts)
    : writer_(&parts.writer), clock_(&parts.clock), ending_(&parts.ending), looks_(parts.looks) {}

bool JournalStage::poll() noexcept {
  if (finished())
    return false;
  // Read before the ring is looked at: the writer then sees all that ingress has written.
  const bool ends = ending_->ingress.load(std::memory_order_acquire);
  const bool moved = writer_->poll();
  if (ends && !finishing_) {
    finishing_ = true;
    writer_->finish();
  }
  if (moved)
    publish_figures();
  watch_state();
  if (finishing_ && writer_->finished()) {
    publish_figures();
    ending_->journal.store(true, std::memory_order_release);
  }
  return moved || (looks_ && writer_->core().in_flight() != 0);
}

void JournalStage::watch_state() noexcept {
  const journal::WriterState state = writer_->state();
  const bool full = state == journal::WriterState::disk_full;
  if (full != ending_->orders_refused.load(std::memory_order_relaxed))
    ending_->orders_refused.store(full, std::memory_order_relaxed);
  if (state == journal::WriterState::failed)
    return fail();
  if (!full || !ending_->wanted.load(std::memory_order_relaxed)) {
    full_at_end_since_ns_ = 0;
    return;
  }
  // The end does not wait for room, unless everything is written.
  const std::uint64_t now = clock_->steady_ns();
  if (full_at_end_since_ns_ == 0)
    full_at_end_since_ns_ = now;
  if (now - full_at_end_since_ns_ < full_at_end_max_ns)
    return;
  fail();
  if (writer_->core().in_flight() == 0)
    ending_->journal.store(true, std::memory_order_release);
}

void JournalStage::fail() noexcept {
  if (failed_.exchange(true, std::memory_order_acq_rel))
    return;
  publish_figures();
  ending_->cut.store(true, std::memory_order_release);
  ending_->wanted.store(true, std::memory_order_release);
}

void JournalStage::publish_figures() noexcept {
  const journal::WriterCounters& counts = writer_->core().counters();
  const std::array<std::uint64_t, 9> values{
      counts.writes,       counts.written_bytes, counts.rewrites,
      counts.short_writes, counts.retries,       counts.segments,
      counts.disk_full,    counts.segment_waits, writer_->copied_bytes()};
  for (std::size_t i = 0; i < values.size(); ++i)
    figures_[i].store(values[i], std::memory_order_relaxed);
}

JournalFigures JournalStage::figures() const noexcept {
  const auto at = [this](std::size_t i) { return figures_[i].load(std::memory_order_relaxed); };
  return {.writer = {.writes = at(0),
                     .written_bytes = at(1),
                     .rewrites = at(2),
                     .short_writes = at(3),
                     .retries = at(4),
                     .segments = at(5),
                     .segment_waits = at(7),
                     .disk_full = at(6)},
          .copied_bytes = at(8),
          .durable = writer_->durable(),
          .state = writer_->state(),
          .error = writer_->error()};
}

}  // namespace wirebook::node
