#include "node/demo/demo_report.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "metrics/histogram_text.hpp"
#include "node/config/config_names.hpp"
#include "node/demo/live_view.hpp"
#include "node/load/load_report.hpp"

namespace wirebook::node {
namespace {

using metrics::readable_ns;

bool same_top(const BookTop& a, const BookTop& b) {
  const bool bids_equal =
      a.bid_quantity == b.bid_quantity && (a.bid_quantity == 0 || a.bid == b.bid);
  const bool asks_equal =
      a.ask_quantity == b.ask_quantity && (a.ask_quantity == 0 || a.ask == b.ask);
  return a.symbol == b.symbol && bids_equal && asks_equal;
}

std::string top_text(const BookTop& top) {
  return fmt::format("{} at {} / {} at {}", top.bid_quantity, price_text(top.bid), top.ask_quantity,
                     price_text(top.ask));
}

std::string row(std::string_view name, const std::string& value) {
  return fmt::format("  {:<34}{:>16}\n", name, value);
}

/// "9 cycles, 30.0 ns".
std::string cycles_text(const SimulatedKernel& kernel, std::uint64_t cycles) {
  return fmt::format("{} cycles, {:.1f} ns", cycles, kernel.ns(cycles));
}

std::string kernel_rows(const SimulatedKernel& kernel) {
  std::string text = "\n  simulated: the kernel is Verilog in a simulator; its figures are\n";
  text += fmt::format("  cycles of its clock, {:.0f} MHz; all others are this host's\n",
                      kernel.clock_mhz);
  if (kernel.measured == 0)
    return text + row("kernel latency", "no frame found it at rest");
  text += row("kernel latency         min", cycles_text(kernel, kernel.cycles_min));
  text += row("                       median", cycles_text(kernel, kernel.cycles_median));
  text += row("                       max", cycles_text(kernel, kernel.cycles_max));
  text += row("  frames measured", grouped(kernel.measured));
  text += row("frames into the kernel", grouped(kernel.frames_in));
  text += row("frames out of it", grouped(kernel.frames_out));
  text += row("slots that it wrote", grouped(kernel.slots));
  text += row("cycles simulated", grouped(kernel.cycles));
  return text +
         "  kernel latency: from the last beat of a frame to its first slot on the way to\n"
         "  memory, of frames that found the kernel at rest\n";
}

std::string journal_rows(const JournalFindings& findings, const JournalStatus& status) {
  return row("slots in the journal", grouped(findings.slots)) +
         row("  bytes written", grouped(status.written_bytes)) +
         row("  bytes copied for it", grouped(status.copied_bytes));
}

std::string journal_json(const JournalFindings& findings) {
  return fmt::format(R"({{"mode":"{}","slots":{},"digests_agreed":{},"equal":{}}})",
                     journal_mode_names[static_cast<std::size_t>(findings.mode)], findings.slots,
                     findings.digests_agreed, findings.different.empty());
}

std::string kernel_json(const SimulatedKernel& kernel) {
  return fmt::format(
      R"({{"simulated":true,"clock_mhz":{},"cycles":{},"frames_in":{},"frames_out":{},)"
      R"("slots":{},"latency":{{"frames":{},"min_cycles":{},"median_cycles":{},"max_cycles":{},)"
      R"("median_ns":{:.1f}}}}})",
      kernel.clock_mhz, kernel.cycles, kernel.frames_in, kernel.frames_out, kernel.slots,
      kernel.measured, kernel.cycles_min, kernel.cycles_median, kernel.cycles_max,
      kernel.ns(kernel.cycles_median));
}

}  // namespace

std::vector<std::string> differences(const NodeStatus& status, const FeedState& feed) {
  std::vector<std::string> lines;
  if (feed.missing != 0 || feed.messages != status.itch_messages)
    lines.push_back(fmt::format("the listener got {} of {} ITCH messages", feed.messages,
                                status.itch_messages));
  if (feed.anomalies != 0)
    lines.push_back(fmt::format("{} messages do not fit the books", feed.anomalies));
  if (feed.books.size() != status.books.size())
    lines.push_back(fmt::format("{} books in the feed, {} in the node", feed.books.size(),
                                status.books.size()));
  for (std::size_t i = 0; i < std::min(feed.books.size(), status.books.size()); ++i)
    if (!same_top(feed.books[i], status.books[i]))
      lines.push_back(fmt::format("{}: the feed says {}, the node {}",
                                  status.books[i].symbol.view(), top_text(feed.books[i]),
                                  top_text(status.books[i])));
  return lines;
}

std::string demo_table(const DemoFindings& findings, const Load& load) {
  const NodeStatus& status = findings.status;
  const LoadCounters& counts = load.records().counters;
  const metrics::Histogram& latency = load.records().latency;
  const double seconds = static_cast<double>(findings.result.sending_ns) / 1e9;
  const auto number = [](std::uint64_t value) { return grouped(value); };
  const auto time = [&](double percent) { return readable_ns(latency.percentile(percent)); };
  std::string text = findings.kernel ? "\nsimulated card\n" : "\n";
  text += row("messages sent", number(counts[LoadCount::sent]));
  text +=
      row("  per second", number(static_cast<std::uint64_t>(achieved_rate(load, findings.result))));
  text += row("  unanswered", number(counts[LoadCount::unanswered]));
  text += row("  sent again", number(counts[LoadCount::resent]));
  text += row("orders accepted", number(status.orders));
  text += row(
      "  per second",
      number(seconds > 0 ? static_cast<std::uint64_t>(static_cast<double>(status.orders) / seconds)
                         : 0));
  text += row("fills", number(status.fills));
  text += row("rejects", number(status.rejects));
  text += row("wire-to-wire latency   p50", time(50));
  text += row("                       p99", time(99));
  text += row("                       p99.9", time(99.9));
  text += row("                       max", readable_ns(latency.max()));
  text += row("bytes copied per order", fmt::format("{:.1f}", status.bytes_copied_per_order()));
  text += row("heap allocations after start",
              findings.allocations ? number(*findings.allocations) : std::string("not counted"));
  text += row("datagrams in", number(status.datagrams));
  text += row("datagrams out", number(status.packets_sent));
  text += row("datagrams dropped, ring full",
              number(status.dropped_order_datagrams + status.dropped_session_datagrams));
  if (status.journal)
    text += journal_rows(findings.journal, *status.journal);
  text += row("ITCH messages", number(status.itch_messages));
  text += row("gaps: to clients / in the feed",
              fmt::format("{} / {}", counts[LoadCount::gaps], findings.feed.missing));
  text +=
      "\n  latency: from the scheduled time of a message to its first reply at the client, the\n"
      "  client's own delay included; a late send makes it longer, never fewer samples\n";
  if (findings.kernel)
    text += kernel_rows(*findings.kernel);
  return text;
}

std::string demo_json(const DemoFindings& findings, const Load& load) {
  const NodeStatus& status = findings.status;
  return fmt::format(
      R"({{"node":{{"messages":{},"orders":{},"fills":{},"volume":{},"rejects":{},)"
      R"("datagrams_in":{},"datagrams_out":{},"itch_messages":{},"bytes_copied_per_order":{:.1f},)"
      R"("heap_allocations":{},"threads":{}}},"feed":{{"messages":{},"missing":{},)"
      R"("books_equal":{}}},"journal":{},"card":{},"load":{}}})"
      "\n",
      status.messages, status.orders, status.fills, status.volume, status.rejects, status.datagrams,
      status.packets_sent, status.itch_messages, status.bytes_copied_per_order(),
      findings.allocations ? std::to_string(*findings.allocations) : "null", status.threads,
      findings.feed.messages, findings.feed.missing, differences(status, findings.feed).empty(),
      journal_json(findings.journal), findings.kernel ? kernel_json(*findings.kernel) : "null",
      load_json(load, findings.result));
}

}  // namespace wirebook::node
