// Goal: whole frames go where they belong: to a feed, to order entry, to the host, or into exactly
// one count; what was lost before is told before what follows. Method: single frames built by hand
// into a small ring, with a host that takes frames or has no room.
#include "wire_in/frame_ingress.hpp"

#include <optional>
#include <vector>

#include <gtest/gtest.h>

#include "wirebook/outcome.hpp"

#include "frame_bytes.hpp"

namespace wirebook::wire_in::test {
namespace {

constexpr std::uint32_t local = 0x0A00'0001;
constexpr std::uint32_t group = 0xEF01'0203;
constexpr std::uint16_t order_port = 26'400;
constexpr std::uint16_t feed_port = 26'500;
constexpr TimeNs now{77};

class FrameIngressTest : public testing::Test {
 protected:
  FrameIngressTest() {
    config.local_address = local;
    config.order_entry = {local, order_port};
    config.feeds[0] = {group, feed_port};           // stream 0, line A
    config.feeds[1] = {group + 1, feed_port};       // line B
    config.feeds[15] = {group + 2, feed_port + 1};  // stream 7, line B
    config.sessions = {{0x0A01'0203, 40'000, 5}, {0x0A01'0203, 40'001, 6}};
  }

  /// The slots of one frame.
  std::vector<Slot> on(Bytes frame, bool bad_fcs = false) {
    if (!ingress)
      ingress.emplace(config, [this](Bytes bytes) {
        if (host_has_room)
          punted.push_back(WireBytes().add(bytes));
        return host_has_room;
      });
    const std::size_t needed = FrameIngress::slots_needed(frame.size());
    EXPECT_TRUE(sink.writer.has_credit(needed));
    const std::uint64_t before = sink.writer.sequence();
    ingress->on_frame(frame, bad_fcs, now, sink.writer, counters);
    EXPECT_LE(sink.writer.sequence() - before, needed);
    return sink.take();
  }
  /// Frames were counted so, and nothing else was.
  void expect_only(Outcome outcome, std::uint64_t times = 1) {
    OutcomeCounters expected;
    expected.count[static_cast<std::size_t>(outcome)] = times;
    EXPECT_EQ(counters.count, expected.count) << to_string(outcome);
  }

