#include "node/control/act_plan.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "node/host_slots.hpp"
#include "node/order_entry/accounts.hpp"

namespace wirebook::node {

namespace {

std::string no_instrument(const Symbol& symbol) {
  return fmt::format("there is no instrument {}: see instruments", symbol.view());
}

std::string plan_states(const ControlRequest& request, const Node::Venue& venue, ActPlan& plan) {
  const auto add = [&](std::uint16_t locate) {
    const InstrumentBody body{.instrument = locate,
                              .trading_state = request.code,
                              .symbol = venue.instruments.at(locate).symbol,
                              .reason = request.reason};
    plan.steps.push_back(
        {.slot = Slot{.instrument = body, .tail = {.kind = SlotKind::trading_state}}});
  };
  if (request.scope == ControlScope::all) {
    for (std::uint32_t locate = 1; locate <= venue.instruments.size(); ++locate)
      add(static_cast<std::uint16_t>(locate));
    return plan.steps.empty() ? "there are no instruments" : "";
  }
  const std::uint16_t locate = venue.instruments.find(request.symbol);
  if (locate == 0)
    return no_instrument(request.symbol);
  add(locate);
  return {};
}

std::string plan_event(const ControlRequest& request, const Node::Venue& venue, ActPlan& plan) {
  if (venue.system_event == 'E' && request.code != 'S')
    return "the day has ended: only S, which opens it again";
  if (venue.system_event == request.code)
    return fmt::format("{} is where the day is", request.code);
  plan.steps.push_back({.slot = system_event_slot(request.code)});
  return {};
}

std::string plan_instrument(const ControlRequest& request, const Node::Venue& venue,
                            ActPlan& plan) {
  if (venue.instruments.find(request.symbol) != 0)
    return fmt::format("there is an instrument {} already", request.symbol.view());
  const std::size_t locate = venue.instruments.size() + 1;
  const std::size_t room =
      std::max<std::size_t>(venue.config.engine.instruments, venue.config.instruments.size());
  if (locate > room)
    return fmt::format("there is room for {} instruments: see engine.instruments", room);
  plan.steps.push_back({.slot = instrument_slot({.symbol = request.symbol,
                                                 .round_lot = request.round_lot,
                                                 .trading_state = request.code},
                                                static_cast<std::uint16_t>(locate))});
  return {};
}

std::string plan_break(const ControlRequest& request, const Node::Venue& /*venue*/, ActPlan& plan) {
  const AdminBody body{.code = request.code, .match_number = request.match_number};
  plan.steps.push_back({.slot = Slot{.admin = body, .tail = {.kind = SlotKind::break_trade}}});
  return {};
}

std::vector<std::uint32_t> sessions_of(const ControlRequest& request, const Node::Venue& venue) {
  std::vector<std::uint32_t> numbers;
  const bool by_firm = request.scope == ControlScope::firm;
  for (std::uint32_t number = 1; number <= venue.config.sessions.size(); ++number) {
    const SessionConfig& session = venue.config.sessions[number - 1];
    if (by_firm ? session.firm == request.firm
                : folded(session.username) == folded(request.session))
      numbers.push_back(number);
  }
  return numbers;
}

std::string no_session(const ControlRequest& request) {
  return request.scope == ControlScope::firm
             ? fmt::format("there is no session of firm {}: see sessions", request.firm.view())
             : fmt::format("there is no session {}: see sessions", request.session.view());
}

std::string plan_limit(const ControlRequest& request, const Node::Venue& venue, ActPlan& plan) {
  LimitBody limit = request.limit;
  limit.firm = request.firm;
  if (!request.symbol.view().empty()) {
    limit.instrument = venue.instruments.find(request.symbol);
    if (limit.instrument == 0)
      return no_instrument(request.symbol);
  }
  if (!request.session.view().empty()) {
    const std::vector<std::uint32_t> sessions = sessions_of(request, venue);
    if (sessions.empty())
      return no_session(request);
    limit.session = sessions.front();
  }
  plan.steps.push_back({.slot = Slot{.limit = limit, .tail = {.kind = SlotKind::limit}}});
  return {};
}

/// What ingress is asked to do with each session; nothing with those whom it does not concern.
std::optional<SessionAct> act_on(std::uint32_t session, ControlVerb verb, const SessionDesk& desk) {
  switch (verb) {
    case ControlVerb::kill:
      return SessionAct::kill;
    case ControlVerb::enable:
      return desk.is_disabled(session) ? std::optional(SessionAct::enable) : std::nullopt;
    case ControlVerb::cancel:
      return desk.is_disabled(session) ? std::nullopt : std::optional(SessionAct::cancel);
    default:
      return desk.is_up(session) ? std::optional(SessionAct::disconnect) : std::nullopt;
  }
}

std::string_view none_is_meant(ControlVerb verb) {
  switch (verb) {
    case ControlVerb::enable:
      return "none that is meant is disabled";
    case ControlVerb::cancel:
      return "all that are meant are disabled, and have no orders";
    default:
      return "none that is meant is logged in";
  }
}

std::string plan_sessions(const ControlRequest& request, const Node::Venue& venue, ActPlan& plan) {
  const std::vector<std::uint32_t> sessions = sessions_of(request, venue);
  if (sessions.empty() && !request.firm_for_good)
    return no_session(request);
  if (sessions.empty())
    plan.note = "no session is of that firm: only what others send in its name is meant";
  for (const std::uint32_t session : sessions) {
    const SessionConfig& config = venue.config.sessions[session - 1];
    if (request.verb == ControlVerb::enable && is_killed(venue, config.firm))
      return fmt::format("{} is of a firm that was killed, which lasts until the next day",
                         config.username.view());
    if (request.verb == ControlVerb::kill)
      venue.desk.set_disabled(session, true);
    if (const auto act = act_on(session, request.verb, venue.desk))
      plan.steps.push_back({.request = {*act, session}});
  }
  // The engine's own kill comes last: it ends what others sent in the firm's name, too.
  if (request.firm_for_good)
    plan.steps.push_back({.slot = kill_slot(0, request.firm)});
  return plan.steps.empty() ? std::string(none_is_meant(request.verb)) : std::string();
}

}  // namespace

bool is_killed(const Node::Venue& venue, const Firm& firm) {
  return std::ranges::find(venue.killed_firms, firm) != venue.killed_firms.end();
}

std::string plan_act(const ControlRequest& request, const Node::Venue& venue, ActPlan& plan) {
  switch (request.verb) {
    case ControlVerb::trading_state:
      return plan_states(request, venue, plan);
    case ControlVerb::event:
      return plan_event(request, venue, plan);
    case ControlVerb::add:
      return plan_instrument(request, venue, plan);
    case ControlVerb::limit:
      return plan_limit(request, venue, plan);
    case ControlVerb::break_trade:
      return plan_break(request, venue, plan);
    default:
      return plan_sessions(request, venue, plan);
  }
}

}  // namespace wirebook::node
