// Goal: who is disabled, killed or disconnected is out, for as long as was said, by either road.
// Method: as control_acts_test.cpp; TCP too.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "wirebook/wire/ouch50_out.hpp"

#include "control_rig.hpp"
#include "tests/node/soup/soup_test_client.hpp"

namespace wirebook::node {
namespace {

using testing::HasSubstr;

char reason_of_cancel(const ByteVector& message) {
  return message.size() < sizeof(wire::ouch_out::OrderCanceled)
             ? '?'
             : wire::view<wire::ouch_out::OrderCanceled>(message.data()).reason;
}

TEST_F(ControlTest, WhoIsDisabledStaysOutUntilEnabled) {
  Client alice(address());
  begins(alice);
  refused("enable session alice", "none that is meant is disabled");
  done("disable session alice");
  EXPECT_TRUE(eventually([this] { return node_->status().books[0].live_orders == 0; }));
  EXPECT_TRUE(eventually([this] { return node_->status().sessions_up == 0; }));
  Client again(address());
  again.send(login("alice", "secret"));
  EXPECT_EQ(static_cast<char>(again.packet('J')[1]), 'A');
  EXPECT_THAT(ask("sessions"),
              HasSubstr(R"("username":"alice","firm":"ACME","up":false,"disabled":true)"));
  // Nor after a restart.
  restart();
  Client later(address());
  later.send(login("alice", "secret"));
  EXPECT_EQ(static_cast<char>(later.packet('J')[1]), 'A');
  done("enable session alice");
  EXPECT_NE(later.log_in("alice", "secret"), 0U);
  later.send(enter(2, 'B', 1'000'000));
  EXPECT_EQ(later.answer_to(2), 'A');
  restart();
  Client last(address());
  EXPECT_NE(last.log_in("alice", "secret"), 0U);
}

TEST_F(ControlTest, AFirmIsDisabledAndEnabledWhole) {
  Client bob(address());
  ASSERT_EQ(bob.log_in("bob", "hunter2"), 1U);
  done("disable firm BETA");
  Client again(address());
  again.send(login("bob", "hunter2"));
  EXPECT_EQ(static_cast<char>(again.packet('J')[1]), 'A');
  done("enable firm BETA");
  EXPECT_NE(again.log_in("bob", "hunter2"), 0U);
  refused("disable firm NONE", "there is no session of firm NONE");
}

TEST_F(ControlTest, AKilledFirmIsDeadForTheDay) {
  done("kill firm BETA");
  refused("enable session bob", "lasts until the next day");
  // One that only others name is killed, too; whoever meant another one is told.
  EXPECT_THAT(ask("kill firm BETT"), HasSubstr(R"("note":"no session is of that firm)"));
  restart();
  refused("enable firm BETA", "lasts until the next day");
  Client bob(address());
  bob.send(login("bob", "hunter2"));
  EXPECT_EQ(static_cast<char>(bob.packet('J')[1]), 'A');
  Client alice(address());
  EXPECT_NE(alice.log_in("alice", "secret"), 0U);
}

TEST_F(ControlTest, WhoIsDisconnectedMayComeBack) {
  Client alice(address());
  begins(alice);
  done("disconnect session alice");
  EXPECT_TRUE(eventually([this] { return node_->status().sessions_up == 0; }));
  EXPECT_EQ(node_->status().books[0].live_orders, 1U);  // it has no cancel on disconnect
  refused("disconnect session alice", "none that is meant is logged in");
  EXPECT_NE(alice.log_in("alice", "secret"), 0U);
}

class ControlOfTcp : public ControlTest {
 protected:
  ControlOfTcp() {
    config_.soup.on = true;
    config_.soup.listen = {0x7F000001, 0};
  }
  [[nodiscard]] SoupTestClient bob(std::uint64_t next = 1) const {
    return {node_->status().soup->listens_on, "bob", "hunter2", next};
  }
};

TEST_F(ControlOfTcp, ADisconnectClosesTheConnectionAndItsOrdersEnd) {
  SoupTestClient first = bob();
  ASSERT_TRUE(first.log_in());
  first.send(enter(1, 'B', 1'000'000));
  EXPECT_EQ(first.types(2), "SA");
  done("disconnect session bob");
  EXPECT_TRUE(first.until_over());
  EXPECT_EQ(first.ended_before, 0U) << "no Z: the session goes on";
  EXPECT_TRUE(eventually([this] { return node_->status().books[0].live_orders == 0; }));
  refused("disconnect session bob", "none that is meant is logged in");
  SoupTestClient second = bob();
  ASSERT_TRUE(second.log_in());
  EXPECT_EQ(second.types(3), "SAC");
  EXPECT_EQ(reason_of_cancel(second.heard[3]), 'Z');
}

TEST_F(ControlOfTcp, WhoIsDisabledIsClosedAndStaysOutUntilEnabled) {
  SoupTestClient first = bob();
  ASSERT_TRUE(first.log_in());
  done("disable firm BETA");
  EXPECT_TRUE(first.until_over());
  SoupTestClient second = bob();
  EXPECT_FALSE(second.log_in());
  EXPECT_EQ(second.rejected, 'A');
  done("enable session bob");
  EXPECT_TRUE(bob().log_in());
}

}  // namespace
}  // namespace wirebook::node
