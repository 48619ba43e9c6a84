// Goal: what comes out of a frame is what was sent, and no damaged frame is accepted.
// Method: frames built by hand with tags, options and padding; each header field set wrong; every
// bit of a frame flipped; every length cut.
#include "wire_in/frame_parser.hpp"

#include <gtest/gtest.h>

#include "frame_bytes.hpp"

namespace wirebook::wire_in::test {
namespace {

constexpr std::size_t ip_offset = 14;
constexpr std::size_t udp_offset = ip_offset + 20;

Outcome outcome_of(const WireBytes& frame) {
  UdpDatagram datagram;
  return parse_frame(frame, datagram);
}

/// Sets a field of the IPv4 header and makes its checksum right again.
WireBytes with_ip_field(WireBytes frame, std::size_t offset, std::uint64_t value,
                        std::size_t bytes) {
  frame.set(ip_offset + offset, value, bytes).set(ip_offset + 10, 0, 2);
  const std::uint16_t checksum = internet_checksum(Bytes(frame).subspan(ip_offset, 20));
  return frame.set(ip_offset + 10, checksum, 2);
}

TEST(FrameParser, FindsThePayloadBehindTagsOptionsAndBeforePadding) {
  const WireBytes payload = WireBytes().text("an odd payload!");
  const std::vector<std::vector<std::uint16_t>> tags{
      {}, {0x8100}, {0x88A8}, {0x88A8, 0x8100}, {0x8100, 0x8100}, {0x8100, 0x88A8}};
  for (const auto& vlan_types : tags)
    for (const std::size_t options_words : {0U, 1U, 10U})
      for (const std::size_t padding : {0U, 1U, 18U, 100U})
        for (const bool with_checksum : {false, true}) {
          const WireBytes frame = udp_frame({.vlan_types = vlan_types,
                                             .options_words = options_words,
                                             .padding = padding,
                                             .with_checksum = with_checksum},
                                            payload);
          UdpDatagram datagram;
          ASSERT_EQ(parse_frame(frame, datagram), Outcome::ok);
          EXPECT_EQ(datagram.source_address, 0x0A01'0203U);
          EXPECT_EQ(datagram.destination_address, 0xEF01'0203U);
          EXPECT_EQ(datagram.source_port, 40'000U);
          EXPECT_EQ(datagram.destination_port, 26'400U);
          EXPECT_TRUE(std::ranges::equal(datagram.payload, Bytes(payload)));
        }
}

TEST(FrameParser, TakesPayloadsOfEveryLength) {
  for (std::size_t length = 0; length <= 1472; ++length) {
    WireBytes payload(length);
    for (std::size_t i = 0; i < length; ++i)
      payload[i] = static_cast<std::byte>(length * 7 + i * 31);
    const WireBytes frame = udp_frame({}, payload);
    UdpDatagram datagram;
    ASSERT_EQ(parse_frame(frame, datagram), Outcome::ok) << length;
    ASSERT_TRUE(std::ranges::equal(datagram.payload, Bytes(payload)));
  }
}

TEST(FrameParser, CarriesOfTheChecksumAreFoldedToTheEnd) {
  for (std::size_t length = 0; length < 70; ++length)
    EXPECT_EQ(outcome_of(udp_frame({}, WireBytes(length, 0xFF))), Outcome::ok) << length;
  EXPECT_EQ(outcome_of(udp_frame({}, WireBytes(65'000, 0xFF))), Outcome::ok);
}

TEST(FrameParser, AChecksumThatComesToZeroIsSentAsAllOnes) {
  std::size_t seen = 0;
  for (std::uint32_t value = 0; value <= 0xFFFF; ++value) {
    const WireBytes frame = udp_frame({}, WireBytes().be(value, 2));
    if (Bytes(frame)[udp_offset + 6] == std::byte{0xFF} &&
        Bytes(frame)[udp_offset + 7] == std::byte{0xFF}) {
      ++seen;
      EXPECT_EQ(outcome_of(frame), Outcome::ok);
    }
  }
  EXPECT_GE(seen, 1U);
}

TEST(FrameParser, NoFrameWithAFlippedBitGivesItsPayload) {
  const WireBytes payload = WireBytes().text("0123456789abcdef");
  const WireBytes good = udp_frame({.options_words = 1, .padding = 0}, payload);
  ASSERT_EQ(outcome_of(good), Outcome::ok);
  // From the IPv4 header on: nothing before it is covered by a checksum of ours.
  for (std::size_t bit = 8 * ip_offset; bit < 8 * good.size(); ++bit)
    EXPECT_NE(outcome_of(WireBytes(good).flip(bit)), Outcome::ok) << "bit " << bit;
}

TEST(FrameParser, NoFrameThatIsCutGivesItsPayload) {
  const WireBytes good = udp_frame({.vlan_types = {0x88A8, 0x8100}}, WireBytes(20));
  for (std::size_t length = 0; length < good.size(); ++length) {
    UdpDatagram datagram;
    const Outcome outcome = parse_frame(good.first(length), datagram);
    EXPECT_EQ(outcome, length < 22        ? Outcome::frame_truncated
                       : length < 22 + 20 ? Outcome::ipv4_truncated
                                          : Outcome::ipv4_total_length)
        << length;
  }
}

TEST(FrameParser, OtherEtherTypesAreNotForUs) {
  for (const std::uint16_t type :
       std::vector<std::uint16_t>{0x86DD, 0x0806, 0x26, 0, 0xFFFF, 0x9100})
    EXPECT_EQ(outcome_of(udp_frame({.ether_type = type}, WireBytes(4))), Outcome::frame_not_ipv4);
  EXPECT_EQ(outcome_of(udp_frame({.vlan_types = {0x8100, 0x8100, 0x8100}}, WireBytes(4))),
            Outcome::vlan_too_deep);
}

TEST(FrameParser, EachHeaderFieldHasItsOutcome) {
  const WireBytes good = udp_frame({}, WireBytes(30));
  EXPECT_EQ(outcome_of(with_ip_field(good, 0, 0x65, 1)), Outcome::ipv4_version);
  EXPECT_EQ(outcome_of(with_ip_field(good, 0, 0x44, 1)), Outcome::ipv4_header_length);
  EXPECT_EQ(outcome_of(with_ip_field(good, 2, 19, 2)), Outcome::ipv4_total_length);
  EXPECT_EQ(outcome_of(with_ip_field(good, 2, 59, 2)), Outcome::ipv4_total_length);
  EXPECT_EQ(outcome_of(with_ip_field(good, 6, 0x2000, 2)), Outcome::ipv4_fragment) << "first";
  EXPECT_EQ(outcome_of(with_ip_field(good, 6, 0x2001, 2)), Outcome::ipv4_fragment) << "middle";
  EXPECT_EQ(outcome_of(with_ip_field(good, 6, 0x0001, 2)), Outcome::ipv4_fragment) << "last";
  EXPECT_EQ(outcome_of(with_ip_field(good, 6, 0x4000, 2)), Outcome::ok) << "do not fragment";
  EXPECT_EQ(outcome_of(with_ip_field(good, 9, 6, 1)), Outcome::ipv4_protocol);
  EXPECT_EQ(outcome_of(with_ip_field(good, 2, 27, 2)), Outcome::udp_truncated);
  EXPECT_EQ(outcome_of(WireBytes(good).set(udp_offset + 4, 7, 2)), Outcome::udp_length);
  EXPECT_EQ(outcome_of(WireBytes(good).set(udp_offset + 4, 0, 2)), Outcome::udp_length);
  EXPECT_EQ(outcome_of(WireBytes(good).set(udp_offset + 4, 39, 2)), Outcome::udp_length);
}

TEST(FrameParser, TheUdpLengthMayBeLessThanThePacketHolds) {
  WireBytes frame = udp_frame({.with_checksum = false}, WireBytes(30, 0x77));
  frame.set(udp_offset + 4, 8 + 10, 2);
  UdpDatagram datagram;
  ASSERT_EQ(parse_frame(frame, datagram), Outcome::ok);
  EXPECT_EQ(datagram.payload.size(), 10U);
}

TcpSegment tcp_of(const WireBytes& frame, Outcome expected) {
  Ipv4Packet packet;
  TcpSegment segment;
  EXPECT_EQ(parse_ipv4(frame, packet), Outcome::ok);
  EXPECT_EQ(parse_tcp(packet, segment), expected);
  return segment;
}

TEST(TcpSegments, CarryPortsNumberFlagsAndPayload) {
  const WireBytes payload = WireBytes().text("stream");
  const WireBytes frame = tcp_frame({.padding = 9}, 0xFEDC'BA98, tcp_ack | tcp_fin, payload);
  const TcpSegment segment = tcp_of(frame, Outcome::ok);
  EXPECT_EQ(segment.source_address, 0x0A01'0203U);
  EXPECT_EQ(segment.source_port, 40'000U);
  EXPECT_EQ(segment.destination_port, 26'400U);
  EXPECT_EQ(segment.sequence_number, 0xFEDC'BA98U);
  EXPECT_TRUE(segment.fin && !segment.syn && !segment.rst);
  EXPECT_TRUE(std::ranges::equal(segment.payload, Bytes(payload)));
  EXPECT_TRUE(tcp_of(tcp_frame({}, 1, tcp_syn, {}), Outcome::ok).syn);
}

TEST(TcpSegments, AreCheckedUnlessTheSenderLeftThatToItsCard) {
  const WireBytes good = tcp_frame({}, 1, tcp_ack, WireBytes(11, 0x5A));
  for (std::size_t bit = 8 * udp_offset; bit < 8 * good.size(); ++bit) {
    Ipv4Packet packet;
    TcpSegment segment;
    const WireBytes bad = WireBytes(good).flip(bit);
    ASSERT_EQ(parse_ipv4(bad, packet), Outcome::ok);
    EXPECT_NE(parse_tcp(packet, segment), Outcome::ok) << "bit " << bit;
  }
  tcp_of(tcp_frame({.with_checksum = false}, 1, tcp_ack, WireBytes(11)), Outcome::ok);
  WireBytes partial = good;
  const std::uint16_t pseudo_header =
      internet_checksum(WireBytes().be(0x0A01'0203, 4).be(0xEF01'0203, 4).be(6, 2).be(20 + 11, 2));
  tcp_of(partial.set(udp_offset + 16, static_cast<std::uint16_t>(~pseudo_header), 2), Outcome::ok);
}

TEST(TcpSegments, EachHeaderFieldHasItsOutcome) {
  const WireBytes good = tcp_frame({}, 1, tcp_ack, WireBytes(4));
  tcp_of(with_ip_field(good, 2, 39, 2), Outcome::tcp_truncated);
  tcp_of(WireBytes(good).set(udp_offset + 12, 0x40, 1), Outcome::tcp_header_length);
  tcp_of(WireBytes(good).set(udp_offset + 12, 0x70, 1), Outcome::tcp_header_length);
  tcp_of(udp_frame({}, WireBytes(30)), Outcome::ipv4_protocol);
}

}  // namespace
}  // namespace wirebook::wire_in::test
