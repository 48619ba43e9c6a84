// The ones' complement sum that IPv4, ICMP, UDP and TCP are checked by.
//
// Shapes: pieces of bytes laid end to end, all but the last of a length that 4 divides; words in
// memory order, which the sum does not care for as long as all of it keeps to one. Threads: values.
// Errors: none. Cost: an addition for 4 bytes. Specification: RFC 1071.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>

#include "wirebook/wire/big_endian.hpp"

namespace wirebook::wire_in {

class InternetSum {
 public:
  void add(std::span<const std::byte> bytes) {
    while (bytes.size() >= sizeof(std::uint32_t)) {
      std::uint32_t word;
      std::memcpy(&word, bytes.data(), sizeof word);
      sum_ += word;
      bytes = bytes.subspan(sizeof word);
    }
    std::uint32_t last = 0;
    if (!bytes.empty())
      std::memcpy(&last, bytes.data(), bytes.size());
    sum_ += last;
  }
  /// 0xFFFF over bytes that hold their own right checksum.
  [[nodiscard]] std::uint16_t fold() const {
    std::uint64_t sum = (sum_ >> 32) + (sum_ & 0xFFFF'FFFF);
    sum = (sum >> 32) + (sum & 0xFFFF'FFFF);
    sum = (sum >> 16) + (sum & 0xFFFF);
    return static_cast<std::uint16_t>((sum >> 16) + (sum & 0xFFFF));
  }
  /// What makes it so, for a header whose own field is zero yet.
  [[nodiscard]] wire::Big16 checksum() const {
    return wire::byte_swap(static_cast<std::uint16_t>(~fold()));
  }

 private:
  std::uint64_t sum_ = 0;
};

}  // namespace wirebook::wire_in
