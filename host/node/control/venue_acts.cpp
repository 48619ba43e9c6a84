#include "node/control/venue_acts.hpp"

#include <algorithm>
#include <cstring>

#include <fmt/format.h>

#include "node/host_slots.hpp"
#include "node/order_entry/accounts.hpp"

namespace wirebook::node {

namespace {

constexpr std::size_t slots_under_way_max = 256;

std::string_view text_of(Refusal refusal) {
  switch (refusal) {
    case Refusal::none:
      break;
    case Refusal::ignored_slot:
      return "the engine ignores it: it is out of its bounds";
    case Refusal::unknown_session:
      return "the session has not logged in today";
    case Refusal::unknown_instrument:
      return "there is no such instrument";
    case Refusal::unknown_match_number:
      return "no such trade: there never was, it is broken already, or it is too old to be kept";
    case Refusal::duplicate_instrument:
      return "there is such an instrument already";
    case Refusal::capacity:
      return "the engine has no room for it";
  }
  return {};
}

/// Without what the ring's writers and match set: time, seal, phase.
bool is_same(const Slot& a, const Slot& b) {
  return a.tail.kind == b.tail.kind &&
         std::memcmp(&a.extension, &b.extension, sizeof a.extension) == 0;
}

/// The slot by which an act at the desk is known in the stream.
Slot sign_of(SessionDesk::Request request, const SessionConfig& session) {
  switch (request.act) {
    case SessionAct::disconnect:
      return session_down_slot(request.session);
    case SessionAct::enable:
      return session_up_slot(request.session, session);
    default:
      return kill_slot(request.session);
  }
}

}  // namespace

VenueActs::VenueActs(Node& node, std::chrono::nanoseconds patience)
    : node_(&node),
      patience_(patience),
      venue_(node.venue()),
      killed_firms_(venue_.killed_firms),
      system_event_(venue_.system_event) {
  venue_.reports.open();
}

std::string VenueActs::begin(const ControlRequest& request, std::uint64_t steady_ns) {
  steps_.clear();
  next_step_ = 0;
  sent_ = 0;
  result_ = {};
  if (!open_)
    return "the day is being opened; ask again";
  if (std::string error = plan(request); !error.empty())
    return error;
  request_ = request;
  under_way_ = true;
  changed_at_ns_ = steady_ns;
  return {};
}

std::string VenueActs::plan(const ControlRequest& request) {
  switch (request.verb) {
    case ControlVerb::trading_state:
      return plan_states(request);
    case ControlVerb::event:
      return plan_event(request);
    case ControlVerb::add:
      return plan_instrument(request);
    case ControlVerb::limit:
      return plan_limit(request);
    case ControlVerb::break_trade:
      steps_.push_back({.slot = Slot{.admin = AdminBody{.code = request.code,
                                                        .match_number = request.match_number},
                                     .tail = {.kind = SlotKind::break_trade}}});
      return {};
    default:
      return plan_sessions(request);
  }
}

std::string VenueActs::plan_states(const ControlRequest& request) {
  const auto add = [&](std::uint16_t locate) {
    steps_.push_back(
        {.slot = Slot{.instrument = InstrumentBody{.instrument = locate,
                                                   .trading_state = request.code,
                                                   .symbol = venue_.instruments.at(locate).symbol,
                                                   .reason = request.reason},
                      .tail = {.kind = SlotKind::trading_state}}});
  };
  if (request.scope == ControlScope::all) {
    for (std::uint32_t locate = 1; locate <= venue_.instruments.size(); ++locate)
      add(static_cast<std::uint16_t>(locate));
    return steps_.empty() ? "there are no instruments" : "";
  }
  const std::uint16_t locate = venue_.instruments.find(request.symbol);
  if (locate == 0)
    return fmt::format("there is no instrument {}", request.symbol.view());
  add(locate);
  return {};
}

std::string VenueActs::plan_event(const ControlRequest& request) {
  if (system_event_ == 'E' && request.code != 'S')
    return "the day has ended: only S, which opens it again";
  if (system_event_ == request.code)
    return fmt::format("{} is where the day is", request.code);
  steps_.push_back({.slot = system_event_slot(request.code)});
  return {};
}

std::string VenueActs::plan_instrument(const ControlRequest& request) {
  if (venue_.instruments.find(request.symbol) != 0)
    return fmt::format("there is an instrument {} already", request.symbol.view());
  const std::size_t locate = venue_.instruments.size() + 1;
  const std::size_t room =
      std::max<std::size_t>(venue_.config.engine.instruments, venue_.config.instruments.size());
  if (locate > room)
    return fmt::format("there is room for {} instruments: see engine.instruments", room);
  steps_.push_back({.slot = instrument_slot({.symbol = request.symbol,
                                             .round_lot = request.round_lot,
                                             .trading_state = request.code},
                                            static_cast<std::uint16_t>(locate))});
  return {};
}

std::string VenueActs::plan_limit(const ControlRequest& request) {
  LimitBody limit = request.limit;
  limit.firm = request.firm;
  if (!request.symbol.view().empty()) {
    limit.instrument = venue_.instruments.find(request.symbol);
    if (limit.instrument == 0)
      return fmt::format("there is no instrument {}", request.symbol.view());
  }
  if (!request.session.view().empty()) {
    const std::vector<std::uint32_t> sessions = sessions_of(request);
    if (sessions.empty())
      return fmt::format("there is no session {}", request.session.view());
    limit.session = sessions.front();
  }
  steps_.push_back({.slot = Slot{.limit = limit, .tail = {.kind = SlotKind::limit}}});
  return {};
}

std::vector<std::uint32_t> VenueActs::sessions_of(const ControlRequest& request) const {
  std::vector<std::uint32_t> numbers;
  const bool by_firm = request.scope == ControlScope::firm;
  for (std::uint32_t number = 1; number <= venue_.config.sessions.size(); ++number) {
    const SessionConfig& session = venue_.config.sessions[number - 1];
    if (by_firm ? session.firm == request.firm
                : folded(session.username) == folded(request.session))
      numbers.push_back(number);
  }
  return numbers;
}

bool VenueActs::is_killed(const Firm& firm) const {
  return std::find(killed_firms_.begin(), killed_firms_.end(), firm) != killed_firms_.end();
}

std::string VenueActs::plan_sessions(const ControlRequest& request) {
  if (at_desk_)
    return "ingress has not answered the last request about a session; ask again";
  const std::vector<std::uint32_t> sessions = sessions_of(request);
  if (sessions.empty() && !request.firm_for_good)
    return request.scope == ControlScope::firm
               ? fmt::format("there is no session of firm {}", request.firm.view())
               : fmt::format("there is no session {}", request.session.view());
  SessionDesk& desk = venue_.desk;
  for (const std::uint32_t session : sessions) {
    const std::string_view name = venue_.config.sessions[session - 1].username.view();
    switch (request.verb) {
      case ControlVerb::kill:
        desk.set_disabled(session, true);
        steps_.push_back({.request = {SessionAct::kill, session}});
        break;
      case ControlVerb::enable:
        if (is_killed(venue_.config.sessions[session - 1].firm))
          return fmt::format("{} is of a firm that was killed, which lasts until the next day",
                             name);
        if (desk.is_disabled(session))
          steps_.push_back({.request = {SessionAct::enable, session}});
        break;
      case ControlVerb::cancel:
        if (!desk.is_disabled(session))
          steps_.push_back({.request = {SessionAct::cancel, session}});
        break;
      default:
        if (desk.is_up(session))
          steps_.push_back({.request = {SessionAct::disconnect, session}});
        break;
    }
  }
  // The engine's own kill comes last: it ends what others sent in the firm's name, too.
  if (request.firm_for_good)
    steps_.push_back({.slot = kill_slot(0, request.firm)});
  if (!steps_.empty())
    return {};
  switch (request.verb) {
    case ControlVerb::enable:
      return "none that is meant is disabled";
    case ControlVerb::cancel:
      return "all that are meant are disabled, and have no orders";
    default:
      return "none that is meant is logged in";
  }
}

std::optional<ActResult> VenueActs::poll(std::uint64_t steady_ns) {
  const std::size_t slots = result_.slots;
  const std::size_t step = next_step_;
  // Asked before: then all that the opening said is among these reports.
  const bool is_open = open_ || node_->is_open();
  take_reports();
  open_ = is_open;
  take_answer();
  if (!under_way_)
    return std::nullopt;
  take_steps();
  if (result_.slots != slots || next_step_ != step)
    changed_at_ns_ = steady_ns;
  if (std::string failure = node_->failure(); !failure.empty())
    give_up(failure);
  else if (std::chrono::nanoseconds(steady_ns - changed_at_ns_) > patience_)
    give_up(fmt::format("no answer in {:g} s", std::chrono::duration<double>(patience_).count()));
  return finish();
}

void VenueActs::take_steps() {
  while (next_step_ < steps_.size()) {
    const Step& step = steps_[next_step_];
    if (!(step.slot ? take_slot(*step.slot) : take_request(step.request)))
      return;
    ++next_step_;
  }
}

bool VenueActs::take_slot(const Slot& slot) {
  if (at_desk_ || expected_.size() >= slots_under_way_max || !node_->inject(slot))
    return false;
  expected_.push_back({slot});
  ++sent_;
  return true;
}

/// One after the other: the slots of a session are reported while it is the one that is watched.
bool VenueActs::take_request(SessionDesk::Request request) {
  if (at_desk_ || !expected_.empty())
    return false;
  venue_.reports.watch(request.session);
  expected_.push_back({sign_of(request, venue_.config.sessions[request.session - 1])});
  venue_.desk.ask(request);
  at_desk_ = true;
  ++sent_;
  return true;
}

void VenueActs::take_answer() {
  if (!at_desk_)
    return;
  const std::optional<SessionAnswer> answer = venue_.desk.answer();
  if (!answer)
    return;
  at_desk_ = false;
  // It has logged off meanwhile.
  if (*answer == SessionAnswer::not_logged_in && !expected_.empty())
    expected_.pop_back();
}

void VenueActs::take_reports() {
  MatchReport report;
  while (venue_.reports.next(report)) {
    if (!expected_.empty() && is_same(expected_.front().slot, report.slot)) {
      const bool abandoned = expected_.front().abandoned;
      expected_.pop_front();
      if (!abandoned)
        on_expected(report);
    }
    follow(report);
  }
}

/// A limit of a session that has not logged in today: it is made known to the engine first, once.
bool VenueActs::introduces(const MatchReport& report) {
  const std::uint32_t session = report.slot.limit.session;
  if (request_.verb != ControlVerb::limit || report.refusal != Refusal::unknown_session ||
      at_desk_ || steps_.size() != 1 || venue_.desk.is_disabled(session))
    return false;
  result_ = {};
  steps_.push_back({.request = {SessionAct::enable, session}});
  steps_.push_back(steps_.front());
  return true;
}

void VenueActs::on_expected(const MatchReport& report) {
  result_.first = result_.slots == 0 ? report.sequence : result_.first;
  result_.last = report.sequence;
  ++result_.slots;
  if (request_.verb == ControlVerb::enable)
    venue_.desk.set_disabled(report.slot.session.session, false);
  if (report.refusal == Refusal::none || introduces(report))
    return;
  const bool of_session =
      request_.verb == ControlVerb::kill || request_.verb == ControlVerb::cancel;
  if (of_session && report.refusal == Refusal::unknown_session)
    result_.note = "a session had not logged in today, and had no orders";
  else if (of_session && report.refusal == Refusal::capacity)
    result_.note = "the engine has no room for the firm: only its sessions are killed";
  else
    result_.error = text_of(report.refusal);
}

/// What a slot of the venue's side changes in what is known here, whoever sent it.
void VenueActs::follow(const MatchReport& report) {
  if (report.refusal != Refusal::none)
    return;
  const Slot& slot = report.slot;
  switch (slot.tail.kind) {
    case SlotKind::instrument:
      if (slot.instrument.instrument == venue_.instruments.size() + 1)
        venue_.instruments.add({.symbol = slot.instrument.symbol,
                                .round_lot = slot.instrument.round_lot,
                                .trading_state = slot.instrument.trading_state});
      break;
    case SlotKind::trading_state: {
      const InstrumentBody& body = slot.instrument;
      const std::uint16_t locate =  // a recorded feed names the symbol alone
          body.instrument != 0 ? body.instrument : venue_.instruments.find(body.symbol);
      venue_.instruments.set_state(locate, body.trading_state, body.reason);
      break;
    }
    case SlotKind::system_event:
      if (!open_)
        break;  // the opening's: where it comes to is known
      system_event_ = slot.admin.code;
      node_->note_day_end(system_event_ == 'E');
      break;
    case SlotKind::kill:
      if (slot.session.session == 0 && !is_killed(slot.session.firm))
        killed_firms_.push_back(slot.session.firm);
      break;
    default:
      break;
  }
}

std::optional<ActResult> VenueActs::finish() {
  const bool waits = next_step_ < steps_.size() || at_desk_ || !expected_.empty() ||
                     (result_.slots != 0 && !node_->may_tell(result_.last));
  if (under_way_ && waits)
    return std::nullopt;
  under_way_ = false;
  if (result_.ok() && result_.slots == 0)
    result_.error = "nothing came of it: whom it concerned has logged off meanwhile";
  return result_;
}

void VenueActs::give_up(const std::string& why) {
  if (at_desk_ && venue_.desk.take_back()) {
    at_desk_ = false;
    --sent_;
    if (!expected_.empty())
      expected_.pop_back();
  }
  for (Expected& expected : expected_)
    expected.abandoned = true;
  result_.sent = sent_ != 0;
  result_.error = result_.sent ? fmt::format(
                                     "{}: {} of {} slots are known to have a place in the stream; "
                                     "what became of the others is not known",
                                     why, result_.slots, steps_.size())
                               : fmt::format("{}: nothing was sent", why);
  under_way_ = false;
}

}  // namespace wirebook::node
