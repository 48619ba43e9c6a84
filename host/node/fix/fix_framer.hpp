// Whole FIX messages out of a stream of bytes.
//
// Shapes: "8=FIX…|9=length|…|10=ddd|" as one view, until the next call. What is not that is
// garbled: it is counted and skipped up to the next "8=FIX"; checksums are for whoever takes the
// message. Threads: one. Errors: none; no bytes keep it from going on, or make it keep more than
// one message. Cost: bytes are moved to the front when the room behind them is used up.
// Specification: FIX 4.4 and FIXT 1.1, "Message format", "Garbled messages".
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace wirebook::fix {

class Framer {
 public:
  /// Longer messages are garbled.
  explicit Framer(std::size_t message_bytes_max)
      : message_bytes_max_(message_bytes_max), buffer_(2 * message_bytes_max) {}

  /// Where the next bytes go; never empty after `next` gave nothing.
  [[nodiscard]] std::span<char> room();
  void wrote(std::size_t bytes) { end_ += bytes; }

  [[nodiscard]] std::optional<std::string_view> next();

  /// How many pieces were skipped.
  [[nodiscard]] std::uint64_t garbled() const { return garbled_; }

 private:
  enum class Look : std::uint8_t { whole, more, garbled };

  /// What lies at the front; `bytes` is the message's size.
  [[nodiscard]] Look look(std::string_view text, std::size_t& bytes) const;
  void skip_to_next_start();

  std::size_t message_bytes_max_;
  std::vector<char> buffer_;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
  std::uint64_t garbled_ = 0;
};

}  // namespace wirebook::fix
