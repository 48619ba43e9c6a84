// Blocks of (u16 length, message), big-endian: what MoldUDP64 and UFO packets carry.
//
// Shapes: views into the packet. Threads: values. Errors: `truncated()` where a length points
// behind the end. Cost: one load a block. Specification: MoldUDP64 1.00 message block.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "wirebook/wire/big_endian.hpp"

namespace wirebook::wire_in {

class MessageBlocks {
 public:
  explicit MessageBlocks(std::span<const std::byte> bytes) : rest_(bytes) {}

  /// Puts the next message, in place, into `message`; false at the end and where a block is cut
  /// off.
  bool next(std::span<const std::byte>& message) {
    if (rest_.size() < sizeof(wire::Big16))
      return false;
    const std::size_t length = wire::view<wire::Big16>(rest_.data());
    if (length > rest_.size() - sizeof(wire::Big16))
      return false;
    message = rest_.subspan(sizeof(wire::Big16), length);
    rest_ = rest_.subspan(sizeof(wire::Big16) + length);
    return true;
  }
  /// The same, for where a few nanoseconds do not matter.
  std::optional<std::span<const std::byte>> next() {
    std::span<const std::byte> message;
    return next(message) ? std::optional(message) : std::nullopt;
  }

  /// What has not been handed out yet.
  [[nodiscard]] std::span<const std::byte> rest() const { return rest_; }
  /// After `next` gave nothing: bytes are left that make no block.
  [[nodiscard]] bool truncated() const { return !rest_.empty(); }

 private:
  std::span<const std::byte> rest_;
};

}  // namespace wirebook::wire_in
