#include "node/control/control_answers.hpp"

#include <chrono>

#include <fmt/format.h>

#include "node/config/config_names.hpp"
#include "node/json/json_text.hpp"
#include "node/sockets/endpoint.hpp"

namespace wirebook::node {

namespace {

constexpr std::uint64_t ns_per_s = 1'000'000'000;

std::string quoted(std::string_view text) { return json_quoted(text); }

std::string quoted(char letter) {
  return letter == 0 ? quoted(std::string_view()) : quoted(std::string_view(&letter, 1));
}

std::string_view name_of(journal::WriterState state) {
  switch (state) {
    case journal::WriterState::running:
      return "running";
    case journal::WriterState::disk_full:
      return "disk full";
    default:
      return "stopped";
  }
}

std::string journal_text(const NodeStatus& status) {
  if (!status.journal)
    return "null";
  const JournalStatus& journal = *status.journal;
  return fmt::format(
      R"({{"mode":{},"state":{},"lag_slots":{},"segments":{},"snapshots":{},"trouble":{}}})",
      quoted(journal_mode_names[static_cast<std::size_t>(journal.mode)]),
      quoted(name_of(journal.state)), journal.lag_slots, journal.segments, journal.snapshots,
      quoted(journal.snapshot_trouble));
}

std::string side_text(Price price, std::uint64_t quantity) {
  if (quantity == 0)
    return "null";
  std::string text = R"({"price":")";
  append_price(text, price.raw);
  return text + fmt::format(R"(","quantity":{}}})", quantity);
}

/// 09:30:00, with a fraction if there is one.
std::string time_text(TimeNs time) {
  const std::uint64_t seconds = time.raw / ns_per_s;
  std::string text =
      fmt::format("{:02}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60);
  if (const std::uint64_t fraction = time.raw % ns_per_s; fraction != 0)
    text += fmt::format(".{:09}", fraction);
  return text;
}

std::string help_answer() {
  std::string text = R"({"ok":true,"help":[)";
  std::string_view rest = control_help();
  for (bool first = true; !rest.empty(); first = false) {
    const std::size_t end = rest.find('\n');
    text += (first ? "" : ",") + quoted(rest.substr(0, end));
    rest.remove_prefix(end + 1);
  }
  return text + "]}";
}

std::string status_answer(Node& node, char system_event) {
  const NodeStatus status = node.status();
  const Node::Venue venue = node.venue();
  std::string text = fmt::format(
      R"({{"ok":true,"day":{},"time":{},"event":{},"sequence":{},"order_entry":{},)",
      venue.clock.trading_day(), quoted(time_text(venue.clock.day())), quoted(system_event),
      venue.config.rings.start_sequence + status.slot_ring.published,
      quoted(to_string(status.order_entry)));
  text += fmt::format(
      R"("session_name":{},"market_data_session":{},"sessions":{},"sessions_up":{},"instruments":{},)",
      quoted(venue.config.order_entry.session_name.view()),
      quoted(venue.config.market_data.session_name.view()), venue.config.sessions.size(),
      status.sessions_up, venue.instruments.size());
  text += fmt::format(
      R"("messages":{},"orders":{},"fills":{},"volume":{},"rejects":{},"cancels":{},)",
      status.messages, status.orders, status.fills, status.volume, status.rejects, status.cancels);
  text += fmt::format(
      R"("ouch_messages":{},"itch_messages":{},"dropped_order_datagrams":{},"dropped_kernel":{},)",
      status.ouch_messages, status.itch_messages, status.dropped_order_datagrams,
      status.dropped_kernel_datagrams);
  text += fmt::format(R"("journal":{},"books":[)", journal_text(status));
  for (std::size_t i = 0; i < status.books.size(); ++i) {
    const BookTop& book = status.books[i];
    text +=
        fmt::format(R"({}{{"symbol":{},"bid":{},"ask":{},"live_orders":{}}})", i == 0 ? "" : ",",
                    quoted(book.symbol.view()), side_text(book.bid, book.bid_quantity),
                    side_text(book.ask, book.ask_quantity), book.live_orders);
  }
  return text + "]}";
}

std::string sessions_answer(Node& node) {
  const Node::Venue venue = node.venue();
  std::string text = R"({"ok":true,"sessions":[)";
  for (std::uint32_t number = 1; number <= venue.config.sessions.size(); ++number) {
    const SessionConfig& session = venue.config.sessions[number - 1];
    text += fmt::format(R"({}{{"session":{},"username":{},"firm":{},"up":{},"disabled":{}}})",
                        number == 1 ? "" : ",", number, quoted(session.username.view()),
                        quoted(session.firm.view()), venue.desk.is_up(number),
                        venue.desk.is_disabled(number));
  }
  return text + "]}";
}

std::string instruments_answer(Node& node) {
  const std::vector<ListedInstrument> all = node.venue().instruments.all();
  std::string text = R"({"ok":true,"instruments":[)";
  for (std::size_t i = 0; i < all.size(); ++i)
    text += fmt::format(
        R"({}{{"locate":{},"symbol":{},"round_lot":{},"trading_state":{},"reason":{}}})",
        i == 0 ? "" : ",", i + 1, quoted(all[i].symbol.view()), all[i].round_lot,
        quoted(all[i].trading_state), quoted(all[i].reason.view()));
  return text + "]}";
}

std::string schedule_answer(const ScheduleTable& schedule, char system_event, char reached) {
  if (!schedule.on)
    return fmt::format(R"({{"ok":true,"event":{},"schedule":null}})", quoted(system_event));
  std::string text = fmt::format(R"({{"ok":true,"event":{},"schedule":{{)", quoted(system_event));
  for (std::size_t i = 0; i < day_events; ++i)
    text += fmt::format(R"({}"{}":{})", i == 0 ? "" : ",", day_event_codes[i],
                        quoted(time_text(schedule.at[i])));
  text += "}";
  if (const std::optional<NextEvent> next = next_event(schedule, reached))
    text += fmt::format(R"(,"next":{},"at":{})", quoted(next->code), quoted(time_text(next->at)));
  return text + "}";
}

}  // namespace

