#include "node/json/json_venue.hpp"

#include <array>
#include <limits>

#include "node/json/json_limits.hpp"

namespace wirebook::node {

namespace {

JsonFault set_event_code(Slot& slot, const JsonValue& value) {
  return take_code(value, "OSQMEC", slot.admin.code);
}
JsonFault set_break_reason(Slot& slot, const JsonValue& value) {
  return take_code(value, "ECSX", slot.admin.code);
}
JsonFault set_match_number(Slot& slot, const JsonValue& value) {
  return take_unsigned(value, std::numeric_limits<std::uint64_t>::max(), slot.admin.match_number);
}
JsonFault set_symbol(Slot& slot, const JsonValue& value) {
  return take_alpha(value, slot.instrument.symbol.text);
}
JsonFault set_trading_state(Slot& slot, const JsonValue& value) {
  return take_code(value, "HPQT", slot.instrument.trading_state);
}
JsonFault set_halt_reason(Slot& slot, const JsonValue& value) {
  return take_alpha(value, slot.instrument.reason.text);
}
JsonFault set_firm(Slot& slot, const JsonValue& value) {
  return take_alpha(value, slot.session.firm.text);
}
JsonFault set_cancel_on_disconnect(Slot& slot, const JsonValue& value) {
  if (!value.is_bool())
    return "is neither true nor false";
  slot.session.cancel_on_disconnect = value.get_bool().value_unsafe();
  return json_fits;
}

constexpr std::array system_event_keys{VenueKey{"event_code", "code", true, set_event_code}};
constexpr std::array trading_state_keys{
    VenueKey{"symbol", "", true, set_symbol},
    VenueKey{"trading_state", "state", true, set_trading_state},
    VenueKey{"reason", "", false, set_halt_reason},
};
constexpr std::array break_trade_keys{
    VenueKey{"match_number", "", true, set_match_number},
    VenueKey{"reason", "", false, set_break_reason},
};
constexpr std::array session_up_keys{
    VenueKey{"firm", "", false, set_firm},
    VenueKey{"cancel_on_disconnect", "", false, set_cancel_on_disconnect},
};
constexpr std::array kill_keys{VenueKey{"firm", "", false, set_firm}};

const std::array types{
    VenueType{"system_event", SlotKind::system_event, system_event_keys},
    VenueType{"trading_state", SlotKind::trading_state, trading_state_keys},
    VenueType{"break_trade", SlotKind::break_trade, break_trade_keys},
    VenueType{"session_up", SlotKind::session_up, session_up_keys},
    VenueType{"session_down", SlotKind::session_down, {}},
    VenueType{"kill", SlotKind::kill, kill_keys},
    VenueType{"limit", SlotKind::limit, limit_keys()},
    VenueType{"clock", SlotKind::clock, {}},
};

}  // namespace

std::span<const VenueType> venue_types() { return types; }

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
