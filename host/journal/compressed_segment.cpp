#include "journal/compressed_segment.hpp"

#include <algorithm>
#include <utility>

#include "wirebook/assert.hpp"

#include "journal/bytes.hpp"
#include "journal/segment_check.hpp"
#include "journal/segment_parts.hpp"

namespace wirebook::journal {

PiecePlace place_of(const CompressedHeader& header, std::uint64_t raw_offset) {
  const std::uint64_t base = block_start(header.first_sequence);
  if (raw_offset == 0)
    return {.first_slot = base, .epoch = header.epoch, .header_bytes = slots_offset};
  return {.first_slot = base + (raw_offset - slots_offset) / slot_bytes, .epoch = header.epoch};
}

// ── Writing ─────────────────────────────────────────────────────────────────────────────────────

CompressedWriter::CompressedWriter(PieceQueue& queue, DataFile& file,
                                   const CompressedHeader& header, std::uint32_t first_buffer,
                                   std::uint32_t buffers)
    : queue_(&queue),
      file_(&file),
      header_(header),
      codec_(header.compression, header.layout, header.piece_bytes),
      first_buffer_(first_buffer),
      buffers_(buffers),
      buffer_(first_buffer) {
  append(encode(header));
}

void CompressedWriter::add(std::span<const std::byte> raw) {
  const auto stored = codec_.encode(raw, place_of(header_, raw_bytes_));
  const CompressedPiece piece{.stored_bytes = static_cast<std::uint32_t>(stored.size()),
                              .raw_bytes = static_cast<std::uint32_t>(raw.size()),
                              .crc = crc32c_of(stored)};
  append(encode(piece));
  append(stored);
  raw_bytes_ += raw.size();
  ++end_.pieces;
  end_.crc = crc32c_of(std::as_bytes(std::span(&piece.crc, 1)), end_.crc);
}

void CompressedWriter::append(std::span<const std::byte> bytes) {
  while (!bytes.empty()) {
    const auto buffer = queue_->buffer(buffer_);
    const std::size_t now = std::min(bytes.size(), buffer.size() - filled_);
    std::copy_n(bytes.begin(), now, buffer.begin() + static_cast<std::ptrdiff_t>(filled_));
    filled_ += now;
    bytes = bytes.subspan(now);
    if (filled_ == buffer.size())
      write_out();
  }
}

void CompressedWriter::write_out() {
  queue_->write(buffer_, *file_, written_, filled_);
  written_ += filled_;
  filled_ = 0;
  buffer_ = first_buffer_ + (buffer_ - first_buffer_ + 1) % buffers_;
  queue_->wait(buffer_);
}

std::uint64_t CompressedWriter::finish() {
  WIREBOOK_ASSERT(raw_bytes_ == header_.raw_bytes);
  end_.file_bytes = written_ + filled_ + sizeof(CompressedEndBytes);
  append(encode(end_));
  if (filled_ != 0) {
    const auto buffer = queue_->buffer(buffer_);
    std::fill(buffer.begin() + static_cast<std::ptrdiff_t>(filled_), buffer.end(), std::byte{0});
    write_out();
  }
  queue_->wait_all();
  file_->cut(end_.file_bytes);
  return end_.file_bytes;
}

// ── Reading ─────────────────────────────────────────────────────────────────────────────────────

CompressedReader::CompressedReader(PieceQueue& queue, const DataFile& file, std::string name,
                                   std::uint32_t first_buffer, std::uint32_t buffers)
    : pieces_(queue, file, file.bytes(), first_buffer, buffers),
      name_(std::move(name)),
      file_bytes_(file.bytes()) {
  CompressedHeaderBytes bytes;
  read(bytes);
  const auto header = decode_header(bytes);
  if (!header) {
    at_ = 0;
    fail("no header of a compressed segment, or of another version");
  }
  header_ = *header;
  codec_.emplace(header_.compression, header_.layout, header_.piece_bytes);
}

std::size_t CompressedReader::next(std::span<std::byte> raw) {
  const std::uint64_t begins_at = at_;
  CompressedPieceBytes bytes;
  read(bytes);
  const std::uint64_t expected =
      std::min<std::uint64_t>(header_.piece_bytes, header_.raw_bytes - raw_bytes_);
  const auto piece = decode_piece(bytes);
  if (!piece || piece->raw_bytes != expected || piece->stored_bytes > file_bytes_ - at_) {
    at_ = begins_at;
    fail("a piece's head does not hold");
  }
  if (expected > raw.size()) {
    at_ = begins_at;
    fail("pieces of " + std::to_string(header_.piece_bytes) + " bytes, more than the " +
         std::to_string(raw.size()) + " of a buffer here");
  }
  stored_.resize(piece->stored_bytes);
  read(stored_);
  if (crc32c_of(stored_) != piece->crc ||
      !codec_->decode(stored_, place_of(header_, raw_bytes_), raw.first(expected))) {
    at_ = begins_at + sizeof bytes;
    fail("a piece's checksum does not hold");
  }
  raw_bytes_ += expected;
  ++end_.pieces;
  end_.crc = crc32c_of(std::as_bytes(std::span(&piece->crc, 1)), end_.crc);
  if (at_end())
    check_end();
  return expected;
}

void CompressedReader::check_end() {
  const std::uint64_t begins_at = at_;
  CompressedEndBytes bytes;
  read(bytes);
  const auto end = decode_end(bytes);
  if (end && end->pieces == end_.pieces && end->crc == end_.crc && end->file_bytes == file_bytes_ &&
      at_ == file_bytes_)
    return;
  at_ = begins_at;
  fail("the end does not hold");
}

void CompressedReader::read(std::span<std::byte> out) {
  while (!out.empty()) {
    if (left_.empty()) {
      if (pieces_.at_end())
        fail("the file ends too early");
      left_ = pieces_.next().bytes;
    }
    const std::size_t now = std::min(out.size(), left_.size());
    std::copy_n(left_.begin(), now, out.begin());
    left_ = left_.subspan(now);
    out = out.subspan(now);
    at_ += now;
  }
}

void CompressedReader::fail(const std::string& why) const {
  const std::uint64_t sequence =
      raw_bytes_ == 0 ? header_.first_sequence : place_of(header_, raw_bytes_).first_slot;
  const std::string position = position_text(name_, at_, sequence);
  throw JournalDamage("compressed: " + position + ": " + why, position);
}

}  // namespace wirebook::journal
