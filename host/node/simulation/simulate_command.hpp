// `wirebook sim` as a subcommand of the program: runs of the deterministic simulator.
//
// Threads: main. Errors: end in `result`: `ExitCode::check_failed` with a finding, which is printed
// with the command that repeats it. Cost: see README.md of this folder.
#pragma once

#include <CLI/App.hpp>

#include "wirebook/exit_code.hpp"

namespace wirebook::simulation {

void add_simulate_command(CLI::App& app, ExitCode& result);

}  // namespace wirebook::simulation
