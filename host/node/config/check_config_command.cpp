#include "node/config/check_config_command.hpp"

#include <memory>
#include <string>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <fmt/format.h>

#include "node/config/config_command.hpp"
#include "node/config/config_parser.hpp"

namespace wirebook::node {

void add_check_config_command(CLI::App& app, ExitCode& result) {
  CLI::App* command = app.add_subcommand(
      "check-config", "Check a configuration file and print the values that it leads to");
  auto file = std::make_shared<std::string>();
  command->add_option("file", *file, "The configuration file")->required();
  command->callback([file, &result] {
    const std::optional<NodeConfig> config = load_config_or_report(*file);
    result = config ? ExitCode::ok : ExitCode::configuration;
    if (config)
      fmt::print("{}\nok\n", to_toml(*config));
  });
}

}  // namespace wirebook::node
