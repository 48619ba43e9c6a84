#include "node/json/json_venue.hpp"

#include <array>
#include <cstddef>

#include "node/json/json_names.hpp"
#include "node/json/json_slot_fields.hpp"
#include "node/json/json_slot_values.hpp"

namespace wirebook::node {

namespace {

/// A collar's value is two prices; a reference price is the first of them.
constexpr std::array halves{
    JsonSlotField{"price", offsetof(LimitBody, value), 4, JsonSlotField::Type::price},
    JsonSlotField{"high", offsetof(LimitBody, value) + 4, 4, JsonSlotField::Type::price},
};

constexpr std::array system_event_keys{VenueKey{"event_code", "code", true, "OSQMEC"}};
constexpr std::array trading_state_keys{
    VenueKey{"symbol", "", true},
    VenueKey{"trading_state", "state", true, "HPQT"},
    VenueKey{"reason"},
};
constexpr std::array break_trade_keys{
    VenueKey{"match_number", "", true},
    VenueKey{"reason", "", false, "ECSX"},
};
constexpr std::array session_up_keys{VenueKey{"firm"}, VenueKey{"cancel_on_disconnect"}};
constexpr std::array kill_keys{VenueKey{"firm"}};
constexpr std::array limit_keys{
    VenueKey{"kind", "limit", true},
    VenueKey{"instrument"},
    VenueKey{"firm"},
    VenueKey{"window_ms"},
    VenueKey{"value"},
    VenueKey{"price", "low"},
    VenueKey{"high"},
};

constexpr std::array types{
    VenueType{"system_event", SlotKind::system_event, system_event_keys},
    VenueType{"trading_state", SlotKind::trading_state, trading_state_keys},
    VenueType{"break_trade", SlotKind::break_trade, break_trade_keys},
    VenueType{"session_up", SlotKind::session_up, session_up_keys},
    VenueType{"session_down", SlotKind::session_down, {}},
    VenueType{"kill", SlotKind::kill, kill_keys},
    VenueType{"limit", SlotKind::limit, limit_keys},
    VenueType{"clock", SlotKind::clock, {}},
};

}  // namespace

std::span<const VenueType> venue_types() { return types; }

JsonFault set_venue_key(SlotKind kind, const VenueKey& key, const JsonValue& value, Slot& slot) {
  std::string_view text;
  if (value.is_string())
    if (const JsonFault fault = take_text(value, text))
      return fault;
  const JsonSlotField* field = find_row(json_slot_fields(kind), &JsonSlotField::name, key.name);
  if (field == nullptr)
    field = find_row(halves, &JsonSlotField::name, key.name);
  const auto body = std::as_writable_bytes(std::span(&slot, 1)).subspan(sizeof(TimeNs));
  const JsonFault fault = take_slot_field(*field, value, body.subspan(field->offset, field->bytes));
  const bool is_code = key.codes.empty() || key.codes.find(text) != std::string_view::npos;
  return fault == json_fits && !is_code ? "is no such code" : fault;
}

Slot default_venue_slot(SlotKind kind) {
  Slot slot{};
  slot.admin = {};
  switch (kind) {
    case SlotKind::trading_state:
      slot.instrument = {.reason = Alpha<4>::from("")};
      break;
    case SlotKind::break_trade:
      slot.admin = {.code = 'S'};
      break;
    case SlotKind::session_up:
      slot.session = {.cancel_on_disconnect = 1, .firm = Firm::from("")};
      break;
    case SlotKind::kill:
      slot.session = {.firm = Firm::from("")};
      break;
    case SlotKind::limit:
      slot.limit = {.firm = Firm::from("")};
      break;
    default:
      break;
  }
  return slot;
}

}  // namespace wirebook::node
