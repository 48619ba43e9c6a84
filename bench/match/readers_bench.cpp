// What readers cost the engine: one that polls the top of the book, one that polls ten levels.
//
// One engine goes through the stream in pieces; from piece to piece the manner changes: books not
// shown at all, shown to nobody, shown to a reader on a second pinned core that does nothing but
// read. A ratio is that of neighbouring pieces, a run's figure the median of its ratios, so that
// what the machine does besides meets all manners alike. Time is the processor time of the engine's
// thread. `--ops N` sets the operations of a run, `--seed N` the stream, `--piece N` the operations
// of a piece, `--pace-top N` and `--pace-level N` the pacing (book_readers.hpp).
#include <algorithm>
#include <array>
#include <atomic>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <ctime>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "wirebook/event.hpp"
#include "wirebook/limits.hpp"
#include "wirebook/slot.hpp"

#include "bench/match/order_slots.hpp"
#include "bench/match/workload.hpp"
#include "bench/report.hpp"
#include "match/engine.hpp"
#include "match/readers/book_readers.hpp"
#include "slot_ring/ring.hpp"

namespace {

using namespace wirebook;  // NOLINT(google-build-using-namespace): a program of its own
using bench::Drain;
using bench::drain_batch;

constexpr std::uint32_t live_orders = 10'000;  ///< as in workloads a and b
constexpr std::uint16_t locate = 1;
constexpr std::size_t event_slots = 16'384;
constexpr std::size_t depth_levels = 10;
constexpr std::size_t batch = 64;  ///< slots between two looks at whether something is due

enum class Manner : std::uint8_t { not_shown, to_nobody, top, depth };
constexpr std::array manners{Manner::not_shown, Manner::to_nobody, Manner::top, Manner::depth};
using Costs = std::array<double, manners.size()>;  ///< ns an operation

struct Options {
  std::size_t operations = 2'000'000;
  std::size_t piece = 16'384;
  std::uint64_t seed = 1;
  std::uint32_t slots_per_top = match::BookReadersOptions{}.slots_per_top;
  std::uint32_t slots_per_level = match::BookReadersOptions{}.slots_per_level;
};

double thread_ns() {
  timespec time{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) * 1e9 + static_cast<double>(time.tv_nsec);
}

/// A thread that reads in the manner it was told last.
class Poller {
 public:
  explicit Poller(match::BookReaders& readers) : readers_(&readers), thread_([this] { run(); }) {}
  ~Poller() {
    ends_.store(true);
    thread_.join();
  }
  Poller(const Poller&) = delete;
  Poller& operator=(const Poller&) = delete;

  /// Comes back when it does.
  void tell(Manner manner) {
    wanted_.store(manner);
    while (does_.load() != manner)
      __builtin_ia32_pause();
  }
  [[nodiscard]] std::uint64_t reads() const { return reads_.load(); }
  [[nodiscard]] std::uint64_t views() const { return views_.load(); }

 private:
  void run() {
    bench::pin_to_core(bench::there);
    while (!ends_.load()) {
      const Manner manner = wanted_.load();
      does_.store(manner);
      if (manner == Manner::top)
        poll(manner, [this] { return readers_->top(locate).sequence; });
      else if (manner == Manner::depth)
        poll_depth();
      else
        std::this_thread::yield();
    }
  }
  void poll_depth() {
    const std::optional<match::BookWatch> watch = readers_->watch(locate, depth_levels);
    match::BookDepth depth;
    poll(Manner::depth, [&] { return watch->read(depth) ? depth.sequence : 0; });
  }
  template <class Read>
  void poll(Manner manner, Read read) {
    std::uint64_t last = 0;
    std::uint64_t reads = 0;
    std::uint64_t views = 0;
    for (; wanted_.load(std::memory_order_relaxed) == manner && !ends_.load(); ++reads) {
      const std::uint64_t sequence = read();
      views += sequence != last ? 1U : 0U;
      last = sequence;
    }
    reads_.fetch_add(reads);
    views_.fetch_add(views);
  }

  match::BookReaders* readers_;
  alignas(64) std::atomic<Manner> wanted_{Manner::not_shown};
  alignas(64) std::atomic<Manner> does_{Manner::not_shown};
  std::atomic<bool> ends_{false};
  std::atomic<std::uint64_t> reads_{0};
  std::atomic<std::uint64_t> views_{0};
  std::thread thread_;
};

/// One engine on its way through the stream.
class Walk {
 public:
  Walk(const std::vector<Slot>& slots, match::BookReaders& readers)
      : slots_(&slots),
        readers_(&readers),
        engine_({.orders = 4 * live_orders, .trades = 1U << 16, .sessions = 4, .instruments = 4}),
        ring_(event_slots),
        writer_(ring_),
        drain_(ring_) {}

  [[nodiscard]] std::size_t left() const { return slots_->size() - next_; }
  void go(std::size_t count, bool show) {
    const std::size_t end = next_ + count;
    while (next_ < end) {
      for (const std::size_t stop = std::min(end, next_ + batch); next_ < stop; ++next_)
        feed();
      if (show)
        engine_.show(*readers_, next_, match::Show::busy);
      take_events();
    }
  }

