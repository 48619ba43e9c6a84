// `wirebook journal migrate`.
//
// Threads: main. Errors: end in `result`: `journal` for damage, `usage` for a version that is not
// known, `io`. Cost: see host/journal/ARCHIVE.md.
#pragma once

#include <CLI/App.hpp>

#include "wirebook/exit_code.hpp"

namespace wirebook::node {

void add_journal_migrate_command(CLI::App& journal, ExitCode& result);

}  // namespace wirebook::node
