// The words of a control line, taken one after the other.
//
// Shapes: words between spaces; keywords without regard to case. Threads: pure. Errors: a text for
// people; empty: none. Cost: none to speak of.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include <fmt/format.h>

#include "wirebook/units.hpp"

namespace wirebook::node {

using Fault = std::string;

class Words {
 public:
  explicit Words(std::string_view line) : rest_(line) { skip(); }

  [[nodiscard]] bool done() const { return rest_.empty(); }
  std::string_view next() {
    const std::size_t end = std::min(rest_.find(' '), rest_.size());
    const std::string_view word = rest_.substr(0, end);
    rest_.remove_prefix(end);
    skip();
    return word;
  }

  /// The next word, as what is named so.
  template <std::size_t width>
  Fault read(std::string_view what, Alpha<width>& out) {
    const std::string_view word = next();
    if (word.empty())
      return fmt::format("{} is missing", what);
    if (word.size() > width)
      return fmt::format("{} \"{}\" is longer than {} characters", what, word, width);
    out = Alpha<width>::from(word);
    return {};
  }
  /// One of the letters, which are capitals.
  Fault read_letter(std::string_view what, std::string_view letters, char& out);
  Fault read_integer(std::string_view what, std::uint64_t min, std::uint64_t max,
                     std::uint64_t& out);
  /// In 1/10000; fits 32 bits.
  Fault read_price(std::string_view what, std::uint64_t& out);

 private:
  void skip() { rest_.remove_prefix(std::min(rest_.find_first_not_of(' '), rest_.size())); }
  std::string_view rest_;
};

/// `keyword` has small letters.
[[nodiscard]] bool is_word(std::string_view word, std::string_view keyword);

}  // namespace wirebook::node
