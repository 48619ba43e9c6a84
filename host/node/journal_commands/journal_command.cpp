#include "node/journal_commands/journal_command.hpp"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <limits>
#include <memory>
#include <string>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "journal/journal_files.hpp"
#include "journal/reader.hpp"
#include "journal/verify.hpp"
#include "node/journal_commands/journal_archive_command.hpp"
#include "node/journal_commands/journal_import_command.hpp"
#include "node/journal_commands/journal_migrate_command.hpp"
#include "node/journal_commands/journal_report.hpp"
#include "node/json/json_slots.hpp"

namespace wirebook::node {

namespace {

using journal::Journal;
using journal::Reader;

struct ReadOptions {
  std::string directory;
  std::uint64_t from = 0;
  std::uint64_t to = std::numeric_limits<std::uint64_t>::max();
};

/// False if not all of it arrived: who reads it must not take a part for the whole.
bool print(const std::string& text) {
  return std::fwrite(text.data(), 1, text.size(), stdout) == text.size();
}

ExitCode finish(bool printed, bool whole) {
  if (!printed || std::fflush(stdout) != 0) {
    fmt::print(stderr, "wirebook journal: standard output could not be written\n");
    return ExitCode::io;
  }
  return whole ? ExitCode::ok : ExitCode::journal;
}

bool is_in_last_epoch(const Journal& journal, const journal::VerifyReport& report) {
  return std::any_of(report.faults.begin(), report.faults.end(), [&](const journal::Fault& fault) {
    return journal.segments()[fault.segment].epoch() == journal.segments().back().epoch();
  });
}

ExitCode run_ls(const Journal& journal, const ReadOptions&) {
  return finish(print(segments_text(journal)), journal.faults().empty());
}

/// A node may be writing: what was read half written is whole, or behind the tail, at another look.
/// Damage stays.
ExitCode run_verify(const Journal& journal, const ReadOptions& options) {
  constexpr int looks_max = 5;
  journal::VerifyReport report = verify(journal);
  for (int looks = 1; looks < looks_max && is_in_last_epoch(journal, report); ++looks) {
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
    const journal::JournalFiles files(options.directory);
    journal::VerifyReport next = verify(files.journal());
    if (next.faults == report.faults)
      break;
    if (next.whole())
      return finish(print(verify_text(files.journal(), next)), true);
    report = std::move(next);
  }
  return finish(print(verify_text(journal, report)), report.whole());
}

ExitCode run_stat(const Journal& journal, const ReadOptions&) {
  const JournalSums sums = stat_text(journal);
  return finish(print(sums.text), sums.whole);
}

ExitCode run_cat(const Journal& journal, const ReadOptions& options) {
  constexpr std::size_t piece_bytes = std::size_t{1} << 16;
  Reader reader(journal);
  std::string lines;
  bool printed = true;
  bool whole = true;
  for (auto step = reader.next(); step != Reader::Step::end && printed; step = reader.next()) {
    if (step == Reader::Step::fault) {
      whole = false;
      fmt::print(stderr, "{}\n", describe(journal, reader.fault()));
    } else if (const std::uint64_t sequence = reader.group().sequence; sequence >= options.to) {
      break;
    } else if (sequence >= options.from) {
      append_json_group(lines, reader.group());
    }
    if (lines.size() >= piece_bytes) {
      printed = print(lines);
      lines.clear();
    }
  }
  return finish(printed && print(lines), whole);
}

using Command = ExitCode (*)(const Journal&, const ReadOptions&);

/// A node keeps a directory for each day and shard in the one of its configuration.
std::string days_in(const std::string& directory) {
  std::vector<std::string> days;
  std::error_code error;
  for (std::filesystem::directory_iterator entries(directory, error), end; !error && entries != end;
       entries.increment(error)) {
    const std::string name = entries->path().filename().string();
    const auto is_digit = [](char letter) { return letter >= '0' && letter <= '9'; };
    if (name.size() == 13 && name[8] == '-' &&
        std::count_if(name.begin(), name.end(), is_digit) == 12)
      days.push_back(name);
  }
  std::sort(days.begin(), days.end());
  return fmt::format("{}", fmt::join(days, ", "));
}

ExitCode run(Command command, const ReadOptions& options) {
  try {
    const journal::JournalFiles files(options.directory);
    if (!files.journal().segments().empty())
      return command(files.journal(), options);
    fmt::print(stderr,
               "wirebook journal: --dir {}: no segment of a journal (<sequence>-<epoch>.wbj)\n",
               options.directory);
    if (const std::string days = days_in(options.directory); !days.empty())
      fmt::print(stderr, "wirebook journal: give the directory of a day: in {} there are {}\n",
                 options.directory, days);
  } catch (const std::system_error& error) {
    fmt::print(stderr, "wirebook journal: {}\n", error.what());
  }
  return ExitCode::io;
}

}  // namespace

void add_journal_command(CLI::App& app, ExitCode& result) {
  CLI::App* const group = app.add_subcommand("journal", "Look at a journal, check it, archive it");
  group->require_subcommand(1);
  auto options = std::make_shared<ReadOptions>();
  const auto add = [&](const char* name, const char* text, Command command) {
    CLI::App* const one = group->add_subcommand(name, text);
    one->add_option("--dir", options->directory, "The journal's directory")
        ->required()
        ->type_name("DIR");
    one->callback([options, &result, command] { result = run(command, *options); });
    return one;
  };
  add("ls", "Its segments; slots are not looked at", run_ls);
  add("verify", "Prove every slot; the last line is `whole`, or where it is corrupt", run_verify);
  add("stat", "Count its slots by kind and epoch", run_stat);
  CLI::App* const cat = add("cat", "Its slots as JSON lines that `wirebook replay` reads", run_cat);
  cat->add_option("--from", options->from, "The first sequence [the first there is]")
      ->type_name("N");
  cat->add_option("--to", options->to, "Before this sequence [the tail]")->type_name("N");
  add_journal_archive_command(*group, result);
  add_journal_restore_command(*group, result);
  add_journal_migrate_command(*group, result);
  add_journal_import_command(*group, result);
}

}  // namespace wirebook::node
