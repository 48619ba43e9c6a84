#include "node/json/json_orders.hpp"

#include <algorithm>
#include <limits>

#include <simdjson.h>

#include "node/json/json_limits.hpp"
#include "node/json/json_message.hpp"
#include "node/json/json_names.hpp"
#include "node/json/json_values.hpp"
#include "node/json/json_venue.hpp"

namespace wirebook::node {

namespace {

static_assert(json_padding_bytes >= simdjson::SIMDJSON_PADDING);

/// The keys that every line may have, wherever they stand.
enum CommonKey : std::size_t { type_key, session_key, time_key, sequence_key, no_common_key };
constexpr std::array<std::string_view, no_common_key> common_keys{"type", "session", "time_ns",
                                                                  "sequence"};
std::size_t common_key(std::string_view key) {
  return static_cast<std::size_t>(std::ranges::find(common_keys, key) - common_keys.begin());
}
bool is_common(std::string_view key) { return common_key(key) != no_common_key; }

}  // namespace

/// One line being read; kept from line to line for what is inherited, and for its memory.
class JsonOrderReader::Reading {
 public:
  bool read(std::string_view line, JsonOrder& out);

  std::string error;

 private:
  using Object = simdjson::dom::object;

  bool read_common(const Object& object);
  JsonFault take_common(std::size_t key, const JsonValue& value);
  bool read_message(const Object& object, const wire::ouch::MessageInfo& info, JsonOrder& out);
  bool read_venue(const Object& object, const VenueType& type, JsonOrder& out);
  std::string set_venue_key(const VenueType& type, std::string_view key, const JsonValue& value,
                            JsonOrder& out);
  bool name_session(JsonOrder& out);

  /// True if the text is empty.
  bool check(std::string text) {
    error = std::move(text);
    return error.empty();
  }

  simdjson::dom::parser parser_;
  JsonMessage message_;
  std::uint32_t session_ = 1;
  std::uint64_t time_ns_ = 0;

  // Of the line being read.
  std::string_view type_name_;
  std::uint64_t line_session_ = 0;
  std::uint64_t line_time_ns_ = 0;
  std::uint32_t common_seen_ = 0;
  std::uint32_t venue_seen_ = 0;
};

bool JsonOrderReader::Reading::read(std::string_view line, JsonOrder& out) {
  JsonValue root;
  if (const auto code = parser_.parse(line.data(), line.size(), false).get(root))
    return check(simdjson::error_message(code));
  if (!root.is_object())
    return check("no JSON object");
  const Object object = root.get_object().value_unsafe();
  if (!read_common(object))
    return false;

  const auto session = static_cast<std::uint32_t>(line_session_);
  out = {.session = session, .time_ns = {line_time_ns_}};
  if (const auto* const info = find_inbound(type_name_)) {
    if (!read_message(object, *info, out))
      return false;
  } else if (const auto* const type = find_row(venue_types(), &VenueType::name, type_name_)) {
    if (!read_venue(object, *type, out))
      return false;
  } else {
    return check("unknown type " + std::string(type_name_));
  }
  session_ = session;
  time_ns_ = line_time_ns_;
  return true;
}

bool JsonOrderReader::Reading::read_common(const Object& object) {
  line_session_ = session_;
  line_time_ns_ = time_ns_;
  common_seen_ = 0;
  for (const auto& [key, value] : object)
    if (const std::size_t common = common_key(key); common != no_common_key)
      if (!check(complaint(key, take_common(common, value))))
        return false;
  return (common_seen_ >> type_key & 1U) != 0 || check("type is missing");
}

JsonFault JsonOrderReader::Reading::take_common(std::size_t key, const JsonValue& value) {
  constexpr std::uint64_t any = std::numeric_limits<std::uint64_t>::max();
  if (const JsonFault fault = once(common_seen_, key))
    return fault;
  switch (key) {
    case type_key:
      return take_text(value, type_name_);
    case session_key: {
      const JsonFault fault = take_unsigned(value, sessions_max, line_session_);
      return fault == json_fits && line_session_ == 0 ? "counts from 1" : fault;
    }
    case time_key:
      return take_unsigned(value, any, line_time_ns_);
    default: {
      // What a journal says of where the line was; here its place is that of the line.
      std::uint64_t ignored = 0;
      return take_unsigned(value, any, ignored);
    }
  }
}

bool JsonOrderReader::Reading::read_message(const Object& object,
                                            const wire::ouch::MessageInfo& info, JsonOrder& out) {
  message_.begin(info);
  for (const auto& [key, value] : object)
    if (!is_common(key) && !check(message_.set(key, value)))
      return false;
  if (!check(message_.complete()))
    return false;
  out.kind = static_cast<SlotKind>(info.type);
  out.message = message_.bytes();
  return true;
}

bool JsonOrderReader::Reading::read_venue(const Object& object, const VenueType& type,
                                          JsonOrder& out) {
  venue_seen_ = 0;
  out.kind = type.kind;
  out.slot = default_venue_slot(type.kind);
  out.slot.time_ns = {line_time_ns_};
  for (const auto& [key, value] : object)
    if (!is_common(key) && !check(set_venue_key(type, key, value, out)))
      return false;
  for (std::size_t i = 0; i < type.keys.size(); ++i)
    if (type.keys[i].required && (venue_seen_ >> i & 1U) == 0)
      return check(complaint(type.keys[i].name, "is missing"));
  return name_session(out);
}

std::string JsonOrderReader::Reading::set_venue_key(const VenueType& type, std::string_view key,
                                                    const JsonValue& value, JsonOrder& out) {
  const auto found =
      std::ranges::find_if(type.keys, [key](const VenueKey& one) { return one.is(key); });
  const bool is_symbol = type.kind == SlotKind::limit && key == "symbol";
  if (found == type.keys.end() && !is_symbol)
    return "unknown key " + std::string(key);
  JsonFault fault = once(venue_seen_, static_cast<std::size_t>(found - type.keys.begin()));
  if (fault == json_fits)
    fault = is_symbol ? take_alpha(value, out.symbol.text)
                      : node::set_venue_key(out.kind, *found, value, out.slot);
  return complaint(key, fault);
}

/// Whom it concerns, where `session` may say so.
bool JsonOrderReader::Reading::name_session(JsonOrder& out) {
  const bool is_named = (common_seen_ >> session_key & 1U) != 0;
  switch (out.kind) {
    case SlotKind::session_up:
    case SlotKind::session_down:
      out.slot.session.session = out.session;
      return true;
    case SlotKind::kill:
      if ((venue_seen_ != 0) == is_named)
        return check("a kill names either a session or a firm");
      out.slot.session.session = is_named ? out.session : 0;
      return true;
    case SlotKind::limit:
      out.slot.limit.session = is_named || is_session_limit(out.slot.limit.kind) ? out.session : 0;
      return true;
    default:
      return true;
  }
}

JsonOrderReader::JsonOrderReader() : reading_(std::make_unique<Reading>()) {}
JsonOrderReader::~JsonOrderReader() = default;

bool JsonOrderReader::read(std::string_view line, JsonOrder& out) {
  return reading_->read(line, out);
}
const std::string& JsonOrderReader::error() const { return reading_->error; }

std::string_view json_type_name(SlotKind kind) {
  if (const auto* const info = find_inbound(kind))
    return info->name;
  const auto* const type = find_row(venue_types(), &VenueType::kind, kind);
  return type != nullptr ? type->name : std::string_view();
}

}  // namespace wirebook::node
