// `wirebook run`: one day of a node, or by [schedule] day after day.
//
//   plan ─► wait ─► configuration, session names ─► recover ─► Node ─► … C … ─► stop ─► plan
//
// A day is one Node. Each begins with the configuration as it is then, new session names,
// UserRefNum from 1 and a journal directory of its own. A signal between E and C, or without a
// schedule or a journal, ends the day; else the day goes on when the program is started again.
//
// Shapes: see config.hpp. Threads: one calls `run`; the node and the control have theirs. Errors:
// exit codes as in the node's README; what the constructor of a node throws is thrown.
// Cost: start-up only. Specification: README.md of this folder.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <spdlog/logger.h>

#include "wirebook/exit_code.hpp"

#include "node/config/config.hpp"
#include "node/control/venue_control.hpp"
#include "node/node.hpp"
#include "node/schedule/calendar.hpp"

namespace wirebook::node {

struct DayRunnerParts {
  NodeConfig config;
  /// The configuration of a later day; nothing: there is none that is right. Empty: as it was.
  std::function<std::optional<NodeConfig>()> reload;
  std::string card = "auto";
  /// Waits so long for a signal that ends the program; gives its name, or nothing.
  std::function<std::string(std::chrono::milliseconds)> wait_for_signal;
  /// From the first day's stages on signals are waited for; before, they end the program.
  std::function<void()> hold_signals;
  /// From here on they end the program as ever, where this thread lives on; empty: nothing does.
  std::function<void()> release_signals;
  /// A line for standard output.
  std::function<void(const std::string&)> print;
  /// Starts what lives beside a day's node: it hears how the day ends, and goes before the node.
  std::function<std::shared_ptr<void>(const NodeConfig& config, Node& node)> beside;
  spdlog::logger* log = nullptr;
};

class DayRunner {
 public:
  explicit DayRunner(DayRunnerParts parts);
  ~DayRunner();
  DayRunner(const DayRunner&) = delete;
  DayRunner& operator=(const DayRunner&) = delete;

  ExitCode run();

 private:
  enum class DayEnd : std::uint8_t { over, signal, failure };

  ExitCode run_by_schedule();
  DayEnd run_day(bool only_finish);
  DayEnd run_node(Node& node);
  std::shared_ptr<void> start_beside(Node& node);
  DayEnd watch(Node& node);
  void stop(Node& node, DayEnd& end);
  void listen_while_it_ends(Node& node, DayEnd& end, const std::stop_token& over);
  bool wait_until(std::int64_t unix_ns);
  void take_configuration();
  [[nodiscard]] bool has_begun(std::uint32_t date) const;
  [[nodiscard]] std::int64_t now() const;
  [[nodiscard]] std::chrono::milliseconds look_every() const;

  DayRunnerParts parts_;
  NodeConfig today_;  ///< with the day's names
  bool first_ = true;
  std::uint32_t date_ = 0;  ///< of the last day that was run
  std::unique_ptr<VenueControl> control_;
};

}  // namespace wirebook::node
