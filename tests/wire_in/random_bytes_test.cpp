// Goal: no bytes crash a parser, write more than the credit that was asked for, or go uncounted.
// Method: random and damaged inputs by a printed seed into rings that hold exactly the credit asked
// for; every slot that comes out is sealed and whole. WIREBOOK_SEED repeats a run.
#include <cstdlib>
#include <random>

#include <gtest/gtest.h>

#include "frame_bytes.hpp"
#include "wire_in/frame_parser.hpp"
#include "wire_in/itch_parser.hpp"
#include "wire_in/mold_parser.hpp"
#include "wire_in/ouch_parser.hpp"
#include "wire_in/soup_framer.hpp"
#include "wire_in/ufo_parser.hpp"

namespace wirebook::wire_in::test {
namespace {

class RandomBytes : public testing::Test {
 protected:
  RandomBytes() {
    const char* const given = std::getenv("WIREBOOK_SEED");
    seed_ = given != nullptr ? std::strtoull(given, nullptr, 10) : 20'250'118;
    random_.seed(seed_);
    trace_.emplace(__FILE__, __LINE__, "WIREBOOK_SEED=" + std::to_string(seed_));
    std::printf("WIREBOOK_SEED=%llu\n", static_cast<unsigned long long>(seed_));
  }
  std::size_t below(std::size_t bound) { return random_() % bound; }
  WireBytes noise(std::size_t bytes) {
    WireBytes all(bytes);
    for (std::size_t i = 0; i < bytes; ++i)
      all[i] = static_cast<std::byte>(random_());
    return all;
  }
  /// Flips bits, cuts or lengthens now and then.
  WireBytes damaged(WireBytes bytes) {
    for (std::size_t flips = below(4); flips != 0 && bytes.size() != 0; --flips)
      bytes.flip(below(8 * bytes.size()));
    if (below(4) == 0)
      return WireBytes().add(bytes.first(below(bytes.size() + 1)));
    if (below(4) == 0)
      bytes.add(noise(below(20)));
    return bytes;
  }
  WireBytes some_itch() {
    const ItchLength form = itch_lengths[below(std::size(itch_lengths))];
    WireBytes message = noise(form.bytes);
    message[0] = static_cast<std::byte>(form.type);
    return below(8) == 0 ? damaged(message) : message;
  }
  /// Publishes clock slots until exactly `credit` slots are left, so that one more would assert.
  static void leave_credit(SlotSink& sink, std::size_t credit) {
    ASSERT_TRUE(sink.writer.has_credit(ring_slots_min));
    for (std::size_t i = credit; i < ring_slots_min; ++i)
      sink.writer.publish(SlotTail{.kind = SlotKind::clock});
  }

