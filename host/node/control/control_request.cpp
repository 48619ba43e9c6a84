#include "node/control/control_request.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>
#include <optional>
#include <vector>

#include <fmt/format.h>

#include "node/json/json_limits.hpp"
#include "node/json/json_text.hpp"

namespace wirebook::node {

namespace {

/// The words of a line, taken one after the other.
class Words {
 public:
  explicit Words(std::string_view line) : rest_(line) { skip(); }

  [[nodiscard]] bool done() const { return rest_.empty(); }
  std::string_view next() {
    const std::size_t end = std::min(rest_.find(' '), rest_.size());
    const std::string_view word = rest_.substr(0, end);
    rest_.remove_prefix(end);
    skip();
    return word;
  }

 private:
  void skip() { rest_.remove_prefix(std::min(rest_.find_first_not_of(' '), rest_.size())); }
  std::string_view rest_;
};

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }
char upper(char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; }

bool is(std::string_view word, std::string_view keyword) {
  return word.size() == keyword.size() && std::equal(word.begin(), word.end(), keyword.begin(),
                                                     [](char a, char b) { return lower(a) == b; });
}

template <class Integer>
bool read_number(std::string_view text, Integer& number) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc{} && end == text.data() + text.size();
}

using Fault = std::string;  ///< empty: none

template <std::size_t width>
Fault read_alpha(Words& words, std::string_view what, Alpha<width>& out) {
  const std::string_view word = words.next();
  if (word.empty())
    return fmt::format("{} is missing", what);
  if (word.size() > width)
    return fmt::format("{} \"{}\" is longer than {} characters", what, word, width);
  out = Alpha<width>::from(word);
  return {};
}

Fault read_letter(Words& words, std::string_view what, std::string_view letters, char& out) {
  const std::string_view word = words.next();
  if (word.empty())
    return fmt::format("{} is missing: one of {}", what, letters);
  if (word.size() != 1 || letters.find(upper(word[0])) == std::string_view::npos)
    return fmt::format("{} \"{}\" is none of {}", what, word, letters);
  out = upper(word[0]);
  return {};
}

Fault read_integer(Words& words, std::string_view what, std::uint64_t min, std::uint64_t max,
                   std::uint64_t& out) {
  const std::string_view word = words.next();
  if (word.empty())
    return fmt::format("{} is missing", what);
  if (!read_number(word, out) || out < min || out > max)
    return fmt::format("{} \"{}\" is no number from {} to {}", what, word, min, max);
  return {};
}

Fault read_symbol_or_all(Words& words, ControlRequest& request) {
  if (Fault fault = read_alpha(words, "symbol", request.symbol); !fault.empty())
    return fault;
  request.scope = ControlScope::symbol;
  // An instrument whose symbol is ALL is named by it in capitals.
  if (request.symbol.view() == "all" || request.symbol.view() == "*") {
    request.scope = ControlScope::all;
    request.symbol = Symbol::from("");
  }
  return {};
}

Fault read_state(Words& words, char state, ControlRequest& request) {
  request.code = state;
  if (Fault fault = read_symbol_or_all(words, request); !fault.empty())
    return fault;
  return words.done() ? Fault{} : read_alpha(words, "reason", request.reason);
}

Fault read_whom(Words& words, ControlRequest& request) {
  const std::string_view word = words.next();
  if (is(word, "session")) {
    request.scope = ControlScope::session;
    return read_alpha(words, "session", request.session);
  }
  if (is(word, "firm")) {
    request.scope = ControlScope::firm;
    return read_alpha(words, "firm", request.firm);
  }
  return "whom? session USERNAME or firm FIRM";
}

