// What matching costs, beside a bare structure that checks and reports nothing.
//
// Two tables. "core": the engine's own book and order ids, without its rules; trades summed.
// "everything": the engine through its public face: slots that were built before, all checks,
// limits of the session and its firm, every event written to the ring and taken by a second pinned
// core. Both play the same stream as the yardstick, by turns in one run, and must agree with it on
// trades and volume. Workloads a to e are in workload.hpp. `--ops N` sets the operations of a run,
// `--seed N` the stream, `--only a,c2` the workloads, `--table core|everything` one table; with
// `--limits off`, no limits are set in the latter.
#include <algorithm>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <x86intrin.h>

#include "wirebook/exit_code.hpp"
#include "wirebook/slot.hpp"

#include "bench/match/bare_book.hpp"
#include "bench/match/book_player.hpp"
#include "bench/match/engine_feed.hpp"
#include "bench/match/order_slots.hpp"
#include "bench/match/workload.hpp"
#include "bench/report.hpp"

namespace {

using namespace wirebook;         // NOLINT(google-build-using-namespace): a program of its own
using namespace wirebook::bench;  // NOLINT(google-build-using-namespace)

struct Outcome {
  double mops = 0;
  double p50_ns = 0;
  double p99_ns = 0;
  double p999_ns = 0;
  std::uint64_t trades = 0;
  std::uint64_t volume = 0;
};

// ── Two ways to measure a run ───────────────────────────────────────────────────────────────────

/// The whole run by the clock.
class Throughput {
 public:
  template <class Play>
  void run(std::size_t first, std::size_t end, Play play) {
    operations_ = end - first;
    start_ns_ = now_ns();
    for (std::size_t i = first; i < end; ++i)
      play(i);
  }
  void stop(Outcome& outcome) const {
    outcome.mops =
        static_cast<double>(operations_) * 1e3 / static_cast<double>(now_ns() - start_ns_);
  }

 private:
  std::size_t operations_ = 0;
  std::uint64_t start_ns_ = 0;
};

/// Each operation from one reading of the cycle counter to the next; the reading is part of it.
class Latency {
 public:
  template <class Play>
  void run(std::size_t first, std::size_t end, Play play) {
    cycles_.resize(end - first);
    const std::uint64_t start_ns = now_ns();
    const std::uint64_t start = __rdtsc();
    std::uint64_t before = start;
    for (std::size_t i = first; i < end; ++i) {
      play(i);
      const std::uint64_t after = __rdtsc();
      cycles_[i - first] = static_cast<std::uint32_t>(std::min<std::uint64_t>(after - before, ~0U));
      before = after;
    }
    ns_a_cycle_ = static_cast<double>(now_ns() - start_ns) / static_cast<double>(before - start);
  }
  void stop(Outcome& outcome) {
    outcome.p50_ns = at(0.5);
    outcome.p99_ns = at(0.99);
    outcome.p999_ns = at(0.999);
  }

 private:
  double at(double share) {
    const auto nth =
        cycles_.begin() + static_cast<std::ptrdiff_t>(static_cast<double>(cycles_.size()) * share);
    std::nth_element(cycles_.begin(), nth, cycles_.end());
    return *nth * ns_a_cycle_;
  }

