// FIX order entry beside a node in the same process, where the configuration has `[fix]`.
//
// Shapes: a handle that ends it when it goes. Threads: as the gateway. Errors: StartRefused where
// this build has no FIX, or nothing to be a client of; std::system_error where the host refuses.
// Cost: start-up only.
#pragma once

#include <memory>
#include <string>

#include <spdlog/logger.h>

#include "node/config/config.hpp"
#include "node/status.hpp"

namespace wirebook::fix {

/// Why this build cannot have `[fix]`; empty: it can, or there is none.
[[nodiscard]] std::string build_error(const node::NodeConfig& config);

/// Null without `[fix]`. `status` is that of the node, which runs.
[[nodiscard]] std::shared_ptr<void> start_beside(const node::NodeConfig& config,
                                                 const node::NodeStatus& status,
                                                 spdlog::logger& log);

}  // namespace wirebook::fix
