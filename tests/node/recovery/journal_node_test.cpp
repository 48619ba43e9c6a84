// Goal: a node keeps a journal of its stream on real files, however its stages are threaded: every
// answer that a client has seen is in it, it ends whole, and a full disk stops orders only.
// Method: nodes in this process on ephemeral ports and directories of their own; the journal's
// reader beside them.
#include "tests/node/journal_node.hpp"

#include <filesystem>
#include <string>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/mount.h>

#include "journal/journal_files.hpp"
#include "journal/reader.hpp"
#include "journal/verify.hpp"
#include "tests/node/order_bursts.hpp"

namespace wirebook::node {
namespace {

using testing::Contains;
using testing::HasSubstr;

class JournalNodeTest : public testing::TestWithParam<JournalLayout> {
 protected:
  ScratchDirectory directory_;
  UdpClient feed_;
};

/// The numbers of alice's orders that are in the journal now.
std::uint32_t orders_in(const std::string& directory) {
  const journal::JournalFiles files(directory);
  journal::Reader reader(files.journal());
  std::uint32_t last = 0;
  for (auto step = reader.next(); step != journal::Reader::Step::end; step = reader.next())
    if (step == journal::Reader::Step::group && reader.group().head->tail.kind == SlotKind::enter)
      last = std::max(last, reader.group().head->enter.user_ref_num);
  return last;
}

TEST_P(JournalNodeTest, EveryAnswerThatIsSeenIsInTheJournal) {
  Node node(journal_config(GetParam(), directory_.path(), feed_.endpoint()));
  node.start();
  Client alice(node.status().order_entry);
  ASSERT_EQ(alice.log_in("alice", "secret"), 1U);
  for (std::uint32_t i = 1; i <= 30; ++i) {
    alice.send(enter(i, 'B', 1'000'000));
    ASSERT_EQ(alice.types(i + 1).size(), i + 1);
    ASSERT_GE(orders_in(day_of(directory_)), i);
  }
  ASSERT_TRUE(node.status().journal.has_value());
  EXPECT_GT(node.status().journal->writes, 0U);
  node.stop();
  EXPECT_EQ(node.failure(), "");
  const journal::JournalFiles files(day_of(directory_));
  const journal::VerifyReport found = journal::verify(files.journal());
  EXPECT_TRUE(found.whole());
  EXPECT_EQ(found.tail, node.status().slot_ring.published);
}

TEST_P(JournalNodeTest, TheSmallestRingUnderALoadNeverSticks) {
  NodeConfig config = journal_config(GetParam(), directory_.path(), feed_.endpoint());
  config.order_entry.upstream_length_prefix = true;
  config.rings.events = 256;
  Node node(config);
  node.start();
  BurstClient alice(node.status().order_entry);
  alice.send_burst(1500);
  const auto quiet = [](const NodeStatus& status) {
    return status.messages > 0 && status.journal->lag_slots == 0 && status.event_ring.used == 0;
  };
  EXPECT_TRUE(reaches(node, quiet));
  node.stop();
  const NodeStatus status = node.status();
  EXPECT_EQ(status.journal->lag_slots, 0U);
  EXPECT_EQ(status.messages, status.orders + status.rejects);
  const journal::JournalFiles files(day_of(directory_));
  const journal::VerifyReport found = journal::verify(files.journal());
  EXPECT_TRUE(found.whole());
  EXPECT_EQ(found.tail, status.slot_ring.published);
}

INSTANTIATE_TEST_SUITE_P(Layouts, JournalNodeTest, testing::ValuesIn(journal_layouts),
                         [](const auto& layout) { return layout.param.name; });

TEST(JournalNode, SaysWhichWayTheBytesGo) {
  ScratchDirectory directory;
  UdpClient feed;
  NodeConfig config = journal_config(journal_layouts[0], directory.path(), feed.endpoint());
  config.journal.io = JournalIo::pwritev2;
  config.journal.direct = JournalDirect::off;
  Node node(config);
  node.start();
  EXPECT_THAT(node.start_lines(),
              Contains("journal in " + day_of(directory) +
                       ": pwritev2, one write at a time, through the page cache, RWF_DSYNC; mode: "
                       "durable"));
  EXPECT_THAT(node.start_lines(),
              Contains(HasSubstr("threads: ingress + match + journal + wire_out")));
}

TEST(JournalNode, ADirectoryThatIsNotThereIsAnErrorThatSaysSo) {
  UdpClient feed;
  try {
    const Node node(journal_config(journal_layouts[0], "/nonexistent/journal", feed.endpoint()));
    ADD_FAILURE() << "it started";
  } catch (const std::system_error& error) {
    EXPECT_THAT(error.what(), HasSubstr("journal.directory: /nonexistent/journal cannot be opened; "
                                        "make it, or mount its disk: No such file or directory"));
  }
}

TEST(JournalNode, TwoNodesOnOneDirectoryAreRefused) {
  ScratchDirectory directory;
  UdpClient feed;
  Node first(journal_config(journal_layouts[0], directory.path(), feed.endpoint()));
  first.start();
  try {
    const Node second(journal_config(journal_layouts[0], directory.path(), feed.endpoint()));
    ADD_FAILURE() << "it started";
  } catch (const std::system_error& error) {
    EXPECT_THAT(error.what(), HasSubstr("belongs to another node that runs"));
  }
}

/// A file system of a few MiB, where the test may mount one.
class SmallDisk {
 public:
  explicit SmallDisk(const std::string& path) : path_(path) {
    mounted_ = mount("none", path.c_str(), "tmpfs", 0, "size=3m") == 0;
  }
  ~SmallDisk() {
    if (mounted_)
      umount2(path_.c_str(), MNT_DETACH);
  }
  SmallDisk(const SmallDisk&) = delete;
  SmallDisk& operator=(const SmallDisk&) = delete;

