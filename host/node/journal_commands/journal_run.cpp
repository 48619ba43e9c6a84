#include "node/journal_commands/journal_run.hpp"

#include <cstdio>
#include <system_error>

#include <fmt/format.h>

#include "journal/archive.hpp"
#include "journal/segment_parts.hpp"

namespace wirebook::node {

ExitCode run_journal_command(std::string_view name, const std::function<ExitCode()>& command) {
  try {
    return command();
  } catch (const journal::JournalDamage& damage) {
    fmt::print(stderr, "wirebook journal {}: {}\ncorrupt at {}\n", name, damage.what(),
               damage.position());
    return ExitCode::journal;
  } catch (const journal::ArchiveRefusal& refusal) {
    fmt::print(stderr, "wirebook journal {}: {}\n", name, refusal.what());
    return ExitCode::usage;
  } catch (const std::system_error& error) {
    fmt::print(stderr, "wirebook journal {}: {}\n", name, error.what());
    return ExitCode::io;
  }
}

}  // namespace wirebook::node
