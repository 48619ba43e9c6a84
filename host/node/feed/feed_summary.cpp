#include "node/feed/feed_summary.hpp"

#include <string_view>
#include <utility>

#include <fmt/format.h>

namespace wirebook::node {
namespace {

using feed::Line;

void append_line_json(std::string& out, std::string_view name, const feed::LineCounters& line) {
  fmt::format_to(
      std::back_inserter(out),
      R"(,"{}":{{"datagrams":{},"first":{},"again":{},"missed":{},"not_kept":{},"malformed":{}}})",
      name, line.datagrams, line.messages, line.duplicates, line.missed, line.not_kept,
      line.outcomes.malformed());
}

void append_line_text(std::string& out, std::string_view name, const feed::LineCounters& line) {
  fmt::format_to(std::back_inserter(out),
                 "{:<8} {} datagrams; {} messages first here, {} again; {} numbers missed; "
                 "{} malformed\n",
                 name, line.datagrams, line.messages, line.duplicates, line.missed,
                 line.outcomes.malformed());
}

std::uint64_t orders_of(const match::FeedFollower& books) {
  std::uint64_t orders = 0;
  for (std::uint32_t locate = 0; locate <= books.instruments(); ++locate)
    orders += books.book(static_cast<std::uint16_t>(locate)).live_orders;
  return orders;
}

std::uint64_t anomalies_of(const match::FeedFollower& books) {
  const match::FeedCounters& counters = books.counters();
  return counters.unknown_reference + counters.duplicate_reference + counters.over_reduction +
         counters.capacity_reject;
}

}  // namespace

std::string feed_summary_text(const feed::FeedReceiver& receiver) {
  const feed::FeedStatus status = receiver.status();
  std::string text = fmt::format(
      "{}, next message {}; {}; {} sessions, {} times something was missing, {} requests, "
      "{} snapshots ({} failed{}{}), {} messages lost\n",
      feed::to_text(status.state), status.next_number, status.complete ? "complete" : "incomplete",
      status.sessions, status.gaps, status.requests, status.snapshots, status.snapshot_failures,
      status.snapshot_failures == 0 ? "" : ": ",
      status.snapshot_failures == 0 ? "" : feed::to_text(status.last_failure), status.lost);
  for (const auto& [name, line] :
       {std::pair{"line A", Line::a}, {"line B", Line::b}, {"answers", Line::answer}})
    if (receiver.endpoint(line).port != 0)
      append_line_text(text, name, receiver.line(line));
  const match::FeedFollower& books = receiver.books();
  return text + fmt::format(
                    "books    {} orders, {} messages that fit no book, {} malformed; "
                    "digest {:016x}\n",
                    orders_of(books), anomalies_of(books), receiver.outcomes().malformed(),
                    books.digest());
}

std::string feed_summary_json(const feed::FeedReceiver& receiver) {
  const feed::FeedStatus status = receiver.status();
  std::string text = fmt::format(
      R"({{"type":"summary","state":"{}","next":{},"complete":{},"sessions":{},"gaps":{},)"
      R"("requests":{},"snapshots":{},"snapshot_failures":{},"last_failure":"{}","holes":{},)"
      R"("lost":{},"kernel_drops":{})",
      feed::to_text(status.state), status.next_number, status.complete, status.sessions,
      status.gaps, status.requests, status.snapshots, status.snapshot_failures,
      feed::to_text(status.last_failure), status.holes, status.lost, receiver.dropped());
  append_line_json(text, "line_a", receiver.line(Line::a));
  append_line_json(text, "line_b", receiver.line(Line::b));
  append_line_json(text, "answers", receiver.line(Line::answer));
  const match::FeedFollower& books = receiver.books();
  return text + fmt::format(R"(,"orders":{},"anomalies":{},"malformed":{},"digest":"{:016x}"}})"
                            "\n",
                            orders_of(books), anomalies_of(books), receiver.outcomes().malformed(),
                            books.digest());
}

}  // namespace wirebook::node
