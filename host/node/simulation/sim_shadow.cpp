#include "node/simulation/sim_shadow.hpp"

#include "journal/snapshot.hpp"
#include "match/state/state_io.hpp"

namespace wirebook::simulation {

namespace {

constexpr std::size_t snapshots_kept = 2;

}  // namespace

SimShadow::SimShadow(const node::NodeConfig& config, std::uint32_t trading_day, const Truth& truth)
    : config_(&config),
      trading_day_(trading_day),
      truth_(&truth),
      replica_(node::replica_size(config)) {}

bool SimShadow::save(journal::Store& store, std::uint64_t durable, std::uint32_t epoch) {
  while (replica_.sequence() < durable)
    replica_.on_group(truth_->group_at(replica_.sequence()));
  content_.clear();
  match::StateWriter writer(content_);
  replica_.save(writer);
  const journal::SnapshotHeader header{.name = {.sequence = replica_.sequence(), .epoch = epoch},
                                       .shard = config_->engine.shard,
                                       .trading_day = trading_day_,
                                       .digest = replica_.digest(),
                                       .created_unix_ns = 0};
  return journal::encode_snapshot(header, content_, {}, file_) &&
         journal::write_snapshot(store, header.name, file_) == 0 &&
         journal::keep_snapshots(store, snapshots_kept) == 0;
}

}  // namespace wirebook::simulation
