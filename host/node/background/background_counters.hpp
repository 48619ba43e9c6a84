// What the background has played, and where the market went another way than its recording.
//
// Shapes: see metrics/counters.hpp. Threads: the player adds, any reads. Errors: none.
// Cost: a store. Specification: README.md of this folder.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "metrics/counters.hpp"

namespace wirebook::node {

enum class BackgroundCount : std::uint8_t {
  messages,         ///< of the recording, read so far
  adds,             ///< A F: orders that were sent
  cancels,          ///< X D
  replaces,         ///< U
  executions,       ///< E C: orders that came to take what rested
  trading_states,   ///< H
  skipped,          ///< messages that ask nothing of an engine
  recorded_shares,  ///< traded by the orders of the recording, as there
  slot_bytes,       ///< of all that was sent
  // Divergence.
  gone,                 ///< messages about an order that has ended here before its time
  unknown_reference,    ///< … about one that the recording itself never had
  duplicate_reference,  ///< adds of a reference that is there
  unsendable,           ///< quantity 0, a price or a letter that no order can have
  rejected,             ///< by the engine
  taken_shares,         ///< background orders traded with clients
  crossed_shares,       ///< two of them traded where the recording has no trade
  other_shares,         ///< an execution traded with another order than the recorded one
  unfilled_shares,      ///< … or with nobody
  ended_shares,         ///< that the venue canceled: a kill, the day's end
  count_,
};

constexpr std::string_view to_string(BackgroundCount count) {
  constexpr std::array<std::string_view, static_cast<std::size_t>(BackgroundCount::count_)> names{
      "messages",          "adds",
      "cancels",           "replaces",
      "executions",        "trading_states",
      "skipped",           "recorded_shares",
      "slot_bytes",        "gone",
      "unknown_reference", "duplicate_reference",
      "unsendable",        "rejected",
      "taken_shares",      "crossed_shares",
      "other_shares",      "unfilled_shares",
      "ended_shares"};
  return names[static_cast<std::size_t>(count)];
}

inline constexpr auto background_divergence_first = BackgroundCount::gone;

using BackgroundCounters = metrics::Counters<BackgroundCount>;

}  // namespace wirebook::node
