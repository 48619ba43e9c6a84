#include "wire_out/sequenced_store.hpp"

#include <algorithm>
#include <utility>

#include "wirebook/assert.hpp"
#include "wirebook/wire/big_endian.hpp"

namespace wirebook::wire_out {

namespace {

constexpr std::size_t line_bytes = 64;
constexpr std::size_t prefetch_bytes = 1024;  ///< a dozen messages

}  // namespace

ChunkPool::ChunkPool(std::uint32_t chunks)
    : memory_(std::size_t{chunks} * chunk_bytes), chunks_(chunks) {}

std::uint32_t ChunkPool::take() { return taken_ < chunks_ ? taken_++ : none; }

SequencedStore::SequencedStore(ChunkPool& pool) : pool_(&pool) {
  chunks_.reserve(chunks_max);
  const std::uint32_t index = pool.take();
  spare_ = pool.take();
  WIREBOOK_ASSERT(index != ChunkPool::none && spare_ != ChunkPool::none);
  chunks_.push_back({.index = index, .first_sequence = 1});
}

std::span<std::byte, ouch_message_bytes_max> SequencedStore::room() {
  if (chunks_[newest_].used_bytes + block_bytes_max > ChunkPool::chunk_bytes)
    open_chunk();
  const Chunk& chunk = chunks_[newest_];
  return std::span<std::byte, ouch_message_bytes_max>(
      pool_->data(chunk.index) + chunk.used_bytes + sizeof(wire::Big16), ouch_message_bytes_max);
}

void SequencedStore::commit(std::size_t bytes) {
  if (bytes == 0)
    return;
  Chunk& chunk = chunks_[newest_];
  wire::view<wire::Big16>(pool_->data(chunk.index) + chunk.used_bytes) =
      static_cast<std::uint16_t>(bytes);
  chunk.used_bytes += static_cast<std::uint32_t>(sizeof(wire::Big16) + bytes);
  ++chunk.count;
  ++next_sequence_;
  // Memory that was not written for long: without this each message waits for its lines. Where it
  // is beyond the chunk's end nothing comes of it.
  const std::byte* const soon = pool_->data(chunk.index) + chunk.used_bytes + prefetch_bytes;
  __builtin_prefetch(soon, 1);
  __builtin_prefetch(soon + line_bytes, 1);
}

// A new chunk while there are any; then the session's own oldest, over and over.
void SequencedStore::open_chunk() {
  std::uint32_t index = std::exchange(spare_, ChunkPool::none);
  if (index == ChunkPool::none && oldest_ == 0 && chunks_.size() < chunks_max)
    index = pool_->take();
  if (index != ChunkPool::none) {
    newest_ = chunks_.size();
    chunks_.push_back({.index = index, .first_sequence = next_sequence_});
    return;
  }
  Chunk& chunk = chunks_[oldest_];
  messages_forgotten_ += chunk.count;
  newest_ = oldest_;
  oldest_ = (oldest_ + 1) % chunks_.size();
  chunk = {.index = chunk.index, .first_sequence = next_sequence_};
  if (unsent_chunk_ == newest_) {  // what was never sent is forgotten too; the client sees the gap
    unsent_chunk_ = oldest_;
    unsent_begin_ = 0;
  }
}

SequencedStore::Run SequencedStore::take_unsent(std::size_t bytes_max) {
  if (unsent_begin_ == chunks_[unsent_chunk_].used_bytes && unsent_chunk_ != newest_) {
    unsent_chunk_ = (unsent_chunk_ + 1) % chunks_.size();
    unsent_begin_ = 0;
    unsent_sequence_ = chunks_[unsent_chunk_].first_sequence;
  }
  const Chunk& chunk = chunks_[unsent_chunk_];
  if (unsent_begin_ == 0)
    unsent_sequence_ = chunk.first_sequence;
  const Run run = run_in(chunk, unsent_begin_, unsent_sequence_, count_unbounded, bytes_max);
  unsent_begin_ += run.blocks.size();
  unsent_sequence_ += run.count;
  return run;
}

void SequencedStore::count_as_sent() {
  unsent_chunk_ = newest_;
  unsent_begin_ = chunks_[newest_].used_bytes;
  unsent_sequence_ = next_sequence_;
}

SequencedStore::Cursor SequencedStore::seek(std::uint32_t first) const {
  std::size_t place = newest_;
  while (place != oldest_ && chunks_[place].first_sequence > first)
    place = (place + chunks_.size() - 1) % chunks_.size();
  const Chunk& chunk = chunks_[place];
  const std::byte* const data = pool_->data(chunk.index);
  std::size_t begin = 0;
  for (std::uint32_t i = chunk.first_sequence; i < first && begin < chunk.used_bytes; ++i)
    begin += sizeof(wire::Big16) + wire::view<wire::Big16>(data + begin);
  return {.sequence = first,
          .chunk_first = chunk.first_sequence,
          .chunk = static_cast<std::uint32_t>(place),
          .begin = static_cast<std::uint32_t>(begin)};
}

std::optional<SequencedStore::Run> SequencedStore::peek(Cursor& cursor,
                                                        std::size_t bytes_max) const {
  if (chunks_[cursor.chunk].first_sequence != cursor.chunk_first)
    return std::nullopt;
  if (cursor.begin == chunks_[cursor.chunk].used_bytes && cursor.chunk != newest_) {
    cursor.chunk = static_cast<std::uint32_t>((cursor.chunk + 1) % chunks_.size());
    cursor.chunk_first = chunks_[cursor.chunk].first_sequence;
    cursor.begin = 0;
  }
  return run_in(chunks_[cursor.chunk], cursor.begin, cursor.sequence, count_unbounded, bytes_max);
}

SequencedStore::Run SequencedStore::run(std::uint32_t first, std::uint32_t count_max,
                                        std::size_t bytes_max) const {
  const auto holds = [first](const Chunk& chunk) {
    return first >= chunk.first_sequence && first - chunk.first_sequence < chunk.count;
  };
  const auto chunk = std::find_if(chunks_.begin(), chunks_.end(), holds);
  if (chunk == chunks_.end())
    return {};
  const std::byte* const data = pool_->data(chunk->index);
  std::size_t begin = 0;
  for (std::uint32_t i = chunk->first_sequence; i != first; ++i)
    begin += sizeof(wire::Big16) + wire::view<wire::Big16>(data + begin);
  return run_in(*chunk, begin, first, count_max, bytes_max);
}

SequencedStore::Run SequencedStore::run_in(const Chunk& chunk, std::size_t begin,
                                           std::uint32_t first, std::uint32_t count_max,
                                           std::size_t bytes_max) const {
  const std::byte* const data = pool_->data(chunk.index);
  const std::uint32_t count_end = std::min(count_max, chunk.count - (first - chunk.first_sequence));
  std::size_t end = begin;
  std::uint16_t count = 0;
  while (count < std::min(count_end, count_unbounded)) {
    const std::size_t next = end + sizeof(wire::Big16) + wire::view<wire::Big16>(data + end);
    if (next - begin > bytes_max)
      break;
    end = next;
    ++count;
  }
  return {.first = first, .count = count, .blocks = {data + begin, end - begin}};
}

void SequencedStore::save(match::StateWriter& writer) const {
  writer.u64(messages_forgotten_);
  writer.u32(next_sequence_);
  writer.u32(static_cast<std::uint32_t>(chunks_.size()));
  for (std::size_t i = 0; i != chunks_.size(); ++i) {
    const Chunk& chunk = chunks_[(oldest_ + i) % chunks_.size()];
    writer.u32(chunk.count);
    writer.u32(chunk.used_bytes);
    writer.bytes({pool_->data(chunk.index), chunk.used_bytes});
  }
}

// Chunks come back as they were: how full each one is decides when the next is opened, and so what
// is forgotten later.
bool SequencedStore::load(match::StateReader& reader) {
  messages_forgotten_ = reader.u64();
  const std::uint32_t next_sequence = reader.u32();
  const std::uint32_t chunks = reader.u32();
  if (messages_forgotten_ >= next_sequence || chunks == 0 || chunks > chunks_max)
    return false;
  next_sequence_ = static_cast<std::uint32_t>(messages_forgotten_) + 1;
  chunks_[newest_].first_sequence = next_sequence_;
  for (std::uint32_t i = 0; i != chunks; ++i) {
    if (i != 0)
      open_chunk();
    if (!load_chunk(reader))
      return false;
  }
  count_as_sent();
  return next_sequence_ == next_sequence;
}

bool SequencedStore::load_chunk(match::StateReader& reader) {
  Chunk& chunk = chunks_[newest_];
  chunk.count = reader.u32();
  chunk.used_bytes = reader.u32();
  if (chunk.used_bytes > ChunkPool::chunk_bytes)
    return false;
  const std::span<std::byte> blocks(pool_->data(chunk.index), chunk.used_bytes);
  reader.bytes(blocks);
  if (reader.failed())
    return false;
  std::size_t end = 0;
  std::uint32_t count = 0;
  for (; blocks.size() - end > sizeof(wire::Big16); ++count) {
    const std::size_t bytes = wire::view<wire::Big16>(blocks.data() + end);
    if (bytes == 0 || bytes > ouch_message_bytes_max ||
        bytes > blocks.size() - end - sizeof(wire::Big16))
      return false;
    end += sizeof(wire::Big16) + bytes;
  }
  next_sequence_ += count;
  return end == blocks.size() && count == chunk.count;
}

}  // namespace wirebook::wire_out
