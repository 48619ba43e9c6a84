#include "node/load/load_report.hpp"

#include <fstream>

#include <fmt/format.h>

#include "metrics/histogram_text.hpp"
#include "node/sockets/endpoint.hpp"

namespace wirebook::node {
namespace {

using metrics::readable_ns;

std::string latency_line(std::string_view name, const metrics::Histogram& times) {
  return fmt::format("  {:<12}{:>12}{:>12}{:>12}{:>12}{:>12}\n", name,
                     readable_ns(times.percentile(50)), readable_ns(times.percentile(90)),
                     readable_ns(times.percentile(99)), readable_ns(times.percentile(99.9)),
                     readable_ns(times.max()));
}

std::string_view name_of(LoadGaps gaps) {
  return gaps == LoadGaps::poisson ? "poisson" : "uniform";
}

std::string failed_to_write(const std::string& file) { return "cannot write " + file; }

}  // namespace

bool all_answered(const Load& load) {
  const LoadCounters& counters = load.records().counters;
  return counters[LoadCount::unanswered] == 0 && counters[LoadCount::missed] == 0;
}

double achieved_rate(const Load& load, const LoadResult& result) {
  const auto sent = static_cast<double>(load.records().counters[LoadCount::sent]);
  return result.sending_ns == 0 ? 0 : sent * 1e9 / static_cast<double>(result.sending_ns);
}

std::string load_table(const Load& load, const LoadResult& result) {
  const LoadCounters& counters = load.records().counters;
  const LoadOptions& options = load.options();
  const auto count = [&](LoadCount id) { return counters[id]; };
  std::string text;
  auto out = std::back_inserter(text);
  fmt::format_to(out, "load to {}: {} sessions, {} symbols, seed {}, {} gaps, {} threads\n",
                 to_string(options.to), options.accounts.size(), options.symbols.size(),
                 options.seed, name_of(options.gaps), options.threads);
  fmt::format_to(out, "  {:<12}{} in {:.2f} s: {:.0f}/s of {:.0f}/s asked\n", "sent",
                 count(LoadCount::sent), static_cast<double>(result.sending_ns) / 1e9,
                 achieved_rate(load, result), options.rate);
  fmt::format_to(out, "  {:<12}{} add, {} cancel, {} replace, {} immediate-or-cancel\n", "",
                 count(LoadCount::adds), count(LoadCount::cancels), count(LoadCount::replaces),
                 count(LoadCount::iocs));
  fmt::format_to(out, "  {:<12}{}, and {} overtaken by an execution\n", "answered",
                 count(LoadCount::answered), count(LoadCount::overtaken));
  fmt::format_to(out, "  {:<12}{}\n", "unanswered", count(LoadCount::unanswered));
  fmt::format_to(out, "  {:<12}{} reports, {} shares\n", "executions", count(LoadCount::executions),
                 count(LoadCount::shares));
  fmt::format_to(out, "  {:<12}{}\n", "rejects", count(LoadCount::rejected));
  fmt::format_to(out, "  {:<12}{} ({} of them under a new number)\n", "resent",
                 count(LoadCount::resent), count(LoadCount::renumbered));
  fmt::format_to(out, "  {:<12}{} messages in {} datagrams; {} gaps, {} requests, {} lost\n",
                 "received", count(LoadCount::messages), count(LoadCount::datagrams),
                 count(LoadCount::gaps), count(LoadCount::requests), count(LoadCount::missed));
  if (count(LoadCount::cuts) != 0)
    fmt::format_to(out, "  {:<12}{} connections, {} resumed at their next number\n", "cut",
                   count(LoadCount::cuts), count(LoadCount::resumed));
  if (count(LoadCount::held_back) != 0)
    fmt::format_to(out, "  {:<12}{} times, at {} unanswered messages\n", "held back",
                   count(LoadCount::held_back), options.in_flight_max);
  fmt::format_to(out, "\n  {:<12}{:>12}{:>12}{:>12}{:>12}{:>12}\n", "", "p50", "p90", "p99",
                 "p99.9", "max");
  text += latency_line("latency", load.records().latency);
  text += latency_line("of it late", load.records().lateness);
  text += "  latency: from the scheduled time to the first reply; late: until the client sent\n";
  return text;
}

std::string load_json(const Load& load, const LoadResult& result) {
  std::string text = fmt::format(
      R"({{"to":"{}","sessions":{},"symbols":{},"seed":{},"gaps":"{}","rate_asked":{:.1f},)"
      R"("rate_achieved":{:.1f},"seconds":{:.6f},"stopped":{},"counts":{{)",
      to_string(load.options().to), load.options().accounts.size(), load.options().symbols.size(),
      load.options().seed, name_of(load.options().gaps), load.options().rate,
      achieved_rate(load, result), static_cast<double>(result.sending_ns) / 1e9, result.stopped);
  std::string_view separator;
  for (const metrics::NamedCount& row : load.records().counters.table()) {
    text += fmt::format(R"({}"{}":{})", separator, row.name, row.value);
    separator = ",";
  }
  return text + R"(},"latency":)" + metrics::to_json(load.records().latency) + R"(,"lateness":)" +
         metrics::to_json(load.records().lateness) + "}\n";
}

std::string write_load_files(const LoadFiles& files, const Load& load, const LoadResult& result) {
  if (!files.hgrm.empty()) {
    std::ofstream out(files.hgrm);
    metrics::write_hgrm(out, load.records().latency);
    if (!out.flush())
      return failed_to_write(files.hgrm);
  }
  if (!files.json.empty()) {
    std::ofstream out(files.json);
    out << load_json(load, result);
    if (!out.flush())
      return failed_to_write(files.json);
  }
  return "";
}

}  // namespace wirebook::node
