// The bytes of one control connection become lines.
//
// Shapes: a line ends with a line feed, with or without a carriage return before it. Threads: one.
// Errors: a line that is longer than it may be spoils the connection: nothing behind it is read.
// Cost: a buffer of a fixed size. Specification: README.md of this folder.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <optional>
#include <span>
#include <string_view>

#include "node/control/control_request.hpp"

namespace wirebook::node {

class ControlLines {
 public:
  static constexpr std::size_t buffer_bytes = 4 * (control_line_bytes_max + 2);

  /// Where the next bytes go; empty while the lines before have not been taken.
  [[nodiscard]] std::span<char> room() {
    std::copy(buffer_.begin() + begin_, buffer_.begin() + end_, buffer_.begin());
    end_ -= begin_;
    begin_ = 0;
    return std::span(buffer_).subspan(end_);
  }
  void filled(std::size_t bytes) { end_ += bytes; }

  /// The next whole line; valid until `room`.
  [[nodiscard]] std::optional<std::string_view> next() {
    if (spoilt_)
      return std::nullopt;
    const std::string_view bytes(buffer_.data() + begin_, end_ - begin_);
    const std::size_t end = bytes.find('\n');
    if (std::min(end, bytes.size()) > control_line_bytes_max + 1) {
      spoilt_ = true;
      return std::nullopt;
    }
    if (end == std::string_view::npos)
      return std::nullopt;
    begin_ += end + 1;
    const std::string_view line = bytes.substr(0, end);
    return line.ends_with('\r') ? line.substr(0, end - 1) : line;
  }
  [[nodiscard]] bool spoilt() const { return spoilt_; }

 private:
  std::array<char, buffer_bytes> buffer_{};
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
  bool spoilt_ = false;
};

}  // namespace wirebook::node
