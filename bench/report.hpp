// What every benchmark reports: the machine, the command, medians with their spread, and ratios of
// things that were measured in the same run; as a table and, with `--json FILE`, as JSON.
//
// Shapes: a sample is one run's figure in the unit that its row names; ratios pair the runs that
// followed each other. Threads: one. Errors: `finish` returns the exit code.
//
//   Report report("slot_ring", argc, argv);
//   const auto pair = paired_runs(report.runs(), run_ours, run_theirs);
//   report.add("ours", pair.a, "Mops/s");
//   report.add("theirs", pair.b, "Mops/s");
//   report.add_ratio("ours / theirs", pair.ratio, Goal{.at_least = 4.0});
//   return report.finish();
#pragma once

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include <sched.h>
#include <sys/utsname.h>

#include "wirebook/exit_code.hpp"

namespace wirebook::bench {

inline constexpr std::size_t runs_min = 5;

struct Samples {
  double median = 0;
  double min = 0;
  double max = 0;
  std::size_t count = 0;
};

inline Samples summarize(std::vector<double> values) {
  if (values.empty())
    return {};
  std::sort(values.begin(), values.end());
  const std::size_t half = values.size() / 2;
  const double median =
      values.size() % 2 == 1 ? values[half] : (values[half - 1] + values[half]) / 2;
  return {median, values.front(), values.back(), values.size()};
}

/// Two things measured by turns, and the ratios a/b of neighbouring runs.
struct PairedSamples {
  Samples a;
  Samples b;
  Samples ratio;
};

/// Runs a and b by turns, `runs` times each after one run of each that is not counted. Each returns
/// its figure as a double. Who goes first changes, so that neither always meets a warmer machine.
template <class A, class B>
PairedSamples paired_runs(std::size_t runs, A a, B b) {
  std::vector<double> of_a, of_b, ratios;
  static_cast<void>(a());
  static_cast<void>(b());
  for (std::size_t run = 0; run < runs; ++run) {
    double first = 0;
    if (run % 2 == 0)
      first = a();
    of_b.push_back(b());
    of_a.push_back(run % 2 == 0 ? first : a());
    ratios.push_back(of_a.back() / of_b.back());
  }
  return {summarize(of_a), summarize(of_b), summarize(ratios)};
}

/// Runs `run` as often as asked, after one run that is not counted.
template <class Run>
Samples repeated_runs(std::size_t runs, Run run) {
  std::vector<double> values;
  static_cast<void>(run());
  while (values.size() < runs)
    values.push_back(run());
  return summarize(values);
}

inline std::uint64_t now_ns() {
  return static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::nanoseconds>(
                                        std::chrono::steady_clock::now().time_since_epoch())
                                        .count());
}

/// Where a bench's two threads belong. Neighbours are often two threads of one physical core, also
/// where the host does not say so, and then halve each other's speed.
inline constexpr unsigned here = 0;
inline const unsigned there = std::thread::hardware_concurrency() > 2 ? 2 : 1;

/// Keeps the calling thread on one core; false where the host refuses.
inline bool pin_to_core(unsigned core) {
  cpu_set_t cores;
  CPU_ZERO(&cores);
  CPU_SET(core, &cores);
  return sched_setaffinity(0, sizeof cores, &cores) == 0;
}

/// Stops the compiler from dropping the computation of a value.
template <class Value>
void keep(const Value& value) {
  asm volatile("" : : "r,m"(value) : "memory");
}

struct Machine {
  std::string cpu = "unknown";
  unsigned cores = std::thread::hardware_concurrency();
  std::string kernel = "unknown";
  std::string compiler;
  std::string flags;
  std::string commit = "unknown";
  std::string load_average = "unknown";
};

namespace detail {

inline std::string first_line(const std::string& path) {
  std::ifstream file(path);
  std::string line;
  std::getline(file, line);
  return line;
}

/// The commit that is checked out, without calling git: HEAD, then the branch it names.
inline std::string commit_of(const std::string& source_directory) {
  const std::string git = source_directory + "/.git/";
  std::string head = first_line(git + "HEAD");
  if (head.starts_with("ref: "))
    head = first_line(git + head.substr(5));
  return head.empty() ? "unknown" : head.substr(0, 12);
}

inline std::string json_text(std::string_view text) {
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\')
      quoted += '\\';
    quoted += static_cast<unsigned char>(c) < 0x20 ? ' ' : c;
  }
  return quoted + '"';
}

inline std::string json_number(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.6g", value);
  return text;
}

}  // namespace detail

inline Machine this_machine() {
  Machine machine;
  std::ifstream cpus("/proc/cpuinfo");
  for (std::string line; std::getline(cpus, line);)
    if (line.starts_with("model name") && line.find(": ") != std::string::npos) {
      machine.cpu = line.substr(line.find(": ") + 2);
      break;
    }
  if (utsname name{}; uname(&name) == 0)
    machine.kernel = name.release;
#if defined(__clang__)
  machine.compiler = "clang " __clang_version__;
#else
  machine.compiler = "gcc " __VERSION__;
#endif
#if defined(WIREBOOK_COMPILE_FLAGS)
  machine.flags = WIREBOOK_COMPILE_FLAGS;
#endif
#if defined(WIREBOOK_SOURCE_DIR)
  machine.commit = detail::commit_of(WIREBOOK_SOURCE_DIR);
#endif
  if (const std::string load = detail::first_line("/proc/loadavg"); !load.empty())
    machine.load_average = load.substr(0, load.find(' '));
  return machine;
}

/// What a ratio is held against.
struct Goal {
  std::optional<double> at_least;
  std::optional<double> at_most;

  [[nodiscard]] bool met_by(double value) const {
    return (!at_least || value >= *at_least) && (!at_most || value <= *at_most);
  }
};

