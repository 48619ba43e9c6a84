// BinaryFILE: recorded ITCH, blocks of (u16 length, message) up to a length of zero.
//
// Shapes: views into the bytes. Threads: one. Errors: `outcome()` once `next` gives nothing more.
// Cost: one load a message. Specification: Nasdaq BinaryFILE, as its sample files are.
#pragma once

#include <cstddef>
#include <optional>
#include <span>

#include "wirebook/outcome.hpp"

#include "wire_in/message_blocks.hpp"

namespace wirebook::wire_in {

class BinaryFileSource {
 public:
  /// `bytes` is the whole file (see mapped_file.hpp) and outlives this.
  explicit BinaryFileSource(std::span<const std::byte> bytes) : blocks_(bytes) {}

  /// The next message, in place.
  std::optional<std::span<const std::byte>> next() noexcept {
    std::span<const std::byte> message;
    if (ended_ || !blocks_.next(message))
      return std::nullopt;
    ended_ = message.empty();
    return ended_ ? std::nullopt : std::optional(message);
  }
  /// When `next` gave nothing more: `ok`, `file_truncated`, or `file_bytes_after_end` where
  /// something follows the zero length that ends the file.
  [[nodiscard]] Outcome outcome() const noexcept {
    if (blocks_.rest().empty())
      return Outcome::ok;
    return ended_ ? Outcome::file_bytes_after_end : Outcome::file_truncated;
  }

 private:
  MessageBlocks blocks_;
  bool ended_ = false;
};

}  // namespace wirebook::wire_in
