// The other way around: is this block a header?
//
// Shapes: the first 4 KiB of a file. Threads: pure. Errors: by value,
// the first byte of what is wrong with it. Cost: a CRC over 4 KiB. Specification: README.md.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "journal/segment_format.hpp"

namespace wirebook::journal {

enum class HeaderFault : std::uint8_t {
  none,
  cut,       ///< the file ends in it
  magic,     ///< no segment of a journal
  checksum,  ///< somewhere in the block
  version,   ///< whole, but of a format that is not this one
  bytes,     ///< its length is not that of version 1
  epoch,     ///< 0 is no epoch
  capacity,  ///< none, no whole blocks, or past the last sequence there can be
  ring,      ///< no power of two, less than a block, or a window that is less than it
  reserved,  ///< not zero
};

struct HeaderCheck {
  HeaderFault fault = HeaderFault::none;
  std::uint64_t byte = 0;     ///< where in the file what is wrong begins
  std::uint32_t version = 0;  ///< as it stands there
  SegmentHeader header;       ///< of use only without a fault
};

/// `file` are a file's bytes, from its beginning.
[[nodiscard]] HeaderCheck check_header(std::span<const std::byte> file);
[[nodiscard]] std::string_view to_text(HeaderFault fault);

/// The sequence of the slot at `slots_offset`: the first of the block that `sequence` lies in.
constexpr std::uint64_t block_start(std::uint64_t sequence) {
  return sequence & ~(block_slots - 1);
}

}  // namespace wirebook::journal
