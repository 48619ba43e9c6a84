#include "node/feed/feed_command.hpp"

#include <bit>
#include <memory>
#include <string>
#include <system_error>
#include <vector>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "node/config/word_option.hpp"
#include "node/feed/feed_printer.hpp"
#include "node/feed/feed_receiver.hpp"
#include "node/load/load_clock.hpp"
#include "node/load/load_interrupt.hpp"
#include "node/sockets/endpoint.hpp"

namespace wirebook::node {
namespace {

constexpr int wait_ms = 20;
constexpr std::uint64_t ns_per_s = 1'000'000'000;

struct FeedArguments {
  feed::FeedReceiverOptions receiver;
  FeedPrintOptions print;
  std::optional<std::string> line_a;
  std::optional<std::string> line_b;
  std::optional<std::string> interface;
  std::optional<std::string> rerequest;
  std::optional<std::string> glimpse;
  std::optional<std::string> republish;
  std::string session;
  std::string user;
  std::string password;
  std::vector<std::string> symbols;
  std::size_t window = 1U << 16;
  std::uint64_t every_ms = 1000;
  double seconds = 0;
  bool until_end = false;
};

/// Refuses a command line: says why and how it would be right.
bool refuse_feed(const std::string& why) {
  fmt::print(stderr, "wirebook feed: {}\n", why);
  return false;
}

enum class Port : std::uint8_t { given, any };

bool take_endpoint(const std::optional<std::string>& text, const char* option,
                   std::optional<Endpoint>& endpoint, Port port = Port::given) {
  if (!text)
    return true;
  endpoint = parse_endpoint(*text);
  return (endpoint && (endpoint->port != 0 || port == Port::any)) ||
         refuse_feed(fmt::format("{} wants ADDRESS:PORT, as 239.192.0.1:26500", option));
}

template <std::size_t width>
bool take_name(const std::string& text, const char* option, Alpha<width>& name) {
  name = Alpha<width>::from(text);
  return text.size() <= width ||
         refuse_feed(fmt::format("{} has {} characters at most", option, width));
}

bool take_names(FeedArguments& arguments) {
  feed::FeedClientOptions& client = arguments.receiver.client;
  if (!arguments.session.empty() &&
      !take_name(arguments.session, "--session", client.lines.session.emplace()))
    return false;
  for (const std::string& text : arguments.symbols)
    if (!take_name(text, "--symbols: a symbol", arguments.print.symbols.emplace_back()))
      return false;
  return take_name(arguments.user, "--user", client.glimpse.username) &&
         take_name(arguments.password, "--password", client.glimpse.password);
}

bool take_feed_arguments(FeedArguments& arguments) {
  feed::FeedReceiverOptions& options = arguments.receiver;
  std::optional<Endpoint> line_a;
  if (!take_endpoint(arguments.line_a, "--line-a", line_a, Port::any) ||
      !take_endpoint(arguments.line_b, "--line-b", options.line_b, Port::any) ||
      !take_endpoint(arguments.rerequest, "--rerequest", options.rerequest) ||
      !take_endpoint(arguments.glimpse, "--glimpse", options.glimpse) ||
      !take_endpoint(arguments.republish, "--republish", options.republish_to) ||
      !take_names(arguments))
    return false;
  options.line_a = *line_a;
  if (arguments.interface) {
    const auto interface = parse_address(*arguments.interface);
    if (!interface)
      return refuse_feed("--interface wants its address, as 127.0.0.1");
    options.interface = *interface;
  }
  if (!std::has_single_bit(arguments.window))
    return refuse_feed("--window wants a power of two");
  options.client.lines.window_messages = arguments.window;
  return true;
}

void follow(const FeedArguments& arguments, feed::FeedReceiver& receiver, FeedPrinter& printer,
            const std::atomic<bool>& interrupted) {
  const std::uint64_t start = load_clock_ns();
  std::uint64_t printed = start;
  while (!interrupted) {
    if (!receiver.poll())
      receiver.wait(wait_ms);
    const std::uint64_t now = load_clock_ns();
    if (now - printed >= arguments.every_ms * 1'000'000) {
      printer.print_troubles(receiver, now);
      printer.print_books(receiver.books());
      printer.flush();
      printed = now;
    }
    if (arguments.until_end && receiver.status().state == feed::FeedState::ended)
      break;
    if (arguments.seconds != 0 &&
        static_cast<double>(now - start) >= arguments.seconds * static_cast<double>(ns_per_s))
      break;
  }
  // Downstream is told of the end as well.
  receiver.poll();
  printer.print_books(receiver.books());
  printer.print_summary(receiver);
}

ExitCode run_feed(FeedArguments arguments) {
  if (!take_feed_arguments(arguments))
    return ExitCode::usage;
  try {
    const LoadInterrupt interrupt;
    FeedPrinter printer(arguments.print, stdout);
    feed::FeedReceiver receiver(arguments.receiver, &printer);
    printer.print_start(receiver);
    follow(arguments, receiver, printer, interrupt.flag());
    return receiver.status().complete ? ExitCode::ok : ExitCode::check_failed;
  } catch (const std::system_error& error) {
    refuse_feed(error.what());
    return ExitCode::io;
  }
}

void add_feed_options(CLI::App& command, FeedArguments& arguments) {
  feed::FeedReceiverOptions& options = arguments.receiver;
  command.add_option("--line-a", arguments.line_a, "The feed: GROUP:PORT, or an address of ours")
      ->required();
  command.add_option("--line-b", arguments.line_b, "The same feed once more");
  command.add_option("--interface", arguments.interface,
                     "Of the groups, by its address: 127.0.0.1 for a node on this host");
  command.add_option("--rerequest", arguments.rerequest, "MoldUDP64 re-request server, HOST:PORT");
  auto* const glimpse =
      command.add_option("--glimpse", arguments.glimpse, "GLIMPSE server, HOST:PORT");
  command.add_option("--user", arguments.user, "User name at the GLIMPSE server")->needs(glimpse);
  command.add_option("--password", arguments.password, "Its password")->needs(glimpse);
  command.add_option("--session", arguments.session, "Follow this MoldUDP64 session only");
  command.add_option("--republish", arguments.republish,
                     "Publish the feed once more, gapless: GROUP:PORT, or one receiver");
  take_word<FeedPrint>(
      command.add_option("--print", arguments.print.what, "What is printed of the feed (tops)"),
      {{"nothing", FeedPrint::nothing},
       {"tops", FeedPrint::tops},
       {"depth", FeedPrint::depth},
       {"messages", FeedPrint::messages}});
  command.add_flag("--json", arguments.print.json, "Lines of JSON; messages are that always");
  command.add_option("--symbols", arguments.symbols, "Print these only, as AAPL,MSFT")
      ->delimiter(',');
  command.add_option("--levels", arguments.print.levels, "Of each side, for depth")
      ->capture_default_str()
      ->check(CLI::Range(1, 1000));
  command.add_option("--every-ms", arguments.every_ms, "Books that changed are printed so often")
      ->capture_default_str()
      ->check(CLI::Range(1, 1'000'000));
  command.add_option("--orders", options.books.orders, "Live orders at most")
      ->capture_default_str()
      ->check(CLI::Range(1U, 1U << 30));
  command
      .add_option("--window", arguments.window, "Messages kept while one before them is missing")
      ->capture_default_str()
      ->check(CLI::Range(64, 1 << 26));
  command.add_option("--seconds", arguments.seconds, "Stop after so long (until a signal)")
      ->check(CLI::Range(0.001, 1e6));
  command.add_flag("--until-end", arguments.until_end, "Stop at the end of the session");
}

}  // namespace

void add_feed_command(CLI::App& app, ExitCode& result) {
  CLI::App* const command = app.add_subcommand(
      "feed", "Follow a MoldUDP64 feed, mend what is missing, build and print its books");
  const auto arguments = std::make_shared<FeedArguments>();
  add_feed_options(*command, *arguments);
  command->callback([arguments, &result] { result = run_feed(*arguments); });
}

}  // namespace wirebook::node
