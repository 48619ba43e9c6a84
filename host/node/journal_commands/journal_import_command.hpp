// `wirebook journal import`.
//
// Threads: main. Errors: end in `result`: `malformed` for a line that cannot be taken, which is
// named, `usage` if there is a journal already, `io`. Then nothing is left of it.
// Cost: see host/journal/ARCHIVE.md.
#pragma once

#include <CLI/App.hpp>

#include "wirebook/exit_code.hpp"

namespace wirebook::node {

void add_journal_import_command(CLI::App& journal, ExitCode& result);

}  // namespace wirebook::node
