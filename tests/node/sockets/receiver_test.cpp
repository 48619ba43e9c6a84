// Goal: both ways of receiving hand on the same datagrams, and a host that refuses io_uring gets
// recvmmsg with one clear line.
// Method: real sockets on loopback; a forked child under a seccomp filter stands for the host.
#include "node/sockets/receiver.hpp"

#include <cerrno>
#include <system_error>

#include <gtest/gtest.h>
#include <seccomp.h>
#include <sys/wait.h>

#include "node/roads/roads.hpp"
#include "tests/node/udp_client.hpp"

namespace wirebook::node {
namespace {

struct Collector final : DatagramSink {
  void on_datagram(std::span<const std::byte> bytes, Endpoint source) noexcept override {
    datagrams.emplace_back(bytes.begin(), bytes.end());
    sources.push_back(source);
  }
  void on_cut_datagram() noexcept override { ++cut; }

  std::vector<ByteVector> datagrams;
  std::vector<Endpoint> sources;
  int cut = 0;
};

void poll_until(Receiver& receiver, Collector& collector, std::size_t wanted) {
  for (int waited_ms = 0; waited_ms < patience_ms; waited_ms += 10) {
    while (receiver.poll(collector, 64) != 0) {
    }
    if (collector.datagrams.size() + static_cast<std::size_t>(collector.cut) >= wanted)
      return;
    pollfd wait{receiver.descriptor(), POLLIN, 0};
    poll(&wait, 1, 10);
  }
}

class ReceiverTest : public testing::TestWithParam<ReceivePath> {
 protected:
  void SetUp() override {
    socket_.ask_for_buffers(1 << 20);
    socket_.bind({0x7F000001, 0});
    try {
      receiver_ = choose_receiver(GetParam(), socket_.descriptor()).receiver;
    } catch (const std::system_error& error) {
      GTEST_SKIP() << "io_uring is refused here: " << error.what();
    }
  }

