// Writes a compressed segment, and reads one back: as a stream of raw pieces.
//
// Shapes: see compressed_format.hpp. Through the buffers of a PieceQueue, several in flight.
// Threads: one. Errors: std::system_error for files; JournalDamage with the byte in the compressed
// file. Cost: the codec's.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "journal/compressed_format.hpp"
#include "journal/piece_queue.hpp"

namespace wirebook::journal {

class CompressedWriter {
 public:
  /// Takes `buffers` buffers from `first_buffer` on.
  CompressedWriter(PieceQueue& queue, DataFile& file, const CompressedHeader& header,
                   std::uint32_t first_buffer, std::uint32_t buffers);

  /// In order; each but the last of `header.piece_bytes`.
  void add(std::span<const std::byte> raw);
  /// All is written, not yet synced. Returns the file's bytes.
  std::uint64_t finish();

 private:
  void append(std::span<const std::byte> bytes);
  void write_out();

  PieceQueue* queue_;
  DataFile* file_;
  CompressedHeader header_;
  ColumnCodec codec_;
  std::uint32_t first_buffer_;
  std::uint32_t buffers_;
  std::uint32_t buffer_;
  std::size_t filled_ = 0;
  std::uint64_t written_ = 0;  ///< before the buffer that fills
  std::uint64_t raw_bytes_ = 0;
  CompressedEnd end_;
};

class CompressedReader {
 public:
  /// `name` is that of the file, for what is wrong with it.
  CompressedReader(PieceQueue& queue, const DataFile& file, std::string name,
                   std::uint32_t first_buffer, std::uint32_t buffers);

  [[nodiscard]] const CompressedHeader& header() const { return header_; }
  [[nodiscard]] bool at_end() const { return raw_bytes_ == header_.raw_bytes; }
  /// Returns the piece's bytes; refuses one that `raw` has no room for. After the last one the
  /// file's end has been checked too.
  std::size_t next(std::span<std::byte> raw);

 private:
  void read(std::span<std::byte> out);
  void check_end();
  [[noreturn]] void fail(const std::string& why) const;

  FilePieces pieces_;
  std::string name_;
  std::uint64_t file_bytes_;
  CompressedHeader header_;
  std::optional<ColumnCodec> codec_;
  std::span<const std::byte> left_;  ///< of the piece of the file that was read last
  std::uint64_t at_ = 0;             ///< in the file
  std::uint64_t raw_bytes_ = 0;
  std::vector<std::byte> stored_;
  CompressedEnd end_;
};

/// Of a piece of the segment's file.
[[nodiscard]] PiecePlace place_of(const CompressedHeader& header, std::uint64_t raw_offset);

}  // namespace wirebook::journal
