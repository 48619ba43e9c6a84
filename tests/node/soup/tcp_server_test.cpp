// Goal: both bodies of the TCP server hand on every byte of every connection in order, stop while
// their sink cannot take more, and never mix up a connection with its successor.
#include "node/soup/tcp_server.hpp"

#include <chrono>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "node/sockets/endpoint.hpp"
#include "node/soup/stream_port.hpp"
#include "node/soup/tcp_client.hpp"
#include "soup_bytes.hpp"
#include "tests/node/no_descriptors.hpp"
#include "tests/patience.hpp"

namespace {

using namespace wirebook;
using namespace wirebook::node;
using namespace wirebook::node::soup;
using namespace wirebook::test;

constexpr Endpoint any_port{0x7F000001, 0};

struct Sink final : TcpSink {
  void on_open(const TcpConnection& connection) noexcept override { opened.push_back(connection); }
  std::size_t on_bytes(TcpPeer peer, std::span<const std::byte> bytes) noexcept override {
    const std::size_t taken = std::min(bytes.size(), room);
    room -= taken;
    heard[peer.index] += to_text(bytes.first(taken));
    if (holds != nullptr)
      holds->hold(peer);
    return taken;
  }
  void on_closed(TcpPeer peer) noexcept override { closed.push_back(peer); }

  std::vector<TcpConnection> opened;
  std::map<std::uint32_t, std::string> heard;
  std::vector<TcpPeer> closed;
  std::size_t room = SIZE_MAX;
  TcpServer* holds = nullptr;  ///< each connection, after each piece
};

struct Body {
  const char* name;
  std::unique_ptr<TcpServer> (*make)(const TcpServerOptions&);
};

class TcpServerTest : public testing::TestWithParam<Body> {
 protected:
  void open(TcpServerOptions options = {}) {
    options.listen = any_port;
    try {
      server = GetParam().make(options);
    } catch (const std::system_error& error) {
      if (std::string(GetParam().name) == "io_uring")
        GTEST_SKIP() << "io_uring is refused here: " << error.what();
      throw;
    }
  }
  template <class Condition>
  bool until(Condition condition) {
    const auto give_up = std::chrono::steady_clock::now() + std::chrono::milliseconds(patience_ms);
    while (!condition()) {
      if (std::chrono::steady_clock::now() > give_up)
        return false;
      server->poll(sink, 64);
    }
    return true;
  }
  TcpClient connected() {
    TcpClient client;
    EXPECT_TRUE(client.connect(server->local()));
    const std::size_t before = sink.opened.size();
    EXPECT_TRUE(until([&] { return client.connected() && sink.opened.size() > before; }));
    return client;
  }

