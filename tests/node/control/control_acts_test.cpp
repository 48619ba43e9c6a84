// Goal: what is asked for at the control socket happens to the running node, as slots: clients and
// the market hear of it, the answer names the slot, and a restart keeps it.
// Method: a node with a durable journal, its control, UFO clients and a listener on real sockets.
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "control_rig.hpp"
#include "journal/journal_files.hpp"
#include "journal/reader.hpp"

namespace wirebook::node {
namespace {

using testing::HasSubstr;

TEST_F(ControlTest, AHaltStopsTradingUntilItIsResumed) {
  Client alice(address());
  ASSERT_EQ(alice.log_in("alice", "secret"), 1U);
  const std::uint64_t halt = done("halt AAPL T1");
  EXPECT_TRUE(feed_.hears("H:AAPL=H"));
  alice.send(enter(1, 'B', 1'000'000));
  EXPECT_EQ(alice.answer_to(1), 'J');
  done("quote AAPL");
  EXPECT_TRUE(feed_.hears("H:AAPL=Q"));
  done("pause all");
  EXPECT_TRUE(feed_.hears("H:AAPL=P"));
  EXPECT_THAT(ask("instruments"),
              HasSubstr(R"("symbol":"AAPL","round_lot":100,"trading_state":"P")"));
  const std::uint64_t resume = done("resume AAPL");
  EXPECT_GT(resume, halt);
  alice.send(enter(2, 'B', 1'000'000));
  EXPECT_EQ(alice.answer_to(2), 'A');
  refused("halt NONE", "there is no instrument NONE");
}

TEST_F(ControlTest, AnAnswerNamesTheSlotInTheJournal) {
  const std::uint64_t halt = done("halt AAPL T1");
  const std::uint64_t limit = done("limit fat_finger instrument AAPL value 500");
  // In durable mode it is on the disk when it is answered.
  const journal::JournalFiles files(day_of(journal_));
  journal::Reader reader(files.journal());
  SlotKind at_halt{};
  LimitKind at_limit{};
  for (auto step = reader.next(); step == journal::Reader::Step::group; step = reader.next()) {
    const SlotGroup& group = reader.group();
    if (group.sequence == halt)
      at_halt = group.head->tail.kind;
    if (group.sequence == limit)
      at_limit = group.head->limit.kind;
  }
  EXPECT_EQ(at_halt, SlotKind::trading_state);
  EXPECT_EQ(at_limit, LimitKind::fat_finger);
}

TEST_F(ControlTest, AnAddedInstrumentTradesAndSurvivesARestart) {
  done("add TSLA lot 10");
  EXPECT_TRUE(feed_.hears("R:TSLA"));
  EXPECT_TRUE(feed_.hears("H:TSLA=T"));
  refused("add TSLA", "there is an instrument TSLA already");
  {
    Client bob(address());
    ASSERT_NE(bob.log_in("bob", "hunter2"), 0U);
    bob.send(enter_symbol(1, 'B', 1'000'000, "TSLA"));
    EXPECT_EQ(bob.answer_to(1), 'A');
    EXPECT_TRUE(eventually([this] { return node_->status().books[1].bid_quantity == 100; }));
  }
  done("halt TSLA");
  restart();
  EXPECT_THAT(ask("instruments"),
              HasSubstr(R"("locate":2,"symbol":"TSLA","round_lot":10,"trading_state":"H")"));
  EXPECT_EQ(node_->status().books[1].symbol, Symbol::from("TSLA"));
  done("resume TSLA");
  Client alice(address());
  ASSERT_NE(alice.log_in("alice", "secret"), 0U);
  alice.send(enter_symbol(1, 'B', 900'000, "TSLA"));
  EXPECT_EQ(alice.answer_to(1), 'A');
  done("add GOOG state H");
  EXPECT_THAT(ask("instruments"), HasSubstr(R"("locate":3,"symbol":"GOOG")"));
  refused("add IBM", "there is room for 3 instruments");
}

TEST_F(ControlTest, ALimitHoldsAtOnce) {
  Client alice(address());
  ASSERT_EQ(alice.log_in("alice", "secret"), 1U);
  done("limit max_quantity session ALICE value 50");
  alice.send(enter(1, 'B', 1'000'000));
  EXPECT_EQ(alice.answer_to(1), 'J');
  done("limit max_quantity session alice off");
  alice.send(enter(2, 'B', 1'000'000));
  EXPECT_EQ(alice.answer_to(2), 'A');
  // Also of who has not been here today.
  done("limit max_quantity session bob value 50");
  Client bob(address());
  ASSERT_NE(bob.log_in("bob", "hunter2"), 0U);
  bob.send(enter(1, 'B', 1'000'000));
  EXPECT_EQ(bob.answer_to(1), 'J');
  refused("limit max_quantity session nobody value 50", "there is no session nobody");
  refused("limit collar instrument AAPL low 2 high 1",
          "out of its bounds; it is: limit collar instrument SYMBOL low PRICE high PRICE|off");
}

TEST_F(ControlTest, ABrokenTradeIsToldToBothOnce) {
  Client alice(address());
  Client bob(address());
  ASSERT_EQ(alice.log_in("alice", "secret"), 1U);
  ASSERT_EQ(bob.log_in("bob", "hunter2"), 1U);
  alice.send(enter(1, 'B', 1'000'000));
  EXPECT_EQ(alice.answer_to(1), 'A');
  bob.send(enter(1, 'S', 1'000'000));
  EXPECT_TRUE(hears(alice, 'E'));
  done("break 1");
  EXPECT_TRUE(hears(alice, 'B'));
  EXPECT_TRUE(hears(bob, 'B'));
  EXPECT_TRUE(feed_.hears("B"));
  refused("break 1", "no such trade");
}

TEST_F(ControlTest, ACancelEndsOrdersAndNothingElse) {
  Client alice(address());
  begins(alice);
  done("cancel session ALICE");
  EXPECT_TRUE(hears(alice, 'C'));
  alice.send(enter(2, 'B', 1'000'000));
  EXPECT_EQ(alice.answer_to(2), 'A');
  // Orders of a session that stays away, too.
  alice.send(one_byte('O'));
  EXPECT_TRUE(eventually([this] { return node_->status().sessions_up == 0; }));
  EXPECT_EQ(node_->status().books[0].live_orders, 1U);
  done("cancel firm ACME");
  EXPECT_TRUE(eventually([this] { return node_->status().books[0].live_orders == 0; }));
  EXPECT_THAT(ask("sessions"), HasSubstr(R"("username":"alice","firm":"ACME","up":false)"));
}

// A recorded feed names an instrument by its symbol alone.
TEST_F(ControlTest, AStateThatAnotherSaysIsShownToo) {
  ASSERT_TRUE(node_->inject(
      {.instrument = InstrumentBody{.trading_state = 'H', .symbol = Symbol::from("AAPL")},
       .tail = {.kind = SlotKind::trading_state}}));
  EXPECT_TRUE(feed_.hears("H:AAPL=H"));
  EXPECT_TRUE(eventually([this] {
    return ask("instruments").find(R"("symbol":"AAPL","round_lot":100,"trading_state":"H")") !=
           std::string::npos;
  })) << ask("instruments");
}

// As a recording does before its first order, of each instrument.
TEST_F(ControlTest, ManyStatesAtOnceAreAllHeard) {
  for (int i = 0; i <= 4000; ++i) {
    while (!node_->inject(
        {.instrument = InstrumentBody{.instrument = 1, .trading_state = i == 4000 ? 'Q' : 'T'},
         .tail = {.kind = SlotKind::trading_state}}))
      std::this_thread::yield();
  }
  // Not at the feed: a datagram for each may be more than its socket holds.
  EXPECT_TRUE(eventually(
      [this] { return ask("instruments").find(R"("trading_state":"Q")") != std::string::npos; }));
}

}  // namespace
}  // namespace wirebook::node
