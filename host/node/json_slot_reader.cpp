#include "node/json_slot_reader.hpp"

#include <algorithm>
#include <cstring>
#include <limits>
#include <map>
#include <span>
#include <vector>

#include <simdjson.h>

#include "wirebook/outcome.hpp"
#include "wirebook/wire/ouch50_tags.hpp"

#include "node/json_orders.hpp"
#include "node/json_slot_fields.hpp"
#include "node/json_slots.hpp"
#include "node/json_text.hpp"
#include "node/json_values.hpp"
#include "slot_ring/group.hpp"
#include "slot_ring/ring.hpp"
#include "wire_in/ouch_parser.hpp"

namespace wirebook::node {

namespace {

namespace ouch = wire::ouch;
using Bytes = std::span<std::byte>;

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
JsonFault take_characters(const JsonValue& value, bool padded, Bytes out) {
  std::string text;
  if (const JsonFault fault = take_latin1(value, text))
    return fault;
  if (padded ? text.size() > out.size() : text.size() != out.size())
    return padded ? "is too long" : "is not one character";
  text.resize(out.size(), ' ');
  std::memcpy(out.data(), text.data(), out.size());
  return json_fits;
}

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
  return take_unsigned(value, std::numeric_limits<std::uint64_t>::max() >> (64 - 8 * bytes), out);
}

JsonFault take_price(const JsonValue& value, std::size_t bytes, std::uint64_t& out) {
  std::string_view text;
  if (const JsonFault fault = take_text(value, text))
    return fault;
  const auto price = parse_price(text);
  if (!price)
    return "is no price of at most 4 decimals";
  out = *price;
  return out <= std::numeric_limits<std::uint64_t>::max() >> (64 - 8 * bytes) ? json_fits
                                                                              : "does not fit";
}

JsonFault set_field(const JsonSlotField& field, const JsonValue& value, Bytes out) {
  using Type = JsonSlotField::Type;
  std::uint64_t number = 0;
  JsonFault fault = json_fits;
  switch (field.type) {
    case Type::number:
      fault = take_number(value, out.size(), number);
      break;
    case Type::price:
      fault = take_price(value, out.size(), number);
      break;
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

JsonFault set_tag(const ouch::TagInfo& info, const JsonValue& value, Bytes out) {
  std::uint64_t number = 0;
  JsonFault fault = json_fits;
  switch (info.type) {
    case ouch::TagType::character:
    case ouch::TagType::alpha:
      return take_characters(value, info.type == ouch::TagType::alpha, out);
    case ouch::TagType::unsigned_integer:
      fault = take_number(value, out.size(), number);
      break;
    case ouch::TagType::price:
      fault = take_price(value, out.size(), number);
      break;
    case ouch::TagType::signed_price: {
      std::string_view text;
      fault = take_text(value, text);
      const auto price = fault == json_fits ? parse_signed_price(text) : std::nullopt;
      if (fault == json_fits && !price)
        fault = "is no price of at most 4 decimals, or does not fit";
      number = static_cast<std::uint32_t>(price.value_or(0));
      break;
    }
  }
  for (std::size_t i = out.size(); i-- != 0; number >>= 8)
    out[i] = static_cast<std::byte>(number);
  return fault;
}

const ouch::TagInfo* tag_of(std::string_view name) {
  const auto* const found = std::find_if(ouch::tag_table.begin(), ouch::tag_table.end(),
                                         [name](const auto& info) { return info.name == name; });
  return found == ouch::tag_table.end() ? nullptr : found;
}

}  // namespace

class JsonSlotReader::Reading {
 public:
  Reading() {
    for (unsigned kind = 2; kind < 256; ++kind)  // no `none`, no `extension`: they begin no group
      kinds_.emplace(slot_kind_name(static_cast<SlotKind>(kind)), static_cast<SlotKind>(kind));
  }

  bool read(std::string_view line, JsonSlotGroup& out) {
    out = {};
    JsonOrder order;
    if (orders_.read(line, order)) {
      if (take_order(order, out))
        return read_sequence(line, out);
      error = "not taken";
    } else {
      error = orders_.error();
    }
    // What replay does not read `cat` may have written all the same. If neither, replay's complaint
    // is told for the kinds that replay has.
    const std::string complaint = error;
    if (read_as_written(line, out) && read_sequence(line, out))
      return true;
    if (!complaint.starts_with("unknown type"))
      error = complaint;
    return false;
  }

  std::string error;

 private:
  bool fail(std::string_view key, std::string_view fault) {
    error = std::string(key) + " " + std::string(fault);
    return false;
  }

  bool take_order(const JsonOrder& order, JsonSlotGroup& out) {
    if (!is_order_entry(order.kind)) {
      out.head = order.slot;
      out.head.tail = {.kind = order.kind};
      return true;
    }
    if (!writer_.has_credit(group_slots_max) ||
        wire_in::parse_ouch(order.message, order.session, order.time_ns, writer_) != Outcome::ok)
      return false;
    const SlotGroup group = *slot_ring::peek_group(ring_reader_);
    out.head = *group.head;
    out.head.tail = {.kind = group.head->tail.kind,
                     .extension_count = group.head->tail.extension_count};
    for (std::size_t i = 0; i < group.head->tail.extension_count; ++i)
      out.extensions[i].extension = group.extensions[i]->extension;
    ring_reader_.release(group.slot_count());
    return true;
  }

  bool read_sequence(std::string_view line, JsonSlotGroup& out) {
    JsonValue root;
    std::uint64_t sequence = 0;
    if (parser_.parse(line.data(), line.size(), false).get(root) == simdjson::SUCCESS &&
        root["sequence"].get_uint64().get(sequence) == simdjson::SUCCESS)
      out.sequence = sequence;
    return true;
  }

  bool read_as_written(std::string_view line, JsonSlotGroup& out) {
    JsonValue root;
    if (const auto code = parser_.parse(line.data(), line.size(), false).get(root))
      return fail("JSON", simdjson::error_message(code));
    std::string_view type;
    if (!root.is_object() || root["type"].get_string().get(type) != simdjson::SUCCESS)
      return fail("type", "is missing");
    const auto kind = kinds_.find(std::string(type));
    if (kind == kinds_.end())
      return fail("unknown type", type);
    out = {};
    out.head.extension = {};
    out.head.tail = {.kind = kind->second};
    appendage_.clear();
    std::vector<JsonSlotField> missing = json_slot_fields(kind->second);
    if (kind->second == SlotKind::kill && root["session"].error() == simdjson::SUCCESS)
      missing.clear();
    bool session = false;
    bool time = false;
    const simdjson::dom::object object = root.get_object().value_unsafe();
    for (const auto& [key, value] : object)
      if (!set_key(key, value, missing, session, time, out))
        return false;
    if (!missing.empty())
      return fail(missing.front().name, "is missing");
    if (!time)
      return fail("time_ns", "is missing");
    if (session != names_session(out.head))
      return fail("session", session ? "is no key of this type" : "is missing");
    return add_appendage(out);
  }

  bool set_key(std::string_view key, const JsonValue& value, std::vector<JsonSlotField>& missing,
               bool& session, bool& time, JsonSlotGroup& out) {
    const auto check = [&](JsonFault fault) { return fault == json_fits || fail(key, fault); };
    std::uint64_t number = 0;
    if (key == "type" || key == "sequence")
      return true;
    if (key == "time_ns") {
      time = true;
      if (!check(take_number(value, sizeof number, number)))
        return false;
      out.head.time_ns = {number};
      return true;
    }
    const auto field = std::find_if(missing.begin(), missing.end(),
                                    [key = key](const auto& one) { return one.name == key; });
    if (field != missing.end()) {
      const auto body = std::as_writable_bytes(std::span(&out.head, 1)).subspan(sizeof(TimeNs));
      if (!check(set_field(*field, value, body.subspan(field->offset, field->bytes))))
        return false;
      missing.erase(field);
      return true;
    }
    if (key == "session") {
      session = true;
      if (!check(take_number(value, sizeof out.head.session.session, number)))
        return false;
      out.head.session.session = static_cast<std::uint32_t>(number);
      return true;
    }
    if (is_order_entry(out.head.tail.kind))
      return set_appendage_key(key, value);
    return fail("unknown key", key);
  }

  bool set_appendage_key(std::string_view key, const JsonValue& value) {
    if (key == "appendage") {
      const JsonFault fault = take_hex(value, appendage_);
      return fault == json_fits || fail(key, fault);
    }
    const ouch::TagInfo* const info = tag_of(key);
    if (info == nullptr)
      return fail("unknown key", key);
    const std::size_t before = appendage_.size();
    appendage_.resize(before + 2 + info->value_bytes);
    appendage_[before] = static_cast<std::byte>(1 + info->value_bytes);
    appendage_[before + 1] = static_cast<std::byte>(info->tag);
    const JsonFault fault = set_tag(*info, value, Bytes(appendage_).subspan(before + 2));
    return fault == json_fits || fail(key, fault);
  }

  bool add_appendage(JsonSlotGroup& out) {
    if (appendage_.empty())
      return true;
    if (appendage_.size() > appendage_bytes_max)
      return fail("appendage", "is too long");
    out.head.enter.appendage_bytes = static_cast<std::uint8_t>(appendage_.size());
    out.head.tail.extension_count =
        static_cast<std::uint8_t>((appendage_.size() + extension_bytes - 1) / extension_bytes);
    for (std::size_t at = 0; at < appendage_.size(); at += extension_bytes)
      std::copy_n(appendage_.begin() + static_cast<std::ptrdiff_t>(at),
                  std::min(extension_bytes, appendage_.size() - at),
                  out.extensions[at / extension_bytes].extension.appendage.begin());
    return true;
  }

  std::map<std::string, SlotKind> kinds_;
  JsonOrderReader orders_;
  slot_ring::Ring<Slot> ring_{ring_slots_min};
  slot_ring::Writer<Slot> writer_{ring_};
  slot_ring::Reader<Slot> ring_reader_{ring_};
  simdjson::dom::parser parser_;
  std::vector<std::byte> appendage_;
};

JsonSlotReader::JsonSlotReader() : reading_(std::make_unique<Reading>()) {}
JsonSlotReader::~JsonSlotReader() = default;

bool JsonSlotReader::read(std::string_view line, JsonSlotGroup& out) {
  return reading_->read(line, out);
}
const std::string& JsonSlotReader::error() const { return reading_->error; }

}  // namespace wirebook::node
