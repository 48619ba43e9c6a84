// Goal: a node takes OUCH over SoupBinTCP from real clients: logins, resumption, timeouts, ends and
// slow or hostile peers each come out as the node's page says, by io_uring and by epoll.
#include <algorithm>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "wirebook/wire/ouch50_out.hpp"

#include "node/node.hpp"
#include "soup_bytes.hpp"
#include "soup_test_client.hpp"
#include "tests/node/small_node.hpp"
#include "tests/node/stepped_time.hpp"
#include "tests/node/ufo_client.hpp"

namespace wirebook::node {
namespace {

using testing::HasSubstr;

struct Road {
  const char* name;
  ReceivePath receive;
  bool threads;
};

NodeConfig soup_config(const Road& road, Endpoint feed, std::size_t sessions = 2) {
  NodeConfig config = small_node(feed);
  config.sessions.clear();
  for (std::size_t i = 1; i <= sessions; ++i)
    config.sessions.push_back(account("u" + std::to_string(i), "secret", "ACME"));
  config.engine = {.orders = 1 << 16, .orders_start = 4096, .trades = 4096};
  if (road.threads) {
    config.threads.match = 1;
    config.threads.wire_out = 2;
  }
  config.order_entry.receive = road.receive;
  config.order_entry.history_mib = 8;
  config.soup.on = true;
  config.soup.listen = {0x7F000001, 0};
  config.soup.receive_buffers = 16;
  return config;
}

class SoupNodeTest : public testing::TestWithParam<Road> {
 protected:
  void start(const NodeConfig& config) {
    node_ = std::make_unique<Node>(config);
    start_or_skip([this] { node_->start(); });
  }
  void start(std::size_t sessions = 2) {
    start(soup_config(GetParam(), feed_.endpoint(), sessions));
  }
  /// Ingress looks at some of its connections at a time: after so many looks, at all.
  static constexpr int looks = 4;
  /// Timers go by when it is told.
  void start_stepped(NodeConfig config) {
    config.clock.source = &time_;
    start(config);
  }
  void start_stepped() { start_stepped(soup_config(GetParam(), feed_.endpoint())); }
  /// Until ingress has looked at its connections since: after it has heard two strangers, one
  /// after the other, the poll that heard the first is over; it may have begun before.
  void pass(std::uint64_t ms) {
    time_.pass(ms);
    for (int i = 0; i < 3; ++i) {
      stranger_.send(node_->status().order_entry, enter(1, 'B', 1'000'000));
      ++strangers_;
      EXPECT_TRUE(reaches(
          [this](const NodeStatus& s) { return s.ingress.unknown_source_packets == strangers_; }));
    }
  }
  bool times_out() {
    return reaches([this](const NodeStatus& s) {
      time_.pass(10);
      return s.ingress.timeouts == 1;
    });
  }
  SoupTestClient client(std::size_t number, std::uint64_t next = 1) {
    return {address(), "u" + std::to_string(number), "secret", next};
  }
  Endpoint address() const { return node_->status().soup->listens_on; }
  template <class Condition>
  bool reaches(Condition condition) {
    return node::reaches(*node_, condition);
  }

