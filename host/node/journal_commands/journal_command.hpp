// `wirebook journal ls`, `verify`, `cat` and `stat` as subcommands of the program.
//
// Threads: main. Errors: end in `result`: `ExitCode::journal` where something is wrong with the
// journal, `io` where there is none or it cannot be read. Cost: a pass over the journal, but `ls`.
#pragma once

#include <CLI/App.hpp>

#include "wirebook/exit_code.hpp"

namespace wirebook::node {

void add_journal_command(CLI::App& app, ExitCode& result);

}  // namespace wirebook::node
