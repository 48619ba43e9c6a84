#include "node/control/control_words.hpp"

#include <charconv>
#include <limits>

#include "node/json/json_text.hpp"

namespace wirebook::node {

namespace {

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }
char upper(char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; }

}  // namespace

bool is_word(std::string_view word, std::string_view keyword) {
  return std::ranges::equal(word, keyword, {}, lower);
}

Fault Words::read_letter(std::string_view what, std::string_view letters, char& out) {
  const std::string_view word = next();
  if (word.empty())
    return fmt::format("{} is missing: one of {}", what, letters);
  if (word.size() != 1 || letters.find(upper(word[0])) == std::string_view::npos)
    return fmt::format("{} \"{}\" is none of {}", what, word, letters);
  out = upper(word[0]);
  return {};
}

Fault Words::read_integer(std::string_view what, std::uint64_t min, std::uint64_t max,
                          std::uint64_t& out) {
  const std::string_view word = next();
  if (word.empty())
    return fmt::format("{} is missing", what);
  const char* const end = word.data() + word.size();
  const auto [stopped, error] = std::from_chars(word.data(), end, out);
  if (error != std::errc{} || stopped != end || out < min || out > max)
    return fmt::format("{} \"{}\" is no number from {} to {}", what, word, min, max);
  return {};
}

Fault Words::read_price(std::string_view what, std::uint64_t& out) {
  const std::string_view word = next();
  if (word.empty())
    return fmt::format("{} is missing", what);
  const auto price = parse_price(word);
  if (!price || *price > std::numeric_limits<std::uint32_t>::max())
    return fmt::format("{} \"{}\" is no price of at most 4 decimals, up to 429496.7295", what,
                       word);
  out = *price;
  return {};
}

}  // namespace wirebook::node
