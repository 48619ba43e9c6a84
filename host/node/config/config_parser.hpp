// Reads node.toml strictly: what is unknown, of the wrong type, out of range or contradictory is an
// error that names the file, the line, the key, and what would be right.
//
// Shapes: a file or its text in, a `NodeConfig` or every error found out. Threads: any.
// Errors: all of them in `ConfigResult::errors`; nothing is thrown. Cost: start-up only.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "node/config/config.hpp"

namespace wirebook::node {

struct ConfigResult {
  NodeConfig config;
  std::vector<std::string> errors;  ///< "node.toml:12: order_entry.listen: …", in file order

  [[nodiscard]] bool ok() const { return errors.empty(); }
};

/// `name` stands for the file in messages.
[[nodiscard]] ConfigResult parse_config(std::string_view text, const std::string& name);

[[nodiscard]] ConfigResult load_config(const std::filesystem::path& file);

/// The effective values as TOML, defaults included.
[[nodiscard]] std::string to_toml(const NodeConfig& config);

}  // namespace wirebook::node
