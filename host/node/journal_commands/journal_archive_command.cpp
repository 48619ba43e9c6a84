#include "node/journal_commands/journal_archive_command.hpp"

#include <cstdio>
#include <memory>
#include <string>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <CLI/Validators.hpp>
#include <fmt/format.h>

#include "journal/archive.hpp"
#include "node/journal_commands/journal_progress.hpp"
#include "node/journal_commands/journal_run.hpp"

namespace wirebook::node {

namespace {

using journal::ArchiveReport;
using journal::Compression;

struct ArchiveOptions {
  std::string directory;
  std::string other;
  std::string compression = "none";
  bool remove = false;
};

Compression compression_of(const std::string& name) {
  for (const Compression one : {Compression::lz4, Compression::zstd})
    if (to_text(one) == name)
      return one;
  return Compression::none;
}

ExitCode run_archive(const ArchiveOptions& options) {
  const auto io = journal::open_piece_io();
  ArchiveReport report;
  {
    JournalProgress progress("archive");
    report = journal::archive(*io,
                              {.from = options.directory,
                               .to = options.other,
                               .compression = compression_of(options.compression),
                               .remove = options.remove,
                               .today = journal::earliest_day_today()},
                              [&](const journal::ArchiveProgress& now) { progress.show(now); });
  }
  fmt::print("archived {} segments, {} bytes in {}; {} were there; {} slots proven ({})\n",
             report.copied, report.raw_bytes, report.stored_bytes, report.found,
             report.proven_slots, io->describe());
  if (report.replaced != 0)
    fmt::print("{} of them over copies that differed\n", report.replaced);
  if (report.open != 0)
    fmt::print("{} segments are still written to, or made ahead, and were left\n", report.open);
  if (options.remove)
    fmt::print("removed {} segments from {}\n", report.removed, options.directory);
  if (report.kept.empty())
    return ExitCode::ok;
  fmt::print(stderr, "wirebook journal archive: --remove keeps what is left from here on: {}\n",
             report.kept);
  return ExitCode::check_failed;
}

ExitCode run_restore(const ArchiveOptions& options) {
  const auto io = journal::open_piece_io();
  ArchiveReport report;
  {
    JournalProgress progress("restore");
    report = journal::restore(*io, {.from = options.other, .to = options.directory},
                              [&](const journal::ArchiveProgress& now) { progress.show(now); });
  }
  fmt::print("restored {} segments, {} bytes; {} were there; {} slots proven ({})\n", report.copied,
             report.raw_bytes, report.found, report.proven_slots, io->describe());
  return ExitCode::ok;
}

}  // namespace

void add_journal_archive_command(CLI::App& journal, ExitCode& result) {
  auto options = std::make_shared<ArchiveOptions>();
  CLI::App* const command = journal.add_subcommand(
      "archive", "Copy sealed segments to another directory, each slot proven");
  command->add_option("--dir", options->directory, "The journal's directory")
      ->required()
      ->type_name("DIR");
  command->add_option("--to", options->other, "The archive's directory; made if need be")
      ->required()
      ->type_name("DIR2");
  command->add_option("--compress", options->compression, "none, lz4 or zstd, over columns [none]")
      ->check(CLI::IsMember({"none", "lz4", "zstd"}))
      ->type_name("HOW");
  command->add_flag("--remove", options->remove,
                    "Then remove them from --dir; never those of the current trading day");
  command->callback([options, &result] {
    result = run_journal_command("archive", [&] { return run_archive(*options); });
  });
}

void add_journal_restore_command(CLI::App& journal, ExitCode& result) {
  auto options = std::make_shared<ArchiveOptions>();
  CLI::App* const command =
      journal.add_subcommand("restore", "Bring archived segments back, the same bytes");
  command->add_option("--from", options->other, "The archive's directory")
      ->required()
      ->type_name("DIR2");
  command->add_option("--dir", options->directory, "The journal's directory; made if need be")
      ->required()
      ->type_name("DIR");
  command->callback([options, &result] {
    result = run_journal_command("restore", [&] { return run_restore(*options); });
  });
}

}  // namespace wirebook::node
