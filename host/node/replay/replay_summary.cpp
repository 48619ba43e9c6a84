#include "node/replay/replay_summary.hpp"

#include <ostream>
#include <string_view>

#include "node/json/json_orders.hpp"
#include "node/json/json_text.hpp"

namespace wirebook::node {

namespace {

std::string type_name(SlotKind kind, TypeNames names) {
  if (names == TypeNames::json)
    return std::string(json_type_name(kind));
  return std::string(1, is_feed(kind) ? itch_type(kind) : static_cast<char>(kind));
}

void append_counts(std::string& out, const std::vector<ReplaySummary::Count>& counts) {
  out += '{';
  for (const auto& [name, count] : counts) {
    if (out.back() != '{')
      out += ',';
    append_json_string(out, name);
    out += ':';
    append_number(out, count);
  }
  out += '}';
}

void append_side(std::string& out, const std::optional<match::LevelSummary>& level) {
  if (!level) {
    out += "null";
    return;
  }
  out += "{\"price\":\"";
  append_price(out, level->price.raw);
  out += "\",\"quantity\":";
  append_number(out, level->quantity);
  out += ",\"orders\":";
  append_number(out, level->orders);
  out += '}';
}

void append_book(std::string& out, const ReplaySummary::Book& entry) {
  append_json_string(out, entry.symbol.view());
  out += ":{\"live_orders\":";
  append_number(out, entry.book.live_orders);
  out += ",\"bid\":";
  append_side(out, entry.book.bid);
  out += ",\"ask\":";
  append_side(out, entry.book.ask);
  out += ",\"bid_levels\":";
  append_number(out, entry.book.bid_levels);
  out += ",\"ask_levels\":";
  append_number(out, entry.book.ask_levels);
  out += '}';
}

void print_counts(std::ostream& out, std::string_view title,
                  const std::vector<ReplaySummary::Count>& counts) {
  std::string line(title);
  for (const auto& [name, count] : counts) {
    ((line += ' ') += name) += ' ';
    append_number(line, count);
  }
  out << line << '\n';
}

std::string describe(const std::optional<match::LevelSummary>& level) {
  if (!level)
    return "none";
  std::string text;
  append_number(text, level->quantity);
  text += " at ";
  append_price(text, level->price.raw);
  return text;
}

}  // namespace

std::uint64_t ReplaySummary::messages() const {
  std::uint64_t sum = 0;
  for (const auto& [name, count] : by_type)
    sum += count;
  return sum;
}

std::vector<ReplaySummary::Count> count_types(const ReplayCounts& counts, TypeNames names) {
  std::vector<ReplaySummary::Count> by_type;
  for (std::size_t kind = 0; kind < counts.messages.size(); ++kind)
    if (counts.messages[kind] != 0)
      by_type.emplace_back(type_name(static_cast<SlotKind>(kind), names), counts.messages[kind]);
  return by_type;
}

void add_input_anomalies(std::vector<ReplaySummary::Count>& anomalies, const ReplayCounts& counts) {
  for (std::size_t i = 0; i < outcome_count; ++i) {
    const auto outcome = static_cast<Outcome>(i);
    if (counts.outcomes[outcome] != 0 && outcome_class(outcome) != OutcomeClass::taken)
      anomalies.emplace_back(to_string(outcome), counts.outcomes[outcome]);
  }
  if (counts.bad_lines != 0)
    anomalies.emplace_back("bad_line", counts.bad_lines);
}

std::string to_json(const ReplaySummary& summary) {
  std::string out = "{\"messages\":";
  append_number(out, summary.messages());
  out += ",\"by_type\":";
  append_counts(out, summary.by_type);
  out += ",\"anomalies\":";
  append_counts(out, summary.anomalies);
  out += ",\"trades\":";
  append_number(out, summary.trades);
  out += ",\"volume\":";
  append_number(out, summary.volume);
  out += ",\"books\":{";
  for (const ReplaySummary::Book& entry : summary.books) {
    if (out.back() != '{')
      out += ',';
    append_book(out, entry);
  }
  out += "}}\n";
  return out;
}

void print(std::ostream& out, const ReplaySummary& summary) {
  constexpr std::size_t books_shown_max = 10;
  out << "messages   " << summary.messages() << '\n';
  print_counts(out, "by type   ", summary.by_type);
  print_counts(out, "anomalies ", summary.anomalies);
  out << "trades     " << summary.trades << ", volume " << summary.volume << '\n';
  for (std::size_t i = 0; i < summary.books.size() && i < books_shown_max; ++i) {
    const auto& [symbol, book] = summary.books[i];
    out << "book       " << symbol.view() << ": " << book.live_orders << " orders, bid "
        << describe(book.bid) << ", ask " << describe(book.ask) << '\n';
  }
  if (summary.books.size() > books_shown_max)
    out << "           and " << summary.books.size() - books_shown_max << " more\n";
}

}  // namespace wirebook::node