  std::uint64_t seed_;
  std::mt19937_64 random_;
  std::optional<testing::ScopedTrace> trace_;
};

TEST_F(RandomBytes, OuchWritesOneGroupOrNothing) {
  for (int round = 0; round < 20'000; ++round) {
    WireBytes message = noise(below(160));
    if (message.size() != 0 && below(8) != 0)
      message[0] = static_cast<std::byte>("OUXMCDEQ"[below(8)]);
    if (below(2) == 0)
      message = damaged(ouch_enter(noise(below(100))));
    SlotSink sink(below(1'000));
    leave_credit(sink, group_slots_max);
    const std::uint64_t before = sink.writer.sequence();
    const Outcome outcome = parse_ouch(message, 1, {1}, sink.writer);
    ASSERT_LT(static_cast<std::size_t>(outcome), outcome_count);
    const std::uint64_t written = sink.writer.sequence() - before;
    ASSERT_EQ(written != 0, outcome == Outcome::ok);
    ASSERT_LE(written, group_slots_max);
    const auto slots = sink.take();
    if (written != 0) {
      ASSERT_EQ(slots[slots.size() - written].tail.extension_count, written - 1);
    }
  }
}

TEST_F(RandomBytes, MoldCountsEachMessageOnce) {
  MoldParser parser(1);
  OutcomeCounters counters;
  std::uint64_t packets = 0;
  std::uint64_t feed_slots = 0;
  for (int round = 0; round < 20'000; ++round) {
    WireBytes packet = noise(below(80));
    if (below(8) != 0) {
      std::vector<WireBytes> messages;
      for (std::size_t i = below(6); i != 0; --i)
        messages.push_back(some_itch());
      const std::uint64_t expected = parser.expected_sequence();
      packet = mold_packet(below(3) == 0 ? expected + below(4) : expected, messages,
                           below(32) == 0 ? 0xFFFF : -1,
                           below(16) == 0 ? "SESSION00" + std::to_string(below(8)) : "SESSION001");
      if (below(4) == 0)
        packet = damaged(packet);
    }
    const std::size_t needed = MoldParser::slots_needed(packet);
    SlotSink sink(below(1'000));
    leave_credit(sink, needed);
    const std::uint64_t before = sink.writer.sequence();
    const OutcomeCounters counted = counters;
    const Outcome outcome = parser.on_packet(packet, {1}, sink.writer, counters);
    ++packets;
    ASSERT_LE(sink.writer.sequence() - before, needed);
    if (outcome != Outcome::ok) {
      ASSERT_EQ(counters[outcome], counted[outcome] + 1) << to_string(outcome);
    }
    for (const Slot& slot : sink.take())
      feed_slots += is_feed(slot.tail.kind);
  }
  EXPECT_EQ(feed_slots, counters[Outcome::ok]);
  EXPECT_GT(feed_slots, packets / 4) << "the test must reach the inside";
  EXPECT_GT(counters[Outcome::mold_gap], 0U);
  EXPECT_GT(counters[Outcome::mold_block_truncated], 0U);
}

TEST_F(RandomBytes, FramesThatAreAcceptedLieWithinThemselves) {
  for (int round = 0; round < 50'000; ++round) {
    FrameSpec spec{.options_words = below(11),
                   .protocol = static_cast<std::uint8_t>(below(2) == 0 ? 17 : 6),
                   .padding = below(30)};
    for (std::size_t tags = below(4); tags != 0; --tags)
      spec.vlan_types.push_back(below(2) == 0 ? 0x8100 : 0x88A8);
    WireBytes bytes = spec.protocol == 17 ? udp_frame(spec, noise(below(64)))
                                          : tcp_frame(spec, static_cast<std::uint32_t>(random_()),
                                                      tcp_ack, noise(below(64)));
    bytes = below(8) == 0 ? noise(below(100)) : damaged(bytes);
    // A copy of its own size, so that the address sanitizer sees a read behind the end.
    const std::vector<std::byte> frame(Bytes(bytes).begin(), Bytes(bytes).end());
    const auto lies_within = [&frame](Bytes payload) {
      return payload.data() >= frame.data() &&
             payload.data() + payload.size() <= frame.data() + frame.size();
    };
    Ipv4Packet packet;
    if (parse_ipv4(frame, packet) != Outcome::ok)
      continue;
    UdpDatagram datagram;
    TcpSegment segment;
    if (parse_udp(packet, datagram) == Outcome::ok) {
      ASSERT_TRUE(lies_within(datagram.payload));
    }
    if (parse_tcp(packet, segment) == Outcome::ok) {
      ASSERT_TRUE(lies_within(segment.payload));
    }
  }
}

TEST_F(RandomBytes, SoupAndUfoTakeEveryByteOnce) {
  for (int round = 0; round < 5'000; ++round) {
    const WireBytes stream = noise(below(400));
    SoupFramer framer(below(2) == 0 ? SoupSide::from_client : SoupSide::from_server);
    for (std::size_t from = 0; from < stream.size();) {
      const std::size_t step = 1 + below(stream.size() - from);
      framer.feed(Bytes(stream).subspan(from, step));
      while (const auto packet = framer.next())
        ASSERT_LT(static_cast<std::size_t>(packet->outcome), outcome_count);
      from += step;
    }
    UfoPacket packet;
    UfoDatagram datagram(stream, below(2) == 0 ? UfoFraming::bare : UfoFraming::length_prefixed);
    while (const auto bytes = datagram.next())
      parse_ufo(*bytes, packet);
    parse_ufo_downstream(stream, packet);
  }
}

}  // namespace
}  // namespace wirebook::wire_in::test
