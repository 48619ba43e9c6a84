// The picture of a running node, as text: a screen for terminals, a line for anything else.
//
// Shapes: a snapshot in, text out; no line is longer than `columns`. Rates are per second, since
// the snapshot before. Threads: pure functions. Errors: none. Cost: some string work.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "node/status.hpp"

namespace wirebook::node {

struct LiveSnapshot {
  double elapsed_s = 0;
  double total_s = 0;
  std::string title;
  std::vector<BookTop> books;  ///< as the feed tells them
  double messages_per_s = 0;
  double fills_per_s = 0;
  double itch_per_s = 0;
  std::uint64_t messages = 0;  ///< sent by the clients
  std::uint64_t answered = 0;
  std::uint64_t fills = 0;
  std::uint64_t rejects = 0;
  RingUse slot_ring;
  RingUse event_ring;
  std::uint64_t feed_messages = 0;
  std::uint64_t feed_datagrams = 0;
  std::uint64_t feed_missing = 0;
  std::uint64_t latency_p50_ns = 0;
  std::uint64_t latency_p99_ns = 0;
  std::uint64_t latency_p999_ns = 0;
  std::uint64_t latency_max_ns = 0;
};

/// Several lines, each ended by a newline.
[[nodiscard]] std::string render_live_view(const LiveSnapshot& snapshot, std::size_t columns);

/// One line without a newline.
[[nodiscard]] std::string render_live_line(const LiveSnapshot& snapshot);

/// 1234567 as "1,234,567".
[[nodiscard]] std::string grouped(std::uint64_t value);

/// In 1/10000, as "189.4700".
[[nodiscard]] std::string price_text(Price price);

}  // namespace wirebook::node
