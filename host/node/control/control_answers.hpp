// The control's answers, a line of JSON each.
//
// Shapes: see README.md of this folder. Threads: pure; what is read of a node may be read by any.
// Errors: none. Cost: strings.
#pragma once

#include <string>
#include <string_view>

#include "node/control/control_request.hpp"
#include "node/control/venue_acts.hpp"
#include "node/node.hpp"

namespace wirebook::node {

/// {"ok":false,"error":…}
[[nodiscard]] std::string error_answer(std::string_view error);
/// What became of an act.
[[nodiscard]] std::string act_answer(const ActResult& result, std::uint32_t trading_day);
/// The fields of `act_answer` without the braces, for the audit.
[[nodiscard]] std::string act_fields(const ActResult& result, std::uint32_t trading_day);

/// To a request that is no act. `reached`: behind which event the schedule goes on.
[[nodiscard]] std::string query_answer(const ControlRequest& request, Node& node, char system_event,
                                       char reached);
/// The same while there is no node.
[[nodiscard]] std::string waiting_answer(const ControlRequest& request, std::string_view waiting);

/// 2026-11-20T14:30:00.123456789Z
[[nodiscard]] std::string utc_text(std::int64_t unix_ns);

}  // namespace wirebook::node