  UdpSocket socket_;
  std::unique_ptr<Receiver> receiver_;
  UdpClient client_;
};

TEST_P(ReceiverTest, HandsOnWhatCameInOrderWithItsSource) {
  constexpr std::size_t rounds = 40;
  constexpr std::size_t burst = 100;
  Collector collector;
  // More than there are buffers, so that they go around.
  for (std::size_t round = 0; round < rounds; ++round) {
    for (std::size_t i = 0; i < burst; ++i) {
      ByteVector bytes(1 + (round * burst + i) % 1400, static_cast<std::byte>(i));
      client_.send(socket_.local(), bytes);
    }
    poll_until(*receiver_, collector, (round + 1) * burst);
    ASSERT_EQ(collector.datagrams.size(), (round + 1) * burst);
  }
  for (std::size_t i = 0; i < rounds * burst; ++i) {
    ASSERT_EQ(collector.datagrams[i], ByteVector(1 + i % 1400, static_cast<std::byte>(i % burst)));
    ASSERT_EQ(collector.sources[i], client_.endpoint());
  }
}

TEST_P(ReceiverTest, EmptyAndOversizedDatagramsAreToldApart) {
  client_.send(socket_.local(), {});
  client_.send(socket_.local(), ByteVector(9000, std::byte{1}));
  client_.send(socket_.local(), ByteVector(receive_bytes_max, std::byte{2}));
  Collector collector;
  poll_until(*receiver_, collector, 3);
  ASSERT_EQ(collector.datagrams.size(), 2U);
  EXPECT_TRUE(collector.datagrams[0].empty());
  EXPECT_EQ(collector.datagrams[1].size(), receive_bytes_max);
  EXPECT_EQ(collector.cut, 1);
}

TEST_P(ReceiverTest, ALoneDatagramIsCutAsOneOfManyIs) {
  Collector collector;
  for (std::size_t i = 1; i <= 4; ++i) {
    client_.send(socket_.local(), ByteVector(i % 2 == 0 ? receive_bytes_max : 9000, std::byte{1}));
    poll_until(*receiver_, collector, i);
  }
  EXPECT_EQ(collector.datagrams, std::vector(2, ByteVector(receive_bytes_max, std::byte{1})));
  EXPECT_EQ(collector.cut, 2);
}

TEST_P(ReceiverTest, ThePortIsFreeAsSoonAsItIsClosed) {
  for (int round = 0; round < 20; ++round) {
    Endpoint endpoint;
    {
      UdpSocket socket;
      socket.bind({0x7F000001, 0});
      endpoint = socket.local();
      const auto receiver = choose_receiver(GetParam(), socket.descriptor()).receiver;
      client_.send(endpoint, one_byte('R'));
      Collector collector;
      poll_until(*receiver, collector, 1);
      client_.send(endpoint, one_byte('R'));  // one that nobody asks for any more
      receiver->finish();
    }
    UdpSocket again;
    EXPECT_NO_THROW(again.bind(endpoint)) << round;
  }
}

TEST_P(ReceiverTest, ABatchIsNeverMoreThanWasAskedFor) {
  for (int i = 0; i < 10; ++i)
    client_.send(socket_.local(), one_byte('R'));
  Collector collector;
  for (std::size_t handed_on = 0; handed_on < 10;) {
    const std::size_t count = receiver_->poll(collector, 3);
    EXPECT_LE(count, 3U);
    handed_on += count;
    EXPECT_EQ(collector.datagrams.size(), handed_on);
  }
}

INSTANTIATE_TEST_SUITE_P(Paths, ReceiverTest,
                         testing::Values(ReceivePath::io_uring, ReceivePath::recvmmsg),
                         [](const auto& path) {
                           return path.param == ReceivePath::io_uring ? "io_uring" : "recvmmsg";
                         });

/// What the child finds: 0 if all is as it should be, else the number of the step that failed.
int under_a_filter() {
  scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ALLOW);
  if (filter == nullptr ||
      seccomp_rule_add(filter, SCMP_ACT_ERRNO(EPERM), SCMP_SYS(io_uring_setup), 0) != 0 ||
      seccomp_load(filter) != 0)
    return 1;
  seccomp_release(filter);
  UdpSocket socket;
  socket.bind({0x7F000001, 0});
  const ChosenReceiver chosen = choose_receiver(ReceivePath::automatic, socket.descriptor());
  if (chosen.receiver->name() != "recvmmsg")
    return 2;
  if (chosen.line != "receive: recvmmsg, because io_uring is refused (Operation not permitted)")
    return 3;
  UdpClient client;
  client.send(socket.local(), one_byte('R'));
  Collector collector;
  poll_until(*chosen.receiver, collector, 1);
  if (collector.datagrams.size() != 1)
    return 4;
  try {
    static_cast<void>(choose_receiver(ReceivePath::io_uring, socket.descriptor()));
    return 5;
  } catch (const std::system_error&) {
  }
  return 0;
}

TEST(ReceiverChoice, AThreadThatAnswersALoneOrderItselfAsksTheSocket) {
  NodeConfig config;
  config.threads = {.automatic = false};
  UdpSocket socket;
  socket.bind({0x7F000001, 0});
  const ChosenReceiver chosen = choose_road(config, socket.descriptor(), socket.local(), Clock(0));
  EXPECT_EQ(chosen.receiver->name(), "recvmmsg");
  EXPECT_EQ(chosen.line, "receive: recvmmsg, which answers a lone order sooner than io_uring");
  config.threads.wire_out = 1;
  config.rings.wait = WaitMode::park;
  const std::string by_default = choose_receiver(ReceivePath::automatic, socket.descriptor()).line;
  EXPECT_EQ(choose_road(config, socket.descriptor(), socket.local(), Clock(0)).line, by_default);
}

TEST(ReceiverChoice, BusyPollingTakesRecvmmsgAndSaysWhetherItMay) {
  UdpSocket socket;
  socket.bind({0x7F000001, 0});
  const ChosenReceiver chosen =
      choose_receiver(ReceivePath::automatic, socket.descriptor(), 64, 50);
  EXPECT_EQ(chosen.receiver->name(), "recvmmsg");
  int busy_us = 0;
  socklen_t length = sizeof busy_us;
  ASSERT_EQ(getsockopt(socket.descriptor(), SOL_SOCKET, SO_BUSY_POLL, &busy_us, &length), 0);
  if (geteuid() == 0) {
    EXPECT_EQ(busy_us, 50);
    EXPECT_EQ(chosen.line, "receive: recvmmsg, which polls the device for 50 us");
  }
  UdpClient client;
  client.send(socket.local(), one_byte('R'));
  Collector collector;
  poll_until(*chosen.receiver, collector, 1);
  EXPECT_EQ(collector.datagrams.size(), 1U);
}

TEST(ReceiverChoice, FallsBackWhereTheHostRefusesIoUring) {
  const pid_t child = fork();
  ASSERT_GE(child, 0);
  if (child == 0)
    _exit(under_a_filter());
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  ASSERT_TRUE(WIFEXITED(status));
  EXPECT_EQ(WEXITSTATUS(status), 0) << "the step that failed";
}

}  // namespace
}  // namespace wirebook::node