  [[nodiscard]] bool mounted() const { return mounted_; }
  void grow() const { ASSERT_EQ(mount("none", path_.c_str(), "tmpfs", MS_REMOUNT, "size=64m"), 0); }

 private:
  std::string path_;
  bool mounted_ = false;
};

class FullDiskTest : public testing::Test {
 protected:
  void SetUp() override {
    if (!disk_.mounted())
      GTEST_SKIP() << "a small file system cannot be mounted here: it takes CAP_SYS_ADMIN";
    NodeConfig config = journal_config(journal_layouts[0], directory_.path(), feed_.endpoint());
    config.journal.segment_mib = 1;
    config.order_entry.timeout_ms = 600'000;
    node_ = std::make_unique<Node>(config);
    node_->start();
    alice_ = std::make_unique<Client>(node_->status().order_entry);
    ASSERT_EQ(alice_->log_in("alice", "secret"), 1U);
  }
  /// Orders until they are refused.
  void fill() {
    for (int burst = 0; burst < 2000; ++burst) {
      for (int i = 0; i < 50; ++i) {
        ++number_;
        alice_->send(enter(number_, number_ % 2 == 0 ? 'B' : 'S', 1'000'000));
      }
      const NodeStatus status = node_->status();
      if (status.journal->state == journal::WriterState::disk_full)
        break;
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    ASSERT_TRUE(reaches(*node_, [](const NodeStatus& status) {
      return status.journal->state == journal::WriterState::disk_full;
    }));
  }

  ScratchDirectory directory_;
  SmallDisk disk_{directory_.path()};
  UdpClient feed_;
  std::unique_ptr<Node> node_;
  std::unique_ptr<Client> alice_;
  std::uint32_t number_ = 0;
};

TEST_F(FullDiskTest, OrdersAreRefusedUntilThereIsRoomAndSessionsLiveOn) {
  fill();
  const std::uint64_t dropped = node_->status().dropped_order_datagrams;
  alice_->send(enter(++number_, 'B', 900'000));
  EXPECT_TRUE(reaches(
      *node_, [&](const NodeStatus& status) { return status.dropped_order_datagrams > dropped; }));
  EXPECT_EQ(node_->status().sessions_up, 1U);
  EXPECT_EQ(node_->failure(), "");
  disk_.grow();
  ASSERT_TRUE(reaches(*node_, [](const NodeStatus& status) {
    return status.journal->state == journal::WriterState::running && status.journal->lag_slots == 0;
  }));
  const std::uint64_t messages = node_->status().messages;
  alice_->send(enter(++number_, 'B', 900'000));
  EXPECT_TRUE(
      reaches(*node_, [&](const NodeStatus& status) { return status.messages > messages; }));
  node_->stop();
  EXPECT_EQ(node_->failure(), "");
}

TEST_F(FullDiskTest, AStopDoesNotWaitForRoom) {
  fill();
  node_->stop();
  const NodeStatus status = node_->status();
  if (status.journal->lag_slots == 0)
    EXPECT_EQ(node_->failure(), "");  // all of it found room before
  else
    EXPECT_THAT(node_->failure(), HasSubstr("the journal has no room"));
}

}  // namespace
}  // namespace wirebook::node