std::string utc_text(std::int64_t unix_ns) {
  const std::chrono::sys_days date(
      std::chrono::days(unix_ns / static_cast<std::int64_t>(86'400 * ns_per_s)));
  const std::chrono::year_month_day day(date);
  const auto of_day = static_cast<std::uint64_t>(unix_ns) % (86'400 * ns_per_s);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:09}Z", static_cast<int>(day.year()),
                     static_cast<unsigned>(day.month()), static_cast<unsigned>(day.day()),
                     of_day / ns_per_s / 3600, of_day / ns_per_s / 60 % 60, of_day / ns_per_s % 60,
                     of_day % ns_per_s);
}

std::string error_answer(std::string_view error) {
  return fmt::format(R"({{"ok":false,"error":{}}})", quoted(error));
}

std::string act_fields(const ActResult& result, std::uint32_t trading_day) {
  std::string text =
      fmt::format(R"("ok":{},"day":{},"slots":{})", result.ok(), trading_day, result.slots);
  if (result.slots != 0)
    text += fmt::format(R"(,"sequence":{},"last":{})", result.first, result.last);
  if (!result.error.empty())
    text += R"(,"error":)" + quoted(result.error);
  if (!result.note.empty())
    text += R"(,"note":)" + quoted(result.note);
  return text;
}

std::string act_answer(const ActResult& result, std::uint32_t trading_day) {
  return "{" + act_fields(result, trading_day) + "}";
}

std::string query_answer(const ControlRequest& request, Node& node, char system_event,
                         char reached) {
  switch (request.verb) {
    case ControlVerb::help:
      return help_answer();
    case ControlVerb::sessions:
      return sessions_answer(node);
    case ControlVerb::instruments:
      return instruments_answer(node);
    case ControlVerb::schedule:
      return schedule_answer(node.venue().config.schedule, system_event, reached);
    default:
      return status_answer(node, system_event);
  }
}

std::string waiting_answer(const ControlRequest& request, std::string_view waiting) {
  return request.verb == ControlVerb::help
             ? help_answer()
             : fmt::format(R"({{"ok":true,"day":null,"waiting":{}}})", quoted(waiting));
}

}  // namespace wirebook::node
