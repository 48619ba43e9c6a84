// Goal: frames that the node builds are what their documents say, byte for byte, and their
// checksums hold for any content.
// Method: frames written out by hand; random ones against the parsers of wire_in.
#include "node/on_card/ethernet.hpp"

#include <random>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "node/on_card/neighbours.hpp"
#include "tests/wire_in/frame_bytes.hpp"
#include "wire_in/frame_parser.hpp"

namespace wirebook::node {
namespace {

using testing::ElementsAreArray;
using wire_in::test::WireBytes;

constexpr Neighbour card_side{0x0A00'0001, {2, 0, 10, 0, 0, 1}};
constexpr Neighbour peer_side{0x0A00'0002, {6, 5, 4, 3, 2, 1}};
constexpr std::uint32_t ethernet_seed = 4711;

std::vector<iovec> pieces_of(std::initializer_list<std::string_view> texts) {
  std::vector<iovec> pieces;
  for (const std::string_view text : texts)
    pieces.push_back({const_cast<char*>(text.data()), text.size()});
  return pieces;
}

TEST(Ethernet, AUdpFrameByteForByte) {
  std::array<std::byte, 2040> room;
  room.fill(std::byte{0xEE});
  const std::size_t bytes = build_udp({.from = card_side,
                                       .to = peer_side,
                                       .source_port = 26'400,
                                       .destination_port = 40'000,
                                       .time_to_live = 5},
                                      pieces_of({"hel", "lo"}), room);
  // Sums by hand. IPv4: 4500+0021+4000+0511+0A00+0001+0A00+0002 = 9E35. UDP, pseudo header first:
  // 0A00+0001+0A00+0002+0011+000D + 6720+9C40+000D + 6865+6C6C+6F00 = 25B5F -> 5B61, inverted A49E.
  const WireBytes expected = WireBytes()
                                 .be(0x0605'0403'0201, 6)
                                 .be(0x0200'0A00'0001, 6)
                                 .be(0x0800, 2)
                                 .be(0x4500'0021'0000'4000, 8)
                                 .be(0x0511'61CA, 4)
                                 .be(0x0A00'0001'0A00'0002, 8)
                                 .be(0x6720'9C40'000D'A49E, 8)
                                 .text("hello")
                                 .zeros(13);
  EXPECT_THAT(std::span(room).first(bytes), ElementsAreArray(wire_in::test::Bytes(expected)));
}

TEST(Ethernet, UdpChecksumsHoldForAnyContent) {
  std::mt19937 random(ethernet_seed);
  std::array<std::byte, 2040> room{};
  for (int round = 0; round < 2000; ++round) {
    std::string head(random() % 17, ' ');
    std::string body(random() % 1400, ' ');
    for (std::string* text : {&head, &body})
      for (char& c : *text)
        c = static_cast<char>(random());
    const std::size_t bytes =
        build_udp({.from = {static_cast<std::uint32_t>(random()), card_side.mac},
                   .to = {static_cast<std::uint32_t>(random()), peer_side.mac},
                   .source_port = static_cast<std::uint16_t>(random()),
                   .destination_port = static_cast<std::uint16_t>(random())},
                  pieces_of({head, body}), room);
    wire_in::UdpDatagram datagram;
    ASSERT_EQ(wire_in::parse_frame(std::span(room).first(bytes), datagram), Outcome::ok)
        << "seed " << ethernet_seed << " round " << round;
    const std::string_view payload(reinterpret_cast<const char*>(datagram.payload.data()),
                                   datagram.payload.size());
    ASSERT_EQ(payload, head + body);
  }
}

// A sum of 0 would say that there is no checksum: it goes out as 0xFFFF.
TEST(Ethernet, ASumOfZeroIsNotSent) {
  std::array<std::byte, 2040> room{};
  // 0011 + 000A + 1411 + 000A + EBC9 = FFFF.
  const std::size_t bytes =
      build_udp({.source_port = 0x1411}, pieces_of({std::string_view("\xEB\xC9", 2)}), room);
  EXPECT_EQ(room[40], std::byte{0xFF});
  EXPECT_EQ(room[41], std::byte{0xFF});
  wire_in::UdpDatagram datagram;
  EXPECT_EQ(wire_in::parse_frame(std::span(room).first(bytes), datagram), Outcome::ok);
}

TEST(Ethernet, WhatDoesNotFitIsNotBuilt) {
  std::array<std::byte, 100> room{};
  EXPECT_EQ(build_udp({}, pieces_of({std::string_view("x")}), std::span(room).first(59)), 0U);
  const std::string body(59, 'x');
  EXPECT_EQ(build_udp({}, pieces_of({body}), room), 0U);
  EXPECT_EQ(build_udp({}, pieces_of({std::string_view(body).substr(1)}), room), 100U);
  EXPECT_EQ(build_arp_request(card_side, 1, std::span<std::byte>{}), 0U);
}

TEST(Ethernet, AnEchoIsAnsweredOnlyIfItIsOneForUsAndWhole) {
  std::array<std::byte, 2040> room{};
  const auto ping = [&](std::uint8_t type, std::uint32_t to, bool broken) {
    WireBytes echo = WireBytes().be(type, 1).be(0, 3).be(0x0001'0002, 4).text("odd");
    echo.set(2, wire_in::test::internet_checksum(echo), 2);
    if (broken)
      echo.flip(8 * 9);
    return wire_in::test::ipv4_frame({.options_words = 1,
                                      .protocol = 1,
                                      .source_address = peer_side.address,
                                      .destination_address = to},
                                     echo);
  };
  const std::size_t bytes = build_echo_reply(card_side, ping(8, card_side.address, false), room);
  ASSERT_EQ(bytes, 60U);
  wire_in::Ipv4Packet packet;
  ASSERT_EQ(wire_in::parse_ipv4(std::span(room).first(bytes), packet), Outcome::ok);
  EXPECT_EQ(wire_in::test::internet_checksum(packet.payload), 0U);
  EXPECT_EQ(packet.payload.size(), 11U) << "without the options";
  EXPECT_EQ(packet.payload[0], std::byte{0});
  EXPECT_EQ(packet.destination_address, peer_side.address);
  EXPECT_EQ(build_echo_reply(card_side, ping(8, card_side.address, true), room), 0U) << "broken";
  EXPECT_EQ(build_echo_reply(card_side, ping(0, card_side.address, false), room), 0U)
      << "an answer";
  EXPECT_EQ(build_echo_reply(card_side, ping(8, card_side.address + 1, false), room), 0U)
      << "not for us";
}

TEST(Ethernet, ArpIsReadBehindTagsAndOnlyIfItIsAboutEthernetAndIpv4) {
  const auto arp = [](std::uint64_t head, bool tagged) {
    WireBytes frame = WireBytes().be(0xFFFF'FFFF'FFFF, 6).be(0x0605'0403'0201, 6);
    if (tagged)
      frame.be(0x8100'0007, 4);
    return frame.be(0x0806, 2)
        .be(head, 8)
        .be(0x0605'0403'0201, 6)
        .be(peer_side.address, 4)
        .be(0, 6)
        .be(card_side.address, 4);
  };
  for (const bool tagged : {false, true}) {
    const std::optional<Arp> asked = parse_arp(arp(0x0001'0800'0604'0001, tagged));
    ASSERT_TRUE(asked);
    EXPECT_TRUE(asked->is_request);
    EXPECT_EQ(asked->sender.address, peer_side.address);
    EXPECT_EQ(asked->sender.mac, peer_side.mac);
    EXPECT_EQ(asked->target, card_side.address);
  }
  EXPECT_FALSE(parse_arp(arp(0x0001'0800'0604'0002, false))->is_request);
  EXPECT_FALSE(parse_arp(arp(0x0002'0800'0604'0001, false)));
  EXPECT_FALSE(parse_arp(arp(0x0001'86DD'0604'0001, false)));
  EXPECT_FALSE(parse_arp(arp(0x0001'0800'0604'0003, false)));
  EXPECT_FALSE(parse_arp(arp(0x0001'0800'0604'0001, false).first(41)));
}

TEST(Ethernet, MacAddresses) {
  EXPECT_EQ(to_string(default_mac(0xC0A8'0A02)), "02:00:c0:a8:0a:02");
  EXPECT_EQ(to_string(multicast_mac(0xEF80'0102)), "01:00:5e:00:01:02");
  EXPECT_EQ(to_string(multicast_mac(0xE0FF'FFFF)), "01:00:5e:7f:ff:ff");
  EXPECT_EQ(parse_mac("0A:0b:00:Ff:01:99"), (Mac{0x0A, 0x0B, 0, 0xFF, 1, 0x99}));
  for (const char* wrong :
       {"", "0a:0b:00:ff:01", "0a:0b:00:ff:01:9", "0a-0b-00-ff-01-99", "0a:0b:00:ff:01:9g",
        "01:00:5e:00:00:01", "00:00:00:00:00:00", "0a:0b:00:ff:01:99:"})
    EXPECT_FALSE(parse_mac(wrong)) << wrong;
}

TEST(NeighboursTest, LearnsFromThoseWeKnowOrAskedFor) {
  Neighbours neighbours;
  EXPECT_EQ(neighbours.find(peer_side.address), nullptr);
  neighbours.update(peer_side);
  EXPECT_EQ(neighbours.find(peer_side.address), nullptr) << "nobody asked";
  EXPECT_TRUE(neighbours.is_to_be_asked(peer_side.address, 1000));
  EXPECT_EQ(neighbours.find(peer_side.address), nullptr);
  neighbours.update(peer_side);
  ASSERT_NE(neighbours.find(peer_side.address), nullptr);
  EXPECT_EQ(*neighbours.find(peer_side.address), peer_side.mac);
  neighbours.learn({peer_side.address, card_side.mac});
  EXPECT_EQ(*neighbours.find(peer_side.address), card_side.mac);
  neighbours.learn({0, card_side.mac});
  EXPECT_EQ(neighbours.find(0), nullptr);
}

TEST(NeighboursTest, AsksOnceInAWhile) {
  Neighbours neighbours;
  EXPECT_TRUE(neighbours.is_to_be_asked(7, 1000));
  EXPECT_FALSE(neighbours.is_to_be_asked(7, 1000 + Neighbours::ask_every_ns - 1));
  EXPECT_TRUE(neighbours.is_to_be_asked(7, 1000 + Neighbours::ask_every_ns));
}

TEST(NeighboursTest, AFloodCostsOldOnesTheirPlaceAndNothingElse) {
  Neighbours neighbours;
  for (std::uint32_t address = 1; address <= 100'000; ++address)
    neighbours.learn({address, default_mac(address)});
  std::uint32_t known = 0;
  for (std::uint32_t address = 1; address <= 100'000; ++address)
    if (const Mac* const mac = neighbours.find(address); mac != nullptr) {
      ++known;
      ASSERT_EQ(*mac, default_mac(address));
    }
  EXPECT_GT(known, 3'000U);
  EXPECT_NE(neighbours.find(100'000), nullptr);
}

}  // namespace
}  // namespace wirebook::node
