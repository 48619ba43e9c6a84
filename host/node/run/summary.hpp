// The closing summary of a node, as text.
//
// Shapes: a line a topic. Threads: any. Errors: none. Cost: off the path.
#pragma once

#include <string>

#include "node/status.hpp"

namespace wirebook::node {

[[nodiscard]] std::string summary_text(const NodeStatus& status);

}  // namespace wirebook::node
