#include "node/control/venue_acts.hpp"

#include <cstring>

#include <fmt/format.h>

#include "node/control/control_limit.hpp"
#include "node/host_slots.hpp"

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
    : node_(&node), patience_(patience), venue_(node.venue()) {
  venue_.reports.open();
}

std::string VenueActs::begin(const ControlRequest& request, std::uint64_t steady_ns) {
  plan_ = {};
  next_step_ = 0;
  sent_ = 0;
  result_ = {};
  if (!open_)
    return "the day is being opened; ask again";
  if (at_desk_ && request.verb >= ControlVerb::cancel)
    return "ingress has not answered the last request about a session; ask again";
  if (std::string error = plan_act(request, venue_, plan_); !error.empty())
    return error;
  result_.note = plan_.note;
  request_ = request;
  under_way_ = true;
  changed_at_ns_ = steady_ns;
  return {};
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
  while (next_step_ < plan_.steps.size()) {
    const ActStep& step = plan_.steps[next_step_];
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
      at_desk_ || plan_.steps.size() != 1 || venue_.desk.is_disabled(session))
    return false;
  result_ = {};
  const ActStep again = plan_.steps.front();
  plan_.steps.push_back({.request = {SessionAct::enable, session}});
  plan_.steps.push_back(again);
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
  if (request_.verb == ControlVerb::limit && report.refusal == Refusal::ignored_slot)
    result_.error += "; it is: limit " + limit_usage(request_.limit.kind);
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
      venue_.system_event = slot.admin.code;
      node_->note_day_end(slot.admin.code == 'E');
      break;
    case SlotKind::kill:
      if (slot.session.session == 0 && !is_killed(venue_, slot.session.firm))
        venue_.killed_firms.push_back(slot.session.firm);
      break;
    default:
      break;
  }
}

std::optional<ActResult> VenueActs::finish() {
  const bool waits = next_step_ < plan_.steps.size() || at_desk_ || !expected_.empty() ||
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
                                     why, result_.slots, plan_.steps.size())
                               : fmt::format("{}: nothing was sent", why);
  under_way_ = false;
}

}  // namespace wirebook::node
