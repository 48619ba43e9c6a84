// Goal: a re-request is answered with what was asked for, or with silence, and nobody can make the
// server send more than his share, whatever he says. Method: requests and time by hand.
#include <array>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "node/market/market_stage.hpp"
#include "tests/node/ouch_messages.hpp"
#include "tests/node/udp_client.hpp"
#include "wire_in/message_blocks.hpp"

namespace wirebook::node {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;

constexpr std::uint64_t ns_per_s = 1'000'000'000;
constexpr Endpoint alice_endpoint{0x0A00'0001, 4000};
constexpr Endpoint bob_endpoint{0x0A00'0002, 4000};

MarketDataConfig small_config(std::uint32_t rate = 1000) {
  MarketDataConfig config;
  config.session_name = Alpha<10>::from("DAY1");
  config.rerequest_rate = rate;
  return config;
}

ByteVector request(std::uint64_t number, std::uint16_t count, std::string_view session = "DAY1") {
  wire::mold::Header header;
  header.session = Alpha<10>::from(session);
  header.sequence_number = number;
  header.message_count = count;
  return bytes_of(header);
}

class RerequestServerTest : public testing::Test {
 protected:
  explicit RerequestServerTest(const MarketDataConfig& config = small_config())
      : server_(config, 4711, counters_) {
    for (int i = 0; i < 1000; ++i)
      history_.append(ByteVector(1 + static_cast<std::size_t>(i) % 50, std::byte(i)));
  }
  /// The answer, empty for silence.
  ByteVector ask(const ByteVector& bytes, Endpoint source = alice_endpoint,
                 std::uint64_t now_ns = 0) {
    const std::size_t size = server_.answer(bytes, source, now_ns, history_, room_);
    return {room_.begin(), room_.begin() + static_cast<std::ptrdiff_t>(size)};
  }
  /// Who of those that wait is answered now, with the number of the first message.
  std::vector<std::pair<Endpoint, std::uint64_t>> turns(std::uint64_t now_ns) {
    std::vector<std::pair<Endpoint, std::uint64_t>> answered;
    std::size_t at = 0;
    Endpoint source{};
    while (server_.answer_waiting(at, source, now_ns, history_, room_) != 0)
      answered.emplace_back(
          source, std::uint64_t{wire::view<wire::mold::Header>(room_.data()).sequence_number});
    return answered;
  }
  std::uint64_t count(MarketCount which) const { return counters_[which]; }

  MarketCounters counters_;
  wire_out::MarketHistory history_{1 << 20};
  RerequestServer server_;
  std::array<std::byte, datagram_payload_bytes_max> room_{};
};

TEST_F(RerequestServerTest, AnswersWithOneDownstreamPacketFromTheNumberAsked) {
  const ByteVector answer = ask(request(3, 2));
  ASSERT_EQ(answer.size(), 20U + 2 + 3 + 2 + 4);
  const auto& header = wire::view<wire::mold::Header>(answer.data());
  EXPECT_EQ(header.session, Alpha<10>::from("DAY1"));
  EXPECT_EQ(header.sequence_number, 3U);
  EXPECT_EQ(header.message_count, 2U);
  wire_in::MessageBlocks blocks(std::span<const std::byte>(answer).subspan(20));
  EXPECT_EQ(blocks.next()->size(), 3U);
  EXPECT_EQ(blocks.next()->size(), 4U);
  EXPECT_FALSE(blocks.truncated());
  EXPECT_EQ(count(MarketCount::rerequests_answered), 1U);
  EXPECT_EQ(count(MarketCount::rerequest_messages), 2U);
}

TEST_F(RerequestServerTest, GivesWhatFitsOneDatagramAndWhatThereIs) {
  const ByteVector full = ask(request(1, 0xFFFF));
  EXPECT_LE(full.size(), datagram_payload_bytes_max);
  EXPECT_GT(full.size(), datagram_payload_bytes_max - 52);
  const ByteVector last = ask(request(1000, 0xFFFF));
  EXPECT_EQ(wire::view<wire::mold::Header>(last.data()).message_count, 1U);
}

TEST_F(RerequestServerTest, EverythingElseIsMetWithSilence) {
  for (const std::size_t bytes : {0U, 1U, 19U, 21U, 1472U})
    EXPECT_TRUE(ask(ByteVector(bytes)).empty()) << bytes;
  EXPECT_TRUE(ask(request(1, 0)).empty());
  EXPECT_TRUE(ask(request(1, 1), {alice_endpoint.address, 0}).empty());
  EXPECT_EQ(count(MarketCount::rerequests_malformed), 7U);
  EXPECT_TRUE(ask(request(1, 1, "DAY2")).empty());
  EXPECT_TRUE(ask(request(1, 1, "")).empty());
  EXPECT_EQ(count(MarketCount::rerequests_of_others), 2U);
  for (const std::uint64_t number : {std::uint64_t{0}, std::uint64_t{1001}, ~std::uint64_t{0}})
    EXPECT_TRUE(ask(request(number, 1)).empty()) << number;
  EXPECT_EQ(count(MarketCount::rerequests_not_kept), 3U);
  EXPECT_EQ(count(MarketCount::rerequests), 12U);
  EXPECT_EQ(count(MarketCount::rerequests_answered), 0U);
}

TEST_F(RerequestServerTest, EvictedNumbersAreMetWithSilence) {
  wire_out::MarketHistory small(2 * wire_out::MarketHistory::page_bytes);
  for (int i = 0; i < 20'000; ++i)
    small.append(ByteVector(20, std::byte(i)));
  ASSERT_GT(small.first(), 2U);
  const auto asked = [&](std::uint64_t number) {
    return server_.answer(request(number, 1), alice_endpoint, 0, small, room_);
  };
  EXPECT_EQ(asked(small.first() - 1), 0U);
  EXPECT_NE(asked(small.first()), 0U);
}

class FewAnswers : public RerequestServerTest {
 protected:
  FewAnswers() : RerequestServerTest(small_config(10)) {}
  std::uint64_t answered(Endpoint source, std::uint64_t from_ns, std::uint64_t to_ns, int times) {
    std::uint64_t answers = 0;
    for (int i = 0; i < times; ++i) {
      const std::uint64_t at = from_ns + (to_ns - from_ns) / static_cast<std::uint64_t>(times) *
                                             static_cast<std::uint64_t>(i);
      answers += ask(request(1, 1), source, at).empty() ? 0U : 1U;
    }
    return answers;
  }
};

TEST_F(FewAnswers, OneAddressGetsSoManyASecondAndSomeAtOnce) {
  EXPECT_EQ(answered(alice_endpoint, 0, 1, 100), 5U);  // a tenth of a second's, and four
  EXPECT_EQ(answered(alice_endpoint, ns_per_s, 11 * ns_per_s, 100'000), 100U + 4);
  EXPECT_GT(count(MarketCount::rerequests_too_often), 0U);
}

// A client asks again as soon as it is answered, and a second later where it is not: it has to come
// to its rate, not to a burst a second.
TEST_F(FewAnswers, TheLastRequestOfAnAddressWaitsForItsTurn) {
  ASSERT_EQ(answered(alice_endpoint, 0, 1, 5), 5U);
  EXPECT_TRUE(ask(request(7, 1)).empty());
  EXPECT_TRUE(ask(request(8, 1), {alice_endpoint.address, 4001}).empty());
  EXPECT_EQ(count(MarketCount::rerequests_too_often), 1U) << "the one before the last";
  EXPECT_THAT(turns(ns_per_s / 10 - 1), IsEmpty());
  EXPECT_THAT(turns(ns_per_s / 10), ElementsAre(Pair(Endpoint{alice_endpoint.address, 4001}, 8U)));
  EXPECT_THAT(turns(10 * ns_per_s), IsEmpty()) << "answered once";
}

TEST_F(FewAnswers, WhoWaitsGetsNoMoreThanHisRate) {
  std::size_t answers = 0;
  for (std::uint64_t at = 0; at < 10 * ns_per_s; at += ns_per_s / 1000) {
    answers += ask(request(1, 1), alice_endpoint, at).empty() ? 0U : 1U;
    answers += ask(request(2, 1), alice_endpoint, at).empty() ? 0U : 1U;
    answers += turns(at).size();
  }
  EXPECT_EQ(answers, 100U + 4);
}

TEST_F(FewAnswers, NotMoreThanSixtyFourWait) {
  for (std::uint32_t address = 1; address <= 100; ++address)
    for (int i = 0; i < 6; ++i)
      ask(request(1, 1), {address, 4000});
  EXPECT_EQ(count(MarketCount::rerequests_too_often), 100U - 64);
  EXPECT_EQ(turns(ns_per_s).size(), 64U);
}

TEST_F(FewAnswers, WhatIsGoneByThenIsMetWithSilence) {
  ASSERT_EQ(answered(alice_endpoint, 0, 1, 5), 5U);
  EXPECT_TRUE(ask(request(1, 1)).empty());
  history_.restart_at(2000);
  EXPECT_THAT(turns(ns_per_s), IsEmpty());
  EXPECT_EQ(count(MarketCount::rerequests_not_kept), 1U);
}

TEST_F(FewAnswers, OtherPortsOfTheAddressAreTheSameRequester) {
  std::uint64_t answers = 0;
  for (std::uint16_t port = 1; port <= 1000; ++port)
    answers += ask(request(1, 1), {alice_endpoint.address, port}).empty() ? 0U : 1U;
  EXPECT_EQ(answers, 5U);
}

TEST_F(FewAnswers, WhoAsksTooOftenTakesNothingFromOthers) {
  EXPECT_EQ(answered(alice_endpoint, 0, 1, 100'000), 5U);
  EXPECT_FALSE(ask(request(1, 1), bob_endpoint, 1).empty());
}

TEST_F(FewAnswers, WhatIsNotAnsweredIsNoTurn) {
  for (int i = 0; i < 1000; ++i)
    EXPECT_TRUE(ask(request(1001, 1)).empty());
  EXPECT_FALSE(ask(request(1, 1)).empty());
}

// However many addresses are forged, all of them together get no more than the table has room for,
// and those who come when they have had their turns are served as ever.
TEST_F(FewAnswers, ManyForgedAddressesAreBoundedToo) {
  std::uint64_t answers = 0;
  for (std::uint32_t address = 1; address <= 200'000; ++address)
    answers += ask(request(1, 1), {address, 4000}).empty() ? 0U : 1U;
  EXPECT_LE(answers, 8U * 1024);
  EXPECT_FALSE(ask(request(1, 1), alice_endpoint, ns_per_s / 10).empty());
}

TEST(RateTable, ATurnInThePastIsAsGoodAsNone) {
  RateTable table(1000, 1, 1, 1);  // one set, one turn a millisecond
  for (std::uint32_t address = 1; address <= RateTable::set_entries; ++address)
    EXPECT_TRUE(table.take(address, 0));
  EXPECT_FALSE(table.take(99, 0)) << "all entries are in use";
  EXPECT_FALSE(table.take(1, 999'999));
  EXPECT_TRUE(table.take(1, 1'000'000));
  EXPECT_TRUE(table.take(99, 1'000'000));
}

TEST(MarketStageTest, WhoAsksWithoutEndDoesNotKeepItFromEnding) {
  NodeConfig config;
  config.market_data = small_config();
  config.market_data.rerequest = Endpoint{0x7F000001, 0};
  const Clock clock(0);
  MarketTap tap(4096);
  Ending ending;
  MarketStage stage({.config = config,
                     .clock = clock,
                     .tap = tap,
                     .log = std::make_unique<wire_out::MarketLog>(wire_out::MarketLogSize{}),
                     .ending = ending,
                     .seed = 1});
  UdpClient flood;
  ending.wire_out = true;
  for (int i = 0; i != 1000 && !stage.finished(); ++i) {
    flood.send(*stage.addresses().rerequest, request(1, 1));
    stage.poll();
  }
  EXPECT_TRUE(stage.finished());
  EXPECT_GT(stage.counters()[MarketCount::rerequests], 0U);
}

}  // namespace
}  // namespace wirebook::node
