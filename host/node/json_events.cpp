#include "node/json_events.hpp"

#include <string_view>

#include "wirebook/assert.hpp"
#include "wirebook/wire/big_endian.hpp"
#include "wirebook/wire/ouch50_fields.hpp"
#include "wirebook/wire/ouch50_tags.hpp"

#include "node/json_text.hpp"

namespace wirebook::node {

namespace {

namespace ouch = wire::ouch;
using Bytes = std::span<const std::byte>;

const ouch::MessageInfo* find_message(char type) {
  for (const ouch::MessageInfo& info : ouch::outbound_messages)
    if (info.type == type)
      return &info;
  return nullptr;
}

std::uint64_t load_big_endian(Bytes bytes) {
  std::uint64_t value = 0;
  for (const std::byte byte : bytes)
    value = value << 8 | std::to_integer<std::uint64_t>(byte);
  return value;
}

std::string_view as_text(Bytes bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

/// An alpha field without its padding.
void append_alpha(std::string& out, Bytes bytes) {
  const std::string_view text = as_text(bytes);
  append_json_string(out, text.substr(0, text.find_last_not_of(std::string_view(" \0", 2)) + 1));
}

void append_quoted_price(std::string& out, std::uint64_t raw) {
  out += '"';
  append_price(out, raw);
  out += '"';
}

void append_reject_code(std::string& out, std::uint64_t code) {
  constexpr std::string_view hex = "0123456789ABCDEF";
  out += '"';
  for (int shift = 12; shift >= 0; shift -= 4)
    out += hex[code >> shift & 0xF];
  out += '"';
}

void append_key(std::string& out, std::string_view name) { ((out += ",\"") += name) += "\":"; }

void append_field(std::string& out, ouch::FieldType type, Bytes bytes) {
  switch (type) {
    case ouch::FieldType::character:
      return append_json_string(out, as_text(bytes));
    case ouch::FieldType::alpha:
      return append_alpha(out, bytes);
    case ouch::FieldType::unsigned_integer:
      return append_number(out, load_big_endian(bytes));
    case ouch::FieldType::price:
      return append_quoted_price(out, load_big_endian(bytes));
    case ouch::FieldType::reject_code:
      return append_reject_code(out, load_big_endian(bytes));
  }
}

void append_tag_value(std::string& out, ouch::TagType type, Bytes bytes) {
  switch (type) {
    case ouch::TagType::character:
      return append_json_string(out, as_text(bytes));
    case ouch::TagType::alpha:
      return append_alpha(out, bytes);
    case ouch::TagType::unsigned_integer:
      return append_number(out, load_big_endian(bytes));
    case ouch::TagType::price:
      return append_quoted_price(out, load_big_endian(bytes));
    case ouch::TagType::signed_price:
      out += '"';
      append_signed_price(out, static_cast<std::int32_t>(load_big_endian(bytes)));
      out += '"';
      return;
  }
}

void append_tags(std::string& out, Bytes appendage) {
  while (!appendage.empty()) {
    const auto length = std::to_integer<std::size_t>(appendage[0]);
    WIREBOOK_ASSERT(length >= 1 && length < appendage.size());
    const ouch::TagInfo* const info = ouch::find_tag(std::to_integer<std::uint8_t>(appendage[1]));
    WIREBOOK_ASSERT(info != nullptr && info->value_bytes == length - 1);
    append_key(out, info->name);
    append_tag_value(out, info->type, appendage.subspan(2, length - 1));
    appendage = appendage.subspan(1 + length);
  }
}

}  // namespace

void append_json_event(std::string& out, std::uint32_t session, Bytes message) {
  WIREBOOK_ASSERT(!message.empty());
  const ouch::MessageInfo* const info = find_message(static_cast<char>(message.front()));
  WIREBOOK_ASSERT(info != nullptr && message.size() >= info->bytes);

  out += "{\"session\":";
  append_number(out, session);
  out += ",\"type\":\"";
  out += info->name;
  out += '"';
  for (const ouch::FieldInfo& field : info->fields) {
    append_key(out, field.name);
    append_field(out, field.type, message.subspan(field.offset, field.bytes));
  }
  // Behind the fields the length of the appendage, which some messages leave out without tags.
  const std::size_t fields_end =
      info->bytes - (info->appendage_always ? sizeof(wire::Big16) : std::size_t{0});
  if (message.size() > fields_end)
    append_tags(out, message.subspan(fields_end + sizeof(wire::Big16)));
  out += "}\n";
}

}  // namespace wirebook::node
