// The program: one subcommand a task. Each ends with an ExitCode.
#include <cstdio>
#include <exception>

#include <CLI/CLI.hpp>

#include "wirebook/exit_code.hpp"

#include "node/config/check_config_command.hpp"
#include "node/control/ctl_command.hpp"
#include "node/demo/demo_command.hpp"
#include "node/feed/feed_command.hpp"
#include "node/fix/gateway/fix_command.hpp"
#include "node/help/help_command.hpp"
#include "node/journal_commands/journal_command.hpp"
#include "node/load/load_command.hpp"
#include "node/on_card/card_command.hpp"
#include "node/order_entry/hash_password_command.hpp"
#include "node/replay/replay_command.hpp"
#include "node/run/run_command.hpp"
#include "node/simulation/simulate_command.hpp"

namespace {

int run_program(int argc, char** argv) {
  using wirebook::ExitCode;
  CLI::App app("A trading node: an order is one 64-byte slot from the wire to the disk",
               "wirebook");
  app.require_subcommand(1);
  app.set_version_flag("--version", WIREBOOK_VERSION);

  ExitCode result = ExitCode::ok;
  wirebook::node::add_run_command(app, result);
  wirebook::node::add_check_config_command(app, result);
  wirebook::node::add_ctl_command(app, result);
  wirebook::node::add_replay_command(app, result);
  wirebook::node::add_load_command(app, result);
  wirebook::node::add_demo_command(app, result);
  wirebook::node::add_feed_command(app, result);
  wirebook::node::add_card_command(app, result);
  wirebook::node::add_hash_password_command(app, result);
  wirebook::fix::add_fix_command(app, result);
  wirebook::node::add_help_command(app, result);
  wirebook::node::add_journal_command(app, result);
  wirebook::simulation::add_simulate_command(app, result);

  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    // Help and version end well; anything else is a wrong command line.
    const bool asked_for = error.get_exit_code() == 0;
    app.exit(error);
    result = asked_for ? ExitCode::ok : ExitCode::usage;
  }
  return static_cast<int>(result);
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return run_program(argc, argv);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "wirebook: internal error: %s\n", error.what());
    return static_cast<int>(wirebook::ExitCode::internal);
  }
}
