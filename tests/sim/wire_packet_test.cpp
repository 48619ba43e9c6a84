// Goal: what arrives at an interface enters the card as it would have on a cable, and what the
// kernel sends leaves there.
// Method: a veth pair in a network namespace; real sockets at the other end, with checksums and
// VLAN tags left to the network card, as Linux does there by default.
#include <fstream>
#include <functional>
#include <stdexcept>

#include <gmock/gmock.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <netinet/udp.h>

#include "tests/sim/network_namespace.hpp"
#include "tests/sim/wire_fixture.hpp"
#include "wire_in/frame_parser.hpp"

namespace wirebook::hw_sim::test {
namespace {

// Before any test is in a namespace of its own.
TEST(PacketWireAtStart, SaysWhichPrivilegeItNeeds) {
  GTEST_FLAG_SET(death_test_style, "fast");
  EXPECT_EXIT(
      {
        constexpr uid_t nobody = 65'534;
        if (geteuid() != 0 || setuid(nobody) == 0)
          std::fputs(refusal_of("packet:lo").c_str(), stderr);
        std::exit(0);
      },
      testing::ExitedWithCode(0), "raw sockets need CAP_NET_RAW: run as root");
}

constexpr std::uint32_t peer = 0x0A09'0001;
constexpr std::uint32_t card = 0x0A09'0002;
constexpr std::uint32_t tagged_peer = 0x0A09'0101;
constexpr std::uint32_t tagged_card = 0x0A09'0102;

class PacketWire : public testing::Test {
 protected:
  void SetUp() override {
    if (const std::string why = enter_network_namespace(); !why.empty())
      GTEST_SKIP() << why;
    if (!ip("link add sim0 type veth peer name sim1"))
      GTEST_SKIP() << "this system's kernel makes no veth pair";
    for (const char* const step :
         {"link set lo up", "link set sim1 address 02:00:0a:09:00:01", "link set sim0 up",
          "link set sim1 up", "addr add 10.9.0.1/24 dev sim1",
          "neigh add 10.9.0.2 lladdr 02:00:0a:09:00:02 dev sim1"})
      ASSERT_TRUE(ip(step)) << step;
    wire = make_wire("packet:sim0");
  }

  [[nodiscard]] std::vector<std::byte> next_frame() const { return next_ipv4(*wire); }

