// Goal: what a node publishes can be had again, by every road, under the same numbers, and its two
// lines are one. Method: nodes in this process on ephemeral ports, clients for orders and the feed.
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "wirebook/wire/itch50.hpp"

#include "feed_client.hpp"
#include "market_bed.hpp"
#include "tests/node/journal_node.hpp"

namespace wirebook::node {
namespace {

TEST(MarketLines, BothCarryTheSameDatagrams) {
  UdpClient b;
  MarketBed bed([&](NodeConfig& config) { config.market_data.send_to_b = b.endpoint(); });
  bed.enter(1, 20);
  bed.node.stop();
  const auto heard = [](UdpClient& line) {
    std::vector<ByteVector> datagrams;
    line.receive_until([&](const ByteVector& bytes) {
      const MoldPacket packet = parse_mold(bytes);
      if (packet.count != wire::mold::count_heartbeat)
        datagrams.push_back(bytes);
      return packet.count == wire::mold::count_end_of_session;
    });
    return datagrams;
  };
  const auto on_a = heard(bed.feed);
  EXPECT_GT(on_a.size(), 20U);
  EXPECT_EQ(on_a, heard(b));
}

TEST(MarketPacking, MessagesWaitForOthersWhereTheyAreTold) {
  MarketBed bed([](NodeConfig& config) {
    config.market_data.pack_us = 200'000;
    config.market_data.payload_bytes_max = 300;
  });
  bed.enter(1, 100);
  bed.node.stop();
  // S R H R H and all adds, of 38 bytes each in their blocks: a datagram holds 6 or 7 of them. How
  // many had to leave by their time says how slow the machine is.
  std::size_t datagrams = 0;
  std::size_t messages = 0;
  std::size_t longest = 0;
  bed.feed.receive_until([&](const ByteVector& bytes) {
    const MoldPacket packet = parse_mold(bytes);
    datagrams += packet.messages.empty() ? 0U : 1U;
    messages += packet.messages.size();
    longest = std::max(longest, bytes.size());
    return packet.count == wire::mold::count_end_of_session;
  });
  EXPECT_EQ(messages, 6U + 100 + 2);
  EXPECT_LT(datagrams, messages / 2);
  EXPECT_LE(longest, 300U);
  EXPECT_GT(longest, 300U - 2 * 52);
}

TEST(MarketPacking, WhatWaitsForOthersLeavesBeforeThePause) {
  MarketBed bed([](NodeConfig& config) { config.market_data.pack_us = 1'000'000; });
  bed.enter(1, 3);
  bed.node.pause();
  MarketListener live;
  EXPECT_EQ(live.types(bed.feed, 9), "SRHRHSAAA");
}

TEST(MarketRerequest, GivesAgainWhatTheLineHasCarried) {
  MarketBed bed;
  bed.enter(1, 50);
  MarketListener live;
  EXPECT_THAT(live.types(bed.feed, 56), testing::StartsWith("SRHRHSAAAA"));
  const std::vector<ByteVector> again = bed.all_again(57);
  ASSERT_EQ(again.size(), 56U);
  for (std::size_t i = 0; i != again.size(); ++i)
    ASSERT_EQ(again[i], live.messages().at(i + 1));

  const Endpoint server = *bed.at().rerequest;
  UdpClient late;
  const MoldPacket some = ask_again(late, server, rerequest(10, 3));
  EXPECT_EQ(some.first, 10U);
  EXPECT_EQ(some.messages.size(), 3U);

  // The next number, another session and nonsense are met with silence; what is right is answered.
  late.send(server, rerequest(1000, 1));
  late.send(server, rerequest(1, 1, "OTHER"));
  late.send(server, ByteVector(3));
  const MoldPacket first = ask_again(late, server, rerequest(1, 1));
  EXPECT_EQ(first.first, 1U);
  const MarketStatus status = bed.market();
  EXPECT_EQ(status[MarketCount::rerequests_not_kept], 1U);
  EXPECT_EQ(status[MarketCount::rerequests_of_others], 1U);
  EXPECT_EQ(status[MarketCount::rerequests_malformed], 1U);
  EXPECT_EQ(status[MarketCount::gaps], 0U);
}

TEST(MarketRerequest, IsServedWhileTheEndIsRepeated) {
  // It is not waited for: see the end.
  MarketBed bed([](NodeConfig& config) {
    config.market_data.heartbeat_ms = 20;
    config.market_data.end_of_session_ms = 600'000;
  });
  const Endpoint server = *bed.at().rerequest;
  std::thread end([&] { bed.node.stop(); });
  int ends = 0;
  std::uint64_t next = 0;
  bed.feed.receive_until([&](const ByteVector& bytes) {
    const MoldPacket packet = parse_mold(bytes);
    ends += packet.count == wire::mold::count_end_of_session ? 1 : 0;
    next = packet.first;
    return ends == 3;
  });
  EXPECT_EQ(next, 9U);  // S R H R H S, and E C
  UdpClient late;
  const MoldPacket last = ask_again(late, server, rerequest(8, 10));
  EXPECT_EQ(last.messages.size(), 1U);
  EXPECT_EQ(static_cast<char>(last.messages.at(0).at(11)), 'C');
  bed.node.hurry();
  end.join();
}

TEST(MarketTcp, TellsWhatTheLineTellsUnderTheSameNumbers) {
  MarketBed bed(MarketBed::serves_tcp);
  const Endpoint server = *bed.at().market_data_tcp;
  FeedClient early(server);
  bed.enter(1, 30);
  ASSERT_TRUE(early.has(36));
  EXPECT_EQ(early.first(), 1U);
  FeedClient late(server, 20);
  ASSERT_TRUE(late.has(17));
  EXPECT_EQ(late.first(), 20U);
  MarketListener live;
  live.types(bed.feed, 36);
  for (std::size_t i = 0; i != 36; ++i)
    ASSERT_EQ(early.messages()[i], live.messages().at(i + 1));
  for (std::size_t i = 0; i != 17; ++i)
    ASSERT_EQ(late.messages()[i], live.messages().at(i + 20));
  std::thread end([&] { bed.node.stop(); });
  EXPECT_TRUE(early.until([&] { return early.has_ended(); }));
  EXPECT_TRUE(late.until([&] { return late.has_ended(); }));
  end.join();
  EXPECT_EQ(early.types().substr(36), "SS");
}

/// Open shares by order, as adds and executions tell them.
using OpenShares = std::map<std::uint64_t, std::uint32_t>;
void hear(OpenShares& book, const ByteVector& message) {
  namespace itch = wire::itch;
  const auto& add = wire::view<itch::AddOrder>(message.data());
  if (static_cast<char>(message[0]) == 'A')
    book[add.order_ref] = add.shares;
  if (static_cast<char>(message[0]) != 'E')
    return;
  const auto& executed = wire::view<itch::OrderExecuted>(message.data());
  book.at(executed.order_ref) -= executed.executed_shares;
  std::erase_if(book, [](const auto& order) { return order.second == 0; });
}

TEST(MarketGlimpse, ASnapshotAndTheFeedFromItsNumberAreTheWholeFeed) {
  MarketBed bed(MarketBed::serves_tcp);
  bed.enter(1, 30);
  bed.alice.send(enter(31, 'S', 1'000'000 + 100 * 30, 150));  // takes 30, and a part of 29
  ASSERT_EQ(bed.alice.answer_to(31), 'A');
  FeedClient stream(*bed.at().market_data_tcp);
  ASSERT_TRUE(stream.has(36 + 1));

  FeedClient snapshot(*bed.at().glimpse);
  ASSERT_TRUE(snapshot.until([&] { return snapshot.snapshot_end() != 0; }));
  EXPECT_THAT(snapshot.types(), testing::StartsWith("SSRRHHAA"));
  const std::uint64_t number = snapshot.snapshot_end();
  // The books of who goes on with the feed from there are those of who heard all of it.
  bed.enter(40, 10);
  ASSERT_TRUE(stream.has(number + 9));
  OpenShares early;
  OpenShares late;
  for (const ByteVector& message : stream.messages())
    hear(early, message);
  for (const ByteVector& message : snapshot.messages())
    hear(late, message);
  for (std::size_t i = number - 1; i < stream.messages().size(); ++i)
    hear(late, stream.messages()[i]);
  EXPECT_GT(late.size(), 30U);
  EXPECT_EQ(late, early);
}

TEST(MarketGlimpse, ManyClientsShareASnapshot) {
  MarketBed bed(MarketBed::serves_tcp);
  bed.enter(1, 50);
  ASSERT_TRUE(
      bed.reaches([](const MarketStatus& s) { return s[MarketCount::messages] == 6 + 50; }));
  std::vector<FeedClient> clients;
  clients.reserve(50);
  for (int i = 0; i < 50; ++i)
    clients.emplace_back(*bed.at().glimpse);
  for (FeedClient& one : clients)
    ASSERT_TRUE(one.has(2 + 4 + 50 + 1));
  for (FeedClient& one : clients)
    EXPECT_EQ(one.messages(), clients.front().messages());
  EXPECT_EQ(bed.market()[MarketCount::logins], 50U);
  EXPECT_LT(bed.market()[MarketCount::snapshots], 10U);
}

/// The same with a journal, and the instrument that `journal_config` has.
MarketBed::Change with_journal(const JournalLayout& layout, const ScratchDirectory& directory) {
  return [&layout, &directory](NodeConfig& config) {
    const MarketDataConfig market = config.market_data;
    config = journal_config(layout, directory.path(), market.send_to);
    config.market_data.rerequest = market.rerequest;
    config.market_data.end_of_session_ms = 0;
  };
}

/// Of a node that is killed by not being stopped: a copy of its directory is another node's day.
class MarketAfterARestart : public testing::TestWithParam<std::uint64_t> {};

TEST_P(MarketAfterARestart, NumbersGoOnAndEverythingIsServedFromTheStart) {
  ScratchDirectory directory;
  const auto with_snapshots = [&](NodeConfig& config) {
    with_journal(journal_layouts[3], directory)(config);
    config.glimpse = {.listen = any_port, .open = true};
    config.journal.snapshot_slots = GetParam();
  };
  std::vector<ByteVector> before;
  {
    MarketBed bed(with_snapshots);
    bed.enter(1, 300);
    before = bed.all_again(4 + 300 + 1);
    ASSERT_EQ(before.size(), 304U);
    if (GetParam() != 0) {
      ASSERT_TRUE(reaches(bed.node, [](const NodeStatus& s) { return s.journal->snapshots != 0; }))
          << bed.node.status().journal->snapshot_trouble;
    }
    bed.node.stop();
  }
  MarketBed bed(with_snapshots);
  bed.enter(1000, 5);
  // E and C of the stop, O and S of the start, and five orders.
  const std::vector<ByteVector> after = bed.all_again(304 + 4 + 5 + 1);
  ASSERT_EQ(after.size(), 313U);
  FeedClient snapshot(*bed.at().glimpse);
  // E C O S, the last of each; one instrument; 300 and 5 orders; and the end.
  ASSERT_TRUE(snapshot.has(4 + 2 + 305 + 1));
  EXPECT_EQ(snapshot.snapshot_end(), 314U);
  EXPECT_TRUE(std::equal(before.begin(), before.end(), after.begin()));
  EXPECT_EQ(bed.node.status().itch_messages, 2U + 5);
}
INSTANTIATE_TEST_SUITE_P(Snapshots, MarketAfterARestart, testing::Values(0, 128),
                         [](const auto& slots) { return "Each" + std::to_string(slots.param); });

// Where nothing is durable nothing is told, by these roads either.
TEST(MarketDurable, NothingIsGivenAgainThatWasNotGiven) {
  ScratchDirectory directory;
  MarketBed bed(with_journal(journal_layouts[0], directory));
  bed.enter(1, 10);
  const std::vector<ByteVector> again = bed.all_again(4 + 10 + 1);
  MarketListener live;
  live.types(bed.feed, 14);
  bed.node.stop();
  ASSERT_EQ(again.size(), 14U);
  for (std::size_t i = 0; i != again.size(); ++i)
    EXPECT_EQ(again[i], live.messages().at(i + 1));
}

}  // namespace
}  // namespace wirebook::node
