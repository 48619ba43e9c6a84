// Goal: the day begins with what the node itself has to say: no datagram comes before it, however
// much it is, and however early the datagram; and neither road keeps the other waiting.
// Method: the stage over an inject ring and a receiver that the test fills, polled by hand.
#include "node/sockets/ingress_stage.hpp"

#include <chrono>
#include <deque>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "node/host_slots.hpp"
#include "node/soup/tcp_client.hpp"
#include "tests/node/ouch_messages.hpp"
#include "tests/patience.hpp"

namespace wirebook::node {
namespace {

using testing::Each;

constexpr Endpoint client_address{0x7F000001, 1001};

class PreparedDatagrams final : public Receiver {
 public:
  std::deque<ByteVector> datagrams;

  std::size_t poll(DatagramSink& sink, std::size_t max) noexcept override {
    std::size_t count = 0;
    for (; count < max && !datagrams.empty(); ++count) {
      sink.on_datagram(datagrams.front(), client_address);
      datagrams.pop_front();
    }
    return count;
  }
  [[nodiscard]] int descriptor() const override { return -1; }
  [[nodiscard]] std::uint64_t dropped() const noexcept override { return 0; }
  [[nodiscard]] std::string_view name() const override { return "prepared"; }
};

class IngressStageTest : public testing::Test {
 protected:
  static NodeConfig one_account() {
    NodeConfig config;
    config.sessions.push_back({.username = Alpha<6>::from("alice"),
                               .password = Alpha<10>::from("secret"),
                               .firm = Firm::from("ACME")});
    return config;
  }
  std::vector<SlotKind> kinds() {
    std::vector<SlotKind> kinds;
    for (std::uint64_t i = 0; const Slot* const slot = reader_.peek(i); ++i)
      kinds.push_back(slot->tail.kind);
    return kinds;
  }

  const NodeConfig config_ = one_account();
  const Clock clock_{0};
  PreparedDatagrams receiver_;
  slot_ring::InjectRing inject_{1024};
  slot_ring::Ring<Slot> slots_{1024};
  slot_ring::Reader<Slot> reader_{slots_};
  std::unique_ptr<ControlQueue> controls_ = std::make_unique<ControlQueue>();
  Ending ending_;
  IngressStage ingress_{{.config = config_,
                         .clock = clock_,
                         .receiver = receiver_,
                         .inject = inject_,
                         .ring = slots_,
                         .controls = *controls_,
                         .ending = ending_}};
};

TEST_F(IngressStageTest, ALongOpeningComesBeforeAnEarlyLogin) {
  constexpr std::size_t opening = 500;
  const Slot down{.session = SessionBody{.session = 1}, .tail = {.kind = SlotKind::session_down}};
  for (std::size_t i = 0; i < opening; ++i)
    ASSERT_TRUE(inject_.push(down));
  receiver_.datagrams.push_back(login("alice", "secret"));
  for (int i = 0; i < 100; ++i)
    ingress_.poll();
  std::vector<SlotKind> found = kinds();
  ASSERT_GT(found.size(), opening);
  EXPECT_EQ(found[opening], SlotKind::session_up);
  found.resize(opening);
  EXPECT_THAT(found, Each(SlotKind::session_down));
}

/// The same stage with a port for connections, and one client that has connected.
class BothRoads : public IngressStageTest {
 protected:
  static NodeConfig with_soup() {
    NodeConfig config = one_account();
    config.soup.on = true;
    config.soup.listen = {0x7F000001, 0};
    return config;
  }
  void SetUp() override { ASSERT_TRUE(client_.connect(port_.server().local())); }
  [[nodiscard]] std::uint64_t connections() const {
    return both_.order_entry().counters()[OrderEntryCount::connections];
  }

  const NodeConfig with_soup_ = with_soup();
  SoupPort port_{with_soup_, false};
  slot_ring::Ring<Slot> both_slots_{with_soup_.rings.slots};
  IngressStage both_{{.config = with_soup_,
                      .clock = clock_,
                      .receiver = receiver_,
                      .inject = inject_,
                      .ring = both_slots_,
                      .controls = *controls_,
                      .ending = ending_,
                      .soup = &port_}};
  soup::TcpClient client_;
  const std::chrono::steady_clock::time_point end_ =
      std::chrono::steady_clock::now() + std::chrono::milliseconds(patience_ms);
};

TEST_F(BothRoads, DatagramsWithoutEndDoNotKeepConnectionsWaiting) {
  while (connections() == 0 && std::chrono::steady_clock::now() < end_) {
    receiver_.datagrams.push_back(one_byte('R'));
    EXPECT_TRUE(both_.poll());
  }
  EXPECT_EQ(connections(), 1U);
}

TEST_F(BothRoads, ConnectionsWithoutEndDoNotKeepDatagramsWaiting) {
  while (connections() == 0 && std::chrono::steady_clock::now() < end_)
    both_.poll();
  ASSERT_TRUE(client_.connected());
  const ByteVector debug{std::byte{0}, std::byte{1}, std::byte{'+'}};
  receiver_.datagrams.push_back(one_byte('R'));
  constexpr int polls_max = 1000;
  int polls = 0;
  for (; polls < polls_max && !receiver_.datagrams.empty(); ++polls) {
    ASSERT_EQ(client_.send(debug), debug.size());
    EXPECT_TRUE(both_.poll());
  }
  EXPECT_LT(polls, polls_max);
}

// The disk is full, or the ring: then the peers' windows fill, and the thread sleeps as long as it
// may.
TEST_F(IngressStageTest, BytesThatCannotBeTakenWakeNobodyUntilTheyCan) {
  for (const ReceivePath path : {ReceivePath::automatic, ReceivePath::recvmmsg}) {
    NodeConfig config = one_account();
    config.soup.on = true;
    config.soup.listen = {0x7F000001, 0};
    config.order_entry.receive = path;
    SoupPort port(config, true);
    const int datagrams = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    const int wakes = port.wake_with(datagrams);
    const auto is_readable = [&](int within_ms) {
      pollfd wait{wakes, POLLIN, 0};
      return ::poll(&wait, 1, within_ms) == 1;
    };
    Ending ending;
    slot_ring::Ring<Slot> slots(config.rings.slots);
    IngressStage ingress({.config = config,
                          .clock = clock_,
                          .receiver = receiver_,
                          .inject = inject_,
                          .ring = slots,
                          .controls = *controls_,
                          .ending = ending,
                          .soup = &port});
    const auto connections = [&] {
      return ingress.order_entry().counters()[OrderEntryCount::connections];
    };
    ingress.poll();
    ending.orders_refused = true;
    soup::TcpClient client;
    ASSERT_TRUE(client.connect(port.server().local()));
    const auto rest = [&] {
      for (int i = 0; i < 1'000'000 && ingress.poll(); ++i) {
      }
    };
    rest();
    EXPECT_FALSE(is_readable(50)) << port.server().name();
    eventfd_write(datagrams, 1);
    EXPECT_TRUE(is_readable(50)) << "datagrams are another matter";
    eventfd_t value = 0;
    eventfd_read(datagrams, &value);

    ending.orders_refused = false;
    const auto end = std::chrono::steady_clock::now() + std::chrono::milliseconds(patience_ms);
    while (connections() == 0 && std::chrono::steady_clock::now() < end)
      ingress.poll();
    rest();
    soup::TcpClient another;
    ASSERT_TRUE(another.connect(port.server().local()));
    EXPECT_TRUE(is_readable(20'000)) << "it wakes again";
    ::close(datagrams);
  }
}

}  // namespace
}  // namespace wirebook::node
