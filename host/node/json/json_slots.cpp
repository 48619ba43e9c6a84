#include "node/json/json_slots.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstring>
#include <span>
#include <string_view>

#include "node/json/json_limits.hpp"
#include "node/json/json_names.hpp"
#include "node/json/json_slot_fields.hpp"
#include "node/json/json_tags.hpp"
#include "node/json/json_text.hpp"

namespace wirebook::node {

namespace {

using Bytes = std::span<const std::byte>;

Bytes body_of(const Slot& slot) {
  return std::as_bytes(std::span(&slot, 1)).subspan(sizeof(TimeNs), sizeof(ExtensionBody));
}

void append_hex(std::string& out, Bytes bytes) {
  constexpr std::string_view hex = "0123456789abcdef";
  out += '"';
  for (const std::byte byte : bytes)
    (out += hex[std::to_integer<unsigned>(byte) >> 4]) +=
        hex[std::to_integer<unsigned>(byte) & 0xF];
  out += '"';
}

void append_field(std::string& out, const JsonSlotField& field, const Slot& slot) {
  const Bytes bytes = body_of(slot).subspan(field.offset, field.bytes);
  std::uint64_t number = 0;
  std::memcpy(&number, bytes.data(), std::min(bytes.size(), sizeof number));
  using Type = JsonSlotField::Type;
  append_json_key(out, field.name);
  switch (field.type) {
    case Type::number:
      return append_number(out, number);
    case Type::price:
      return append_json_price(out, number);
    case Type::character:
      return append_json_string(out,
                                std::string_view(reinterpret_cast<const char*>(bytes.data()), 1));
    case Type::alpha:
      return append_json_alpha(out, bytes);
    case Type::boolean:
      out += number != 0 ? "true" : "false";
      return;
    case Type::hex:
      return append_hex(out, bytes);
    case Type::limit_kind:
      return append_limit_kind(out, static_cast<LimitKind>(number));
  }
}

/// True if a key that the tags brought is in the line before them, or among them twice.
bool repeats_a_key(std::string_view line, std::string_view tags) {
  for (std::size_t at = 0; at < tags.size();) {
    const std::size_t end = tags.find(':', at) + 1;
    const std::string_view key = tags.substr(at, end - at);
    if (line.find(key) != std::string_view::npos || tags.find(key, end) != std::string_view::npos)
      return true;
    at = std::min(tags.find(",\"", end), tags.size());
  }
  return false;
}

void append_appendage(std::string& out, std::size_t line, const SlotGroup& group) {
  std::array<std::byte, appendage_bytes_max> copy;
  const std::size_t slots =
      std::min<std::size_t>(group.head->tail.extension_count, extension_slots_max);
  for (std::size_t i = 0; i < slots; ++i)
    std::memcpy(copy.data() + i * extension_bytes, group.extensions[i]->extension.appendage.data(),
                extension_bytes);
  const auto bytes = Bytes(copy).first(
      std::min<std::size_t>(group.head->enter.appendage_bytes, slots * extension_bytes));
  const std::size_t before = out.size();
  if (append_json_tags(out, bytes) &&
      !repeats_a_key(std::string_view(out).substr(line, before - line),
                     std::string_view(out).substr(before)))
    return;
  out.resize(before);
  append_json_key(out, "appendage");
  append_hex(out, bytes);
}

}  // namespace

void append_json_group(std::string& out, const SlotGroup& group) {
  const Slot& slot = *group.head;
  const SlotKind kind = slot.tail.kind;
  const std::size_t line = out.size();
  out += "{\"sequence\":";
  append_number(out, group.sequence);
  append_json_key(out, "type");
  append_json_string(out, slot_kind_name(kind));
  if (names_session(slot)) {
    append_json_key(out, "session");
    append_number(out, slot.session.session);
  }
  append_json_key(out, "time_ns");
  append_number(out, slot.time_ns.raw);
  if (kind != SlotKind::kill || !names_session(slot))  // a kill is of a session or of a firm
    for (const JsonSlotField& field : json_slot_fields(kind))
      append_field(out, field, slot);
  if (find_inbound(kind) != nullptr)
    append_appendage(out, line, group);
  out += "}\n";
}

}  // namespace wirebook::node
