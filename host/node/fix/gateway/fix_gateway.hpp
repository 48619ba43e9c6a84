// FIX order entry for the accounts of a node: a TCP port for FIX clients, in a thread of its own,
// and a client of the node's OUCH port for each that is logged on.
//
// Shapes: a node's configuration, with `[fix]`. Threads: `start` and `stop` from one thread; the
// gateway's own does the rest, `log` is called from it. Errors: the constructor and `start` throw
// std::system_error or std::runtime_error where the host refuses what it needs; nothing throws
// afterwards. Cost: one thread, asleep where nothing happens; it allocates, the node does not.
// Specification: README.md of the folder above.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "node/config/config.hpp"

namespace wirebook::fix {

struct GatewayCounts {
  std::uint64_t connections = 0;  ///< accepted
  std::uint64_t logons = 0;       ///< let through to their session
  std::uint64_t refused = 0;      ///< closed before that
};

class Gateway {
 public:
  /// `order_entry` is the node's SoupBinTCP port.
  Gateway(const node::NodeConfig& config, node::Endpoint order_entry,
          std::function<void(const std::string&)> log);
  ~Gateway();
  Gateway(const Gateway&) = delete;
  Gateway& operator=(const Gateway&) = delete;

  void start();
  /// Logs everybody out, waits for a moment, closes.
  void stop();

  /// Where it listens, from the constructor on.
  [[nodiscard]] node::Endpoint address() const;
  [[nodiscard]] GatewayCounts counts() const;

 private:
  class Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace wirebook::fix