Fault read_add(Words& words, ControlRequest& request) {
  request.scope = ControlScope::symbol;
  request.code = 'T';
  if (Fault fault = read_alpha(words, "symbol", request.symbol); !fault.empty())
    return fault;
  while (!words.done()) {
    const std::string_view word = words.next();
    if (is(word, "lot")) {
      std::uint64_t lot = 0;
      if (Fault fault = read_integer(words, "lot", 1, quantity_max, lot); !fault.empty())
        return fault;
      request.round_lot = static_cast<std::uint32_t>(lot);
    } else if (is(word, "state")) {
      if (Fault fault = read_letter(words, "state", "THPQ", request.code); !fault.empty())
        return fault;
    } else {
      return fmt::format("\"{}\"? lot N, state T, H, P or Q", word);
    }
  }
  return {};
}

Fault read_break(Words& words, ControlRequest& request) {
  request.code = 'S';
  if (Fault fault = read_integer(words, "match number", 1,
                                 std::numeric_limits<std::uint64_t>::max(), request.match_number);
      !fault.empty())
    return fault;
  return words.done() ? Fault{} : read_letter(words, "reason", "ECSX", request.code);
}

bool needs_instrument(LimitKind kind) {
  return kind == LimitKind::restricted || kind == LimitKind::fat_finger ||
         kind == LimitKind::collar || kind == LimitKind::reference_price;
}
bool needs_firm(LimitKind kind) {
  return kind == LimitKind::exposure || kind == LimitKind::organization ||
         kind == LimitKind::affiliate;
}
bool is_rate(LimitKind kind) {
  return kind == LimitKind::message_rate || kind == LimitKind::duplicate_rate;
}

std::optional<LimitKind> limit_kind(std::string_view word) {
  for (std::uint8_t kind = 1; kind <= static_cast<std::uint8_t>(LimitKind::reserve_seed); ++kind)
    if (is(word, limit_kind_name(static_cast<LimitKind>(kind))))
      return static_cast<LimitKind>(kind);
  return std::nullopt;
}

Fault read_price(Words& words, std::string_view what, std::uint64_t& out) {
  const std::string_view word = words.next();
  const auto price = parse_price(word);
  if (!price || *price > std::numeric_limits<std::uint32_t>::max())
    return fmt::format("{} \"{}\" is no price of at most 4 decimals", what, word);
  out = *price;
  return {};
}

/// What a limit's line has said so far.
struct LimitWords {
  bool value = false;
  bool window = false;
  std::uint64_t low = 0;
  std::uint64_t high = 0;
  bool has_low = false;
  bool has_high = false;
};

Fault read_limit_pair(std::string_view key, Words& words, ControlRequest& request,
                      LimitWords& said) {
  if (is(key, "session"))
    return read_alpha(words, "session", request.session);
  if (is(key, "firm"))
    return read_alpha(words, "firm", request.firm);
  if (is(key, "instrument"))
    return read_alpha(words, "instrument", request.symbol);
  if (is(key, "window")) {
    std::uint64_t window = 0;
    Fault fault =
        read_integer(words, "window", 1, std::numeric_limits<std::uint32_t>::max(), window);
    request.limit.window_ms = static_cast<std::uint32_t>(window);
    said.window = true;
    return fault;
  }
  if (is(key, "off") || is(key, "value") || is(key, "price")) {
    if (said.value)
      return "value, price or off is there twice";
    said.value = true;
    request.limit.value = 0;
    if (is(key, "off"))
      return {};
    return is(key, "price")
               ? read_price(words, "price", request.limit.value)
               : read_integer(words, "value", 0, std::numeric_limits<std::uint64_t>::max(),
                              request.limit.value);
  }
  if (is(key, "low")) {
    said.has_low = true;
    return read_price(words, "low", said.low);
  }
  if (is(key, "high")) {
    said.has_high = true;
    return read_price(words, "high", said.high);
  }
  return fmt::format("\"{}\"? session, firm, instrument, window, value, price, low, high or off",
                     key);
}

