// Goal: datagrams have the bytes of MoldUDP64 1.00, never more than the limit, and every message
// once, numbered without a hole. Method: bytes by hand at the boundaries; a seeded mix of lengths
// read back by the parser of wire_in.
#include "wire_out/mold_packer.hpp"

#include <algorithm>
#include <random>

#include <gtest/gtest.h>

#include "tests/wire_out/decided.hpp"
#include "wire_in/mold_parser.hpp"

namespace wirebook::wire_out {
namespace {

const auto mold_session = Alpha<10>::from("WB0001");

WireBytes header(std::uint64_t sequence, std::uint16_t count) {
  return WireBytes().text("WB0001", 10).be(sequence, 8).be(count, 2);
}

/// A message of so many bytes, all of them `value`.
Bytes put(MoldPacker& packer, std::size_t bytes, int value) {
  const auto room = packer.room();
  std::fill_n(room.begin(), bytes, static_cast<std::byte>(value));
  packer.commit(bytes);
  return Bytes(room).first(bytes);
}

TEST(MoldPacker, packs_blocks_behind_one_header) {
  MoldPacker packer(mold_session);
  EXPECT_TRUE(packer.empty());
  const WireBytes a(12, 'a');
  const WireBytes b(50, 'b');
  put(packer, 12, 'a');
  put(packer, 50, 'b');
  EXPECT_FALSE(packer.empty());
  EXPECT_EQ(packer.next_sequence(), 3U);
  EXPECT_EQ(hex(packer.flush()), hex(header(1, 2).block(a).block(b)));
  EXPECT_TRUE(packer.empty());
  put(packer, 12, 'a');
  EXPECT_EQ(hex(packer.flush()), hex(header(3, 1).block(a)));
  EXPECT_EQ(packer.next_sequence(), 4U);
}

TEST(MoldPacker, messages_are_sent_from_where_they_were_written) {
  MoldPacker packer(mold_session);
  const Bytes first = put(packer, 19, 1);
  const Bytes second = put(packer, 36, 2);
  const Bytes datagram = packer.flush();
  EXPECT_EQ(first.data(), datagram.data() + 20 + 2);
  EXPECT_EQ(second.data(), datagram.data() + 20 + 2 + 19 + 2);
}

TEST(MoldPacker, nothing_written_is_no_message) {
  MoldPacker packer(mold_session);
  (void)packer.room();
  packer.commit(0);
  EXPECT_TRUE(packer.empty());
  EXPECT_EQ(packer.next_sequence(), 1U);
}

TEST(MoldPacker, heartbeat_and_end_name_the_next_number) {
  MoldPacker packer(mold_session);
  EXPECT_EQ(hex(packer.heartbeat()), hex(header(1, 0)));
  put(packer, 12, 'a');
  (void)packer.flush();
  EXPECT_EQ(hex(packer.heartbeat()), hex(header(2, 0)));
  EXPECT_EQ(hex(packer.heartbeat()), hex(header(2, 0)));
  put(packer, 12, 'a');
  EXPECT_EQ(hex(packer.flush()), hex(header(2, 1).block(WireBytes(12, 'a'))));
  EXPECT_EQ(hex(packer.end_of_session()), hex(header(3, 0xFFFF)));
}

/// Room is for the longest message, of whatever length the next one will be.
TEST(MoldPacker, has_room_for_as_many_as_fit_exactly) {
  constexpr std::size_t longest = itch_message_bytes_max;
  constexpr std::size_t three = 20 + 3 * (2 + longest);
  for (const auto& [limit, fit] : {std::pair{three - 1, 2U}, {three, 3U}, {three + 1, 3U}}) {
    MoldPacker packer(mold_session, limit);
    std::size_t count = 0;
    for (; packer.has_room(); ++count)
      put(packer, longest, 'x');
    EXPECT_EQ(count, fit) << limit;
    const Bytes datagram = packer.flush();
    EXPECT_EQ(datagram.size(), 20 + fit * (2 + longest));
    EXPECT_LE(datagram.size(), limit);
    EXPECT_TRUE(packer.has_room());
  }
}

TEST(MoldPacker, smallest_limit_takes_one_message) {
  MoldPacker packer(mold_session, 20 + 2 + itch_message_bytes_max);
  put(packer, itch_message_bytes_max, 'x');
  EXPECT_FALSE(packer.has_room());
  EXPECT_EQ(packer.flush().size(), 72U);
}

TEST(MoldPacker, a_limit_without_room_for_a_message_is_a_fault_of_the_program) {
  EXPECT_DEATH(MoldPacker(mold_session, 71), "assertion failed");
  EXPECT_DEATH(MoldPacker(mold_session, 1473), "assertion failed");
  MoldPacker packer(mold_session);
  EXPECT_DEATH((void)packer.flush(), "assertion failed");
  put(packer, 12, 'a');
  EXPECT_DEATH((void)packer.heartbeat(), "assertion failed");
}

TEST(MoldPacker, a_listener_gets_every_message_once) {
  constexpr std::uint32_t seed = 4711;
  SCOPED_TRACE(testing::Message() << "seed " << seed);
  std::mt19937 random(seed);
  MoldPacker packer(mold_session, 400);
  wire_in::MoldParser parser(1);
  wire_in::test::SlotSink sink;
  OutcomeCounters outcomes;
  std::vector<std::uint64_t> heard;
  const auto send = [&](Bytes datagram) {
    ASSERT_LE(datagram.size(), 400U);
    ASSERT_TRUE(sink.writer.has_credit(wire_in::MoldParser::slots_needed(datagram)));
    const Outcome outcome = parser.on_packet(datagram, TimeNs{1}, sink.writer, outcomes);
    EXPECT_TRUE(outcome == Outcome::ok || outcome == Outcome::mold_heartbeat) << to_string(outcome);
    for (const Slot& slot : sink.take())
      heard.push_back(slot.feed_change.order_ref);
  };

  constexpr std::uint64_t messages = 5'000;
  for (std::uint64_t i = 1; i <= messages; ++i) {
    if (!packer.has_room())
      send(packer.flush());
    const WireBytes message = random() % 2 == 0
                                  ? wire_in::test::itch_delete(i)
                                  : wire_in::test::itch_delete(i).set(0, 'X', 1).be(100, 4);
    std::copy_n(Bytes(message).begin(), message.size(), packer.room().begin());
    packer.commit(message.size());
    if (random() % 8 == 0)
      send(packer.flush());
    if (packer.empty() && random() % 4 == 0)
      send(packer.heartbeat());
  }
  if (!packer.empty())
    send(packer.flush());
  ASSERT_EQ(heard.size(), messages);
  for (std::uint64_t i = 1; i <= messages; ++i)
    ASSERT_EQ(heard[i - 1], i);
  EXPECT_EQ(outcomes[Outcome::mold_gap], 0U);
  EXPECT_EQ(parser.expected_sequence(), messages + 1);
}

}  // namespace
}  // namespace wirebook::wire_out
