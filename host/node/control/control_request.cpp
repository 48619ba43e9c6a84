#include "node/control/control_request.hpp"

#include <algorithm>
#include <array>
#include <limits>

#include <fmt/format.h>

#include "node/control/control_limit.hpp"
#include "node/control/control_words.hpp"

namespace wirebook::node {

namespace {

Fault read_nothing(Words& /*words*/, ControlRequest& /*request*/) { return {}; }

/// The state is the verb's.
Fault read_state(Words& words, ControlRequest& request) {
  if (Fault fault = words.read("symbol", request.symbol); !fault.empty())
    return fault;
  request.scope = ControlScope::symbol;
  // An instrument whose symbol is ALL is named by it in capitals.
  if (request.symbol.view() == "all" || request.symbol.view() == "*") {
    request.scope = ControlScope::all;
    request.symbol = Symbol::from("");
  }
  return words.done() ? Fault{} : words.read("reason", request.reason);
}

Fault read_event(Words& words, ControlRequest& request) {
  return words.read_letter("event", "SQME", request.code);
}

Fault read_add(Words& words, ControlRequest& request) {
  request.scope = ControlScope::symbol;
  if (Fault fault = words.read("symbol", request.symbol); !fault.empty())
    return fault;
  while (!words.done()) {
    const std::string_view word = words.next();
    std::uint64_t lot = request.round_lot;
    Fault fault = fmt::format("\"{}\"?", word);
    if (is_word(word, "lot"))
      fault = words.read_integer("lot", 1, quantity_max, lot);
    else if (is_word(word, "state"))
      fault = words.read_letter("state", "THPQ", request.code);
    if (!fault.empty())
      return fault;
    request.round_lot = static_cast<std::uint32_t>(lot);
  }
  return {};
}

Fault read_break(Words& words, ControlRequest& request) {
  constexpr std::uint64_t any = std::numeric_limits<std::uint64_t>::max();
  Fault fault = words.read_integer("match number", 1, any, request.match_number);
  return words.done() || !fault.empty() ? fault : words.read_letter("reason", "ECSX", request.code);
}

Fault read_whom(Words& words, ControlRequest& request) {
  const std::string_view word = words.next();
  if (is_word(word, "session")) {
    request.scope = ControlScope::session;
    return words.read("session", request.session);
  }
  if (is_word(word, "firm")) {
    request.scope = ControlScope::firm;
    return words.read("firm", request.firm);
  }
  return "whom?";
}

Fault read_kill(Words& words, ControlRequest& request) {
  Fault fault = read_whom(words, request);
  request.firm_for_good = request.scope == ControlScope::firm;
  return fault;
}

struct Verb {
  std::string_view name;
  ControlVerb verb;
  char code;  ///< before the words behind it
  Fault (*read)(Words& words, ControlRequest& request);
  std::string_view usage;  ///< of those words
  std::string_view help;
};
constexpr std::string_view whom = "session USERNAME|firm FIRM";
constexpr std::string_view symbol_or_all = "SYMBOL|all [REASON]";
constexpr std::array verbs{
    Verb{"help", ControlVerb::help, 0, read_nothing, "", "this"},
    Verb{"status", ControlVerb::status, 0, read_nothing, "",
         "the day, its phase, counts, the journal"},
    Verb{"sessions", ControlVerb::sessions, 0, read_nothing, "",
         "who may log in, who is logged in, who is disabled"},
    Verb{"instruments", ControlVerb::instruments, 0, read_nothing, "",
         "locate, symbol, round lot, trading state"},
    Verb{"schedule", ControlVerb::schedule, 0, read_nothing, "",
         "the times of the day, and what comes next"},
    Verb{"halt", ControlVerb::trading_state, 'H', read_state, symbol_or_all, "trading state H"},
    Verb{"pause", ControlVerb::trading_state, 'P', read_state, symbol_or_all, "trading state P"},
    Verb{"quote", ControlVerb::trading_state, 'Q', read_state, symbol_or_all,
         "trading state Q: quotation only"},
    Verb{"resume", ControlVerb::trading_state, 'T', read_state, symbol_or_all,
         "trading state T: trading again"},
    Verb{"event", ControlVerb::event, 0, read_event, "S|Q|M|E",
         "now: day opens, market opens, market closes, day ends"},
    Verb{"add", ControlVerb::add, 'T', read_add, "SYMBOL [lot N] [state T|H|P|Q]",
         "one more instrument, for this day"},
    Verb{"limit", ControlVerb::limit, 0, read_limit, "KIND ...", "changes a limit; kinds below"},
    Verb{"break", ControlVerb::break_trade, 'S', read_break, "MATCH_NUMBER [E|C|S|X]",
         "breaks a trade; reason S (supervisory) unless told"},
    Verb{"cancel", ControlVerb::cancel, 0, read_whom, whom, "ends the orders, and nothing else"},
    Verb{"disable", ControlVerb::kill, 0, read_whom, whom,
         "ends orders and connection; no login until enabled"},
    Verb{"enable", ControlVerb::enable, 0, read_whom, whom, "takes a disable back"},
    Verb{"kill", ControlVerb::kill, 0, read_kill, whom,
         "as disable; a firm for the day, whoever sends in its name"},
    Verb{"disconnect", ControlVerb::disconnect, 0, read_whom, whom,
         "ends the connection; it may log in again"},
};

/// What the verb would have had.
std::string usage_of(const Verb& verb, const ControlRequest& request) {
  if (verb.verb == ControlVerb::limit)
    return "limit " + limit_usage(request.limit.kind);
  return fmt::format("{}{}{}", verb.name, verb.usage.empty() ? "" : " ", verb.usage);
}

std::string make_help() {
  constexpr std::size_t column = 40;
  std::string text;
  for (const Verb& verb : verbs) {
    const std::string line = fmt::format("{} {}", verb.name, verb.usage);
    text += fmt::format("{:<{}}{}\n", line, column, verb.help);
  }
  text += "kinds of limits:\n";
  for (std::uint8_t kind = 1; kind <= static_cast<std::uint8_t>(LimitKind::reserve_seed); ++kind)
    text += fmt::format("  limit {}\n", limit_usage(static_cast<LimitKind>(kind)));
  return text;
}

std::string_view verb_name(const ControlRequest& request) {
  if (request.verb == ControlVerb::kill && !request.firm_for_good)
    return "disable";
  const bool is_state = request.verb == ControlVerb::trading_state;
  return std::ranges::find_if(verbs,
                              [&](const Verb& verb) {
                                return verb.verb == request.verb && verb.name != "disable" &&
                                       (!is_state || verb.code == request.code);
                              })
      ->name;
}

}  // namespace

bool is_act(const ControlRequest& request) { return request.verb > ControlVerb::schedule; }

std::string parse_control_request(std::string_view line, ControlRequest& request) {
  request = {};
  if (line.size() > control_line_bytes_max)
    return fmt::format("the line is longer than {} bytes", control_line_bytes_max);
  if (!std::ranges::all_of(line, [](char c) { return c >= ' ' && c <= '~'; }))
    return "the line is not printable ASCII";
  Words words(line);
  const std::string_view name = words.next();
  if (name.empty())
    return "the line is empty; try help";
  const auto* const verb =
      std::ranges::find_if(verbs, [name](const Verb& one) { return is_word(name, one.name); });
  if (verb == verbs.end())
    return fmt::format("\"{}\" is nothing that can be asked for; try help", name);
  request.verb = verb->verb;
  request.code = verb->code;
  Fault fault = verb->read(words, request);
  if (fault.empty() && !words.done())
    fault = fmt::format("\"{}\" is too much", words.next());
  return fault.empty() ? fault : fmt::format("{}; it is: {}", fault, usage_of(*verb, request));
}

std::string to_line(const ControlRequest& request) {
  std::string line(verb_name(request));
  switch (request.verb) {
    case ControlVerb::event:
      return fmt::format("{} {}", line, request.code);
    case ControlVerb::add:
      return fmt::format("{} {} lot {} state {}", line, request.symbol.view(), request.round_lot,
                         request.code);
    case ControlVerb::limit:
      return fmt::format("{} {}", line, limit_text(request));
    case ControlVerb::break_trade:
      return fmt::format("{} {} {}", line, request.match_number, request.code);
    default:
      break;
  }
  if (request.scope == ControlScope::all)
    line += " all";
  if (request.scope == ControlScope::symbol)
    line += fmt::format(" {}", request.symbol.view());
  if (request.scope == ControlScope::session)
    line += fmt::format(" session {}", request.session.view());
  if (request.scope == ControlScope::firm)
    line += fmt::format(" firm {}", request.firm.view());
  if (!request.reason.view().empty())
    line += fmt::format(" {}", request.reason.view());
  return line;
}

std::string_view control_help() {
  static const std::string text = make_help();
  return text;
}

}  // namespace wirebook::node
