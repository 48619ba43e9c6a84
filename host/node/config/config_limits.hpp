// What of the configuration limits orders, packets and logins: `[limits]`, `[[firms]]`, `[logins]`
// and their keys in `[[instruments]]` and `[[sessions]]`.
//
// Shapes: see limits_config.hpp and config_table.hpp; made before instruments and sessions are
// read, finished behind them. Threads: one. Errors: collected in the tables' list. Cost: start-up
// only.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "node/config/config.hpp"
#include "node/config/config_table.hpp"

namespace wirebook::node {

class LimitsReader {
 public:
  LimitsReader(ConfigTable& root, NodeConfig& config);

  /// The keys of an instrument, or session, that are limits.
  void read(ConfigTable& table, InstrumentLimitsConfig& limits) const;
  void read(ConfigTable& table, Firm firm, SessionLimitsConfig& limits) const;

  /// Settles what holds for everybody; instruments and sessions have been read.
  void finish(ConfigTable& root, NodeConfig& config);

 private:
  struct FirmTable {
    ConfigTable table;
    FirmConfig firm;
    SessionLimitsConfig sessions;  ///< of its sessions that say nothing else
    std::vector<std::string> restricted;
  };

  void read_firms(ConfigTable& root);
  void restrict_all(ConfigTable& root, NodeConfig& config);
  void settle_firms(ConfigTable& root, NodeConfig& config);

  SessionLimitsConfig sessions_;
  std::uint32_t fat_finger_bp_ = 0;
  std::uint64_t exposure_ = 0;
  std::vector<std::string> restricted_;
  std::vector<FirmTable> firms_;
};

/// As node.toml has it, behind the other keys of its table.
[[nodiscard]] std::string to_toml(const InstrumentLimitsConfig& limits);
[[nodiscard]] std::string to_toml(const SessionLimitsConfig& limits);
[[nodiscard]] std::string to_toml(const FirmConfig& firm);

}  // namespace wirebook::node
