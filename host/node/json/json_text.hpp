// Pieces of JSON and CSV text: numbers, prices, escaped strings.
//
// Shapes: appended to a string; prices have 4 decimals. Threads: pure. Errors: none when writing; a
// price that cannot be read is nothing. Cost: no allocation beyond the string's growth.
// Specification: RFC 8259; OUCH 5.0 data types (price).
#pragma once

#include <charconv>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace wirebook::node {

template <class Integer>
void append_number(std::string& out, Integer value) {
  char digits[24];
  out.append(digits, std::to_chars(digits, digits + sizeof digits, value).ptr);
}

/// 3201400 becomes 320.1400.
void append_price(std::string& out, std::uint64_t raw);
void append_signed_price(std::string& out, std::int64_t raw);

/// In quotes. Bytes that are not ASCII count as Latin-1, so that any byte of the wire makes valid
/// JSON and stays itself.
void append_json_string(std::string& out, std::string_view text);

[[nodiscard]] inline std::string json_quoted(std::string_view text) {
  std::string out;
  append_json_string(out, text);
  return out;
}

/// 320.14 becomes 3201400: digits, then at most 4 decimals, no sign.
[[nodiscard]] std::optional<std::uint64_t> parse_price(std::string_view text);
/// The same, with a minus sign allowed.
[[nodiscard]] std::optional<std::int32_t> parse_signed_price(std::string_view text);

}  // namespace wirebook::node
