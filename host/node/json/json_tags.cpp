#include "node/json/json_tags.hpp"

#include "wirebook/wire/ouch50_tags.hpp"

#include "node/json/json_text.hpp"
#include "node/json/message_fields.hpp"

namespace wirebook::node {

namespace {

namespace ouch = wire::ouch;
using Bytes = std::span<const std::byte>;

void append_tag_value(std::string& out, ouch::TagType type, Bytes bytes) {
  switch (type) {
    case ouch::TagType::character:
      return append_json_string(out, as_text(bytes));
    case ouch::TagType::alpha:
      return append_json_alpha(out, bytes);
    case ouch::TagType::unsigned_integer:
      return append_number(out, load_big_endian(bytes));
    case ouch::TagType::price:
      return append_json_price(out, load_big_endian(bytes));
    case ouch::TagType::signed_price:
      out += '"';
      append_signed_price(out, static_cast<std::int32_t>(load_big_endian(bytes)));
      out += '"';
      return;
  }
}

/// Appends one tag and returns its bytes, or 0 if it is none.
std::size_t append_tag(std::string& out, Bytes appendage) {
  const auto length = std::to_integer<std::size_t>(appendage[0]);
  if (length < 1 || length >= appendage.size())
    return 0;
  const ouch::TagInfo* const info = ouch::find_tag(std::to_integer<std::uint8_t>(appendage[1]));
  if (info == nullptr || info->value_bytes != length - 1)
    return 0;
  append_json_key(out, info->name);
  append_tag_value(out, info->type, appendage.subspan(2, length - 1));
  return 1 + length;
}

}  // namespace

void append_json_key(std::string& out, std::string_view name) { ((out += ",\"") += name) += "\":"; }

void append_json_alpha(std::string& out, Bytes bytes) {
  const std::string_view text = as_text(bytes);
  append_json_string(out, text.substr(0, text.find_last_not_of(std::string_view(" \0", 2)) + 1));
}

void append_json_price(std::string& out, std::uint64_t raw) {
  out += '"';
  append_price(out, raw);
  out += '"';
}

bool append_json_tags(std::string& out, Bytes appendage) {
  const std::size_t before = out.size();
  while (!appendage.empty()) {
    const std::size_t bytes = append_tag(out, appendage);
    if (bytes == 0) {
      out.resize(before);
      return false;
    }
    appendage = appendage.subspan(bytes);
  }
  return true;
}

}  // namespace wirebook::node
