#include "node/json/json_orders.hpp"

#include <algorithm>
#include <cstring>
#include <limits>

#include <simdjson.h>

#include "wirebook/assert.hpp"
#include "wirebook/wire/big_endian.hpp"
#include "wirebook/wire/ouch50_fields.hpp"
#include "wirebook/wire/ouch50_tags.hpp"

#include "node/json/json_limits.hpp"
#include "node/json/json_text.hpp"
#include "node/json/json_values.hpp"
#include "node/json/json_venue.hpp"

namespace wirebook::node {

namespace {

namespace ouch = wire::ouch;

static_assert(json_padding_bytes >= simdjson::SIMDJSON_PADDING);
/// The largest message is an Enter with every tag there is: 47 bytes, and 26 tags in 131.
constexpr std::size_t message_bytes_max = 256;

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

const ouch::MessageInfo* find_message(std::string_view name) {
  for (const ouch::MessageInfo& info : ouch::inbound_messages)
    if (info.name == name)
      return &info;
  return nullptr;
}

const VenueType* find_venue_type(std::string_view name) {
  for (const VenueType& type : venue_types())
    if (type.name == name)
      return &type;
  return nullptr;
}

const ouch::TagInfo* find_tag(std::string_view name) {
  for (const ouch::TagInfo& info : ouch::tag_table)
    if (info.name == name)
      return &info;
  return nullptr;
}

/// A key and what is wrong with it.
std::string complain(std::string_view key, std::string_view fault) {
  std::string text(key);
  return (text += ' ') += fault;
}

void store_big_endian(std::uint64_t value, std::span<std::byte> out) {
  for (std::size_t i = out.size(); i-- != 0; value >>= 8)
    out[i] = static_cast<std::byte>(value);
}

JsonFault store_unsigned(const JsonValue& value, std::span<std::byte> out) {
  std::uint64_t number = 0;
  if (const JsonFault fault =
          take_unsigned(value, ~std::uint64_t{0} >> (64 - 8 * out.size()), number))
    return fault;
  store_big_endian(number, out);
  return json_fits;
}

JsonFault store_price(const JsonValue& value, std::span<std::byte> out) {
  std::string_view text;
  if (const JsonFault fault = take_text(value, text))
    return fault;
  const auto price = parse_price(text);
  if (!price)
    return "is no price of at most 4 decimals";
  store_big_endian(*price, out);
  return json_fits;
}

JsonFault store_signed_price(const JsonValue& value, std::span<std::byte> out) {
  std::string_view text;
  if (const JsonFault fault = take_text(value, text))
    return fault;
  const auto price = parse_signed_price(text);
  if (!price)
    return "is no price of at most 4 decimals, or does not fit";
  store_big_endian(static_cast<std::uint32_t>(*price), out);
  return json_fits;
}

std::span<char> as_characters(std::span<std::byte> bytes) {
  return {reinterpret_cast<char*>(bytes.data()), bytes.size()};
}

JsonFault store_field(ouch::FieldType type, const JsonValue& value, std::span<std::byte> out) {
  switch (type) {
    case ouch::FieldType::character:
      return take_character(value, as_characters(out).front());
    case ouch::FieldType::alpha:
      return take_alpha(value, as_characters(out));
    case ouch::FieldType::price:
      return store_price(value, out);
    case ouch::FieldType::unsigned_integer:
    case ouch::FieldType::reject_code:
      return store_unsigned(value, out);
  }
  return "is of no known type";
}

JsonFault store_tag(ouch::TagType type, const JsonValue& value, std::span<std::byte> out) {
  switch (type) {
    case ouch::TagType::character:
      return take_character(value, as_characters(out).front());
    case ouch::TagType::alpha:
      return take_alpha(value, as_characters(out));
    case ouch::TagType::unsigned_integer:
      return store_unsigned(value, out);
    case ouch::TagType::price:
      return store_price(value, out);
    case ouch::TagType::signed_price:
      return store_signed_price(value, out);
  }
  return "is of no known type";
}

}  // namespace

/// One line being read; kept from line to line for what is inherited, and for its memory.
class JsonOrderReader::Reading {
 public:
  bool read(std::string_view line, JsonOrder& out);

  std::string error;

 private:
  using Object = simdjson::dom::object;

  bool read_common(const Object& object);
  bool read_message(const Object& object, const ouch::MessageInfo& info, JsonOrder& out);
  bool read_venue(const Object& object, const VenueType& type, JsonOrder& out);
  bool set_message_key(const ouch::MessageInfo& info, std::string_view key, const JsonValue& value);
  bool set_tag(std::string_view key, const JsonValue& value);
  bool complete_message(const ouch::MessageInfo& info);

