#include "node/recovery/day_reading.hpp"

#include <chrono>
#include <span>
#include <system_error>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "wirebook/assert.hpp"

#include "journal/journal.hpp"
#include "journal/segment.hpp"
#include "journal/segment_check.hpp"
#include "node/config/sizes.hpp"
#include "node/recovery/replica_feed.hpp"

namespace wirebook::node {

namespace {

class DayReading {
 public:
  DayReading(const NodeConfig& config, journal::Store& store, const std::string& path,
             RecoveredDay& day)
      : config_(config), store_(store), path_(path), day_(day) {}

  DayState read(std::uint64_t reaches, const journal::RecoveryProgress& progress) {
    take_snapshot();
    read_slots(progress);
    if (day_.journal.sequence < reaches)
      throw StartRefused(ExitCode::journal,
                         fmt::format("{}: the journal ends at sequence {}, but the last run began "
                                     "at sequence {}: what was between them is missing",
                                     path_, day_.journal.sequence, reaches));
    if (const int error = journal::remove_snapshots_beyond(store_, day_.journal.sequence);
        error != 0)
      refuse_file(error, path_, "a snapshot that is beyond the tail stays");
    check_digests();
    return {std::move(replica_), closed_behind_};
  }

 private:
  void make_replica() { replica_ = std::make_unique<Replica>(replica_size(config_)); }

  void take_snapshot() {
    make_replica();
    const journal::Journal journal = journal_of_store();
    const auto refuse = [&](const journal::SnapshotName& name) -> std::string {
      return journal::has_last_slot(journal, name) ? "" : "the journal does not reach it";
    };
    const journal::SnapshotFound found = journal::take_newest_snapshot(
        store_,
        {.shard = config_.engine.shard,
         .trading_day = day_.clock.trading_day(),
         .refuse = refuse,
         .take = [this](const journal::SnapshotHeader& header, std::span<const std::byte> content) {
           return load(header, content);
         }});
    if (found.error != 0)
      refuse_file(found.error, path_, "cannot be listed");
    for (const std::string& line : found.passed_over)
      day_.lines.push_back("journal: " + line);
    if (found.taken)
      day_.snapshot = found.taken->name;
  }

  /// Or why it is not taken; the replica is then as new.
  std::string load(const journal::SnapshotHeader& header, std::span<const std::byte> content) {
    match::StateReader reader(content);
    std::string why;
    if (replica_->load(reader, &why)) {
      if (replica_->sequence() == header.name.sequence && replica_->digest() == header.digest)
        return {};
      why = "its content is not the state that it names";
    }
    make_replica();
    return why;
  }

  [[nodiscard]] journal::Journal journal_of_store() {
    std::vector<std::string> names;
    if (const int error = store_.list(names); error != 0)
      refuse_file(error, path_, "cannot be listed");
    std::vector<journal::Segment> segments;
    for (const std::string& name : names) {
      if (!journal::parse_segment_name(name))
        continue;
      std::span<const std::byte> bytes;
      if (const int error = store_.map(name, bytes); error != 0)
        refuse_file(error, path_ + "/" + name, "cannot be read");
      segments.emplace_back(name, bytes);
    }
    return journal::Journal(std::move(segments));
  }

  void read_slots(const journal::RecoveryProgress& progress) {
    using Clock = std::chrono::steady_clock;
    const auto began = Clock::now();
    const auto told = [&](std::uint64_t done, std::uint64_t all) {
      day_.read_seconds = std::chrono::duration<double>(Clock::now() - began).count();
      if (progress)
        progress(done, all);
    };
    ReplicaFeed feed(*replica_);
    day_.journal = journal::recover(
        store_,
        {.shard = config_.engine.shard,
         .trading_day = day_.clock.trading_day(),
         .from_sequence = replica_->sequence()},
        [&](const SlotGroup& group) {
          feed.on_group(group);
          if (group.head->tail.kind == SlotKind::system_event && group.head->admin.code == 'C')
            closed_behind_ = group.sequence + 1;
        },
        told);
    feed.finish();
    if (day_.journal.status != journal::RecoveryStatus::recovered)
      throw StartRefused(journal::to_exit_code(day_.journal.status),
                         fmt::format("{}: {}", path_, day_.journal.text));
    WIREBOOK_ASSERT(replica_->sequence() == day_.journal.sequence);
    for (const std::string& line : day_.journal.warnings)
      day_.lines.push_back("journal: " + line);
  }

  void check_digests() {
    day_.digest = replica_->digest();
    const auto& mismatch = replica_->digest_mismatch();
    if (mismatch)
      throw StartRefused(
          ExitCode::journal,
          fmt::format("{}: the state before sequence {} is not the one that the stream tells at "
                      "sequence {} (digest {:016x}): what wrote it was another program, or the "
                      "journal was changed",
                      path_, mismatch->covered_sequence, mismatch->slot_sequence,
                      mismatch->stated));
  }

  const NodeConfig& config_;
  journal::Store& store_;
  const std::string& path_;
  RecoveredDay& day_;
  std::unique_ptr<Replica> replica_;
  std::uint64_t closed_behind_ = 0;
};

}  // namespace

void refuse_file(int error, const std::string& file, const char* what) {
  throw std::system_error(error, std::generic_category(), fmt::format("{}: {}", file, what));
}

DayState read_day(const NodeConfig& config, journal::Store& store, const std::string& path,
                  std::uint64_t reaches, RecoveredDay& day,
                  const journal::RecoveryProgress& progress) {
  return DayReading(config, store, path, day).read(reaches, progress);
}

}  // namespace wirebook::node
