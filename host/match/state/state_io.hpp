// Bytes of a saved state: written and read field by field, little-endian, never as a struct lies.
//
// Shapes: unsigned integers and text appended to a vector; read back from a span, with bounds.
// Threads: the caller's. Errors: a read beyond the end gives zeros and sets `failed`, for good; no
// exceptions but std::bad_alloc of the vector. Cost: a copy of each field.
// Specification: ../STATE.md.
#pragma once

#include <algorithm>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <vector>

#include "wirebook/units.hpp"

namespace wirebook::match {

class StateWriter {
 public:
  /// Appends; what the vector holds already stays.
  explicit StateWriter(std::vector<std::byte>& out) : out_(&out) {}

  void u8(std::uint8_t value) { integer(value); }
  void u16(std::uint16_t value) { integer(value); }
  void u32(std::uint32_t value) { integer(value); }
  void u64(std::uint64_t value) { integer(value); }
  void character(char value) { integer(static_cast<std::uint8_t>(value)); }
  void boolean(bool value) { integer(static_cast<std::uint8_t>(value ? 1 : 0)); }
  template <std::size_t width>
  void alpha(const Alpha<width>& value) {
    bytes(std::as_bytes(std::span(value.text)));
  }
  /// No length is written: the reader knows it.
  void bytes(std::span<const std::byte> value) {
    out_->insert(out_->end(), value.begin(), value.end());
  }

 private:
  template <std::unsigned_integral Integer>
  void integer(Integer value) {
    // Every host is little-endian: see units.hpp.
    bytes(std::as_bytes(std::span(&value, 1)));
  }

  std::vector<std::byte>* out_;
};

class StateReader {
 public:
  /// The bytes stay the caller's.
  explicit StateReader(std::span<const std::byte> bytes) : rest_(bytes) {}

  std::uint8_t u8() { return integer<std::uint8_t>(); }
  std::uint16_t u16() { return integer<std::uint16_t>(); }
  std::uint32_t u32() { return integer<std::uint32_t>(); }
  std::uint64_t u64() { return integer<std::uint64_t>(); }
  char character() { return static_cast<char>(u8()); }
  /// Anything but 0 and 1 is a failure.
  bool boolean() {
    const std::uint8_t value = u8();
    if (value > 1)
      fail();
    return value == 1;
  }
  template <std::size_t width>
  Alpha<width> alpha() {
    Alpha<width> value{};
    bytes(std::as_writable_bytes(std::span(value.text)));
    return value;
  }
  /// Fills `out`, with zeros where there is not so much left.
  void bytes(std::span<std::byte> out) {
    const std::span<const std::byte> from = view(out.size());
    if (from.empty())
      std::fill(out.begin(), out.end(), std::byte{0});
    else
      std::memcpy(out.data(), from.data(), from.size());
  }
  /// The next `count` bytes where they lie; none if there are not so many.
  std::span<const std::byte> view(std::size_t count) {
    if (failed_ || count > rest_.size()) {
      fail();
      return {};
    }
    const std::span<const std::byte> part = rest_.first(count);
    rest_ = rest_.subspan(count);
    return part;
  }

  [[nodiscard]] std::size_t remaining() const { return rest_.size(); }
  [[nodiscard]] bool failed() const { return failed_; }
  void fail() {
    failed_ = true;
    rest_ = {};
  }

 private:
  template <std::unsigned_integral Integer>
  Integer integer() {
    Integer value{};
    bytes(std::as_writable_bytes(std::span(&value, 1)));
    return value;
  }

  std::span<const std::byte> rest_;
  bool failed_ = false;
};

}  // namespace wirebook::match