  UdpClient feed_;
  UdpClient stranger_;
  std::uint64_t strangers_ = 0;
  SteppedTime time_;
  std::unique_ptr<Node> node_;
  TimeGoesOn at_the_end_{time_};
};

TEST_P(SoupNodeTest, TradesWithASessionOverUdp) {
  ASSERT_NO_FATAL_FAILURE(start());
  SoupTestClient alice = client(1);
  ASSERT_TRUE(alice.log_in());
  EXPECT_EQ(alice.accepted_from, 1U);
  EXPECT_EQ(soup::trimmed({alice.connection().client().session().text.data(), 10}), "WIREBOOK01");
  Client bob(node_->status().order_entry);
  EXPECT_EQ(bob.log_in("u2", "secret"), 1U);
  trade(alice, bob);
  EXPECT_EQ(node_->status().sessions_up, 2U);
}

TEST_P(SoupNodeTest, RejectsWhoIsNotKnownAndCloses) {
  ASSERT_NO_FATAL_FAILURE(start());
  SoupTestClient stranger(address(), "nobody", "secret");
  EXPECT_FALSE(stranger.log_in());
  EXPECT_EQ(stranger.rejected, 'A');
  EXPECT_TRUE(stranger.until_over());
  SoupTestClient wrong(address(), "u1", "wrong");
  EXPECT_FALSE(wrong.log_in());
  EXPECT_EQ(wrong.rejected, 'A');
  SoupTestClient other_day(address(), "u1", "secret", 1, "YESTERDAY");
  EXPECT_FALSE(other_day.log_in());
  EXPECT_EQ(other_day.rejected, 'S');
  SoupTestClient right(address(), "U1", "SECRET", 1, "wirebook01");
  EXPECT_TRUE(right.log_in()) << "case does not matter";
  EXPECT_EQ(node_->status().ingress.logins_rejected, 3U);
}

TEST_P(SoupNodeTest, ResumesFromAnyNumber) {
  NodeConfig config = soup_config(GetParam(), feed_.endpoint());
  config.sessions[0].cancel_on_disconnect = false;
  ASSERT_NO_FATAL_FAILURE(start(config));
  SoupTestClient first = client(1);
  ASSERT_TRUE(first.log_in());
  for (std::uint32_t i = 1; i <= 30; ++i)
    first.send(enter(i, 'B', 1'000'000));
  ASSERT_EQ(first.types(31).size(), 31U);
  first.close();
  const auto all = first.heard;
  struct Asked {
    std::uint64_t next;
    std::uint64_t from;
  };
  for (const Asked asked : {Asked{1, 1}, Asked{2, 2}, Asked{17, 17}, Asked{31, 31}, Asked{32, 32},
                            Asked{33, 32}, Asked{1'000'000'000'000, 32}, Asked{0, 31}}) {
    SoupTestClient again = client(1, asked.next);
    ASSERT_TRUE(again.log_in());
    EXPECT_EQ(again.accepted_from, asked.from);
    EXPECT_TRUE(again.until([&] { return again.heard.size() == 32 - asked.from; }));
    for (const auto& [number, message] : again.heard)
      EXPECT_EQ(message, all.at(number));
  }
}

TEST_P(SoupNodeTest, ACutStreamSaysTheSame) {
  ASSERT_NO_FATAL_FAILURE(start());
  const auto text = [](const ByteVector& order) {
    return test::packet('U', test::to_text(std::span(order).subspan(1)));
  };
  const std::string stream = test::login_packet("u1", "secret", "", "1") +
                             text(enter(1, 'B', 1'000'000)) + test::packet('R') +
                             text(enter(2, 'B', 1'000'000)) + test::packet('O');
  const auto bytes = test::to_bytes(stream);
  for (std::size_t cut = 1; cut < bytes.size(); ++cut) {
    soup::TcpClient socket;
    ASSERT_TRUE(socket.connect(address()));
    while (!socket.connected() && socket.is_open())
      std::this_thread::yield();
    const std::uint64_t before = node_->status().ingress.logoffs;
    EXPECT_EQ(socket.send(std::span(bytes).first(cut)), cut);
    if (cut % 8 == 0)  // else the two pieces may come together: both have to do
      std::this_thread::sleep_for(std::chrono::milliseconds(2));
    EXPECT_EQ(socket.send(std::span(bytes).subspan(cut)), bytes.size() - cut);
    ASSERT_TRUE(reaches([&](const NodeStatus& s) { return s.ingress.logoffs == before + 1; }));
    std::array<std::byte, 4096> buffer{};
    for (int i = 0; i < 20'000 && socket.is_open(); ++i) {
      socket.receive(buffer);
      std::this_thread::sleep_for(std::chrono::microseconds(100));
    }
    EXPECT_FALSE(socket.is_open()) << cut;
  }
  const NodeStatus status = node_->status();
  EXPECT_EQ(status.messages, 2 * (bytes.size() - 1));
  EXPECT_EQ(status.ingress.outcomes.malformed(), 0U);
  EXPECT_EQ(status.soup->violations, 0U);
}

TEST_P(SoupNodeTest, ASilentClientIsGoneAndItsOrdersAreCanceled) {
  ASSERT_NO_FATAL_FAILURE(start_stepped());
  SoupTestClient alice = client(1);
  ASSERT_TRUE(alice.log_in());
  alice.send(enter(1, 'B', 1'000'000));
  ASSERT_EQ(alice.types(2), "SA");
  for (int i = 0; i < looks; ++i)
    pass(14'900 / looks);
  EXPECT_EQ(node_->status().ingress.timeouts, 0U);
  ASSERT_TRUE(times_out());
  EXPECT_TRUE(reaches([](const NodeStatus& s) { return s.books[0].live_orders == 0; }));
  EXPECT_TRUE(alice.until_over());
  SoupTestClient again = client(1);
  ASSERT_TRUE(again.log_in());
  EXPECT_EQ(again.types(3), "SAC");
}

TEST_P(SoupNodeTest, HeartbeatsKeepASessionUp) {
  ASSERT_NO_FATAL_FAILURE(start_stepped());
  soup::SoupConnection alice(
      {.username = Alpha<6>::from("u1"), .password = Alpha<10>::from("secret")});
  ASSERT_TRUE(alice.connect(address()));
  const auto poll = [&] {
    return alice.poll(time_.steady_ns(), [](const soup::SoupClientInput&) {});
  };
  ASSERT_TRUE(reaches([&](const NodeStatus& s) { return poll() && s.sessions_up == 1; }));
  for (int i = 0; i < 20; ++i) {
    const std::uint64_t writes = node_->status().soup->stream_writes;
    pass(1'001);
    ASSERT_TRUE(poll());
    ASSERT_TRUE(reaches([&](const NodeStatus& s) { return s.soup->stream_writes > writes; }))
        << "the node's own heartbeats";
  }
  EXPECT_EQ(node_->status().ingress.timeouts, 0U);
}

TEST_P(SoupNodeTest, AConnectionWithoutALoginIsClosed) {
  NodeConfig config = soup_config(GetParam(), feed_.endpoint());
  config.soup.login_timeout_ms = 50;
  ASSERT_NO_FATAL_FAILURE(start(config));
  soup::TcpClient silent;
  ASSERT_TRUE(silent.connect(address()));
  std::array<std::byte, 8> buffer{};
  const auto give_up = std::chrono::steady_clock::now() + soup_patience;
  while (silent.is_open() && std::chrono::steady_clock::now() < give_up) {
    if (silent.connected())
      silent.receive(buffer);
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  EXPECT_FALSE(silent.is_open());
  EXPECT_TRUE(reaches([](const NodeStatus& s) { return s.soup->login_timeouts == 1; }));
}

TEST_P(SoupNodeTest, ALogoutEndsTheSessionAtOnce) {
  ASSERT_NO_FATAL_FAILURE(start());
  SoupTestClient alice = client(1);
  ASSERT_TRUE(alice.log_in());
  alice.send(enter(1, 'B', 1'000'000));
  ASSERT_EQ(alice.types(2), "SA");
  alice.log_out();
  EXPECT_TRUE(alice.until_over());
  EXPECT_TRUE(reaches([](const NodeStatus& s) {
    return s.ingress.logoffs == 1 && s.sessions_up == 0 && s.books[0].live_orders == 0;
  }));
}

TEST_P(SoupNodeTest, ALoginElsewhereTakesTheSessionOver) {
  ASSERT_NO_FATAL_FAILURE(start());
  SoupTestClient first = client(1);
  ASSERT_TRUE(first.log_in());
  first.send(enter(1, 'B', 1'000'000));
  ASSERT_EQ(first.types(2), "SA");
  SoupTestClient second = client(1);
  ASSERT_TRUE(second.log_in());
  EXPECT_TRUE(first.until_over());
  EXPECT_EQ(second.types(3), "SAC") << "as after a timeout";

  Client udp(node_->status().order_entry);
  EXPECT_EQ(udp.log_in("u1", "secret"), 4U);
  EXPECT_TRUE(second.until_over());
  udp.send(enter(2, 'B', 1'000'000));
  EXPECT_EQ(udp.hear(4), "SACA");

  SoupTestClient third = client(1, 4);
  ASSERT_TRUE(third.log_in());
  EXPECT_EQ(third.types(2), "AC");
  udp.send(enter(3, 'B', 1'000'000));
  EXPECT_TRUE(reaches([](const NodeStatus& s) { return s.ingress.unknown_source_packets == 1; }));
  EXPECT_EQ(node_->status().ingress.takeovers, 3U);
}

TEST_P(SoupNodeTest, TheEndOfTheDayEndsTheSession) {
  ASSERT_NO_FATAL_FAILURE(start());
  SoupTestClient alice = client(1);
  ASSERT_TRUE(alice.log_in());
  ASSERT_EQ(alice.types(1), "S");
  std::thread stopper([this] { node_->stop(); });
  EXPECT_TRUE(alice.until_over());
  stopper.join();
  EXPECT_EQ(alice.types(2), "SS");
  EXPECT_EQ(alice.ended_before, 3U);
}

TEST_P(SoupNodeTest, WhoTakesNothingIsDisconnectedAndDisturbsNobody) {
  NodeConfig config = soup_config(GetParam(), feed_.endpoint());
  config.soup.stalled_ms = 300;
  config.soup.heartbeat_ms = 50;
  config.soup.send_buffer_kib = 4;
  ASSERT_NO_FATAL_FAILURE(start(config));
  soup::SoupClient deaf({.username = Alpha<6>::from("u1"), .password = Alpha<10>::from("secret")});
  soup::TcpClient socket;
  ASSERT_TRUE(socket.connect(address()));
  SoupTestClient good = client(2);
  ASSERT_TRUE(good.log_in());
  while (!socket.connected() && socket.is_open())
    std::this_thread::yield();
  socket.send(test::to_bytes(test::login_packet("u1", "secret")));
  // Orders that it never hears of, until its socket is full.
  std::string orders;
  std::uint32_t number = 0;
  std::uint32_t entered = 0;
  const auto give_up = std::chrono::steady_clock::now() + soup_patience;
  while (node_->status().soup->slow_consumers == 0 && std::chrono::steady_clock::now() < give_up) {
    if (orders.empty())
      for (int i = 0; i < 100 && number < 60'000; ++i) {
        const ByteVector order = enter(++number, 'B', 1'000'000);
        orders += test::packet('U', test::to_text(std::span(order).subspan(1)));
      }
    orders.erase(0, socket.send(test::to_bytes(orders)));
    if (entered < 50)
      good.send(enter(++entered, 'S', 2'000'000));
    good.poll();
  }
  EXPECT_EQ(node_->status().soup->slow_consumers, 1U);
  EXPECT_EQ(good.types(51), "S" + std::string(50, 'A'));
  EXPECT_FALSE(good.over);
  const auto lines = node_->take_notices();
  ASSERT_EQ(lines.size(), 1U);
  EXPECT_THAT(lines[0], HasSubstr("session 1 (u1) at 127.0.0.1:"));
  EXPECT_THAT(lines[0], HasSubstr("takes nothing any more"));
  EXPECT_TRUE(reaches([](const NodeStatus& s) { return s.sessions_up == 1; }));
  // It may come back, and has missed nothing that is still kept.
  SoupTestClient again = client(1);
  EXPECT_TRUE(again.log_in());
}

TEST_P(SoupNodeTest, NonsenseAndStrangersDisturbNobody) {
  ASSERT_NO_FATAL_FAILURE(start());
  SoupTestClient alice = client(1);
  ASSERT_TRUE(alice.log_in());
  std::vector<soup::TcpClient> strangers(300);
  const auto junk = test::to_bytes("GET / HTTP/1.0\r\n\r\n" + std::string(3000, '\xFF'));
  for (std::size_t i = 0; i < strangers.size(); ++i) {
    ASSERT_TRUE(strangers[i].connect(address()));
    if (i % 2 == 0 && strangers[i].connected())
      strangers[i].send(junk);
    alice.poll();
  }
  SoupTestClient bob = client(2);
  EXPECT_TRUE(bob.log_in());
  alice.send(enter(1, 'B', 1'000'000));
  EXPECT_EQ(alice.types(2), "SA");
  EXPECT_TRUE(reaches(
      [](const NodeStatus& s) { return s.soup->strangers_evicted + s.soup->violations >= 200; }));
  EXPECT_EQ(node_->status().sessions_up, 2U);
  EXPECT_EQ(alice.troubles, 0);
}

TEST_P(SoupNodeTest, AMalformedMessageIsCountedAndTheStreamGoesOn) {
  ASSERT_NO_FATAL_FAILURE(start());
  SoupTestClient alice = client(1);
  ASSERT_TRUE(alice.log_in());
  ByteVector broken = enter(1, 'B', 1'000'000);
  broken.resize(20);
  alice.send(broken);
  alice.send({std::byte{'U'}});  // a message without a byte
  alice.send(enter(1, 'B', 1'000'000));
  EXPECT_EQ(alice.types(2), "SA");
  const NodeStatus status = node_->status();
  EXPECT_EQ(status.ingress.outcomes[Outcome::ouch_truncated], 1U);
  EXPECT_EQ(status.ingress.outcomes[Outcome::ouch_empty], 1U);
}

TEST_P(SoupNodeTest, AFullRingHoldsTheStreamBackAndLosesNothing) {
  NodeConfig config = soup_config(GetParam(), feed_.endpoint());
  config.rings.slots = 512;
  config.rings.events = 256;
  ASSERT_NO_FATAL_FAILURE(start(config));
  SoupTestClient alice = client(1);
  ASSERT_TRUE(alice.log_in());
  constexpr std::uint32_t orders = 20'000;
  std::uint32_t sent = 0;
  EXPECT_TRUE(alice.until([&] {
    while (sent < orders && alice.send(enter(sent + 1, sent % 2 == 0 ? 'B' : 'S', 1'000'000)))
      ++sent;
    return sent == orders && alice.heard.size() >= 1 + orders + orders;
  }));
  std::size_t accepted = 0;
  for (const auto& [number, message] : alice.heard)
    accepted += static_cast<char>(message[0]) == 'A' ? 1U : 0U;
  EXPECT_EQ(accepted, orders);
  EXPECT_EQ(alice.heard.rbegin()->first, alice.heard.size()) << "no number is missing";
  EXPECT_EQ(node_->status().dropped_order_datagrams, 0U);
}

TEST_P(SoupNodeTest, WhoSendsBeyondItsRateWaitsAndNobodyElse) {
  constexpr std::uint32_t orders = 2400;
  constexpr std::uint32_t rate = 4000;
  NodeConfig config = soup_config(GetParam(), feed_.endpoint());
  config.sessions[0].limits.packets_per_second = rate;
  ASSERT_NO_FATAL_FAILURE(start_stepped(config));
  SoupTestClient alice = client(1);
  SoupTestClient bob = client(2);
  ASSERT_TRUE(alice.log_in());
  ASSERT_TRUE(bob.log_in());
  std::uint32_t sent = 0;
  const auto send = [&] {
    while (sent < orders && alice.send(enter(sent + 1, 'B', 1'000'000)))
      ++sent;
    alice.poll();
  };
  ASSERT_TRUE(reaches([&](const NodeStatus& s) {
    send();
    return s.soup->held != 0;
  }));
  // What bob says is heard while alice waits, and she waits as long as no time goes by.
  for (std::uint32_t i = 1; i <= 5; ++i) {
    bob.send(enter(i, 'S', 2'000'000));
    EXPECT_EQ(bob.types(1 + i), "S" + std::string(i, 'A'));
  }
  std::uint32_t passed_ms = 0;
  EXPECT_TRUE(alice.until([&] {
    send();
    time_.pass(1);
    ++passed_ms;
    return alice.heard.size() == 1 + orders;
  })) << alice.heard.size();
  // The bucket, what the kernel had handed over before the first hold, and the last piece.
  constexpr std::uint32_t at_once = rate / 10 + (16 + 1) * 41;
  EXPECT_GE(passed_ms, (orders - at_once) * 1000 / rate);
  EXPECT_EQ(alice.types(1 + orders), "S" + std::string(orders, 'A'));
  EXPECT_EQ(node_->status().ingress.dropped_rate, 0U);
  // Both go on; a held session may also end.
  bob.send(enter(6, 'S', 2'000'000));
  EXPECT_EQ(bob.types(7), "SAAAAAA");
  alice.log_out();
  EXPECT_TRUE(alice.until([&] {
    time_.pass(1);
    return alice.over;
  }));
}

TEST_P(SoupNodeTest, TheTimeOfAHoldIsNobodysSilence) {
  NodeConfig config = soup_config(GetParam(), feed_.endpoint());
  config.sessions[0].limits.packets_per_second = 10;
  config.soup.timeout_ms = 200;
  ASSERT_NO_FATAL_FAILURE(start_stepped(config));
  soup::TcpClient alice;
  ASSERT_TRUE(alice.connect(address()));
  while (!alice.connected() && alice.is_open())
    std::this_thread::yield();
  std::string piece = test::login_packet("u1", "secret");
  for (std::uint32_t i = 1; i <= 12; ++i) {
    const ByteVector order = enter(i, 'B', 1'000'000);
    piece += test::packet('U', test::to_text(std::span(order).subspan(1)));
  }
  ASSERT_EQ(alice.send(test::to_bytes(piece)), piece.size());
  ASSERT_TRUE(reaches([](const NodeStatus& s) { return s.orders == 12 && s.soup->held == 1; }));
  // It owes for a second, and says nothing meanwhile.
  for (int i = 0; i < looks; ++i)
    pass(1'000 / looks);
  EXPECT_EQ(node_->status().ingress.timeouts, 0U);
  EXPECT_EQ(node_->status().sessions_up, 1U);
  EXPECT_TRUE(times_out()) << "it has paid, and is silent now";
}

TEST_P(SoupNodeTest, ManySessionsAtOnce) {
  constexpr std::size_t sessions = 200;
  ASSERT_NO_FATAL_FAILURE(start(sessions));
  std::vector<SoupTestClient> clients;
  clients.reserve(sessions);
  for (std::size_t i = 1; i <= sessions; ++i)
    clients.push_back(client(i));
  for (SoupTestClient& each : clients)
    ASSERT_TRUE(each.log_in());
  EXPECT_EQ(node_->status().sessions_up, sessions);
  for (std::uint32_t round = 1; round <= 10; ++round)
    for (SoupTestClient& each : clients)
      each.send(enter(round, 'B', 1'000'000));
  for (SoupTestClient& each : clients)
    EXPECT_EQ(each.types(11), "SAAAAAAAAAA");
  EXPECT_EQ(node_->status().orders, 10 * sessions);
}

INSTANTIATE_TEST_SUITE_P(Roads, SoupNodeTest,
                         testing::Values(Road{"Uring", ReceivePath::automatic, true},
                                         Road{"UringOneThread", ReceivePath::automatic, false},
                                         Road{"Epoll", ReceivePath::recvmmsg, true}),
                         [](const auto& road) { return std::string(road.param.name); });

}  // namespace
}  // namespace wirebook::node
