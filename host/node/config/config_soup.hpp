// The table of OUCH over SoupBinTCP.
//
// Shapes: see config.hpp and config_table.hpp. Threads: one. Errors: collected in the table's list.
// Cost: start-up only.
#pragma once

#include <string>

#include "node/config/config.hpp"
#include "node/config/config_table.hpp"

namespace wirebook::node {

/// `[soup]`, if it is there.
void read_soup(ConfigTable& root, SoupConfig& soup);
/// As it stands in the file; empty where it is left out.
[[nodiscard]] std::string to_toml(const SoupConfig& soup);

}  // namespace wirebook::node
