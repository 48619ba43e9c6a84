#include "node/journal_commands/journal_import_command.hpp"

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <fmt/format.h>

#include "journal/archive.hpp"
#include "journal/data_file.hpp"
#include "journal/segment_check.hpp"
#include "node/journal_commands/journal_import_lines.hpp"
#include "node/journal_commands/journal_run.hpp"
#include "wire_in/mapped_file.hpp"

namespace wirebook::node {

namespace {

namespace fs = std::filesystem;

struct ImportOptions {
  std::string input;
  std::string directory;
  std::uint32_t day = 0;
  std::uint32_t shard = 0;
};

bool is_of_a_journal(const fs::path& path) {
  std::string name = path.filename().string();
  if (name.ends_with(".new"))
    name.resize(name.size() - 4);
  return journal::parse_segment_name(name).has_value();
}

/// Enough for all of it, without room for a whole day where a few lines come.
std::uint64_t segment_slots_for(std::size_t text_bytes) {
  constexpr std::uint64_t slots_min = 4096;
  constexpr std::uint64_t slots_max = std::uint64_t{4} << 20;
  constexpr std::size_t bytes_a_slot = 16;  // the shortest line has more
  return std::clamp<std::uint64_t>(std::bit_ceil(text_bytes / bytes_a_slot), slots_min, slots_max);
}

/// What of an import is in the directory, which had nothing of the kind before.
void remove_segments(const std::string& directory) {
  for (const auto& entry : fs::directory_iterator(directory))
    if (is_of_a_journal(entry.path()))
      fs::remove(entry.path());
}

ExitCode run_import(const ImportOptions& options) {
  const wire_in::MappedFile input(options.input);
  if (!input.error().empty()) {
    fmt::print(stderr, "wirebook journal import: {}\n", input.error());
    return ExitCode::io;
  }
  journal::make_directories(options.directory);
  for (const auto& entry : fs::directory_iterator(options.directory))
    if (is_of_a_journal(entry.path()))
      throw journal::ArchiveRefusal("--dir " + options.directory +
                                    " has a journal; an import begins a fresh one");
  const auto text = input.bytes();
  try {
    const ImportSums sums = import_lines(
        {reinterpret_cast<const char*>(text.data()), text.size()},
        {.directory = options.directory,
         .segment_slots = segment_slots_for(text.size()),
         .shard = options.shard,
         .trading_day = options.day == 0 ? journal::trading_day_today() : options.day});
    fmt::print("imported {} lines: sequences {} to {}\n", sums.lines, sums.first, sums.tail);
    return ExitCode::ok;
  } catch (const MalformedLine& line) {
    fmt::print(stderr, "wirebook journal import: {}:{}: {}\n", options.input, line.line(),
               line.what());
    remove_segments(options.directory);
    return ExitCode::malformed;
  } catch (...) {
    remove_segments(options.directory);
    throw;
  }
}

}  // namespace

void add_journal_import_command(CLI::App& journal, ExitCode& result) {
  auto options = std::make_shared<ImportOptions>();
  CLI::App* const command = journal.add_subcommand(
      "import", "A fresh journal from JSON lines, as replay reads and cat writes them");
  command->add_option("--in", options->input, "JSON lines; - is standard input")
      ->required()
      ->type_name("FILE");
  command->add_option("--dir", options->directory, "The journal's directory; made if need be")
      ->required()
      ->type_name("DIR");
  command->add_option("--day", options->day, "Its trading day [today]")->type_name("YYYYMMDD");
  command->add_option("--shard", options->shard, "Its shard [0]")->type_name("N");
  command->callback([options, &result] {
    result = run_journal_command("import", [&] { return run_import(*options); });
  });
}

}  // namespace wirebook::node