  static FrameSpec to_feed(std::uint32_t address = group, std::uint16_t port = feed_port) {
    return {.destination_address = address, .destination_port = port};
  }
  static FrameSpec to_orders(std::uint16_t source_port = 40'000) {
    return {.source_address = 0x0A01'0203,
            .destination_address = local,
            .source_port = source_port,
            .destination_port = order_port};
  }
  static WireBytes order(Bytes message, std::uint16_t source_port = 40'000) {
    return udp_frame(to_orders(source_port), WireBytes().text("U").add(message));
  }
  static WireBytes feed(std::uint64_t sequence, const std::vector<WireBytes>& messages,
                        std::uint32_t address = group) {
    return udp_frame(to_feed(address), mold_packet(sequence, messages));
  }
  static WireBytes arp(std::uint32_t target, std::size_t tags = 0) {
    FrameSpec spec{.ether_type = 0x0806};
    spec.vlan_types.assign(tags, 0x8100);
    WireBytes frame = ethernet_header(spec);
    return frame.be(0x0001'0800'0604'0001, 8).zeros(16).be(target, 4).zeros(18);
  }

  FrameIngressConfig config;
  SlotSink sink{0, 1'024};
  OutcomeCounters counters;
  std::optional<FrameIngress> ingress;
  std::vector<WireBytes> punted;
  bool host_has_room = true;
};

TEST_F(FrameIngressTest, LengthIsJudgedBeforeTheFcsAndTheFcsBeforeAllElse) {
  EXPECT_TRUE(on(WireBytes(9'601), true).empty());
  expect_only(Outcome::frame_too_long);
  counters = {};
  EXPECT_TRUE(on(WireBytes(3), true).empty());
  EXPECT_TRUE(on(order(ouch_enter()), true).empty());
  expect_only(Outcome::frame_fcs, 2);
}

TEST_F(FrameIngressTest, ALongestFrameIsRead) {
  FrameSpec spec = to_orders();
  const WireBytes frame = order(ouch_enter());
  spec.padding = frame_bytes_max - frame.size();
  EXPECT_EQ(on(udp_frame(spec, WireBytes().text("U").add(ouch_enter()))).size(), 1U);
  expect_only(Outcome::ok);
}

TEST_F(FrameIngressTest, ABadFeedFrameLeavesNoTraceButItsCount) {
  const WireBytes good = feed(1, {itch_delete(1)});
  WireBytes bad = good;
  bad.flip(8 * bad.size() - 1);
  EXPECT_TRUE(on(bad).empty());
  EXPECT_TRUE(on(good, true).empty());
  EXPECT_EQ(on(good).size(), 1U);  // still message 1: neither a gap nor a duplicate
  EXPECT_EQ(counters[Outcome::udp_checksum], 1U);
  EXPECT_EQ(counters[Outcome::frame_fcs], 1U);
  EXPECT_EQ(counters[Outcome::ok], 1U);
  EXPECT_EQ(counters[Outcome::mold_gap] + counters[Outcome::mold_duplicate], 0U);
}

TEST_F(FrameIngressTest, LinesAAndBAreOneStream) {
  EXPECT_EQ(on(feed(1, {itch_delete(1)})).size(), 1U);
  EXPECT_TRUE(on(feed(1, {itch_delete(1)}, group + 1)).empty());
  EXPECT_EQ(on(feed(2, {itch_delete(2)}, group + 1)).size(), 1U);
  EXPECT_EQ(counters[Outcome::mold_duplicate], 1U);
  EXPECT_EQ(counters[Outcome::ok], 2U);
}

TEST_F(FrameIngressTest, StreamsAreNumberedByTwoFiltersEach) {
  const auto slots = on(udp_frame(to_feed(group + 2, feed_port + 1), mold_packet(4, {})));
  ASSERT_EQ(slots.size(), 1U);
  EXPECT_EQ(slots[0].tail.kind, SlotKind::gap);
  EXPECT_EQ(slots[0].gap.stream, 7);
  EXPECT_EQ(slots[0].gap.cause, GapCause::feed_sequence);
  EXPECT_EQ(slots[0].gap.count, 3U);
}

TEST_F(FrameIngressTest, TheFirstFilterWinsAndFeedsWinOverOrderEntry) {
  config.feeds[4] = config.feeds[0];
  config.feeds[5] = config.order_entry;
  EXPECT_EQ(on(udp_frame(to_feed(), mold_packet(2, {}))).at(0).gap.stream, 0);
  EXPECT_EQ(on(udp_frame(to_orders(), mold_packet(2, {}))).at(0).gap.stream, 2);
}

TEST_F(FrameIngressTest, WhatMatchesNothingIsNotOurs) {
  config.feeds[2] = {group + 3, 0};  // port 0: no filter
  on(udp_frame(to_feed(group + 3, 0), mold_packet(1, {itch_delete(1)})));
  on(udp_frame(to_feed(group, feed_port + 1), mold_packet(1, {itch_delete(1)})));
  on(udp_frame(to_feed(group + 9, feed_port), mold_packet(1, {itch_delete(1)})));
  on(udp_frame(to_feed(local, order_port + 1), WireBytes().text("R")));
  expect_only(Outcome::udp_not_ours, 4);
}

TEST_F(FrameIngressTest, MessagesOfUnwantedInstrumentsTakeTheirNumberOnly) {
  config.wanted.reset(1);
  WireBytes wanted = itch_delete(2);
  wanted.set(1, 2, 2);
  WireBytes bad = itch_delete(3);
  bad.zeros(1);  // unwanted too, but malformed first
  EXPECT_EQ(on(feed(1, {itch_delete(1), wanted, bad})).size(), 1U);
  EXPECT_EQ(on(feed(4, {wanted})).size(), 1U);
  EXPECT_EQ(counters[Outcome::itch_filtered], 1U);
  EXPECT_EQ(counters[Outcome::itch_length], 1U);
  EXPECT_EQ(counters[Outcome::ok], 2U);
  EXPECT_EQ(counters[Outcome::mold_gap], 0U);
}

TEST_F(FrameIngressTest, OrdersCarryTheSessionOfTheirSource) {
  auto slots = on(order(ouch_enter(WireBytes(50, 3)), 40'001));
  ASSERT_EQ(slots.size(), 3U);
  EXPECT_EQ(slots[0].enter.session, 6U);
  EXPECT_EQ(slots[0].time_ns, now);
  slots = on(order(ouch_enter()));
  ASSERT_EQ(slots.size(), 1U);
  EXPECT_EQ(slots[0].enter.session, 5U);
  expect_only(Outcome::ok, 2);
}

TEST_F(FrameIngressTest, OrdersFromUnknownSourcesAreCountedBeforeTheyAreRead) {
  EXPECT_TRUE(on(order(ouch_enter(), 40'002)).empty());
  EXPECT_TRUE(on(order(WireBytes().text("?"), 40'002)).empty());
  expect_only(Outcome::ufo_unknown_source, 2);
}

TEST_F(FrameIngressTest, ABadOrderHasItsOwnOutcome) {
  EXPECT_TRUE(on(order(WireBytes().text("?"))).empty());
  expect_only(Outcome::ouch_unknown_type);
}

TEST_F(FrameIngressTest, UfoBesidesOrdersGoesToTheHostWhole) {
  std::vector<WireBytes> frames;
  for (const auto& [type, bytes] : {std::pair{'L', 27}, {'T', 7}, {'R', 1}, {'O', 1}}) {
    WireBytes packet(static_cast<std::size_t>(bytes));
    packet[0] = static_cast<std::byte>(type);
    FrameSpec spec = to_orders(1'234);  // who logs in is not known yet
    spec.padding = 11;
    frames.push_back(udp_frame(spec, packet));
    EXPECT_TRUE(on(frames.back()).empty());
  }
  expect_only(Outcome::punted, 4);
  ASSERT_EQ(punted.size(), 4U);
  for (std::size_t i = 0; i < frames.size(); ++i)
    EXPECT_TRUE(std::ranges::equal(Bytes(punted[i]), Bytes(frames[i])));
  on(udp_frame(to_orders(), WireBytes().text("RR")));
  EXPECT_EQ(counters[Outcome::ufo_length], 1U);
  EXPECT_EQ(punted.size(), 4U);
}

TEST_F(FrameIngressTest, ArpForUsGoesToTheHostBehindUpToTwoTags) {
  for (std::size_t tags = 0; tags <= 2; ++tags)
    on(arp(local, tags));
  expect_only(Outcome::punted, 3);
  on(arp(local + 1));
  on(WireBytes().add(arp(local).first(14 + 27)));  // a byte short of its target address
  EXPECT_EQ(counters[Outcome::frame_not_ipv4], 2U);
  on(arp(local, 3));
  EXPECT_EQ(counters[Outcome::vlan_too_deep], 1U);
  EXPECT_EQ(punted.size(), 3U);
}

TEST_F(FrameIngressTest, IcmpForUsGoesToTheHostUnlessItIsAFragment) {
  FrameSpec spec{.protocol = 1, .destination_address = local};
  on(ipv4_frame(spec, WireBytes(8)));
  expect_only(Outcome::punted);
  spec.destination_address = group;
  on(ipv4_frame(spec, WireBytes(8)));
  EXPECT_EQ(counters[Outcome::ipv4_protocol], 1U);
  spec.destination_address = local;
  spec.fragment = 0x2000;
  on(ipv4_frame(spec, WireBytes(8)));
  EXPECT_EQ(counters[Outcome::ipv4_fragment], 1U);
  EXPECT_EQ(punted.size(), 1U);
}

TEST_F(FrameIngressTest, WithoutALocalAddressNeitherArpNorIcmpIsForUs) {
  config.local_address = 0;
  on(arp(0));
  on(ipv4_frame({.protocol = 1, .destination_address = 0}, WireBytes(8)));
  EXPECT_EQ(counters[Outcome::frame_not_ipv4], 1U);
  EXPECT_EQ(counters[Outcome::ipv4_protocol], 1U);
  EXPECT_TRUE(punted.empty());
}

TEST_F(FrameIngressTest, AHostWithoutRoomIsCounted) {
  host_has_room = false;
  on(arp(local));
  on(ipv4_frame({.protocol = 1, .destination_address = local}, WireBytes(8)));
  on(udp_frame(to_orders(), WireBytes().text("R")));
  expect_only(Outcome::punt_dropped, 3);
}

TEST_F(FrameIngressTest, DroppedFramesAreToldBeforeTheNextThatIsOurs) {
  on(order(ouch_enter()));
  ingress->on_dropped(2);
  ingress->on_dropped(1);
  EXPECT_TRUE(on(WireBytes(10)).empty());                                // bad
  EXPECT_TRUE(on(order(ouch_enter()), true).empty());                    // damaged
  EXPECT_TRUE(on(udp_frame(to_feed(group + 9), WireBytes(8))).empty());  // not ours
  EXPECT_TRUE(on(arp(local)).empty());  // for the host, but through no filter
  const auto slots = on(order(ouch_enter()));
  ASSERT_EQ(slots.size(), 2U);
  EXPECT_EQ(slots[0].tail.kind, SlotKind::gap);
  EXPECT_EQ(slots[0].gap.cause, GapCause::ring_full);
  EXPECT_EQ(slots[0].gap.stream, stream_unknown);
  EXPECT_EQ(slots[0].gap.first_sequence, 0U);
  EXPECT_EQ(slots[0].gap.count, 3U);
  EXPECT_EQ(slots[0].time_ns, now);
  EXPECT_EQ(slots[1].tail.kind, SlotKind::enter);
  EXPECT_EQ(on(order(ouch_enter())).size(), 1U);  // told once
}

TEST_F(FrameIngressTest, DroppedFramesAreToldByFramesThatMakeNoSlotThemselves) {
  on(order(ouch_enter()));
  for (const WireBytes& frame :
       {order(ouch_enter(), 40'002), order({}), udp_frame(to_orders(), WireBytes().text("R")),
        udp_frame(to_orders(), {}), udp_frame(to_feed(), WireBytes(3))}) {
    ingress->on_dropped(1);
    const auto slots = on(frame);
    ASSERT_EQ(slots.size(), 1U);
    EXPECT_EQ(slots[0].gap.cause, GapCause::ring_full);
    EXPECT_EQ(slots[0].gap.count, 1U);
  }
}

TEST_F(FrameIngressTest, ANewSessionBehindALossNeedsAllTheRoomThatIsAskedFor) {
  on(feed(1, {itch_delete(1)}));
  ingress->on_dropped(1);
  const auto slots = on(udp_frame(to_feed(), mold_packet(9, {itch_delete(1)}, -1, "OTHER")));
  ASSERT_EQ(slots.size(), 4U);
  EXPECT_EQ(slots[0].gap.cause, GapCause::ring_full);
  EXPECT_EQ(slots[1].tail.kind, SlotKind::feed_end);
  EXPECT_EQ(slots[2].gap.cause, GapCause::feed_sequence);
  EXPECT_TRUE(is_feed(slots[3].tail.kind));
}

}  // namespace
}  // namespace wirebook::wire_in::test
