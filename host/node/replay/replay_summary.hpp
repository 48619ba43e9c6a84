// What a replay came to: counts by message type, anomalies, trades, and the books at the end.
//
// Shapes: names and counts in the order of printing. Threads: values. Errors: none.
// Cost: end of the replay only.
#pragma once

#include <array>
#include <cstdint>
#include <iosfwd>
#include <string>
#include <utility>
#include <vector>

#include "wirebook/outcome.hpp"
#include "wirebook/slot.hpp"
#include "wirebook/units.hpp"

#include "match/book/book_summary.hpp"

namespace wirebook::node {

/// Kept while a replay runs.
struct ReplayCounts {
  std::array<std::uint64_t, 256> messages{};  ///< input messages that were taken, by slot kind
  OutcomeCounters outcomes;
  std::uint64_t bad_lines = 0;

  void add_message(SlotKind kind) { ++messages[static_cast<std::size_t>(kind)]; }
  [[nodiscard]] std::uint64_t malformed() const { return outcomes.malformed() + bad_lines; }
};

struct ReplaySummary {
  using Count = std::pair<std::string, std::uint64_t>;
  struct Book {
    Symbol symbol{};
    match::BookSummary book;
  };

  std::vector<Count> by_type;
  std::vector<Count> anomalies;  ///< `unknown_reference` always, others if there were any
  std::uint64_t trades = 0;
  std::uint64_t volume = 0;
  std::vector<Book> books;  ///< by locate

  [[nodiscard]] std::uint64_t messages() const;
};

/// How `by_type` calls a message: by its letter on the wire, or by its type in JSON lines.
enum class TypeNames : std::uint8_t { letter, json };

/// The part of a summary that the counts tell, `by_type` and `anomalies`. `table` gives the names
/// of what `counters` counted; its trades and volume are none of the anomalies.
template <class Counters, class Table>
ReplaySummary make_summary(const ReplayCounts& counts, TypeNames names, const Counters& counters,
                           const Table& table);

[[nodiscard]] std::vector<ReplaySummary::Count> count_types(const ReplayCounts& counts,
                                                            TypeNames names);
/// Appends what the parsers and the reader of JSON lines found.
void add_input_anomalies(std::vector<ReplaySummary::Count>& anomalies, const ReplayCounts& counts);

[[nodiscard]] std::string to_json(const ReplaySummary& summary);
/// A few lines for people.
void print(std::ostream& out, const ReplaySummary& summary);

template <class Counters, class Table>
ReplaySummary make_summary(const ReplayCounts& counts, TypeNames names, const Counters& counters,
                           const Table& table) {
  ReplaySummary summary{.by_type = count_types(counts, names),
                        .anomalies = {{"unknown_reference", 0}},
                        .trades = counters.trades,
                        .volume = counters.volume};
  for (const auto& [name, value] : table) {
    const std::uint64_t count = counters.*value;
    if (name == "unknown_reference")
      summary.anomalies.front().second = count;
    else if (count != 0 && name != "trades" && name != "volume")
      summary.anomalies.emplace_back(name, count);
  }
  add_input_anomalies(summary.anomalies, counts);
  return summary;
}

}  // namespace wirebook::node
