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

  /// The next message, in place; none at the end and where a block is cut off.
  std::optional<std::span<const std::byte>> next() {
    if (rest_.size() < sizeof(wire::Big16))
      return std::nullopt;
    const std::size_t length = wire::view<wire::Big16>(rest_.data());
    if (length > rest_.size() - sizeof(wire::Big16))
      return std::nullopt;
    const auto message = rest_.subspan(sizeof(wire::Big16), length);
    rest_ = rest_.subspan(sizeof(wire::Big16) + length);
    return message;
  }

  /// What has not been handed out yet.
  [[nodiscard]] std::span<const std::byte> rest() const { return rest_; }
  /// After `next` gave nothing: bytes are left that make no block.
  [[nodiscard]] bool truncated() const { return !rest_.empty(); }

 private:
  std::span<const std::byte> rest_;
};

}  // namespace wirebook::wire_in
