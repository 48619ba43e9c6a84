#include "journal/file_names.hpp"

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <system_error>

namespace wirebook::journal {

namespace {

constexpr std::string_view digits = "0123456789abcdef";
constexpr std::size_t sequence_digits = 16;
constexpr std::size_t epoch_digits = 8;

std::string to_hex(std::uint64_t value, std::size_t count) {
  std::string text(count, '0');
  for (auto letter = text.rbegin(); letter != text.rend(); ++letter, value >>= 4)
    *letter = digits[value & 0xF];
  return text;
}

template <class Integer>
bool parse_hex(std::string_view text, Integer& out) {
  return std::ranges::all_of(
             text, [](char letter) { return digits.find(letter) != std::string_view::npos; }) &&
         std::from_chars(text.data(), text.data() + text.size(), out, 16).ec == std::errc{};
}

}  // namespace

std::string place_name(const PlaceName& place, std::string_view suffix) {
  return (to_hex(place.sequence, sequence_digits) + '-' + to_hex(place.epoch, epoch_digits))
      .append(suffix);
}

std::optional<PlaceName> parse_place_name(std::string_view name, std::string_view suffix) {
  if (name.size() != sequence_digits + 1 + epoch_digits + suffix.size() ||
      name[sequence_digits] != '-' || !name.ends_with(suffix))
    return std::nullopt;
  PlaceName parsed;
  if (!parse_hex(name.substr(0, sequence_digits), parsed.sequence) ||
      !parse_hex(name.substr(sequence_digits + 1, epoch_digits), parsed.epoch))
    return std::nullopt;
  return parsed;
}

std::string segment_name(std::uint64_t first_sequence, std::uint32_t epoch) {
  return place_name({first_sequence, epoch}, segment_suffix);
}

std::optional<SegmentName> parse_segment_name(std::string_view name) {
  const auto parsed = parse_place_name(name, segment_suffix);
  if (!parsed)
    return std::nullopt;
  return SegmentName{parsed->sequence, parsed->epoch};
}

bool is_unfinished_name(std::string_view name) {
  if (!name.ends_with(unfinished_suffix))
    return false;
  name.remove_suffix(unfinished_suffix.size());
  return name.ends_with(segment_suffix) || name.ends_with(snapshot_suffix);
}

}  // namespace wirebook::journal
