#include "node/recovery/recovered_day.hpp"

#include <algorithm>
#include <bit>
#include <cerrno>
#include <chrono>
#include <utility>

#include <fmt/format.h>

#include "journal/directory_store.hpp"
#include "node/config/sizes.hpp"
#include "node/memory/near_memory.hpp"
#include "node/recovery/day_facts.hpp"
#include "node/recovery/day_reading.hpp"

namespace wirebook::node {

namespace {

/// The steps of a recovery, over one directory.
class DayRecovery {
 public:
  DayRecovery(const NodeConfig& config, journal::Store& store, const std::string& path,
              RecoveredDay& day)
      : config_(config), day_(day), store_(store), path_(path) {}

  void run(const journal::RecoveryProgress& progress) {
    const auto began = std::chrono::steady_clock::now();
    check_facts();
    auto [replica, closed_behind] =
        read_day(config_, store_, path_, recorded_.begin_sequence, day_, progress);
    replica_ = std::move(replica);
    closed_behind_ = closed_behind;
    day_.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
    go_on();
  }

 private:
  void check_facts() {
    now_ = day_facts(config_);
    const int error = read_day_facts(store_, recorded_, has_facts_);
    if (error == EBADMSG)
      throw StartRefused(ExitCode::journal, fmt::format("{}/{}: is damaged: its last line is not "
                                                        "the checksum of the others",
                                                        path_, day_facts_name));
    if (error != 0)
      refuse_file(error, path_ + "/" + day_facts_name, "cannot be read");
    if (!has_facts_)
      return;
    if (const std::string text = disagreement(recorded_, now_); !text.empty())
      throw StartRefused(ExitCode::configuration, text);
  }

  void open_day() {
    // Clients saw nothing of a run whose opening was cut off; what it was to set, this one sets.
    const bool repeat =
        !has_facts_ || day_.journal.sequence < recorded_.begin_sequence + recorded_.opening_slots;
    LimitChanges limits = limit_changes(configured_limits(config_), recorded_.limits, repeat);
    day_.opening = opening_slots(*replica_, config_, limits.set, day_.clock.day(), day_.lines);
    if (day_.journal.sequence != 0)
      describe_limits(limits.set);
    now_.limits = std::move(limits.facts);
    now_.opening_slots = day_.opening.size();
  }

  void describe_limits(const std::vector<ConfiguredLimit>& changed) {
    constexpr std::size_t lines_max = 10;
    for (std::size_t i = 0; i < std::min(changed.size(), lines_max); ++i)
      day_.lines.push_back(fmt::format("limits: {} is {}", changed[i].key,
                                       changed[i].body.value == 0
                                           ? "not in the configuration any more: off"
                                           : "set as the configuration has it now"));
    if (changed.size() > lines_max)
      day_.lines.push_back(fmt::format("limits: and {} more", changed.size() - lines_max));
  }

  /// From here on the directory is this run's.
  void go_on() {
    open_day();
    take_venue();
    // A clean end must be the last run's own: all that a run wrote may be lost in `async`.
    const bool ended = replica_->ended_cleanly() && closed_behind_ > recorded_.begin_sequence;
    // Segments that came from elsewhere, an archive, may be all but the last.
    const bool is_foreign = !has_facts_ && day_.journal.sequence != 0;
    if (is_foreign)
      day_.lines.push_back(
          fmt::format("journal: {} is not there: whose the sessions are is taken "
                      "from the configuration",
                      day_facts_name));
    const bool told_more =
        is_foreign || (has_facts_ && recorded_.mode == JournalMode::async && !ended);
    // A name that was used is not used again, even if that run left no segment.
    const std::uint32_t unused = told_more ? recorded_.history_epoch + 1 : 1;
    day_.start = {.start_sequence = day_.journal.sequence,
                  .epoch = std::max({day_.journal.epoch, config_.rings.epoch, unused})};
    day_.history_epoch = told_more ? day_.start.epoch : recorded_.history_epoch;
    now_.begin_sequence = day_.journal.sequence;
    now_.history_epoch = day_.history_epoch;
    if (const int error = write_day_facts(store_, now_); error != 0)
      refuse_file(error, path_ + "/" + day_facts_name, "cannot be written");
    describe();
    if (config_.journal.snapshot_slots != 0)
      day_.shadow = copy_of_replica();
    day_.parts.emplace(std::move(*replica_).take());
  }

