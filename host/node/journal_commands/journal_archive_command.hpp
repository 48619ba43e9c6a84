// `wirebook journal archive` and `restore`.
//
// Threads: main. Errors: end in `result`: `journal` for damage, whose place is the last line,
// `usage` for what must not be done, `check_failed` if segments had to be kept, `io`.
// Cost: see host/journal/ARCHIVE.md.
#pragma once

#include <CLI/App.hpp>

#include "wirebook/exit_code.hpp"

namespace wirebook::node {

void add_journal_archive_command(CLI::App& journal, ExitCode& result);
void add_journal_restore_command(CLI::App& journal, ExitCode& result);

}  // namespace wirebook::node
