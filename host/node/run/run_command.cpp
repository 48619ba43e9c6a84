#include "node/run/run_command.hpp"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cmath>
#include <cstring>
#include <memory>
#include <optional>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <fmt/format.h>
#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>

#include "node/background/background_instruments.hpp"
#include "node/config/config_command.hpp"
#include "node/fix/gateway/fix_beside.hpp"
#include "node/on_card/card_choice.hpp"
#include "node/on_card/card_road.hpp"
#include "node/recovery/recovered_day.hpp"
#include "node/run/end_signals.hpp"
#include "node/schedule/day_runner.hpp"
#include "node/schedule/rehearsal_clock.hpp"

namespace wirebook::node {

namespace {

struct RunOptions {
  std::string file;
  std::string card = "auto";
  BackgroundConfig background;
  std::string clock_from;  ///< empty: the host's clock
  double clock_speed = 1;
};

/// The configuration of a day that begins; nothing if it is wrong, and `code` says how.
std::optional<NodeConfig> load_day(const RunOptions& options, ExitCode& code) {
  std::optional<NodeConfig> config = load_config_or_report(options.file);
  code = ExitCode::configuration;
  if (!config)
    return config;
  if (const std::string error = fix::build_error(*config); !error.empty()) {
    fmt::print(stderr, "{}: {}\n", options.file, error);
    return std::nullopt;
  }
  config->background = options.background;
  const std::size_t configured = config->instruments.size();
  if (!options.background.file.empty())
    if (const std::string error = add_recorded_instruments(*config); !error.empty()) {
      fmt::print(stderr, "{}\n", error);
      code = ExitCode::io;
      return std::nullopt;
    }
  if (std::uint32_t& room = config->engine.instruments; room != 0)
    room = std::min<std::uint32_t>(
        room + static_cast<std::uint32_t>(config->instruments.size() - configured),
        instruments_max);
  if (!names_image(options.card))
    return config;
  config->card.image = options.card;
  const std::vector<std::string> errors = card_config_errors(*config);
  for (const std::string& error : errors)
    fmt::print(stderr, "{}: {}\n", options.file, error);
  return errors.empty() ? config : std::nullopt;
}

ExitCode run_days(NodeConfig config, const RunOptions& options, spdlog::logger& log) {
  std::optional<EndSignals> signals;
  DayRunnerParts parts;
  parts.config = std::move(config);
  parts.reload = [&options] {
    ExitCode code{};
    return load_day(options, code);
  };
  parts.card = options.card;
  // Before there is anything to end in order, a signal may end the program at once.
  parts.hold_signals = [&signals] {
    if (!signals)
      signals.emplace();
  };
  parts.wait_for_signal = [&signals](std::chrono::milliseconds longest) {
    const int signal = signals->wait(longest);
    return signal == 0 ? std::string() : std::string(strsignal(signal));
  };
  parts.release_signals = [&signals] { signals->release(); };
  parts.print = [](const std::string& text) { fmt::print("{}", text); };
  parts.beside = [&log](const NodeConfig& today, Node& node) {
    return std::shared_ptr<void>(fix::start_beside(today, node.status(), log));
  };
  parts.log = &log;
  return DayRunner(std::move(parts)).run();
}

ExitCode run_with(const RunOptions& options) {
  ExitCode code{};
  std::optional<NodeConfig> config = load_day(options, code);
  if (!config)
    return code;
  std::optional<RehearsalClock> clock;
  if (!options.clock_from.empty()) {
    const std::optional<std::int64_t> from = parse_utc(options.clock_from);
    if (!from) {
      fmt::print(stderr, "--clock-from: is \"{}\", but must be UTC: 2026-11-20T03:54:59Z\n",
                 options.clock_from);
      return ExitCode::usage;
    }
    clock.emplace(*from, options.clock_speed);
    config->clock.source = &*clock;
  }
  const auto log = spdlog::stderr_color_mt("wirebook");
  try {
    return run_days(std::move(*config), options, *log);
  } catch (const StartRefused& refused) {
    log->error("{}", refused.what());
    return refused.code();
  } catch (const card::CardError& error) {
    log->error("{}", error.what());
    return ExitCode::card;
  } catch (const std::system_error& error) {
    log->error("{}", error.what());
    return ExitCode::io;
  }
}

/// `max`, or a number above 0.
std::string read_speed(const std::string& text, double& speed) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), speed);
  const bool is_number =
      error == std::errc{} && end == text.data() + text.size() && speed > 0 && std::isfinite(speed);
  if (text == "max")
    speed = 0;
  return is_number || text == "max" ? "" : "must be max, or a number above 0, for example 10";
}

void add_background_options(CLI::App& command, BackgroundConfig& background) {
  CLI::Option* const recording = command.add_option(
      "--replay-itch", background.file,
      "Recorded ITCH 5.0 to trade against: BinaryFILE, also gzip, or a capture of MoldUDP64");
  command
      .add_option_function<std::string>(
          "--speed",
          [&background](const std::string& text) {
            if (const std::string error = read_speed(text, background.speed); !error.empty())
              throw CLI::ValidationError("--speed", error);
          },
          "So many times as fast as it was recorded, or max (1)")
      ->needs(recording);
  command
      .add_option("--replay-port", background.port,
                  "Of a capture, the port of MoldUDP64 (that of market_data.send_to)")
      ->needs(recording);
}

}  // namespace

void add_run_command(CLI::App& app, ExitCode& result) {
  CLI::App* command = app.add_subcommand("run", "Run a node until SIGINT or SIGTERM");
  auto options = std::make_shared<RunOptions>();
  command->add_option("--config", options->file, "The node's configuration file")->required();
  command->add_option("--card", options->card, card_option_help)->capture_default_str();
  command->add_option("--clock-from", options->clock_from,
                      "A rehearsal: the clock begins at this moment, such as 2026-11-20T03:54:59Z");
  command
      ->add_option("--clock-speed", options->clock_speed,
                   "… and goes so many times as fast as the host's")
      ->check(CLI::Range(0.001, 1e6))
      ->needs("--clock-from");
  add_background_options(*command, options->background);
  command->callback([options, &result] { result = run_with(*options); });
}

}  // namespace wirebook::node
