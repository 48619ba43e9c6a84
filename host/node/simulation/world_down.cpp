// How a node goes down and comes back, and whether what comes back is right.
#include <algorithm>
#include <exception>
#include <memory>
#include <utility>

#include <fmt/format.h>

#include "node/simulation/sim_store.hpp"
#include "node/simulation/world.hpp"

namespace wirebook::simulation {

void World::go_down(End how) {
  truth_.go_down(how == End::stopped);
  node_->kill(how == End::power);
  node_.reset();
  shadow_.reset();
  network_.drop_arrived(config_.order_entry.listen);
  time_.pass(random_.below(random_.below(16) == 0 ? 50'000'000 : 1'000'000));
  start();
}

void World::save_snapshot() {
  if (node_->durable() <= life_begin_ || !scenario_.writer.sync)
    return;
  if (shadow_ == nullptr)
    shadow_ = std::make_unique<SimShadow>(config_, clock_->trading_day(), truth_);
  SimStore store(scenario_, drive_, random_, true);
  if (shadow_->save(store, node_->durable(), config_.rings.epoch))
    ++tally_.snapshots;
  if (!store.crashed())
    return;
  ++tally_.crashes;
  go_down(random_.coin() ? End::power : End::killed);
}

void World::start() {
  while (going() && !recover_once())
    continue;
}

bool World::recover_once() {
  network_.drop_arrived(config_.order_entry.listen);
  SimStore store(scenario_, drive_, random_, !calm_);
  const std::uint64_t changes = drive_.changes();
  node::RecoveredDay day{.directory = nullptr, .clock = node::Clock(0, &time_)};
  std::string refusal;
  try {
    node::recover_day(scenario_.config, store, "simulated", day);
  } catch (const std::exception& error) {
    refusal = error.what();
  }
  if (store.crashed()) {
    ++tally_.recovery_crashes;
    const bool power = random_.coin();
    record_.note(Act::down, power ? 1U : 0U);
    if (power)
      drive_.power_loss();
    return false;
  }
  if (!refusal.empty() && drive_.full() &&
      day.journal.status == journal::RecoveryStatus::recovered) {
    // It says so and ends; somebody makes room.
    drive_.set_full(false);
    return false;
  }
  if (!refusal.empty()) {
    judge_refusal(day.journal, refusal, changes);
    return false;
  }
  record_.note(Act::recovered, day.journal.sequence, day.journal.slots,
               day.snapshot ? day.snapshot->sequence : 0U);
  if (!is_right(day))
    return false;
  begin_life(day);
  return true;
}

void World::begin_life(node::RecoveredDay& day) {
  ++tally_.restarts;
  if (day.snapshot)
    ++tally_.from_snapshots;
  life_begin_ = day.journal.sequence;
  clock_ = std::make_unique<node::Clock>(day.clock);
  config_ = scenario_.config;
  day.apply(config_);
  if (scenario_.plant == Plant::epoch_not_raised && config_.rings.epoch > 1)
    --config_.rings.epoch;
  if (scenario_.plant == Plant::sequence_used_again && config_.rings.start_sequence != 0)
    --config_.rings.start_sequence;
  node_ = std::make_unique<SimNode>(SimNode::Parts{.scenario = scenario_,
                                                   .config = config_,
                                                   .clock = *clock_,
                                                   .network = network_,
                                                   .drive = drive_,
                                                   .random = random_,
                                                   .record = record_,
                                                   .truth = truth_},
                                    day);
}

bool World::is_right(const node::RecoveredDay& day) {
  const std::uint64_t tail = day.journal.sequence;
  // A write that the drive put elsewhere, or nowhere, and nothing at the place to show it: what a
  // single copy cannot tell from a write that was under way.
  if (tail < truth_.owed() && !drive_.damage().empty() &&
      truth_.on_drive(tail) == Truth::OnDrive::zeros) {
    ++tally_.unseen;
    over_ = true;
    return false;
  }
  node::NodeConfig applied = scenario_.config;
  day.apply(applied);
  if (!(applied.order_entry.session_name == config_.order_entry.session_name))
    forget_told();
  if (!truth_.come_back(tail))
    return false;
  if (day.digest != truth_.engine().digest())
    record_.found(fmt::format("the state after {} slots is not that of the naive engine", tail));
  if (!truth_.is_clear_from(tail) && drive_.damage().empty())
    record_.found(fmt::format("recovery leaves something behind the tail at {}", tail));
  return going();
}

/// Another session name: clients know that nothing of what they were told holds.
void World::forget_told() {
  if (scenario_.writer.sync)
    record_.found("in durable, the session name changes");
  truth_.forget_told();
  network_.drop_all();
  for (Client& client : clients_)
    client.begin_again();
}

void World::judge_refusal(const journal::Recovery& recovery, const std::string& text,
                          std::uint64_t changes) {
  const std::uint64_t sequence = recovery.fault ? recovery.fault->sequence : 0;
  const std::uint64_t byte = recovery.fault ? recovery.fault->byte : 0;
  record_.note(Act::refused, sequence, byte);
  if (drive_.damage().empty())
    return record_.found("recovery refuses a journal that is whole: " + text);
  if (drive_.changes() != changes)
    return record_.found("recovery refuses, and has changed the disk: " + text);
  // A snapshot shows what was lost where nothing on the drive does.
  if (recovery.status == journal::RecoveryStatus::behind && recovery.sequence < truth_.owed() &&
      truth_.on_drive(recovery.sequence) != Truth::OnDrive::right) {
    ++tally_.refused;
    over_ = true;
    return;
  }
  // A small file beside the segments: whole or not.
  for (const auto& [name, file] : drive_.names())
    if (!recovery.fault && text.find("/" + name) != std::string::npos &&
        drive_.is_damaged(file, 0, drive_.view(file).size())) {
      ++tally_.refused;
      over_ = true;
      return;
    }
  if (!recovery.fault)
    return record_.found("recovery refuses without a place: " + text);
  // A sector is as exact as it can be told, where it was empty before.
  const std::uint64_t begin = byte / sector_bytes * sector_bytes;
  const std::uint64_t end = byte + std::max<std::uint64_t>(recovery.fault->bytes, 1);
  const std::uint64_t whole_end = (end + sector_bytes - 1) / sector_bytes * sector_bytes;
  if (!drive_.is_damaged(drive_.find(recovery.fault_file), begin, whole_end - begin))
    return record_.found("recovery reports damage where there is none: " + text);
  ++tally_.refused;
  over_ = true;
}

}  // namespace wirebook::simulation
