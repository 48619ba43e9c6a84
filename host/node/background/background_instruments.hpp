// The instruments of a recording, for a node that is to play it.
//
// A node's instruments are known when it starts. The recording's directory (`R`) stands at its
// beginning, so it is read up to its first order; what the configuration does not have goes behind
// its own, in the recording's order, with the trading state that `H` gives it there, or T where the
// recording has no states by then.
//
// Shapes: see config.hpp. Threads: one. Errors: a text where the file cannot be read, or holds more
// than stock locates can name. Cost: start-up only.
#pragma once

#include <string>

#include "node/config/config.hpp"

namespace wirebook::node {

/// For a configuration with a background. Empty, or why it cannot be.
[[nodiscard]] std::string add_recorded_instruments(NodeConfig& config);

/// Where a capture's MoldUDP64 goes.
[[nodiscard]] inline std::uint16_t background_port(const NodeConfig& config) {
  return config.background.port != 0 ? config.background.port : config.market_data.send_to.port;
}

}  // namespace wirebook::node
