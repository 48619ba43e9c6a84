// Goal: what a node publishes, others rebuild to the same books, with 10 % of the datagrams of each
// line lost at random: who was there from the start, who joins late by a snapshot or by asking from
// 1, and who follows what another follower publishes again.
// Method: a node in this process trades with two load clients; a relay loses datagrams by a seed,
// which is printed. WIREBOOK_CHAIN_SECONDS and WIREBOOK_CHAIN_RATE make it long, WIREBOOK_SEED
// repeats the draws: `./dev chain`.
#include <algorithm>
#include <array>
#include <cstdlib>
#include <random>
#include <string>
#include <thread>
#include <tuple>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "feed_relay.hpp"
#include "node/feed/feed_receiver.hpp"
#include "node/load/load.hpp"
#include "node/node.hpp"
#include "ufo_client.hpp"

namespace wirebook::feed::test {
namespace {

constexpr std::array symbols{"AAPL", "MSFT", "TSLA", "NVDA"};
constexpr std::uint32_t resting = 20;
constexpr auto patience = std::chrono::seconds(60);

double number_from(const char* name, double otherwise) {
  const char* const text = std::getenv(name);
  return text == nullptr ? otherwise : std::strtod(text, nullptr);
}

node::NodeConfig chain_node(const Relay& relay) {
  node::NodeConfig config;
  for (const char* symbol : symbols)
    config.instruments.push_back({.symbol = Symbol::from(symbol)});
  for (const char* user : {"alice", "bob", "carol"})
    config.sessions.push_back({.username = Alpha<6>::from(user),
                               .password = Alpha<10>::from("secret"),
                               .firm = Firm::from(user),
                               .cancel_on_disconnect = false});
  config.engine = {.orders = 1U << 17, .trades = 1U << 17};
  config.rings.wait = node::WaitMode::park;
  config.threads = {.automatic = false, .ingress = 0, .match = 0, .wire_out = 0, .pin = false};
  config.order_entry.listen = any_port;
  config.market_data.send_to = relay.line(Line::a);
  config.market_data.send_to_b = relay.line(Line::b);
  config.market_data.heartbeat_ms = 50;
  config.market_data.end_of_session_ms = 1000;
  config.market_data.rerequest = any_port;
  config.market_data.rerequest_rate = 100'000;  // all followers have one address
  return config;
}

/// Follows on a thread of its own.
class Follower {
 public:
  explicit Follower(FeedReceiverOptions options) : receiver_(with_sizes(std::move(options))) {}
  ~Follower() { stop(); }
  Follower(const Follower&) = delete;
  Follower& operator=(const Follower&) = delete;

  void start() {
    thread_ = std::thread([this] {
      while (!stop_) {
        if (!receiver_.poll())
          receiver_.wait(5);
        note();
      }
    });
  }
  void stop() {
    stop_ = true;
    if (thread_.joinable())
      thread_.join();
  }
  [[nodiscard]] Endpoint at(Line line) const { return receiver_.endpoint(line); }
  [[nodiscard]] match::BookReaders& books() { return receiver_.books().readers(); }
  [[nodiscard]] Stand stand() const {
    const std::lock_guard lock(mutex_);
    return stand_;
  }
  [[nodiscard]] FeedState state() const { return state_; }
  /// After `stop`.
  [[nodiscard]] const FeedReceiver& receiver() const { return receiver_; }

 private:
  void note() {
    const FeedStatus status = receiver_.status();
    state_ = status.state;
    const bool is_there =
        status.state == FeedState::synchronized || status.state == FeedState::ended;
    const std::lock_guard lock(mutex_);
    if (is_there && stand_.next_number != status.next_number)
      stand_ = {.next_number = status.next_number, .digest = receiver_.books().digest()};
  }
  static FeedReceiverOptions with_sizes(FeedReceiverOptions options) {
    options.line_a = any_port;
    options.line_b = any_port;
    options.books = {.orders = 1U << 18, .instruments = 100};
    return options;
  }

