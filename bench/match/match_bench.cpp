// The engine on one instrument, beside a bare structure that checks and reports nothing.
//
// Both play the same stream by turns in one run, and must agree on trades and volume. The engine
// gets slots that were built before, through its public face, and writes its events to a ring that
// the same thread drains, or a second pinned core. `--ops N` sets the operations of a run (the full
// size is 8000000), `--seed N` the stream.
#include <algorithm>
#include <atomic>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "wirebook/event.hpp"
#include "wirebook/exit_code.hpp"
#include "wirebook/limits.hpp"
#include "wirebook/slot.hpp"

#include "bench/match/bare_book.hpp"
#include "bench/match/order_slots.hpp"
#include "bench/match/workload.hpp"
#include "bench/report.hpp"
#include "match/engine.hpp"
#include "slot_ring/ring.hpp"

namespace {

using namespace wirebook;  // NOLINT(google-build-using-namespace): a program of its own
using bench::BareBook;
using bench::Drain;
using bench::drain_batch;
using bench::make_slots;
using bench::now_ns;
using bench::opening_slots;
using bench::Workload;

constexpr std::uint32_t live_orders = 10'000;
constexpr std::size_t event_slots = 16'384;
constexpr unsigned here = 0;
constexpr unsigned there = 1;

struct Traded {
  std::uint64_t trades = 0;
  std::uint64_t volume = 0;
  friend bool operator==(const Traded&, const Traded&) = default;
};
struct Outcome {
  double mops = 0;
  Traded traded;
};

// ── Runs ────────────────────────────────────────────────────────────────────────────────────────

/// One engine and its event ring, fed slot by slot. `make_room` is called when credit runs out.
class Feeder {
 public:
  explicit Feeder(const std::vector<Slot>& slots)
      : slots_(&slots),
        engine_({.orders = 4 * live_orders, .trades = 1U << 16, .sessions = 4, .instruments = 4}),
        ring_(event_slots),
        writer_(ring_) {}

  [[nodiscard]] slot_ring::Ring<Event>& ring() { return ring_; }
  [[nodiscard]] std::uint64_t events() const { return writer_.sequence(); }
  [[nodiscard]] Traded traded() const {
    return {engine_.counters().trades, engine_.counters().volume};
  }

  template <class MakeRoom>
  void feed(std::size_t index, MakeRoom make_room) {
    get_credit(make_room);
    const SlotGroup group{.head = &(*slots_)[index], .sequence = index};
    match::Step step = engine_.on_slot(group, writer_);
    while (step == match::Step::more) {
      get_credit(make_room);
      step = engine_.resume(writer_);
    }
  }

 private:
  template <class MakeRoom>
  void get_credit(MakeRoom make_room) {
    while (!writer_.has_credit(step_events_max))
      make_room();
  }

