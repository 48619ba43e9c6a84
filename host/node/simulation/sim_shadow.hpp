// The shadow of one life of a node: a replica that follows what is durable, and writes snapshots.
//
// It follows the truth instead of segments, which a real one follows; replica, snapshot and files
// are the real code's.
//
// Shapes: files. Threads: one. Errors: false. Cost: the slots through a replica.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "journal/store.hpp"
#include "node/config/config.hpp"
#include "node/recovery/replica.hpp"
#include "node/simulation/truth.hpp"

namespace wirebook::simulation {

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
