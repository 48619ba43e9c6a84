// What a field of an OUCH message holds, as what JSON says of it.
//
// Shapes: the field's bytes. Threads: pure. Errors: none. Cost: no allocation.
// Specification: OUCH 5.0 data types.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace wirebook::node {

inline std::uint64_t load_big_endian(std::span<const std::byte> bytes) {
  std::uint64_t value = 0;
  for (const std::byte byte : bytes)
    value = value << 8 | std::to_integer<std::uint64_t>(byte);
  return value;
}

inline std::string_view as_text(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

}  // namespace wirebook::node
