#include "node/json/json_events.hpp"

#include <string_view>

#include "wirebook/assert.hpp"
#include "wirebook/wire/big_endian.hpp"
#include "wirebook/wire/ouch50_fields.hpp"

#include "node/json/json_names.hpp"
#include "node/json/json_tags.hpp"
#include "node/json/json_text.hpp"
#include "node/json/message_fields.hpp"

namespace wirebook::node {

namespace {

namespace ouch = wire::ouch;
using Bytes = std::span<const std::byte>;

void append_reject_code(std::string& out, std::uint64_t code) {
  constexpr std::string_view hex = "0123456789ABCDEF";
  out += '"';
  for (int shift = 12; shift >= 0; shift -= 4)
    out += hex[code >> shift & 0xF];
  out += '"';
}

void append_field(std::string& out, ouch::FieldType type, Bytes bytes) {
  switch (type) {
    case ouch::FieldType::character:
      return append_json_string(out, as_text(bytes));
    case ouch::FieldType::alpha:
      return append_json_alpha(out, bytes);
    case ouch::FieldType::unsigned_integer:
      return append_number(out, load_big_endian(bytes));
    case ouch::FieldType::price:
      return append_json_price(out, load_big_endian(bytes));
    case ouch::FieldType::reject_code:
      return append_reject_code(out, load_big_endian(bytes));
  }
}

}  // namespace

void append_json_event(std::string& out, std::uint32_t session, Bytes message) {
  WIREBOOK_ASSERT(!message.empty());
  const ouch::MessageInfo* const info = find_outbound(static_cast<char>(message.front()));
  WIREBOOK_ASSERT(info != nullptr && message.size() >= info->bytes);

  out += "{\"session\":";
  append_number(out, session);
  out += ",\"type\":\"";
  out += info->name;
  out += '"';
  for (const ouch::FieldInfo& field : info->fields) {
    append_json_key(out, field.name);
    append_field(out, field.type, message.subspan(field.offset, field.bytes));
  }
  // Behind the fields the length of the appendage, which some messages leave out without tags.
  const std::size_t fields_end =
      info->bytes - (info->appendage_always ? sizeof(wire::Big16) : std::size_t{0});
  if (message.size() > fields_end)
    WIREBOOK_ASSERT(append_json_tags(out, message.subspan(fields_end + sizeof(wire::Big16))));
  out += "}\n";
}

}  // namespace wirebook::node