class Report {
 public:
  /// Takes `--json FILE` and `--runs N` out of the command line. Google Benchmark's
  /// `--benchmark_out` and `--benchmark_repetitions` do the same, so that `./dev bench` calls every
  /// program alike.
  Report(std::string name, int argc, char** argv)
      : name_(std::move(name)), machine_(this_machine()) {
    for (int i = 0; i < argc; ++i) {
      const std::string_view argument = argv[i];
      command_ += (i == 0 ? "" : " ") + std::string(argument);
      if (argument == "--json" && i + 1 < argc)
        json_path_ = argv[i + 1];
      else if (argument == "--runs" && i + 1 < argc)
        set_runs(argv[i + 1]);
      else if (argument.starts_with("--benchmark_out="))
        json_path_ = argument.substr(argument.find('=') + 1);
      else if (argument.starts_with("--benchmark_repetitions="))
        set_runs(argument.substr(argument.find('=') + 1));
    }
  }

  [[nodiscard]] std::size_t runs() const { return runs_; }

  void add(std::string name, const Samples& samples, std::string unit) {
    rows_.push_back({std::move(name), samples, std::move(unit), {}});
  }
  void add_ratio(std::string name, const Samples& samples, Goal goal = {}) {
    rows_.push_back({std::move(name), samples, "x", goal});
  }
  /// A line under the table: conditions that a reader must know.
  void note(std::string line) { notes_.push_back(std::move(line)); }

  /// Prints the table and writes the JSON. A goal that is missed is shown, and is not an error:
  /// speed is judged by people.
  [[nodiscard]] int finish() const {
    print();
    if (json_path_.empty())
      return static_cast<int>(ExitCode::ok);
    std::ofstream file(json_path_);
    file << json();
    file.flush();
    if (file)
      return static_cast<int>(ExitCode::ok);
    std::fprintf(stderr, "%s: cannot write %s\n", name_.c_str(), json_path_.c_str());
    return static_cast<int>(ExitCode::io);
  }

 private:
  struct Row {
    std::string name;
    Samples samples;
    std::string unit;
    Goal goal;

    [[nodiscard]] bool has_goal() const { return goal.at_least || goal.at_most; }
    [[nodiscard]] bool meets_goal() const { return goal.met_by(samples.median); }
    [[nodiscard]] std::string verdict() const {
      if (!has_goal())
        return "";
      std::string text = goal.at_least ? "goal >= " + detail::json_number(*goal.at_least)
                                       : "goal <= " + detail::json_number(*goal.at_most);
      return text + (meets_goal() ? ": met" : ": MISSED");
    }
  };

  void set_runs(std::string_view text) {
    std::size_t wanted = 0;
    if (std::from_chars(text.data(), text.data() + text.size(), wanted).ec == std::errc{})
      runs_ = std::max(wanted, runs_min);
  }

  void print() const {
    std::printf("%s\n  command   %s\n  cpu       %s, %u cores\n  kernel    %s\n", name_.c_str(),
                command_.c_str(), machine_.cpu.c_str(), machine_.cores, machine_.kernel.c_str());
    std::printf("  compiler  %s %s\n  commit    %s\n  load      %s at the start\n\n",
                machine_.compiler.c_str(), machine_.flags.c_str(), machine_.commit.c_str(),
                machine_.load_average.c_str());
    std::size_t width = 20;
    for (const Row& row : rows_)
      width = std::max(width, row.name.size());
    std::printf("  %-*s %12s %12s %12s  %4s  %s\n", static_cast<int>(width), "", "median", "min",
                "max", "runs", "unit");
    for (const Row& row : rows_)
      std::printf("  %-*s %12.4g %12.4g %12.4g  %4zu  %-8s %s\n", static_cast<int>(width),
                  row.name.c_str(), row.samples.median, row.samples.min, row.samples.max,
                  row.samples.count, row.unit.c_str(), row.verdict().c_str());
    for (const std::string& line : notes_)
      std::printf("  %s\n", line.c_str());
    std::fflush(stdout);
  }

  [[nodiscard]] std::string json() const {
    using detail::json_number;
    using detail::json_text;
    std::string out = "{\"name\":" + json_text(name_) + ",\"command\":" + json_text(command_);
    out += ",\n \"machine\":{\"cpu\":" + json_text(machine_.cpu) +
           ",\"cores\":" + std::to_string(machine_.cores) +
           ",\"kernel\":" + json_text(machine_.kernel) +
           ",\"compiler\":" + json_text(machine_.compiler) +
           ",\"flags\":" + json_text(machine_.flags) + ",\"commit\":" + json_text(machine_.commit) +
           ",\"load_average\":" + json_text(machine_.load_average) + "},\n \"results\":[";
    for (const Row& row : rows_) {
      out += &row == rows_.data() ? "\n" : ",\n";
      out += "  {\"name\":" + json_text(row.name) + ",\"unit\":" + json_text(row.unit) +
             ",\"median\":" + json_number(row.samples.median) +
             ",\"min\":" + json_number(row.samples.min) +
             ",\"max\":" + json_number(row.samples.max) +
             ",\"runs\":" + std::to_string(row.samples.count);
      if (row.has_goal())
        out += ",\"goal\":" + json_text(row.verdict()) +
               ",\"goal_met\":" + (row.meets_goal() ? "true" : "false");
      out += "}";
    }
    out += "],\n \"notes\":[";
    for (const std::string& line : notes_)
      out += (&line == notes_.data() ? "" : ",") + json_text(line);
    return out + "]}\n";
  }

  std::string name_;
  std::string command_;
  std::string json_path_;
  std::size_t runs_ = runs_min;
  Machine machine_;
  std::vector<Row> rows_;
  std::vector<std::string> notes_;
};

}  // namespace wirebook::bench
