#include "node/fix/gateway/fix_command.hpp"

#include <csignal>
#include <cstring>
#include <memory>
#include <string>
#include <system_error>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <fmt/format.h>
#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>

#include "node/config/config_command.hpp"
#include "node/fix/gateway/fix_beside.hpp"
#include "node/recovery/recovered_day.hpp"

namespace wirebook::fix {

namespace {

/// As if the node of this configuration were beside us.
node::NodeStatus somewhere(const node::NodeConfig& config) {
  node::NodeStatus status;
  if (config.soup.on) {
    status.soup.emplace();
    status.soup->listens_on = config.soup.listen;
  }
  return status;
}

ExitCode run_fix(const std::string& file) {
  const auto config = node::load_config_or_report(file);
  if (!config)
    return ExitCode::configuration;
  if (!config->fix.on) {
    fmt::print(stderr, "{}: there is no [fix]\n", file);
    return ExitCode::configuration;
  }
  const auto log = spdlog::stderr_color_mt("wirebook fix");
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);  // in the gateway's thread, too
  try {
    const auto gateway = start_beside(*config, somewhere(*config), *log);
    log->info("running; SIGINT or SIGTERM ends it");
    int signal = 0;
    sigwait(&signals, &signal);
    log->info("{}: ending", strsignal(signal));
    return ExitCode::ok;
  } catch (const node::StartRefused& refused) {
    log->error("{}", refused.what());
    return refused.code();
  } catch (const std::system_error& error) {
    log->error("{}", error.what());
    return ExitCode::io;
  }
}

}  // namespace

void add_fix_command(CLI::App& app, ExitCode& result) {
  CLI::App* command = app.add_subcommand(
      "fix", "FIX 4.4 and 5.0 SP2 order entry in front of a node's SoupBinTCP port");
  auto file = std::make_shared<std::string>();
  command->add_option("--config", *file, "The node's configuration file, with [fix]")->required();
  command->callback([file, &result] { result = run_fix(*file); });
}

}  // namespace wirebook::fix
