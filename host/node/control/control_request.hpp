// What the venue's control is asked for: a line of plain words becomes a request, or is refused.
//
//   halt AAPL T1 · limit max_quantity session ALICE value 500 · kill firm ACME · status
//
// Shapes: one line of printable ASCII, at most `control_line_bytes_max`, without its line break;
// verbs and keywords without regard to case. Threads: pure. Errors: a text for people; a line has
// exactly one outcome. Cost: none to speak of. Specification: README.md of this folder.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "wirebook/slot.hpp"
#include "wirebook/units.hpp"

namespace wirebook::node {

inline constexpr std::size_t control_line_bytes_max = 256;

enum class ControlVerb : std::uint8_t {
  help,
  status,
  sessions,
  instruments,
  schedule,
  trading_state,  ///< halt, pause, quote, resume
  event,
  add,
  limit,
  break_trade,
  cancel,
  kill,
  enable,
  disconnect,
};

/// Whom it concerns.
enum class ControlScope : std::uint8_t { none, symbol, all, session, firm };

struct ControlRequest {
  ControlVerb verb{};
  ControlScope scope{};
  Symbol symbol = Symbol::from("");
  Alpha<6> session = Alpha<6>::from("");  ///< a user name
  Firm firm = Firm::from("");
  char code = 0;  ///< trading state, event, reason of a break
  Alpha<4> reason = Alpha<4>::from("");
  std::uint32_t round_lot = 100;
  std::uint64_t match_number = 0;
  LimitBody limit{};  ///< kind, window and value; `symbol`, `session` and `firm` say of whom
  bool firm_for_good = false;  ///< `kill` of a firm: the engine's own, until the next day
};

/// True if it changes anything: then it becomes slots, and goes into the audit.
[[nodiscard]] bool is_act(const ControlRequest& request);

/// Empty, or what is wrong with the line; `request` is then of no use.
[[nodiscard]] std::string parse_control_request(std::string_view line, ControlRequest& request);

/// The line that leads to this request.
[[nodiscard]] std::string to_line(const ControlRequest& request);

/// What may be asked for, a line each.
[[nodiscard]] std::string_view control_help();

}  // namespace wirebook::node
