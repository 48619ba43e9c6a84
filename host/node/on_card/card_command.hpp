// `wirebook card info` and `wirebook card test` as subcommands of the program.
//
// Threads: main. Errors: end in `result`; no card, or one that failed, is `ExitCode::card`.
// Cost: start-up only.
#pragma once

#include <CLI/App.hpp>

#include "wirebook/exit_code.hpp"

namespace wirebook::node {

void add_card_command(CLI::App& app, ExitCode& result);

}  // namespace wirebook::node
