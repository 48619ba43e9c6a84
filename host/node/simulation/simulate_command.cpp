#include "node/simulation/simulate_command.hpp"

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <limits>
#include <memory>
#include <string>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <fmt/format.h>
#include <malloc.h>
#include <unistd.h>

#include "node/simulation/world.hpp"

namespace wirebook::simulation {

namespace {

struct Options {
  std::uint64_t seed = 1;
  std::uint64_t seeds = 1;
  double seconds = 0;
  std::string plant;
  bool trace = false;
};

using SteadyClock = std::chrono::steady_clock;

double seconds_since(SteadyClock::time_point start) {
  return std::chrono::duration<double>(SteadyClock::now() - start).count();
}

void print_tally(const Tally& tally, double seconds) {
  fmt::print(
      "{} seeds without a finding, {:.1f} a second\n"
      "{} steps, {} slots; {} messages received, {} orders answered\n"
      "{} crashes, {} more within recovery, {} ends by disk errors, {} orderly stops; {} starts\n"
      "{} snapshots, {} starts from one\n"
      "{} runs with damage: {} told by recovery, {} lost writes that look like a crash\n",
      tally.seeds, static_cast<double>(tally.seeds) / std::max(seconds, 1e-9), tally.steps,
      tally.slots, tally.messages, tally.answered, tally.crashes, tally.recovery_crashes,
      tally.disk_failures, tally.stops, tally.restarts, tally.snapshots, tally.from_snapshots,
      tally.damaged, tally.refused, tally.unseen);
}

std::string repeat_line(const Options& options, std::uint64_t seed) {
  return fmt::format("again: wirebook sim --seed {}{}\n", seed,
                     options.plant.empty() ? "" : " --plant " + options.plant);
}

void print_finding(const Options& options, std::uint64_t seed, const Outcome& outcome) {
  fmt::print("seed {}: {}\n  at step {}, with {} slots in the stream; before that:\n{}", seed,
             outcome.finding, outcome.step, outcome.slot, outcome.last);
  fmt::print("{}", repeat_line(options, seed));
}

void print_progress(std::uint64_t done, double seconds, bool last) {
  if (isatty(STDERR_FILENO) == 0)
    return;
  fmt::print(stderr, "\r{} seeds, {:.0f} a second{}", done,
             static_cast<double>(done) / std::max(seconds, 1e-9), last ? "\n" : " ");
}

/// A broken assertion is a finding too: the command that repeats it goes with it.
std::string
    repeat_text;  // NOLINT(cppcoreguidelines-avoid-non-const-global-variables): for a signal
void on_abort(int) {
  [[maybe_unused]] const ssize_t written =
      write(STDERR_FILENO, repeat_text.data(), repeat_text.size());
}

ExitCode run(const Options& options) {
  std::signal(SIGABRT, on_abort);
  // A seed's memory is the next one's: the kernel need not clear it in between.
  mallopt(M_MMAP_MAX, 0);
  mallopt(M_TRIM_THRESHOLD, std::numeric_limits<int>::max());
  Plant plant = Plant::none;
  for (const PlantName& known : plants)
    if (known.name == options.plant)
      plant = known.plant;
  const auto start = SteadyClock::now();
  auto told = start;
  Tally sum;
  const std::uint64_t count =
      options.seconds > 0 ? std::numeric_limits<std::uint64_t>::max() : options.seeds;
  for (std::uint64_t i = 0; i < count; ++i) {
    if (options.seconds > 0 && seconds_since(start) >= options.seconds)
      break;
    const std::uint64_t seed = options.seed + i;
    repeat_text = repeat_line(options, seed);
    const Outcome outcome = run_seed(seed, plant, options.trace);
    if (!outcome.finding.empty()) {
      print_finding(options, seed, outcome);
      return ExitCode::check_failed;
    }
    sum += outcome.tally;
    if (count == 1)
      fmt::print("seed {}: hash {:016x}\n", seed, outcome.hash);
    if (SteadyClock::now() - told > std::chrono::milliseconds(200)) {
      told = SteadyClock::now();
      print_progress(i + 1, seconds_since(start), false);
    }
  }
  print_progress(sum.seeds, seconds_since(start), true);
  print_tally(sum, seconds_since(start));
  return ExitCode::ok;
}

}  // namespace

void add_simulate_command(CLI::App& app, ExitCode& result) {
  auto options = std::make_shared<Options>();
  CLI::App& command = *app.add_subcommand(
      "sim", "Run a node on a simulated disk, network and clock, with crashes, as a seed says");
  command.add_option("--seed", options->seed, "The first seed")->capture_default_str();
  command.add_option("--seeds", options->seeds, "So many of them, one after the other")
      ->capture_default_str();
  command.add_option("--seconds", options->seconds, "As many as this time allows, instead");
  command.add_flag("--trace", options->trace, "Each step of the record on standard error");
  // For tests of the simulator itself.
  command.add_option("--plant", options->plant, "A bug, put in on purpose")
      ->group("")
      ->check([](const std::string& name) {
        std::string names;
        for (const PlantName& known : plants) {
          if (known.name == name)
            return std::string{};
          names += fmt::format(" {}", known.name);
        }
        return fmt::format("no such bug; there are:{}", names);
      });
  command.callback([options, &result] { result = run(*options); });
}

}  // namespace wirebook::simulation
