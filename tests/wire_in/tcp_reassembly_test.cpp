// Goal: each direction of a connection comes out as it was sent, whatever order its segments came
// in. Method: a stream cut into segments, shuffled, repeated and overlapped by a printed seed; the
// bounds and the holes one by one.
#include "wire_in/tcp_reassembly.hpp"

#include <map>
#include <random>

#include <gtest/gtest.h>

#include "wire_bytes.hpp"

namespace wirebook::wire_in::test {
namespace {

class TcpReassemblyTest : public testing::Test {
 protected:
  static TcpSegment segment(std::uint32_t sequence, Bytes payload, std::uint16_t port = 1) {
    return {.source_address = 1,
            .destination_address = 2,
            .source_port = port,
            .destination_port = 9,
            .sequence_number = sequence,
            .payload = payload};
  }
  static TcpSegment syn(std::uint32_t sequence, std::uint16_t port = 1) {
    TcpSegment all = segment(sequence, {}, port);
    all.syn = true;
    return all;
  }
  Outcome take(std::uint32_t sequence, std::string_view text, std::uint16_t port = 1) {
    return tcp_.on_segment(segment(sequence, std::as_bytes(std::span(text)), port));
  }
  std::uint64_t holes() {
    OutcomeCounters counters;
    tcp_.end(counters);
    return counters[Outcome::tcp_hole];
  }

