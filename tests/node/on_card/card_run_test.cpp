// Goal: a node on a card goes on whatever comes, ends its day in order, allocates nothing, and says
// what to do when its card fails.
// Method: nodes in this process over the card in software, floods, and faults of the card.
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "card_node_fixture.hpp"
#include "journal/journal_files.hpp"
#include "journal/verify.hpp"
#include "metrics/allocation_counter.hpp"
#include "node/config/config_names.hpp"
#include "node/recovery/recovered_day.hpp"
#include "tests/node/journal_directory.hpp"

namespace wirebook::node {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using wire_in::test::Bytes;
using wire_in::test::WireBytes;
namespace ufo = wire::ufo;

TEST_F(CardNodeTest, ManyLapsOfTheRing) {
  start();
  FrameClient alice = client(alice_endpoint);
  alice.log_in("alice", "secret");
  constexpr std::uint32_t orders = 5'000;
  constexpr std::uint32_t burst = 100;
  for (std::uint32_t sent = 0; sent < orders;) {
    for (std::uint32_t i = 0; i < burst; ++i) {
      ++sent;
      alice.send(enter(sent, sent % 2 == 0 ? 'B' : 'S', 1'000'000));
    }
    ASSERT_TRUE(reaches([&](const NodeStatus& s) { return s.orders >= sent; }));
  }
  const NodeStatus status = node_->status();
  EXPECT_EQ(status.messages, orders);
  EXPECT_EQ(status.dropped_order_datagrams, 0U);
  EXPECT_GT(status.slot_ring.published, 4 * status.slot_ring.slots);
}

TEST_F(CardNodeTest, AFullRingDropsFramesThatAreCountedAndNothingSticks) {
  NodeConfig config = card_node();
  config.rings.events = 256;
  start(config);
  FrameClient alice = client(alice_endpoint);
  alice.log_in("alice", "secret");
  constexpr std::uint32_t orders = 20'000;
  for (std::uint32_t i = 1; i <= orders; ++i)
    alice.send(enter(i, i % 2 == 0 ? 'B' : 'S', 1'000'000));
  ASSERT_TRUE(reaches([&](const NodeStatus& s) {
    return s.messages + s.dropped_order_datagrams == orders && s.slot_ring.used == 0;
  }));
  const NodeStatus status = node_->status();
  EXPECT_EQ(status.messages, status.orders + status.rejects);
  EXPECT_LE(status.slot_ring.used_max, 1024U);
}

TEST_F(CardNodeTest, AStopEndsTheDayTheSessionsAndTheFeed) {
  start();
  FrameClient alice = client(alice_endpoint);
  alice.log_in("alice", "secret");
  alice.send(enter(1, 'B', 1'000'000));
  ASSERT_EQ(alice.types(2), "SA");
  // What is on its way when the node is told to end is still answered.
  alice.send(enter(2, 'B', 1'000'000));
  node_->stop();
  EXPECT_EQ(alice.types(4), "SAAS");
  const ByteVector end = alice.packet('E');
  ASSERT_EQ(end.size(), sizeof(ufo::EndOfSession));
  EXPECT_EQ(wire::view<ufo::EndOfSession>(end.data()).message_count, 4U);
  std::string itch;
  bool ended = false;
  for (const FakeWire::Frame& frame : wire_->sent_so_far()) {
    wire_in::UdpDatagram datagram;
    if (wire_in::parse_frame(frame, datagram) != Outcome::ok ||
        datagram.destination_address != feed_group.address)
      continue;
    const auto& header = wire::view<wire::mold::Header>(datagram.payload.data());
    ended |= header.message_count == wire::mold::count_end_of_session;
    if (ended)
      continue;
    wire_in::MessageBlocks blocks(datagram.payload.subspan(sizeof header));
    while (const auto message = blocks.next())
      itch += static_cast<char>((*message)[0]);
  }
  EXPECT_TRUE(ended);
  EXPECT_EQ(itch, "SRHSAASS");
  EXPECT_EQ(node_->failure(), "");
  EXPECT_EQ(node_->status().slot_ring.used, 0U);
}

TEST_F(CardNodeTest, ALostCardEndsTheNodeAndNamesTheReset) {
  start();
  FrameClient alice = client(alice_endpoint);
  alice.log_in("alice", "secret");
  faults_->state = card::CardState::lost;
  ASSERT_TRUE(eventually([this] { return !node_->failure().empty(); }));
  EXPECT_THAT(node_->failure(), AllOf(HasSubstr("lost"), HasSubstr("xbutil reset -d 0")));
  node_->stop();
}

TEST_F(CardNodeTest, ALeaseThatRanOutSaysHowToMakeItLonger) {
  start();
  faults_->state = card::CardState::lease_expired;
  ASSERT_TRUE(eventually([this] { return !node_->failure().empty(); }));
  EXPECT_THAT(node_->failure(), AllOf(HasSubstr("1000 ms"), HasSubstr("card.lease_ms")));
}

TEST_F(CardNodeTest, ParkedOnOneThreadItGoesOnAsWell) {
  NodeConfig config = card_node();
  config.threads = {.automatic = false, .ingress = 0, .match = 0, .wire_out = 0, .pin = false};
  start(config);
  FrameClient alice = client(alice_endpoint);
  EXPECT_EQ(alice.log_in("alice", "secret"), 1U);
  alice.send(enter(1, 'B', 1'000'000));
  EXPECT_EQ(alice.types(2), "SA");
}

/// Frames that were made before; what is sent is looked at by nobody. Allocates nothing.
class PreparedFrames final : public card::FrameSource {
 public:
  explicit PreparedFrames(std::vector<FakeWire::Frame> frames) : frames_(std::move(frames)) {}

