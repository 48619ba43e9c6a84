// A whole run of one seed: a node, its clients, its drive and its network, polled in an order that
// only the seed knows; crashes and restarts; and at the end some calm, in which everything that is
// outstanding must come to its end.
//
// Shapes: steps. Threads: one. Errors: `Outcome::finding`. Cost: some milliseconds.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "journal/recovery.hpp"
#include "node/clock.hpp"
#include "node/recovery/recovered_day.hpp"
#include "node/simulation/client.hpp"
#include "node/simulation/drive.hpp"
#include "node/simulation/network.hpp"
#include "node/simulation/record.hpp"
#include "node/simulation/scenario.hpp"
#include "node/simulation/sim_node.hpp"
#include "node/simulation/sim_shadow.hpp"
#include "node/simulation/truth.hpp"

namespace wirebook::simulation {

struct Tally {
  std::uint64_t seeds = 0;
  std::uint64_t steps = 0;
  std::uint64_t slots = 0;
  std::uint64_t messages = 0;
  std::uint64_t answered = 0;
  std::uint64_t crashes = 0;           ///< of a node that ran
  std::uint64_t recovery_crashes = 0;  ///< while it recovered
  std::uint64_t restarts = 0;
  std::uint64_t snapshots = 0;       ///< written
  std::uint64_t from_snapshots = 0;  ///< restarts
  std::uint64_t stops = 0;           ///< orderly
  std::uint64_t disk_failures = 0;   ///< the node ended by itself
  std::uint64_t damaged = 0;         ///< runs with damage on the drive
  std::uint64_t refused = 0;         ///< of these, recovery reported it
  std::uint64_t unseen = 0;          ///< a lost write that looks like a crash
  Tally& operator+=(const Tally& other);
};

struct Outcome {
  std::uint64_t hash = 0;
  std::string finding;  ///< empty: none
  std::string last;     ///< the steps before it
  std::uint64_t step = 0;
  std::uint64_t slot = 0;
  Tally tally;
};

/// `trace`: each entry of the record on standard error.
[[nodiscard]] Outcome run_seed(std::uint64_t seed, Plant plant, bool trace = false);

class World {
 public:
  World(std::uint64_t seed, Plant plant, bool trace);

  Outcome run();

 private:
  void step();
  void let_time_pass();
  void trouble();
  enum class End : std::uint8_t { killed, power, by_itself, stopped };
  void go_down(End how);
  void save_snapshot();
  void start();
  bool recover_once();
  void begin_life(node::RecoveredDay& day);
  bool is_right(const node::RecoveredDay& day);
  void forget_told();
  void judge_refusal(const journal::Recovery& recovery, const std::string& text,
                     std::uint64_t changes);
  void begin_calm();
  [[nodiscard]] bool settled() const;
  void check_end();
  [[nodiscard]] std::string unsettled() const;
  [[nodiscard]] bool going() const { return record_.finding().empty() && !over_; }

  Scenario scenario_;
  Random random_;
  Record record_;
  SimTime time_;
  node::NodeConfig config_;
  Drive drive_;
  Truth truth_;
  Network network_;
  std::vector<Client> clients_;
  std::unique_ptr<node::Clock> clock_;
  std::unique_ptr<SimNode> node_;
  std::unique_ptr<SimShadow> shadow_;
  std::uint64_t life_begin_ = 0;  ///< the sequence at which this life of the node began
  std::array<std::uint32_t, 7> weights_{};
  std::uint64_t full_until_step_ = 0;
  std::uint64_t step_ = 0;
  bool calm_ = false;
  bool over_ = false;  ///< damage was found and told, or could not be: the run ends
  Tally tally_;
};

}  // namespace wirebook::simulation
