#include "node/simulation/world.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "node/simulation/sim_store.hpp"

namespace wirebook::simulation {

namespace {

constexpr std::uint64_t calm_steps_max = 60'000;
constexpr std::uint64_t settled_every = 64;
enum Actor : std::uint8_t { ingress, match, journal_stage, wire_out, disk, client, time };

}  // namespace

Tally& Tally::operator+=(const Tally& other) {
  seeds += other.seeds;
  steps += other.steps;
  slots += other.slots;
  messages += other.messages;
  answered += other.answered;
  crashes += other.crashes;
  recovery_crashes += other.recovery_crashes;
  restarts += other.restarts;
  snapshots += other.snapshots;
  from_snapshots += other.from_snapshots;
  stops += other.stops;
  disk_failures += other.disk_failures;
  damaged += other.damaged;
  refused += other.refused;
  unseen += other.unseen;
  return *this;
}

Outcome run_seed(std::uint64_t seed, Plant plant, bool trace) {
  return World(seed, plant, trace).run();
}

World::World(std::uint64_t seed, Plant plant, bool trace)
    : scenario_(draw_scenario(seed, plant)),
      random_(seed),
      config_(scenario_.config),
      drive_(random_, record_),
      truth_(config_, drive_, record_),
      network_(scenario_, time_, random_, record_) {
  if (!scenario_.writer.sync)
    truth_.set_async();
  record_.trace(trace);
  for (std::uint32_t session = 1; session <= config_.sessions.size(); ++session)
    clients_.emplace_back(scenario_, session, network_, time_, random_, record_);
  for (std::uint32_t& weight : weights_)
    weight = static_cast<std::uint32_t>(random_.between(1, 8));
  weights_[disk] *= 4;
  weights_[client] *= 2;
}

Outcome World::run() {
  start();
  for (; going() && step_ < scenario_.steps; ++step_)
    step();
  if (going())
    begin_calm();
  for (std::uint64_t i = 0; going() && i < calm_steps_max; ++i, ++step_) {
    step();
    if (i % settled_every == 0 && settled())
      break;
  }
  if (going())
    check_end();
  tally_.seeds = 1;
  tally_.steps = step_;
  tally_.slots = truth_.end();
  for (const Client& client : clients_) {
    tally_.messages += client.messages().size();
    tally_.answered += client.answered();
  }
  tally_.damaged = drive_.damage().empty() ? 0 : 1;
  return {.hash = record_.hash(),
          .finding = record_.finding(),
          .last = record_.finding().empty() ? std::string{} : record_.last(),
          .step = step_,
          .slot = truth_.end(),
          .tally = tally_};
}

// --- a step ---

void World::step() {
  record_.at_step(step_);
  std::uint64_t draw = 0;
  for (const std::uint32_t weight : weights_)
    draw += weight;
  draw = random_.below(draw);
  std::size_t actor = 0;
  for (; draw >= weights_[actor]; ++actor)
    draw -= weights_[actor];
  if (actor == client)
    clients_[random_.below(clients_.size())].act();
  else if (actor == time)
    let_time_pass();
  else
    node_->poll(static_cast<Part>(actor));
  if (node_->over()) {
    ++(node_->failed() ? tally_.disk_failures : tally_.stops);
    go_down(node_->failed() ? End::by_itself : End::stopped);
  } else if (!calm_) {
    trouble();
  }
}

void World::let_time_pass() {
  time_.pass(random_.below(16) == 0 ? random_.below(2'000'000) : random_.below(60'000));
  if (!calm_ && random_.chance(scenario_.clock_jump))
    time_.set_forward(static_cast<std::int64_t>(random_.below(4'000'000'000)) - 2'000'000'000);
}

void World::trouble() {
  if (random_.chance(scenario_.crash)) {
    if (random_.below(6) == 0)
      return node_->stop();
    ++tally_.crashes;
    return go_down(random_.coin() ? End::power : End::killed);
  }
  if (drive_.full() ? step_ >= full_until_step_ : random_.chance(scenario_.disk.full)) {
    full_until_step_ = step_ + random_.below(1'000);
    drive_.set_full(!drive_.full());
    record_.note(Act::full, drive_.full() ? 1 : 0);
  }
  if (random_.chance(scenario_.snapshot))
    save_snapshot();
  else if (random_.chance(scenario_.disk.rot)) {
    const auto& names = drive_.names();
    auto at = names.begin();
    std::advance(at, static_cast<std::ptrdiff_t>(random_.below(names.size())));
    if (at != names.end() && !drive_.view(at->second).empty())
      drive_.rot(at->second, random_.below(drive_.view(at->second).size()));
  }
}

// --- down and up again ---

void World::go_down(End how) {
  truth_.go_down(how == End::stopped);
  if (how != End::stopped && !scenario_.writer.sync)
    forgets_ = true;
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
  clock_ = std::make_unique<node::Clock>(0, &time_);
  const std::uint64_t changes = drive_.changes();
  SimDay day = recover_sim_day(config_, clock_->trading_day(), store,
                               scenario_.plant == Plant::last_group_forgotten);
  if (store.crashed()) {
    ++tally_.recovery_crashes;
    const bool power = random_.coin();
    record_.note(Act::down, power ? 1U : 0U);
    if (power)
      drive_.power_loss();
    return false;
  }
  if (day.journal.status != journal::RecoveryStatus::recovered) {
    judge_refusal(day.journal, changes);
    return false;
  }
  record_.note(Act::recovered, day.journal.sequence, day.journal.slots,
               day.snapshot ? day.snapshot->sequence : 0U);
  if (!is_right(day))
    return false;
  ++tally_.restarts;
  if (day.snapshot)
    ++tally_.from_snapshots;
  life_begin_ = day.journal.sequence;
  config_.rings.epoch = day.journal.epoch;
  if (scenario_.plant == Plant::epoch_not_raised && config_.rings.epoch > 1)
    --config_.rings.epoch;
  node_ = std::make_unique<SimNode>(SimNode::Parts{.scenario = scenario_,
                                                   .config = config_,
                                                   .clock = *clock_,
                                                   .network = network_,
                                                   .drive = drive_,
                                                   .random = random_,
                                                   .record = record_,
                                                   .truth = truth_},
                                    std::move(*day.replica), config_.rings.epoch);
  return true;
}

bool World::is_right(const SimDay& day) {
  const std::uint64_t tail = day.journal.sequence;
  // A write that the drive put elsewhere, or nowhere, and nothing at the place to show it: what a
  // single copy cannot tell from a write that was under way.
  if (tail < truth_.owed() && !drive_.damage().empty() &&
      truth_.on_drive(tail) == Truth::OnDrive::zeros) {
    ++tally_.unseen;
    over_ = true;
    return false;
  }
  if (!day.trouble.empty())
    record_.found(day.trouble);
  if (day.replica->sequence() != tail)
    record_.found(fmt::format("recovery says that the tail is {}, and has given {} slots", tail,
                              day.replica->sequence()));
  if (forgets_) {
    forgets_ = false;
    truth_.forget_told();
    network_.drop_all();
    for (Client& client : clients_)
      client.begin_again();
  }
  if (!going() || !truth_.come_back(tail))
    return false;
  if (day.replica->digest() != truth_.engine().digest())
    record_.found(fmt::format("the state after {} slots is not that of the naive engine", tail));
  if (day.replica->digest_mismatch())
    record_.found(fmt::format("the digest at {} does not hold for what recovery read",
                              day.replica->digest_mismatch()->slot_sequence));
  return going();
}

void World::judge_refusal(const journal::Recovery& recovery, std::uint64_t changes) {
  const std::uint64_t sequence = recovery.fault ? recovery.fault->sequence : 0;
  const std::uint64_t byte = recovery.fault ? recovery.fault->byte : 0;
  record_.note(Act::refused, sequence, byte);
  if (drive_.damage().empty())
    return record_.found("recovery refuses a journal that is whole: " + recovery.text);
  if (drive_.changes() != changes)
    return record_.found("recovery refuses, and has changed the disk: " + recovery.text);
  if (!recovery.fault)
    return record_.found("recovery refuses without a place: " + recovery.text);
  // A sector is as exact as it can be told, where it was empty before.
  const std::uint64_t begin = byte / sector_bytes * sector_bytes;
  const std::uint64_t end = byte + std::max<std::uint64_t>(recovery.fault->bytes, 1);
  const std::uint64_t whole_end = (end + sector_bytes - 1) / sector_bytes * sector_bytes;
  if (!drive_.is_damaged(drive_.find(recovery.fault_file), begin, whole_end - begin))
    return record_.found("recovery reports damage where there is none: " + recovery.text);
  ++tally_.refused;
  over_ = true;
}

// --- the end ---

void World::begin_calm() {
  calm_ = true;
  network_.calm();
  drive_.set_full(false);
  scenario_.disk = {};
  scenario_.network = {};
  for (Client& client : clients_)
    client.calm();
  std::fill(weights_.begin(), weights_.end(), 4);
}

bool World::settled() const {
  return std::all_of(clients_.begin(), clients_.end(), [this](const Client& client) {
    return client.settled(truth_.messages(client.session()).size());
  });
}

void World::check_end() {
  if (!settled())
    return record_.found("in calm, clients do not get all their answers and messages: " +
                         unsettled());
  for (const Client& client : clients_) {
    const std::vector<Message>& messages = truth_.messages(client.session());
    for (std::size_t i = 0; i < messages.size(); ++i)
      if (client.messages()[i] != messages[i].hash)
        return record_.found(
            fmt::format("session {} has something else as message {}", client.session(), i + 1));
  }
  // Once more from the drive, so that the last state is compared too.
  go_down(End::power);
}

std::string World::unsettled() const {
  std::string text;
  for (const Client& client : clients_)
    text += fmt::format(" session {} has {} of {}, {};", client.session(), client.messages().size(),
                        truth_.messages(client.session()).size(), client.state());
  return text;
}

}  // namespace wirebook::simulation
