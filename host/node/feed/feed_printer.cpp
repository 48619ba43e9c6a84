#include "node/feed/feed_printer.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "wirebook/limits.hpp"

#include "node/feed/feed_summary.hpp"
#include "node/json/json_slots.hpp"
#include "node/json/json_text.hpp"
#include "node/sockets/endpoint.hpp"

namespace wirebook::node {
namespace {

using feed::Line;
using Level = match::LevelSummary;

constexpr std::uint64_t silence_ns = 3'000'000'000;

/// For a terminal, which takes some characters for commands.
std::string plain(std::string_view text) {
  std::string shown(text);
  std::replace_if(
      shown.begin(), shown.end(), [](char c) { return c < ' ' || c > '~'; }, '?');
  return shown;
}

void append_level_text(std::string& out, const std::optional<Level>& level) {
  std::string price;
  if (level)
    append_price(price, level->price.raw);
  fmt::format_to(std::back_inserter(out), "{:>9} @ {:>12}",
                 level ? std::to_string(level->quantity) : "-", level ? price : "-");
}

void append_level_json(std::string& out, const Level& level) {
  out += R"({"price":")";
  append_price(out, level.price.raw);
  fmt::format_to(std::back_inserter(out), R"(","quantity":{},"orders":{}}})", level.quantity,
                 level.orders);
}

void append_side_json(std::string& out, std::string_view name, const std::vector<Level>& levels) {
  fmt::format_to(std::back_inserter(out), R"(,"{}":[)", name);
  for (std::size_t i = 0; i < levels.size(); ++i) {
    if (i != 0)
      out += ',';
    append_level_json(out, levels[i]);
  }
  out += ']';
}

std::vector<Level> levels_of(const match::FeedFollower& books, std::uint16_t locate, bool buy,
                             std::size_t most) {
  std::vector<Level> levels(most);
  levels.resize(books.depth(locate, buy, levels));
  return levels;
}

}  // namespace

FeedPrinter::FeedPrinter(FeedPrintOptions options, std::FILE* to)
    : options_(std::move(options)),
      to_(to),
      json_(options_.json || options_.what == FeedPrint::messages),
      changed_(instruments_max + 1),
      names_(instruments_max + 1) {}

void FeedPrinter::write() {
  (void)std::fwrite(line_.data(), 1, line_.size(), to_);
  line_.clear();
}

void FeedPrinter::print_start(const feed::FeedReceiver& receiver) {
  for (const auto& [name, line] : {std::pair{"A", Line::a}, {"B", Line::b}}) {
    const feed::Endpoint at = receiver.endpoint(line);
    if (at.port == 0)
      continue;
    line_ += json_ ? fmt::format(R"({{"type":"listening","line":"{}","on":"{}"}})"
                                 "\n",
                                 name, to_string(at))
                   : fmt::format("line {} on {}\n", name, to_string(at));
  }
  write();
  flush();
}

void FeedPrinter::on_state(const feed::FeedStatus& status) noexcept {
  const std::string_view session = status.session ? status.session->view() : std::string_view();
  if (json_) {
    fmt::format_to(std::back_inserter(line_), R"({{"type":"state","state":"{}","session":)",
                   feed::to_text(status.state));
    append_json_string(line_, session);
    fmt::format_to(std::back_inserter(line_),
                   R"(,"next":{},"known_end":{},"complete":{}}})"
                   "\n",
                   status.next_number, status.known_end, status.complete);
  } else {
    fmt::format_to(std::back_inserter(line_), "state: {}, session {}, next {} of {}{}\n",
                   feed::to_text(status.state), plain(session), status.next_number,
                   status.known_end, status.complete ? "" : ", incomplete");
  }
  write();
  flush();
}

void FeedPrinter::on_hole(std::uint64_t first, std::uint64_t count) noexcept {
  line_ += json_ ? fmt::format(R"({{"type":"hole","first":{},"count":{}}})"
                               "\n",
                               first, count)
                 : fmt::format("hole: {} messages from {} on will not come\n", count, first);
  write();
}

void FeedPrinter::on_session(const Alpha<10>& session) noexcept {
  if (json_) {
    line_ += R"({"type":"session","session":)";
    append_json_string(line_, session.view());
    line_ += "}\n";
  } else {
    fmt::format_to(std::back_inserter(line_), "session: {}\n", plain(session.view()));
  }
  write();
  std::fill(changed_.begin(), changed_.end(), false);
  std::fill(names_.begin(), names_.end(), Symbol{});
}

void FeedPrinter::print_troubles(const feed::FeedReceiver& receiver, std::uint64_t now_ns) {
  const feed::FeedStatus status = receiver.status();
  if (std::exchange(snapshot_failures_, status.snapshot_failures) != status.snapshot_failures)
    line_ += json_ ? fmt::format(R"({{"type":"glimpse","failure":"{}"}})"
                                 "\n",
                                 feed::to_text(status.last_failure))
                   : fmt::format("GLIMPSE: {}\n", feed::to_text(status.last_failure));
  if (status.state != feed::FeedState::ended)
    print_lines(receiver, now_ns);
  write();
}

