#include "node/soup/soup_packets.hpp"

#include <algorithm>
#include <charconv>
#include <limits>

namespace wirebook::node::soup {

namespace {

constexpr char upper(char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; }

template <std::size_t width>
Alpha<width> right_aligned(std::string_view text) {
  Alpha<width> result = Alpha<width>::from({});
  std::copy(text.begin(), text.end(), result.text.end() - static_cast<std::ptrdiff_t>(text.size()));
  return result;
}

}  // namespace

std::string_view trimmed(std::string_view text) noexcept {
  constexpr std::string_view padding(" \0", 2);
  const std::size_t begin = text.find_first_not_of(padding);
  if (begin == std::string_view::npos)
    return {};
  return text.substr(begin, text.find_last_not_of(padding) + 1 - begin);
}

std::optional<std::uint64_t> parse_number(const Alpha<20>& digits) noexcept {
  const std::string_view text = trimmed({digits.text.data(), digits.text.size()});
  if (text.empty())
    return 0;
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (end != text.data() + text.size())
    return std::nullopt;
  if (error == std::errc::result_out_of_range)
    return std::numeric_limits<std::uint64_t>::max();
  return error == std::errc{} ? std::optional(number) : std::nullopt;
}

Alpha<20> format_number(std::uint64_t number) noexcept {
  std::array<char, 20> text{};
  const auto end = std::to_chars(text.data(), text.data() + text.size(), number).ptr;
  return right_aligned<20>({text.data(), static_cast<std::size_t>(end - text.data())});
}

Alpha<10> padded_left(const Alpha<10>& name) noexcept {
  return right_aligned<10>(trimmed({name.text.data(), name.text.size()}));
}

bool asks_for(const Alpha<10>& requested, const Alpha<10>& session) noexcept {
  const std::string_view wanted = trimmed({requested.text.data(), requested.text.size()});
  const std::string_view name = trimmed({session.text.data(), session.text.size()});
  return wanted.empty() || std::equal(wanted.begin(), wanted.end(), name.begin(), name.end(),
                                      [](char a, char b) { return upper(a) == upper(b); });
}

std::uint64_t start_for(std::uint64_t requested, std::uint64_t oldest,
                        std::uint64_t next) noexcept {
  if (requested == 0)
    requested = next - 1;
  return std::clamp(requested, std::min(oldest, next), next);
}

}  // namespace wirebook::node::soup
