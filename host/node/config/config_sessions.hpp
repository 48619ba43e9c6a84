// The accounts of the configuration.
//
// Shapes: see config.hpp and config_table.hpp. Threads: one. Errors: collected in the table's list.
// Cost: start-up only.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "node/config/config_limits.hpp"

namespace wirebook::node {

/// Finds what must be there once only, whatever the case of its letters.
class Uniqueness {
 public:
  void check(ConfigTable& table, std::string_view key, const std::string& value,
             const std::string& owner);

 private:
  std::map<std::string, std::string> seen_;
};

/// `[[sessions]]`; `[limits]` and `[[firms]]` have been read.
void read_sessions(ConfigTable& root, const LimitsReader& limits, NodeConfig& config);

}  // namespace wirebook::node