  /// What the venue's control did to the day.
  void take_venue() {
    day_.system_event = replica_->system_event();
    day_.ended = replica_->ended_cleanly();
    const std::size_t configured = config_.instruments.size();
    const std::uint16_t room = engine_capacity(config_).instruments;
    for (std::uint32_t i = 1; i <= room; ++i) {
      const auto locate = static_cast<std::uint16_t>(i);
      const InstrumentBody* const body = replica_->instrument(locate);
      if (body == nullptr)
        continue;
      if (i > configured)
        day_.added.push_back({.symbol = body->symbol,
                              .round_lot = body->round_lot,
                              .trading_state = body->trading_state});
      day_.states.emplace_back(locate, *body);
    }
    day_.killed_firms = replica_->killed_firms();
    for (std::uint32_t session = 1; session <= config_.sessions.size(); ++session)
      if (replica_->is_disabled(session, config_.sessions[session - 1].firm))
        day_.disabled.push_back(session);
  }

  [[nodiscard]] std::unique_ptr<Replica> copy_of_replica() const {
    auto copy = std::make_unique<Replica>(replica_size(config_));
    if (replica_->sequence() == 0)
      return copy;
    std::vector<std::byte> bytes;
    match::StateWriter writer(bytes);
    replica_->save(writer);
    match::StateReader reader(bytes);
    std::string why;
    if (!copy->load(reader, &why))
      throw StartRefused(ExitCode::internal, "the state cannot be copied: " + why);
    return copy;
  }

  void describe() {
    const journal::Recovery& journal = day_.journal;
    std::string line;
    if (journal.sequence == 0)
      line = "journal: a new day";
    else
      line = fmt::format(
          "journal: recovered {} slots in {:.2f} s (read at {:.0f} slots/s){}; sequence {}, digest "
          "{:016x}, "
          "{}",
          journal.slots, day_.seconds,
          static_cast<double>(journal.slots) / std::max(day_.read_seconds, 1e-6),
          day_.snapshot ? fmt::format(" behind the snapshot of {}", day_.snapshot->sequence) : "",
          journal.sequence, day_.digest, replica_->ended_cleanly() ? "a clean end" : "cut short");
    line += fmt::format("; epoch {}", day_.start.epoch);
    if (day_.history_epoch != 0)
      line += fmt::format("; session names end in E{}: what clients knew may be lost",
                          day_.history_epoch);
    day_.lines.insert(day_.lines.begin(), std::move(line));
  }

  const NodeConfig& config_;
  RecoveredDay& day_;
  journal::Store& store_;
  const std::string& path_;
  DayFacts recorded_;
  DayFacts now_;
  bool has_facts_ = false;
  std::unique_ptr<Replica> replica_;
  std::uint64_t closed_behind_ = 0;
};

}  // namespace

void RecoveredDay::apply(NodeConfig& config) const {
  config.rings.epoch = start.epoch;
  config.rings.start_sequence = start.start_sequence;
  config.instruments.insert(config.instruments.end(), added.begin(), added.end());
  config.rings.inject =
      std::max(config.rings.inject, std::bit_ceil(static_cast<std::uint32_t>(opening.size() + 16)));
  for (Alpha<10>* const name : {&config.order_entry.session_name, &config.market_data.session_name})
    *name = session_name_of(*name, history_epoch);
}

std::unique_ptr<RecoveredDay> recover_day(const NodeConfig& config,
                                          const journal::RecoveryProgress& progress) {
  const NearMemory near(match_numa_node(config));  // the engine that is made here goes on
  auto day = std::make_unique<RecoveredDay>(RecoveredDay{
      .directory = nullptr, .clock = Clock(config.clock.utc_offset_minutes, config.clock.source)});
  day->directory = std::make_unique<DayDirectory>(config.journal.directory,
                                                  day->clock.trading_day(), config.engine.shard);
  journal::DirectoryStore store(day->directory->path());
  recover_day(config, store, day->directory->path(), *day, progress);
  return day;
}

void recover_day(const NodeConfig& config, journal::Store& store, const std::string& path,
                 RecoveredDay& day, const journal::RecoveryProgress& progress) {
  DayRecovery(config, store, path, day).run(progress);
}

}  // namespace wirebook::node
