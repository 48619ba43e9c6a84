// The copying pipeline (copying_pipeline.hpp) against the path without copies (zero_copy_path.hpp),
// on the same datagrams, by turns in one run; two threads each, on the same two cores.
//
// Throughput: as fast as the gateway's thread can, until the last order is logged. Times: orders
// come at a rate that all of them can bear, from when an order was due to when it may be told.
// `null`: the log is written to nowhere, so that the processor's part can be seen. `durable`: the
// copying log is appended, flushed and fdatasynced for all that is queued, the journal as always.
//
// `--directory DIR` (default: beside the program) names the disk, `--orders N` a run's orders.
#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "bench/journal/copying_runs.hpp"
#include "bench/journal/place.hpp"
#include "bench/report.hpp"

namespace {

using namespace wirebook;         // NOLINT(google-build-using-namespace): a program of its own
using namespace wirebook::bench;  // NOLINT(google-build-using-namespace)

// The fast path goes over the same bytes more often, or a run would be over before it began.
constexpr std::size_t zero_copy_passes = 8;
constexpr std::size_t staged_batch = 1024;

/// ns an order of each stage, all on one thread, a batch of each at a time.
template <class Form>
std::array<double, copy_stages> time_stages(const Comparison& comparison) {
  const auto path = comparison.copying<Form>(Log::null);
  const OrderDay& day = comparison.day();
  std::array<std::uint64_t, copy_stages> ns{};
  std::uint64_t before_ns = 0;
  const auto lap = [&](CopyStage stage) {
    const std::uint64_t now = now_ns();
    ns[static_cast<std::size_t>(stage)] += now - before_ns;
    before_ns = now_ns();
  };
  const std::size_t batches = day.size() / staged_batch;
  for (std::size_t batch = 0; batch < batches; ++batch) {
    std::vector<std::string> datagrams(staged_batch), lines(staged_batch);
    std::vector<typename Form::Held> messages(staged_batch);
    std::vector<Order> orders(staged_batch);
    before_ns = now_ns();
    for (std::size_t i = 0; i < staged_batch; ++i)
      datagrams[i] = path->receive(day[batch * staged_batch + i]);
    lap(CopyStage::receive);
    for (std::size_t i = 0; i < staged_batch; ++i)
      messages[i] = path->decode(datagrams[i]);
    lap(CopyStage::decode);
    for (std::size_t i = 0; i < staged_batch; ++i)
      orders[i] = path->convert(messages[i], i);
    lap(CopyStage::convert);
    for (Order& order : orders)
      path->push(std::move(order));
    const std::deque<Order> queued = path->pop_all();
    lap(CopyStage::queue);
    for (std::size_t i = 0; i < staged_batch; ++i)
      path->serialise(queued[i], lines[i]);
    lap(CopyStage::serialise);
    for (const std::string& line : lines)
      path->write(line);
    path->commit();
    lap(CopyStage::log);
  }
  std::array<double, copy_stages> each{};
  for (std::size_t i = 0; i < copy_stages; ++i)
    each[i] = static_cast<double>(ns[i]) / static_cast<double>(batches * staged_batch);
  return each;
}

/// ns an order of parsing into the ring (as `decode`) and of the journal's writer (as `log`).
std::array<double, copy_stages> time_zero_copy(const Comparison& comparison) {
  const OrderDay& day = comparison.day();
  const auto path = comparison.zero_copy(Log::null, day.size());
  std::uint64_t parse_ns = 0;
  std::uint64_t log_ns = 0;
  const std::size_t batches = day.size() / staged_batch;
  for (std::size_t batch = 0; batch < batches; ++batch) {
    const std::uint64_t start_ns = now_ns();
    for (std::size_t i = 0; i < staged_batch; ++i)
      path->take(day[batch * staged_batch + i], i);
    const std::uint64_t parsed_ns = now_ns();
    while (path->told() < (batch + 1) * staged_batch)
      path->log();
    parse_ns += parsed_ns - start_ns;
    log_ns += now_ns() - parsed_ns;
  }
  std::array<double, copy_stages> each{};
  const auto orders = static_cast<double>(batches * staged_batch);
  each[static_cast<std::size_t>(CopyStage::decode)] = static_cast<double>(parse_ns) / orders;
  each[static_cast<std::size_t>(CopyStage::log)] = static_cast<double>(log_ns) / orders;
  return each;
}

template <class Form>
void compare_throughput(Report& report, const Comparison& comparison, const std::string& name,
                        Log log, Goal goal) {
  const auto pair = paired_runs(
      report.runs(),
      [&] {
        const auto path = comparison.zero_copy(log, zero_copy_passes * comparison.day().size());
        return comparison.throughput(*path, zero_copy_passes);
      },
      [&] {
        const auto path = comparison.copying<Form>(log);
        return comparison.throughput(*path, 1);
      });
  const std::string where = std::string(", ") + name_of(log);
  report.add("without copies" + where, pair.a, "M orders/s");
  report.add("copying, " + name + where, pair.b, "M orders/s");
  report.add_ratio("  without / copying", pair.ratio, goal);
}

template <class Form>
void compare_times(Report& report, const Comparison& comparison, const std::string& name, Log log) {
  std::vector<double> ours_p50, ours_p99, theirs_p50, theirs_p99, ratios;
  for (std::size_t run = 0; run < report.runs(); ++run) {
    const auto ours = comparison.zero_copy(log, paced_orders);
    const Times without = comparison.paced(*ours);
    const auto theirs = comparison.copying<Form>(log);
    const Times with = comparison.paced(*theirs);
    ours_p50.push_back(without.p50_us);
    ours_p99.push_back(without.p99_us);
    theirs_p50.push_back(with.p50_us);
    theirs_p99.push_back(with.p99_us);
    ratios.push_back(with.p99_us / without.p99_us);
  }
  const std::string where = std::string(", ") + name_of(log);
  report.add("without copies" + where + ", p50", summarize(ours_p50), "us");
  report.add("without copies" + where + ", p99", summarize(ours_p99), "us");
  report.add("copying, " + name + where + ", p50", summarize(theirs_p50), "us");
  report.add("copying, " + name + where + ", p99", summarize(theirs_p99), "us");
  report.add_ratio("  p99: copying / without", summarize(ratios));
}

struct Column {
  std::string name;
  std::array<double, copy_stages> bytes{};
  std::array<double, copy_stages> ns{};
};

template <class Path>
std::array<double, copy_stages> bytes_an_order(const Path& path, std::size_t orders) {
  std::array<double, copy_stages> each{};
  const CopiedBytes copied = path.copied();
  for (std::size_t i = 0; i < copy_stages; ++i)
    each[i] = static_cast<double>(copied[i]) / static_cast<double>(orders);
  return each;
}

template <class Form>
Column copying_column(const Comparison& comparison, const std::string& name) {
  const auto path = comparison.copying<Form>(Log::durable);
  static_cast<void>(comparison.throughput(*path, 1));
  return {name, bytes_an_order(*path, comparison.day().size()), time_stages<Form>(comparison)};
}
Column zero_copy_column(const Comparison& comparison) {
  const auto path = comparison.zero_copy(Log::durable, comparison.day().size());
  static_cast<void>(comparison.throughput(*path, 1));
  return {"without copies", bytes_an_order(*path, comparison.day().size()),
          time_zero_copy(comparison)};
}

void note_stages(Report& report, const std::vector<Column>& columns) {
  constexpr std::array<const char*, copy_stages> names{
      "receive: into a string", "decode: object, or slot", "convert: order",    "queue, by value",
      "serialise: line",        "log: stdio, or journal",  "kernel: page cache"};
  char line[160];
  const auto note = [&](const char* stage, auto bytes_of, auto ns_of) {
    int used = std::snprintf(line, sizeof line, "%-26s", stage);
    for (const Column& column : columns)
      used += std::snprintf(line + used, sizeof line - static_cast<std::size_t>(used),
                            "  %10.1f %8.1f", bytes_of(column), ns_of(column));
    report.note(line);
  };
  std::string head(26, ' ');
  for (const Column& column : columns) {
    std::snprintf(line, sizeof line, "  %19s", column.name.c_str());
    head += line;
  }
  report.note("");
  report.note(head);
  head.assign(26, ' ');
  for (std::size_t i = 0; i < columns.size(); ++i)
    head += "     B/order ns/order";
  report.note(head);
  for (std::size_t i = 0; i < copy_stages; ++i)
    note(
        names[i], [i](const Column& c) { return c.bytes[i]; },
        [i](const Column& c) { return c.ns[i]; });
  const auto sum = [](const std::array<double, copy_stages>& all) {
    double total = 0;
    for (const double each : all)
      total += each;
    return total;
  };
  note(
      "all", [&sum](const Column& c) { return sum(c.bytes); },
      [&sum](const Column& c) { return sum(c.ns); });
  report.note("ns: each stage by itself on one thread, null log; the kernel's part is in log's");
  report.note("");
}

std::size_t orders_of(int argc, char** argv) {
  for (int i = 1; i + 1 < argc; ++i)
    if (std::string_view(argv[i]) == "--orders")
      return std::strtoull(argv[i + 1], nullptr, 10);
  return 200'000;
}

}  // namespace

