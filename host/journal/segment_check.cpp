#include "journal/segment_check.hpp"

#include <algorithm>
#include <bit>
#include <cstring>
#include <limits>

namespace wirebook::journal {

namespace {

// Where the fields lie; `encode_header` and README.md say the same.
constexpr std::size_t version_offset = 8;
constexpr std::size_t header_bytes_offset = 12;
constexpr std::size_t epoch_offset = 16;
constexpr std::size_t shard_offset = 20;
constexpr std::size_t first_sequence_offset = 24;
constexpr std::size_t capacity_offset = 32;
constexpr std::size_t created_offset = 40;
constexpr std::size_t trading_day_offset = 48;
constexpr std::size_t window_offset = 52;
constexpr std::size_t ring_offset = 60;
constexpr std::size_t reserved_offset = 68;
constexpr std::size_t checksum_offset = block_bytes - 4;

using Block = std::span<const std::byte, block_bytes>;

SegmentHeader fields_of(Block block) {
  return {.epoch = get_field<std::uint32_t>(block, epoch_offset),
          .shard = get_field<std::uint32_t>(block, shard_offset),
          .first_sequence = get_field<std::uint64_t>(block, first_sequence_offset),
          .capacity_slots = get_field<std::uint64_t>(block, capacity_offset),
          .created_unix_ns = get_field<std::uint64_t>(block, created_offset),
          .trading_day = get_field<std::uint32_t>(block, trading_day_offset),
          .window_slots = get_field<std::uint64_t>(block, window_offset),
          .ring_slots = get_field<std::uint64_t>(block, ring_offset)};
}

bool is_capacity(const SegmentHeader& header) {
  const std::uint64_t base = block_start(header.first_sequence);
  // Also as bytes it must be a number, with the header before it.
  constexpr std::uint64_t slots_max =
      (std::numeric_limits<std::uint64_t>::max() - slots_offset) / slot_bytes;
  return header.capacity_slots != 0 && header.capacity_slots % block_slots == 0 &&
         header.capacity_slots <= std::min(slots_max, ~base);
}

bool is_ring(const SegmentHeader& header) {
  if (header.ring_slots == 0)
    return header.window_slots == 0;
  return std::has_single_bit(header.ring_slots) && header.ring_slots >= block_slots &&
         header.window_slots >= header.ring_slots;
}

HeaderCheck fault_at(HeaderCheck check, HeaderFault fault, std::uint64_t byte) {
  check.fault = fault;
  check.byte = byte;
  return check;
}

}  // namespace

HeaderCheck check_header(std::span<const std::byte> file) {
  HeaderCheck check;
  if (file.size() < block_bytes)
    return fault_at(check, HeaderFault::cut, file.size());
  const Block block = file.first<block_bytes>();
  if (std::memcmp(block.data(), segment_magic, sizeof segment_magic) != 0)
    return fault_at(check, HeaderFault::magic, 0);
  check.version = get_field<std::uint32_t>(block, version_offset);
  if (get_field<std::uint32_t>(block, checksum_offset) != header_crc32c(block))
    return fault_at(check, HeaderFault::checksum, 0);

  check.header = fields_of(block);
  if (check.version != segment_version)
    return fault_at(check, HeaderFault::version, version_offset);
  if (get_field<std::uint32_t>(block, header_bytes_offset) != block_bytes)
    return fault_at(check, HeaderFault::bytes, header_bytes_offset);
  if (check.header.epoch == 0)
    return fault_at(check, HeaderFault::epoch, epoch_offset);
  if (!is_capacity(check.header))
    return fault_at(check, HeaderFault::capacity, capacity_offset);
  if (!is_ring(check.header))
    return fault_at(check, HeaderFault::ring, window_offset);
  const auto reserved = block.subspan(reserved_offset, checksum_offset - reserved_offset);
  const auto other =
      std::ranges::find_if(reserved, [](std::byte byte) { return byte != std::byte{0}; });
  if (other != reserved.end())
    return fault_at(check, HeaderFault::reserved,
                    reserved_offset + static_cast<std::uint64_t>(other - reserved.begin()));
  return check;
}

std::string_view to_text(HeaderFault fault) {
  switch (fault) {
    case HeaderFault::none:
      return "whole";
    case HeaderFault::cut:
      return "the file ends in its header";
    case HeaderFault::magic:
      return "does not begin as a segment of a journal";
    case HeaderFault::checksum:
      return "the header's checksum does not hold";
    case HeaderFault::version:
      return "of another format version";
    case HeaderFault::bytes:
      return "the header's length is not that of its version";
    case HeaderFault::epoch:
      return "epoch 0";
    case HeaderFault::capacity:
      return "a capacity that cannot be";
    case HeaderFault::ring:
      return "a ring that cannot be";
    case HeaderFault::reserved:
      return "reserved bytes of the header are not zero";
  }
  return "";
}

}  // namespace wirebook::journal