/// What the kind needs, and no more than it has a meaning for.
Fault check_limit(const ControlRequest& request, const LimitWords& said) {
  const LimitKind kind = request.limit.kind;
  const auto asks = [&](bool needed, bool there, std::string_view what) -> Fault {
    if (needed && !there)
      return fmt::format("{} needs {}", limit_kind_name(kind), what);
    if (!needed && there)
      return fmt::format("{} has no {}", limit_kind_name(kind), what);
    return {};
  };
  const bool restricted = kind == LimitKind::restricted;
  const bool has_firm = !request.firm.view().empty();
  Fault fault = asks(is_session_limit(kind), !request.session.view().empty(), "session");
  if (fault.empty())
    fault = asks(needs_instrument(kind), !request.symbol.view().empty(), "instrument");
  if (fault.empty() && !restricted)  // without a firm: everybody
    fault = asks(needs_firm(kind), has_firm, "firm");
  if (fault.empty() && !(is_rate(kind) && said.value && request.limit.value == 0))
    fault = asks(is_rate(kind), said.window, "window (in ms)");
  const bool bounds = said.has_low || said.has_high;
  if (fault.empty() && bounds)
    fault = asks(kind == LimitKind::collar, true, "low and high");
  if (!fault.empty())
    return fault;
  if (bounds && (said.value || !said.has_low || !said.has_high))
    return "a collar is low PRICE high PRICE, or off";
  if (kind == LimitKind::collar && !bounds && request.limit.value != 0)
    return "a collar is low PRICE high PRICE, or off";
  if (!bounds && !said.value)
    return "the value is missing: value N, price PRICE, low PRICE high PRICE, or off";
  return {};
}

Fault read_limit(Words& words, ControlRequest& request) {
  const std::string_view name = words.next();
  const std::optional<LimitKind> kind = limit_kind(name);
  if (!kind)
    return fmt::format("\"{}\" is no kind of limit", name);
  request.limit.kind = *kind;
  LimitWords said;
  while (!words.done())
    if (Fault fault = read_limit_pair(words.next(), words, request, said); !fault.empty())
      return fault;
  if (Fault fault = check_limit(request, said); !fault.empty())
    return fault;
  if (said.has_low)
    request.limit.value = said.low | said.high << 32;
  return {};
}

struct VerbName {
  std::string_view name;
  ControlVerb verb;
  char code;  ///< of a trading state
};
constexpr std::array verbs{
    VerbName{"help", ControlVerb::help, 0},
    VerbName{"status", ControlVerb::status, 0},
    VerbName{"sessions", ControlVerb::sessions, 0},
    VerbName{"instruments", ControlVerb::instruments, 0},
    VerbName{"schedule", ControlVerb::schedule, 0},
    VerbName{"halt", ControlVerb::trading_state, 'H'},
    VerbName{"pause", ControlVerb::trading_state, 'P'},
    VerbName{"quote", ControlVerb::trading_state, 'Q'},
    VerbName{"resume", ControlVerb::trading_state, 'T'},
    VerbName{"event", ControlVerb::event, 0},
    VerbName{"add", ControlVerb::add, 0},
    VerbName{"limit", ControlVerb::limit, 0},
    VerbName{"break", ControlVerb::break_trade, 0},
    VerbName{"cancel", ControlVerb::cancel, 0},
    VerbName{"kill", ControlVerb::kill, 0},
    VerbName{"disable", ControlVerb::kill, 0},
    VerbName{"enable", ControlVerb::enable, 0},
    VerbName{"disconnect", ControlVerb::disconnect, 0},
};

Fault read_rest(const VerbName& verb, Words& words, ControlRequest& request) {
  switch (verb.verb) {
    case ControlVerb::trading_state:
      return read_state(words, verb.code, request);
    case ControlVerb::event:
      return read_letter(words, "event", "SQME", request.code);
    case ControlVerb::add:
      return read_add(words, request);
    case ControlVerb::limit:
      return read_limit(words, request);
    case ControlVerb::break_trade:
      return read_break(words, request);
    case ControlVerb::kill: {
      Fault fault = read_whom(words, request);
      request.firm_for_good = verb.name == "kill" && request.scope == ControlScope::firm;
      return fault;
    }
    case ControlVerb::cancel:
    case ControlVerb::enable:
    case ControlVerb::disconnect:
      return read_whom(words, request);
    default:
      return {};
  }
}

