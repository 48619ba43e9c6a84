// The tables of the venue's day: [control] and [schedule].
//
// Shapes: see config.hpp and config_table.hpp. Threads: one. Errors: collected in the table's list.
// Cost: start-up only.
#pragma once

#include <string>

#include "node/config/config.hpp"
#include "node/config/config_table.hpp"

namespace wirebook::node {

/// `[control]`; instruments and `[engine]` have been read.
void read_control(ConfigTable table, NodeConfig& config);
/// `[schedule]`, which is on where it is there.
void read_schedule(ConfigTable& root, NodeConfig& config);

/// Empty where there is none.
[[nodiscard]] std::string control_toml(const ControlTable& control);
[[nodiscard]] std::string schedule_toml(const ScheduleTable& schedule);

/// With [control] and no `engine.instruments`: room for so many more than are configured.
inline constexpr std::uint32_t instruments_to_add = 64;

/// With [schedule] a session name is so long at most: the month and the day follow it.
inline constexpr std::size_t scheduled_name_bytes_max = 4;

}  // namespace wirebook::node
