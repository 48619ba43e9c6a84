// Goal: the day's phases come by hand and by the schedule, each once; between the days nothing is
// done.
// Method: as control_acts_test.cpp; a clock that is set by hand, and can be held.
#include <atomic>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "control_rig.hpp"

namespace wirebook::node {
namespace {

using testing::HasSubstr;

TEST_F(ControlTest, SystemEventsBeginAndEndPhases) {
  Client alice(address());
  ASSERT_EQ(alice.log_in("alice", "secret"), 1U);
  refused("event S", "is where the day is");
  done("event Q");
  EXPECT_TRUE(feed_.hears("S:Q"));
  alice.send(enter(1, 'B', 1'000'000));
  EXPECT_EQ(alice.answer_to(1), 'A');
  done("event M");
  EXPECT_TRUE(hears(alice, 'C'));  // a day order ends with market hours
  done("event E");
  alice.send(enter(2, 'B', 1'000'000));
  EXPECT_EQ(alice.answer_to(2), 'J');
  refused("event Q", "only S");
  done("event S");
  alice.send(enter(3, 'B', 1'000'000));
  EXPECT_EQ(alice.answer_to(3), 'A');
}

TEST_F(ControlTest, TheDaysEndIsSaidOnce) {
  done("event Q");
  done("event E");
  stop();
  EXPECT_TRUE(feed_.hears_the_end());
  EXPECT_EQ(feed_.events(), "OSQEC");
}

TEST_F(ControlTest, StatusTellsOfTheDay) {
  const std::string status = ask("status");
  EXPECT_THAT(status, HasSubstr(R"("event":"S")"));
  EXPECT_THAT(status, HasSubstr(R"("journal":{"mode":"durable","state":"running")"));
  const CtlText text = ctl_text(status);
  EXPECT_TRUE(text.ok);
  EXPECT_THAT(text.text, HasSubstr("journal mode               durable\n"));
  EXPECT_THAT(ask("schedule"), HasSubstr(R"("schedule":null)"));
  EXPECT_THAT(ask("help"), HasSubstr("halt SYMBOL|all [REASON]"));
}

TEST_F(ControlTest, BetweenTheDaysActsAreRefused) {
  control_->detach();
  control_->set_waiting("soon");
  refused("halt AAPL", "no day is under way: soon");
  EXPECT_THAT(ask("status"), HasSubstr(R"("day":null,"waiting":"soon")"));
}

/// Whoever asks for the steady time waits while it is held: the node's stages, in their one thread.
class HeldTime final : public TimeSource {
 public:
  void set(std::string_view utc) { time_.set(utc); }
  void hold() { held_.store(true); }
  void let_go() { held_.store(false); }
  [[nodiscard]] bool is_waited_for() const { return waits_.load(); }

  [[nodiscard]] std::int64_t unix_ns() const noexcept override { return time_.unix_ns(); }
  [[nodiscard]] std::uint64_t steady_ns() const noexcept override {
    for (; held_.load(); std::this_thread::sleep_for(std::chrono::milliseconds(1)))
      waits_.store(true);
    return time_.steady_ns();
  }

 private:
  ManualTime time_{"2026-11-20T05:00:00Z"};  // a Friday, in system hours
  std::atomic<bool> held_{false};
  mutable std::atomic<bool> waits_{false};
};

class ControlOfSchedule : public ControlTest {
 protected:
  ControlOfSchedule() {
    config_.schedule.on = true;
    config_.clock.source = &time_;
    patience_ = std::chrono::milliseconds(50);
  }
  void TearDown() override {
    time_.let_go();
    ControlTest::TearDown();
  }

  HeldTime time_;
};

TEST_F(ControlOfSchedule, APhaseThatFoundNoRoomIsSaidAgain) {
  time_.hold();
  ASSERT_TRUE(eventually([this] { return time_.is_waited_for(); }));
  while (node_->inject({.instrument = InstrumentBody{.instrument = 1, .trading_state = 'T'},
                        .tail = {.kind = SlotKind::trading_state}})) {
  }
  time_.set("2026-11-20T09:30:00Z");
  const std::string given_up = "event Q: no answer in 0.05 s: nothing was sent";
  EXPECT_TRUE(eventually([&] { return log().find(given_up) != log().rfind(given_up); })) << log();
  time_.let_go();
  EXPECT_TRUE(feed_.hears("S:Q"));
  time_.set("2026-11-20T16:00:00Z");
  EXPECT_TRUE(feed_.hears("S:M"));
  EXPECT_EQ(feed_.events(), "OSQM");
}

class ControlOfAWholeDay : public ControlOfSchedule {
 protected:
  ControlOfAWholeDay() { patience_ = std::chrono::seconds(10); }
};

// The schedule says nothing twice, and what it tells of itself is what it does.
TEST_F(ControlOfAWholeDay, TheScheduleGoesOnBehindADayThatWasOpenedAgain) {
  time_.set("2026-11-20T09:30:00Z");
  EXPECT_TRUE(feed_.hears("S:Q"));
  time_.set("2026-11-20T16:00:00Z");
  EXPECT_TRUE(feed_.hears("S:M"));
  done("event Q");
  EXPECT_THAT(ask("schedule"), HasSubstr(R"("event":"Q")"));
  EXPECT_THAT(ask("schedule"), HasSubstr(R"("next":"E","at":"20:00:00")"));
  time_.set("2026-11-20T20:00:00Z");
  EXPECT_TRUE(feed_.hears("S:E"));
  EXPECT_EQ(feed_.events(), "OSQMQE");
}

}  // namespace
}  // namespace wirebook::node
