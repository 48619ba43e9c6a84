// Goal: after a restart from the journal, a client over TCP resumes at any number and hears the
// same messages.
#include <gtest/gtest.h>

#include "soup_test_client.hpp"
#include "tests/node/journal_node.hpp"

namespace wirebook::node {
namespace {

class SoupJournalTest : public testing::TestWithParam<JournalLayout> {
 protected:
  NodeConfig config() {
    NodeConfig config = journal_config(GetParam(), directory_.path(), feed_.endpoint());
    config.soup.on = true;
    config.soup.listen = {0x7F000001, 0};
    config.soup.receive_buffers = 16;
    return config;
  }

  ScratchDirectory directory_;
  UdpClient feed_;
};

TEST_P(SoupJournalTest, ResumesAtAnyNumberAfterARestart) {
  std::map<std::uint64_t, ByteVector> all;
  {
    Node node(config());
    node.start();
    SoupTestClient alice(node.status().soup->listens_on, "alice", "secret");
    ASSERT_TRUE(alice.log_in());
    for (std::uint32_t i = 1; i <= 20; ++i)
      alice.send(enter(i, 'B', 1'000'000));
    ASSERT_EQ(alice.types(21).size(), 21U);
    node.stop();
    EXPECT_TRUE(alice.until_over());
    EXPECT_NE(alice.ended_before, 0U);
    all = alice.heard;
  }
  Node node(config());
  node.start();
  for (const std::uint64_t next : {1U, 2U, 11U, 21U, 22U}) {
    SoupTestClient alice(node.status().soup->listens_on, "alice", "secret", next, "WIREBOOK01");
    ASSERT_TRUE(alice.log_in());
    EXPECT_EQ(alice.accepted_from, next);
    EXPECT_TRUE(alice.until([&] { return alice.heard.size() >= all.size() + 1 - next; }));
    for (const auto& [number, message] : alice.heard)
      if (all.contains(number)) {
        EXPECT_EQ(message, all.at(number)) << number;
      }
    alice.close();
  }
  // Its numbers were used: an old order is none, a new one is.
  SoupTestClient alice(node.status().soup->listens_on, "alice", "secret", 0);
  ASSERT_TRUE(alice.log_in());
  const std::uint64_t orders = node.status().orders;
  alice.send(enter(20, 'B', 1'000'000));
  alice.send(enter(21, 'B', 1'000'000));
  EXPECT_TRUE(reaches(node, [&](const NodeStatus& s) { return s.orders == orders + 1; }));
}

INSTANTIATE_TEST_SUITE_P(Layouts, SoupJournalTest,
                         testing::Values(journal_layouts[0], journal_layouts[3]),
                         [](const auto& layout) { return std::string(layout.param.name); });

}  // namespace
}  // namespace wirebook::node
