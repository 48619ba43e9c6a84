#include "node/json/json_slot_fields.hpp"

#include <algorithm>
#include <array>
#include <cstddef>

#include "node/json/json_limits.hpp"
#include "node/json/json_names.hpp"

namespace wirebook::node {

namespace {

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
constexpr std::array kill_fields{session_firm};
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

/// Kinds that are neither order entry nor a feed's.
struct Kind {
  SlotKind kind;
  std::string_view name;
  std::span<const Field> fields;
};
constexpr std::array kinds{
    Kind{SlotKind::extension, "extension", unknown_fields},
    Kind{SlotKind::session_up, "session_up", session_up_fields},
    Kind{SlotKind::session_down, "session_down", {}},
    Kind{SlotKind::kill, "kill", kill_fields},
    Kind{SlotKind::clock, "clock", {}},
    Kind{SlotKind::instrument, "instrument", instrument_fields},
    Kind{SlotKind::trading_state, "trading_state", state_fields},
    Kind{SlotKind::system_event, "system_event", event_fields},
    Kind{SlotKind::break_trade, "break_trade", break_fields},
    Kind{SlotKind::gap, "gap", gap_fields},
    Kind{SlotKind::feed_end, "feed_end", gap_fields},
    Kind{SlotKind::digest, "digest", digest_fields},
    Kind{SlotKind::limit, "limit", limit_fields},
};

std::span<const Field> feed_fields(char itch_type) {
  switch (itch_type) {
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

std::vector<Field> fields_of(SlotKind kind) {
  std::vector<Field> fields;
  if (const auto* const message = find_inbound(kind)) {
    for (const wire::ouch::FieldInfo& wanted : message->fields)
      if (const Field* const field = find_row(order_fields, &Field::name, wanted.name))
        fields.push_back(*field);
    return fields;
  }
  const Kind* const found = find_row(kinds, &Kind::kind, kind);
  const std::span<const Field> row = is_feed(kind)      ? feed_fields(itch_type(kind))
                                     : found != nullptr ? found->fields
                                                        : unknown_fields;
  return {row.begin(), row.end()};
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

std::span<const JsonSlotField> json_slot_fields(SlotKind kind) {
  static const auto all = [] {
    std::array<std::vector<Field>, 256> fields;
    for (std::size_t number = 0; number < fields.size(); ++number)
      fields[number] = fields_of(static_cast<SlotKind>(number));
    return fields;
  }();
  return all[static_cast<std::size_t>(kind)];
}

std::string slot_kind_name(SlotKind kind) {
  if (const auto* const message = find_inbound(kind))
    return std::string(message->name);
  if (const Kind* const found = find_row(kinds, &Kind::kind, kind))
    return std::string(found->name);
  constexpr std::string_view hex = "0123456789abcdef";
  const auto number = static_cast<std::uint8_t>(kind);
  const char letter = itch_type(kind);
  if (is_feed(kind) && ((letter >= 'A' && letter <= 'Z') || (letter >= 'a' && letter <= 'z')))
    return std::string("itch_") + letter;
  return std::string("kind_") + hex[number >> 4] + hex[number & 0xF];
}

}  // namespace wirebook::node
