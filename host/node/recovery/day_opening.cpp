#include <fmt/format.h>

#include "node/host_slots.hpp"
#include "node/recovery/recovered_day.hpp"

namespace wirebook::node {

namespace {

[[noreturn]] void refuse(std::size_t index, const std::string& what) {
  throw StartRefused(ExitCode::configuration, fmt::format("instruments[{}]{}", index, what));
}

void check_instrument(const InstrumentBody& day, const InstrumentConfig& config, std::size_t index,
                      std::vector<std::string>& lines) {
  if (!(day.symbol == config.symbol))
    refuse(index,
           fmt::format(".symbol: is \"{}\", but the day began with \"{}\" there; new ones go "
                       "behind the others",
                       config.symbol.view(), day.symbol.view()));
  if (day.round_lot != config.round_lot)
    refuse(index, fmt::format(".round_lot: is {}, but the day began with {}", config.round_lot,
                              day.round_lot));
  if (day.trading_state != config.trading_state)
    lines.push_back(
        fmt::format("instruments[{}].trading_state: is \"{}\" in the configuration and "
                    "\"{}\" in the day, which holds",
                    index, config.trading_state, day.trading_state));
}

/// The system events that follow `reached`: those that are due, or S where there is no schedule.
void push_events(const NodeConfig& config, char reached, TimeNs now, std::vector<Slot>& slots) {
  for (const char code : config.schedule.on ? due_events(config.schedule, reached, now) : "S")
    slots.push_back(system_event_slot(code));
}

}  // namespace

std::vector<Slot> opening_slots(const Replica& day, const NodeConfig& config,
                                const std::vector<ConfiguredLimit>& limits, TimeNs now,
                                std::vector<std::string>& lines) {
  std::vector<Slot> slots;
  for (const std::uint32_t session : day.sessions_up())
    slots.push_back(session_down_slot(session));
  const char last_event = day.system_event();
  // By a schedule a day that was ended by hand stays so.
  const bool begins =
      last_event == 0 || last_event == 'C' || (last_event == 'E' && !config.schedule.on);
  if (begins)
    slots.push_back(system_event_slot('O'));
  for (std::size_t i = 1; i <= config.instruments.size(); ++i) {
    const auto locate = static_cast<std::uint16_t>(i);
    if (const InstrumentBody* const known = day.instrument(locate); known != nullptr)
      check_instrument(*known, config.instruments[i - 1], i, lines);
    else
      slots.push_back(instrument_slot(config.instruments[i - 1], locate));
  }
  // Who was told of the day is known to the engine; whoever is not is brought up once more.
  const auto is_known = [&](std::uint32_t session) {
    return day.outbound().knows(session) && day.outbound().store(session).next_sequence() > 1;
  };
  for (const Slot& slot : limit_slots(limits, config, is_known)) {
    slots.push_back(slot);
    // That lifts no kill of the venue's.
    const std::uint32_t session = slot.session.session;
    if (slot.tail.kind == SlotKind::session_up &&
        day.is_disabled(session, config.sessions[session - 1].firm))
      slots.push_back(kill_slot(session));
  }
  if (config.schedule.on || !day.is_day_open())
    push_events(config, begins ? 'O' : last_event, now, slots);
  return slots;
}

std::vector<Slot> opening_slots(const NodeConfig& config, TimeNs now) {
  std::vector<Slot> slots{system_event_slot('O')};
  for (std::size_t i = 0; i < config.instruments.size(); ++i)
    slots.push_back(instrument_slot(config.instruments[i], static_cast<std::uint16_t>(i + 1)));
  const std::vector<Slot> limits = limit_slots(config);
  slots.insert(slots.end(), limits.begin(), limits.end());
  push_events(config, 'O', now, slots);
  return slots;
}

}  // namespace wirebook::node
