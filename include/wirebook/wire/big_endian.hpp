// Big-endian integers as they lie on the wire, and views of wire structs over received bytes.
//
// Shapes: `Big16/32/48/64` hold 2, 4, 6 and 8 bytes with alignment 1, so a wire message is a plain
// struct of them without padding. Threads: values. Errors: none; the caller has checked the length.
// Cost: one load and one byte swap.
#pragma once

#include <array>
#include <bit>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <type_traits>

namespace wirebook::wire {

constexpr std::uint16_t byte_swap(std::uint16_t value) { return __builtin_bswap16(value); }
constexpr std::uint32_t byte_swap(std::uint32_t value) { return __builtin_bswap32(value); }
constexpr std::uint64_t byte_swap(std::uint64_t value) { return __builtin_bswap64(value); }

/// An unsigned integer of the width of `Value`, most significant byte first.
template <std::unsigned_integral Value>
struct BigEndian {
  std::array<unsigned char, sizeof(Value)> bytes{};

  constexpr BigEndian() = default;
  constexpr BigEndian(Value value)  // implicit: a wire field is assigned like the number it holds
      : bytes(std::bit_cast<decltype(bytes)>(byte_swap(value))) {}
  constexpr operator Value() const { return byte_swap(std::bit_cast<Value>(bytes)); }
};

using Big16 = BigEndian<std::uint16_t>;
using Big32 = BigEndian<std::uint32_t>;
using Big64 = BigEndian<std::uint64_t>;

/// 48 bits, most significant byte first: the timestamps of ITCH 5.0.
struct Big48 {
  Big16 high;
  Big32 low;

  constexpr Big48() = default;
  constexpr Big48(std::uint64_t value)  // implicit, as for `BigEndian`
      : high(static_cast<std::uint16_t>(value >> 32)), low(static_cast<std::uint32_t>(value)) {}
  constexpr operator std::uint64_t() const {
    return static_cast<std::uint64_t>(static_cast<std::uint16_t>(high)) << 32 |
           static_cast<std::uint32_t>(low);
  }
};

/// What may be laid over received bytes: no alignment, no padding, nothing but bytes inside.
template <class Message>
concept WireMessage = std::is_trivially_copyable_v<Message> && alignof(Message) == 1;

/// Reads a wire message in place. The caller has checked that `bytes` holds one.
template <WireMessage Message>
const Message& view(const std::byte* bytes) {
  return *reinterpret_cast<const Message*>(bytes);
}
/// Writes a wire message in place. The caller has checked that there is room for one.
template <WireMessage Message>
Message& view(std::byte* bytes) {
  return *reinterpret_cast<Message*>(bytes);
}

}  // namespace wirebook::wire
