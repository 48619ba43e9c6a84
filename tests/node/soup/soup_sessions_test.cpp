// Goal: what becomes of a TCP session when its socket gives trouble.
// Method: a stream port that fails as told, over one end of a pair of sockets.
#include "node/order_entry/soup_sessions.hpp"

#include <array>
#include <cerrno>

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

namespace wirebook::node {
namespace {

constexpr std::uint64_t a_second_ns = 1'000'000'000;

class TroubledPort final : public soup::StreamPort {
 public:
  void send(std::span<soup::StreamWrite> writes) noexcept override {
    if (error == 0)
      return plain_->send(writes);
    for (soup::StreamWrite& write : writes)
      write.result = -error;
  }
  [[nodiscard]] std::string_view name() const override { return "troubled"; }

  int error = 0;

 private:
  std::unique_ptr<soup::StreamPort> plain_ = soup::make_plain_stream_port();
};

class SoupSessionsTest : public testing::Test {
 protected:
  SoupSessionsTest() {
    EXPECT_EQ(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends_.data()), 0);
    connections_.open({}, ends_[0]);
    sessions_.accept({.kind = ControlKind::login_accepted,
                      .session = 1,
                      .sequence_number = 1,
                      .peer = Peer(soup::TcpPeer{}, {})},
                     a_second_ns);
    while (sessions_.flush(a_second_ns)) {
    }
    EXPECT_EQ(heard(), 33);  // A
  }
  ~SoupSessionsTest() override {
    close(ends_[0]);
    close(ends_[1]);
  }
  SoupSessionsTest(const SoupSessionsTest&) = delete;
  SoupSessionsTest& operator=(const SoupSessionsTest&) = delete;

  static NodeConfig one_account() {
    NodeConfig config;
    config.sessions.resize(1);
    return config;
  }
  /// As recv: 0 at the end of the stream.
  [[nodiscard]] std::ptrdiff_t heard() {
    std::array<std::byte, 256> bytes{};
    const std::ptrdiff_t count = recv(ends_[1], bytes.data(), bytes.size(), 0);
    return count < 0 ? -errno : count;
  }

  std::array<int, 2> ends_{-1, -1};
  TroubledPort port_;
  Notices notices_;
  SoupConnections connections_{1};
  WireOutCounters counters_;
  wire_out::OutboundLog log_{1, 2};
  SoupSessions sessions_{one_account(),
                         {.connections = connections_, .port = port_, .notices = notices_},
                         log_,
                         counters_};
};

TEST_F(SoupSessionsTest, ASocketThatIsFullForNowIsTriedAgain) {
  port_.error = EAGAIN;
  sessions_.keep_alive(3 * a_second_ns);
  sessions_.flush(3 * a_second_ns);
  EXPECT_TRUE(sessions_.has(1));
  EXPECT_EQ(heard(), -EAGAIN);
  port_.error = 0;
  sessions_.flush(4 * a_second_ns);
  EXPECT_EQ(heard(), 3);  // the heartbeat
}

// A host without memory, say: the connection itself may be well. Its client would hear no answers
// and go on with its orders.
TEST_F(SoupSessionsTest, AConnectionThatCannotBeWrittenToEnds) {
  port_.error = ENOMEM;
  sessions_.keep_alive(3 * a_second_ns);
  sessions_.flush(3 * a_second_ns);
  EXPECT_FALSE(sessions_.has(1));
  EXPECT_EQ(counters_[WireOutCount::sessions_up], 0U);
  EXPECT_EQ(heard(), 0);
  std::byte byte{};
  EXPECT_EQ(recv(ends_[0], &byte, 1, 0), 0);  // ingress finds the end, and ends the session
}

}  // namespace
}  // namespace wirebook::node
