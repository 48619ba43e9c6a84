// A build without QuickFIX.
#include "node/fix/gateway/fix_beside.hpp"
#include "node/recovery/recovered_day.hpp"

namespace wirebook::fix {

std::string build_error(const node::NodeConfig& config) {
  return config.fix.on ? "fix: this program was built without FIX (libquickfix-dev, cmake "
                         "-DWIREBOOK_FIX=ON)"
                       : "";
}

std::shared_ptr<void> start_beside(const node::NodeConfig& config, const node::NodeStatus&,
                                   spdlog::logger&) {
  if (std::string error = build_error(config); !error.empty())
    throw node::StartRefused(ExitCode::configuration, error);
  return nullptr;
}

}  // namespace wirebook::fix
