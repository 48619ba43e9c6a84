// A compressed segment's file: `<segment's name>.zst` or `.lz4`.
//
//   header, 64 bytes            pieces, one after the other          end, 32 bytes
//   0   magic "wbarch\0\0"      0   stored bytes u32                 0   magic "wbend\0\0\0"
//   8   version u32 = 1         4   raw bytes u32                    8   pieces u64
//   12  compression u32         8   CRC-32C of the stored bytes      16  file's bytes u64
//   16  layout u32              12  CRC-32C of bytes 0–11            24  CRC-32C of all pieces'
//   8–11 20  piece bytes u32         16  the stored bytes                 28  CRC-32C of bytes 0–27
//   24  raw bytes u64
//   32  first sequence u64      A piece is `piece bytes` of the segment's file, from its header
//   40  epoch u32               on; the last one is what is left.
//   44  zeros
//   60  CRC-32C of bytes 0–59
//
// Shapes: little endian. Threads: pure. Errors: `decode_*` give nothing. Specification: ARCHIVE.md.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "journal/column_codec.hpp"

namespace wirebook::journal {

inline constexpr char compressed_magic[8] = {'w', 'b', 'a', 'r', 'c', 'h', 0, 0};
inline constexpr char compressed_end_magic[8] = {'w', 'b', 'e', 'n', 'd', 0, 0, 0};
inline constexpr std::uint32_t compressed_version = 1;
inline constexpr std::size_t compressed_piece_bytes_max = std::size_t{16} << 20;

struct CompressedHeader {
  Compression compression = Compression::zstd;
  Layout layout = Layout::bytes;
  std::uint32_t piece_bytes = 0;
  std::uint64_t raw_bytes = 0;
  std::uint64_t first_sequence = 0;
  std::uint32_t epoch = 0;
};

struct CompressedPiece {
  std::uint32_t stored_bytes = 0;
  std::uint32_t raw_bytes = 0;
  std::uint32_t crc = 0;
};

struct CompressedEnd {
  std::uint64_t pieces = 0;
  std::uint64_t file_bytes = 0;
  std::uint32_t crc = 0;
};

using CompressedHeaderBytes = std::array<std::byte, 64>;
using CompressedPieceBytes = std::array<std::byte, 16>;
using CompressedEndBytes = std::array<std::byte, 32>;

[[nodiscard]] CompressedHeaderBytes encode(const CompressedHeader& header);
[[nodiscard]] CompressedPieceBytes encode(const CompressedPiece& piece);
[[nodiscard]] CompressedEndBytes encode(const CompressedEnd& end);
[[nodiscard]] std::optional<CompressedHeader> decode_header(const CompressedHeaderBytes& bytes);
[[nodiscard]] std::optional<CompressedPiece> decode_piece(const CompressedPieceBytes& bytes);
[[nodiscard]] std::optional<CompressedEnd> decode_end(const CompressedEndBytes& bytes);

}  // namespace wirebook::journal
