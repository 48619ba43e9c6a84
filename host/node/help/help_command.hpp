// `wirebook help [page]`: what a client's author has to know.
//
// Threads: main. Errors: an unknown page is a wrong command line; end in `result`.
// Cost: start-up only.
#pragma once

#include <CLI/App.hpp>

#include "wirebook/exit_code.hpp"

namespace wirebook::node {

void add_help_command(CLI::App& app, ExitCode& result);

}  // namespace wirebook::node
