// The limits of the configuration as slots, at the start of a day and when a node comes back.
//
// A new day begins with all of them, behind the instruments and before the day is open. The engine
// knows a session from its first `session_up` on, so a session with limits is brought up and down
// again first: it exists then, and nobody is in it. Nobody can log in yet, so nothing can come
// between; later in the day ingress does the same where the control asks for it
// (session_desk.hpp).
//
// A node that comes back compares with what the configuration said when the node before it began,
// which lies in `node.facts`. What is otherwise now is set, what is gone is switched off, and what
// is the same stays as the day has it, also where somebody changed it since. So a configuration
// that says something new wins, and one that says nothing new undoes nothing. A reference price
// that is gone stays: trades have moved it anyway. Where the last opening was cut off before all of
// it was in the journal, all limits are set again.
//
// Shapes: slots without time and place. Threads: pure. Errors: none; a text that is no limit gives
// nothing. Cost: start-up only. Specification: host/match/RULES.md, "Limits".
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "wirebook/slot.hpp"

#include "node/config/config.hpp"

namespace wirebook::node {

struct ConfiguredLimit {
  std::string key;  ///< as in node.toml, for people and for comparing
  LimitBody body;
};

/// All that are not off, in the order of sessions, instruments and firms.
[[nodiscard]] std::vector<ConfiguredLimit> configured_limits(const NodeConfig& config);

/// As `node.facts` has them: key and `limit_text`.
using LimitFacts = std::vector<std::pair<std::string, std::string>>;
[[nodiscard]] std::string limit_text(const LimitBody& body);
[[nodiscard]] std::optional<LimitBody> parse_limit(std::string_view text);

struct LimitChanges {
  std::vector<ConfiguredLimit> set;  ///< … and switched off: value 0
  LimitFacts facts;                  ///< of the configuration now, and of what is switched off
};

/// `repeat`: all of them, whatever there was.
[[nodiscard]] LimitChanges limit_changes(const std::vector<ConfiguredLimit>& now,
                                         const LimitFacts& before, bool repeat);

/// `is_known`: the engine has had a `session_up` of this session.
[[nodiscard]] std::vector<Slot> limit_slots(const std::vector<ConfiguredLimit>& limits,
                                            const NodeConfig& config,
                                            const std::function<bool(std::uint32_t)>& is_known);

/// Of a new day.
[[nodiscard]] std::vector<Slot> limit_slots(const NodeConfig& config);

}  // namespace wirebook::node
