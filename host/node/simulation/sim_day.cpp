#include "node/simulation/sim_day.hpp"

#include <utility>

#include "journal/journal.hpp"
#include "journal/segment.hpp"
#include "match/state_io.hpp"

namespace wirebook::simulation {

namespace {

constexpr std::size_t snapshots_kept = 2;

journal::Journal journal_of(journal::Store& store) {
  std::vector<std::string> names;
  std::vector<journal::Segment> segments;
  if (store.list(names) != 0)
    return {};
  for (const std::string& name : names) {
    std::span<const std::byte> bytes;
    if (journal::parse_segment_name(name) && store.map(name, bytes) == 0)
      segments.emplace_back(name, bytes);
  }
  return journal::Journal(std::move(segments));
}

class Recovering {
 public:
  Recovering(const node::NodeConfig& config, std::uint32_t trading_day, journal::Store& store)
      : config_(config), trading_day_(trading_day), store_(store) {}

  SimDay run(bool forget_last) {
    make_replica();
    take_snapshot();
    read_slots(forget_last);
    return std::move(day_);
  }

 private:
  void make_replica() {
    day_.replica = std::make_unique<node::Replica>(node::replica_size(config_));
  }

  void take_snapshot() {
    const journal::Journal journal = journal_of(store_);
    const journal::SnapshotFound found = journal::take_newest_snapshot(
        store_,
        {.shard = config_.engine.shard,
         .trading_day = trading_day_,
         .refuse = [&](const journal::SnapshotName& name) -> std::string {
           return journal::has_last_slot(journal, name) ? "" : "the journal does not reach it";
         },
         .take = [this](const journal::SnapshotHeader& header,
                        std::span<const std::byte> content) { return load(header, content); }});
    if (found.taken)
      day_.snapshot = found.taken->name;
  }

  std::string load(const journal::SnapshotHeader& header, std::span<const std::byte> content) {
    match::StateReader reader(content);
    std::string why;
    const bool loaded = day_.replica->load(reader, &why);
    if (loaded && day_.replica->sequence() == header.name.sequence &&
        day_.replica->digest() == header.digest)
      return {};
    make_replica();
    return loaded ? "its content is not the state that it names" : why;
  }

  void read_slots(bool forget_last) {
    std::optional<SlotGroup> last;
    const auto take = [&](const SlotGroup& group) {
      if (!forget_last)
        return day_.replica->on_group(group);
      if (last)
        day_.replica->on_group(*last);
      last = group;
    };
    day_.journal = journal::recover(store_,
                                    {.shard = config_.engine.shard,
                                     .trading_day = trading_day_,
                                     .from_sequence = day_.replica->sequence()},
                                    take);
    if (day_.journal.status != journal::RecoveryStatus::recovered)
      return;
    if (forget_last)
      day_.journal.sequence = day_.replica->sequence();
    if (journal::remove_snapshots_beyond(store_, day_.journal.sequence) != 0)
      day_.trouble = "a snapshot beyond the tail stays";
  }

  const node::NodeConfig& config_;
  std::uint32_t trading_day_;
  journal::Store& store_;
  SimDay day_;
};

}  // namespace

SimDay recover_sim_day(const node::NodeConfig& config, std::uint32_t trading_day,
                       journal::Store& store, bool forget_last) {
  return Recovering(config, trading_day, store).run(forget_last);
}

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
