#include "node/fix/gateway/fix_beside.hpp"

#include "node/fix/gateway/fix_gateway.hpp"
#include "node/recovery/recovered_day.hpp"
#include "node/sockets/endpoint.hpp"

namespace wirebook::fix {

namespace {

/// A port that listens everywhere is here, too.
node::Endpoint reachable(node::Endpoint endpoint) {
  if (endpoint.address == 0)
    endpoint.address = 0x7F00'0001;
  return endpoint;
}

}  // namespace

std::string build_error(const node::NodeConfig&) { return {}; }

std::shared_ptr<void> start_beside(const node::NodeConfig& config, const node::NodeStatus& status,
                                   spdlog::logger& log) {
  if (!config.fix.on)
    return nullptr;
  const node::Endpoint order_entry =
      reachable(config.fix.order_entry ? *config.fix.order_entry : status.soup.value().listens_on);
  if (order_entry.port == 0)
    throw node::StartRefused(ExitCode::configuration,
                             "fix: the port of the node's order entry is 0; name it in "
                             "fix.order_entry");
  auto gateway = std::make_shared<Gateway>(
      config, order_entry, [&log](const std::string& line) { log.info("{}", line); });
  gateway->start();
  log.info("FIX 4.4 and 5.0 SP2 on {}, for {}", to_string(gateway->address()),
           to_string(order_entry));
  if (config.fix.store.empty())
    log.warn("fix.store is empty: message numbers are lost when this process ends");
  return gateway;
}

}  // namespace wirebook::fix
