// Goal: the end of a day as a UFO client sees it: E until it has said O or the time is over, and T
// answered meanwhile.
// Method: a node over loopback that is stopped on a thread of its own, and clients that lose what
// they were sent.
#include <chrono>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "node/node.hpp"
#include "tests/node/small_node.hpp"
#include "tests/node/ufo_client.hpp"

namespace wirebook::node {
namespace {

class UfoEnd : public testing::TestWithParam<bool> {
 protected:
  void start(std::uint32_t end_ms) {
    NodeConfig config = small_node(feed_.endpoint());
    if (GetParam())
      config.threads.wire_out = 1;
    config.order_entry.end_ms = end_ms;
    node_ = std::make_unique<Node>(config);
    node_->start();
  }
  std::jthread stop() {
    return std::jthread([this] { node_->stop(); });
  }
  static std::uint32_t total(const ByteVector& end) {
    return end.size() == sizeof(wire::ufo::EndOfSession)
               ? std::uint32_t{wire::view<wire::ufo::EndOfSession>(end.data()).message_count}
               : 0;
  }

  UdpClient feed_;
  std::unique_ptr<Node> node_;
};
INSTANTIATE_TEST_SUITE_P(Threads, UfoEnd, testing::Bool());

TEST_P(UfoEnd, IsRepeatedAndRequestsAreAnsweredUntilTheClientLogsOff) {
  start(10'000);
  Client alice(node_->status().order_entry);
  ASSERT_EQ(alice.log_in("alice", "secret"), 1U);
  alice.send(enter(1, 'B', 1'000'000));
  ASSERT_EQ(alice.types(2), "SA");
  const std::jthread stopping = stop();
  const std::uint32_t messages = total(alice.packet('E'));
  EXPECT_EQ(messages, 3U) << "S, A, and S of the end";
  // Whatever was lost on the way is still to be had.
  alice.send(retransmission(1, 1));
  EXPECT_EQ(total(alice.packet('E')), messages) << "E comes again";
  Client late(node_->status().order_entry);
  late.send(login("bob", "hunter2"));  // too late: not answered
  alice.send(enter(2, 'B', 1'000'000));
  alice.send(retransmission(2, 2));
  const ByteVector again = alice.packet('S');
  EXPECT_GE(wire::view<wire::ufo::SequencedHeader>(again.data()).sequence_number, 1U);
  alice.send(one_byte('O'));
  // The stop does not wait for the rest of the time.
}

TEST_P(UfoEnd, WaitsForNobodyLongerThanItsTime) {
  start(100);
  Client alice(node_->status().order_entry);
  ASSERT_EQ(alice.log_in("alice", "secret"), 1U);
  const std::jthread stopping = stop();
  EXPECT_EQ(total(alice.packet('E')), 2U);
}

TEST_P(UfoEnd, IsToldOnceWhereThereIsNoTimeForIt) {
  start(0);
  Client alice(node_->status().order_entry);
  ASSERT_EQ(alice.log_in("alice", "secret"), 1U);
  node_->stop();
  EXPECT_EQ(total(alice.packet('E')), 2U);
  EXPECT_FALSE(alice.socket().receive(50).has_value());
}

TEST_P(UfoEnd, WithNobodyThereIsAtOnce) {
  start(60'000);
  Client alice(node_->status().order_entry);
  ASSERT_EQ(alice.log_in("alice", "secret"), 1U);
  alice.send(one_byte('O'));
  while (node_->status().sessions_up != 0)
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  node_->stop();
}

TEST_P(UfoEnd, OrdersAndLoginsBehindItAreDroppedAndCounted) {
  start(60'000);
  Client alice(node_->status().order_entry);
  ASSERT_EQ(alice.log_in("alice", "secret"), 1U);
  const std::jthread stopping = stop();
  alice.packet('E');
  const std::uint64_t messages = node_->status().messages;
  alice.send(enter(1, 'B', 1'000'000));
  Client bob(node_->status().order_entry);
  bob.send(login("bob", "hunter2"));
  while (node_->status().dropped_order_datagrams == 0 ||
         node_->status().dropped_session_datagrams == 0)
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  EXPECT_EQ(node_->status().messages, messages);
  EXPECT_EQ(node_->status().ingress.logins, 1U);
  alice.send(one_byte('O'));
}

}  // namespace
}  // namespace wirebook::node
