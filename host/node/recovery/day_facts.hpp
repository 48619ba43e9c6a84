// What a day's stream means beyond its slots: who its session numbers are, how large the engine is
// that refuses orders for want of room, and which instruments it has to have room for. It lies
// beside the segments, and a start that says otherwise is refused, as replies would go to somebody
// else, or orders be refused that were not.
//
//   <day's directory>/node.facts        lines of "key = value", the last one a checksum
//
// Shapes: text. Threads: one. Errors: `disagreement` gives a text that names the key; files as
// errno. Cost: start-up only.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "journal/store.hpp"
#include "node/config/config.hpp"
#include "node/recovery/limit_slots.hpp"

namespace wirebook::node {

inline constexpr const char* day_facts_name = "node.facts";

struct DayFacts {
  /// Of the configuration: these stay for the day; others may be added behind them.
  std::vector<std::pair<std::string, std::string>> fixed;
  LimitFacts limits;  ///< of the configuration when the last run began: see limit_slots.hpp
  JournalMode mode = JournalMode::durable;  ///< of the last run
  /// The epoch since which the history is what clients were told; 0: since the day began.
  std::uint32_t history_epoch = 0;
  std::uint64_t begin_sequence = 0;  ///< of the first slot that the last run wrote, if it wrote any
  std::uint64_t opening_slots = 0;   ///< so many slots are the last run's opening
};

[[nodiscard]] DayFacts day_facts(const NodeConfig& config);
/// What is fixed in `recorded` and is otherwise, or missing, in `now`; empty: nothing.
[[nodiscard]] std::string disagreement(const DayFacts& recorded, const DayFacts& now);

/// `found` tells whether there is such a file. Returns an errno; EBADMSG: it is not readable.
[[nodiscard]] int read_day_facts(journal::Store& store, DayFacts& facts, bool& found);
[[nodiscard]] int write_day_facts(journal::Store& store, const DayFacts& facts);

/// `name` for a history that is not the one that clients of the name know: its last characters
/// become E and the epoch, or F and the epoch if that was its name.
[[nodiscard]] Alpha<10> session_name_of(const Alpha<10>& name, std::uint32_t history_epoch);

}  // namespace wirebook::node
