#include "node/json/json_slot_reader.hpp"

#include <algorithm>
#include <map>
#include <span>
#include <vector>

#include <simdjson.h>

#include "wirebook/outcome.hpp"
#include "wirebook/wire/ouch50_tags.hpp"

#include "node/json/json_names.hpp"
#include "node/json/json_orders.hpp"
#include "node/json/json_slot_fields.hpp"
#include "node/json/json_slot_values.hpp"
#include "node/json/json_slots.hpp"
#include "node/json/json_values.hpp"
#include "slot_ring/group.hpp"
#include "slot_ring/ring.hpp"
#include "wire_in/ouch_parser.hpp"

namespace wirebook::node {

namespace {

using WritableBytes = std::span<std::byte>;

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
      error = "not taken";
      if (take_order(order, out))
        return read_sequence(line, out);
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
      if (order.symbol != Symbol{})  // nobody here knows its number
        return fail("symbol", "is no key of a journal's line: name the instrument");
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
    const std::span<const JsonSlotField> fields = json_slot_fields(kind->second);
    std::vector<JsonSlotField> missing(fields.begin(), fields.end());
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
      if (!check(take_slot_field(*field, value, body.subspan(field->offset, field->bytes))))
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
    const auto* const info = find_tag(key);
    if (info == nullptr)
      return fail("unknown key", key);
    const std::size_t before = appendage_.size();
    appendage_.resize(before + 2 + info->value_bytes);
    appendage_[before] = static_cast<std::byte>(1 + info->value_bytes);
    appendage_[before + 1] = static_cast<std::byte>(info->tag);
    const JsonFault fault = take_tag(*info, value, WritableBytes(appendage_).subspan(before + 2));
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
