// `limit KIND …`: what each kind of limit needs to be said, and a line of it as a request.
//
// Shapes: as control_request.hpp. Threads: pure. Errors: a text for people; empty: none. Cost: none
// to speak of. Specification: host/match/RULES.md, "Limits".
#pragma once

#include <string>
#include <string_view>

#include "node/control/control_request.hpp"
#include "node/control/control_words.hpp"

namespace wirebook::node {

/// The words behind `limit`.
[[nodiscard]] Fault read_limit(Words& words, ControlRequest& request);
/// … and they again.
[[nodiscard]] std::string limit_text(const ControlRequest& request);
/// What a limit of this kind is to say, its name in front; of a kind that is none, all names.
[[nodiscard]] std::string limit_usage(LimitKind kind);

}  // namespace wirebook::node
