// `wirebook run` as a subcommand of the program.
//
// Threads: main. Errors: end in `result`. Cost: start-up only.
#pragma once

#include <CLI/App.hpp>

#include "wirebook/exit_code.hpp"

namespace wirebook::node {

void add_run_command(CLI::App& app, ExitCode& result);

}  // namespace wirebook::node
