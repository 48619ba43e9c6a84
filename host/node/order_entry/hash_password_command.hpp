// `wirebook hash-password` as a subcommand of the program.
//
// Threads: main. Errors: end in `result`; a password that cannot be one is a wrong command line.
// Cost: start-up only.
#pragma once

#include <CLI/App.hpp>

#include "wirebook/exit_code.hpp"

namespace wirebook::node {

void add_hash_password_command(CLI::App& app, ExitCode& result);

}  // namespace wirebook::node
