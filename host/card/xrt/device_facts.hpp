// What XRT says of a device in its own JSON, as numbers; nothing for what it does not know.
//
// Shapes: the texts of xrt::info::device::{thermal, electrical, pcie_info} as of XRT 2.13.
// Threads: pure. Errors: a text that is not as expected has no value in it. Cost: parsing.
// Specification: XRT's sensor and platform reports.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace wirebook::card {

/// Of the FPGA, if there is a sensor for it, else the hottest that there is.
[[nodiscard]] std::optional<double> temperature_in(const std::string& thermal);
[[nodiscard]] std::optional<double> power_in(const std::string& electrical);
/// Enabled for the card to write to.
[[nodiscard]] std::optional<std::uint64_t> host_memory_in(const std::string& pcie_info);

}  // namespace wirebook::card
