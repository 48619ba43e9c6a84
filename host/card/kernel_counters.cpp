#include "card/kernel_counters.hpp"

namespace wirebook::card {

namespace reg = card_registers;

CardCounters read_counters(Registers& registers) noexcept {
  registers.write(reg::snapshot, 1);
  // Counters do not share the high half that other wide registers leave behind.
  const auto count = [&](std::uint32_t base, std::uint32_t index) {
    return registers.read64(base + index * reg::events_stride);
  };
  CardCounters now;
  for (std::uint32_t i = 0; i < outcome_count; ++i)
    now.outcomes.count[i] = count(reg::outcomes, i);
  now.frames_admitted = count(reg::events, 0);
  now.frames_dropped_full = count(reg::events, 1);
  now.frames_dropped_stopped = count(reg::events, 2);
  now.slots = count(reg::events, 3);
  now.punted = count(reg::events, 4);
  now.punts_dropped = count(reg::events, 5);
  now.frames_sent = count(reg::events, 6);
  now.bad_cells = count(reg::events, 7);
  // The kernel counts these as events only.
  now.outcomes.count[static_cast<std::size_t>(Outcome::punted)] = now.punted;
  now.outcomes.count[static_cast<std::size_t>(Outcome::punt_dropped)] = now.punts_dropped;
  return now;
}

}  // namespace wirebook::card
