#include "journal/compressed_format.hpp"

#include <cstring>

#include "journal/bytes.hpp"

namespace wirebook::journal {

namespace {

/// The last four bytes are a CRC of those before.
template <class Bytes>
void put_crc(Bytes& bytes) {
  put_field(bytes, bytes.size() - 4, crc32c_of(std::span(bytes).first(bytes.size() - 4)));
}
template <class Bytes>
bool crc_holds(const Bytes& bytes) {
  return get_field<std::uint32_t>(bytes, bytes.size() - 4) ==
         crc32c_of(std::span(bytes).first(bytes.size() - 4));
}

}  // namespace

CompressedHeaderBytes encode(const CompressedHeader& header) {
  CompressedHeaderBytes bytes{};
  put_field(bytes, 0, compressed_magic);
  put_field(bytes, 8, compressed_version);
  put_field(bytes, 12, header.compression);
  put_field(bytes, 16, header.layout);
  put_field(bytes, 20, header.piece_bytes);
  put_field(bytes, 24, header.raw_bytes);
  put_field(bytes, 32, header.first_sequence);
  put_field(bytes, 40, header.epoch);
  put_crc(bytes);
  return bytes;
}

CompressedPieceBytes encode(const CompressedPiece& piece) {
  CompressedPieceBytes bytes{};
  put_field(bytes, 0, piece.stored_bytes);
  put_field(bytes, 4, piece.raw_bytes);
  put_field(bytes, 8, piece.crc);
  put_crc(bytes);
  return bytes;
}

CompressedEndBytes encode(const CompressedEnd& end) {
  CompressedEndBytes bytes{};
  put_field(bytes, 0, compressed_end_magic);
  put_field(bytes, 8, end.pieces);
  put_field(bytes, 16, end.file_bytes);
  put_field(bytes, 24, end.crc);
  put_crc(bytes);
  return bytes;
}

std::optional<CompressedHeader> decode_header(const CompressedHeaderBytes& bytes) {
  if (std::memcmp(bytes.data(), compressed_magic, sizeof compressed_magic) != 0 ||
      !crc_holds(bytes) || get_field<std::uint32_t>(bytes, 8) != compressed_version)
    return std::nullopt;
  const CompressedHeader header{.compression = get_field<Compression>(bytes, 12),
                                .layout = get_field<Layout>(bytes, 16),
                                .piece_bytes = get_field<std::uint32_t>(bytes, 20),
                                .raw_bytes = get_field<std::uint64_t>(bytes, 24),
                                .first_sequence = get_field<std::uint64_t>(bytes, 32),
                                .epoch = get_field<std::uint32_t>(bytes, 40)};
  const bool known =
      (header.compression == Compression::lz4 || header.compression == Compression::zstd) &&
      header.layout <= Layout::fields && header.piece_bytes % 4096 == 0 &&
      header.piece_bytes != 0 && header.piece_bytes <= compressed_piece_bytes_max;
  return known ? std::optional(header) : std::nullopt;
}

std::optional<CompressedPiece> decode_piece(const CompressedPieceBytes& bytes) {
  if (!crc_holds(bytes))
    return std::nullopt;
  return CompressedPiece{.stored_bytes = get_field<std::uint32_t>(bytes, 0),
                         .raw_bytes = get_field<std::uint32_t>(bytes, 4),
                         .crc = get_field<std::uint32_t>(bytes, 8)};
}

std::optional<CompressedEnd> decode_end(const CompressedEndBytes& bytes) {
  if (std::memcmp(bytes.data(), compressed_end_magic, sizeof compressed_end_magic) != 0 ||
      !crc_holds(bytes))
    return std::nullopt;
  return CompressedEnd{.pieces = get_field<std::uint64_t>(bytes, 8),
                       .file_bytes = get_field<std::uint64_t>(bytes, 16),
                       .crc = get_field<std::uint32_t>(bytes, 24)};
}

}  // namespace wirebook::journal
