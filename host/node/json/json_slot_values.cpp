#include "node/json/json_slot_values.hpp"

#include <algorithm>
#include <cstring>
#include <string>

#include "node/json/json_limits.hpp"
#include "node/json/message_fields.hpp"

namespace wirebook::node {

namespace {

namespace ouch = wire::ouch;
using WritableBytes = std::span<std::byte>;

/// UTF-8 of characters up to U+00FF, to one byte each: as `append_json_string` has it.
JsonFault take_latin1(const JsonValue& value, std::string& out) {
  if (!value.is_string())
    return "is no string";
  const std::string_view text = value.get_string().value_unsafe();
  out.clear();
  for (std::size_t i = 0; i < text.size(); ++i) {
    auto byte = static_cast<unsigned char>(text[i]);
    if (byte >= 0x80) {
      if (byte > 0xC3 || i + 1 == text.size())
        return "has characters beyond U+00FF";
      byte = static_cast<unsigned char>((byte & 0x03) << 6 |
                                        (static_cast<unsigned char>(text[++i]) & 0x3F));
    }
    out += static_cast<char>(byte);
  }
  return json_fits;
}

/// Exactly as many characters, or up to as many and padded with spaces.
JsonFault take_characters(const JsonValue& value, bool padded, WritableBytes out) {
  std::string text;
  if (const JsonFault fault = take_latin1(value, text))
    return fault;
  if (padded ? text.size() > out.size() : text.size() != out.size())
    return padded ? "is too long" : "is not one character";
  text.resize(out.size(), ' ');
  std::memcpy(out.data(), text.data(), out.size());
  return json_fits;
}

}  // namespace

JsonFault take_hex(const JsonValue& value, std::vector<std::byte>& out) {
  std::string_view text;
  if (const JsonFault fault = take_text(value, text))
    return fault;
  out.clear();
  const auto digit = [](char letter) {
    return letter >= '0' && letter <= '9'   ? letter - '0'
           : letter >= 'a' && letter <= 'f' ? letter - 'a' + 10
                                            : -1;
  };
  for (std::size_t i = 0; i < text.size(); i += 2) {
    const int high = digit(text[i]);
    const int low = i + 1 == text.size() ? -1 : digit(text[i + 1]);
    if (high < 0 || low < 0)
      return "is no hex";
    out.push_back(static_cast<std::byte>(high << 4 | low));
  }
  return json_fits;
}

JsonFault take_number(const JsonValue& value, std::size_t bytes, std::uint64_t& out) {
  return take_unsigned(value, greatest_of(bytes), out);
}

JsonFault take_slot_field(const JsonSlotField& field, const JsonValue& value, WritableBytes out) {
  using Type = JsonSlotField::Type;
  std::uint64_t number = 0;
  JsonFault fault = json_fits;
  switch (field.type) {
    case Type::number:
      fault = take_number(value, out.size(), number);
      break;
    case Type::price:
      fault = take_price(value, greatest_of(out.size()), number);
      break;
    case Type::limit_kind: {
      LimitKind kind{};
      fault = take_limit_kind(value, kind);
      number = static_cast<std::uint8_t>(kind);
      break;
    }
    case Type::boolean:
      if (!value.is_bool())
        return "is neither true nor false";
      number = value.get_bool().value_unsafe() ? 1 : 0;
      break;
    case Type::character:
    case Type::alpha:
      return take_characters(value, field.type == Type::alpha, out);
    case Type::hex: {
      std::vector<std::byte> bytes;
      fault = take_hex(value, bytes);
      if (fault == json_fits && bytes.size() != out.size())
        fault = "has another length";
      if (fault == json_fits)
        std::copy(bytes.begin(), bytes.end(), out.begin());
      return fault;
    }
  }
  if (fault == json_fits)
    std::memcpy(out.data(), &number, out.size());
  return fault;
}

JsonFault take_wire_number(ouch::TagType type, const JsonValue& value, WritableBytes out) {
  std::uint64_t number = 0;
  JsonFault fault = json_fits;
  if (type == ouch::TagType::signed_price) {
    std::string_view text;
    fault = take_text(value, text);
    const auto price = fault == json_fits ? parse_signed_price(text) : std::nullopt;
    if (fault == json_fits && !price)
      fault = "is no price of at most 4 decimals, or does not fit";
    number = static_cast<std::uint32_t>(price.value_or(0));
  } else if (type == ouch::TagType::price) {
    fault = take_price(value, greatest_of(out.size()), number);
  } else {
    fault = take_number(value, out.size(), number);
  }
  store_big_endian(number, out);
  return fault;
}

JsonFault take_tag(const ouch::TagInfo& info, const JsonValue& value, WritableBytes out) {
  const bool padded = info.type == ouch::TagType::alpha;
  return padded || info.type == ouch::TagType::character ? take_characters(value, padded, out)
                                                         : take_wire_number(info.type, value, out);
}

}  // namespace wirebook::node
