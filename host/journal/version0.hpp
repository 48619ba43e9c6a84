// Segments of format version 0: what `migrate` reads. No release wrote them; the tests do.
//
//   0   magic "wbjrnl\0\0"     32  capacity_slots u64: first + capacity is a multiple of 64
//   8   version u32 = 0        40  created, unix ns u64
//   12  header bytes u32 = 64  48  trading day u32
//   16  epoch u32              52  zeros
//   20  shard u32              60  CRC-32C of bytes 0–59
//   24  first_sequence u64     64  slots, from the first sequence on: no blocks
//
// A seal is the CRC-32C of the slot's bytes 0–59 with the phase taken as 0, then its sequence u64,
// then its epoch u32. Behind the last slot there are zeros.
//
// Shapes: little endian. Threads: pure. Errors: `check_version0` gives nothing.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <span>

#include "wirebook/slot.hpp"

#include "journal/bytes.hpp"
#include "journal/segment_check.hpp"

namespace wirebook::journal {

inline constexpr std::size_t version0_header_bytes = 64;

[[nodiscard]] inline std::uint32_t version0_seal(const Slot& slot, std::uint64_t sequence,
                                                 std::uint32_t epoch) {
  std::array<std::byte, 72> bytes{};
  Slot bare = slot;
  bare.tail.flags &= static_cast<std::uint8_t>(~flag_phase);
  std::memcpy(bytes.data(), &bare, 60);
  std::memcpy(bytes.data() + 60, &sequence, sizeof sequence);
  std::memcpy(bytes.data() + 68, &epoch, sizeof epoch);
  return crc32c_of(bytes);
}

/// The header of a file of version 0, if it is whole.
[[nodiscard]] inline std::optional<SegmentHeader> check_version0(std::span<const std::byte> file) {
  if (file.size() < version0_header_bytes)
    return std::nullopt;
  const auto load = [file](std::size_t offset, auto value) {
    std::memcpy(&value, file.data() + offset, sizeof value);
    return value;
  };
  const bool whole = std::memcmp(file.data(), segment_magic, sizeof segment_magic) == 0 &&
                     load(8, std::uint32_t{}) == 0 &&
                     load(12, std::uint32_t{}) == version0_header_bytes &&
                     load(60, std::uint32_t{}) == crc32c_of(file.first(60));
  if (!whole)
    return std::nullopt;
  const SegmentHeader header{.epoch = load(16, std::uint32_t{}),
                             .shard = load(20, std::uint32_t{}),
                             .first_sequence = load(24, std::uint64_t{}),
                             .capacity_slots = load(32, std::uint64_t{}),
                             .created_unix_ns = load(40, std::uint64_t{}),
                             .trading_day = load(48, std::uint32_t{})};
  const std::uint64_t slots = (file.size() - version0_header_bytes) / slot_bytes;
  const bool fits = header.epoch != 0 && header.capacity_slots == slots && slots != 0 &&
                    (file.size() - version0_header_bytes) % slot_bytes == 0 &&
                    (header.first_sequence + slots) % block_slots == 0 &&
                    header.first_sequence + slots > header.first_sequence;
  return fits ? std::optional(header) : std::nullopt;
}

}  // namespace wirebook::journal
