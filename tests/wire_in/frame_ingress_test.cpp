// Goal: whole frames go where they belong, once, and a bad one leaves no trace but its count.
// Method: frames built by hand for feeds, order entry and the host; slots and counts are looked at.
#include "wire_in/frame_ingress.hpp"

#include <gtest/gtest.h>

#include "frame_bytes.hpp"

namespace wirebook::wire_in::test {
namespace {

class Ingress : public testing::Test {
 protected:
  static FrameIngressConfig config() {
    FrameIngressConfig all;
    all.local_address = 0x0A00'0001;
    all.order_entry = {0x0A00'0001, 26'400};
    all.feeds[0] = {0xEF00'0001, 26'500};  // line A
    all.feeds[1] = {0xEF00'0002, 26'501};  // line B
    all.feeds[4] = {0xEF00'0003, 26'502};  // another feed
    all.sessions = {{0x0A00'0A01, 40'000, 7}, {0x0A00'0A01, 40'001, 8}};
    all.wanted.reset(99);
    return all;
  }

  std::vector<Slot> send(const WireBytes& frame, bool bad_fcs = false) {
    EXPECT_TRUE(sink.writer.has_credit(FrameIngress::slots_needed(frame.size())));
    ingress.on_frame(frame, bad_fcs, {5}, sink.writer, counters);
    return sink.take();
  }
  std::vector<Slot> feed(std::size_t filter, std::uint64_t sequence,
                         const std::vector<WireBytes>& messages, bool bad_fcs = false) {
    const FrameSpec spec{.destination_address = config().feeds[filter].address,
                         .destination_port = config().feeds[filter].port};
    return send(udp_frame(spec, mold_packet(sequence, messages)), bad_fcs);
  }
  std::vector<Slot> order(std::uint16_t source_port, const std::string& packet) {
    const FrameSpec spec{.source_address = 0x0A00'0A01,
                         .destination_address = 0x0A00'0001,
                         .source_port = source_port,
                         .destination_port = 26'400};
    return send(udp_frame(spec, WireBytes().text(packet)));
  }
  static WireBytes delete_of(std::uint16_t locate) {
    WireBytes message = itch_delete(1);
    return message.set(1, locate, 2);
  }

  SlotSink sink{0, 1'024};
  std::vector<WireBytes> punted;
  FrameIngress ingress{config(), [this](Bytes frame) {
                         punted.push_back(WireBytes().add(frame));
                         return true;
                       }};
  OutcomeCounters counters;
};

TEST_F(Ingress, both_lines_of_a_feed_share_its_numbers) {
  EXPECT_EQ(feed(0, 1, {delete_of(1), delete_of(1)}).size(), 2U);
  EXPECT_EQ(feed(1, 1, {delete_of(1), delete_of(1), delete_of(1)}).size(), 1U);
  EXPECT_EQ(feed(4, 1, {delete_of(1)}).size(), 1U);
  EXPECT_EQ(feed(0, 2, {delete_of(1)}).size(), 0U);
  EXPECT_EQ(counters[Outcome::mold_duplicate], 1U);
}

TEST_F(Ingress, a_bad_frame_changes_nothing) {
  EXPECT_EQ(feed(0, 1, {delete_of(1)}, true).size(), 0U);
  EXPECT_EQ(counters[Outcome::frame_fcs], 1U);
  const auto slots = feed(0, 1, {delete_of(1)});
  ASSERT_EQ(slots.size(), 1U);
  EXPECT_EQ(slots[0].tail.kind, feed_kind('D'));
}

TEST_F(Ingress, what_is_not_wanted_takes_its_number_and_no_slot) {
  EXPECT_EQ(feed(0, 1, {delete_of(99), delete_of(98)}).size(), 1U);
  EXPECT_EQ(counters[Outcome::itch_filtered], 1U);
  EXPECT_EQ(feed(0, 3, {delete_of(98)}).size(), 1U);
  EXPECT_EQ(counters[Outcome::mold_gap], 0U);
}

TEST_F(Ingress, an_order_has_the_session_of_its_source) {
  const auto slots = order(40'001, "UQ");
  ASSERT_EQ(slots.size(), 1U);
  EXPECT_EQ(slots[0].tail.kind, SlotKind::account_query);
  EXPECT_EQ(slots[0].enter.session, 8U);
  EXPECT_TRUE(order(40'002, "UQ").empty());
  EXPECT_EQ(counters[Outcome::ufo_unknown_source], 1U);
}

TEST_F(Ingress, the_host_gets_what_it_must_answer) {
  for (const std::string packet : {"R", "O", "T123456", "LALICE secret              "})
    EXPECT_TRUE(order(40'000, packet).empty());
  FrameSpec arp{.ether_type = 0x0806};
  const WireBytes request =
      ethernet_header(arp).be(0x0001'0800'0604'0001, 8).zeros(16).be(0x0A00'0001, 4);
  send(request);
  send(ethernet_header(arp).be(0x0001'0800'0604'0001, 8).zeros(16).be(0x0A00'0002, 4));
  send(ipv4_frame({.protocol = 1, .destination_address = 0x0A00'0001}, WireBytes(8)));
  send(ipv4_frame({.protocol = 1, .destination_address = 0x0A00'0002}, WireBytes(8)));
  EXPECT_EQ(punted.size(), 6U);
  EXPECT_EQ(counters[Outcome::punted], 6U);
  EXPECT_EQ(counters[Outcome::frame_not_ipv4], 1U);
  EXPECT_EQ(counters[Outcome::ipv4_protocol], 1U);
  EXPECT_TRUE(std::ranges::equal(Bytes(punted[4]), Bytes(request)));
}

TEST_F(Ingress, lost_frames_are_told_before_the_next_that_is_ours) {
  ingress.on_dropped(3);
  EXPECT_TRUE(send(udp_frame({}, WireBytes(8))).empty());  // not ours
  ingress.on_dropped(2);
  const auto slots = order(40'000, "UQ");
  ASSERT_EQ(slots.size(), 2U);
  EXPECT_EQ(slots[0].tail.kind, SlotKind::gap);
  EXPECT_EQ(slots[0].gap.cause, GapCause::ring_full);
  EXPECT_EQ(slots[0].gap.stream, stream_unknown);
  EXPECT_EQ(slots[0].gap.count, 5U);
  EXPECT_EQ(order(40'000, "UQ").size(), 1U);
}

}  // namespace
}  // namespace wirebook::wire_in::test