  const Frame* next(TimeNs now) noexcept override {
    // The login first, and time for its answer.
    if (next_ == frames_.size() || (next_ == 1 && sent_.load() == 0))
      return nullptr;
    frame_ = {.bytes = frames_[next_++], .time_ns = now};
    return &frame_;
  }
  void sent(std::span<const std::byte> frame) noexcept override {
    sent_ += frame[14 + 16] == std::byte{0xC0} ? 1 : 0;  // to the client, not to the feed's group
  }

 private:
  std::vector<FakeWire::Frame> frames_;
  std::size_t next_ = 0;
  Frame frame_;
  std::atomic<int> sent_{0};
};

class CardNodeMemory : public testing::TestWithParam<JournalMode> {};

TEST_P(CardNodeMemory, NothingIsAllocatedOnceItRuns) {
  if (!metrics::allocations_are_counted())
    GTEST_SKIP() << "this build does not count allocations";
  constexpr std::uint32_t orders = 3'000;
  std::vector<FakeWire::Frame> frames;
  const auto add = [&](const ByteVector& packet) {
    const WireBytes frame = wire_in::test::udp_frame({.source_address = alice_endpoint.address,
                                                      .destination_address = card_endpoint.address,
                                                      .source_port = alice_endpoint.port,
                                                      .destination_port = card_endpoint.port},
                                                     packet);
    frames.emplace_back(Bytes(frame).begin(), Bytes(frame).end());
  };
  add(login("alice", "secret"));
  for (std::uint32_t i = 1; i <= orders; ++i)
    add(enter(i, i % 2 == 0 ? 'B' : 'S', 1'000'000));
  NodeConfig config = card_node();
  config.rings.slots = 8192;
  const ScratchDirectory directory;
  config.threads.journal = 3;
  config.journal.mode = GetParam();
  config.journal.directory = directory.path();
  config.journal.segment_mib = 1;
  Node node(config, card::make_soft_card(std::make_unique<PreparedFrames>(std::move(frames)),
                                         card_config(config)));
  node.start();
  ASSERT_TRUE(node::reaches(node, [](const NodeStatus& s) { return s.orders >= orders; }));
  const NodeStatus status = node.status();
  EXPECT_EQ(status.orders, orders);
  EXPECT_LE(status.heap_allocations, 1U) << "but for the software card's own table of sessions";
}

INSTANTIATE_TEST_SUITE_P(Modes, CardNodeMemory,
                         testing::Values(JournalMode::off, JournalMode::async,
                                         JournalMode::durable),
                         [](const auto& mode) {
                           return journal_mode_names[static_cast<std::size_t>(mode.param)];
                         });

TEST(CardConfig, SaysWhatACardCannotDo) {
  NodeConfig config = card_node();
  config.order_entry.listen.port = 0;
  config.order_entry.upstream_length_prefix = true;
  config.soup.on = true;
  config.rings.slots = 512;
  config.market_data.send_to = {card_endpoint.address, 26'500};
  EXPECT_THAT(card_config_errors(config),
              ElementsAre(AllOf(HasSubstr("order_entry.listen"), HasSubstr("192.168.10.2:0")),
                          HasSubstr("order_entry.upstream_length_prefix"),
                          HasSubstr("leave out [soup] or the card"),
                          AllOf(HasSubstr("rings.slots"), HasSubstr("1024")),
                          HasSubstr("market_data.send_to: is 192.168.10.2:26500, the card's own")));
}

// --- a journal beside a card ---

class CardJournalTest : public CardNodeTest {
 protected:
  NodeConfig with_journal() const {
    NodeConfig config = card_node();
    config.threads.journal = 3;
    config.journal.mode = JournalMode::durable;
    config.journal.directory = directory_.path();
    config.journal.segment_mib = 1;
    return config;
  }
  journal::VerifyReport verify() const {
    const journal::JournalFiles files(day_of(directory_));
    return journal::verify(files.journal());
  }

  ScratchDirectory directory_;
};

TEST_F(CardJournalTest, RepliesComeAndTheJournalEndsWhole) {
  start(with_journal());
  FrameClient alice = client(alice_endpoint);
  alice.log_in("alice", "secret");
  for (std::uint32_t i = 1; i <= 100; ++i)
    alice.send(enter(i, 'B', 1'000'000));
  EXPECT_EQ(alice.types(101), "S" + std::string(100, 'A'));
  node_->stop();
  EXPECT_EQ(node_->failure(), "");
  const journal::VerifyReport found = verify();
  EXPECT_TRUE(found.whole());
  EXPECT_EQ(found.tail, node_->status().slot_ring.published);
  EXPECT_EQ(node_->status().journal->lag_slots, 0U);
}

TEST_F(CardJournalTest, TheNextNodeGoesOnAndItsCardBeginsThere) {
  start(with_journal());
  {
    FrameClient alice = client(alice_endpoint);
    alice.log_in("alice", "secret");
    for (std::uint32_t i = 1; i <= 100; ++i)
      alice.send(enter(i, 'B', 1'000'000));
    EXPECT_EQ(alice.types(101).size(), 101U);
  }
  node_.reset();
  wire_ = std::make_shared<FakeWire>();
  NodeConfig config = with_journal();
  std::unique_ptr<RecoveredDay> day = recover_day(config);
  day->apply(config);
  const std::uint64_t began = day->start.start_sequence;
  EXPECT_GT(began, 100U);
  node_ = std::make_unique<Node>(
      config, card::make_soft_card(std::make_unique<FakeFrames>(wire_), card_config(config)),
      std::move(day));
  node_->start();
  FrameClient alice = client(alice_endpoint);
  EXPECT_GT(alice.log_in("alice", "secret"), 101U);
  alice.send(enter(101, 'B', 900'000));
  ASSERT_TRUE(reaches([](const NodeStatus& s) { return s.orders == 1; }));
  node_->stop();
  const journal::VerifyReport found = verify();
  EXPECT_TRUE(found.whole());
  EXPECT_EQ(found.epoch, 2U);
  EXPECT_EQ(found.tail, began + node_->status().slot_ring.published);
}

TEST_F(CardJournalTest, ALostCardLeavesAWholeJournalWithAllThatWasAnswered) {
  start(with_journal());
  FrameClient alice = client(alice_endpoint);
  alice.log_in("alice", "secret");
  for (std::uint32_t i = 1; i <= 50; ++i)
    alice.send(enter(i, 'B', 1'000'000));
  ASSERT_EQ(alice.types(51).size(), 51U);
  alice.send(enter(51, 'B', 1'000'000));
  faults_->state = card::CardState::lost;
  ASSERT_TRUE(reaches([&](const NodeStatus&) { return !node_->failure().empty(); }));
  EXPECT_THAT(node_->failure(), HasSubstr("the card is lost"));
  node_->stop();
  const journal::VerifyReport found = verify();
  EXPECT_TRUE(found.whole());
  EXPECT_GE(found.groups, 51U);
  EXPECT_EQ(node_->status().journal->lag_slots, 0U);
}

}  // namespace
}  // namespace wirebook::node
