#include "journal/writer_core.hpp"

#include <algorithm>
#include <bit>
#include <utility>

#include "wirebook/assert.hpp"

namespace wirebook::journal {

namespace {

/// The kernel registers memory in pieces of at most 1 GiB: no write crosses from one to the next.
constexpr std::uint64_t piece_blocks = (std::uint64_t{1} << 30) / block_bytes;

}  // namespace

WriterCore::WriterCore(const CoreConfig& config, const Slot* ring)
    : config_(config),
      ring_(ring),
      published_(config.first_sequence),
      watermark_(published_),
      durable_(published_),
      next_block_(block_of(published_)),
      next_segment_sequence_(published_) {
  WIREBOOK_ASSERT(std::has_single_bit(config.ring_slots) && config.ring_slots >= ring_slots_min);
  WIREBOOK_ASSERT(reinterpret_cast<std::uintptr_t>(ring) % block_bytes == 0);
  WIREBOOK_ASSERT(config.segment_slots != 0 && config.segment_slots % block_slots == 0);
  WIREBOOK_ASSERT(config.write_slots != 0 && config.write_slots % block_slots == 0);
  WIREBOOK_ASSERT(config.depth != 0 && config.depth <= depth_max && config.short_depth != 0);
  WIREBOOK_ASSERT(config.segments_ahead != 0 && config.segments_ahead + 2 < open_segments_max);
}

void WriterCore::publish(std::uint64_t end) {
  WIREBOOK_ASSERT(end >= published_ && end - releasable() <= config_.ring_slots);
  published_ = end;
}

std::uint64_t WriterCore::releasable() const {
  // A block whose slots are all durable so far is written again when more of them come.
  return std::max(first_of(block_of(watermark_)), config_.first_sequence);
}

// --- what to submit ---

std::size_t WriterCore::plan(std::span<Request> out) {
  std::size_t count = 0;
  const auto take = [&](auto planner) {
    while (count < out.size()) {
      const std::optional<Request> request = (this->*planner)();
      if (!request)
        return;
      out[count++] = *request;
    }
  };
  if (state_ != WriterState::failed) {
    take(&WriterCore::plan_again);
    take(&WriterCore::plan_write);
    take(&WriterCore::plan_prepare);
  }
  take(&WriterCore::plan_close);
  return count;
}

std::optional<Request> WriterCore::plan_prepare() {
  // At the end only for slots that have nowhere to go yet.
  if (finishing_ && published_ <= next_segment_sequence_)
    return std::nullopt;
  std::uint32_t unfinished = 0;
  std::uint64_t oldest_block = block_of(next_segment_sequence_);
  Segment* free = nullptr;
  for (Segment& segment : segments_) {
    if (segment.state == SegmentState::preparing)
      return std::nullopt;
    if (segment.state != SegmentState::none)
      oldest_block = std::min(oldest_block, segment.first_block);
    if (segment.state == SegmentState::none)
      free = &segment;
    else if (segment.state == SegmentState::open && segment.end_block > next_block_)
      ++unfinished;
  }
  if (unfinished > config_.segments_ahead || free == nullptr)
    return std::nullopt;
  const std::uint64_t first_block = block_of(next_segment_sequence_);
  // One whose close takes long is not left behind: see `crash_window`.
  if ((first_block - oldest_block) * block_slots >= (open_segments_max - 1) * config_.segment_slots)
    return std::nullopt;
  *free = {SegmentState::preparing, next_segment_sequence_, first_block,
           first_block + config_.segment_slots / block_slots};
  const auto id = static_cast<std::uint32_t>(free - segments_.data());
  return Request{.kind = RequestKind::prepare,
                 .id = id,
                 .segment = id,
                 .first_sequence = free->first_sequence,
                 .window_slots = crash_window(config_),
                 .ring_slots = config_.ring_slots};
}

bool WriterCore::may_close(const Segment& segment) const {
  if (segment.state != SegmentState::open)
    return false;
  if (durable_ >= first_of(segment.end_block))
    return true;
  // Those that were never begun go from the hindmost on, each when the one behind it is gone: a
  // crash in between leaves no gap.
  if (is_unused(segment) &&
      std::any_of(segments_.begin(), segments_.end(), [&segment](const Segment& other) {
        return other.state != SegmentState::none && other.first_block > segment.first_block;
      }))
    return false;
  return finishing_ && in_flight_ == 0 && (durable_ == published_ || state_ == WriterState::failed);
}

std::optional<Request> WriterCore::plan_close() {
  // The oldest first; of those that are deleted the hindmost: a crash must leave no gap.
  const auto rank = [this](const Segment& segment) {
    const std::uint64_t first = segment.first_sequence;
    return std::pair(may_close(segment), first < published_ ? ~first : first);
  };
  const auto found =
      std::max_element(segments_.begin(), segments_.end(),
                       [&rank](const Segment& a, const Segment& b) { return rank(a) < rank(b); });
  if (!may_close(*found))
    return std::nullopt;
  found->state = SegmentState::closing;
  const auto id = static_cast<std::uint32_t>(found - segments_.begin());
  return Request{.kind = RequestKind::close,
                 .sync = !config_.sync,
                 // Of a disk that fails, nothing that would show where a segment was is deleted.
                 .remove = is_unused(*found) && state_ != WriterState::failed,
                 .id = id,
                 .segment = id};
}

std::optional<Request> WriterCore::plan_again() {
  for (std::uint32_t id = 0; id < config_.depth; ++id)
    if (writes_[id].state == WriteState::again) {
      writes_[id].state = WriteState::in_flight;
      ++in_flight_;
      return request_of(id);
    }
  return std::nullopt;
}

std::optional<Request> WriterCore::plan_write() {
  const auto id = static_cast<std::uint32_t>(
      std::find_if(writes_.begin(), writes_.begin() + config_.depth,
                   [](const Write& write) { return write.state == WriteState::free; }) -
      writes_.begin());
  if (id == config_.depth)
    return std::nullopt;

  Filling* const rewrite = oldest_to_rewrite();
  const std::uint64_t block = rewrite != nullptr ? rewrite->block : next_block_;
  const std::uint64_t from =
      rewrite != nullptr ? rewrite->end : std::max(first_of(block), config_.first_sequence);
  if (published_ <= from)
    return std::nullopt;
  const Segment* const segment = segment_of(block);
  if (segment == nullptr) {
    counters_.segment_waits += waits_for_segment_ ? 0 : 1;
    waits_for_segment_ = true;
    return std::nullopt;
  }
  waits_for_segment_ = false;

  // A block that was passed by goes alone; the last one that was submitted goes on into new ones.
  const bool is_passed = rewrite != nullptr && block + 1 != next_block_;
  std::uint64_t end_block = is_passed ? block + 1 : limit_of(block, *segment);
  if (config_.separate_filling && end_block > block + 1 && first_of(end_block) > published_)
    --end_block;
  const std::uint64_t end = std::min(published_, first_of(end_block));
  const bool takes_all = end == published_ && end < first_of(block) + config_.write_slots;
  if (takes_all && in_flight_ >= config_.short_depth)
    return std::nullopt;

  if (rewrite != nullptr) {
    forget(rewrite);
    ++counters_.rewrites;
  }
  if (end < first_of(end_block)) {
    WIREBOOK_ASSERT(filling_count_ < filling_.size());
    filling_[filling_count_++] = {end_block - 1, end, true};
  }
  next_block_ = std::max(next_block_, end_block);
  writes_[id] = {.state = WriteState::in_flight,
                 .segment = static_cast<std::uint32_t>(segment - segments_.data()),
                 .first_block = block,
                 .end_block = end_block,
                 .from = from,
                 .end = end};
  ++in_flight_;
  return request_of(id);
}

Request WriterCore::request_of(std::uint32_t id) const {
  const Write& write = writes_[id];
  const std::uint64_t segment_block = segments_[write.segment].first_block;
  const std::uint64_t first = first_of(write.first_block);
  return {.kind = RequestKind::write,
          .sync = config_.sync,
          .id = id,
          .segment = write.segment,
          .offset = slots_offset + (write.first_block - segment_block) * block_bytes,
          .data = reinterpret_cast<const std::byte*>(&slot(first)),
          .bytes = static_cast<std::uint32_t>((write.end_block - write.first_block) * block_bytes),
          .used_bytes = static_cast<std::uint32_t>((write.end - first) * slot_bytes)};
}

const WriterCore::Segment* WriterCore::segment_of(std::uint64_t block) const {
  for (const Segment& segment : segments_)
    if (segment.state == SegmentState::open && segment.first_block <= block &&
        block < segment.end_block)
      return &segment;
  return nullptr;
}

std::uint64_t WriterCore::limit_of(std::uint64_t block, const Segment& segment) const {
  const std::uint64_t ring_blocks = config_.ring_slots / block_slots;
  const std::uint64_t piece = std::min(ring_blocks, piece_blocks);
  return std::min({block + config_.write_slots / block_slots, segment.end_block,
                   (block / piece + 1) * piece, block_of(published_ + block_slots - 1)});
}

WriterCore::Filling* WriterCore::oldest_to_rewrite() {
  Filling* oldest = nullptr;
  for (std::uint32_t i = 0; i < filling_count_; ++i) {
    Filling& filling = filling_[i];
    const std::uint64_t end = std::min(published_, first_of(filling.block + 1));
    if (!filling.in_flight && filling.end < end &&
        (oldest == nullptr || filling.block < oldest->block))
      oldest = &filling;
  }
  return oldest;
}

void WriterCore::forget(Filling* filling) { *filling = filling_[--filling_count_]; }

// --- counts ---

std::uint32_t WriterCore::segments_ready() const {
  return static_cast<std::uint32_t>(
      std::count_if(segments_.begin(), segments_.end(), [this](const Segment& segment) {
        return segment.state == SegmentState::open && segment.end_block > next_block_;
      }));
}

bool WriterCore::finished() const {
  return finishing_ && in_flight_ == 0 &&
         (durable_ == published_ || state_ == WriterState::failed) &&
         std::all_of(segments_.begin(), segments_.end(),
                     [](const Segment& segment) { return segment.state == SegmentState::none; });
}

}  // namespace wirebook::journal
