#include "node/help/help_command.hpp"

#include <algorithm>
#include <memory>
#include <string>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <fmt/format.h>

#include "node/help/help_pages.hpp"

namespace wirebook::node {

namespace {

std::string list_of_pages() {
  std::string list;
  for (const HelpPage& page : help_pages())
    list += fmt::format("  wirebook help {:<6} {}\n", page.name, page.title());
  return list;
}

ExitCode show(const std::string& name, const CLI::App& app) {
  if (name.empty()) {
    // Its own `help` would be that of the command which was given, this one.
    fmt::print("{}\nPages for those who write a client:\n{}",
               app.get_formatter()->make_help(&app, "wirebook", CLI::AppFormatMode::Normal),
               list_of_pages());
    return ExitCode::ok;
  }
  const auto pages = help_pages();
  const auto found = std::find_if(pages.begin(), pages.end(),
                                  [&](const HelpPage& page) { return page.name == name; });
  const auto commands =
      app.get_subcommands([&](const CLI::App* command) { return command->get_name() == name; });
  if (found != pages.end()) {
    fmt::print("{}", found->text);
  } else if (!commands.empty()) {
    fmt::print("{}", commands.front()->help("wirebook"));
  } else {
    fmt::print(stderr, "help: there is no page \"{}\"; there are\n{}", name, list_of_pages());
    return ExitCode::usage;
  }
  return ExitCode::ok;
}

}  // namespace

void add_help_command(CLI::App& app, ExitCode& result) {
  CLI::App* command =
      app.add_subcommand("help", "How to connect a client: wirebook help ouch, help itch, …");
  auto page = std::make_shared<std::string>();
  command->add_option("page", *page, "The page, or the command; without it, what there is");
  command->callback([page, &app, &result] { result = show(*page, app); });
}

}  // namespace wirebook::node
