// What a node does with its journal's directory beside writing slots, over the simulated drive: it
// recovers from it, as `recover_day` does, and a shadow writes snapshots to it.
//
// Shapes: a replica. Threads: one. Errors: as `journal::recover`; a snapshot that is no good is
// passed over. Cost: the day's slots through a replica.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "journal/recovery.hpp"
#include "journal/snapshot.hpp"
#include "node/config.hpp"
#include "node/replica.hpp"
#include "node/simulation/sim_store.hpp"
#include "node/simulation/truth.hpp"

namespace wirebook::simulation {

struct SimDay {
  std::unique_ptr<node::Replica> replica;
  journal::Recovery journal;
  std::optional<journal::SnapshotName> snapshot;
  std::string trouble;  ///< a step beside the journal that failed
};

/// `forget_last`: the plant of that name.
[[nodiscard]] SimDay recover_sim_day(const node::NodeConfig& config, std::uint32_t trading_day,
                                     journal::Store& store, bool forget_last);

/// The shadow of one life of a node.
class SimShadow {
 public:
  SimShadow(const node::NodeConfig& config, std::uint32_t trading_day, const Truth& truth);

  /// Follows the stream to `durable`, and saves what that comes to. False if nothing was written.
  bool save(journal::Store& store, std::uint64_t durable, std::uint32_t epoch);

 private:
  const node::NodeConfig* config_;
  std::uint32_t trading_day_;
  const Truth* truth_;
  node::Replica replica_;
  std::vector<std::byte> content_;
  std::vector<std::byte> file_;
};

}  // namespace wirebook::simulation
