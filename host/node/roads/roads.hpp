// The road that the configuration asks for, over the host's socket for order entry.
//
// Shapes: see receiver.hpp. Threads: one, at the start. Errors: std::system_error where the host
// refuses what was asked for; a road that was chosen is never another in silence. Cost: start-up
// only. Specification: README.md.
#pragma once

#include "node/clock.hpp"
#include "node/config/config.hpp"
#include "node/sockets/receiver.hpp"

namespace wirebook::node {

/// `bound` is where `socket` listens.
[[nodiscard]] ChosenReceiver choose_road(const NodeConfig& config, int socket, Endpoint bound,
                                         const Clock& clock);

}  // namespace wirebook::node
