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

inline void store_big_endian(std::uint64_t value, std::span<std::byte> out) {
  for (std::size_t i = out.size(); i-- != 0; value >>= 8)
    out[i] = static_cast<std::byte>(value);
}
/// The greatest number of so many bytes.
constexpr std::uint64_t greatest_of(std::size_t bytes) {
  return ~std::uint64_t{0} >> (64 - 8 * bytes);
}

inline std::string_view as_text(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

}  // namespace wirebook::node
