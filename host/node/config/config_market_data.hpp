// The tables of the market's feed: `[market_data]`, its two servers and who may log in to them.
//
// Shapes: see config.hpp and config_table.hpp. Threads: one. Errors: collected in the table's list.
// Cost: start-up only.
#pragma once

#include <string>

#include "node/config/config.hpp"
#include "node/config/config_table.hpp"

namespace wirebook::node {

/// `[market_data]`, `[market_data_tcp]`, `[glimpse]`, `[[feed_accounts]]`.
void read_market(ConfigTable& root, NodeConfig& config);
/// The same as TOML, each table with the empty line that follows it.
[[nodiscard]] std::string market_to_toml(const NodeConfig& config);

}  // namespace wirebook::node