void FeedPrinter::print_lines(const feed::FeedReceiver& receiver, std::uint64_t now_ns) {
  for (const auto& [name, line] : {std::pair{"A", Line::a}, {"B", Line::b}}) {
    const std::uint64_t heard = receiver.line(line).heard_at_ns;
    const bool silent = heard != 0 && heard + silence_ns < now_ns;
    if (std::exchange(silent_[static_cast<std::size_t>(line)], silent) == silent)
      continue;
    line_ += json_ ? fmt::format(R"({{"type":"line","line":"{}","silent":{}}})"
                                 "\n",
                                 name, silent)
                   : fmt::format("line {} {}\n", name, silent ? "is silent" : "is back");
  }
}

bool FeedPrinter::is_wanted(Symbol symbol) const {
  return options_.symbols.empty() || std::find(options_.symbols.begin(), options_.symbols.end(),
                                               symbol) != options_.symbols.end();
}

void FeedPrinter::on_message(std::uint64_t number, const Slot& slot) noexcept {
  const std::uint16_t locate = slot.feed.instrument;
  changed_[locate] = true;
  if (options_.what != FeedPrint::messages)
    return;
  const char letter = itch_type(slot.tail.kind);
  if (letter == 'R')
    names_[locate] = Symbol::from(
        {reinterpret_cast<const char*>(slot.feed_verbatim.bytes.data()), sizeof(Symbol)});
  else if (letter == 'A' || letter == 'F')
    names_[locate] = slot.feed_add.symbol;
  if (!is_wanted(names_[locate]))
    return;
  append_json_group(line_, {.head = &slot, .sequence = number});
  write();
}

void FeedPrinter::print_books(const match::FeedFollower& books) {
  if (options_.what != FeedPrint::tops && options_.what != FeedPrint::depth)
    return;
  for (std::size_t i = 0; i < changed_.size(); ++i) {
    if (!changed_[i])
      continue;
    changed_[i] = false;
    const auto locate = static_cast<std::uint16_t>(i);
    const auto symbol = books.symbol(locate);
    if (!symbol || !is_wanted(*symbol))
      continue;
    if (options_.what == FeedPrint::tops)
      print_top(books, locate, *symbol);
    else
      print_depth(books, locate, *symbol);
  }
  flush();
}

void FeedPrinter::print_top(const match::FeedFollower& books, std::uint16_t locate, Symbol symbol) {
  const match::BookSummary book = books.book(locate);
  if (json_) {
    line_ += R"({"type":"top","symbol":)";
    append_json_string(line_, symbol.view());
    for (const auto& [name, level] : {std::pair{"bid", book.bid}, {"ask", book.ask}}) {
      fmt::format_to(std::back_inserter(line_), R"(,"{}":)", name);
      if (level)
        append_level_json(line_, *level);
      else
        line_ += "null";
    }
    fmt::format_to(std::back_inserter(line_),
                   R"(,"orders":{}}})"
                   "\n",
                   book.live_orders);
  } else {
    fmt::format_to(std::back_inserter(line_), "{:<8} ", plain(symbol.view()));
    append_level_text(line_, book.bid);
    line_ += "  | ";
    append_level_text(line_, book.ask);
    fmt::format_to(std::back_inserter(line_), "  {} orders\n", book.live_orders);
  }
  write();
}

void FeedPrinter::print_depth(const match::FeedFollower& books, std::uint16_t locate,
                              Symbol symbol) {
  const std::vector<Level> bids = levels_of(books, locate, true, options_.levels);
  const std::vector<Level> asks = levels_of(books, locate, false, options_.levels);
  if (json_) {
    line_ += R"({"type":"depth","symbol":)";
    append_json_string(line_, symbol.view());
    append_side_json(line_, "bids", bids);
    append_side_json(line_, "asks", asks);
    line_ += "}\n";
  } else {
    fmt::format_to(std::back_inserter(line_), "{}\n", plain(symbol.view()));
    for (std::size_t i = 0; i < std::max(bids.size(), asks.size()); ++i) {
      line_ += "  ";
      append_level_text(line_, i < bids.size() ? std::optional(bids[i]) : std::nullopt);
      line_ += "  | ";
      append_level_text(line_, i < asks.size() ? std::optional(asks[i]) : std::nullopt);
      line_ += '\n';
    }
  }
  write();
}

void FeedPrinter::print_summary(const feed::FeedReceiver& receiver) {
  line_ += json_ ? feed_summary_json(receiver) : feed_summary_text(receiver);
  write();
  flush();
}

}  // namespace wirebook::node
