#include "node/journal_commands/journal_migrate_command.hpp"

#include <memory>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <fmt/format.h>

#include "journal/migrate.hpp"
#include "node/journal_commands/journal_progress.hpp"
#include "node/journal_commands/journal_run.hpp"

namespace wirebook::node {

namespace {

ExitCode run_migrate(const journal::MigrateOptions& options) {
  const auto io = journal::open_piece_io();
  journal::MigrateReport report;
  {
    JournalProgress progress("migrate");
    report = journal::migrate(*io, options,
                              [&](const journal::ArchiveProgress& now) { progress.show(now); });
  }
  fmt::print("migrated {} segments, {} slots, to format version {}; {} had it already\n",
             report.migrated, report.slots, journal::segment_version, report.current);
  return ExitCode::ok;
}

}  // namespace

void add_journal_migrate_command(CLI::App& journal, ExitCode& result) {
  auto options = std::make_shared<journal::MigrateOptions>();
  CLI::App* const command =
      journal.add_subcommand("migrate", "Bring segments of older format versions forward");
  command->add_option("--dir", options->directory, "The journal's directory")
      ->required()
      ->type_name("DIR");
  command->add_option("--to", options->to, "Another directory for the result [in place]")
      ->type_name("DIR2");
  command->callback([options, &result] {
    result = run_journal_command("migrate", [&] { return run_migrate(*options); });
  });
}

}  // namespace wirebook::node
