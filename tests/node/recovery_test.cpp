// Goal: a node that is started again goes on where the one before it ended: orders rest, sessions
// have their numbers, clients resume and hear what they missed, and what does not agree is refused.
// Method: nodes in this process over a directory, one after the other; a crash is the directory as
// it was at a moment while the first node ran.
#include <filesystem>
#include <fstream>
#include <set>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "wirebook/wire/ouch50_out.hpp"

#include "journal/journal_files.hpp"
#include "journal/verify.hpp"
#include "journal_node.hpp"
#include "node/day_facts.hpp"
#include "node/recovered_day.hpp"

namespace wirebook::node {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::StartsWith;
namespace fs = std::filesystem;

class RecoveryTest : public testing::Test {
 protected:
  NodeConfig config() const {
    NodeConfig config = journal_config(journal_layouts[3], directory_.path(), feed_.endpoint());
    return config;
  }
  /// The directory of the day as it is now, instead of what it will be when the node has ended.
  void keep_as_after_a_crash() {
    kept_ = directory_.path() + "/kept";
    fs::create_directory(kept_);
    for (const auto& entry : fs::directory_iterator(day_)) {
      std::error_code renamed_meanwhile;
      if (entry.path().extension() != ".new")
        fs::copy_file(entry.path(), kept_ / entry.path().filename(), renamed_meanwhile);
    }
  }
  void bring_back() const {
    fs::remove_all(day_);
    fs::rename(kept_, day_);
  }
  std::unique_ptr<Node> start(const NodeConfig& config) {
    auto node = std::make_unique<Node>(config);
    node->start();
    day_ = day_of(directory_);
    return node;
  }
  /// What a start with this configuration is refused with.
  static std::pair<ExitCode, std::string> refusal(const NodeConfig& config) {
    try {
      const Node node(config);
    } catch (const StartRefused& refused) {
      return {refused.code(), refused.what()};
    } catch (const std::exception& error) {
      return {ExitCode::internal, error.what()};
    }
    return {ExitCode::ok, "it started"};
  }
  ScratchDirectory directory_;
  UdpClient feed_;
  std::string day_;
  fs::path kept_;
};

TEST_F(RecoveryTest, AfterAStopOrdersRestAndSessionsGoOnWithTheirNumbers) {
  {
    const auto node = start(config());
    Client alice(node->status().order_entry);
    EXPECT_EQ(alice.log_in("alice", "secret"), 1U);
    alice.send(enter(1, 'B', 1'000'000, 300));
    ASSERT_EQ(alice.types(2), "SA");
    node->stop();
  }
  const auto node = start(config());
  EXPECT_THAT(node->start_lines(),
              Contains(testing::AllOf(StartsWith("journal: recovered "), HasSubstr("a clean end"),
                                      HasSubstr("; epoch 2"))));
  Client alice(node->status().order_entry);
  // S, A, and S of the end; then O and S of the day that opens again: O is no message here.
  const std::uint32_t next = alice.log_in("alice", "secret");
  EXPECT_GE(next, 4U);
  EXPECT_THAT(alice.hear(next - 1), StartsWith("SAS"));
  ASSERT_TRUE(reaches(*node, [](const NodeStatus& s) { return s.books[0].bid_quantity == 300; }));
  Client bob(node->status().order_entry);
  bob.log_in("bob", "hunter2");
  bob.send(enter(1, 'S', 1'000'000, 100));
  EXPECT_EQ(bob.answer_to(1), 'A');
  ASSERT_TRUE(reaches(*node, [](const NodeStatus& s) { return s.fills == 1; }));
  EXPECT_EQ(alice.hear(alice.messages().size() + 1).back(), 'E');
}

TEST_F(RecoveryTest, AfterACrashNothingThatWasAnsweredIsMissingAndClientsResume) {
  std::vector<ByteVector> before;
  {
    const auto node = start(config());
    Client alice(node->status().order_entry);
    alice.log_in("alice", "secret");
    for (std::uint32_t i = 1; i <= 40; ++i)
      alice.send(enter(i, 'B', 1'000'000 - i * 100));
    ASSERT_EQ(alice.types(41).size(), 41U);
    keep_as_after_a_crash();
    before = alice.messages();
  }
  bring_back();
  const auto node = start(config());
  EXPECT_THAT(node->start_lines(), Contains(HasSubstr("cut short")));
  ASSERT_TRUE(reaches(*node, [](const NodeStatus& s) { return s.books[0].live_orders == 40; }));
  Client alice(node->status().order_entry);
  const std::uint32_t next = alice.log_in("alice", "secret");
  EXPECT_GE(next, 42U);
  alice.hear(next - 1);
  ASSERT_GE(alice.messages().size(), before.size());
  for (std::size_t i = 0; i < before.size(); ++i)
    EXPECT_EQ(alice.messages()[i], before[i]) << "message " << i + 1;
  // OUCH is idempotent: an order that was taken is not taken again, and not answered.
  const std::uint64_t slots = node->status().messages;
  alice.send(enter(40, 'B', 900'000));
  ASSERT_TRUE(reaches(*node, [&](const NodeStatus& s) { return s.messages == slots + 1; }));
  alice.send(enter(41, 'B', 900'000));
  EXPECT_EQ(alice.answer_to(41), 'A');
  EXPECT_EQ(node->status().books[0].live_orders, 41U);
}

TEST_F(RecoveryTest, SessionsThatWereUpGoDownFirst) {
  {
    const auto node = start(config());
    Client bob(node->status().order_entry);
    bob.log_in("bob", "hunter2");  // cancels on disconnect
    bob.send(enter(1, 'B', 1'000'000));
    ASSERT_EQ(bob.types(2), "SA");
    keep_as_after_a_crash();
  }
  bring_back();
  const auto node = start(config());
  ASSERT_TRUE(reaches(*node, [](const NodeStatus& s) { return s.cancels == 1; }));
  EXPECT_EQ(node->status().books[0].live_orders, 0U);
  Client bob(node->status().order_entry);
  EXPECT_EQ(bob.log_in("bob", "hunter2"), 4U);
  EXPECT_EQ(bob.hear(3), "SAC");
}

TEST_F(RecoveryTest, ThreeStartsInARowAndTheJournalIsWhole) {
  std::uint32_t number = 0;
  for (int run = 1; run <= 3; ++run) {
    const auto node = start(config());
    Client alice(node->status().order_entry);
    alice.log_in("alice", "secret");
    for (int i = 0; i < 10; ++i) {
      ++number;
      alice.send(enter(number, 'B', 1'000'000));
      ASSERT_EQ(alice.answer_to(number), 'A');
    }
    ASSERT_TRUE(
        reaches(*node, [&](const NodeStatus& s) { return s.books[0].live_orders == number; }));
    node->stop();
  }
  const journal::JournalFiles files(day_);
  const journal::VerifyReport found = journal::verify(files.journal());
  EXPECT_TRUE(found.whole());
  EXPECT_EQ(found.epoch, 3U);
}

TEST_F(RecoveryTest, TheFeedGoesOnWithItsNumbers) {
  std::uint64_t expected = 1;
  for (int run = 1; run <= 2; ++run) {
    const auto node = start(config());
    node->stop();
    feed_.receive_until([&](const ByteVector& bytes) {
      const auto& header = wire::view<wire::mold::Header>(bytes.data());
      EXPECT_EQ(header.sequence_number, expected);
      if (header.message_count == wire::mold::count_end_of_session)
        return true;
      expected += header.message_count;
      return false;
    });
  }
  // S R H S S S, and the day that opens again: S S S S.
  EXPECT_GT(expected, 8U);
}

TEST_F(RecoveryTest, WhatTheDayBeganWithStaysSo) {
  start(config());
  NodeConfig other = config();
  other.instruments[0].symbol = Symbol::from("MSFT");
  EXPECT_EQ(refusal(other),
            std::pair(ExitCode::configuration,
                      std::string("instruments[1].symbol: is \"MSFT\", but the day began with "
                                  "\"AAPL\" there; new ones go behind the others")));
  other = config();
  other.instruments[0].round_lot = 10;
  EXPECT_EQ(refusal(other).second, "instruments[1].round_lot: is 10, but the day began with 100");
  other = config();
  other.instruments.clear();
  EXPECT_EQ(refusal(other), std::pair(ExitCode::configuration,
                                      std::string("instruments[1]: is missing, but the day has "
                                                  "\"AAPL\" there")));
  other = config();
  std::swap(other.sessions[0], other.sessions[1]);
  EXPECT_EQ(refusal(other).first, ExitCode::configuration);
  EXPECT_THAT(refusal(other).second,
              HasSubstr("sessions[1].username: is \"BOB\", but the day began with \"ALICE\""));
  other = config();
  other.engine.orders *= 2;
  EXPECT_THAT(refusal(other).second, StartsWith("engine.orders: is \"131072\", but"));

  other = config();
  other.instruments.push_back({.symbol = Symbol::from("MSFT")});
  other.sessions.push_back({.username = Alpha<6>::from("carol"),
                            .password = Alpha<10>::from("carol"),
                            .firm = Firm::from("GAMMA")});
  const auto node = start(other);
  Client carol(node->status().order_entry);
  EXPECT_EQ(carol.log_in("carol", "carol"), 1U);
}

TEST_F(RecoveryTest, DamageIsRefusedWithItsPlace) {
  {
    const auto node = start(config());
    Client alice(node->status().order_entry);
    alice.log_in("alice", "secret");
    for (std::uint32_t i = 1; i <= 100; ++i) {
      alice.send(enter(i, 'B', 1'000'000));
      ASSERT_EQ(alice.types(i + 1).size(), i + 1);
    }
  }
  for (const auto& entry : fs::directory_iterator(day_)) {
    if (entry.path().extension() != ".wbj")
      continue;
    std::fstream file(entry.path(), std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(4096 + 10 * 64 + 20);
    file.put('\x55');
  }
  const auto [code, text] = refusal(config());
  EXPECT_EQ(code, ExitCode::journal);
  EXPECT_THAT(text, HasSubstr(".wbj"));
  EXPECT_THAT(text, HasSubstr("sequence 10"));
}

TEST_F(RecoveryTest, AnUncleanEndInAsyncChangesTheSessionNamesOnce) {
  NodeConfig async = config();
  async.journal.mode = JournalMode::async;
  {
    const auto node = start(async);
    Client alice(node->status().order_entry);
    alice.log_in("alice", "secret");
    alice.send(enter(1, 'B', 1'000'000));
    ASSERT_EQ(alice.types(2), "SA");
    ASSERT_TRUE(reaches(*node, [](const NodeStatus& s) { return s.journal->lag_slots == 0; }));
    keep_as_after_a_crash();
  }
  bring_back();
  const auto session_of = [](const Node& node) {
    Client alice(node.status().order_entry);
    alice.send(login("alice", "secret"));
    const ByteVector bytes = alice.packet('A');
    return std::string(wire::view<wire::ufo::LoginAccepted>(bytes.data()).session.view());
  };
  {
    const auto node = start(async);
    EXPECT_EQ(session_of(*node), "WIREBOOKE2");
    Client alice(node->status().order_entry);
    alice.send(login("alice", "secret", "WIREBOOK01"));
    EXPECT_EQ(alice.packet('J').size(), sizeof(wire::ufo::LoginRejected));
  }
  // That one ended cleanly: the names stay as they are now.
  const auto node = start(async);
  EXPECT_EQ(session_of(*node), "WIREBOOKE2");
}

TEST(DayFacts, NamesAreCutToMakeRoom) {
  const auto name = [](const char* text, std::uint32_t epoch) {
    return std::string(session_name_of(Alpha<10>::from(text), epoch).view());
  };
  EXPECT_EQ(name("DAY1", 0), "DAY1");
  EXPECT_EQ(name("DAY1", 12), "DAY1E12");
  EXPECT_EQ(name("WIREBOOK01", 7), "WIREBOOKE7");
  EXPECT_EQ(name("WIREBOOKE7", 7), "WIREBOOKF7");
  EXPECT_EQ(name("WIREBOOK01", 4'294'967'295), "E429496729");
}

}  // namespace
}  // namespace wirebook::node
