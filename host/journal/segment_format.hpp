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
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>

#include "wirebook/crc32c.hpp"

#include "journal/disk.hpp"

namespace wirebook::journal {

static_assert(std::endian::native == std::endian::little, "fields are copied as they are");

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
  std::uint32_t crc = 0xFFFF'FFFFU;
  for (std::size_t i = 0; i < block_bytes; i += 8) {
    std::uint64_t word = 0;
    std::memcpy(&word, block.data() + i, i + 8 == block_bytes ? 4 : 8);
    crc = crc32c_step(crc, word);
  }
  return ~crc;
}

inline void encode_header(const SegmentHeader& header, std::span<std::byte, block_bytes> block) {
  std::fill(block.begin(), block.end(), std::byte{0});
  const auto put = [block](std::size_t offset, const auto& value) {
    std::memcpy(block.data() + offset, &value, sizeof value);
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

/// `<first sequence, 16 hex digits>-<epoch, 8 hex digits>.wbj`: names sort as segments follow.
inline std::string segment_name(std::uint64_t first_sequence, std::uint32_t epoch) {
  const auto hex = [](std::uint64_t value, int digits) {
    std::string text;
    for (int shift = 4 * (digits - 1); shift >= 0; shift -= 4)
      text += "0123456789abcdef"[value >> shift & 0xF];
    return text;
  };
  return hex(first_sequence, 16) + "-" + hex(epoch, 8) + ".wbj";
}

}  // namespace wirebook::journal