int main(int argc, char** argv) {
  Report report("journal_copying", argc, argv);
  const Place place(argc, argv);
  if (!pin_to_core(journal_core))
    report.note("not pinned: the host refuses it");
  const Comparison comparison(place, orders_of(argc, argv));
  for (const Log log : {Log::null, Log::durable}) {
    compare_throughput<StructForm>(report, comparison, "structs", log, {.at_least = 5});
    compare_throughput<JsonForm>(report, comparison, "JSON", log, {.at_least = 5});
  }
  for (const Log log : {Log::null, Log::durable}) {
    compare_times<StructForm>(report, comparison, "structs", log);
    compare_times<JsonForm>(report, comparison, "JSON", log);
  }
  note_stages(report, {zero_copy_column(comparison),
                       copying_column<StructForm>(comparison, "copying, structs"),
                       copying_column<JsonForm>(comparison, "copying, JSON")});
  char line[100];
  std::snprintf(line, sizeof line, "%zu datagrams, %.1f bytes each; times at %ju orders a second",
                comparison.day().size(), comparison.day().bytes_per_order(),
                static_cast<std::uintmax_t>(1'000'000'000 / paced_interval_ns));
  report.note(line);
  report.note("the path without copies goes over them " + std::to_string(zero_copy_passes) +
              " times a run; cores: gateway " + std::to_string(producer_core) + ", log " +
              std::to_string(journal_core));
  report.note("the disk: " + place.path());
  return report.finish();
}