/// As it was read from a line.
std::string limit_text(const ControlRequest& request) {
  const LimitBody& limit = request.limit;
  std::string line(limit_kind_name(limit.kind));
  if (!request.session.view().empty())
    line += fmt::format(" session {}", request.session.view());
  if (!request.symbol.view().empty())
    line += fmt::format(" instrument {}", request.symbol.view());
  if (!request.firm.view().empty())
    line += fmt::format(" firm {}", request.firm.view());
  if (limit.window_ms != 0)
    line += fmt::format(" window {}", limit.window_ms);
  if (limit.kind != LimitKind::collar || limit.value == 0)
    return line + (limit.value == 0 ? " off" : fmt::format(" value {}", limit.value));
  line += " low ";
  append_price(line, limit.value & 0xFFFF'FFFFU);
  line += " high ";
  append_price(line, limit.value >> 32);
  return line;
}

std::string_view verb_name(const ControlRequest& request) {
  if (request.verb == ControlVerb::kill && !request.firm_for_good)
    return "disable";
  for (const VerbName& verb : verbs)
    if (verb.verb == request.verb &&
        (verb.verb != ControlVerb::trading_state || verb.code == request.code))
      return verb.name;
  return {};
}

}  // namespace

bool is_act(const ControlRequest& request) { return request.verb > ControlVerb::schedule; }

std::string parse_control_request(std::string_view line, ControlRequest& request) {
  request = {};
  if (line.size() > control_line_bytes_max)
    return fmt::format("the line is longer than {} bytes", control_line_bytes_max);
  if (!std::all_of(line.begin(), line.end(), [](char c) { return c >= ' ' && c <= '~'; }))
    return "the line is not printable ASCII";
  Words words(line);
  const std::string_view name = words.next();
  if (name.empty())
    return "the line is empty; try help";
  const auto* const verb =
      std::find_if(verbs.begin(), verbs.end(), [&](const VerbName& v) { return is(name, v.name); });
  if (verb == verbs.end())
    return fmt::format("\"{}\" is nothing that can be asked for; try help", name);
  request.verb = verb->verb;
  if (Fault fault = read_rest(*verb, words, request); !fault.empty())
    return fault;
  if (!words.done())
    return fmt::format("\"{}\" is too much", words.next());
  return {};
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
  return R"(status                                the day, its phase, counts, the journal
sessions                              who may log in, who is logged in, who is disabled
instruments                           locate, symbol, round lot, trading state
schedule                              the times of the day, and what comes next
halt|pause|quote|resume SYMBOL|all [REASON]
                                      trading state H, P, Q (quotation only) or T
event S|Q|M|E                         a system event now
add SYMBOL [lot N] [state T|H|P|Q]    one more instrument, for this day
limit KIND [session USERNAME] [firm FIRM] [instrument SYMBOL] [window MS]
      value N | price P | low P high P | off
                                      changes a limit; kinds as in host/match/RULES.md
break MATCH_NUMBER [E|C|S|X]          breaks a trade; reason S (supervisory) unless told
cancel session USERNAME|firm FIRM     ends the orders, and nothing else
disable session USERNAME|firm FIRM    ends orders and connection; no login until enabled
enable session USERNAME|firm FIRM     takes a disable back
kill session USERNAME                 the same as disable
kill firm FIRM                        like disable, also what others sent in the firm's name; until
                                      the next day
disconnect session USERNAME|firm FIRM ends the connection; it may log in again
)";
}

}  // namespace wirebook::node
