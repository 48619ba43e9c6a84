// Goal: by its schedule one program runs day after day: system events at their times, sessions with
// names and numbers of their own, day orders that end with their day, a journal directory a day; it
// begins late, and goes on in the middle of a day, in the right phase.
// Method: a runner in this process whose clock the test sets, real sockets, a journal.
#include "node/schedule/day_runner.hpp"

#include <mutex>
#include <sstream>
#include <system_error>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <spdlog/sinks/ostream_sink.h>

#include "day_rig.hpp"
#include "node/recovery/recovered_day.hpp"

namespace wirebook::node {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::UnorderedElementsAre;

class DayRunnerTest : public testing::Test {
 protected:
  DayRunnerTest() : config_(journal_config(journal_layouts[0], journal_.path(), feed_.endpoint())) {
    config_.control.socket = sockets_.socket();
    config_.engine.instruments = 4;
    config_.schedule.on = true;
    config_.schedule.holidays = {20261124};
    config_.clock.source = &time_;
    config_.market_data.heartbeat_ms = 20;
    for (Alpha<10>* const name :
         {&config_.order_entry.session_name, &config_.market_data.session_name})
      *name = Alpha<10>::from("WB00");
  }
  void TearDown() override {
    end();
    if (HasFailure())
      std::cerr << log_.str();
  }

  void start() {
    ends_.store(false);
    DayRunnerParts parts = runner_parts(config_, ends_, logger_);
    parts.reload = [this]() -> std::optional<NodeConfig> {
      const std::lock_guard lock(mutex_);
      return next_config_;
    };
    parts.beside = beside_;
    runner_ = std::thread([this, parts = std::move(parts)]() mutable {
      try {
        code_ = DayRunner(std::move(parts)).run();
      } catch (const std::exception& error) {
        logger_.error("{}", error.what());
        code_ = ExitCode::internal;
      }
    });
  }
  ExitCode end() {
    ends_.store(true);
    if (runner_.joinable())
      runner_.join();
    return code_;
  }

