// The table of the market's feed: `[market_data]`.
//
// Shapes: see config.hpp and config_table.hpp. Threads: one. Errors: collected in the table's list.
// Cost: start-up only.
#pragma once

#include <string>

#include "node/config/config.hpp"
#include "node/config/config_table.hpp"

namespace wirebook::node {

/// `[market_data]`.
void read_market(ConfigTable& root, NodeConfig& config);
/// The same as TOML, with the empty line that follows it.
[[nodiscard]] std::string market_to_toml(const NodeConfig& config);

}  // namespace wirebook::node
