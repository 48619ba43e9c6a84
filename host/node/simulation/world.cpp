#include "node/simulation/world.hpp"

#include <algorithm>

#include <fmt/format.h>

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
