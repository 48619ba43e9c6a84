// The state that the files of a day come to.
//
//   newest good snapshot ─► Replica ◄─ slots behind it ◄─ journal::recover
//
// Shapes: see replica.hpp and journal/recovery.hpp. Threads: one. Errors: as recovered_day.hpp.
// Cost: the day's slots through the engine.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "node/recovery/recovered_day.hpp"

namespace wirebook::node {

struct DayState {
  std::unique_ptr<Replica> replica;
  std::uint64_t closed_behind = 0;  ///< behind the last C of the stream that was read; 0: none
};

/// `reaches`: so far the journal was there, and synced, when the last run began. What was read goes
/// into `day`.
[[nodiscard]] DayState read_day(const NodeConfig& config, journal::Store& store,
                                const std::string& path, std::uint64_t reaches, RecoveredDay& day,
                                const journal::RecoveryProgress& progress);

[[noreturn]] void refuse_file(int error, const std::string& file, const char* what);

}  // namespace wirebook::node
