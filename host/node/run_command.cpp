#include "node/run_command.hpp"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cmath>
#include <csignal>
#include <cstring>
#include <memory>
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
#include <unistd.h>

#include "node/background/background_instruments.hpp"
#include "node/config/config_command.hpp"
#include "node/fix/gateway/fix_beside.hpp"
#include "node/node.hpp"
#include "node/on_card/card_choice.hpp"
#include "node/on_card/card_road.hpp"
#include "node/recovery/recovered_day.hpp"
#include "node/recovery/recovery_bar.hpp"
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

  /// The signal that came, or 0 when the time is over.
  [[nodiscard]] int wait(std::chrono::milliseconds longest) const {
    const timespec time{.tv_sec = longest.count() / 1000,
                        .tv_nsec = longest.count() % 1000 * 1'000'000};
    return std::max(sigtimedwait(&signals_, nullptr, &time), 0);
  }

 private:
  sigset_t signals_{};
  sigset_t before_{};
};

constexpr auto look_at_signals_every = std::chrono::milliseconds(100);

/// A line when the journal's disk is full, and one when there is room again.
class JournalWatch {
 public:
  explicit JournalWatch(spdlog::logger& log) : log_(&log) {}

  void look(const NodeStatus& status) {
    const bool full = status.journal && status.journal->state == journal::WriterState::disk_full;
    if (full && !full_)
      log_->warn("the journal's disk is full ({}): orders are refused until there is room",
                 std::strerror(status.journal->error));
    if (full_ && status.journal->state == journal::WriterState::running)
      log_->info("the journal's disk has room again: orders are taken");
    full_ = full;
    if (status.journal && status.journal->snapshot_trouble != trouble_) {
      trouble_ = status.journal->snapshot_trouble;
      if (!trouble_.empty())
        log_->warn("snapshots: {}", trouble_);
    }
  }

 private:
  spdlog::logger* log_;
  bool full_ = false;
  std::string trouble_;
};

/// A line when a recording has come to its end.
class BackgroundWatch {
 public:
  explicit BackgroundWatch(spdlog::logger& log) : log_(&log) {}

  void look(const NodeStatus& status) {
    if (told_ || !status.background || status.background->state <= BackgroundState::playing)
      return;
    told_ = true;
    const BackgroundStatus& background = *status.background;
    if (background.state == BackgroundState::failed)
      log_->error("background: {}", background.error);
    else
      log_->info("background: {} after {} messages",
                 background.state == BackgroundState::played ? "has come to its end"
                                                             : "has no order numbers left",
                 background[BackgroundCount::messages]);
  }

 private:
  spdlog::logger* log_;
  bool told_ = false;
};

/// Until a signal comes, or the node ends by itself; gives why it did.
std::string run_until_end(Node& node, const EndSignals& signals, spdlog::logger& log) {
  JournalWatch journal(log);
  BackgroundWatch background(log);
  for (;;) {
    const NodeStatus status = node.status();
    journal.look(status);
    background.look(status);
    for (const std::string& line : node.take_notices())
      log.warn("{}", line);
    if (const int signal = signals.wait(look_at_signals_every); signal != 0) {
      log.info("{}: ending", strsignal(signal));
      return {};
    }
    if (const std::string ended = node.ended(); !ended.empty()) {
      log.info("{}: ending", ended);
      return {};
    }
    if (std::string failure = node.failure(); !failure.empty()) {
      log.error("{}", failure);
      log.error("order entry has stopped; ending");
      return failure;
    }
  }
}

/// Null without a journal; with one, `config` goes on where it ended.
std::unique_ptr<RecoveredDay> recover_with_bar(NodeConfig& config) {
  if (config.journal.mode == JournalMode::off)
    return nullptr;
  RecoveryBar bar(STDERR_FILENO);
  std::unique_ptr<RecoveredDay> day =
      recover_day(config, [&bar](std::uint64_t done, std::uint64_t all) { bar.show(done, all); });
  day->apply(config);
  return day;
}

ExitCode run_node(NodeConfig config, const std::string& card, spdlog::logger& log) {
  // Before there is anything to end in order, a signal may end the program at once.
  std::unique_ptr<RecoveredDay> day = recover_with_bar(config);
  const EndSignals signals;
  CardChoice choice = choose_card(card, config);
  if (!choice.line.empty())
    log.info("{}", choice.line);
  Node node(config, std::move(choice.card), std::move(day));
  node.start();
  for (const std::string& line : node.start_lines())
    log.info("{}", line);
  const auto fix = fix::start_beside(config, node.status(), log);  // hears how the day ends
  log.info("running; SIGINT or SIGTERM ends it");
  std::string failure = run_until_end(node, signals, log);
  node.stop();
  if (failure.empty() && !(failure = node.failure()).empty())
    log.error("{}", failure);
  fmt::print("{}", summary_text(node.status()));
  return failure.empty() ? ExitCode::ok : ExitCode::card;
}

struct RunOptions {
  std::string file;
  std::string card = "auto";
  BackgroundConfig background;
};

ExitCode run_with(const RunOptions& options) {
  const std::string& file = options.file;
  const std::string& card = options.card;
  std::optional<NodeConfig> config = load_config_or_report(file);
  if (!config)
    return ExitCode::configuration;
  config->background = options.background;
  if (!options.background.file.empty())
    if (const std::string error = add_recorded_instruments(*config); !error.empty()) {
      fmt::print(stderr, "{}\n", error);
      return ExitCode::io;
    }
  if (names_image(card)) {
    config->card.image = card;
    const std::vector<std::string> errors = card_config_errors(*config);
    for (const std::string& error : errors)
      fmt::print(stderr, "{}: {}\n", file, error);
    if (!errors.empty())
      return ExitCode::configuration;
  }
  const auto log = spdlog::stderr_color_mt("wirebook");
  try {
    return run_node(*config, card, *log);
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
  add_background_options(*command, options->background);
  command->callback([options, &result] { result = run_with(*options); });
}

}  // namespace wirebook::node
