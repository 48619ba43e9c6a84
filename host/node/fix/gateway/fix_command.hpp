// `wirebook fix`: FIX order entry as a process of its own, in front of any node.
//
// Threads: main, and the gateway's. Errors: end in `result`. Cost: start-up only.
#pragma once

#include <CLI/App.hpp>

#include "wirebook/exit_code.hpp"

namespace wirebook::fix {

void add_fix_command(CLI::App& app, ExitCode& result);

}  // namespace wirebook::fix
