// What came back from the disk, and what it makes durable.
#include <algorithm>
#include <cerrno>

#include "wirebook/assert.hpp"

#include "journal/writer_core.hpp"

namespace wirebook::journal {

namespace {

/// A device that takes nothing so often in a row is broken.
constexpr std::uint32_t idle_tries_max = 100;

bool is_disk_full(int error) { return error == ENOSPC || error == EDQUOT; }
bool is_transient(int error) { return error == EINTR || error == EAGAIN; }

}  // namespace

void WriterCore::complete(const Completion& completion) {
  switch (completion.kind) {
    case RequestKind::prepare:
      return complete_prepare(completion.id, completion.result);
    case RequestKind::close:
      return complete_close(completion.id, completion.result);
    case RequestKind::write:
      break;
  }
  WIREBOOK_ASSERT(completion.id < config_.depth);
  Write& write = writes_[completion.id];
  WIREBOOK_ASSERT(write.state == WriteState::in_flight);
  --in_flight_;
  complete_write(write, completion.result);
}

void WriterCore::complete_prepare(std::uint32_t id, int result) {
  Segment& segment = segments_[id];
  WIREBOOK_ASSERT(segment.state == SegmentState::preparing);
  if (result >= 0) {
    segment.state = SegmentState::open;
    next_segment_sequence_ = first_of(segment.end_block);
    ++counters_.segments;
    if (state_ == WriterState::disk_full) {
      state_ = WriterState::running;
      error_ = 0;
    }
    return;
  }
  segment.state = SegmentState::none;
  if (!is_disk_full(-result))
    return fail(-result);
  ++counters_.disk_full;
  if (state_ == WriterState::running) {
    state_ = WriterState::disk_full;
    error_ = -result;
  }
}

void WriterCore::complete_close(std::uint32_t id, int result) {
  WIREBOOK_ASSERT(segments_[id].state == SegmentState::closing);
  segments_[id].state = SegmentState::none;
  if (result < 0)
    fail(-result);
}

void WriterCore::complete_write(Write& write, std::int32_t result) {
  const std::uint64_t blocks = write.end_block - write.first_block;
  const bool is_error = result < 0 && !is_transient(-result);
  const std::uint64_t written =
      result < 0
          ? 0
          : std::min<std::uint64_t>(static_cast<std::uint64_t>(result) / block_bytes, blocks);
  counters_.written_bytes += written * block_bytes;
  write.idle_tries = written == 0 ? write.idle_tries + 1 : 0;
  if (is_error || write.idle_tries > idle_tries_max) {
    write.state = WriteState::failed;
    return fail(is_error ? -result : EIO);
  }
  write.first_block += written;
  if (written < blocks) {
    ++(result < 0 ? counters_.retries : counters_.short_writes);
    write.state = WriteState::again;
    return;
  }
  ++counters_.writes;
  write.state = WriteState::free;
  for (std::uint32_t i = 0; i < filling_count_; ++i)
    if (filling_[i].block + 1 == write.end_block)
      filling_[i].in_flight = false;
  if (state_ != WriterState::failed)
    advance_watermark();
}

void WriterCore::advance_watermark() {
  durable_ = std::max(first_of(next_block_), config_.first_sequence);
  for (std::uint32_t i = 0; i < filling_count_; ++i)
    durable_ = std::min(durable_, filling_[i].end);
  for (const Write& write : writes_)
    if (write.state != WriteState::free)
      durable_ = std::min(durable_, write.from);
  // A head that is durable without its extensions does not count.
  std::uint64_t whole = durable_;
  while (whole > watermark_ && whole < published_ && slot(whole).tail.kind == SlotKind::extension)
    --whole;
  WIREBOOK_ASSERT(whole >= watermark_);
  watermark_ = whole;
}

void WriterCore::fail(int error) {
  if (state_ == WriterState::failed)
    return;  // the first error tells most
  state_ = WriterState::failed;
  error_ = error;
}

}  // namespace wirebook::journal
