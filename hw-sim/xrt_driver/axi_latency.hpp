// How long the simulated host memory takes to answer.
#pragma once

#include <cstdint>

namespace wirebook::hw_sim {

/// In cycles. Shorter than a PCIe card's (about 250 for a read), to spare the simulator waiting.
struct AxiLatency {
  std::uint32_t write = 16;
  std::uint32_t read = 48;
};

}  // namespace wirebook::hw_sim
