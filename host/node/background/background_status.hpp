// How far the background has come, for displays, tests and the closing summary.
//
// Shapes: plain values. Threads: a value. Errors: none. Cost: a copy.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>

#include "wirebook/units.hpp"

#include "node/background/background_counters.hpp"

namespace wirebook::node {

enum class BackgroundState : std::uint8_t {
  opening,  ///< its session is not there yet
  playing,
  played,     ///< to the recording's end
  exhausted,  ///< its session has no number left
  failed,     ///< the file cannot be read
};

struct BackgroundStatus {
  BackgroundState state = BackgroundState::opening;
  std::string error;  ///< of `failed`
  double speed = 1;
  std::array<std::uint64_t, BackgroundCounters::size> counts{};
  std::uint64_t live_orders = 0;  ///< of the recording
  TimeNs recorded_time{};         ///< of the last message
  std::uint64_t behind_ns = 0;    ///< how late that was
  std::uint64_t malformed = 0;    ///< messages, packets and files that broke off
  std::uint64_t reports_lost = 0;

  [[nodiscard]] std::uint64_t operator[](BackgroundCount id) const {
    return counts[static_cast<std::size_t>(id)];
  }
  /// The sum of all that went otherwise than recorded: messages and shares alike; 0 if nothing did.
  [[nodiscard]] std::uint64_t divergence() const {
    std::uint64_t sum = 0;
    for (auto i = static_cast<std::size_t>(background_divergence_first); i < counts.size(); ++i)
      sum += counts[i];
    return sum;
  }
};

/// A few lines for people.
[[nodiscard]] std::string background_text(const BackgroundStatus& status);

}  // namespace wirebook::node