  FeedReceiver receiver_;
  std::atomic<bool> stop_{false};
  std::atomic<FeedState> state_{FeedState::waiting};
  mutable std::mutex mutex_;
  Stand stand_;  ///< guarded by `mutex_`
  std::thread thread_;
};

template <class Condition>
bool reaches(Condition condition) {
  const auto until = std::chrono::steady_clock::now() + patience;
  while (std::chrono::steady_clock::now() < until) {
    if (condition())
      return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  return condition();
}

/// What both show to any thread; a node's books count hidden orders too.
void expect_equal_books(const match::BookReaders& node,
                        const std::vector<match::BookWatch>& node_depths,
                        match::BookReaders& follower) {
  for (const match::BookWatch& of_node : node_depths) {
    const std::uint16_t locate = of_node.instrument();
    const auto of_follower = follower.watch(locate, of_node.levels());
    ASSERT_TRUE(of_follower);
    match::BookDepth here;
    match::BookDepth there;
    EXPECT_TRUE(reaches([&] {
      return of_node.read(here) && of_follower->read(there) &&
             std::ranges::equal(here.bids(), there.bids()) &&
             std::ranges::equal(here.asks(), there.asks());
    })) << "depth of locate "
        << locate;
    const match::BookSummary top = node.top(locate).book;
    const match::BookSummary copy = follower.top(locate).book;
    EXPECT_EQ(std::tie(top.bid, top.ask, top.bid_levels, top.ask_levels),
              std::tie(copy.bid, copy.ask, copy.bid_levels, copy.ask_levels))
        << "top of locate " << locate;
    if (locate == 1) {
      EXPECT_GE(here.bids().size() + here.asks().size(), 2 * resting) << "nothing to compare";
    }
  }
}

/// Orders far from the others' prices, which stay.
void rest_orders(Endpoint node) {
  node::Client carol(node);
  ASSERT_EQ(carol.log_in("carol", "secret"), 1U);
  std::uint32_t number = 0;
  for (std::uint32_t i = 0; i < resting; ++i) {
    carol.send(node::enter(++number, 'B', 1000 + 100 * i));
    carol.send(node::enter(++number, 'S', 1'990'000'000 + 100 * i));
  }
  EXPECT_EQ(carol.answer_to(number), 'A');
}

TEST(FeedChainTest, WhoFollowsAFeedThatLosesDatagramsHasTheNodesBooks) {
  const auto seed = static_cast<std::uint64_t>(
      number_from("WIREBOOK_SEED", static_cast<double>(std::random_device{}())));
  const double seconds = number_from("WIREBOOK_CHAIN_SECONDS", 2);
  const double rate = number_from("WIREBOOK_CHAIN_RATE", 4000);
  SCOPED_TRACE("WIREBOOK_SEED=" + std::to_string(seed));

  Relay relay({.seed = seed});
  node::Node node(chain_node(relay));
  node.start();
  const auto asks = [&](bool rerequest, bool glimpse) {
    FeedReceiverOptions options;
    if (rerequest)
      options.rerequest = node.status().market->addresses.rerequest;
    if (glimpse)
      options.glimpse = relay.glimpse();
    options.client.snapshot_above = 100;  // so that the late one takes a snapshot
    return options;
  };
  Follower first(asks(true, false));
  Follower by_snapshots(asks(false, true));
  Follower late_by_snapshot(asks(true, true));
  Follower late_from_one(asks(true, false));
  Follower behind_another(asks(false, false));
  FeedReceiverOptions again = asks(true, false);
  again.republish_to = behind_another.at(Line::a);
  Follower publishes_again(again);

  relay.add(first.at(Line::a), first.at(Line::b));
  relay.add(by_snapshots.at(Line::a), by_snapshots.at(Line::b));
  relay.add(publishes_again.at(Line::a), publishes_again.at(Line::b));
  for (Follower* const follower : {&first, &by_snapshots, &behind_another, &publishes_again})
    follower->start();
  relay.start();

  std::vector<match::BookWatch> depths;
  for (std::uint16_t locate = 1; locate <= symbols.size(); ++locate)
    depths.push_back(std::move(*node.books().watch(locate, match::depth_levels_max)));

  node::LoadOptions options{
      .to = node.status().order_entry, .rate = rate, .seconds = seconds, .seed = seed};
  for (const char* user : {"alice", "bob"})
    options.accounts.push_back({Alpha<6>::from(user), Alpha<10>::from("secret")});
  for (const char* symbol : symbols)
    options.symbols.push_back(Symbol::from(symbol));
  rest_orders(node.status().order_entry);
  node::Load load(options);
  ASSERT_EQ(load.log_in(), "");
  std::thread joins_late([&] {
    std::this_thread::sleep_for(std::chrono::duration<double>(seconds / 2));
    late_by_snapshot.start();
    late_from_one.start();
    relay.add(late_by_snapshot.at(Line::a), late_by_snapshot.at(Line::b));
    relay.add(late_from_one.at(Line::a), late_from_one.at(Line::b));
  });
  const std::atomic<bool> never{false};
  (void)load.run(never);
  joins_late.join();

  // Orders stay on the books: nobody has logged off. All that was published has to come.
  const std::uint64_t published = node.status().itch_messages;
  ASSERT_TRUE(reaches([&] { return relay.stand().next_number == published + 1; }))
      << "the relay itself lost something";
  const Stand truth = relay.stand();
  const std::vector<std::pair<const char*, Follower*>> followers{
      {"first", &first},
      {"by snapshots alone", &by_snapshots},
      {"late by snapshot", &late_by_snapshot},
      {"late from one", &late_from_one},
      {"publishes again", &publishes_again},
      {"behind the one before", &behind_another}};
  for (const auto& [name, follower] : followers) {
    SCOPED_TRACE(name);
    EXPECT_TRUE(reaches([&, follower = follower] { return follower->stand() == truth; }))
        << follower->stand().next_number << " of " << truth.next_number << ", state "
        << to_text(follower->state());
    expect_equal_books(node.books(), depths, follower->books());
  }

  depths.clear();
  load.log_off();
  node.stop();
  for (const auto& [name, follower] : followers)
    EXPECT_TRUE(reaches([follower = follower] { return follower->state() == FeedState::ended; }))
        << name;
  for (const auto& [name, follower] : followers) {
    follower->stop();
    const FeedReceiver& receiver = follower->receiver();
    const FeedStatus found = receiver.status();
    EXPECT_TRUE(found.complete) << name;
    const match::FeedCounters& counters = receiver.books().counters();
    EXPECT_EQ(counters.unknown_reference + counters.duplicate_reference + counters.over_reduction +
                  counters.capacity_reject,
              0U)
        << name;
    fmt::print(
        "{:<22} A {:>6} first {:>5} missed, B {:>6} first {:>5} missed, {:>4} gaps, {:>4} "
        "requests, {:>3} snapshots\n",
        name, receiver.line(Line::a).messages, receiver.line(Line::a).missed,
        receiver.line(Line::b).messages, receiver.line(Line::b).missed, found.gaps, found.requests,
        found.snapshots);
  }
  relay.stop();
  for (const Follower* const follower : {&first, &late_from_one, &publishes_again, &behind_another})
    EXPECT_EQ(follower->receiver().books().counters(), relay.books().counters())
        << "who saw every message counted every trade";
  fmt::print("{} messages, {} datagrams lost, seed {}\n", published, relay.lost_datagrams(), seed);
  EXPECT_GT(relay.lost_datagrams(), 0U);
  EXPECT_GT(first.receiver().line(Line::a).missed, 0U);
  EXPECT_GT(published, 100U);
}

}  // namespace
}  // namespace wirebook::feed::test
