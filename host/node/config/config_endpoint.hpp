// What several tables of the configuration hold: addresses and session names.
//
// Shapes: see config.hpp and config_table.hpp. Threads: one. Errors: collected in the table's list.
// Cost: start-up only.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "node/config/config.hpp"
#include "node/config/config_table.hpp"

namespace wirebook::node {

/// Each says whether the key was there and right.
bool read_endpoint(ConfigTable& table, std::string_view key, Endpoint& endpoint);
bool read_endpoint(ConfigTable& table, std::string_view key, std::optional<Endpoint>& endpoint);
/// Where this host is to listen: no multicast group.
bool read_listen(ConfigTable& table, std::string_view key, std::optional<Endpoint>& endpoint);
/// `session_name`.
void read_session_name(ConfigTable& table, Alpha<10>& name);

}  // namespace wirebook::node
