#include "node/run_command.hpp"

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

#include "node/config_command.hpp"
#include "node/node.hpp"
#include "node/summary.hpp"

namespace wirebook::node {

namespace {

/// SIGINT and SIGTERM, blocked in this thread and in all that it starts from here on.
class EndSignals {
 public:
  EndSignals() {
    sigemptyset(&signals_);
    sigaddset(&signals_, SIGINT);
    sigaddset(&signals_, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &signals_, &before_);
  }
  ~EndSignals() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }
  EndSignals(const EndSignals&) = delete;
  EndSignals& operator=(const EndSignals&) = delete;

  [[nodiscard]] int wait() const {
    int signal = 0;
    sigwait(&signals_, &signal);
    return signal;
  }

 private:
  sigset_t signals_{};
  sigset_t before_{};
};

ExitCode run_node(const std::string& file) {
  const std::optional<NodeConfig> config = load_config_or_report(file);
  if (!config)
    return ExitCode::configuration;

  const auto log = spdlog::stderr_color_mt("wirebook");
  const EndSignals signals;
  try {
    Node node(*config);
    node.start();
    for (const std::string& line : node.start_lines())
      log->info(line);
    log->info("running; SIGINT or SIGTERM ends it");
    log->info("{}: ending", strsignal(signals.wait()));
    node.stop();
    fmt::print("{}", summary_text(node.status()));
  } catch (const std::system_error& error) {
    log->error("{}", error.what());
    return ExitCode::io;
  }
  return ExitCode::ok;
}

}  // namespace

void add_run_command(CLI::App& app, ExitCode& result) {
  CLI::App* command = app.add_subcommand("run", "Run a node until SIGINT or SIGTERM");
  auto file = std::make_shared<std::string>();
  command->add_option("--config", *file, "The node's configuration file")->required();
  command->callback([file, &result] { result = run_node(*file); });
}

}  // namespace wirebook::node
