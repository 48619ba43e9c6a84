#include "hw-sim/xrt_driver/card_report.hpp"

#include <fstream>
#include <numeric>

#include <fmt/format.h>

namespace wirebook::hw_sim {

std::uint64_t LatencyMeter::frames() const {
  return std::accumulate(counts_.begin(), counts_.end(), std::uint64_t{0});
}

std::uint64_t LatencyMeter::at_rank(std::uint64_t rank) const {
  for (std::size_t cycles = 0; cycles < counts_.size(); ++cycles) {
    if (rank < counts_[cycles])
      return cycles;
    rank -= counts_[cycles];
  }
  return 0;
}

std::string to_json(const CardReport& report) {
  std::string latency = R"({"frames": 0})";
  if (report.latency.frames() > 0) {
    latency = fmt::format(R"({{"frames": {}, "min": {}, "median": {}, "max": {}}})",
                          report.latency.frames(), report.latency.min(), report.latency.median(),
                          report.latency.max());
  }
  return fmt::format(R"({{
  "simulated": true,
  "wire": {:?},
  "clock_mhz": {},
  "cycles": {},
  "frames_in": {},
  "frames_out": {},
  "slots": {},
  "stray_accesses": {},
  "dma_bytes_written": {},
  "dma_bytes_read": {},
  "latency_cycles": {}
}}
)",
                     report.wire, kernel_clock_mhz, report.cycles, report.frames_in,
                     report.frames_out, report.slots, report.stray_accesses, report.bytes_written,
                     report.bytes_read, latency);
}

void write_report(const CardReport& report, const std::string& path) {
  std::ofstream file(path);
  file << to_json(report);
  if (!file.flush())
    fmt::print(stderr, "simulated card: cannot write WIREBOOK_SIM_REPORT={}\n", path);
}

}  // namespace wirebook::hw_sim
