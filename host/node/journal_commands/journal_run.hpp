// What the journal's commands that write have in common: how they end.
//
// Threads: main. Errors: to stderr, and an exit code. Cost: none.
#pragma once

#include <functional>
#include <string_view>

#include "wirebook/exit_code.hpp"

namespace wirebook::node {

/// Runs it; what it throws becomes a line and an exit code: damage 6, its place in the last line,
/// refusals 2, files 5.
ExitCode run_journal_command(std::string_view name, const std::function<ExitCode()>& command);

}  // namespace wirebook::node
