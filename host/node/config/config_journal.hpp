// The journal's table of the configuration.
//
// Shapes: see config.hpp and config_table.hpp. Threads: one. Errors: collected in the table's list.
// Cost: start-up only.
#pragma once

#include "node/config/config.hpp"
#include "node/config/config_table.hpp"

namespace wirebook::node {

/// `[journal]`; `rings` and `threads` have been read.
void read_journal(ConfigTable table, NodeConfig& config);
/// What a journal asks of the other tables.
void check_journal(ConfigTable& root, const NodeConfig& config);

/// Below it, a datagram might not fit a ring whose last block waits for company in the journal.
inline constexpr std::uint32_t journal_ring_slots_min = 1024;

}  // namespace wirebook::node