 private:
  void feed() {
    const SlotGroup group{.head = &(*slots_)[next_], .sequence = next_};
    need_credit();
    match::Step step = engine_.on_slot(group, writer_);
    while (step == match::Step::more) {
      need_credit();
      step = engine_.resume(writer_);
    }
  }
  void need_credit() {
    while (!writer_.has_credit(step_events_max))
      take_events();
  }
  void take_events() {
    while (drain_.run() == drain_batch) {
    }
    bench::keep(drain_.sum());
  }

  const std::vector<Slot>* slots_;
  match::BookReaders* readers_;
  match::Engine engine_;
  slot_ring::Ring<Event> ring_;
  slot_ring::Writer<Event> writer_;
  Drain drain_;
  std::size_t next_ = 0;
};

struct RunResult {
  Costs costs{};  ///< medians of the pieces
  Costs kept{};   ///< throughput as a part of that of `not_shown`, medians over neighbours
  std::uint64_t reads = 0;
  std::uint64_t views = 0;
};

RunResult run_once(const Options& options, const std::vector<Slot>& slots, std::size_t prefill) {
  match::BookReaders readers({.instruments = 4,
                              .slots_per_top = options.slots_per_top,
                              .slots_per_level = options.slots_per_level});
  Walk walk(slots, readers);
  Poller poller(readers);
  walk.go(prefill, false);
  std::array<std::vector<double>, manners.size()> costs;
  std::array<std::vector<double>, manners.size()> kept;
  for (std::size_t round = 0; walk.left() >= manners.size() * options.piece; ++round) {
    Costs now{};
    for (std::size_t i = 0; i < manners.size(); ++i) {
      const Manner manner = manners[(i + round) % manners.size()];
      poller.tell(manner);
      const double start = thread_ns();
      walk.go(options.piece, manner != Manner::not_shown);
      now[static_cast<std::size_t>(manner)] =
          (thread_ns() - start) / static_cast<double>(options.piece);
    }
    for (std::size_t i = 0; i < manners.size(); ++i) {
      costs[i].push_back(now[i]);
      kept[i].push_back(now[0] / now[i]);
    }
  }
  RunResult result{.reads = poller.reads(), .views = poller.views()};
  for (std::size_t i = 0; i < manners.size(); ++i) {
    result.costs[i] = bench::summarize(costs[i]).median;
    result.kept[i] = bench::summarize(kept[i]).median;
  }
  return result;
}

Options parse(int argc, char** argv) {
  Options options;
  const auto number = [](std::string_view text, auto& value) {
    if (std::from_chars(text.data(), text.data() + text.size(), value).ec != std::errc{})
      std::fprintf(stderr, "not a number: %s\n", text.data());
  };
  for (int i = 1; i + 1 < argc; ++i) {
    const std::string_view name = argv[i];
    if (name == "--ops")
      number(argv[i + 1], options.operations);
    else if (name == "--seed")
      number(argv[i + 1], options.seed);
    else if (name == "--piece")
      number(argv[i + 1], options.piece);
    else if (name == "--pace-top")
      number(argv[i + 1], options.slots_per_top);
    else if (name == "--pace-level")
      number(argv[i + 1], options.slots_per_level);
  }
  return options;
}

void measure(bench::Report& report, const std::string& name, const bench::Shape& shape,
             const Options& options) {
  const bench::Workload work = bench::make_workload(shape, options.operations, options.seed);
  const std::vector<Slot> slots = bench::make_slots(work);
  const std::size_t prefill = bench::opening_slots(work) + work.prefill;
  std::array<std::vector<double>, manners.size()> costs;
  std::array<std::vector<double>, manners.size()> kept;
  RunResult last;
  static_cast<void>(run_once(options, slots, prefill));
  for (std::size_t run = 0; run < report.runs(); ++run) {
    last = run_once(options, slots, prefill);
    for (std::size_t i = 0; i < manners.size(); ++i) {
      costs[i].push_back(last.costs[i]);
      kept[i].push_back(last.kept[i]);
    }
  }
  const bench::Goal goal{.at_least = 0.98};
  report.add(name + "an operation, books not shown", bench::summarize(costs[0]), "ns");
  report.add_ratio(name + "throughput, shown to nobody / not shown", bench::summarize(kept[1]));
  report.add_ratio(name + "throughput, a reader polls the top / not shown",
                   bench::summarize(kept[2]), goal);
  report.add_ratio(name + "throughput, a reader polls 10 levels / not shown",
                   bench::summarize(kept[3]), goal);
  report.note(name + std::to_string(last.reads) + " reads gave " + std::to_string(last.views) +
              " different views in the last run");
}

}  // namespace

int main(int argc, char** argv) {
  bench::Report report("match_readers", argc, argv);
  const Options options = parse(argc, argv);
  if (!bench::pin_to_core(bench::here))
    report.note("not pinned: the host refuses it");
  if (std::thread::hardware_concurrency() < 2)
    report.note("one core: the reader takes turns with the engine, the figures say nothing");
  measure(report, "a: ", bench::shapes[0], options);
  measure(report, "b: ", bench::shapes[1], options);
  report.note(std::to_string(options.operations) + " operations a run in pieces of " +
              std::to_string(options.piece) + ", seed " + std::to_string(options.seed) +
              "; a top is paid for by " + std::to_string(options.slots_per_top) +
              " slots, a level by " + std::to_string(options.slots_per_level));
  return report.finish();
}
