// Names that an image for the simulated card and its driver agree on.
#pragma once

#include <cstdint>

namespace wirebook::hw_sim {

inline constexpr char simulated_platform[] = "wirebook_simulated_card_verilator_1";
inline constexpr char simulated_host_memory[] = "HOST[0]";
inline constexpr std::uint16_t simulated_clock_mhz = 300;

}  // namespace wirebook::hw_sim
