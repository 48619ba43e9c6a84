// A segment's file: a header of one block, then the ring's image.
//
//   0      magic "wbjrnl\0\0"          32  capacity_slots u64
//   8      version u32                 40  created, unix ns u64
//   12     header bytes u32            48  trading day u32, yyyymmdd
//   16     epoch u32                   52  window_slots u64
//   20     shard u32                   60  ring_slots u64
//   24     first_sequence u64          68  zeros
//   4092   CRC32C of bytes 0–4091, and of zeros in its own place
//   4096   slots: that of s at 4096 + (s - base) * 64, base = first_sequence rounded down to a
//   block
//
// Shapes: little endian. Threads: pure. Errors: none. Cost: a CRC over 4 KiB.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "journal/bytes.hpp"
#include "journal/disk.hpp"
#include "journal/file_names.hpp"

namespace wirebook::journal {

inline constexpr char segment_magic[8] = {'w', 'b', 'j', 'r', 'n', 'l', 0, 0};
inline constexpr std::uint32_t segment_version = 1;

struct SegmentHeader {
  std::uint32_t epoch = 0;
  std::uint32_t shard = 0;
  std::uint64_t first_sequence = 0;
  std::uint64_t capacity_slots = 0;
  std::uint64_t created_unix_ns = 0;
  std::uint32_t trading_day = 0;
  /// After a crash, so far at most lies a slot that is there behind one that is not. 0: no such.
  std::uint64_t window_slots = 0;
  /// Of the ring that was written from: behind what was published lies what was a ring before.
  /// 0: no ring.
  std::uint64_t ring_slots = 0;
};

inline std::uint32_t header_crc32c(std::span<const std::byte, block_bytes> block) {
  constexpr std::array<std::byte, 4> own_place{};
  return crc32c_of(own_place, crc32c_of(block.first(block_bytes - own_place.size())));
}

inline void encode_header(const SegmentHeader& header, std::span<std::byte, block_bytes> block) {
  std::fill(block.begin(), block.end(), std::byte{0});
  const auto put = [block](std::size_t offset, const auto& value) {
    put_field(block, offset, value);
  };
  put(0, segment_magic);
  put(8, segment_version);
  put(12, static_cast<std::uint32_t>(block_bytes));
  put(16, header.epoch);
  put(20, header.shard);
  put(24, header.first_sequence);
  put(32, header.capacity_slots);
  put(40, header.created_unix_ns);
  put(48, header.trading_day);
  put(52, header.window_slots);
  put(60, header.ring_slots);
  put(block_bytes - 4, header_crc32c(block));
}

}  // namespace wirebook::journal
