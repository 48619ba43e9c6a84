#include "node/load/load_command.hpp"

#include <memory>
#include <string>
#include <system_error>
#include <vector>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "node/config/config_command.hpp"
#include "node/config/word_option.hpp"
#include "node/load/load.hpp"
#include "node/load/load_interrupt.hpp"
#include "node/load/load_report.hpp"
#include "node/sockets/endpoint.hpp"

namespace wirebook::node {
namespace {

struct LoadArguments {
  LoadOptions options;
  LoadFiles files;
  std::string config;
  std::string to;
  std::size_t sessions = 0;
  std::vector<std::string> users;
  std::vector<std::string> passwords;
  std::vector<std::string> symbols;
};

/// Refuses a command line: says why and how it would be right.
bool refuse(const std::string& why) {
  fmt::print(stderr, "wirebook load: {}\n", why);
  return false;
}

void take_config(const NodeConfig& config, LoadArguments& arguments) {
  LoadOptions& options = arguments.options;
  options.to = options.soup ? config.soup.listen : config.order_entry.listen;
  if (options.to.address == 0)
    options.to.address = 0x7F00'0001;  // the node listens everywhere
  options.length_prefix = options.length_prefix || config.order_entry.upstream_length_prefix;
  for (const SessionConfig& session : config.sessions)
    if (!session.password_hash)  // what it is a hash of, the account's owner knows
      options.accounts.push_back({session.username, session.password});
  for (const InstrumentConfig& instrument : config.instruments)
    options.symbols.push_back(instrument.symbol);
}

bool take_accounts(LoadArguments& arguments) {
  auto& accounts = arguments.options.accounts;
  if (!arguments.users.empty()) {
    if (arguments.users.size() != arguments.passwords.size())
      return refuse("each --user needs its --password");
    accounts.clear();
    for (std::size_t i = 0; i < arguments.users.size(); ++i)
      accounts.push_back(
          {Alpha<6>::from(arguments.users[i]), Alpha<10>::from(arguments.passwords[i])});
  }
  if (accounts.empty())
    return refuse(
        "no accounts: give --user and --password, or --config with passwords that are no hashes");
  if (arguments.sessions > accounts.size())
    return refuse(fmt::format("--sessions {} but {} accounts: each session needs its own",
                              arguments.sessions, accounts.size()));
  if (arguments.sessions != 0)
    accounts.resize(arguments.sessions);
  return true;
}

bool take_target(LoadArguments& arguments) {
  if (!arguments.to.empty()) {
    const auto endpoint = parse_endpoint(arguments.to);
    if (!endpoint || endpoint->port == 0)
      return refuse("--to wants ADDRESS:PORT, as 127.0.0.1:26400");
    arguments.options.to = *endpoint;
  }
  if (!arguments.symbols.empty()) {
    arguments.options.symbols.clear();
    for (const std::string& symbol : arguments.symbols)
      arguments.options.symbols.push_back(Symbol::from(symbol));
  }
  if (arguments.options.symbols.empty())
    return refuse("no symbols: give --symbols, or --config");
  return true;
}

ExitCode run_load(LoadArguments arguments) {
  if (!arguments.config.empty()) {
    const auto config = load_config_or_report(arguments.config);
    if (!config)
      return ExitCode::configuration;
    if (arguments.options.soup && !config->soup.on)
      return refuse("--soup, but the configuration has no [soup]"), ExitCode::usage;
    take_config(*config, arguments);
  }
  if (arguments.options.cuts != 0 && !arguments.options.soup)
    return refuse("--cuts is for connections: give --soup"), ExitCode::usage;
  if (!take_accounts(arguments) || !take_target(arguments))
    return ExitCode::usage;

  try {
    const LoadInterrupt interrupt;
    Load load(arguments.options);
    if (const std::string problem = load.log_in(); !problem.empty()) {
      refuse(problem);
      return ExitCode::io;
    }
    const LoadResult result = load.run(interrupt.flag());
    load.log_off();
    fmt::print("{}", load_table(load, result));
    if (const auto problem = write_load_files(arguments.files, load, result); !problem.empty()) {
      refuse(problem);
      return ExitCode::io;
    }
    return all_answered(load) ? ExitCode::ok : ExitCode::check_failed;
  } catch (const std::system_error& error) {
    refuse(error.what());
    return ExitCode::io;
  }
}

void add_options(CLI::App& command, LoadArguments& arguments) {
  LoadOptions& options = arguments.options;
  command.add_option("--config", arguments.config,
                     "The node's configuration: its address, accounts and symbols");
  command.add_option("--to", arguments.to, "The node's order entry, ADDRESS:PORT");
  command.add_flag("--soup", options.soup, "By SoupBinTCP, not UFO; many sessions are no trouble");
  command.add_option("--user", arguments.users, "User name of a session; may be repeated");
  command.add_option("--password", arguments.passwords, "Its password, in the same order");
  command.add_option("--sessions", arguments.sessions, "How many of the accounts to use (all)");
  command.add_option("--threads", options.threads, "Threads, each with its share of the sessions")
      ->capture_default_str()
      ->check(CLI::Range(1, 64));
  command
      .add_option("--cuts", options.cuts,
                  "Connections cut a second, with --soup; each resumes at its next number")
      ->check(CLI::Range(0.0, 1e6));
  command.add_option("--symbols", arguments.symbols, "What to trade, as AAPL,MSFT")->delimiter(',');
  command.add_option("--rate", options.rate, "Messages a second over all sessions")
      ->capture_default_str()
      ->check(CLI::Range(0.1, 1e8));
  auto* const seconds = command.add_option("--seconds", options.seconds, "How long to send")
                            ->capture_default_str()
                            ->check(CLI::Range(0.001, 86'400.0));
  command.add_option("--orders", options.messages, "How many messages to send")->excludes(seconds);
  command.add_option("--seed", options.seed, "Of every random choice")->capture_default_str();
  take_word<LoadGaps>(
      command.add_option("--gaps", options.gaps, "How the distances between sends are drawn"),
      {{"poisson", LoadGaps::poisson}, {"uniform", LoadGaps::uniform}});
  take_word<LoadWait>(
      command.add_option("--wait", options.wait, "What the client does while nothing is due"),
      {{"poll", LoadWait::poll}, {"yield", LoadWait::yield}, {"spin", LoadWait::spin}});
  command.add_option("--in-flight-max", options.in_flight_max, "Unanswered messages at most")
      ->capture_default_str()
      ->check(CLI::Range(1, 1'000'000));
  command
      .add_option("--answer-timeout-ms", options.answer_timeout_ms, "Then a message is sent again")
      ->capture_default_str()
      ->check(CLI::Range(1, 60'000));
  command.add_option("--drain-ms", options.drain_ms, "How long to wait for the last answers")
      ->capture_default_str()
      ->check(CLI::Range(0, 600'000));
  command.add_flag("--length-prefix", options.length_prefix,
                   "Each datagram to the node starts with its length");
  command.add_option("--hgrm", arguments.files.hgrm, "Latencies as an HdrHistogram file");
  command.add_option("--json", arguments.files.json, "All figures as JSON");
}

}  // namespace

void add_load_command(CLI::App& app, ExitCode& result) {
  CLI::App* command = app.add_subcommand(
      "load",
      "Trade with a node at a set rate and measure its answers (OUCH over UFO or SoupBinTCP)");
  auto arguments = std::make_shared<LoadArguments>();
  add_options(*command, *arguments);
  command->callback([arguments, &result] { result = run_load(*arguments); });
}

}  // namespace wirebook::node
