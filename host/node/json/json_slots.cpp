#include "node/json/json_slots.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstring>
#include <span>
#include <string_view>
#include <utility>

#include "wirebook/wire/ouch50_fields.hpp"

#include "node/json/json_limits.hpp"
#include "node/json/json_orders.hpp"
#include "node/json/json_slot_fields.hpp"
#include "node/json/json_tags.hpp"
#include "node/json/json_text.hpp"

namespace wirebook::node {

namespace {

namespace ouch = wire::ouch;

using Field = JsonSlotField;
using FieldType = JsonSlotField::Type;

/// Of order entry: the same field lies at the same place in every body that has it.
constexpr std::array order_fields{
    Field{"symbol", offsetof(EnterBody, symbol), 8, FieldType::alpha},
    Field{"orig_user_ref_num", offsetof(ReplaceBody, orig_user_ref_num), 4, FieldType::number},
    Field{"user_ref_num", offsetof(EnterBody, user_ref_num), 4, FieldType::number},
    Field{"firm", offsetof(AccountBody, firm), 4, FieldType::alpha},
    Field{"quantity", offsetof(EnterBody, quantity), 4, FieldType::number},
    Field{"price", offsetof(EnterBody, price), 4, FieldType::price},
    Field{"cl_ord_id", offsetof(EnterBody, cl_ord_id), 14, FieldType::alpha},
    Field{"side", offsetof(EnterBody, side), 1, FieldType::character},
    Field{"time_in_force", offsetof(EnterBody, time_in_force), 1, FieldType::character},
    Field{"display", offsetof(EnterBody, display), 1, FieldType::character},
    Field{"capacity", offsetof(EnterBody, capacity), 1, FieldType::character},
    Field{"iso", offsetof(EnterBody, iso), 1, FieldType::character},
    Field{"cross_type", offsetof(EnterBody, cross_type), 1, FieldType::character},
};

constexpr Field locate{"instrument", offsetof(InstrumentBody, instrument), 2, FieldType::number};
constexpr Field instrument_symbol{"symbol", offsetof(InstrumentBody, symbol), 8, FieldType::alpha};
constexpr Field instrument_state{"trading_state", offsetof(InstrumentBody, trading_state), 1,
                                 FieldType::character};
constexpr Field session_firm{"firm", offsetof(SessionBody, firm), 4, FieldType::alpha};
constexpr Field match_number{"match_number", offsetof(AdminBody, match_number), 8,
                             FieldType::number};
constexpr Field order_ref{"order_ref", offsetof(FeedAddBody, order_ref), 8, FieldType::number};

constexpr std::array instrument_fields{
    locate, instrument_symbol, instrument_state,
    Field{"round_lot", offsetof(InstrumentBody, round_lot), 4, FieldType::number}};
constexpr std::array state_fields{
    instrument_symbol, instrument_state,
    Field{"reason", offsetof(InstrumentBody, reason), 4, FieldType::alpha}};
constexpr std::array event_fields{
    Field{"event_code", offsetof(AdminBody, code), 1, FieldType::character}};
constexpr std::array break_fields{
    match_number, Field{"reason", offsetof(AdminBody, code), 1, FieldType::character}};
constexpr std::array session_up_fields{
    session_firm, Field{"cancel_on_disconnect", offsetof(SessionBody, cancel_on_disconnect), 1,
                        FieldType::boolean}};
constexpr std::array gap_fields{
    Field{"cause", offsetof(GapBody, cause), 1, FieldType::number},
    Field{"stream", offsetof(GapBody, stream), 1, FieldType::number},
    Field{"first_sequence", offsetof(GapBody, first_sequence), 8, FieldType::number},
    Field{"count", offsetof(GapBody, count), 8, FieldType::number}};
constexpr std::array digest_fields{
    Field{"covered_sequence", offsetof(DigestBody, covered_sequence), 8, FieldType::number},
    Field{"digest", offsetof(DigestBody, digest), 8, FieldType::number}};
constexpr std::array limit_fields{
    Field{"kind", offsetof(LimitBody, kind), 1, FieldType::limit_kind},
    Field{"instrument", offsetof(LimitBody, instrument), 2, FieldType::number},
    Field{"firm", offsetof(LimitBody, firm), 4, FieldType::alpha},
    Field{"window_ms", offsetof(LimitBody, window_ms), 4, FieldType::number},
    Field{"value", offsetof(LimitBody, value), 8, FieldType::number}};
constexpr std::array feed_add_fields{
    locate,
    order_ref,
    Field{"side", offsetof(FeedAddBody, side), 1, FieldType::character},
    Field{"quantity", offsetof(FeedAddBody, quantity), 4, FieldType::number},
    Field{"symbol", offsetof(FeedAddBody, symbol), 8, FieldType::alpha},
    Field{"price", offsetof(FeedAddBody, price), 4, FieldType::price},
    Field{"attribution", offsetof(FeedAddBody, attribution), 4, FieldType::alpha}};
constexpr std::array feed_execute_fields{
    locate,
    order_ref,
    Field{"quantity", offsetof(FeedExecuteBody, quantity), 4, FieldType::number},
    Field{"match_number", offsetof(FeedExecuteBody, match_number), 8, FieldType::number},
    Field{"printable", offsetof(FeedExecuteBody, printable), 1, FieldType::character},
    Field{"price", offsetof(FeedExecuteBody, price), 4, FieldType::price}};
constexpr std::array feed_change_fields{
    locate, order_ref,
    Field{"new_order_ref", offsetof(FeedChangeBody, new_order_ref), 8, FieldType::number},
    Field{"quantity", offsetof(FeedChangeBody, quantity), 4, FieldType::number},
    Field{"price", offsetof(FeedChangeBody, price), 4, FieldType::price}};
constexpr std::array feed_verbatim_fields{
    locate, Field{"bytes", offsetof(FeedVerbatimBody, bytes), 39, FieldType::hex}};
constexpr std::array unknown_fields{Field{"body", 0, 48, FieldType::hex}};

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

void append_field(std::string& out, const Field& field, const Slot& slot) {
  const Bytes bytes = body_of(slot).subspan(field.offset, field.bytes);
  std::uint64_t number = 0;
  std::memcpy(&number, bytes.data(), std::min(bytes.size(), sizeof number));
  append_json_key(out, field.name);
  switch (field.type) {
    case FieldType::number:
      return append_number(out, number);
    case FieldType::price:
      return append_json_price(out, number);
    case FieldType::character:
      return append_json_string(out,
                                std::string_view(reinterpret_cast<const char*>(bytes.data()), 1));
    case FieldType::alpha:
      return append_json_alpha(out, bytes);
    case FieldType::boolean:
      out += number != 0 ? "true" : "false";
      return;
    case FieldType::hex:
      return append_hex(out, bytes);
    case FieldType::limit_kind:
      return append_limit_kind(out, static_cast<LimitKind>(number));
  }
}

void append_fields(std::string& out, std::span<const Field> fields, const Slot& slot) {
  for (const Field& field : fields)
    append_field(out, field, slot);
}

std::span<const Field> fields_of(SlotKind kind) {
  switch (kind) {
    case SlotKind::instrument:
      return instrument_fields;
    case SlotKind::trading_state:
      return state_fields;
    case SlotKind::system_event:
      return event_fields;
    case SlotKind::break_trade:
      return break_fields;
    case SlotKind::session_up:
      return session_up_fields;
    case SlotKind::session_down:
    case SlotKind::clock:
      return {};
    case SlotKind::kill:
      return std::span(&session_firm, 1);
    case SlotKind::gap:
    case SlotKind::feed_end:
      return gap_fields;
    case SlotKind::digest:
      return digest_fields;
    case SlotKind::limit:
      return limit_fields;
    default:
      break;
  }
  if (!is_feed(kind))
    return unknown_fields;
  switch (itch_type(kind)) {
    case 'A':
    case 'F':
      return feed_add_fields;
    case 'E':
    case 'C':
      return feed_execute_fields;
    case 'X':
    case 'D':
    case 'U':
      return feed_change_fields;
    default:
      return feed_verbatim_fields;
  }
}

const ouch::MessageInfo* find_message(SlotKind kind) {
  for (const ouch::MessageInfo& info : ouch::inbound_messages)
    if (info.type == static_cast<char>(kind))
      return &info;
  return nullptr;
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

bool names_session(const Slot& slot) {
  switch (slot.tail.kind) {
    case SlotKind::session_up:
    case SlotKind::session_down:
      return true;
    case SlotKind::kill:
      return slot.session.session != 0;
    case SlotKind::limit:
      return slot.limit.session != 0 || is_session_limit(slot.limit.kind);
    default:
      return is_order_entry(slot.tail.kind);
  }
}

std::vector<JsonSlotField> json_slot_fields(SlotKind kind) {
  const ouch::MessageInfo* const info = find_message(kind);
  if (info == nullptr) {
    const auto fields = fields_of(kind);
    return {fields.begin(), fields.end()};
  }
  std::vector<JsonSlotField> fields;
  for (const ouch::FieldInfo& wanted : info->fields)
    for (const Field& field : order_fields)
      if (field.name == wanted.name)
        fields.push_back(field);
  return fields;
}

std::string slot_kind_name(SlotKind kind) {
  if (const std::string_view name = json_type_name(kind); !name.empty())
    return std::string(name);
  switch (kind) {
    case SlotKind::extension:
      return "extension";
    case SlotKind::instrument:
      return "instrument";
    case SlotKind::gap:
      return "gap";
    case SlotKind::feed_end:
      return "feed_end";
    case SlotKind::digest:
      return "digest";
    default:
      break;
  }
  constexpr std::string_view hex = "0123456789abcdef";
  const auto number = static_cast<std::uint8_t>(kind);
  const char letter = itch_type(kind);
  if (is_feed(kind) && ((letter >= 'A' && letter <= 'Z') || (letter >= 'a' && letter <= 'z')))
    return std::string("itch_") + letter;
  return std::string("kind_") + hex[number >> 4] + hex[number & 0xF];
}

void append_json_group(std::string& out, const SlotGroup& group) {
  const Slot& slot = *group.head;
  const std::size_t line = out.size();
  out += "{\"sequence\":";
  append_number(out, group.sequence);
  append_json_key(out, "type");
  append_json_string(out, slot_kind_name(slot.tail.kind));
  if (names_session(slot)) {
    append_json_key(out, "session");
    append_number(out, slot.session.session);
  }
  append_json_key(out, "time_ns");
  append_number(out, slot.time_ns.raw);
  if (const ouch::MessageInfo* const info = find_message(slot.tail.kind)) {
    for (const ouch::FieldInfo& wanted : info->fields)
      for (const Field& field : order_fields)
        if (field.name == wanted.name)
          append_field(out, field, slot);
    append_appendage(out, line, group);
  } else if (slot.tail.kind != SlotKind::kill || !names_session(slot)) {
    append_fields(out, fields_of(slot.tail.kind), slot);
  }
  out += "}\n";
}

}  // namespace wirebook::node