  Sink sink;
  std::unique_ptr<TcpServer> server;
};

TEST_P(TcpServerTest, HandsOnWhatEachConnectionSays) {
  ASSERT_NO_FATAL_FAILURE(open());
  if (IsSkipped())
    return;
  std::vector<TcpClient> clients;
  for (int i = 0; i < 20; ++i)
    clients.push_back(connected());
  for (std::size_t i = 0; i < clients.size(); ++i)
    EXPECT_EQ(clients[i].send(to_bytes("I am " + std::to_string(i))), 5 + std::to_string(i).size());
  EXPECT_TRUE(until([&] {
    std::size_t bytes = 0;
    for (const auto& [index, text] : sink.heard)
      bytes += text.size();
    return bytes == 10 * 6 + 10 * 7;
  }));
  for (std::size_t i = 0; i < clients.size(); ++i)
    EXPECT_EQ(sink.heard[sink.opened[i].peer.index], "I am " + std::to_string(i));
}

TEST_P(TcpServerTest, NothingIsLostWhileTheSinkHasNoRoom) {
  ASSERT_NO_FATAL_FAILURE(open({.buffers = 8}));
  if (IsSkipped())
    return;
  TcpClient one = connected();
  TcpClient two = connected();
  sink.room = 0;
  std::string said;
  for (int i = 0; said.size() < 400'000; ++i)
    said += std::to_string(i) + ",";
  std::size_t sent = 0;
  const auto bytes = to_bytes(said);
  std::size_t sent_two = 0;
  for (int i = 0; i < 100; ++i) {
    sent += one.send(std::span(bytes).subspan(sent));
    sent_two += two.send(std::span(bytes).subspan(sent_two));
    server->poll(sink, 64);
  }
  EXPECT_TRUE(server->blocked());
  EXPECT_TRUE(sink.heard[0].empty());
  EXPECT_TRUE(until([&] {
    sink.room = 1000;
    sent += one.send(std::span(bytes).subspan(sent));
    sent_two += two.send(std::span(bytes).subspan(sent_two));
    return sink.heard[0].size() == said.size() && sink.heard[1].size() == said.size();
  }));
  EXPECT_EQ(sink.heard[0], said);
  EXPECT_EQ(sink.heard[1], said);
}

TEST_P(TcpServerTest, AConnectionThatIsGoneIsToldOfAfterItsBytes) {
  ASSERT_NO_FATAL_FAILURE(open());
  if (IsSkipped())
    return;
  TcpClient client = connected();
  client.send(to_bytes("last words"));
  client.close();
  EXPECT_TRUE(until([&] { return !sink.closed.empty(); }));
  EXPECT_EQ(sink.heard[0], "last words");
  EXPECT_EQ(sink.closed[0], sink.opened[0].peer);
}

TEST_P(TcpServerTest, AClosedConnectionSaysNothingMoreAndItsPlaceIsUsedAgain) {
  ASSERT_NO_FATAL_FAILURE(open({.connections = 1}));
  if (IsSkipped())
    return;
  for (int round = 0; round < 5; ++round) {
    TcpClient client = connected();
    const TcpPeer peer = sink.opened.back().peer;
    EXPECT_EQ(peer.index, 0U);
    client.send(to_bytes("unheard"));
    server->close(peer);
    EXPECT_TRUE(until([&] { return sink.closed.size() == sink.opened.size(); }));
    EXPECT_EQ(sink.closed.back(), peer);
    server->release(peer);
    server->close(peer);  // of the past: without effect
    if (round != 0) {
      EXPECT_FALSE(peer == sink.opened[sink.opened.size() - 2].peer);
    }
  }
  EXPECT_TRUE(sink.heard.empty());
}

TEST_P(TcpServerTest, ConnectionsBeyondTheTableWaitForAPlace) {
  ASSERT_NO_FATAL_FAILURE(open({.connections = 2}));
  if (IsSkipped())
    return;
  TcpClient one = connected();
  TcpClient two = connected();
  TcpClient three;
  ASSERT_TRUE(three.connect(server->local()));
  EXPECT_TRUE(until([&] { return three.connected(); }));
  three.send(to_bytes("patient"));
  for (int i = 0; i < 1000; ++i)
    server->poll(sink, 64);
  EXPECT_EQ(sink.opened.size(), 2U);
  one.close();
  ASSERT_TRUE(until([&] { return sink.closed.size() == 1; }));
  server->release(sink.closed[0]);
  EXPECT_TRUE(until([&] { return sink.heard[sink.closed[0].index] == "patient"; }));
  EXPECT_EQ(sink.opened.size(), 3U);
}

TEST_P(TcpServerTest, WithoutDescriptorsAConnectionWaitsAndWakesNobody) {
  ASSERT_NO_FATAL_FAILURE(open());
  if (IsSkipped())
    return;
  const int client = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const sockaddr_in address = to_sockaddr(server->local());
  {
    const NoDescriptors none;
    EXPECT_EQ(connect(client, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
    int found = 0;
    for (int i = 0; i < 1000; ++i)
      found += server->poll(sink, 64) == 0 ? 0 : 1;
    EXPECT_LT(found, 100);
    pollfd wait{server->descriptor(), POLLIN, 0};
    EXPECT_EQ(poll(&wait, 1, 0), 0);
  }
  EXPECT_TRUE(sink.opened.empty());  // not in there: clang's UBSan looks at types through a pipe
  EXPECT_TRUE(until([&] { return sink.opened.size() == 1; }));
  close(client);
}

TEST_P(TcpServerTest, WhoIsHeldWaitsAndNobodyElse) {
  ASSERT_NO_FATAL_FAILURE(open({.buffers = 8}));
  if (IsSkipped())
    return;
  TcpClient held = connected();
  TcpClient other = connected();
  const TcpPeer peer = sink.opened[0].peer;
  std::string said;
  for (int round = 0; round < 5; ++round) {
    server->hold(peer);
    server->hold(peer);
    for (int i = 0; i < 10; ++i)
      server->poll(sink, 64);
    const std::string before = sink.heard[0];
    for (int i = 0; i < 100; ++i)
      held.send(to_bytes("0123456789"));
    other.send(to_bytes("free"));
    for (int i = 0; i < 100; ++i)
      said += "0123456789";
    EXPECT_TRUE(
        until([&] { return sink.heard[1].size() == 4U * (static_cast<std::size_t>(round) + 1); }));
    EXPECT_EQ(sink.heard[0], before);
    server->resume(peer);
    server->resume(peer);
    EXPECT_TRUE(until([&] { return sink.heard[0].size() == said.size(); }));
    EXPECT_EQ(sink.heard[0], said);
  }
}

TEST_P(TcpServerTest, AfterAHoldOnePieceComesBeforeTheNextHold) {
  ASSERT_NO_FATAL_FAILURE(open());
  if (IsSkipped())
    return;
  TcpClient client = connected();
  const TcpPeer peer = sink.opened[0].peer;
  server->hold(peer);
  server->poll(sink, 64);
  const auto bytes = to_bytes(std::string(50'000, 'x'));
  ASSERT_EQ(client.send(bytes), bytes.size());
  std::size_t before = 0;
  sink.holds = server.get();
  while (before != bytes.size()) {
    server->resume(peer);
    ASSERT_TRUE(until([&] { return sink.heard[0].size() > before; }));
    for (int i = 0; i < 10; ++i)
      server->poll(sink, 64);
    EXPECT_LE(sink.heard[0].size() - before, 2048U);
    before = sink.heard[0].size();
  }
}

TEST_P(TcpServerTest, WhoIsHeldCanBeClosedAndItsEndIsSeenLater) {
  ASSERT_NO_FATAL_FAILURE(open());
  if (IsSkipped())
    return;
  TcpClient one = connected();
  TcpClient two = connected();
  server->hold(sink.opened[0].peer);
  server->hold(sink.opened[1].peer);
  for (int i = 0; i < 10; ++i)
    server->poll(sink, 64);
  server->close(sink.opened[0].peer);
  EXPECT_TRUE(until([&] { return sink.closed.size() == 1; }));
  EXPECT_EQ(sink.closed[0], sink.opened[0].peer);
  two.send(to_bytes("bye"));
  two.close();
  for (int i = 0; i < 10; ++i)
    server->poll(sink, 64);
  EXPECT_EQ(sink.closed.size(), 1U);
  server->resume(sink.opened[1].peer);
  EXPECT_TRUE(until([&] { return sink.closed.size() == 2; }));
  EXPECT_EQ(sink.heard[1], "bye");
  server->release(sink.closed[0]);
  server->hold(sink.closed[0]);  // of the past: without effect
  TcpClient three = connected();
  three.send(to_bytes("new"));
  EXPECT_TRUE(until([&] { return sink.heard[0] == "new"; }));
}

TEST_P(TcpServerTest, ItsDescriptorWakesASleeperEachTime) {
  ASSERT_NO_FATAL_FAILURE(open());
  if (IsSkipped())
    return;
  TcpClient client = connected();
  for (int i = 1; i <= 20; ++i) {
    while (server->poll(sink, 64) != 0) {
    }
    server->poll(sink, 64);
    client.send(to_bytes("x"));
    pollfd wait{server->descriptor(), POLLIN, 0};
    ASSERT_EQ(poll(&wait, 1, 20'000), 1) << i;
    ASSERT_TRUE(until([&] { return sink.heard[0].size() == static_cast<std::size_t>(i); }));
  }
}

TEST_P(TcpServerTest, EverybodyIsAnsweredInOneBatch) {
  ASSERT_NO_FATAL_FAILURE(open());
  if (IsSkipped())
    return;
  const auto port = std::string(GetParam().name) == "io_uring" ? make_io_uring_stream_port()
                                                               : make_plain_stream_port();
  std::vector<TcpClient> clients;
  for (int i = 0; i < 140; ++i)
    clients.push_back(connected());
  std::vector<std::vector<std::byte>> texts;
  std::vector<iovec> vectors;
  std::vector<StreamWrite> writes;
  for (int i = 0; i < 140; ++i)
    texts.push_back(to_bytes("to " + std::to_string(i)));
  for (auto& text : texts)
    vectors.push_back({.iov_base = text.data(), .iov_len = text.size()});
  for (std::size_t i = 0; i < 140; ++i)
    writes.push_back({.socket = sink.opened[i].socket, .vectors = {&vectors[i], 1}});
  port->send(writes);
  for (std::size_t i = 0; i < 140; ++i) {
    EXPECT_EQ(writes[i].result, static_cast<std::ptrdiff_t>(texts[i].size()));
    std::array<std::byte, 16> buffer{};
    std::string got;
    EXPECT_TRUE(until([&] {
      got += to_text(std::span(buffer).first(clients[i].receive(buffer)));
      return got.size() == texts[i].size();
    }));
    EXPECT_EQ(got, to_text(texts[i]));
  }
}

TEST_P(TcpServerTest, AClientThatTakesNothingHoldsUpNobody) {
  ASSERT_NO_FATAL_FAILURE(open({.send_buffer_bytes = 8192}));
  if (IsSkipped())
    return;
  const auto port = std::string(GetParam().name) == "io_uring" ? make_io_uring_stream_port()
                                                               : make_plain_stream_port();
  TcpClient deaf = connected();
  TcpClient good = connected();
  std::vector<std::byte> text(4096, std::byte{'x'});
  iovec to_deaf{.iov_base = text.data(), .iov_len = text.size()};
  iovec to_good = to_deaf;
  bool refused = false;
  std::size_t got = 0;
  std::vector<std::byte> buffer(1 << 16);
  for (int i = 0; i < 10'000 && !refused; ++i) {
    std::array<StreamWrite, 2> writes{
        StreamWrite{.socket = sink.opened[0].socket, .vectors = {&to_deaf, 1}},
        StreamWrite{.socket = sink.opened[1].socket, .vectors = {&to_good, 1}}};
    port->send(writes);
    refused = writes[0].result == -EAGAIN;
    got += good.receive(buffer);
  }
  EXPECT_TRUE(refused);
  EXPECT_GT(got, 0U);
}

TEST_P(TcpServerTest, ItsPortIsFreeAsSoonAsItIsGone) {
  open();
  if (IsSkipped())
    return;
  TcpServerOptions options;
  options.listen = server->local();
  for (int i = 0; i < 20; ++i) {
    server->poll(sink, 64);
    server.reset();
    ASSERT_NO_THROW(server = GetParam().make(options)) << i;
  }
}

INSTANTIATE_TEST_SUITE_P(Bodies, TcpServerTest,
                         testing::Values(Body{"io_uring", make_io_uring_tcp_server},
                                         Body{"epoll", make_epoll_tcp_server}),
                         [](const auto& body) { return std::string(body.param.name); });

}  // namespace
