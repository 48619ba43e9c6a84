// The demo's card: an address for it on this machine, and what the simulator says of its kernel.
//
// A simulated card listens where the host programs it to, so the demo chooses a free port. When it
// is closed it writes a report, with the kernel's own cycles.
//
// Shapes: see SimulatedKernel. Threads: one. Errors: std::system_error where the host gives no
// port; no report is nothing. Cost: start-up and end only.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "node/config/config.hpp"

namespace wirebook::node {

/// Of frames that found the kernel at rest: from the last beat of the frame on the kernel's input
/// to its first slot on the way to memory.
struct SimulatedKernel {
  double clock_mhz = 0;
  std::uint64_t cycles = 0;  ///< that were simulated
  std::uint64_t frames_in = 0;
  std::uint64_t frames_out = 0;
  std::uint64_t slots = 0;
  std::uint64_t measured = 0;  ///< frames behind the figures below
  std::uint64_t cycles_min = 0;
  std::uint64_t cycles_median = 0;
  std::uint64_t cycles_max = 0;

  [[nodiscard]] double ns(std::uint64_t of_cycles) const {
    return clock_mhz > 0 ? static_cast<double>(of_cycles) * 1000 / clock_mhz : 0;
  }
};

/// 127.0.0.2 and a port that nobody has: a card's address is not that of its clients' host.
[[nodiscard]] Endpoint free_card_endpoint();

/// Where the simulator will report to. Before the card is opened; it is told by the environment
/// variable WIREBOOK_SIM_REPORT, whose value stays if it has one.
class SimulationReport {
 public:
  SimulationReport();
  ~SimulationReport();
  SimulationReport(const SimulationReport&) = delete;
  SimulationReport& operator=(const SimulationReport&) = delete;

  /// When the card is closed.
  [[nodiscard]] std::optional<SimulatedKernel> read() const;

 private:
  std::string file_;
  bool is_ours_ = false;
};

}  // namespace wirebook::node
