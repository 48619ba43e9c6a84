#include "card/card_config.hpp"

#include <bit>
#include <limits>
#include <string>
#include <string_view>

namespace wirebook::card {

namespace {

void check_power(std::string_view name, std::uint32_t value, std::uint32_t min, std::uint32_t max) {
  if (std::has_single_bit(value) && value >= min && value <= max)
    return;
  throw CardError("card: " + std::string(name) + " is " + std::to_string(value) +
                  ", it must be a power of two from " + std::to_string(min) + " to " +
                  std::to_string(max));
}

}  // namespace

void check_config(const CardConfig& config) {
  check_power("ring_slots", config.ring_slots, card_ring_slots_min, 1U << 31);
  check_power("inject_slots", config.inject_slots, 1U << 6, 1U << 20);
  check_power("punt_cells", config.punt_cells, 2, 1U << 15);
  check_power("transmit_cells", config.transmit_cells, 2, 1U << 15);
  const std::uint64_t period = config.clock_slot_every_ns;
  constexpr std::uint64_t period_min = 1'000;
  constexpr std::uint64_t period_max = std::numeric_limits<std::uint32_t>::max();
  if (period != 0 && (period < period_min || period > period_max))
    throw CardError("card: a clock slot each " + std::to_string(period) + " ns; it must be 0 or " +
                    std::to_string(period_min) + " to " + std::to_string(period_max));
}

}  // namespace wirebook::card