  const std::vector<Slot>* slots_;
  match::Engine engine_;
  slot_ring::Ring<Event> ring_;
  slot_ring::Writer<Event> writer_;
};

double mops(std::size_t operations, std::uint64_t start_ns) {
  return static_cast<double>(operations) * 1e3 / static_cast<double>(now_ns() - start_ns);
}

Outcome run_bare(const Workload& work) {
  BareBook book(work.ids, 4 * live_orders);
  for (std::size_t i = 0; i < work.prefill; ++i)
    bench::apply(book, work.ops[i]);
  const std::uint64_t start_ns = now_ns();
  for (std::size_t i = work.prefill; i < work.ops.size(); ++i)
    bench::apply(book, work.ops[i]);
  const double speed = mops(work.ops.size() - work.prefill, start_ns);
  return {speed, {book.trades(), book.volume()}};
}

Outcome run_on_one_core(const Workload& work, const std::vector<Slot>& slots) {
  Feeder feeder(slots);
  Drain drain(feeder.ring());
  const auto take_all = [&drain] {
    while (drain.run() != 0) {
    }
  };
  const std::size_t first = opening_slots + work.prefill;
  for (std::size_t i = 0; i < first; ++i)
    feeder.feed(i, take_all);
  take_all();
  const std::uint64_t start_ns = now_ns();
  for (std::size_t i = first; i < slots.size(); ++i) {
    feeder.feed(i, take_all);
    if (feeder.events() - drain.sequence() >= drain_batch)
      drain.run();
  }
  take_all();
  const double speed = mops(slots.size() - first, start_ns);
  bench::keep(drain.sum());
  return {speed, feeder.traded()};
}

/// The clock stops when the other core has taken the last event.
Outcome run_on_two_cores(const Workload& work, const std::vector<Slot>& slots) {
  Feeder feeder(slots);
  Drain drain(feeder.ring());
  std::atomic<std::uint64_t> last{~std::uint64_t{0}};
  std::thread consumer([&] {
    bench::pin_to_core(there);
    while (drain.sequence() < last.load(std::memory_order_acquire))
      if (drain.run() == 0)
        __builtin_ia32_pause();
    bench::keep(drain.sum());
  });
  const auto wait = [] { __builtin_ia32_pause(); };
  const std::size_t first = opening_slots + work.prefill;
  for (std::size_t i = 0; i < first; ++i)
    feeder.feed(i, wait);
  const std::uint64_t start_ns = now_ns();
  for (std::size_t i = first; i < slots.size(); ++i)
    feeder.feed(i, wait);
  last.store(feeder.events(), std::memory_order_release);
  consumer.join();
  return {mops(slots.size() - first, start_ns), feeder.traded()};
}

// ── Latency ─────────────────────────────────────────────────────────────────────────────────────

struct Percentiles {
  double p50_ns = 0;
  double p99_ns = 0;
};

Percentiles percentiles(std::vector<std::uint64_t>& times_ns) {
  const auto at = [&times_ns](std::size_t percent) {
    const auto nth =
        times_ns.begin() + static_cast<std::ptrdiff_t>(times_ns.size() * percent / 100);
    std::nth_element(times_ns.begin(), nth, times_ns.end());
    return static_cast<double>(*nth);
  };
  return {at(50), at(99)};
}

/// Each operation from one clock reading to the next; the reading itself is part of the figure.
Percentiles time_bare(const Workload& work) {
  BareBook book(work.ids, 4 * live_orders);
  for (std::size_t i = 0; i < work.prefill; ++i)
    bench::apply(book, work.ops[i]);
  std::vector<std::uint64_t> times_ns;
  times_ns.reserve(work.ops.size());
  std::uint64_t before_ns = now_ns();
  for (std::size_t i = work.prefill; i < work.ops.size(); ++i) {
    bench::apply(book, work.ops[i]);
    const std::uint64_t after_ns = now_ns();
    times_ns.push_back(after_ns - before_ns);
    before_ns = after_ns;
  }
  return percentiles(times_ns);
}

Percentiles time_engine(const Workload& work, const std::vector<Slot>& slots) {
  Feeder feeder(slots);
  Drain drain(feeder.ring());
  const auto take_all = [&drain] {
    while (drain.run() != 0) {
    }
  };
  const std::size_t first = opening_slots + work.prefill;
  for (std::size_t i = 0; i < first; ++i)
    feeder.feed(i, take_all);
  std::vector<std::uint64_t> times_ns;
  times_ns.reserve(slots.size());
  for (std::size_t i = first; i < slots.size(); ++i) {
    const std::uint64_t before_ns = now_ns();
    feeder.feed(i, take_all);
    times_ns.push_back(now_ns() - before_ns);
    if (feeder.events() - drain.sequence() >= drain_batch)
      drain.run();
  }
  return percentiles(times_ns);
}

// ── The report ──────────────────────────────────────────────────────────────────────────────────

struct Options {
  std::size_t operations = 1'000'000;
  std::uint64_t seed = 1;
};

Options parse(int argc, char** argv) {
  Options options;
  const auto number = [](std::string_view text, auto& value) {
    if (std::from_chars(text.data(), text.data() + text.size(), value).ec != std::errc{})
      std::fprintf(stderr, "not a number: %s\n", text.data());
  };
  for (int i = 1; i + 1 < argc; ++i) {
    if (std::string_view(argv[i]) == "--ops")
      number(argv[i + 1], options.operations);
    if (std::string_view(argv[i]) == "--seed")
      number(argv[i + 1], options.seed);
  }
  return options;
}

void measure_latency(bench::Report& report, const std::string& name, const Workload& work,
                     const std::vector<Slot>& slots) {
  std::vector<double> engine_p50, engine_p99, bare_p50, bare_p99;
  for (std::size_t run = 0; run < report.runs(); ++run) {
    const Percentiles engine = time_engine(work, slots);
    const Percentiles bare = time_bare(work);
    engine_p50.push_back(engine.p50_ns);
    engine_p99.push_back(engine.p99_ns);
    bare_p50.push_back(bare.p50_ns);
    bare_p99.push_back(bare.p99_ns);
  }
  report.add(name + "engine p50, clock included", bench::summarize(engine_p50), "ns");
  report.add(name + "engine p99, clock included", bench::summarize(engine_p99), "ns");
  report.add(name + "bare p50, clock included", bench::summarize(bare_p50), "ns");
  report.add(name + "bare p99, clock included", bench::summarize(bare_p99), "ns");
}

/// False if the engine and the yardstick traded differently.
bool measure(bench::Report& report, const std::string& name, const Workload& work) {
  const std::vector<Slot> slots = make_slots(work);
  const Traded expected = run_bare(work).traded;
  bool agree = true;
  const auto checked = [&](const Outcome& outcome) {
    agree = agree && outcome.traded == expected;
    return outcome.mops;
  };
  const auto bare = [&] { return checked(run_bare(work)); };
  const auto one = bench::paired_runs(
      report.runs(), [&] { return checked(run_on_one_core(work, slots)); }, bare);
  report.add(name + "engine, events drained here", one.a, "Mops/s");
  report.add(name + "bare structure", one.b, "Mops/s");
  report.add_ratio(name + "engine / bare", one.ratio);
  if (std::thread::hardware_concurrency() > 1) {
    const auto two = bench::paired_runs(
        report.runs(), [&] { return checked(run_on_two_cores(work, slots)); }, bare);
    report.add(name + "engine, events to a second core", two.a, "Mops/s");
    report.add_ratio(name + "engine with second core / bare", two.ratio);
  }
  measure_latency(report, name, work, slots);
  report.note(name + std::to_string(expected.trades) + " trades, " +
              std::to_string(expected.volume) + " shares" +
              (agree ? ", the same in every run" : ": THE ENGINE TRADED DIFFERENTLY"));
  return agree;
}

}  // namespace

int main(int argc, char** argv) {
  bench::Report report("match", argc, argv);
  const Options options = parse(argc, argv);
  if (!bench::pin_to_core(here))
    report.note("not pinned: the host refuses it");
  bool agree = true;
  for (const bench::Mix mix : {bench::Mix::passive, bench::Mix::mixed}) {
    const Workload work = bench::WorkloadMaker({.mix = mix,
                                                .operations = options.operations,
                                                .live = live_orders,
                                                .seed = options.seed})
                              .make();
    agree = measure(report, mix == bench::Mix::passive ? "a: " : "b: ", work) && agree;
  }
  report.note(std::to_string(options.operations) + " operations a run, " +
              std::to_string(live_orders) + " live orders, 200 ticks, seed " +
              std::to_string(options.seed) + "; engine: all checks, every event written");
  const int code = report.finish();
  return agree ? code : static_cast<int>(ExitCode::check_failed);
}
