// What an act consists of: slots to be pushed, and requests to ingress about sessions.
//
//   halt AAPL ──► trading_state          disable firm ACME ──► kill session 1, kill session 4
//
// Shapes: steps, one after the other. Threads: that of the control. Errors: a text for people;
// empty: none. Cost: none to speak of. Specification: README.md of this folder.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "wirebook/slot.hpp"

#include "node/control/control_request.hpp"
#include "node/node.hpp"

namespace wirebook::node {

/// A slot, or something for the desk.
struct ActStep {
  std::optional<Slot> slot;
  SessionDesk::Request request{};
};

struct ActPlan {
  std::vector<ActStep> steps;
  std::string note;  ///< for whoever asked
};

/// `venue` as it is now. Whom the act disables cannot log in from here on.
[[nodiscard]] std::string plan_act(const ControlRequest& request, const Node::Venue& venue,
                                   ActPlan& plan);

/// For the rest of the day.
[[nodiscard]] bool is_killed(const Node::Venue& venue, const Firm& firm);

}  // namespace wirebook::node
