#include "node/json/json_message.hpp"

#include <algorithm>

#include "wirebook/assert.hpp"
#include "wirebook/slot.hpp"
#include "wirebook/wire/big_endian.hpp"
#include "wirebook/wire/ouch50_tags.hpp"

#include "node/json/json_names.hpp"
#include "node/json/json_slot_values.hpp"
#include "node/json/message_fields.hpp"

namespace wirebook::node {

namespace {

namespace ouch = wire::ouch;

/// What a field holds that a line leaves out.
struct FieldDefault {
  std::string_view name;
  std::string_view text;
};
constexpr std::array field_defaults{
    FieldDefault{"time_in_force", "0"}, FieldDefault{"display", "Y"},
    FieldDefault{"capacity", "P"},      FieldDefault{"iso", "N"},
    FieldDefault{"cross_type", "N"},    FieldDefault{"cl_ord_id", ""},
    FieldDefault{"firm", ""},
};

std::span<char> as_characters(std::span<std::byte> bytes) {
  return {reinterpret_cast<char*>(bytes.data()), bytes.size()};
}

JsonFault take_value(ouch::TagType type, const JsonValue& value, std::span<std::byte> out) {
  switch (type) {
    case ouch::TagType::character:
      return take_character(value, as_characters(out).front());
    case ouch::TagType::alpha:
      return take_alpha(value, as_characters(out));
    default:
      return take_wire_number(type, value, out);
  }
}

/// What a field holds is held by some tag, too.
constexpr ouch::TagType as_tag_type(ouch::FieldType type) {
  switch (type) {
    case ouch::FieldType::character:
      return ouch::TagType::character;
    case ouch::FieldType::alpha:
      return ouch::TagType::alpha;
    case ouch::FieldType::price:
      return ouch::TagType::price;
    default:
      return ouch::TagType::unsigned_integer;
  }
}

}  // namespace

std::string complaint(std::string_view key, JsonFault fault) {
  if (fault == json_fits)
    return {};
  std::string text(key);
  return (text += ' ') += fault;
}

JsonFault once(std::uint32_t& set, std::size_t bit) {
  const std::uint32_t mask = std::uint32_t{1} << bit;
  const bool is_new = (set & mask) == 0;
  set |= mask;
  return is_new ? json_fits : "is there twice";
}

void JsonMessage::begin(const ouch::MessageInfo& info) {
  *this = {};
  info_ = &info;
  message_[0] = static_cast<std::byte>(info.type);
}

std::string JsonMessage::set(std::string_view key, const JsonValue& value) {
  const auto field = std::ranges::find(info_->fields, key, &ouch::FieldInfo::name);
  if (field == info_->fields.end())
    return set_tag(key, value);
  const auto number = static_cast<std::size_t>(field - info_->fields.begin());
  JsonFault fault = once(fields_seen_, number);
  if (fault == json_fits)
    fault = take_value(as_tag_type(field->type), value, place_of(*field));
  return complaint(key, fault);
}

std::string JsonMessage::set_tag(std::string_view key, const JsonValue& value) {
  const ouch::TagInfo* const info = find_tag(key);
  if (info == nullptr)
    return "unknown key " + std::string(key);
  if (const JsonFault fault = once(tags_seen_, static_cast<std::size_t>(info->tag)))
    return complaint(key, fault);
  const auto element = std::span(appendage_).subspan(appendage_bytes_, 2U + info->value_bytes);
  element[0] = static_cast<std::byte>(1 + info->value_bytes);
  element[1] = static_cast<std::byte>(info->tag);
  appendage_bytes_ += element.size();
  return complaint(key, take_value(info->type, value, element.subspan(2)));
}

/// False if it has none.
bool JsonMessage::set_default(const ouch::FieldInfo& field) {
  const auto* const found = std::ranges::find(field_defaults, field.name, &FieldDefault::name);
  // A Mass Cancel without a symbol is meant for all.
  const bool blank =
      info_->type == static_cast<char>(SlotKind::mass_cancel) && field.name == "symbol";
  if (found == field_defaults.end() && !blank)
    return false;
  const std::string_view text = blank ? std::string_view() : found->text;
  const auto place = as_characters(place_of(field));
  std::fill(std::copy(text.begin(), text.end(), place.begin()), place.end(), ' ');
  return true;
}

std::string JsonMessage::complete() {
  for (std::size_t i = 0; i < info_->fields.size(); ++i)
    if ((fields_seen_ >> i & 1U) == 0 && !set_default(info_->fields[i]))
      return complaint(info_->fields[i].name, "is missing");
  constexpr std::size_t length_bytes = sizeof(wire::Big16);
  message_bytes_ = info_->bytes;
  if (!info_->appendage_always && appendage_bytes_ == 0)
    return {};
  const std::size_t length_at = info_->bytes - (info_->appendage_always ? length_bytes : 0);
  message_bytes_ = length_at + length_bytes + appendage_bytes_;
  WIREBOOK_ASSERT(message_bytes_ <= message_.size());
  store_big_endian(appendage_bytes_, std::span(message_).subspan(length_at, length_bytes));
  std::ranges::copy(std::span(appendage_).first(appendage_bytes_),
                    std::span(message_).subspan(length_at + length_bytes).begin());
  return {};
}

}  // namespace wirebook::node
