// Loading a configuration for a command: errors go to stderr, a line each.
//
// Threads: main. Errors: nullopt, for ExitCode::configuration. Cost: start-up only.
#pragma once

#include <optional>
#include <string>

#include <fmt/format.h>

#include "node/config/config_parser.hpp"

namespace wirebook::node {

[[nodiscard]] inline std::optional<NodeConfig> load_config_or_report(const std::string& file) {
  ConfigResult loaded = load_config(file);
  for (const std::string& error : loaded.errors)
    fmt::print(stderr, "{}\n", error);
  if (!loaded.ok())
    return std::nullopt;
  return std::move(loaded.config);
}

}  // namespace wirebook::node
