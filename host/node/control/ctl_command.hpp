// `wirebook ctl`: what the venue does to a running node.
//
// Threads: main. Errors: ExitCode: 1 what was asked for was refused, 5 no node could be asked.
#pragma once

#include "wirebook/exit_code.hpp"

namespace CLI {
class App;
}

namespace wirebook::node {

void add_ctl_command(CLI::App& app, ExitCode& result);

}  // namespace wirebook::node