  std::unique_ptr<FrameWire> wire;
};

/// The whole frame that Linux sends, but for the field that it chooses: the identification.
std::string frame_by_hand(const FrameSpec& spec, Bytes payload, Bytes as_sent) {
  WireBytes frame = kernel_frame(spec, payload);
  std::string text;
  frame.set(6, 0, 6).set(18, 0, 2).set(24, 0, 2);
  for (std::size_t i = 6; i < 12; ++i)
    frame[i] = as_sent[i];
  for (const std::size_t i : {18U, 19U, 20U, 21U})
    frame[i] = as_sent[i];
  frame.set(24, wire_in::test::internet_checksum(Bytes(frame).subspan(14, 20)), 2);
  return hex(frame);
}

TEST_F(PacketWire, CompletesTheChecksumsThatSocketsLeaveToTheCard) {
  const Client client(peer);
  for (const std::size_t bytes : {18U, 19U, 700U, 1'472U}) {
    client.send(card, 26'400, WireBytes(bytes, 0x3C));
    const auto frame = next_frame();
    const FrameSpec spec{.source_address = peer,
                         .destination_address = card,
                         .source_port = client.port(),
                         .destination_port = 26'400};
    EXPECT_EQ(hex(frame), frame_by_hand(spec, WireBytes(bytes, 0x3C), frame));
  }
}

TEST_F(PacketWire, CompletesAChecksumOfZeroAsAllOnes) {
  const Client client(peer);
  client.send(card, 26'400, WireBytes(2));
  const auto plain = next_frame();
  client.send(card, 26'400, WireBytes().add(Bytes(plain).subspan(40, 2)));
  const auto frame = next_frame();
  EXPECT_EQ(hex(Bytes(frame).subspan(40, 2)), "ffff");
}

TEST_F(PacketWire, CompletesTcpToo) {
  const int client = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
  sockaddr_in to{};
  to.sin_family = AF_INET;
  to.sin_port = htons(26'400);
  to.sin_addr.s_addr = htonl(card);
  EXPECT_EQ(connect(client, reinterpret_cast<const sockaddr*>(&to), sizeof to), -1);
  const auto frame = next_frame();
  close(client);
  wire_in::Ipv4Packet packet;
  ASSERT_EQ(wire_in::parse_ipv4(frame, packet), Outcome::ok);
  ASSERT_EQ(packet.protocol, 6);
  const FrameSpec spec{.protocol = 6, .source_address = peer, .destination_address = card};
  EXPECT_EQ(transport_checksum(spec, packet.payload), 0) << "over bytes that hold their own";
}

/// `virtio_net_hdr`, whose header is no C++.
struct OffloadHeader {
  std::uint8_t flags = 0;
  std::uint8_t segmentation = 0;
  std::uint16_t header_bytes = 0;
  std::uint16_t segment_bytes = 0;
  std::uint16_t checksum_start = 0;
  std::uint16_t checksum_offset = 0;
};
static_assert(sizeof(OffloadHeader) == 10);

/// Sends frames as they are out of an interface, or leaves their checksums to it.
class RawSender {
 public:
  RawSender() {
    const int on = 1;
    setsockopt(descriptor_, SOL_PACKET, PACKET_VNET_HDR, &on, sizeof on);
    to_.sll_family = AF_PACKET;
    to_.sll_ifindex = static_cast<int>(if_nametoindex("sim1"));
  }
  RawSender(const RawSender&) = delete;
  RawSender& operator=(const RawSender&) = delete;
  ~RawSender() { close(descriptor_); }

  void send(Bytes frame) const { send(frame, {}); }
  /// The checksum is `offset` bytes into the transport, which starts at `start`.
  void send_open(Bytes frame, std::uint16_t start, std::uint16_t offset) const {
    send(frame, {.flags = needs_checksum, .checksum_start = start, .checksum_offset = offset});
  }

 private:
  static constexpr std::uint8_t needs_checksum = 1;

  void send(Bytes frame, const OffloadHeader& header) const {
    const WireBytes message = WireBytes().add(std::as_bytes(std::span(&header, 1))).add(frame);
    EXPECT_EQ(sendto(descriptor_, Bytes(message).data(), message.size(), 0,
                     reinterpret_cast<const sockaddr*>(&to_), sizeof to_),
              static_cast<ssize_t>(message.size()))
        << strerror(errno);
  }

  int descriptor_ = socket(AF_PACKET, SOCK_RAW, 0);
  sockaddr_ll to_{};
};

TEST_F(PacketWire, PutsVlanTagsBack) {
  const RawSender sender;
  using Tags = std::vector<std::uint16_t>;
  for (const Tags& tags : {Tags{0x8100}, Tags{0x88A8}, Tags{0x88A8, 0x8100}, Tags{}}) {
    const WireBytes frame = udp_frame({.vlan_types = tags}, WireBytes(33, 0x44));
    sender.send(frame);
    EXPECT_EQ(hex(next_frame()), hex(frame));
  }
}

TEST_F(PacketWire, CompletesChecksumsBehindTagsAndOptions) {
  const RawSender sender;
  for (const FrameSpec& spec :
       {FrameSpec{}, FrameSpec{.vlan_types = {0x8100}}, FrameSpec{.options_words = 3},
        FrameSpec{.vlan_types = {0x88A8, 0x8100}, .options_words = 10}, FrameSpec{.padding = 20}}) {
    const WireBytes whole = udp_frame(spec, WireBytes(33, 0x44));
    const auto start =
        static_cast<std::uint16_t>(34 + 4 * spec.vlan_types.size() + 4 * spec.options_words);
    WireBytes open = whole;
    sender.send_open(open.set(start + 6U, 0x1234, 2), start, 6);
    EXPECT_EQ(hex(next_frame()), hex(whole));
  }
}

TEST_F(PacketWire, PutsATcpChecksumInItsPlace) {
  const RawSender sender;
  constexpr std::uint16_t start = 34;
  constexpr std::uint16_t offset = 16;
  const WireBytes whole = tcp_frame({}, 77, wire_in::test::tcp_ack, WireBytes(33, 0x44));
  WireBytes open = whole;
  sender.send_open(open.set(start + offset, 0x1234, 2), start, offset);
  EXPECT_EQ(hex(next_frame()), hex(whole));
}

TEST_F(PacketWire, LeavesAWrongChecksumThatASenderMade) {
  const RawSender sender;
  const WireBytes frame = udp_frame({}, WireBytes(33, 0x44)).flip(43 * 8);
  sender.send(frame);
  EXPECT_EQ(hex(next_frame()), hex(frame));
}

TEST_F(PacketWire, TakesWhatTaggedInterfacesSend) {
  if (!ip("link add link sim1 name tagged type vlan id 291"))
    GTEST_SKIP() << "this system's kernel has no VLAN interfaces (8021q)";
  for (const char* const step : {"link set tagged up", "addr add 10.9.1.1/24 dev tagged",
                                 "neigh add 10.9.1.2 lladdr 02:00:0a:09:01:02 dev tagged"})
    ASSERT_TRUE(ip(step)) << step;
  Client(tagged_peer).send(tagged_card, 26'400, WireBytes(33, 0x44));
  const auto frame = next_frame();
  EXPECT_EQ(hex(Bytes(frame).first(6)), "02000a090102");
  EXPECT_EQ(hex(Bytes(frame).subspan(12, 6)), "810001230800");
  wire_in::UdpDatagram datagram;
  ASSERT_EQ(wire_in::parse_frame(frame, datagram), Outcome::ok);
  EXPECT_EQ(hex(datagram.payload), hex(WireBytes(33, 0x44)));
}

TEST_F(PacketWire, PadsToTheLeastThatEthernetHas) {
  const Client client(peer);
  client.send(card, 26'400, WireBytes(1, 0xFF));
  const auto frame = next_frame();
  EXPECT_EQ(frame.size(), 60U);
  EXPECT_EQ(hex(Bytes(frame).subspan(42)), hex(WireBytes(1, 0xFF).zeros(17)));
}

TEST_F(PacketWire, SendsTheKernelsFramesAndDoesNotHearThem) {
  const Client client(peer);
  const FrameSpec spec{.source_address = card,
                       .destination_address = peer,
                       .source_port = 26'400,
                       .destination_port = client.port()};
  wire->sent(kernel_frame(spec, WireBytes(40, 9)));
  const Client::Received received = client.receive();
  EXPECT_EQ(received.payload, hex(WireBytes(40, 9)));
  EXPECT_EQ(received.address, card);
  EXPECT_EQ(received.port, 26'400);

  client.send(card, 26'400, WireBytes(20, 1));  // behind what it sent
  EXPECT_EQ(payload_hex(next_frame()), hex(WireBytes(20, 1)));
}

TEST_F(PacketWire, DoesNotHearWhatThisMachineSendsThere) {
  for (const char* const step :
       {"addr add 10.9.7.1/24 dev sim0", "neigh add 10.9.7.2 lladdr 02:00:0a:09:07:02 dev sim0"})
    ASSERT_TRUE(ip(step));
  const auto other_end = make_wire("packet:sim1");
  Client(0x0A09'0701).send(0x0A09'0702, 26'400, WireBytes(20, 1));
  EXPECT_EQ(payload_hex(next_ipv4(*other_end)), hex(WireBytes(20, 1)));
  Client(peer).send(card, 26'400, WireBytes(20, 2));
  EXPECT_EQ(payload_hex(next_frame()), hex(WireBytes(20, 2)));
}

TEST_F(PacketWire, HearsFramesForOthers) {
  const std::unique_ptr<FILE, int (*)(FILE*)> pipe(popen("ip -d link show sim0", "r"), &pclose);
  std::string text(4096, ' ');
  text.resize(std::fread(text.data(), 1, text.size(), pipe.get()));
  EXPECT_THAT(text, testing::HasSubstr("promiscuity 1"));
}

TEST_F(PacketWire, DropsWhatSegmentationOffloadLeftUncutAndSaysSo) {
  const int sender = socket(AF_INET, SOCK_DGRAM, 0);
  const int segment = 1'000;
  if (setsockopt(sender, SOL_UDP, UDP_SEGMENT, &segment, sizeof segment) != 0)
    GTEST_SKIP() << "this system's kernel has no UDP segmentation offload";
  sockaddr_in to{};
  to.sin_family = AF_INET;
  to.sin_port = htons(26'400);
  to.sin_addr.s_addr = htonl(card);
  const WireBytes payload(4'000, 1);
  testing::internal::CaptureStderr();
  EXPECT_EQ(sendto(sender, Bytes(payload).data(), payload.size(), 0,
                   reinterpret_cast<const sockaddr*>(&to), sizeof to),
            4'000);
  close(sender);
  Client(peer).send(card, 26'400, WireBytes(20, 2));
  EXPECT_EQ(payload_hex(next_frame()), hex(WireBytes(20, 2)));
  EXPECT_THAT(testing::internal::GetCapturedStderr(),
              testing::HasSubstr("a packet of 4042 bytes was dropped, longer than the "
                                 "interface's MTU"));
}

TEST_F(PacketWire, TakesLongFramesOfALongMtu) {
  ASSERT_TRUE(ip("link set sim0 mtu 9000"));
  ASSERT_TRUE(ip("link set sim1 mtu 9000"));
  Client(peer).send(card, 26'400, WireBytes(8'972, 2));
  EXPECT_EQ(next_frame().size(), 9'014U);
}

TEST_F(PacketWire, SaysWhatItCouldNotSend) {
  testing::internal::CaptureStderr();
  wire->sent(WireBytes(2'000));
  EXPECT_EQ(testing::internal::GetCapturedStderr(),
            "wire packet:sim0: cannot send a frame of 2000 bytes: Message too long\n");
}

TEST_F(PacketWire, SaysWhatAnInterfaceMustBe) {
  EXPECT_THAT(refusal_of("packet:sim7"),
              testing::AllOf(testing::StartsWith("WIREBOOK_SIM_WIRE=packet:sim7: "),
                             testing::HasSubstr("there is no interface sim7; make one: ip link "
                                                "add sim7 type veth peer name sim7p")));
  ASSERT_TRUE(ip("link set sim0 down"));
  EXPECT_THAT(refusal_of("packet:sim0"),
              testing::HasSubstr("interface sim0 is down: ip link set sim0 up"));
  if (ip("tuntap add sim2 mode tun")) {
    EXPECT_THAT(refusal_of("packet:sim2"), testing::HasSubstr("sim2 has no Ethernet frames"));
  }
}

}  // namespace
}  // namespace wirebook::hw_sim::test
