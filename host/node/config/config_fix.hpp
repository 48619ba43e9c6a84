// The tables of FIX order entry.
//
// Shapes: `[fix]` and `[[fix.sessions]]` in, `NodeConfig::fix` out, and back. Threads: any.
// Errors: collected in the table. Cost: start-up only.
#pragma once

#include <string>

#include "node/config/config.hpp"
#include "node/config/config_table.hpp"

namespace wirebook::node {

/// `[fix]`, if it is there; the accounts have been read.
void read_fix(ConfigTable& root, NodeConfig& config);
[[nodiscard]] std::string to_toml(const FixConfig& fix);

}  // namespace wirebook::node
