// Goal: a node plays a recording while clients trade against it; its orders end with it, and a node
// that comes back has none of them left.
// Method: nodes in this process, recordings made here, UFO clients on loopback.
#include <chrono>
#include <string>
#include <thread>

#include <gtest/gtest.h>

#include "node/background/background_instruments.hpp"
#include "node/background/background_pace.hpp"
#include "node/node.hpp"
#include "recording.hpp"
#include "tests/node/journal_node.hpp"
#include "tests/node/ouch_messages.hpp"
#include "tests/node/ufo_client.hpp"

namespace wirebook::node {
namespace {

using enum BackgroundCount;

NodeConfig playing_config(Endpoint feed, const ScratchFile& file) {
  NodeConfig config = small_node(feed);
  config.sessions.pop_back();
  config.engine = {.orders = 1U << 16, .orders_start = 1024, .trades = 4096};
  config.order_entry.history_mib = 8;
  config.background = {.file = file.path(), .speed = 0};
  EXPECT_EQ(add_recorded_instruments(config), "");
  return config;
}

bool is_played(const NodeStatus& status) {
  return status.background->state == BackgroundState::played;
}

TEST(BackgroundNode, AClientTakesWhatTheRecordingHas) {
  const ScratchFile file(Recording()
                             .directory(1)
                             .state(1, 'T')
                             .add(1, 'S', 300, 150'0000)
                             .add(2, 'S', 100, 151'0000)
                             .bytes());
  UdpClient feed;
  Node node(playing_config(feed.endpoint(), file));
  node.start();
  ASSERT_TRUE(reaches(node, is_played));
  ASSERT_TRUE(reaches(node, [](const NodeStatus& s) { return s.orders == 2; }));
  EXPECT_EQ(node.status().background->divergence(), 0U);

  Client alice(node.status().order_entry);
  alice.log_in("alice", "secret");
  wire::ouch_in::EnterOrder order =
      wire::view<wire::ouch_in::EnterOrder>(enter(1, 'B', 150'0000, 200).data() + 1);
  order.symbol = Recording::symbol(1);
  ByteVector packet = bytes_of(order);
  packet.insert(packet.begin(), static_cast<std::byte>(wire::ufo::type_unsequenced));
  alice.send(packet);
  EXPECT_EQ(alice.types(3), "SAE");
  ASSERT_TRUE(
      reaches(node, [](const NodeStatus& s) { return (*s.background)[taken_shares] == 200; }));
  EXPECT_EQ(node.books().top(2).book.ask->quantity, 100U);
  node.stop();
  const NodeStatus status = node.status();
  EXPECT_EQ(status.books[1].live_orders, 0U);        // its session has ended, and they with it
  EXPECT_EQ(status.background->divergence(), 200U);  // and that is no divergence
}

TEST(BackgroundNode, KeepsToTheTimeOfTheRecording) {
  Recording recording;
  recording.directory(1);
  for (std::uint64_t ref = 1; ref <= 60; ++ref)
    recording.add(ref, 'B', 100, 100'0000);
  const ScratchFile file(recording.bytes());
  UdpClient feed;
  NodeConfig config = playing_config(feed.endpoint(), file);
  config.background.speed = 0.5;
  Node node(config);
  const auto began = std::chrono::steady_clock::now();
  node.start();
  ASSERT_TRUE(reaches(node, is_played));
  // 59 steps of a millisecond, at half the speed.
  EXPECT_GE(std::chrono::steady_clock::now() - began, std::chrono::milliseconds(118));
}

TEST(BackgroundPace, TimeBeginsWithTheFirstOrder) {
  BackgroundPace pace(2);
  EXPECT_EQ(pace.due({1'000}, false, 10), 10U);
  EXPECT_EQ(pace.due({9'000}, true, 20), 20U);
  EXPECT_EQ(pace.due({9'500}, false, 21), 270U);
  EXPECT_EQ(pace.due({8'000}, true, 22), 22U);
  EXPECT_EQ(BackgroundPace(0).due({9'000}, true, 30), 30U);
}

TEST(BackgroundNode, FlatOutItLeavesRoomForClients) {
  Recording recording;
  recording.directory(1);
  constexpr std::uint64_t recorded = 30'000;
  for (std::uint64_t ref = 1; ref <= recorded; ++ref)
    recording.add(ref, 'B', 100, 100'0000).remove(ref);
  const ScratchFile file(recording.bytes());
  UdpClient feed;
  Node node(playing_config(feed.endpoint(), file));
  node.start();
  Client alice(node.status().order_entry);
  alice.log_in("alice", "secret");
  std::uint32_t number = 0;
  do {  // once at least: all may be played when she comes
    alice.send(enter(++number, 'B', 1'000'000, 100));
    std::this_thread::sleep_for(std::chrono::microseconds(200));
  } while (!is_played(node.status()) && number < 2000);
  ASSERT_TRUE(reaches(node, is_played));
  ASSERT_TRUE(reaches(node, [&](const NodeStatus& s) { return s.orders == recorded + number; }));
  const NodeStatus status = node.status();
  EXPECT_EQ(status.dropped_order_datagrams, 0U);
  EXPECT_EQ(status.rejects, 0U);
  EXPECT_EQ(status.books[1].live_orders, 0U);
  EXPECT_EQ(status.background->divergence(), 0U);
  EXPECT_LT(status.slot_ring.used_max, 1024U);
}

TEST(BackgroundNode, AFileThatVanishesEndsTheBackgroundAndNothingElse) {
  UdpClient feed;
  NodeConfig config;
  {
    const ScratchFile file(Recording().directory(1).add(1, 'B', 100, 100'0000).bytes());
    config = playing_config(feed.endpoint(), file);
  }
  Node node(config);
  node.start();
  ASSERT_TRUE(reaches(
      node, [](const NodeStatus& s) { return s.background->state == BackgroundState::failed; }));
  EXPECT_EQ(node.status().background->error,
            config.background.file + ": No such file or directory");
  Client alice(node.status().order_entry);
  EXPECT_EQ(alice.log_in("alice", "secret"), 1U);
}

/// The day's journal with all of a background in it, as a crash leaves it.
TEST(BackgroundNode, ANodeThatComesBackHasNoneOfItsOrders) {
  const ScratchDirectory directory;
  const ScratchDirectory crashed;
  const ScratchFile file(
      Recording().directory(1).add(1, 'S', 300, 150'0000).add(2, 'S', 9, 151'0000).bytes());
  UdpClient feed;
  NodeConfig config = playing_config(feed.endpoint(), file);
  config.journal.mode = JournalMode::durable;
  config.journal.directory = directory.path();
  config.journal.segment_mib = 1;
  config.journal.snapshot_slots = 0;
  {
    Node node(config);
    node.start();
    ASSERT_TRUE(reaches(node, [](const NodeStatus& s) { return s.orders == 2; }));
    std::filesystem::copy(directory.path(), crashed.path(),
                          std::filesystem::copy_options::recursive);
  }
  config.journal.directory = crashed.path();
  const BackgroundConfig background = std::exchange(config.background, {});
  {
    Node again(config);
    again.start();
    EXPECT_TRUE(reaches(again, [](const NodeStatus& s) { return s.cancels == 2; }));
    EXPECT_EQ(again.status().books[1].live_orders, 0U);
  }
  // Once more with the recording: it begins anew, with numbers that were not used.
  config.background = background;
  Node third(config);
  third.start();
  EXPECT_TRUE(reaches(third, [](const NodeStatus& s) { return s.books[1].live_orders == 2; }));
  EXPECT_EQ(third.status().engine.stale_user_ref_num, 0U);
}

}  // namespace
}  // namespace wirebook::node
