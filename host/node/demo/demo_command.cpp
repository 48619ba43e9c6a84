#include "node/demo/demo_command.hpp"

#include <memory>
#include <string>

#include <CLI/CLI.hpp>

#include "node/config/word_option.hpp"
#include "node/demo/demo.hpp"
#include "node/load/load_interrupt.hpp"

namespace wirebook::node {

void add_demo_command(CLI::App& app, ExitCode& result) {
  CLI::App* command =
      app.add_subcommand("demo", "A node, its clients and a feed listener, on this machine");
  auto options = std::make_shared<DemoOptions>();
  command->add_option("--seconds", options->seconds, "How long to trade (20)")
      ->check(CLI::Range(0.1, 86'400.0));
  command
      ->add_option("--rate", options->rate,
                   "Messages a second over all sessions (20000; 500 on a simulated card)")
      ->check(CLI::Range(1.0, 1e7));
  command->add_option("--sessions", options->sessions, "Client sessions")
      ->capture_default_str()
      ->check(CLI::Range(1, 64));
  command->add_option("--seed", options->seed, "Of every random choice")->capture_default_str();
  take_word<LoadWait>(
      command->add_option("--wait", options->wait, "What the clients do while nothing is due"),
      {{"poll", LoadWait::poll}, {"yield", LoadWait::yield}, {"spin", LoadWait::spin}});
  take_word<JournalMode>(
      command->add_option("--journal", options->journal,
                          "durable: nothing is answered before it is on the disk"),
      {{"off", JournalMode::off}, {"async", JournalMode::async}, {"durable", JournalMode::durable}})
      ->default_str("durable");
  command->add_option("--journal-dir", options->journal_dir,
                      "On which disk: its directory is made there, and deleted at the end");
  command->add_option("--card", options->card, "soft: sockets; or the image of a card")
      ->capture_default_str()
      ->type_name("soft|FILE.xclbin");
  command->add_flag("--plain", options->plain, "Lines instead of the live view");
  command->add_option("--hgrm", options->files.hgrm, "Latencies as an HdrHistogram file");
  command->add_option("--json", options->files.json, "All figures as JSON");
  command->callback([options, &result] {
    const LoadInterrupt interrupt;
    result = run_demo(*options, interrupt.flag());
  });
}

}  // namespace wirebook::node
