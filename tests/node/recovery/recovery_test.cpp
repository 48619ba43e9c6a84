// Goal: a node that is started again goes on where the one before it ended: orders rest, sessions
// have their numbers, clients resume and hear what they missed, and what does not agree is refused.
// Method: nodes in this process over a directory, one after the other; a crash is the directory as
// it was at a moment while the first node ran.
#include <csignal>
#include <filesystem>
#include <fstream>
#include <set>
#include <string>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>

#include "wirebook/wire/ouch50_out.hpp"

#include "journal/journal_files.hpp"
#include "journal/reader.hpp"
#include "journal/verify.hpp"
#include "node/host_slots.hpp"
#include "node/recovery/day_facts.hpp"
#include "node/recovery/recovered_day.hpp"
#include "tests/node/journal_node.hpp"

namespace wirebook::node {
namespace {

using testing::AllOf;
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
  /// Segments of the newest epoch as they are when none of their slots has reached the drive.
  void lose_newest_epoch() const {
    std::string newest;
    for (const auto& entry : fs::directory_iterator(day_))
      if (const auto name = journal::parse_segment_name(entry.path().filename().string()))
        newest = std::max(newest, fmt::format("{:08x}", name->epoch));
    const std::vector<char> zeros(64 * journal::block_bytes);
    for (const auto& entry : fs::directory_iterator(day_))
      if (entry.path().stem().string().ends_with(newest)) {
        std::fstream file(entry.path(), std::ios::in | std::ios::out | std::ios::binary);
        file.seekp(4096);
        file.write(zeros.data(), static_cast<std::streamsize>(zeros.size()));
      }
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
  /// As its clients hear it.
  static std::string session_of(const Node& node) {
    Client alice(node.status().order_entry);
    alice.send(login("alice", "secret"));
    const ByteVector bytes = alice.packet('A');
    return std::string(wire::view<wire::ufo::LoginAccepted>(bytes.data()).session.view());
  }
  void lose_segments_of(std::uint32_t epoch) const {
    const std::string end = fmt::format("-{:08x}.wbj", epoch);
    for (const auto& entry : fs::directory_iterator(day_))
      if (entry.path().string().ends_with(end))
        fs::remove(entry.path());
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
              Contains(AllOf(StartsWith("journal: recovered "), HasSubstr("a clean end"),
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
  // Behind the S of the day that opens again, or that was heard before.
  if (alice.hear(alice.messages().size() + 1).back() == 'S')
    alice.hear(alice.messages().size() + 1);
  EXPECT_EQ(alice.hear(0).back(), 'E');
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
  const std::string stays = ", and it stays so until the next day";
  NodeConfig other = config();
  other.instruments[0].symbol = Symbol::from("MSFT");
  EXPECT_EQ(
      refusal(other),
      std::pair(ExitCode::configuration,
                "instruments[1].symbol: is \"MSFT\", but the day began with \"AAPL\"" + stays));
  // The stream says so too.
  const fs::path facts = fs::path(day_) / day_facts_name;
  fs::rename(facts, facts.string() + ".away");
  EXPECT_EQ(
      refusal(other).second,
      "instruments[1].symbol: is \"MSFT\", but the day began with \"AAPL\" there; new ones go "
      "behind the others");
  fs::rename(facts.string() + ".away", facts);
  other = config();
  other.instruments[0].round_lot = 10;
  EXPECT_EQ(refusal(other).second,
            "instruments[1].round_lot: is \"10\", but the day began with \"100\"" + stays);
  other = config();
  other.instruments.clear();
  EXPECT_EQ(refusal(other),
            std::pair(ExitCode::configuration,
                      std::string("instruments[1].symbol: is missing, but the day began with "
                                  "\"AAPL\"")));
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

/// The bounds of what this process may write into a file, as a disk that refuses.
class FileLimit {
 public:
  explicit FileLimit(rlim_t bytes) {
    getrlimit(RLIMIT_FSIZE, &before_);
    const rlimit limit{.rlim_cur = bytes, .rlim_max = before_.rlim_max};
    handler_ = std::signal(SIGXFSZ, SIG_IGN);
    set_ = setrlimit(RLIMIT_FSIZE, &limit) == 0;
  }
  ~FileLimit() {
    setrlimit(RLIMIT_FSIZE, &before_);
    std::signal(SIGXFSZ, handler_);
  }
  FileLimit(const FileLimit&) = delete;
  FileLimit& operator=(const FileLimit&) = delete;

  [[nodiscard]] bool is_set() const { return set_; }

 private:
  rlimit before_{};
  void (*handler_)(int) = nullptr;
  bool set_ = false;
};

class FailedDiskTest : public RecoveryTest, public testing::WithParamInterface<JournalLayout> {};

TEST_P(FailedDiskTest, EndsTheNodeAndTheNextOneKnowsAllThatWasTold) {
  std::vector<ByteVector> before;
  NodeConfig config = journal_config(GetParam(), directory_.path(), feed_.endpoint());
  {
    const auto node = start(config);
    Client alice(node->status().order_entry);
    ASSERT_EQ(alice.log_in("alice", "secret"), 1U);
    ASSERT_TRUE(reaches(*node, [](const NodeStatus& s) { return s.journal->segments == 2; }));
    const FileLimit limit(64 << 10);
    ASSERT_TRUE(limit.is_set());
    for (std::uint32_t i = 1; node->failure().empty() && i < 20'000; ++i) {
      alice.send(enter(i, 'B', 1'000'000));
      if (const auto bytes = alice.socket().receive(1))
        alice.collect(*bytes);
    }
    ASSERT_TRUE(reaches(*node, [&](const NodeStatus&) { return !node->failure().empty(); }));
    EXPECT_THAT(node->failure(), AllOf(StartsWith("the journal has failed: File too large, in "),
                                       HasSubstr("nobody was told of more")));
    node->stop();
    // Neither the end of the session, nor anything that is not durable.
    while (const auto bytes = alice.socket().receive(1)) {
      EXPECT_NE(static_cast<char>((*bytes)[0]), 'E');
      alice.collect(*bytes);
    }
    before = alice.messages();
  }
  EXPECT_GT(before.size(), 10U);
  const auto node = start(config);
  Client alice(node->status().order_entry);
  const std::uint32_t next = alice.log_in("alice", "secret");
  ASSERT_GT(next, before.size());
  alice.hear(next - 1);
  ASSERT_GE(alice.messages().size(), before.size());
  for (std::size_t i = 0; i < before.size(); ++i)
    EXPECT_EQ(alice.messages()[i], before[i]) << "message " << i + 1;
}

INSTANTIATE_TEST_SUITE_P(Layouts, FailedDiskTest,
                         testing::Values(journal_layouts[1], journal_layouts[3]),
                         [](const auto& layout) { return layout.param.name; });

TEST_F(RecoveryTest, ASnapshotIsTakenWhileTheNodeRunsAndTheNextOneBeginsWithIt) {
  NodeConfig config = this->config();
  config.journal.snapshot_slots = 256;
  {
    const auto node = start(config);
    Client alice(node->status().order_entry);
    alice.log_in("alice", "secret");
    for (std::uint32_t i = 1; i <= 600; ++i) {
      alice.send(enter(i, 'B', 1'000'000));
      ASSERT_EQ(alice.answer_to(i), 'A');
    }
    EXPECT_TRUE(reaches(*node, [](const NodeStatus& s) { return s.journal->snapshots != 0; }));
    EXPECT_EQ(node->status().journal->snapshot_trouble, "");
  }
  const auto day = recover_day(config);
  ASSERT_TRUE(day->snapshot.has_value());
  EXPECT_GE(day->snapshot->sequence, 256U);
  EXPECT_LT(day->journal.slots, 600U);
  EXPECT_THAT(day->lines.front(), HasSubstr(" behind the snapshot of "));
  const std::uint64_t with = day->digest;
  for (const auto& entry : fs::directory_iterator(day_of(directory_)))
    if (entry.path().extension() == ".wbs")
      fs::remove(entry.path());
  day->directory.reset();  // and with it its lock
  const auto whole = recover_day(config);
  EXPECT_FALSE(whole->snapshot.has_value());
  EXPECT_GT(whole->journal.slots, 600U);
  EXPECT_EQ(whole->digest, with);
}

TEST_F(RecoveryTest, TheLiveEnginesDigestsAreInTheStreamAndAgree) {
  NodeConfig config = this->config();
  config.journal.mode = JournalMode::async;
  config.order_entry.upstream_length_prefix = true;
  config.rings.slots = 1 << 16;
  config.rings.events = 1 << 16;
  {
    const auto node = start(config);
    Client alice(node->status().order_entry);
    ByteVector datagram;
    append_block(datagram, login("alice", "secret"));
    alice.send(datagram);
    ASSERT_FALSE(alice.packet('A').empty());
    for (std::uint32_t sent = 0; sent < 2 * digest_every_slots;) {
      datagram.clear();
      for (int i = 0; i < 20; ++i, ++sent)
        append_block(datagram, enter(sent + 1, sent % 3 == 0 ? 'S' : 'B', 1'000'000));
      alice.send(datagram);
      ASSERT_TRUE(reaches(*node, [&](const NodeStatus& s) { return s.messages >= sent; }));
    }
  }
  std::size_t digests = 0;
  const journal::JournalFiles files(day_);
  journal::Reader reader(files.journal());
  for (auto step = reader.next(); step != journal::Reader::Step::end; step = reader.next())
    digests += reader.group().head->tail.kind == SlotKind::digest ? 1U : 0U;
  EXPECT_EQ(digests, 2U);
  EXPECT_GT(recover_day(config)->journal.slots, 2 * digest_every_slots);
}

TEST_F(RecoveryTest, ADigestThatDiffersRefusesToStart) {
  {
    const auto node = start(config());
    // O, an instrument, S: the state behind S is remembered, and it is not this.
    ASSERT_TRUE(reaches(*node, [](const NodeStatus& s) { return s.slot_ring.published >= 3; }));
    ASSERT_TRUE(node->inject(digest_slot(3, 0xDEAD)));
  }
  const auto [code, text] = refusal(config());
  EXPECT_EQ(code, ExitCode::journal);
  EXPECT_THAT(text, HasSubstr("the state before sequence 3 is not the one that the stream tells"));
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

TEST_F(RecoveryTest, ARunOfWhichAsyncKeptNothingChangesTheSessionNamesToo) {
  NodeConfig async = config();
  async.journal.mode = JournalMode::async;
  { const auto node = start(async); }  // it ends cleanly
  {
    const auto node = start(async);
    Client alice(node->status().order_entry);
    alice.log_in("alice", "secret");
    ASSERT_TRUE(reaches(*node, [](const NodeStatus& s) { return s.journal->lag_slots == 0; }));
    keep_as_after_a_crash();
  }
  bring_back();
  lose_newest_epoch();
  const auto node = start(async);
  EXPECT_THAT(node->start_lines(),
              Contains(AllOf(HasSubstr("a clean end"), HasSubstr("session names end in E3"))))
      << "the clean end is the run's before, and alice knows of the last one";
}

TEST_F(RecoveryTest, FactsThatAreDamagedAreRefused) {
  { const auto node = start(config()); }
  const fs::path path = fs::path(day_) / day_facts_name;
  std::string text;
  std::getline(std::ifstream(path), text, '\0');
  for (std::size_t at = 0; at < text.size(); at += 7) {
    std::string damaged = text;
    damaged[at] = static_cast<char>(damaged[at] ^ 1);
    std::ofstream(path) << damaged;
    const auto [code, why] = refusal(config());
    EXPECT_EQ(code, ExitCode::journal) << "byte " << at;
    EXPECT_THAT(why, HasSubstr("node.facts: is damaged"));
  }
  std::ofstream(path) << text;
  const auto node = start(config());
}

TEST_F(RecoveryTest, SegmentsThatAreMissingAtTheEndAreDamage) {
  start(config()).reset();
  start(config()).reset();
  lose_segments_of(2);
  lose_segments_of(1);
  const auto [code, text] = refusal(config());
  EXPECT_EQ(code, ExitCode::journal);
  EXPECT_THAT(text,
              HasSubstr("the journal ends at sequence 0, but the last run began at sequence"));
}

TEST_F(RecoveryTest, ADayWithoutItsFactsHasOtherSessionNames) {
  EXPECT_EQ(session_of(*start(config())), "WIREBOOK01");
  fs::remove(fs::path(day_) / day_facts_name);
  const auto node = start(config());
  EXPECT_EQ(session_of(*node), "WIREBOOKE2");
  EXPECT_THAT(node->start_lines(), Contains(HasSubstr("node.facts is not there")));
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
