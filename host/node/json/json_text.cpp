#include "node/json/json_text.hpp"

#include <limits>

#include "wirebook/units.hpp"

namespace wirebook::node {

namespace {

constexpr std::size_t price_decimals = 4;

bool is_digit(char letter) { return letter >= '0' && letter <= '9'; }

}  // namespace

void append_price(std::string& out, std::uint64_t raw) {
  append_number(out, raw / price_scale);
  const std::uint64_t decimals = raw % price_scale;
  out += '.';
  for (std::uint64_t unit = price_scale / 10; unit != 0; unit /= 10)
    out += static_cast<char>('0' + decimals / unit % 10);
}

void append_signed_price(std::string& out, std::int64_t raw) {
  if (raw < 0)
    out += '-';
  append_price(out, static_cast<std::uint64_t>(raw < 0 ? -raw : raw));
}

void append_json_string(std::string& out, std::string_view text) {
  constexpr std::string_view hex = "0123456789abcdef";
  out += '"';
  for (const char letter : text) {
    const auto byte = static_cast<unsigned char>(letter);
    if (letter == '"' || letter == '\\')
      (out += '\\') += letter;
    else if (byte >= 0x20 && byte < 0x7F)
      out += letter;
    else
      ((out += "\\u00") += hex[byte >> 4]) += hex[byte & 0xF];
  }
  out += '"';
}

std::optional<std::uint64_t> parse_price(std::string_view text) {
  std::uint64_t raw = 0;
  const auto append_digit = [&raw](unsigned digit) {
    return !__builtin_mul_overflow(raw, std::uint64_t{10}, &raw) &&
           !__builtin_add_overflow(raw, std::uint64_t{digit}, &raw);
  };
  const std::size_t point = std::min(text.find('.'), text.size());
  const std::string_view decimals = text.substr(std::min(point + 1, text.size()));
  if (point == 0 || decimals.size() > price_decimals)
    return std::nullopt;
  if (point < text.size() && decimals.empty())
    return std::nullopt;
  for (std::size_t i = 0; i < point + price_decimals; ++i) {
    const std::size_t decimal = i - point;  // wraps around in front of the point
    const char letter = i < point ? text[i] : decimal < decimals.size() ? decimals[decimal] : '0';
    if (!is_digit(letter) || !append_digit(static_cast<unsigned>(letter - '0')))
      return std::nullopt;
  }
  return raw;
}

std::optional<std::int32_t> parse_signed_price(std::string_view text) {
  const bool negative = text.starts_with('-');
  const auto magnitude = parse_price(negative ? text.substr(1) : text);
  const std::uint64_t limit =
      std::uint64_t{std::numeric_limits<std::int32_t>::max()} + (negative ? 1 : 0);
  if (!magnitude || *magnitude > limit)
    return std::nullopt;
  const auto value = static_cast<std::int64_t>(*magnitude);
  return static_cast<std::int32_t>(negative ? -value : value);
}

}  // namespace wirebook::node
