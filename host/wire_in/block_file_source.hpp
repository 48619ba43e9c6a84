// OUCH block files: blocks of (u16 length of the message alone, u32 session, message), big-endian.
//
// Shapes: views into the bytes. Threads: one. Errors: `outcome()` once `next` gives nothing more.
// Cost: two loads a message. Specification: README.md of this stage.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "wirebook/outcome.hpp"

namespace wirebook::wire_in {

struct OuchBlock {
  std::uint32_t session = 0;
  std::span<const std::byte> message;
};

class BlockFileSource {
 public:
  /// `bytes` is the whole file (see mapped_file.hpp) and outlives this.
  explicit BlockFileSource(std::span<const std::byte> bytes) : rest_(bytes) {}

  /// The next block, in place.
  std::optional<OuchBlock> next() noexcept;
  /// When `next` gave nothing more: `ok` or `file_truncated`.
  [[nodiscard]] Outcome outcome() const noexcept {
    return rest_.empty() ? Outcome::ok : Outcome::file_truncated;
  }

 private:
  std::span<const std::byte> rest_;
};

}  // namespace wirebook::wire_in
