// A piece of a segment's file as columns, compressed.
//
//   raw piece ──► seals become 0 ──► slots of a kind together, times as differences
//             ──► columns: byte i of every slot, then byte i + 1 ──► lz4, zstd
//
// A seal is a CRC over its slot and place: it is worked out, not stored (stored is its difference
// from that, which is 0 in a slot that proves itself). So what is compressed is what was said.
//
// Shapes: pieces of whole slots, of any content: what comes back is the same, byte for byte.
// Threads: one a codec; its buffers are kept. Errors: decode gives false. Cost: two passes over the
// piece beside the compressor's own. Specification: ARCHIVE.md.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace wirebook::journal {

enum class Compression : std::uint32_t { none = 0, lz4 = 1, zstd = 2 };
[[nodiscard]] std::string_view to_text(Compression compression);

enum class Layout : std::uint32_t {
  slots = 0,   ///< as they are: only for comparison
  bytes = 1,   ///< a column for each of the 64 bytes
  fields = 2,  ///< a column for each field of order entry
};

/// Of a segment: what seals depend on.
struct PiecePlace {
  std::uint64_t first_slot = 0;  ///< sequence of the piece's first slot
  std::uint32_t epoch = 0;
  std::size_t header_bytes = 0;  ///< before the first slot: no seals there
};

class ColumnCodec {
 public:
  ColumnCodec(Compression compression, Layout layout, std::size_t piece_bytes);
  ~ColumnCodec();
  ColumnCodec(const ColumnCodec&) = delete;
  ColumnCodec& operator=(const ColumnCodec&) = delete;

  /// Valid until the next call.
  [[nodiscard]] std::span<const std::byte> encode(std::span<const std::byte> raw,
                                                  const PiecePlace& place);
  [[nodiscard]] bool decode(std::span<const std::byte> stored, const PiecePlace& place,
                            std::span<std::byte> raw);

 private:
  Compression compression_;
  Layout layout_;
  void* compressor_ = nullptr;    ///< of zstd
  void* decompressor_ = nullptr;  ///< of zstd
  std::vector<std::byte> seals_off_;
  std::vector<std::byte> groups_;
  std::vector<std::byte> columns_;
  std::vector<std::byte> stored_;
  std::vector<std::uint32_t> places_;
};

}  // namespace wirebook::journal
