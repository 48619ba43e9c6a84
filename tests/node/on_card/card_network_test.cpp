// Goal: what a node on a card sends is right byte for byte, goes to whom it is for, and ARP and
// pings are answered. Method: nodes in this process over the card in software; frames written out
// by hand.
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "card_node_fixture.hpp"

namespace wirebook::node {
namespace {

using testing::HasSubstr;
using wire_in::test::Bytes;
using wire_in::test::WireBytes;

TEST_F(CardNodeTest, AReplyIsAFrameFromTheCardsAddressToWhereItCameFrom) {
  start();
  FrameClient alice = client(alice_endpoint);
  alice.send(login("alice", "secret"));
  const FakeWire::Frame frame = alice.frame('A');
  ASSERT_EQ(frame.size(), 60U) << "padded: 14 + 20 + 8 + 15 is less";
  // Header by header; the identification is 0, fragments are forbidden.
  const WireBytes ethernet =
      WireBytes().be(0x0200'0000'0001, 6).be(0x0200'C0A8'0A02, 6).be(0x0800, 2);
  EXPECT_THAT(Bytes(frame).first(14), testing::ElementsAreArray(Bytes(ethernet)));
  const WireBytes ipv4 = WireBytes()
                             .be(0x4500'002B'0000'4000, 8)
                             .be(0x4011, 2)
                             .be(0xA55A, 2)
                             .be(card_endpoint.address, 4)
                             .be(alice_endpoint.address, 4);
  EXPECT_THAT(Bytes(frame).subspan(14, 20), testing::ElementsAreArray(Bytes(ipv4)));
  EXPECT_EQ(wire_in::test::internet_checksum(Bytes(frame).subspan(14, 20)), 0U);
  const WireBytes udp = WireBytes().be(26'400, 2).be(40'001, 2).be(23, 2);
  EXPECT_THAT(Bytes(frame).subspan(34, 6), testing::ElementsAreArray(Bytes(udp)));
  EXPECT_EQ(Bytes(frame)[42], std::byte{'A'});
}

TEST_F(CardNodeTest, TheFeedGoesToItsGroupWithTheGroupsMac) {
  NodeConfig config = card_node();
  config.market_data.multicast_ttl = 7;
  start(config);
  const FakeWire::Frame frame = wire_->wait_for([](const FakeWire::Frame& bytes) {
    wire_in::UdpDatagram datagram;
    return wire_in::parse_frame(bytes, datagram) == Outcome::ok &&
           datagram.destination_address == feed_group.address &&
           datagram.destination_port == feed_group.port &&
           wire::view<wire::mold::Header>(datagram.payload.data()).sequence_number == 1;
  });
  ASSERT_FALSE(frame.empty());
  const WireBytes ethernet = WireBytes().be(0x0100'5E40'0001, 6).be(0x0200'C0A8'0A02, 6);
  EXPECT_THAT(Bytes(frame).first(12), testing::ElementsAreArray(Bytes(ethernet)));
  EXPECT_EQ(frame[14 + 8], std::byte{7});
}

TEST_F(CardNodeTest, ItsMacMayBeConfigured) {
  NodeConfig config = card_node();
  config.card.mac = Mac{0x0E, 1, 2, 3, 4, 5};
  start(config);
  FrameClient alice = client(alice_endpoint);
  alice.send(login("alice", "secret"));
  const FakeWire::Frame frame = alice.frame('A');
  ASSERT_GE(frame.size(), 12U);
  EXPECT_THAT(Bytes(frame).subspan(6, 6),
              testing::ElementsAreArray(Bytes(WireBytes().be(0x0E01'0203'0405, 6))));
}

TEST_F(CardNodeTest, AnswersArpAndPings) {
  start();
  const WireBytes asked = WireBytes()
                              .be(0xFFFF'FFFF'FFFF, 6)
                              .be(0x0A0B'0C0D'0E0F, 6)
                              .be(0x0806'0001'0800'0604, 8)
                              .be(1, 2)
                              .be(0x0A0B'0C0D'0E0F, 6)
                              .be(alice_endpoint.address, 4)
                              .be(0, 6)
                              .be(card_endpoint.address, 4);
  wire_->put(asked);
  const FakeWire::Frame arp = wait_for_arp(alice_endpoint.address);
  const WireBytes answered = WireBytes()
                                 .be(0x0A0B'0C0D'0E0F, 6)
                                 .be(0x0200'C0A8'0A02, 6)
                                 .be(0x0806'0001'0800'0604, 8)
                                 .be(2, 2)
                                 .be(0x0200'C0A8'0A02, 6)
                                 .be(card_endpoint.address, 4)
                                 .be(0x0A0B'0C0D'0E0F, 6)
                                 .be(alice_endpoint.address, 4)
                                 .zeros(18);
  EXPECT_THAT(arp, testing::ElementsAreArray(Bytes(answered)));

  WireBytes echo = WireBytes().be(0x0800, 2).be(0, 2).be(0x1234'0001, 4).text("are you there?!");
  echo.set(2, wire_in::test::internet_checksum(echo), 2);
  wire_->put(wire_in::test::ipv4_frame({.protocol = 1,
                                        .source_address = alice_endpoint.address,
                                        .destination_address = card_endpoint.address},
                                       echo));
  const FakeWire::Frame pong = wire_->wait_for([](const FakeWire::Frame& frame) {
    return frame.size() > 23 && frame[12] == std::byte{8} && frame[23] == std::byte{1};
  });
  ASSERT_EQ(pong.size(), 60U);
  wire_in::Ipv4Packet packet;
  ASSERT_EQ(wire_in::parse_ipv4(pong, packet), Outcome::ok);
  EXPECT_EQ(packet.source_address, card_endpoint.address);
  EXPECT_EQ(packet.destination_address, alice_endpoint.address);
  echo.set(0, 0, 2);
  echo.set(2, 0, 2);
  echo.set(2, wire_in::test::internet_checksum(echo), 2);
  EXPECT_THAT(packet.payload, testing::ElementsAreArray(Bytes(echo)));
}

// Whoever asks by ARP is not yet a neighbour, but one that we asked for is.
TEST_F(CardNodeTest, AFeedReceiverIsAskedForBeforeTheFirstMessage) {
  NodeConfig config = card_node();
  config.market_data.send_to = {bob_endpoint.address, 26'500};
  std::thread receiver([&] {
    const FakeWire::Frame asked = wait_for_arp(bob_endpoint.address);
    const WireBytes wanted = WireBytes()
                                 .be(0xFFFF'FFFF'FFFF, 6)
                                 .be(0x0200'C0A8'0A02, 6)
                                 .be(0x0806'0001'0800'0604, 8)
                                 .be(1, 2)
                                 .be(0x0200'C0A8'0A02, 6)
                                 .be(card_endpoint.address, 4)
                                 .be(0, 6)
                                 .be(bob_endpoint.address, 4)
                                 .zeros(18);
    EXPECT_THAT(asked, testing::ElementsAreArray(Bytes(wanted)));
    WireBytes answer = wanted;
    answer.set(20, 2, 2).set(22, 0x0A0B'0C0D'0E0F, 6).set(28, bob_endpoint.address, 4);
    answer.set(32, 0x0200'C0A8'0A02, 6).set(38, card_endpoint.address, 4);
    wire_->put(answer);
  });
  start(config);
  receiver.join();
  EXPECT_THAT(node_->start_lines(),
              testing::Contains("market data: its receiver is at 0a:0b:0c:0d:0e:0f"));
  const FakeWire::Frame frame = wire_->wait_for([](const FakeWire::Frame& bytes) {
    wire_in::UdpDatagram datagram;
    return wire_in::parse_frame(bytes, datagram) == Outcome::ok &&
           datagram.destination_address == bob_endpoint.address &&
           wire::view<wire::mold::Header>(datagram.payload.data()).sequence_number == 1;
  });
  ASSERT_FALSE(frame.empty());
  EXPECT_THAT(Bytes(frame).first(6),
              testing::ElementsAreArray(Bytes(WireBytes().be(0x0A0B'0C0D'0E0F, 6))));
  EXPECT_EQ(node_->status().packets_unsent, 0U);
}

TEST_F(CardNodeTest, AReceiverThatDoesNotAnswerGetsNothingAndIsAskedAgain) {
  NodeConfig config = card_node();
  config.market_data.send_to = {bob_endpoint.address, 26'500};
  config.market_data.heartbeat_ms = 20;
  start(config);
  EXPECT_THAT(node_->start_lines(),
              testing::Contains(HasSubstr("192.168.10.22 does not answer ARP")));
  ASSERT_TRUE(reaches([](const NodeStatus& s) { return s.packets_unsent >= 3; }));
  EXPECT_FALSE(wait_for_arp(bob_endpoint.address).empty());
  EXPECT_FALSE(wait_for_arp(bob_endpoint.address).empty());
}

TEST_F(CardNodeTest, ABatchMayBeLargerThanTheTransmitRing) {
  NodeConfig config = card_node();
  config.card.transmit_cells = 2;
  config.rings.slots = 4096;  // for all at once
  start(config);
  FrameClient alice = client(alice_endpoint);
  alice.log_in("alice", "secret");
  for (std::uint32_t i = 1; i <= 500; ++i)
    alice.send(enter(i, 'B', 1'000'000));
  ASSERT_TRUE(reaches([](const NodeStatus& s) { return s.orders == 500; }));
  alice.types(501);
  EXPECT_EQ(node_->status().packets_unsent, 0U);
}

}  // namespace
}  // namespace wirebook::node
