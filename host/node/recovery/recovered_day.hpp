// How a node with a journal begins: what the day has been so far is read back, and the node goes on
// where it ended.
//
//   directory locked ─► newest good snapshot ─► Replica ◄─ slots behind it ◄─ journal::recover
//                                                  │
//     engine, outbound log, digest marks ◄─────────┘      ring: from the tail, with a new epoch
//
// Shapes: see replica.hpp and journal/recovery.hpp. Threads: one; before the node is made.
// Errors: StartRefused, with the exit code and a text that names the key, or the file and the
// sequence; std::system_error where the host refuses. Cost: the day's slots through the engine.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "wirebook/slot.hpp"

#include "journal/recovery.hpp"
#include "journal/snapshot.hpp"
#include "journal/store.hpp"
#include "node/clock.hpp"
#include "node/config/config.hpp"
#include "node/recovery/day_directory.hpp"
#include "node/recovery/limit_slots.hpp"
#include "node/recovery/replica.hpp"
#include "node/start_refused.hpp"
#include "slot_ring/ring.hpp"

namespace wirebook::node {

struct RecoveredDay {
  std::unique_ptr<DayDirectory> directory;  ///< locked
  Clock clock;                              ///< the day's
  slot_ring::RingStart start;               ///< of the ring that goes on
  std::uint32_t history_epoch = 0;          ///< see day_facts.hpp
  std::optional<ReplicaParts> parts;        ///< the node takes them
  std::unique_ptr<Replica> shadow;          ///< where the shadow begins; null: there is none
  std::vector<Slot> opening;                ///< what the node is to inject first
  char system_event = 0;                    ///< the last one before `opening`; 0: none
  bool ended = false;                       ///< it was C
  std::vector<InstrumentConfig> added;      ///< instruments behind those of the configuration
  /// By locate: instruments whose trading state is not that of the configuration.
  std::vector<std::pair<std::uint16_t, InstrumentBody>> states;
  std::vector<std::uint32_t> disabled;  ///< sessions that the venue has killed, …
  std::vector<Firm> killed_firms;       ///< … and firms

  std::optional<journal::SnapshotName> snapshot;
  journal::Recovery journal;
  double seconds = 0;       ///< of all of it
  double read_seconds = 0;  ///< of the slots
  std::uint64_t digest = 0;
  std::vector<std::string> lines;  ///< for people: what was found, and what is odd

  /// The configuration of a node that goes on: ring, epoch, session names, added instruments.
  void apply(NodeConfig& config) const;
};

/// For a configuration with a journal. `progress` may be empty.
[[nodiscard]] std::unique_ptr<RecoveredDay> recover_day(
    const NodeConfig& config, const journal::RecoveryProgress& progress = {});

/// The same from a directory in `store`, which `path` names for people. `day` has its clock; what
/// was found until a refusal stays in it.
void recover_day(const NodeConfig& config, journal::Store& store, const std::string& path,
                 RecoveredDay& day, const journal::RecoveryProgress& progress = {});

/// What is to be injected before anything else: sessions that were up go down, what is missing of
/// the day's beginning comes, `limits` are set. Throws StartRefused where the configuration says
/// otherwise than the day; `lines` is what does no harm. `now` is the time of day, by which a
/// schedule says what is due.
[[nodiscard]] std::vector<Slot> opening_slots(const Replica& day, const NodeConfig& config,
                                              const std::vector<ConfiguredLimit>& limits,
                                              TimeNs now, std::vector<std::string>& lines);

/// The same of a day without a journal, in which nothing has been.
[[nodiscard]] std::vector<Slot> opening_slots(const NodeConfig& config, TimeNs now);

}  // namespace wirebook::node
