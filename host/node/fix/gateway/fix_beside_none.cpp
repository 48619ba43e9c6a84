// A build without QuickFIX.
#include "node/fix/gateway/fix_beside.hpp"
#include "node/recovery/recovered_day.hpp"

namespace wirebook::fix {

std::shared_ptr<void> start_beside(const node::NodeConfig& config, const node::NodeStatus&,
                                   spdlog::logger&) {
  if (config.fix.on)
    throw node::StartRefused(ExitCode::configuration,
                             "fix: this program was built without FIX (libquickfix-dev, cmake "
                             "-DWIREBOOK_FIX=ON)");
  return nullptr;
}

}  // namespace wirebook::fix
