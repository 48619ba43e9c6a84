// No two servers of a node have one address, and it sends to none of its own.
//
// Shapes: see config.hpp and config_table.hpp. Threads: one. Errors: collected in the table's list,
// with both keys. Cost: start-up only.
#pragma once

#include "node/config/config.hpp"
#include "node/config/config_table.hpp"

namespace wirebook::node {

/// When all of the file has been read.
void check_addresses(ConfigTable& root, const NodeConfig& config);

}  // namespace wirebook::node
