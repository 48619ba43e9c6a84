// Goal: UFO datagrams and SoupBinTCP streams are taken apart exactly, whole and in any cut.
// Method: packets built by hand from PROTOCOLS §2 and §3; all wrong lengths; streams cut
// everywhere.
#include <random>

#include <gtest/gtest.h>

#include "wire_bytes.hpp"
#include "wire_in/soup_framer.hpp"
#include "wire_in/ufo_parser.hpp"

namespace wirebook::wire_in::test {
namespace {

TEST(UfoParser, TakesEachPacketOfAClient) {
  const std::pair<char, std::size_t> fixed[] = {{'L', 27}, {'T', 7}, {'R', 1}, {'O', 1}};
  for (const auto& [type, bytes] : fixed)
    for (std::size_t length = 1; length <= 40; ++length) {
      WireBytes packet(length, 0x31);
      packet[0] = static_cast<std::byte>(type);
      UfoPacket out;
      ASSERT_EQ(parse_ufo(packet, out), length == bytes ? Outcome::ok : Outcome::ufo_length);
      if (length == bytes) {
        EXPECT_EQ(out.type, type);
        EXPECT_EQ(out.bytes.size(), bytes);
        EXPECT_EQ(out.body.size(), bytes - 1);
      }
    }
  UfoPacket out;
  const WireBytes enter = ouch_enter();
  const WireBytes packet = WireBytes().text("U").add(enter);
  ASSERT_EQ(parse_ufo(packet, out), Outcome::ok);
  EXPECT_TRUE(std::ranges::equal(out.body, Bytes(enter)));
  EXPECT_EQ(parse_ufo(packet.first(1), out), Outcome::ufo_length);
}

TEST(UfoParser, TakesEachPacketOfTheServer) {
  const std::pair<char, std::size_t> fixed[] = {{'A', 15}, {'J', 2}, {'E', 5}};
  for (const auto& [type, bytes] : fixed)
    for (std::size_t length = 1; length <= 30; ++length) {
      WireBytes packet(length, 0x31);
      packet[0] = static_cast<std::byte>(type);
      UfoPacket out;
      EXPECT_EQ(parse_ufo_downstream(packet, out),
                length == bytes ? Outcome::ok : Outcome::ufo_length);
    }
  const WireBytes sequenced =
      WireBytes().text("S").be(7, 4).be(2, 2).block(WireBytes(3, 1)).block(WireBytes(4, 2));
  UfoPacket out;
  ASSERT_EQ(parse_ufo_downstream(sequenced, out), Outcome::ok);
  MessageBlocks messages = sequenced_messages(out);
  EXPECT_EQ(messages.next()->size(), 3U);
  EXPECT_EQ(messages.next()->size(), 4U);
  EXPECT_FALSE(messages.next());
  for (std::size_t length = 1; length < sequenced.size(); ++length)
    EXPECT_EQ(parse_ufo_downstream(sequenced.first(length), out),
              length < 7 ? Outcome::ufo_length : Outcome::ufo_block_truncated);
  EXPECT_EQ(parse_ufo_downstream(WireBytes(sequenced).zeros(1), out), Outcome::ufo_length);
  const WireBytes heartbeat = WireBytes().text("S").be(9, 4).be(0, 2);
  EXPECT_EQ(parse_ufo_downstream(heartbeat, out), Outcome::ok);
}

TEST(UfoParser, EachSideKnowsTheOthersTypesOnly) {
  UfoPacket out;
  for (int type = 0; type < 256; ++type) {
    WireBytes packet(1);
    packet[0] = static_cast<std::byte>(type);
    const auto is_one_of = [type](std::string_view types) {
      return types.find(static_cast<char>(type)) != std::string_view::npos;
    };
    EXPECT_EQ(parse_ufo(packet, out) == Outcome::ufo_unknown_type, !is_one_of("LTURO"));
    EXPECT_EQ(parse_ufo_downstream(packet, out) == Outcome::ufo_unknown_type, !is_one_of("AJSE"));
  }
  EXPECT_EQ(parse_ufo({}, out), Outcome::ufo_empty);
  EXPECT_EQ(parse_ufo_downstream({}, out), Outcome::ufo_empty);
}

TEST(UfoDatagrams, AreOnePacketUnlessLengthsAreAgreedOn) {
  const WireBytes bytes = WireBytes().text("R");
  UfoDatagram bare(bytes, UfoFraming::bare);
  EXPECT_EQ(bare.next()->size(), 1U);
  EXPECT_FALSE(bare.next());
  EXPECT_EQ(bare.outcome(), Outcome::ok);

  const WireBytes blocks = WireBytes().block(bytes).block(WireBytes().text("UQ")).block(bytes);
  UfoDatagram prefixed(blocks, UfoFraming::length_prefixed);
  EXPECT_EQ(prefixed.next()->size(), 1U);
  EXPECT_EQ(prefixed.next()->size(), 2U);
  EXPECT_EQ(prefixed.next()->size(), 1U);
  EXPECT_FALSE(prefixed.next());
  EXPECT_EQ(prefixed.outcome(), Outcome::ok);

  UfoDatagram cut(blocks.first(blocks.size() - 1), UfoFraming::length_prefixed);
  EXPECT_TRUE(cut.next() && cut.next());
  EXPECT_FALSE(cut.next());
  EXPECT_EQ(cut.outcome(), Outcome::ufo_block_truncated);

  UfoDatagram nothing({}, UfoFraming::length_prefixed);
  EXPECT_FALSE(nothing.next());
  EXPECT_EQ(nothing.outcome(), Outcome::ufo_empty);
}

WireBytes soup(char type, Bytes payload = {}) {
  return WireBytes().be(1 + payload.size(), 2).text({&type, 1}).add(payload);
}

struct Said {
  Outcome outcome;
  char type;
  std::vector<std::byte> payload;
  friend bool operator==(const Said&, const Said&) = default;
};

std::vector<Said> read(SoupFramer& framer, Bytes bytes) {
  std::vector<Said> all;
  framer.feed(bytes);
  while (const auto packet = framer.next())
    all.push_back(
        {packet->outcome, packet->type, {packet->payload.begin(), packet->payload.end()}});
  return all;
}

TEST(SoupFramer, TakesEachPacketOfBothSides) {
  constexpr std::size_t any = 99;
  struct Form {
    SoupSide side;
    char type;
    std::size_t payload;
  };
  const Form forms[] = {{SoupSide::from_client, 'L', 46},  {SoupSide::from_client, 'R', 0},
                        {SoupSide::from_client, 'O', 0},   {SoupSide::from_client, 'U', any},
                        {SoupSide::from_client, '+', any}, {SoupSide::from_server, 'A', 30},
                        {SoupSide::from_server, 'J', 1},   {SoupSide::from_server, 'H', 0},
                        {SoupSide::from_server, 'Z', 0},   {SoupSide::from_server, 'S', any},
                        {SoupSide::from_server, '+', any}};
  for (const Form& form : forms)
    for (std::size_t length = 0; length < 60; ++length) {
      SoupFramer framer(form.side);
      const WireBytes payload(length, 0x42);
      const auto all = read(framer, soup(form.type, payload));
      ASSERT_EQ(all.size(), 1U);
      const bool login_410 = form.type == 'L' && length == 51;
      const bool right = form.payload == any || form.payload == length || login_410;
      EXPECT_EQ(all[0].outcome, right ? Outcome::ok : Outcome::soup_length);
      EXPECT_EQ(all[0].type, form.type);
      EXPECT_EQ(all[0].payload.size(), right ? length : 0);
    }
}

TEST(SoupFramer, ABadPacketIsSkippedByItsLength) {
  SoupFramer framer(SoupSide::from_client);
  const WireBytes stream = WireBytes()
                               .add(soup('S', WireBytes(5)))
                               .be(0, 2)
                               .add(soup('L', WireBytes(3)))
                               .add(soup('U', WireBytes(2)));
  const auto all = read(framer, stream);
  ASSERT_EQ(all.size(), 4U);
  EXPECT_EQ(all[0].outcome, Outcome::soup_unknown_type);
  EXPECT_EQ(all[1].outcome, Outcome::soup_empty);
  EXPECT_EQ(all[2].outcome, Outcome::soup_length);
  EXPECT_EQ(all[3].outcome, Outcome::ok);
  EXPECT_EQ(framer.end(), Outcome::ok);
}

TEST(SoupFramer, AnyCutGivesTheSamePackets) {
  constexpr std::uint64_t seed = 424'243;
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937_64 random(seed);
  WireBytes stream;
  for (int i = 0; i < 60; ++i) {
    WireBytes payload(random() % 3 == 0 ? 0 : random() % 300);
    for (std::size_t j = 0; j < payload.size(); ++j)
      payload[j] = static_cast<std::byte>(random());
    if (random() % 8 == 0)
      stream.be(0, 2);
    else
      stream.add(soup("UR+S"[random() % 4], payload));
  }
  stream.add(soup('U', WireBytes(65'534, 0x99)));
  SoupFramer whole(SoupSide::from_client);
  const auto expected = read(whole, stream);
  ASSERT_EQ(expected.size(), 61U);

  for (std::size_t step : {1U, 2U, 3U, 7U, 100U, 1'460U}) {
    SoupFramer framer(SoupSide::from_client);
    std::vector<Said> all;
    for (std::size_t from = 0; from < stream.size(); from += step)
      for (Said& said :
           read(framer, Bytes(stream).subspan(from, std::min(step, stream.size() - from))))
        all.push_back(std::move(said));
    EXPECT_EQ(all, expected) << "step " << step;
    EXPECT_EQ(framer.end(), Outcome::ok);
  }
}

TEST(SoupFramer, APacketAboveTheLimitIsSkippedWhereverItIsCut) {
  constexpr std::size_t packet_bytes_max = 60;
  const WireBytes stream = WireBytes()
                               .add(soup('U', WireBytes(57)))
                               .add(soup('U', WireBytes(58)))
                               .add(soup('+', WireBytes(200)))
                               .add(soup('R'))
                               .add(soup('x', WireBytes(90)))
                               .add(soup('U', WireBytes(1)));
  for (std::size_t step = 1; step <= stream.size(); ++step) {
    SoupFramer framer(SoupSide::from_client, packet_bytes_max);
    std::vector<Said> all;
    for (std::size_t from = 0; from < stream.size(); from += step)
      for (Said& said :
           read(framer, Bytes(stream).subspan(from, std::min(step, stream.size() - from))))
        all.push_back(std::move(said));
    const std::vector<Said> expected{{Outcome::ok, 'U', std::vector<std::byte>(57)},
                                     {Outcome::soup_length, 'U', {}},
                                     {Outcome::ok, '+', {}},
                                     {Outcome::ok, 'R', {}},
                                     {Outcome::soup_unknown_type, 'x', {}},
                                     {Outcome::ok, 'U', std::vector<std::byte>(1)}};
    EXPECT_EQ(all, expected) << "step " << step;
    EXPECT_EQ(framer.end(), Outcome::ok);
  }
}

TEST(SoupFramer, WhatWasNotTakenIsFedAgain) {
  const WireBytes stream = WireBytes().add(soup('U', WireBytes(4, 1))).add(soup('U', WireBytes(5)));
  SoupFramer framer(SoupSide::from_client);
  framer.feed(stream);
  EXPECT_EQ(framer.next()->payload.size(), 4U);
  const std::size_t rest = framer.take_back();
  EXPECT_EQ(rest, 8U);
  framer.feed(Bytes(stream).last(rest));
  EXPECT_EQ(framer.next()->payload.size(), 5U);
}

TEST(SoupFramer, WholePacketsAreNotCopied) {
  SoupFramer framer(SoupSide::from_server);
  const WireBytes stream = WireBytes().add(soup('S', WireBytes(9))).add(soup('S', WireBytes(9)));
  const Bytes bytes = stream;
  framer.feed(bytes);
  EXPECT_EQ(framer.next()->payload.data(), bytes.data() + 3);
  EXPECT_EQ(framer.next()->payload.data(), bytes.data() + 15);
}

TEST(SoupFramer, AStreamMayNotEndWithinAPacket) {
  const WireBytes packet = soup('U', WireBytes(4));
  for (std::size_t length = 0; length <= packet.size(); ++length) {
    SoupFramer framer(SoupSide::from_client);
    read(framer, packet.first(length));
    EXPECT_EQ(framer.end(),
              length == 0 || length == packet.size() ? Outcome::ok : Outcome::soup_truncated);
  }
}

}  // namespace
}  // namespace wirebook::wire_in::test
