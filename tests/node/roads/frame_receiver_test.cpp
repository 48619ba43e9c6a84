// Goal: over a port of whole frames the node is a host of its own: order entry's datagrams reach
// it, each other frame has its outcome, ARP and pings are answered, replies find their way at once.
// Method: a port that the test fills and empties; the driver behind a real one is not in it.
#include <deque>

#include <gmock/gmock.h>

#include "node/dpdk/dpdk_receiver.hpp"
#include "node/on_card/ethernet.hpp"
#include "road_bed.hpp"
#include "wire_in/frame_parser.hpp"

namespace wirebook::node {
namespace {

using wire_in::test::udp_frame;
using wire_in::test::WireBytes;

constexpr Endpoint here{0x0A000001, 26'400};
constexpr Endpoint client_address{0x0A000002, 40'000};
constexpr Mac own_mac{0x02, 0, 0, 0, 0, 0x77};
/// What `udp_frame` puts into every frame.
constexpr Mac peer_mac{0x02, 0, 0, 0, 0, 0x01};

struct PortBuffers {
  std::deque<ByteVector> in;
  std::vector<ByteVector> building;  ///< given to `send`, before a flush
  std::vector<ByteVector> out;
};

class TestPort final : public FramePort {
 public:
  explicit TestPort(PortBuffers& buffers) : buffers_(&buffers) {}

  std::size_t receive(FrameSink& sink, std::size_t max) noexcept override {
    std::size_t count = 0;
    for (; count < max && !buffers_->in.empty(); ++count) {
      sink.on_frame(buffers_->in.front());
      buffers_->in.pop_front();
    }
    return count;
  }
  [[nodiscard]] std::uint64_t dropped() const noexcept override { return 0; }
  [[nodiscard]] std::array<std::uint8_t, 6> mac() const override { return own_mac; }
  [[nodiscard]] std::string describe() const override { return "port of the test"; }
  [[nodiscard]] std::span<std::byte> frame_room() noexcept override { return room_; }
  void send(std::size_t bytes) noexcept override {
    buffers_->building.emplace_back(room_.begin(),
                                    room_.begin() + static_cast<std::ptrdiff_t>(bytes));
  }
  void flush() noexcept override {
    for (ByteVector& frame : buffers_->building)
      buffers_->out.push_back(std::move(frame));
    buffers_->building.clear();
  }

 private:
  PortBuffers* buffers_;
  std::array<std::byte, 2040> room_{};
};

class Collected final : public DatagramSink {
 public:
  void on_datagram(std::span<const std::byte> bytes, Endpoint source) noexcept override {
    datagrams.emplace_back(bytes.begin(), bytes.end());
    sources.push_back(source);
  }
  void on_cut_datagram() noexcept override {}
  void on_no_datagram(Outcome outcome) noexcept override { outcomes.push_back(outcome); }

  std::vector<ByteVector> datagrams;
  std::vector<Endpoint> sources;
  std::vector<Outcome> outcomes;
};

class FrameReceiverTest : public testing::Test {
 protected:
  static NodeConfig config() {
    NodeConfig config = road_config();
    config.order_entry.listen = here;
    config.order_entry.road = RoadKind::dpdk;
    return config;
  }
  void put(std::span<const std::byte> frame) { port_.in.emplace_back(frame.begin(), frame.end()); }
  void poll() {
    while (chosen_.receiver->poll(sink_, 64) != 0)
      continue;
    chosen_.replies->poll();
  }
  /// Whether it was taken.
  bool reply(const ByteVector& bytes) {
    sockaddr_in to = to_sockaddr(client_address);
    ByteVector copy = bytes;
    iovec piece{copy.data(), copy.size()};
    mmsghdr datagram{};
    datagram.msg_hdr.msg_name = &to;
    datagram.msg_hdr.msg_iov = &piece;
    datagram.msg_hdr.msg_iovlen = 1;
    return chosen_.replies->send({&datagram, 1}) == 1;
  }

  const NodeConfig config_ = config();
  const Clock clock_{0};
  PortBuffers port_;
  Collected sink_;
  ChosenReceiver chosen_ = make_frame_receiver(config_, clock_, std::make_unique<TestPort>(port_));
};

TEST_F(FrameReceiverTest, ADatagramForUsIsHandedOnWithItsSource) {
  put(udp_frame(from_peer_to(client_address, here), enter(1, 'B', 1)));
  poll();
  ASSERT_EQ(sink_.datagrams.size(), 1U);
  EXPECT_EQ(sink_.datagrams[0], enter(1, 'B', 1));
  EXPECT_EQ(sink_.sources[0], client_address);
}

TEST_F(FrameReceiverTest, EachWrongFrameHasItsOutcome) {
  for (const WrongFrame& wrong : wrong_frames(client_address, here)) {
    SCOPED_TRACE(wrong.what);
    sink_.outcomes.clear();
    sink_.datagrams.clear();
    put(wrong.bytes);
    poll();
    if (wrong.outcome < Outcome::ufo_empty)
      EXPECT_THAT(sink_.outcomes, testing::ElementsAre(wrong.outcome));
    else
      EXPECT_EQ(sink_.datagrams.size(), 1U) << "order entry says what is wrong with it";
  }
  EXPECT_TRUE(port_.out.empty());
}

TEST_F(FrameReceiverTest, WhoLogsInIsAnsweredWithoutArp) {
  put(udp_frame(from_peer_to(client_address, here), login("alice", "secret")));
  poll();
  ASSERT_TRUE(reply(one_byte('A')));
  ASSERT_EQ(port_.out.size(), 1U);
  const ByteVector& frame = port_.out[0];
  EXPECT_TRUE(std::equal(peer_mac.begin(), peer_mac.end(),
                         reinterpret_cast<const std::uint8_t*>(frame.data())));
  wire_in::UdpDatagram datagram;
  ASSERT_EQ(wire_in::parse_frame(frame, datagram), Outcome::ok);
  EXPECT_EQ(datagram.source_address, here.address);
  EXPECT_EQ(datagram.source_port, here.port);
  EXPECT_EQ(datagram.destination_port, client_address.port);
}

TEST_F(FrameReceiverTest, AStrangerIsAskedForAndThenAnswered) {
  EXPECT_FALSE(reply(one_byte('A')));
  ASSERT_EQ(port_.out.size(), 1U);
  const std::optional<Arp> asked = parse_arp(port_.out[0]);
  ASSERT_TRUE(asked);
  EXPECT_TRUE(asked->is_request);
  EXPECT_EQ(asked->target, client_address.address);
  std::array<std::byte, 64> answer{};
  const std::size_t bytes =
      build_arp_reply({client_address.address, peer_mac}, asked->sender, answer);
  put(std::span(answer).first(bytes));
  poll();
  EXPECT_TRUE(reply(one_byte('A')));
}

TEST_F(FrameReceiverTest, ArpForUsIsAnswered) {
  std::array<std::byte, 64> question{};
  put(std::span(question).first(
      build_arp_request({client_address.address, peer_mac}, here.address, question)));
  put(std::span(question).first(
      build_arp_request({client_address.address, peer_mac}, here.address + 1, question)));
  poll();
  ASSERT_EQ(port_.out.size(), 1U);
  const std::optional<Arp> answer = parse_arp(port_.out[0]);
  ASSERT_TRUE(answer);
  EXPECT_FALSE(answer->is_request);
  EXPECT_EQ(answer->sender.mac, own_mac);
  EXPECT_THAT(sink_.outcomes, testing::ElementsAre(Outcome::punted, Outcome::frame_not_ipv4));
}

TEST_F(FrameReceiverTest, APingForUsIsAnswered) {
  auto spec = from_peer_to(client_address, here);
  spec.protocol = 1;
  WireBytes echo;
  echo.be(0x0800'0000, 4).be(0x1234'0001, 4).text("ping");
  echo.set(2, wire_in::test::internet_checksum(echo), 2);
  put(wire_in::test::ipv4_frame(spec, echo));
  spec.destination_address += 1;
  put(wire_in::test::ipv4_frame(spec, echo));
  poll();
  EXPECT_THAT(sink_.outcomes, testing::ElementsAre(Outcome::punted, Outcome::ipv4_protocol));
  ASSERT_EQ(port_.out.size(), 1U);
  EXPECT_EQ(port_.out[0][34], std::byte{0}) << "an echo reply";
}

/// For want of the library, or of a port.
TEST(DpdkRoad, WhereThereIsNoneItIsRefusedInOneLine) {
  NodeConfig config = road_config();
  config.order_entry.road = RoadKind::dpdk;
  config.order_entry.listen = here;
  config.dpdk.eal = {"--no-huge", "--no-shconf", "--no-pci"};
  const Clock clock(0);
  try {
    static_cast<void>(make_dpdk_receiver(config, clock));
    FAIL();
  } catch (const std::system_error& error) {
    EXPECT_THAT(error.what(), testing::StartsWith("road dpdk: "));
  }
}

}  // namespace
}  // namespace wirebook::node
