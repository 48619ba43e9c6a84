// Fields in a run of bytes, its checksum, and whether it is zeros: what all of the journal's file
// formats are made of.
//
// Shapes: little endian, at any place. Threads: pure. Errors: none; the caller keeps within the
// bytes. Cost: a CRC step for 8 bytes.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>

#include "wirebook/crc32c.hpp"

namespace wirebook::journal {

static_assert(std::endian::native == std::endian::little, "fields are copied as they are");

template <class Value>
void put_field(std::span<std::byte> bytes, std::size_t at, const Value& value) {
  std::memcpy(bytes.data() + at, &value, sizeof value);
}
template <class Value>
[[nodiscard]] Value get_field(std::span<const std::byte> bytes, std::size_t at) {
  Value value{};
  std::memcpy(&value, bytes.data() + at, sizeof value);
  return value;
}

/// CRC-32C; `before` is that of the bytes before these.
[[nodiscard]] inline std::uint32_t crc32c_of(std::span<const std::byte> bytes,
                                             std::uint32_t before = 0) {
  std::uint32_t crc = ~before;
  for (; bytes.size() >= sizeof(std::uint64_t); bytes = bytes.subspan(sizeof(std::uint64_t)))
    crc = crc32c_step(crc, get_field<std::uint64_t>(bytes, 0));
  for (const std::byte byte : bytes)
    crc = crc >> 8 ^ detail::crc32c_table[(crc ^ std::to_integer<std::uint32_t>(byte)) & 0xFF];
  return ~crc;
}

[[nodiscard]] inline bool is_zero(std::span<const std::byte> bytes) {
  return bytes.empty() || (bytes.front() == std::byte{0} &&
                           std::memcmp(bytes.data(), bytes.data() + 1, bytes.size() - 1) == 0);
}

}  // namespace wirebook::journal