  std::map<std::size_t, std::string> streams_;
  TcpReassembly tcp_{[this](std::size_t stream, Bytes bytes) {
                       for (const std::byte byte : bytes)
                         streams_[stream] += static_cast<char>(byte);
                     },
                     {.streams_max = 3, .held_bytes_max = 1'000}};
};

TEST_F(TcpReassemblyTest, TheSynTakesANumber) {
  EXPECT_EQ(tcp_.on_segment(syn(99)), Outcome::ok);
  EXPECT_EQ(tcp_.on_segment(syn(99)), Outcome::ok) << "sent again";
  EXPECT_EQ(take(100, "abc"), Outcome::ok);
  EXPECT_EQ(take(103, "def"), Outcome::ok);
  EXPECT_EQ(streams_[0], "abcdef");
  EXPECT_EQ(tcp_.stream_count(), 1U);
  EXPECT_EQ(holes(), 0U);
}

TEST_F(TcpReassemblyTest, ACaptureMayStartWithinAConnection) {
  EXPECT_EQ(take(0xFFFF'FFFE, "abcd"), Outcome::ok) << "and numbers wrap";
  EXPECT_EQ(take(2, "ef"), Outcome::ok);
  EXPECT_EQ(take(0xFFFF'FFFD, "x"), Outcome::tcp_duplicate) << "before what was seen first";
  EXPECT_EQ(streams_[0], "abcdef");
}

TEST_F(TcpReassemblyTest, RepeatedBytesAreSkipped) {
  take(1, "abcd");
  EXPECT_EQ(take(1, "abcd"), Outcome::tcp_duplicate);
  EXPECT_EQ(take(3, "cd"), Outcome::tcp_duplicate);
  EXPECT_EQ(take(3, "cdef"), Outcome::ok);
  EXPECT_EQ(take(7, ""), Outcome::ok) << "a bare acknowledgement";
  EXPECT_EQ(streams_[0], "abcdef");
}

TEST_F(TcpReassemblyTest, SegmentsAheadOfAHoleWait) {
  take(1, "a");
  EXPECT_EQ(take(4, "de"), Outcome::ok);
  EXPECT_EQ(take(4, "d"), Outcome::tcp_duplicate);
  EXPECT_EQ(take(3, "cde"), Outcome::ok);
  EXPECT_EQ(streams_[0], "a");
  EXPECT_EQ(holes(), 1U);
  EXPECT_EQ(take(2, "b"), Outcome::ok);
  EXPECT_EQ(streams_[0], "abcde");
  EXPECT_EQ(holes(), 0U);
}

TEST_F(TcpReassemblyTest, AFinTellsOfALossAtTheEnd) {
  take(1, "a");
  TcpSegment fin = segment(5, {});
  fin.fin = true;
  EXPECT_EQ(tcp_.on_segment(fin), Outcome::ok);
  EXPECT_EQ(holes(), 1U);
  take(2, "bcd");
  EXPECT_EQ(holes(), 0U);
}

TEST_F(TcpReassemblyTest, WhatWaitsIsBounded) {
  take(1, "a");
  const std::string much(600, 'x');
  EXPECT_EQ(take(100, much), Outcome::ok);
  EXPECT_EQ(take(1'000, much), Outcome::tcp_out_of_window);
  std::uint32_t tiny = 0;
  while (take(2'000 + 2 * tiny, "t") == Outcome::ok)
    ++tiny;
  EXPECT_LT(tiny, 10U) << "tiny segments count for more than their bytes";
  EXPECT_EQ(take(2, std::string(98, 'b')), Outcome::ok);
  EXPECT_EQ(streams_[0], "a" + std::string(98, 'b') + much);
}

TEST_F(TcpReassemblyTest, WhatNoLongerWaitsCountsNoLonger) {
  std::string expected;
  for (std::uint32_t at = 1; at < 10'000; at += 500) {
    ASSERT_EQ(take(at + 1, std::string(499, 'b')), Outcome::ok) << at;
    ASSERT_EQ(take(at, "a"), at == 1 ? Outcome::tcp_duplicate : Outcome::ok);
    expected += (at == 1 ? "" : "a") + std::string(499, 'b');
  }
  EXPECT_EQ(streams_[0], expected);
}

TEST_F(TcpReassemblyTest, ConnectionsAndDirectionsDoNotMix) {
  take(1, "one", 1);
  take(1, "two", 2);
  take(4, "more", 1);
  EXPECT_EQ(streams_[0], "onemore");
  EXPECT_EQ(streams_[1], "two");
  EXPECT_EQ(tcp_.key(1).source_port, 2U);
}

TEST_F(TcpReassemblyTest, ThePortsOfAnOldConnectionMayBeUsedAgain) {
  tcp_.on_segment(syn(9));
  take(10, "old");
  tcp_.on_segment(syn(70'000));
  take(70'001, "new");
  EXPECT_EQ(streams_[0], "old");
  EXPECT_EQ(streams_[1], "new");
}

TEST_F(TcpReassemblyTest, StreamsAreBounded) {
  for (std::uint16_t port = 1; port <= 3; ++port)
    EXPECT_EQ(take(1, "a", port), Outcome::ok);
  EXPECT_EQ(take(1, "a", 4), Outcome::tcp_too_many);
  EXPECT_EQ(take(2, "b", 3), Outcome::ok);
}

TEST(TcpReassembly, AnyOrderGivesTheSameStream) {
  constexpr std::uint64_t seed = 20'250'117;
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937_64 random(seed);
  for (int round = 0; round < 200; ++round) {
    std::string sent;
    for (int i = 0; i < 2'000; ++i)
      sent += static_cast<char>(random());
    const auto start = static_cast<std::uint32_t>(random());
    std::vector<std::pair<std::size_t, std::size_t>> cuts;  // from, bytes
    for (std::size_t from = 0; from < sent.size(); from += 50)
      for (std::size_t copy = 0; copy <= random() % 2; ++copy)
        cuts.emplace_back(from, std::min<std::size_t>(50 + random() % 80, sent.size() - from));
    std::shuffle(cuts.begin(), cuts.end(), random);

    std::string got;
    TcpReassembly tcp([&got](std::size_t, Bytes bytes) {
      for (const std::byte byte : bytes)
        got += static_cast<char>(byte);
    });
    tcp.on_segment({.sequence_number = start - 1, .syn = true});
    for (const auto& [from, bytes] : cuts)
      tcp.on_segment({.sequence_number = start + static_cast<std::uint32_t>(from),
                      .payload = std::as_bytes(std::span(sent)).subspan(from, bytes)});
    ASSERT_EQ(got, sent) << "round " << round;
    OutcomeCounters counters;
    tcp.end(counters);
    ASSERT_EQ(counters[Outcome::tcp_hole], 0U);
  }
}

}  // namespace
}  // namespace wirebook::wire_in::test
