// Values of a JSON line, taken strictly: a value is of the right type and fits its field, or not.
//
// Shapes: each returns null, or what is wrong with the value. Threads: pure. Errors: those texts.
// Cost: none to speak of. Specification: replay/README.md.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include <simdjson.h>

#include "wirebook/units.hpp"

#include "node/json/json_text.hpp"

namespace wirebook::node {

using JsonValue = simdjson::dom::element;
using JsonFault = const char*;

inline constexpr JsonFault json_fits = nullptr;

inline JsonFault take_unsigned(const JsonValue& value, std::uint64_t max, std::uint64_t& out) {
  if (!value.is_uint64())
    return value.is_int64() ? "does not fit" : "is no unsigned integer";
  out = value.get_uint64().value_unsafe();
  return out <= max ? json_fits : "does not fit";
}

inline JsonFault take_text(const JsonValue& value, std::string_view& out) {
  if (!value.is_string())
    return "is no string";
  out = value.get_string().value_unsafe();
  const bool ascii = std::all_of(out.begin(), out.end(),
                                 [](char letter) { return static_cast<signed char>(letter) >= 0; });
  return ascii ? json_fits : "is not ASCII";
}

inline JsonFault take_character(const JsonValue& value, char& out) {
  std::string_view text;
  if (const JsonFault fault = take_text(value, text))
    return fault;
  if (text.size() != 1)
    return "is not one character";
  out = text.front();
  return json_fits;
}

inline JsonFault take_price(const JsonValue& value, std::uint64_t max, std::uint64_t& out) {
  std::string_view text;
  if (const JsonFault fault = take_text(value, text))
    return fault;
  const auto price = parse_price(text);
  if (!price)
    return "is no price of at most 4 decimals";
  out = *price;
  return out <= max ? json_fits : "does not fit";
}

/// Pads with spaces.
inline JsonFault take_alpha(const JsonValue& value, std::span<char> out) {
  std::string_view text;
  if (const JsonFault fault = take_text(value, text))
    return fault;
  if (text.size() > out.size())
    return "is too long";
  std::fill(std::copy(text.begin(), text.end(), out.begin()), out.end(), ' ');
  return json_fits;
}

}  // namespace wirebook::node
