// Goal: what a node publishes, others rebuild to the same books, with 10 % of the datagrams of each
// line lost at random: who was there from the start, who joins late by the node's GLIMPSE or by
// asking its re-request server from 1, who takes the stream over SoupBinTCP, from 1 or behind a
// snapshot, and who follows what another follower publishes again.
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
#include "node/load/load.hpp"
#include "node/node.hpp"
#include "tests/node/ufo_client.hpp"

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
  config.market_data_tcp = {.listen = any_port, .open = true};
  config.glimpse = config.market_data_tcp;
  return config;
}

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
  const node::MarketAddresses at = node.status().market->addresses;
  const auto asks = [&](bool rerequest, bool glimpse) {
    FeedReceiverOptions options;
    if (rerequest)
      options.rerequest = at.rerequest;
    if (glimpse)
      options.glimpse = at.glimpse;
    options.client.snapshot_above = 100;  // so that the late one takes a snapshot
    return options;
  };
  LineFollower first(asks(true, false));
  LineFollower by_snapshots(asks(false, true));
  LineFollower late_by_snapshot(asks(true, true));
  LineFollower late_from_one(asks(true, false));
  LineFollower behind_another(asks(false, false));
  FeedReceiverOptions again = asks(true, false);
  again.republish_to = behind_another.at(Line::a);
  LineFollower publishes_again(again);
  SoupFollower by_soup(*at.market_data_tcp, std::nullopt);
  SoupFollower late_by_soup(*at.market_data_tcp, std::nullopt);
  SoupFollower late_by_both(*at.market_data_tcp, at.glimpse);
  const std::vector<std::pair<const char*, Follower*>> followers{
      {"first", &first},
      {"by snapshots alone", &by_snapshots},
      {"late by snapshot", &late_by_snapshot},
      {"late from one", &late_from_one},
      {"publishes again", &publishes_again},
      {"behind the one before", &behind_another},
      {"by SoupBinTCP", &by_soup},
      {"late by SoupBinTCP", &late_by_soup},
      {"late, snapshot and Soup", &late_by_both}};

  const auto hears = [&](LineFollower& follower) {
    relay.add(follower.at(Line::a), follower.at(Line::b));
    follower.start();
  };
  for (LineFollower* const follower : {&first, &by_snapshots, &publishes_again})
    hears(*follower);
  behind_another.start();
  by_soup.start();
  relay.start();

  std::vector<match::BookWatch> depths;
  for (std::uint16_t locate = 1; locate <= symbols.size(); ++locate)
    depths.push_back(std::move(*node.books().watch(locate, match::depth_levels_max)));

  node::LoadOptions options{.to = node.status().order_entry,
                            .rate = rate,
                            .seconds = seconds,
                            .seed = seed,
                            .login_timeout_ms = node::patience_ms,
                            .drain_ms = node::patience_ms};
  for (const char* user : {"alice", "bob"})
    options.accounts.push_back({Alpha<6>::from(user), Alpha<10>::from("secret")});
  for (const char* symbol : symbols)
    options.symbols.push_back(Symbol::from(symbol));
  rest_orders(node.status().order_entry);
  node::Load load(options);
  ASSERT_EQ(load.log_in(), "");
  std::thread joins_late([&] {
    std::this_thread::sleep_for(std::chrono::duration<double>(seconds / 2));
    hears(late_by_snapshot);
    hears(late_from_one);
    late_by_soup.start();
    late_by_both.start();
  });
  const std::atomic<bool> never{false};
  (void)load.run(never);
  joins_late.join();

  // Orders stay on the books: nobody has logged off. All that was published has to come.
  const std::uint64_t published = node.status().itch_messages;
  ASSERT_TRUE(reaches([&] { return relay.stand().next_number == published + 1; }))
      << "the relay itself lost something";
  const Stand truth = relay.stand();
  for (const auto& [name, follower] : followers) {
    SCOPED_TRACE(name);
    EXPECT_TRUE(reaches([&, follower = follower] { return follower->stand() == truth; }))
        << follower->stand().next_number << " of " << truth.next_number;
    expect_equal_books(node.books(), depths, follower->readers());
  }

  depths.clear();
  load.log_off();
  node.stop();
  for (const auto& [name, follower] : followers)
    EXPECT_TRUE(reaches([follower = follower] { return follower->has_ended(); })) << name;
  for (const auto& [name, follower] : followers) {
    follower->stop();
    EXPECT_TRUE(follower->is_complete()) << name;
    const match::FeedCounters& counters = follower->books().counters();
    EXPECT_EQ(counters.unknown_reference + counters.duplicate_reference + counters.over_reduction +
                  counters.capacity_reject,
              0U)
        << name;
    fmt::print("{:<23} {}\n", name, follower->report());
  }
  relay.stop();
  for (const Follower* const follower : std::initializer_list<const Follower*>{
           &first, &late_from_one, &publishes_again, &behind_another, &by_soup, &late_by_soup})
    EXPECT_EQ(follower->books().counters(), relay.books().counters())
        << "who saw every message counted every trade";
  fmt::print("{} messages, {} datagrams lost, seed {}\n", published, relay.lost_datagrams(), seed);
  EXPECT_GT(relay.lost_datagrams(), 0U);
  EXPECT_GT(first.receiver().line(Line::a).missed, 0U);
  EXPECT_GT(late_by_snapshot.receiver().status().snapshots, 0U);
  EXPECT_GT(published, 100U);
}

}  // namespace
}  // namespace wirebook::feed::test
