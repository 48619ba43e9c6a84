// Goal: each malformed input has exactly one outcome, and the document lists them all.
// Method: a concrete input for each value of `Outcome`, run through the public parsers; the table
// in host/wire_in/README.md is read and compared.
#include <fstream>
#include <functional>
#include <map>
#include <regex>

#include <gtest/gtest.h>

#include "wirebook/outcome.hpp"

#include "frame_bytes.hpp"
#include "wire_in/binary_file_source.hpp"
#include "wire_in/block_file_source.hpp"
#include "wire_in/frame_ingress.hpp"
#include "wire_in/itch_parser.hpp"
#include "wire_in/mold_parser.hpp"
#include "wire_in/ouch_parser.hpp"
#include "wire_in/ring_gate.hpp"
#include "wire_in/soup_framer.hpp"
#include "wire_in/tcp_reassembly.hpp"
#include "wire_in/ufo_parser.hpp"

namespace wirebook::wire_in::test {
namespace {

constexpr TimeNs table_time{1};

Outcome frame(Bytes bytes) {
  UdpDatagram datagram;
  return parse_frame(bytes, datagram);
}
/// A frame to us with one field of its IPv4 header set; the checksum is made right again.
Outcome ip_field(std::size_t offset, std::uint64_t value, std::size_t bytes) {
  WireBytes all = udp_frame({}, WireBytes(8));
  all.set(14 + offset, value, bytes).set(14 + 10, 0, 2);
  all.set(14 + 10, internet_checksum(Bytes(all).subspan(14, 20)), 2);
  return frame(all);
}
Outcome tcp_frame_outcome(const WireBytes& bytes) {
  Ipv4Packet packet;
  TcpSegment segment;
  EXPECT_EQ(parse_ipv4(bytes, packet), Outcome::ok);
  return parse_tcp(packet, segment);
}
/// The outcome of the last of these segments: number, payload bytes.
Outcome tcp_stream(const std::vector<std::pair<std::uint32_t, std::size_t>>& segments,
                   TcpLimits limits = {}) {
  TcpReassembly tcp([](std::size_t, Bytes) {}, limits);
  Outcome last = Outcome::ok;
  for (const auto& [sequence, bytes] : segments) {
    const WireBytes payload(bytes);
    last = tcp.on_segment({.sequence_number = sequence, .payload = payload});
  }
  OutcomeCounters counters;
  tcp.end(counters);
  return last == Outcome::ok && counters[Outcome::tcp_hole] == 1 ? Outcome::tcp_hole : last;
}
/// The outcome of the last of these packets.
Outcome mold(const std::vector<WireBytes>& packets) {
  SlotSink sink;
  MoldParser parser(1);
  OutcomeCounters counters;
  Outcome last = Outcome::ok;
  for (const WireBytes& packet : packets) {
    EXPECT_TRUE(sink.writer.has_credit(MoldParser::slots_needed(packet)));
    last = parser.on_packet(packet, table_time, sink.writer, counters);
  }
  return last;
}
Outcome mold_message(const WireBytes& message) {
  SlotSink sink;
  MoldParser parser(1);
  OutcomeCounters counters;
  EXPECT_TRUE(sink.writer.has_credit(4));
  EXPECT_EQ(parser.on_packet(mold_packet(1, {message}), table_time, sink.writer, counters),
            Outcome::ok);
  for (std::size_t i = 0; i < outcome_count; ++i)
    if (counters.count[i] != 0)
      return static_cast<Outcome>(i);
  return Outcome::ok;
}
Outcome itch(Bytes message) {
  SlotSink sink;
  EXPECT_TRUE(sink.writer.has_credit(1));
  return parse_itch(message, table_time, sink.writer);
}
Outcome ouch(Bytes message) {
  SlotSink sink;
  EXPECT_TRUE(sink.writer.has_credit(group_slots_max));
  return parse_ouch(message, 1, table_time, sink.writer);
}
Outcome ufo(Bytes datagram, UfoFraming framing = UfoFraming::bare) {
  UfoDatagram packets(datagram, framing);
  UfoPacket packet;
  while (const auto bytes = packets.next())
    if (const Outcome outcome = parse_ufo(*bytes, packet); outcome != Outcome::ok)
      return outcome;
  return packets.outcome();
}
Outcome soup(Bytes stream) {
  SoupFramer framer(SoupSide::from_client);
  framer.feed(stream);
  while (const auto packet = framer.next())
    if (packet->outcome != Outcome::ok)
      return packet->outcome;
  return framer.end();
}
template <class Source>
Outcome file(Bytes bytes) {
  Source source(bytes);
  while (source.next())
    continue;
  return source.outcome();
}
/// What is counted of a whole frame, at a node with one feed, one session, and room for `punts`.
Outcome through_ingress(Bytes frame, bool bad_fcs = false, bool punts = true) {
  FrameIngressConfig config;
  config.local_address = 0x0A00'0001;
  config.order_entry = {0x0A00'0001, 26'400};
  config.feeds[0] = {0xEF00'0001, 26'500};
  config.wanted.reset();
  SlotSink sink;
  FrameIngress all(config, [punts](Bytes) { return punts; });
  OutcomeCounters counters;
  EXPECT_TRUE(sink.writer.has_credit(FrameIngress::slots_needed(frame.size()) % ring_slots_min));
  all.on_frame(frame, bad_fcs, table_time, sink.writer, counters);
  for (std::size_t i = 1; i < outcome_count; ++i)
    if (counters.count[i] != 0)
      return static_cast<Outcome>(i);
  return Outcome::ok;
}
WireBytes to_feed(const WireBytes& packet) {
  return udp_frame({.destination_address = 0xEF00'0001, .destination_port = 26'500}, packet);
}
WireBytes to_order_entry(const WireBytes& packet) {
  return udp_frame({.destination_address = 0x0A00'0001, .destination_port = 26'400}, packet);
}
Outcome full_ring() {
  SlotSink sink;
  RingGate gate(1);
  return gate.admit(ring_slots_min + 1, table_time, sink.writer);
}

const std::map<Outcome, std::function<Outcome()>>& inputs() {
  static const std::vector<WireBytes> one{itch_delete(1)};
  static const std::map<Outcome, std::function<Outcome()>> all{
      {Outcome::ok, [] { return itch(itch_delete(1)); }},
      {Outcome::frame_too_long, [] { return through_ingress(WireBytes(frame_bytes_max + 1)); }},
      {Outcome::frame_fcs, [] { return through_ingress(udp_frame({}, WireBytes(8)), true); }},
      {Outcome::frame_truncated, [] { return frame(WireBytes(13)); }},
      {Outcome::vlan_too_deep,
       [] {
         return frame(udp_frame({.vlan_types = {0x88A8, 0x8100, 0x8100}}, WireBytes(8)));
       }},
      {Outcome::frame_not_ipv4,
       [] { return frame(udp_frame({.ether_type = 0x86DD}, WireBytes(8))); }},
      {Outcome::ipv4_truncated, [] { return frame(udp_frame({}, WireBytes(8)).first(33)); }},
      {Outcome::ipv4_version, [] { return ip_field(0, 0x55, 1); }},
      {Outcome::ipv4_header_length, [] { return ip_field(0, 0x44, 1); }},
      {Outcome::ipv4_total_length, [] { return ip_field(2, 37, 2); }},
      {Outcome::ipv4_checksum,
       [] { return frame(udp_frame({}, WireBytes(8)).flip((14 + 8) * 8)); }},
      {Outcome::ipv4_fragment, [] { return ip_field(6, 0x2000, 2); }},
      {Outcome::ipv4_protocol, [] { return ip_field(9, 1, 1); }},
      {Outcome::udp_truncated, [] { return ip_field(2, 27, 2); }},
      {Outcome::udp_length,
       [] { return frame(udp_frame({}, WireBytes(8)).set(14 + 20 + 4, 17, 2)); }},
      {Outcome::udp_checksum,
       [] { return frame(udp_frame({}, WireBytes(8)).flip((14 + 20 + 8) * 8)); }},
      {Outcome::udp_not_ours, [] { return through_ingress(udp_frame({}, WireBytes(8))); }},
      {Outcome::tcp_truncated,
       [] { return tcp_frame_outcome(ipv4_frame({.protocol = 6}, WireBytes(19))); }},
      {Outcome::tcp_header_length,
       [] { return tcp_frame_outcome(tcp_frame({}, 1, tcp_ack, {}).set(34 + 12, 0x60, 1)); }},
      {Outcome::tcp_checksum,
       [] { return tcp_frame_outcome(tcp_frame({}, 1, tcp_ack, WireBytes(1)).flip(54 * 8)); }},
      {Outcome::tcp_duplicate,
       [] {
         return tcp_stream({{1, 4}, {2, 3}});
       }},
      {Outcome::tcp_out_of_window,
       [] {
         return tcp_stream({{1, 4}, {100, 400}}, {.held_bytes_max = 300});
       }},
      {Outcome::tcp_too_many,
       [] {
         return tcp_stream({{1, 4}}, {.streams_max = 0});
       }},
      {Outcome::tcp_hole,
       [] {
         return tcp_stream({{1, 4}, {6, 1}});
       }},
      {Outcome::mold_truncated, [] { return mold({WireBytes(19)}); }},
      {Outcome::mold_sequence, [] { return mold({mold_packet(0, one)}); }},
      {Outcome::mold_block_truncated, [] { return mold({mold_packet(1, one, 2)}); }},
      {Outcome::mold_trailing_bytes, [] { return mold({mold_packet(1, one).zeros(1)}); }},
      {Outcome::mold_after_end,
       [] {
         return mold({mold_packet(1, {}, 0xFFFF), mold_packet(1, one)});
       }},
      {Outcome::mold_other_session,
       [] {
         return mold({mold_packet(1, one), mold_packet(1, one, -1, "B"), mold_packet(2, one)});
       }},
      {Outcome::mold_duplicate,
       [] {
         return mold({mold_packet(1, one), mold_packet(1, one)});
       }},
      {Outcome::mold_gap, [] { return mold({mold_packet(2, one)}); }},
      {Outcome::mold_heartbeat, [] { return mold({mold_packet(1, {})}); }},
      {Outcome::mold_end_of_session, [] { return mold({mold_packet(1, {}, 0xFFFF)}); }},
      {Outcome::mold_empty_block, [] { return mold_message(WireBytes()); }},
      {Outcome::itch_empty, [] { return itch({}); }},
      {Outcome::itch_unknown_type, [] { return mold_message(WireBytes(19)); }},
      {Outcome::itch_length, [] { return mold_message(itch_delete(1).zeros(1)); }},
      {Outcome::itch_filtered,
       [] { return through_ingress(to_feed(mold_packet(1, {itch_delete(1)}))); }},
      {Outcome::ufo_empty, [] { return ufo({}); }},
      {Outcome::ufo_unknown_type, [] { return ufo(WireBytes().text("S")); }},
      {Outcome::ufo_length, [] { return ufo(WireBytes().text("RR")); }},
      {Outcome::ufo_block_truncated,
       [] { return ufo(WireBytes().be(2, 2).text("R"), UfoFraming::length_prefixed); }},
      {Outcome::ufo_unknown_source,
       [] { return through_ingress(to_order_entry(WireBytes().text("UQ"))); }},
      {Outcome::soup_empty, [] { return soup(WireBytes().be(0, 2)); }},
      {Outcome::soup_unknown_type, [] { return soup(WireBytes().be(1, 2).text("S")); }},
      {Outcome::soup_length, [] { return soup(WireBytes().be(2, 2).text("RR")); }},
      {Outcome::soup_truncated, [] { return soup(WireBytes().be(2, 2).text("U")); }},
      {Outcome::ouch_empty, [] { return ouch({}); }},
      {Outcome::ouch_unknown_type, [] { return ouch(WireBytes().text("Z")); }},
      {Outcome::ouch_truncated, [] { return ouch(ouch_enter().first(46)); }},
      {Outcome::ouch_appendage_length, [] { return ouch(ouch_enter(WireBytes(5), 6)); }},
      {Outcome::ouch_appendage_too_long, [] { return ouch(ouch_enter(WireBytes(97))); }},
      {Outcome::file_truncated, [] { return file<BlockFileSource>(WireBytes(5)); }},
      {Outcome::file_bytes_after_end, [] { return file<BinaryFileSource>(WireBytes(3)); }},
      {Outcome::ring_full, full_ring},
      {Outcome::punted, [] { return through_ingress(to_order_entry(WireBytes().text("R"))); }},
      {Outcome::punt_dropped,
       [] { return through_ingress(to_order_entry(WireBytes().text("R")), false, false); }},
  };
  return all;
}

struct Row {
  std::string outcome;
  std::string outcome_class;
};

/// The rows «input | `outcome` | class | what happens» of the table in the README.
std::vector<Row> documented_rows() {
  std::ifstream document(std::string(WIREBOOK_SOURCE_DIR) + "/host/wire_in/README.md");
  EXPECT_TRUE(document) << "the README of the stage";
  const std::regex row(R"(\|[^|]+\| `([a-z0-9_]+)` \| (taken|ignored|malformed) \|[^|]+\|)");
  std::vector<Row> rows;
  for (std::string line; std::getline(document, line);)
    if (std::smatch match; std::regex_match(line, match, row))
      rows.push_back({match[1], match[2]});
  return rows;
}

std::string class_name(Outcome outcome) {
  switch (outcome_class(outcome)) {
    case OutcomeClass::taken:
      return "taken";
    case OutcomeClass::ignored:
      return "ignored";
    case OutcomeClass::malformed:
      return "malformed";
  }
  return "";
}

TEST(OutcomeTable, EveryOutcomeHasAnInputThatGivesExactlyIt) {
  for (std::size_t i = 0; i < outcome_count; ++i) {
    const auto outcome = static_cast<Outcome>(i);
    const auto input = inputs().find(outcome);
    ASSERT_NE(input, inputs().end()) << "no input for " << to_string(outcome);
    EXPECT_EQ(to_string(input->second()), to_string(outcome));
  }
}

TEST(OutcomeTable, TheDocumentListsEveryOutcomeOnceInOrder) {
  const std::vector<Row> rows = documented_rows();
  ASSERT_EQ(rows.size(), outcome_count);
  for (std::size_t i = 0; i < outcome_count; ++i) {
    const auto outcome = static_cast<Outcome>(i);
    EXPECT_EQ(rows[i].outcome, to_string(outcome));
    EXPECT_EQ(rows[i].outcome_class, class_name(outcome)) << rows[i].outcome;
  }
}

TEST(OutcomeCounters, SumUpWhatIsMalformed) {
  OutcomeCounters counters;
  counters.add(Outcome::ok);
  counters.add(Outcome::mold_duplicate);
  EXPECT_EQ(counters.malformed(), 0U);
  counters.add(Outcome::itch_length);
  counters.add(Outcome::itch_length);
  OutcomeCounters sum;
  sum.add(counters);
  sum.add(counters);
  EXPECT_EQ(sum.malformed(), 4U);
  EXPECT_EQ(sum[Outcome::ok], 2U);
  EXPECT_EQ(to_string(Outcome::outcome_count), "unknown");
}

}  // namespace
}  // namespace wirebook::wire_in::test