  std::vector<std::uint32_t> cycles_;
  double ns_a_cycle_ = 0;
};

// ── Runs ────────────────────────────────────────────────────────────────────────────────────────

template <class Measure, std::uint32_t ticks>
Outcome run_bare_on(const Workload& work) {
  BareBook<ticks> book(work.ids, work.shape.live * 2, work.shape.instruments);
  for (std::size_t i = 0; i < work.prefill; ++i)
    apply(book, work.ops[i]);
  Measure measure;
  measure.run(work.prefill, work.ops.size(), [&](std::size_t i) { apply(book, work.ops[i]); });
  Outcome outcome;
  measure.stop(outcome);
  outcome.trades = book.trades();
  outcome.volume = book.volume();
  return outcome;
}
template <class Measure>
Outcome run_bare(const Workload& work) {
  return work.shape.wide ? run_bare_on<Measure, ticks_wide>(work)
                         : run_bare_on<Measure, ticks_narrow>(work);
}

template <class Measure>
Outcome run_core(const Workload& work) {
  BookPlayer player(work);
  const Op* const ops = work.ops.data();
  const Op* const last = ops + work.ops.size();
  for (std::size_t i = 0; i < work.prefill; ++i)
    player.play(ops + i, last);
  Measure measure;
  measure.run(work.prefill, work.ops.size(), [&](std::size_t i) { player.play(ops + i, last); });
  Outcome outcome;
  measure.stop(outcome);
  outcome.trades = player.trades();
  outcome.volume = player.volume();
  return outcome;
}

/// The clock of the throughput stops when the other core has taken the last event.
template <class Measure>
Outcome run_engine(const Workload& work, const std::vector<Slot>& slots) {
  Feeder feeder(work, slots);
  Taker taker(feeder.ring(), bench::there);
  const auto wait = [] { __builtin_ia32_pause(); };
  const std::size_t first = slots.size() - (work.ops.size() - work.prefill);
  for (std::size_t i = 0; i < first; ++i)
    feeder.feed(i, wait);
  Measure measure;
  measure.run(first, slots.size(), [&](std::size_t i) { feeder.feed(i, wait); });
  feeder.finish();
  taker.finish(feeder.events());
  Outcome outcome;
  measure.stop(outcome);
  outcome.trades = feeder.trades();
  outcome.volume = feeder.volume();
  return outcome;
}

// ── The report ──────────────────────────────────────────────────────────────────────────────────

struct Options {
  std::size_t operations = 8'000'000;
  std::uint64_t seed = 1;
  std::string only;
  std::string table;
  bool limits = true;
};

Options parse(int argc, char** argv) {
  Options options;
  const auto number = [](std::string_view text, auto& value) {
    if (std::from_chars(text.data(), text.data() + text.size(), value).ec != std::errc{})
      std::fprintf(stderr, "not a number: %s\n", text.data());
  };
  for (int i = 1; i + 1 < argc; ++i) {
    const std::string_view name(argv[i]);
    if (name == "--ops")
      number(argv[i + 1], options.operations);
    if (name == "--seed")
      number(argv[i + 1], options.seed);
    if (name == "--only")
      options.only = "," + std::string(argv[i + 1]) + ",";
    if (name == "--table")
      options.table = argv[i + 1];
    if (name == "--limits")
      options.limits = std::string_view(argv[i + 1]) != "off";
  }
  return options;
}

struct Goals {
  std::string_view workload;
  double core;
  double everything;
};
constexpr Goals goals[] = {{"a", 2.0, 1.2},  {"b", 1.7, 1.1}, {"c1", 5.0, 3.5},
                           {"c2", 5.0, 3.5}, {"d", 1.8, 1.2}, {"e", 1.5, 1.05}};

struct Percentiles {
  std::vector<double> p50, p99, p999;
  void add(const Outcome& outcome) {
    p50.push_back(outcome.p50_ns);
    p99.push_back(outcome.p99_ns);
    p999.push_back(outcome.p999_ns);
  }
  void report(Report& report, const std::string& name) const {
    report.add(name + " p50", summarize(p50), "ns");
    report.add(name + " p99", summarize(p99), "ns");
    report.add(name + " p99.9", summarize(p999), "ns");
  }
};

/// One row of a table: `ours` is called with a Throughput or a Latency. False if it traded
/// differently from the yardstick.
template <class Ours>
bool compare(Report& report, const Workload& work, const std::string& name, double goal,
             Ours ours) {
  const Outcome expected = run_bare<Throughput>(work);
  bool agree = true;
  const auto checked = [&](const Outcome& outcome) {
    agree = agree && outcome.trades == expected.trades && outcome.volume == expected.volume;
    return outcome;
  };
  const PairedSamples pair = paired_runs(
      report.runs(), [&] { return checked(ours(Throughput())).mops; },
      [&] { return checked(run_bare<Throughput>(work)).mops; });
  report.add(name, pair.a, "Mops/s");
  report.add(name + ": bare", pair.b, "Mops/s");
  report.add_ratio(name + " / bare", pair.ratio, {.at_least = goal});
  Percentiles of_ours, of_bare;
  for (std::size_t run = 0; run < report.runs(); ++run) {
    of_ours.add(checked(ours(Latency())));
    of_bare.add(checked(run_bare<Latency>(work)));
  }
  of_ours.report(report, name);
  of_bare.report(report, name + ": bare");
  if (name == "core b") {
    std::vector<double> ratios;
    for (std::size_t run = 0; run < report.runs(); ++run)
      ratios.push_back(of_ours.p99[run] / of_bare.p99[run]);
    report.add_ratio(name + " p99 / bare p99", summarize(ratios), {.at_most = 1.0});
  }
  report.note(name + ": " + std::to_string(expected.trades) + " trades, " +
              std::to_string(expected.volume) + " shares" +
              (agree ? ", the same in every run" : ": TRADED DIFFERENTLY"));
  return agree;
}

}  // namespace

int main(int argc, char** argv) {
  Report report("match", argc, argv);
  const Options options = parse(argc, argv);
  if (!pin_to_core(bench::here))
    report.note("not pinned: the host refuses it");
  bool agree = true;
  for (std::size_t i = 0; i < shapes.size(); ++i) {
    const std::string name(shapes[i].name);
    if (!options.only.empty() && options.only.find("," + name + ",") == std::string::npos)
      continue;
    const Workload work = make_workload(shapes[i], options.operations, options.seed);
    if (options.table != "everything")
      agree = compare(report, work, "core " + name, goals[i].core,
                      [&]<class Measure>(Measure) { return run_core<Measure>(work); }) &&
              agree;
    if (options.table == "core")
      continue;
    const std::vector<Slot> slots =
        make_slots(work, options.limits ? limit_slots() : std::vector<Slot>{});
    agree = compare(report, work, "everything " + name, goals[i].everything,
                    [&]<class Measure>(Measure) { return run_engine<Measure>(work, slots); }) &&
            agree;
  }
  report.note(std::to_string(options.operations) + " operations a run behind the prefill, seed " +
              std::to_string(options.seed) + "; latencies with the reading of the counter" +
              (options.limits ? "" : "; no limits"));
  const int code = report.finish();
  return agree ? code : static_cast<int>(ExitCode::check_failed);
}
