#include "node/schedule/day_runner.hpp"

#include <algorithm>
#include <condition_variable>
#include <cstring>
#include <filesystem>
#include <mutex>
#include <stop_token>
#include <thread>
#include <utility>

#include <fmt/format.h>
#include <unistd.h>

#include "node/control/control_answers.hpp"
#include "node/on_card/card_choice.hpp"
#include "node/recovery/day_directory.hpp"
#include "node/recovery/recovered_day.hpp"
#include "node/recovery/recovery_bar.hpp"
#include "node/run/summary.hpp"

namespace wirebook::node {

namespace {

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

bool has_control(const NodeConfig& config) {
  return !config.control.socket.empty() || config.schedule.on;
}

}  // namespace

DayRunner::DayRunner(DayRunnerParts parts) : parts_(std::move(parts)), today_(parts_.config) {
  if (has_control(parts_.config))
    control_ = std::make_unique<VenueControl>(
        parts_.config.control, [log = parts_.log](const std::string& line) { log->info(line); });
}

DayRunner::~DayRunner() = default;

ExitCode DayRunner::run() {
  if (parts_.config.schedule.on)
    return run_by_schedule();
  return run_day(false) == DayEnd::failure ? ExitCode::card : ExitCode::ok;
}

ExitCode DayRunner::run_by_schedule() {
  for (;;) {
    const NodeConfig& config = parts_.config;
    const DayPlan plan = plan_day(config.schedule, config.clock.utc_offset_minutes, now(), date_);
    const bool finishes = plan.what == DayPlan::What::finish && has_begun(plan.date);
    if (plan.what == DayPlan::What::run || finishes) {
      date_ = plan.date;
      take_configuration();
      const DayEnd end = run_day(finishes);
      if (end != DayEnd::over)
        return end == DayEnd::failure ? ExitCode::card : ExitCode::ok;
    } else if (plan.begins_unix_ns == 0) {
      parts_.log->error("schedule: there is no trading day any more");
      return ExitCode::configuration;
    } else if (!wait_until(plan.begins_unix_ns)) {
      return ExitCode::ok;
    }
  }
}

/// Of each day the file as it is then; one that is wrong changes nothing.
void DayRunner::take_configuration() {
  if (!std::exchange(first_, false) && parts_.reload) {
    if (std::optional<NodeConfig> config = parts_.reload()) {
      config->clock.source = parts_.config.clock.source;
      config->card.image = parts_.config.card.image;
      if (config->schedule.on)
        parts_.config = std::move(*config);
      else
        parts_.log->error("the configuration has no [schedule] any more: the old one goes on");
    } else {
      parts_.log->error("the configuration is wrong now: the old one goes on");
    }
  }
  today_ = parts_.config;
  for (Alpha<10>* const name : {&today_.order_entry.session_name, &today_.market_data.session_name})
    *name = day_session_name(*name, date_);
}

DayRunner::DayEnd DayRunner::run_day(bool only_finish) {
  NodeConfig config = today_;
  std::unique_ptr<RecoveredDay> day = recover_with_bar(config);
  if (only_finish && day->ended)
    return DayEnd::over;
  parts_.hold_signals();
  CardChoice choice = choose_card(parts_.card, config);
  if (!choice.line.empty())
    parts_.log->info("{}", choice.line);
  Node node(config, std::move(choice.card), std::move(day));
  node.start();
  for (const std::string& line : node.start_lines())
    parts_.log->info("{}", line);
  return run_node(node);
}

DayRunner::DayEnd DayRunner::run_node(Node& node) {
  if (parts_.config.schedule.on)
    parts_.log->info("the day of {} runs; sessions are {} and {}", date_text(date_),
                     node.venue().config.order_entry.session_name.view(),
                     node.venue().config.market_data.session_name.view());
  const std::shared_ptr<void> beside = start_beside(node);
  parts_.log->info("running; SIGINT or SIGTERM ends it");
  if (control_)
    control_->attach(node);
  DayEnd end = watch(node);
  if (control_)
    control_->detach();
  stop(node, end);
  if (std::string failure = node.failure(); end != DayEnd::failure && !failure.empty()) {
    parts_.log->error("{}", failure);
    end = DayEnd::failure;
  }
  parts_.print(summary_text(node.status()));
  return end;
}

/// What cannot start does not end the day either: the next start goes on with it.
std::shared_ptr<void> DayRunner::start_beside(Node& node) {
  try {
    return parts_.beside ? parts_.beside(node.venue().config, node) : nullptr;
  } catch (...) {
    node.pause();
    throw;
  }
}

/// Until the day is over, a signal comes, or the node ends by itself.
DayRunner::DayEnd DayRunner::watch(Node& node) {
  JournalWatch journal(*parts_.log);
  BackgroundWatch background(*parts_.log);
  for (;;) {
    const NodeStatus status = node.status();
    journal.look(status);
    background.look(status);
    for (const std::string& line : node.take_notices())
      parts_.log->warn("{}", line);
    if (const std::string signal = parts_.wait_for_signal(look_every()); !signal.empty()) {
      parts_.log->info("{}: ending", signal);
      return DayEnd::signal;
    }
    if (const std::string ended = node.ended(); !ended.empty()) {
      parts_.log->info("{}: ending", ended);
      return DayEnd::signal;
    }
    if (const std::string failure = node.failure(); !failure.empty()) {
      parts_.log->error("{}", failure);
      parts_.log->error("order entry has stopped; ending");
      return DayEnd::failure;
    }
    if (control_ && control_->day_is_over()) {
      parts_.log->info("the day is over");
      return DayEnd::over;
    }
  }
}

/// A day that is on the disk, and has not come to its end, waits there for the next start.
void DayRunner::stop(Node& node, DayEnd& end) {
  const bool goes_on = parts_.config.schedule.on && end == DayEnd::signal &&
                       parts_.config.journal.mode != JournalMode::off &&
                       node.venue().clock.day() < parts_.config.schedule.at_event('E');
  std::jthread listener(
      [&](const std::stop_token& over) { listen_while_it_ends(node, end, over); });
  if (!goes_on)
    return node.stop();
  parts_.log->info("the day is not over: start again to go on with it");
  node.pause();
}

/// A signal asks for the end, the next one for haste, and then they are the system's again.
void DayRunner::listen_while_it_ends(Node& node, DayEnd& end, const std::stop_token& over) {
  while (!over.stop_requested()) {
    const std::string signal = parts_.wait_for_signal(std::chrono::milliseconds(10));
    if (signal.empty())
      continue;
    if (end == DayEnd::over) {
      parts_.log->info("{}: ending", signal);
      end = DayEnd::signal;
      continue;
    }
    parts_.log->info("{}: the end is not said again; one more ends the program at once", signal);
    if (parts_.release_signals)
      parts_.release_signals();
    node.hurry();
    std::mutex mutex;
    std::unique_lock lock(mutex);
    std::condition_variable_any().wait(lock, over, [] { return false; });
  }
}

/// False: a signal came first.
bool DayRunner::wait_until(std::int64_t unix_ns) {
  const std::string text = fmt::format("the next day begins at {}", utc_text(unix_ns));
  parts_.log->info("{}", text);
  if (control_)
    control_->set_waiting(text);
  parts_.hold_signals();
  while (now() < unix_ns)
    if (const std::string signal = parts_.wait_for_signal(look_every()); !signal.empty()) {
      parts_.log->info("{}: ending", signal);
      return false;
    }
  return true;
}

bool DayRunner::has_begun(std::uint32_t date) const {
  const NodeConfig& config = parts_.config;
  std::error_code error;
  return config.journal.mode != JournalMode::off &&
         std::filesystem::is_directory(
             config.journal.directory + "/" + day_directory_name(date, config.engine.shard), error);
}

std::int64_t DayRunner::now() const {
  return Clock(parts_.config.clock.utc_offset_minutes, parts_.config.clock.source).unix_ns();
}

/// A clock that is not the host's may run at any speed.
std::chrono::milliseconds DayRunner::look_every() const {
  return std::chrono::milliseconds(parts_.config.clock.source == nullptr ? 100 : 1);
}

}  // namespace wirebook::node