  std::string ask(const std::string& line) {
    try {
      return CtlClient(sockets_.socket(), std::chrono::milliseconds(patience_ms)).ask(line);
    } catch (const std::system_error& error) {
      return error.what();  // not there yet
    }
  }
  bool says(const std::string& line, const std::string& wanted) {
    return eventually([&] { return ask(line).find(wanted) != std::string::npos; });
  }
  bool comes_to(char event) { return says("status", std::string(R"("event":")") + event + '"'); }
  void comes_to(char event, std::string_view utc) {
    time_.set(utc);
    EXPECT_TRUE(comes_to(event)) << utc;
  }
  void start_in(char phase, std::string_view utc) {
    time_.set(utc);
    start();
    EXPECT_TRUE(comes_to(phase)) << utc;
  }
  Endpoint address() {
    const std::string status = ask("status");
    const std::size_t at = status.find(R"("order_entry":")") + 15;
    return *parse_endpoint(status.substr(at, status.find('"', at) - at));
  }
  [[nodiscard]] std::vector<std::string> days() const {
    std::vector<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(journal_.path()))
      names.push_back(entry.path().filename());
    return names;
  }

  ScratchDirectory journal_;
  SocketDirectory sockets_;
  MarketListener feed_;
  ManualTime time_{"2026-11-20T03:00:00Z"};  // a Friday
  NodeConfig config_;
  std::mutex mutex_;
  std::optional<NodeConfig> next_config_;
  std::ostringstream log_;
  spdlog::logger logger_{"test", std::make_shared<spdlog::sinks::ostream_sink_mt>(log_)};
  std::function<std::shared_ptr<void>(const NodeConfig&, Node&)> beside_;
  std::atomic<bool> ends_{false};
  ExitCode code_{};
  std::thread runner_;
};

TEST_F(DayRunnerTest, AWholeDayGoesThroughItsPhases) {
  start();
  EXPECT_TRUE(says("status", R"("waiting":"the next day begins at 2026-11-20T03:55:00)"));
  comes_to('O', "2026-11-20T03:55:00Z");
  comes_to('S', "2026-11-20T04:00:00Z");
  Client alice(address());
  begins(alice);
  comes_to('Q', "2026-11-20T09:30:00Z");
  EXPECT_THAT(ask("schedule"), HasSubstr(R"("next":"M","at":"16:00:00")"));
  comes_to('M', "2026-11-20T16:00:00Z");
  EXPECT_TRUE(hears(alice, 'C'));  // a day order ends with market hours
  comes_to('E', "2026-11-20T20:00:00Z");
  time_.set("2026-11-20T20:05:00Z");
  EXPECT_EQ(alice.packet('E').size(), sizeof(wire::ufo::EndOfSession));
  EXPECT_TRUE(feed_.hears_the_end());
  EXPECT_EQ(feed_.events(), "OSQMEC");
  EXPECT_TRUE(says("status", R"("waiting":"the next day begins at 2026-11-23T03:55:00)"));
  EXPECT_EQ(end(), ExitCode::ok);
  EXPECT_THAT(days(), ElementsAre("20261120-0000"));
}

TEST_F(DayRunnerTest, EachDayBeginsAnew) {
  start_in('Q', "2026-11-20T10:00:00Z");
  {
    Client alice(address());
    begins(alice, 7);
    EXPECT_THAT(ask("add TSLA"), HasSubstr(R"("ok":true)"));
  }
  {
    const std::lock_guard lock(mutex_);
    next_config_ = config_;
    next_config_->instruments.push_back({.symbol = Symbol::from("IBM")});
  }
  time_.set("2026-11-20T20:05:00Z");
  EXPECT_TRUE(says("status", R"("waiting")"));
  comes_to('Q', "2026-11-23T09:30:00Z");
  EXPECT_THAT(ask("status"), HasSubstr(R"("day":20261123)"));
  Client alice(address());
  alice.send(login("alice", "secret"));
  const ByteVector accepted = alice.packet('A');
  const auto& answer = wire::view<wire::ufo::LoginAccepted>(accepted.data());
  EXPECT_EQ(answer.session.view(), "WB00B23");
  EXPECT_EQ(answer.sequence_number, 1U);
  alice.send(enter(1, 'B', 1'000'000));  // its numbers begin again, and its order is gone
  EXPECT_EQ(alice.answer_to(1), 'A');
  EXPECT_THAT(ask("status"), HasSubstr(R"("live_orders":1)"));
  EXPECT_THAT(ask("instruments"), HasSubstr(R"("locate":2,"symbol":"IBM")"));
  EXPECT_TRUE(feed_.hears("S:Q"));
  EXPECT_THAT(feed_.sessions(), ElementsAre("WB00B20", "WB00B23"));
  EXPECT_EQ(feed_.events(), "OSQ");
  EXPECT_EQ(feed_.words()[1], "R:AAPL");
  EXPECT_THAT(days(), UnorderedElementsAre("20261120-0000", "20261123-0000"));
  // The next day is a holiday.
  time_.set("2026-11-23T20:05:00Z");
  EXPECT_TRUE(says("status", "the next day begins at 2026-11-25T03:55:00"));
}

TEST_F(DayRunnerTest, ARestartInTheMiddleGoesOnInThePhase) {
  start_in('S', "2026-11-20T08:00:00Z");
  {
    Client alice(address());
    begins(alice);
  }
  comes_to('Q', "2026-11-20T09:30:00Z");
  EXPECT_EQ(end(), ExitCode::ok);
  EXPECT_THAT(log_.str(), HasSubstr("the day is not over"));

  start_in('Q', "2026-11-20T12:00:00Z");
  EXPECT_THAT(ask("status"), HasSubstr(R"("live_orders":1)"));  // the stop was no end of its day
  Client alice(address());
  EXPECT_EQ(alice.log_in("alice", "secret"), 3U);
  EXPECT_EQ(end(), ExitCode::ok);

  // While it was down, market hours have ended: that is made up for at once.
  start_in('M', "2026-11-20T17:00:00Z");
  EXPECT_TRUE(
      eventually([this] { return ask("status").find(R"("live_orders":0)") != std::string::npos; }));
  time_.set("2026-11-20T20:05:00Z");
  EXPECT_TRUE(feed_.hears_the_end());
  EXPECT_THAT(feed_.sessions(), ElementsAre("WB00B20"));
  EXPECT_EQ(feed_.events(), "OSQMEC");
  EXPECT_THAT(days(), ElementsAre("20261120-0000"));
}

TEST_F(DayRunnerTest, WhatCannotStandBesideTheDayDoesNotEndIt) {
  start_in('Q', "2026-11-20T10:00:00Z");
  {
    Client alice(address());
    begins(alice);
  }
  EXPECT_EQ(end(), ExitCode::ok);

  // Its port, say, is in use.
  beside_ = [](const NodeConfig&, Node&) -> std::shared_ptr<void> {
    throw std::system_error(EADDRINUSE, std::generic_category(), "fix.listen");
  };
  start();
  runner_.join();
  EXPECT_THAT(log_.str(), HasSubstr("fix.listen"));

  beside_ = nullptr;
  start();
  EXPECT_TRUE(comes_to('Q'));
  EXPECT_THAT(ask("status"), HasSubstr(R"("live_orders":1)"));
  EXPECT_TRUE(feed_.hears("A"));
  EXPECT_EQ(feed_.events(), "OSQ");
}

TEST_F(DayRunnerTest, ADayThatWasCutIsEndedAfterItsTime) {
  start_in('Q', "2026-11-20T12:00:00Z");
  EXPECT_EQ(end(), ExitCode::ok);
  time_.set("2026-11-20T22:00:00Z");
  start();
  EXPECT_TRUE(feed_.hears_the_end());
  EXPECT_EQ(feed_.events(), "OSQMEC");
  EXPECT_TRUE(says("status", "the next day begins at 2026-11-23"));
  EXPECT_EQ(end(), ExitCode::ok);
  // And then it is over.
  start();
  EXPECT_TRUE(says("status", "the next day begins at 2026-11-23"));
}

TEST_F(DayRunnerTest, WhoComesAfterTheDayWaitsForTheNext) {
  time_.set("2026-11-20T20:01:00Z");
  start();
  EXPECT_TRUE(says("status", "the next day begins at 2026-11-23"));
  EXPECT_THAT(days(), testing::IsEmpty());
}

TEST_F(DayRunnerTest, EventsByHandAreNotSaidAgain) {
  start_in('S', "2026-11-20T08:00:00Z");
  EXPECT_THAT(ask("event Q"), HasSubstr(R"("ok":true)"));
  time_.set("2026-11-20T10:00:00Z");
  EXPECT_THAT(ask("event E"), HasSubstr(R"("ok":true)"));
  EXPECT_EQ(end(), ExitCode::ok);
  start();  // a day that was ended by hand stays so
  EXPECT_TRUE(comes_to('E'));
  time_.set("2026-11-20T20:05:00Z");
  EXPECT_TRUE(feed_.hears_the_end());
  EXPECT_EQ(feed_.events(), "OSQEC");
}

TEST_F(DayRunnerTest, WithoutAJournalASignalEndsTheDay) {
  config_.journal.mode = JournalMode::off;
  start_in('Q', "2026-11-20T10:00:00Z");
  Client alice(address());
  ASSERT_EQ(alice.log_in("alice", "secret"), 1U);
  EXPECT_EQ(end(), ExitCode::ok);
  EXPECT_EQ(alice.packet('E').size(), sizeof(wire::ufo::EndOfSession));
  EXPECT_TRUE(feed_.hears_the_end());
  EXPECT_EQ(feed_.events(), "OSQEC");
}

TEST_F(DayRunnerTest, AConfigurationThatIsWrongLeavesTheOldOne) {
  start_in('Q', "2026-11-20T10:00:00Z");
  time_.set("2026-11-23T10:00:00Z");  // past the end of Friday's day, and into Monday's
  EXPECT_TRUE(says("status", R"("day":20261123)"));
  EXPECT_TRUE(comes_to('Q'));
  EXPECT_EQ(end(), ExitCode::ok);
  EXPECT_THAT(log_.str(), HasSubstr("the configuration is wrong now: the old one goes on"));
}

}  // namespace
}  // namespace wirebook::node
