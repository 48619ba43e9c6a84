// Goal: whoever takes nothing, says nothing or talks nonsense is disconnected and nobody else
// notices; what is told is told whole, whatever the kernel takes at a time. Method: a server on
// loopback, polled by the test with a clock of its own; clients that misbehave.
#include "node/market/feed_server.hpp"

#include <array>

#include <gtest/gtest.h>

#include "feed_client.hpp"
#include "node/clock.hpp"
#include "node/market/feed_stream.hpp"

namespace wirebook::node {
namespace {

NodeConfig with_account() {
  NodeConfig config;
  config.market_data_tcp.listen = Endpoint{0x7F000001, 0};
  config.market_data_tcp.connections = 4;
  config.feed_accounts.push_back(
      {.username = Alpha<6>::from("feed"), .password = Alpha<10>::from("secret")});
  return config;
}

sockaddr_in local_of(int socket) {
  sockaddr_in local{};
  socklen_t length = sizeof local;
  getsockname(socket, reinterpret_cast<sockaddr*>(&local), &length);
  return local;
}

class FeedServerTest : public testing::Test {
 protected:
  explicit FeedServerTest(const NodeConfig& config = with_account())
      : config_(config), server_(config_.market_data_tcp, config_, stream_, counters_, notices_) {}

  void append(std::size_t count) {
    for (std::size_t i = 0; i != count; ++i) {
      const std::uint64_t number = history_.next();
      ByteVector message(40);
      std::memcpy(message.data(), &number, sizeof number);
      history_.append(message);
    }
  }
  void poll(std::uint64_t passes_ns = 0) {
    now_ns_ += passes_ns;
    server_.poll(now_ns_);
  }
  bool has(FeedClient& client, std::size_t count) {
    return client.until([&] {
      poll();
      return client.messages().size() >= count;
    });
  }
  bool counts(MarketCount which, std::uint64_t value, std::uint64_t ns_a_poll = 0) {
    for (int waited_ms = 0; waited_ms < patience_ms && counters_[which] < value; ++waited_ms) {
      poll(ns_a_poll);
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    return counters_[which] == value;
  }
  static std::uint64_t number_of(const ByteVector& message) {
    std::uint64_t number = 0;
    std::memcpy(&number, message.data(), sizeof number);
    return number;
  }

  const NodeConfig config_;
  std::uint64_t now_ns_ = 1'000'000'000;
  MarketCounters counters_;
  FeedNotices notices_;
  wire_out::MarketHistory history_{1 << 20};
  FeedStream stream_{history_, 4};
  FeedServer server_;
};

TEST_F(FeedServerTest, TellsFromTheNumberThatWasAskedForAndGoesOn) {
  append(5'000);
  for (const auto& [asked, told] : std::initializer_list<std::pair<std::uint64_t, std::uint64_t>>{
           {1, 1}, {4'999, 4'999}, {0, 5'000}, {5'001, 5'001}, {9'999, 5'001}}) {
    FeedClient client(server_.local(), asked);
    ASSERT_TRUE(client.until([&] {
      poll();
      return client.first() != 0;
    }));
    EXPECT_EQ(client.first(), told) << asked;
    ASSERT_TRUE(has(client, 5'001 - told));
    EXPECT_EQ(client.messages().size(), 5'001 - told);
    for (std::size_t i = 0; i != client.messages().size(); ++i)
      ASSERT_EQ(number_of(client.messages()[i]), told + i);
  }
  FeedClient live(server_.local(), 5'001);
  ASSERT_TRUE(live.until([&] {
    poll();
    return live.first() != 0;
  }));
  append(1);
  ASSERT_TRUE(has(live, 1));
  EXPECT_EQ(number_of(live.messages()[0]), 5'001U);
}

TEST_F(FeedServerTest, TellsTheOldestThatIsKeptWhereTheOthersAreGone) {
  append(60'000);
  ASSERT_GT(history_.first(), 1U);
  FeedClient client(server_.local(), 1);
  ASSERT_TRUE(has(client, history_.next() - history_.first()));
  EXPECT_EQ(client.first(), history_.first());
  for (std::size_t i = 0; i != client.messages().size(); ++i)
    ASSERT_EQ(number_of(client.messages()[i]), client.first() + i);
}

TEST_F(FeedServerTest, AWrongPasswordIsNotAuthorizedAndAnotherSessionIsNone) {
  const auto rejected = [&](FeedClient&& client) {
    client.until([&] {
      poll();
      return client.rejected() != 0 && !client.is_open();
    });
    return client.rejected();
  };
  const Endpoint server = server_.local();
  EXPECT_EQ(rejected(FeedClient(server, 1, "feed", "guess")), 'A');
  EXPECT_EQ(rejected(FeedClient(server, 1, "nobody", "secret")), 'A');
  EXPECT_EQ(rejected(FeedClient(server, 1, "feed", "secret", "OTHER")), 'S');
  EXPECT_EQ(counters_[MarketCount::logins_rejected], 3U);
  append(1);
  FeedClient right(server, 1, "FEED", "Secret", "wirebook01");
  EXPECT_TRUE(has(right, 1));
}

TEST_F(FeedServerTest, WhoTakesNothingIsDisconnectedAndOthersHearEverything) {
  FeedClient slow(server_.local());
  FeedClient quick(server_.local());
  for (FeedClient* const client : {&slow, &quick})
    ASSERT_TRUE(client->until([&] {
      poll();
      return client->first() != 0;
    }));
  // What the kernel holds for the slow one fills up, and then the history goes past it, or its time
  // is over.
  std::size_t told = 0;
  for (int i = 0; i < 1'000 && counters_[MarketCount::disconnected_slow] == 0; ++i) {
    append(10'000);
    told += 10'000;
    ASSERT_TRUE(has(quick, told));
    poll(100 * ns_per_ms);
  }
  EXPECT_EQ(counters_[MarketCount::disconnected_slow], 1U);
  FeedNotice notice;
  ASSERT_TRUE(notices_.pop(notice)) << "it is said";
  const sockaddr_in at = local_of(slow.connection().socket().descriptor());
  EXPECT_EQ(to_string(notice).substr(0, to_string(notice).find(" is disconnected: ")),
            "market data: \"feed\" at " + to_string(from_sockaddr(at)));
  EXPECT_FALSE(notices_.pop(notice));
  append(10);
  EXPECT_TRUE(has(quick, told + 10));
  for (std::size_t i = 0; i != quick.messages().size(); ++i)
    ASSERT_EQ(number_of(quick.messages()[i]), i + 1);
}

TEST_F(FeedServerTest, WhoIsSilentIsDisconnected) {
  FeedClient stranger(server_.local());
  ASSERT_TRUE(counts(MarketCount::connections, 1));
  EXPECT_TRUE(counts(MarketCount::disconnected_silent, 1, 10 * ns_per_ms));
  FeedClient client(server_.local());
  ASSERT_TRUE(client.until([&] {
    poll();
    return client.first() != 0;
  }));
  EXPECT_TRUE(counts(MarketCount::disconnected_silent, 2, 100 * ns_per_ms));
}

TEST_F(FeedServerTest, NonsenseEndsTheConnectionThatSaysIt) {
  FeedClient good(server_.local());
  ASSERT_TRUE(good.until([&] {
    poll();
    return good.first() != 0;
  }));
  const std::vector<std::string> nonsense = {std::string("\0\1R", 3), std::string("\0\3UXX", 5),
                                             std::string("\0\0", 2),  std::string("\xFF\xFFL", 3),
                                             std::string("\0\1Q", 3), "GET / HTTP/1.0\r\n\r\n"};
  std::uint64_t wrong = 0;
  for (const std::string& text : nonsense) {
    soup::TcpClient client;
    ASSERT_TRUE(client.connect(server_.local()));
    const auto* bytes = reinterpret_cast<const std::byte*>(text.data());
    for (int i = 0; i < patience_ms && !client.connected(); ++i)
      poll();
    ASSERT_EQ(client.send({bytes, text.size()}), text.size());
    EXPECT_TRUE(counts(MarketCount::disconnected_wrong, ++wrong)) << text;
  }
  append(1);
  EXPECT_TRUE(has(good, 1));
}

TEST_F(FeedServerTest, MoreConnectionsThanThereMayBeWaitUntilOneHasGone) {
  std::vector<FeedClient> clients;
  clients.reserve(4);
  for (int i = 0; i < 4; ++i)
    clients.emplace_back(server_.local());
  ASSERT_TRUE(counts(MarketCount::connections, 4));
  FeedClient fifth(server_.local());
  append(1);
  for (FeedClient& client : clients)
    EXPECT_TRUE(has(client, 1));
  fifth.poll();
  EXPECT_EQ(fifth.first(), 0U);
  clients.pop_back();
  EXPECT_TRUE(has(fifth, 1));
}

TEST_F(FeedServerTest, WhoDoesNotLogInDoesNotKeepOthersOutForLong) {
  std::array<soup::TcpClient, 4> idle;
  for (soup::TcpClient& client : idle)
    ASSERT_TRUE(client.connect(server_.local()));
  ASSERT_TRUE(counts(MarketCount::connections, 4));
  append(1);
  FeedClient fifth(server_.local());
  const std::uint64_t began_ns = now_ns_;
  EXPECT_TRUE(fifth.until([&] {
    poll(ns_per_ms);
    return fifth.first() != 0;
  }));
  EXPECT_LT(now_ns_ - began_ns, config_.market_data_tcp.login_timeout_ms * ns_per_ms);
}

TEST_F(FeedServerTest, TheEndIsToldBehindEverythingElse) {
  append(20'000);
  FeedClient client(server_.local());
  ASSERT_TRUE(client.until([&] {
    poll();
    return client.first() != 0;
  }));
  server_.end(true);
  ASSERT_TRUE(client.until([&] {
    poll(ns_per_ms);
    return client.has_ended();
  }));
  EXPECT_EQ(client.messages().size(), 20'000U);
  EXPECT_TRUE(client.until([&] {
    poll(ns_per_ms);
    return server_.is_empty();
  }));
}

}  // namespace
}  // namespace wirebook::node