  bool fail(std::string text) {
    error = std::move(text);
    return false;
  }
  bool check(std::string_view key, JsonFault fault) {
    return fault == json_fits || fail(complain(key, fault));
  }
  /// True the first time that `bit` of `set` is seen.
  bool once(std::uint32_t& set, std::size_t bit, std::string_view key) {
    const std::uint32_t mask = std::uint32_t{1} << bit;
    if ((set & mask) != 0)
      return fail(complain(key, "is there twice"));
    set |= mask;
    return true;
  }
  static bool is_common(std::string_view key) {
    return key == "type" || key == "session" || key == "time_ns" || key == "sequence";
  }

  simdjson::dom::parser parser_;
  std::uint32_t session_ = 1;
  std::uint64_t time_ns_ = 0;

  // Of the line being read.
  std::string_view type_name_;
  std::uint32_t line_session_ = 0;
  std::uint64_t line_time_ns_ = 0;
  bool names_session_ = false;
  std::uint32_t fields_seen_ = 0;
  std::uint32_t tags_seen_ = 0;
  std::array<std::byte, message_bytes_max> message_;
  std::size_t message_bytes_ = 0;
  std::array<std::byte, message_bytes_max> appendage_;
  std::size_t appendage_bytes_ = 0;
};

bool JsonOrderReader::Reading::read(std::string_view line, JsonOrder& out) {
  JsonValue root;
  if (const auto code = parser_.parse(line.data(), line.size(), false).get(root))
    return fail(simdjson::error_message(code));
  if (!root.is_object())
    return fail("no JSON object");
  const Object object = root.get_object().value_unsafe();
  if (!read_common(object))
    return false;

  out = {.session = line_session_, .time_ns = {line_time_ns_}};
  if (const ouch::MessageInfo* const info = find_message(type_name_)) {
    if (!read_message(object, *info, out))
      return false;
  } else if (const VenueType* const type = find_venue_type(type_name_)) {
    if (!read_venue(object, *type, out))
      return false;
  } else {
    return fail("unknown type " + std::string(type_name_));
  }
  session_ = line_session_;
  time_ns_ = line_time_ns_;
  return true;
}

/// The keys that every line may have, wherever they stand.
bool JsonOrderReader::Reading::read_common(const Object& object) {
  std::uint64_t session = session_;
  line_time_ns_ = time_ns_;
  std::uint32_t seen = 0;
  for (const auto& [key, value] : object) {
    JsonFault fault = json_fits;
    if (key == "type") {
      if (!once(seen, 0, key))
        return false;
      fault = take_text(value, type_name_);
    } else if (key == "session") {
      if (!once(seen, 1, key))
        return false;
      fault = take_unsigned(value, sessions_max, session);
      if (fault == json_fits && session == 0)
        fault = "counts from 1";
    } else if (key == "time_ns") {
      if (!once(seen, 2, key))
        return false;
      fault = take_unsigned(value, std::numeric_limits<std::uint64_t>::max(), line_time_ns_);
    } else if (key == "sequence") {
      // What a journal says of where the line was; here its place is that of the line.
      if (!once(seen, 3, key))
        return false;
      std::uint64_t ignored = 0;
      fault = take_unsigned(value, std::numeric_limits<std::uint64_t>::max(), ignored);
    }
    if (!check(key, fault))
      return false;
  }
  if ((seen & 1U) == 0)
    return fail("type is missing");
  names_session_ = (seen & 2U) != 0;
  line_session_ = static_cast<std::uint32_t>(session);
  return true;
}

// ── Order entry ─────────────────────────────────────────────────────────────────────────────────

bool JsonOrderReader::Reading::read_message(const Object& object, const ouch::MessageInfo& info,
                                            JsonOrder& out) {
  fields_seen_ = 0;
  tags_seen_ = 0;
  appendage_bytes_ = 0;
  message_.fill(std::byte{0});
  message_[0] = static_cast<std::byte>(info.type);
  for (const auto& [key, value] : object)
    if (!is_common(key) && !set_message_key(info, key, value))
      return false;
  if (!complete_message(info))
    return false;
  out.kind = static_cast<SlotKind>(info.type);
  out.message = std::span(message_).first(message_bytes_);
  return true;
}

/// A field of the message, or a tag where the message has no such field.
bool JsonOrderReader::Reading::set_message_key(const ouch::MessageInfo& info, std::string_view key,
                                               const JsonValue& value) {
  for (std::size_t i = 0; i < info.fields.size(); ++i) {
    const ouch::FieldInfo& field = info.fields[i];
    if (field.name == key)
      return once(fields_seen_, i, key) &&
             check(key, store_field(field.type, value,
                                    std::span(message_).subspan(field.offset, field.bytes)));
  }
  return set_tag(key, value);
}

bool JsonOrderReader::Reading::set_tag(std::string_view key, const JsonValue& value) {
  const ouch::TagInfo* const info = find_tag(key);
  if (info == nullptr)
    return fail("unknown key " + std::string(key));
  if (!once(tags_seen_, static_cast<std::size_t>(info->tag), key))
    return false;
  const auto element = std::span(appendage_).subspan(appendage_bytes_, 2U + info->value_bytes);
  element[0] = static_cast<std::byte>(1 + info->value_bytes);
  element[1] = static_cast<std::byte>(info->tag);
  appendage_bytes_ += element.size();
  return check(key, store_tag(info->type, value, element.subspan(2)));
}

/// Fills in what was left out, and puts the appendage behind the fields.
bool JsonOrderReader::Reading::complete_message(const ouch::MessageInfo& info) {
  const bool symbol_is_optional = info.type == static_cast<char>(SlotKind::mass_cancel);
  for (std::size_t i = 0; i < info.fields.size(); ++i) {
    if ((fields_seen_ >> i & 1U) != 0)
      continue;
    const ouch::FieldInfo& field = info.fields[i];
    const auto* const found =
        std::find_if(field_defaults.begin(), field_defaults.end(),
                     [&](const FieldDefault& entry) { return entry.name == field.name; });
    const bool blank = symbol_is_optional && field.name == "symbol";
    if (found == field_defaults.end() && !blank)
      return fail(complain(field.name, "is missing"));
    const std::string_view text = blank ? std::string_view() : found->text;
    const auto place = as_characters(std::span(message_).subspan(field.offset, field.bytes));
    std::fill(std::copy(text.begin(), text.end(), place.begin()), place.end(), ' ');
  }

  const bool has_appendage = info.appendage_always || appendage_bytes_ != 0;
  const std::size_t length_at =
      info.bytes - (info.appendage_always ? sizeof(wire::Big16) : std::size_t{0});
  message_bytes_ = info.bytes;
  if (has_appendage) {
    store_big_endian(appendage_bytes_, std::span(message_).subspan(length_at, sizeof(wire::Big16)));
    message_bytes_ = length_at + sizeof(wire::Big16) + appendage_bytes_;
    WIREBOOK_ASSERT(message_bytes_ <= message_.size());
    std::copy_n(appendage_.begin(), appendage_bytes_,
                message_.begin() + static_cast<std::ptrdiff_t>(length_at + sizeof(wire::Big16)));
  }
  return true;
}

// ── The venue's side ────────────────────────────────────────────────────────────────────────────

bool JsonOrderReader::Reading::read_venue(const Object& object, const VenueType& type,
                                          JsonOrder& out) {
  std::uint32_t seen = 0;
  Slot slot = default_venue_slot(type.kind);
  slot.time_ns = {line_time_ns_};
  for (const auto& [key, value] : object) {
    if (is_common(key))
      continue;
    if (type.kind == SlotKind::limit && key == "symbol") {
      if (!once(seen, type.keys.size(), key) || !check(key, take_alpha(value, out.symbol.text)))
        return false;
      continue;
    }
    std::size_t index = 0;
    while (index < type.keys.size() && !type.keys[index].is(key))
      ++index;
    if (index == type.keys.size())
      return fail("unknown key " + std::string(key));
    if (!once(seen, index, key) || !check(key, type.keys[index].set(slot, value)))
      return false;
  }
  for (std::size_t i = 0; i < type.keys.size(); ++i)
    if (type.keys[i].required && (seen >> i & 1U) == 0)
      return fail(complain(type.keys[i].name, "is missing"));

  if (type.kind == SlotKind::session_up || type.kind == SlotKind::session_down)
    slot.session.session = line_session_;
  if (type.kind == SlotKind::kill) {
    const bool names_firm = seen != 0;
    if (names_firm == names_session_)
      return fail("a kill names either a session or a firm");
    slot.session.session = names_session_ ? line_session_ : 0;
  }
  if (type.kind == SlotKind::limit)
    slot.limit.session = names_session_ || is_session_limit(slot.limit.kind) ? line_session_ : 0;
  out.kind = type.kind;
  out.slot = slot;
  return true;
}

JsonOrderReader::JsonOrderReader() : reading_(std::make_unique<Reading>()) {}
JsonOrderReader::~JsonOrderReader() = default;

bool JsonOrderReader::read(std::string_view line, JsonOrder& out) {
  return reading_->read(line, out);
}
const std::string& JsonOrderReader::error() const { return reading_->error; }

std::string_view json_type_name(SlotKind kind) {
  for (const ouch::MessageInfo& info : ouch::inbound_messages)
    if (info.type == static_cast<char>(kind))
      return info.name;
  for (const VenueType& type : venue_types())
    if (type.kind == kind)
      return type.name;
  return {};
}

}  // namespace wirebook::node
