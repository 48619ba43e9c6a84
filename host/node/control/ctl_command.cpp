#include "node/control/ctl_command.hpp"

#include <chrono>
#include <cstdio>
#include <iostream>
#include <memory>
#include <string>
#include <system_error>
#include <thread>
#include <vector>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include "node/config/config_command.hpp"
#include "node/control/control_request.hpp"
#include "node/control/ctl_client.hpp"
#include "node/control/ctl_text.hpp"

namespace wirebook::node {

namespace {

struct CtlOptions {
  std::string socket;
  std::string config;
  bool json = false;
  bool watch = false;
  double timeout_s = 30;
  std::vector<std::string> words;
};

/// False if it was refused.
bool ask(CtlClient& client, const std::string& line, bool json) {
  const std::string answer = client.ask(line);
  const CtlText text = ctl_text(answer);
  if (json)
    fmt::print("{}\n", answer);
  else
    fmt::print(text.ok ? stdout : stderr, "{}{}", text.ok ? "" : "wirebook ctl: ", text.text);
  std::fflush(stdout);
  return text.ok;
}

/// Each line of standard input.
bool ask_all(CtlClient& client, bool json) {
  if (isatty(STDIN_FILENO) != 0)
    fmt::print(stderr, "A line each, such as help or status; ctrl-D ends.\n");
  bool ok = true;
  for (std::string line; std::getline(std::cin, line);)
    if (!line.empty() && line[0] != '#')
      ok = ask(client, line, json) && ok;
  return ok;
}

[[noreturn]] void watch(CtlClient& client, const std::string& line, bool json) {
  const bool is_terminal = isatty(STDOUT_FILENO) != 0 && !json;
  for (;;) {
    if (is_terminal)
      fmt::print("\x1b[H\x1b[2J");
    ask(client, line, json);
    std::this_thread::sleep_for(std::chrono::seconds(1));
  }
}

ExitCode run_ctl(const CtlOptions& options) {
  std::string socket = options.socket;
  if (!options.config.empty()) {
    const std::optional<NodeConfig> config = load_config_or_report(options.config);
    if (!config)
      return ExitCode::configuration;
    socket = config->control.socket;
    if (socket.empty()) {
      fmt::print(stderr, "wirebook ctl: {} has no control.socket\n", options.config);
      return ExitCode::configuration;
    }
  }
  if (socket.empty()) {
    fmt::print(stderr, "wirebook ctl: which node? --socket PATH, or --config node.toml\n");
    return ExitCode::usage;
  }
  try {
    CtlClient client(
        socket, std::chrono::milliseconds(static_cast<std::int64_t>(options.timeout_s * 1000)));
    const std::string line = fmt::format("{}", fmt::join(options.words, " "));
    if (options.watch)
      watch(client, line.empty() ? "status" : line, options.json);
    const bool ok = line.empty() ? ask_all(client, options.json) : ask(client, line, options.json);
    return ok ? ExitCode::ok : ExitCode::check_failed;
  } catch (const std::system_error& error) {
    fmt::print(stderr, "wirebook ctl: {}\n", error.what());
    return ExitCode::io;
  }
}

}  // namespace

void add_ctl_command(CLI::App& app, ExitCode& result) {
  CLI::App* command =
      app.add_subcommand("ctl", "Halt, kill, break, add, limit: act on a running node");
  auto options = std::make_shared<CtlOptions>();
  CLI::Option* const socket =
      command->add_option("--socket", options->socket, "The node's control socket");
  command->add_option("--config", options->config, "… or the configuration that names it")
      ->excludes(socket);
  command->add_flag("--json", options->json, "The answer as the node gives it");
  command->add_flag("--watch", options->watch, "Ask again each second; status unless told");
  command->add_option("--timeout", options->timeout_s, "Seconds to wait for an answer")
      ->capture_default_str()
      ->check(CLI::Range(0.001, 3600.0));
  command
      ->add_option("words", options->words,
                   "What is asked for; without it, each line of standard input")
      ->check([](const std::string& word) {
        return std::string(word.find('\n') == std::string::npos
                               ? ""
                               : "a line feed would make two requests of it");
      });
  command->prefix_command(false);
  command->footer("What can be asked for:\n" + std::string(control_help()));
  command->callback([options, &result] { result = run_ctl(*options); });
}

}  // namespace wirebook::node
