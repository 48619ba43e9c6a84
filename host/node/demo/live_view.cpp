#include "node/demo/live_view.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "metrics/histogram_text.hpp"

namespace wirebook::node {
namespace {

using metrics::readable_ns;

constexpr std::size_t bar_cells = 20;

std::uint64_t rounded(double value) {
  return static_cast<std::uint64_t>(std::llround(std::max(value, 0.0)));
}

/// [####----]: at least one cell as soon as anything is used.
std::string bar(const RingUse& ring) {
  const std::uint64_t slots = std::max<std::uint64_t>(ring.slots, 1);
  const std::uint64_t used = std::min(ring.used, slots);
  const auto full = static_cast<std::size_t>((used * bar_cells + slots - 1) / slots);
  return "[" + std::string(full, '#') + std::string(bar_cells - full, '-') + "]";
}

std::string ring_line(std::string_view name, const RingUse& ring) {
  return fmt::format(" {:<11} {} {:>9} of {} in use, {} at most", name, bar(ring),
                     grouped(ring.used), grouped(ring.slots), grouped(ring.used_max));
}

std::string book_line(const BookTop& book) {
  const bool has_bid = book.bid_quantity != 0;
  const bool has_ask = book.ask_quantity != 0;
  return fmt::format(" {:<8} {:>12} {:>13} | {:<13} {:<12}", book.symbol.view(),
                     has_bid ? grouped(book.bid_quantity) : "",
                     has_bid ? price_text(book.bid) : "-", has_ask ? price_text(book.ask) : "-",
                     has_ask ? grouped(book.ask_quantity) : "");
}

std::string latency_text(const LiveSnapshot& snapshot) {
  return fmt::format("p50 {}  p99 {}  p99.9 {}  max {}", readable_ns(snapshot.latency_p50_ns),
                     readable_ns(snapshot.latency_p99_ns), readable_ns(snapshot.latency_p999_ns),
                     readable_ns(snapshot.latency_max_ns));
}

}  // namespace

std::string grouped(std::uint64_t value) {
  std::string text = std::to_string(value);
  for (std::size_t place = text.size(); place > 3; place -= 3)
    text.insert(place - 3, 1, ',');
  return text;
}

std::string price_text(Price price) {
  return fmt::format("{}.{:04}", price.raw / price_scale, price.raw % price_scale);
}

std::string render_live_view(const LiveSnapshot& snapshot, std::size_t columns) {
  std::vector<std::string> lines;
  lines.push_back(fmt::format(" wirebook   {:.1f} of {:.1f} s   {}", snapshot.elapsed_s,
                              snapshot.total_s, snapshot.title));
  lines.emplace_back();
  lines.push_back(fmt::format(" {:<8} {:>12} {:>13} | {:<13} {:<12}", "symbol", "shares", "bid",
                              "ask", "shares"));
  for (const BookTop& book : snapshot.books)
    lines.push_back(book_line(book));
  lines.emplace_back();
  lines.push_back(fmt::format(" {:<11} {:>9} messages/s {:>9} fills/s {:>9} ITCH messages/s",
                              "rates", grouped(rounded(snapshot.messages_per_s)),
                              grouped(rounded(snapshot.fills_per_s)),
                              grouped(rounded(snapshot.itch_per_s))));
  lines.push_back(fmt::format(" {:<11} {} sent, {} answered, {} fills, {} rejects", "so far",
                              grouped(snapshot.messages), grouped(snapshot.answered),
                              grouped(snapshot.fills), grouped(snapshot.rejects)));
  lines.push_back(ring_line("slot ring", snapshot.slot_ring));
  lines.push_back(ring_line("event ring", snapshot.event_ring));
  lines.push_back(fmt::format(" {:<11} {} messages in {} datagrams, {} missing", "feed",
                              grouped(snapshot.feed_messages), grouped(snapshot.feed_datagrams),
                              grouped(snapshot.feed_missing)));
  lines.push_back(fmt::format(" {:<11} {}", "latency", latency_text(snapshot)));
  std::string text;
  for (std::string& line : lines) {
    line.resize(std::min(line.size(), columns));
    text += line + "\n";
  }
  return text;
}

std::string render_live_line(const LiveSnapshot& snapshot) {
  std::string text =
      fmt::format("{:5.1f} s  {} messages/s  {} fills/s  {} answered  ring {}/{}  {}",
                  snapshot.elapsed_s, grouped(rounded(snapshot.messages_per_s)),
                  grouped(rounded(snapshot.fills_per_s)), grouped(snapshot.answered),
                  snapshot.slot_ring.used, snapshot.slot_ring.slots, latency_text(snapshot));
  if (!snapshot.books.empty()) {
    const BookTop& book = snapshot.books.front();
    text += fmt::format("  {} {} / {}", book.symbol.view(),
                        book.bid_quantity != 0 ? price_text(book.bid) : "-",
                        book.ask_quantity != 0 ? price_text(book.ask) : "-");
  }
  return text;
}

}  // namespace wirebook::node
