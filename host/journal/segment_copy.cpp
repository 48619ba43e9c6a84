#include "journal/segment_copy.hpp"

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <memory>
#include <span>

#include <sys/syscall.h>
#include <unistd.h>

#include "journal/compressed_segment.hpp"
#include "journal/new_file.hpp"
#include "journal/segment_check.hpp"

namespace wirebook::journal {

namespace {

/// As linux/mman.h has them since 6.5; Debian 12's headers do not.
struct CacheRange {
  std::uint64_t offset;
  std::uint64_t bytes;
};
struct CacheState {
  std::uint64_t cached, dirty, writeback, evicted, recently_evicted;
};
constexpr long cachestat_call = 451;
constexpr std::uint64_t page_bytes = 4096;

std::unique_ptr<DataFile> open_source(const std::string& path, ReadFrom from) {
  auto direct = std::make_unique<DataFile>(path, DataFile::Use::read, from != ReadFrom::cache);
  if (from != ReadFrom::automatic || !direct->direct() || !is_cached(*direct))
    return direct;
  return std::make_unique<DataFile>(path, DataFile::Use::read, false);
}

void finish(NewFile& target, PieceQueue& queue) {
  target.sync(queue);
  target.name();
}

CompressedHeader compressed_header(const CopyTools& tools, const SegmentPart& part,
                                   Compression compression) {
  return {.compression = compression,
          .piece_bytes = static_cast<std::uint32_t>(tools.queue.buffer(0).size()),
          .raw_bytes = part.file_bytes,
          .first_sequence = part.first,
          .epoch = part.epoch};
}

bool is_header(std::span<const std::byte> bytes) {
  return check_header(bytes).fault == HeaderFault::none;
}

bool same_bytes(std::span<const std::byte> a, std::span<const std::byte> b) {
  return a.size() == b.size() && std::memcmp(a.data(), b.data(), a.size()) == 0;
}

/// Of two pieces; the header's block decides whose they are.
Comparison compare_piece(std::uint64_t offset, std::span<const std::byte> segment,
                         std::span<const std::byte> copy) {
  if (same_bytes(segment, copy))
    return Comparison::same;
  const bool other = offset == 0 && copy.size() >= block_bytes && segment.size() >= block_bytes &&
                     !same_bytes(segment.first(block_bytes), copy.first(block_bytes)) &&
                     is_header(copy) && is_header(segment);
  return other ? Comparison::other_journal : Comparison::differs;
}

}  // namespace

bool is_cached(const DataFile& file) {
  CacheRange range{0, 0};  // 0 bytes: to the end
  CacheState state{};
  return syscall(cachestat_call, file.get(), &range, &state, 0U) == 0 &&
         state.cached * page_bytes > file.bytes() / 2;
}

std::uint64_t copy_raw(CopyTools& tools, const SegmentPart& part, const std::string& from,
                       const std::string& to) {
  const auto source = open_source(from, tools.read_from);
  NewFile target(to);
  target.file().allocate(part.file_bytes);
  FilePieces pieces(tools.queue, *source, part.file_bytes, 0, tools.queue.buffer_count());
  tools.prover.begin(part);
  while (!pieces.at_end()) {
    const FilePieces::Piece piece = pieces.next();
    tools.prover.take(piece.offset, piece.bytes);
    tools.queue.write(piece.buffer, target.file(), piece.offset, piece.bytes.size());
    tools.done(piece.bytes.size());
  }
  tools.prover.end();
  finish(target, tools.queue);
  return part.file_bytes;
}

std::uint64_t compress(CopyTools& tools, const SegmentPart& part, const std::string& from,
                       const std::string& to, Compression compression) {
  const auto source = open_source(from, tools.read_from);
  NewFile target(to);
  const std::uint32_t half = tools.queue.buffer_count() / 2;
  FilePieces pieces(tools.queue, *source, part.file_bytes, 0, half);
  CompressedWriter writer(tools.queue, target.file(), compressed_header(tools, part, compression),
                          half, half);
  tools.prover.begin(part);
  while (!pieces.at_end()) {
    const FilePieces::Piece piece = pieces.next();
    tools.prover.take(piece.offset, piece.bytes);
    writer.add(piece.bytes);
    tools.done(piece.bytes.size());
  }
  tools.prover.end();
  const std::uint64_t bytes = writer.finish();
  finish(target, tools.queue);
  return bytes;
}

std::uint64_t expand(CopyTools& tools, const SegmentPart& part, const std::string& from,
                     const std::string& to) {
  const auto source = open_source(from, tools.read_from);
  NewFile target(to);
  const std::uint32_t half = tools.queue.buffer_count() / 2;
  CompressedReader reader(tools.queue, *source, from, 0, half);
  target.file().allocate(part.file_bytes);
  tools.prover.begin(part);
  std::uint64_t offset = 0;
  for (std::uint32_t buffer = half; !reader.at_end();
       buffer = buffer + 1 == 2 * half ? half : buffer + 1) {
    tools.queue.wait(buffer);
    const auto room = tools.queue.buffer(buffer);
    const auto raw = room.first(reader.next(room));
    tools.prover.take(offset, raw);
    tools.queue.write(buffer, target.file(), offset, raw.size());
    offset += raw.size();
    tools.done(raw.size());
  }
  tools.prover.end();
  finish(target, tools.queue);
  return part.file_bytes;
}

Comparison compare_raw(CopyTools& tools, const SegmentPart& part, const std::string& segment,
                       const std::string& copy) {
  const auto source = open_source(segment, tools.read_from);
  const DataFile other(copy, DataFile::Use::read, true);
  if (other.bytes() != part.file_bytes)
    return Comparison::differs;
  const std::uint32_t half = tools.queue.buffer_count() / 2;
  FilePieces source_pieces(tools.queue, *source, part.file_bytes, 0, half);
  FilePieces copy_pieces(tools.queue, other, part.file_bytes, half, half);
  tools.prover.begin(part);
  while (!source_pieces.at_end()) {
    const FilePieces::Piece piece = source_pieces.next();
    const Comparison now = compare_piece(piece.offset, piece.bytes, copy_pieces.next().bytes);
    if (now != Comparison::same) {
      tools.queue.wait_all();
      return now;
    }
    tools.prover.take(piece.offset, piece.bytes);
    tools.done(piece.bytes.size());
  }
  tools.prover.end();
  return Comparison::same;
}

Comparison compare_compressed(CopyTools& tools, const SegmentPart& part, const std::string& segment,
                              const std::string& copy) {
  const auto source = open_source(segment, tools.read_from);
  const DataFile other(copy, DataFile::Use::read, true);
  const std::uint32_t third = tools.queue.buffer_count() / 3;
  Comparison result = Comparison::same;
  try {
    CompressedReader reader(tools.queue, other, copy, third, third);
    if (reader.header().raw_bytes != part.file_bytes ||
        reader.header().piece_bytes != tools.queue.buffer(0).size())
      return tools.queue.wait_all(), Comparison::differs;
    FilePieces pieces(tools.queue, *source, part.file_bytes, 0, third);
    tools.prover.begin(part);
    while (!pieces.at_end() && result == Comparison::same) {
      const FilePieces::Piece piece = pieces.next();
      const auto room = tools.queue.buffer(2 * third);
      result = compare_piece(piece.offset, piece.bytes, room.first(reader.next(room)));
      if (result == Comparison::same)
        tools.prover.take(piece.offset, piece.bytes);
      tools.done(piece.bytes.size());
    }
  } catch (const JournalDamage& damage) {
    tools.queue.wait_all();
    if (damage.position().starts_with(copy))
      return Comparison::differs;
    throw;
  }
  tools.queue.wait_all();
  if (result == Comparison::same)
    tools.prover.end();
  return result;
}

}  // namespace wirebook::journal
