// Goal: FIX order entry lives through the change of the day: beside a node that goes by a schedule,
// as a gateway that stays while the node's days change, and over midnight.
// Method: a runner of days whose clock the test sets; nodes of other session names; a store of
// yesterday. Raw FIX over sockets.
#include <filesystem>
#include <fstream>
#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <spdlog/sinks/ostream_sink.h>

#include "node/fix/gateway/fix_beside.hpp"
#include "node/schedule/day_runner.hpp"
#include "tests/node/fix/fix_node.hpp"
#include "tests/node/fix/raw_fix_client.hpp"
#include "tests/node/schedule/day_rig.hpp"

namespace wirebook::fix {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

std::string day_order(const std::string& name) {
  return "35=D|11=" + name + "|54=1|38=100|44=150|55=AAPL|40=2|59=0|60=20260105-10:00:00";
}

/// A runner of days in this process, with FIX beside its nodes.
class FixBySchedule : public testing::Test {
 protected:
  FixBySchedule()
      : config_(node::journal_config(node::journal_layouts[0], journal_.path(), feed_.endpoint())) {
    config_.journal.mode = node::JournalMode::off;
    config_.schedule.on = true;
    config_.clock.source = &time_;
    config_.soup.on = true;
    config_.soup.listen = {0x7F000001, 0};
    config_.fix.on = true;
    config_.fix.listen = {0x7F000001, 0};
    config_.fix.store = store_.path();
    config_.order_entry.session_name = Alpha<10>::from("WB00");
    config_.market_data.session_name = Alpha<10>::from("WB00");
  }
  void TearDown() override {
    end();
    if (HasFailure())
      std::cerr << log_.str() << fix_log_.str();
  }

  void start() {
    node::DayRunnerParts parts = node::runner_parts(config_, ends_, logger_);
    parts.reload = [this]() -> std::optional<node::NodeConfig> {
      const std::lock_guard lock(mutex_);
      return config_;
    };
    parts.beside = [this](const node::NodeConfig& today, node::Node& running) {
      auto gateway = start_beside(today, running.status(), fix_logger_);
      note_address();  // nobody knows it yet, so nothing else is logged
      return gateway;
    };
    runner_ = std::thread(
        [parts = std::move(parts)]() mutable { node::DayRunner(std::move(parts)).run(); });
  }
  void end() {
    ends_.store(true);
    if (runner_.joinable())
      runner_.join();
  }
  [[nodiscard]] bool has_started(int days) {
    return node::eventually([&] { return started_.load() == days; });
  }
  /// Where FIX listens, by the line that says so.
  void note_address() {
    const std::string text = fix_log_.str();
    const std::string line = "FIX 4.4 and 5.0 SP2 on ";
    const std::size_t at = text.rfind(line) + line.size();
    address_ = *node::parse_endpoint(text.substr(at, text.find(',', at) - at));
    started_.fetch_add(1);
  }

  node::ScratchDirectory journal_;
  node::ScratchDirectory store_;
  node::UdpClient feed_;
  node::ManualTime time_{"2026-11-20T09:30:00Z"};  // a Friday
  node::NodeConfig config_;
  std::mutex mutex_;
  std::ostringstream log_;
  spdlog::logger logger_{"test", std::make_shared<spdlog::sinks::ostream_sink_mt>(log_)};
  std::ostringstream fix_log_;
  spdlog::logger fix_logger_{"fix", std::make_shared<spdlog::sinks::ostream_sink_mt>(fix_log_)};
  node::Endpoint address_;
  std::atomic<bool> ends_{false};
  std::atomic<int> started_{0};
  std::thread runner_;
};

TEST_F(FixBySchedule, EachDayHasItsOwnOrdersAndTheClientComesBack) {
  start();
  ASSERT_TRUE(has_started(1));
  const node::Endpoint first = address_;
  RawFixClient alice(first, "FIX.4.4", "ALICE");
  alice.log_on("secret");
  ASSERT_EQ(alice.next()[35], "A");
  alice.send(day_order("A1"));
  RawMessage report = alice.next();
  EXPECT_EQ(report[150] + report[11], "0A1");
  EXPECT_THAT(report[17], StartsWith("WB00B20-"));
  time_.set("2026-11-20T16:00:00Z");
  report = alice.next();
  EXPECT_EQ(report[150] + report[39] + report[11], "CCA1") << "market hours end the day order";
  time_.set("2026-11-20T20:05:00Z");
  EXPECT_THAT(alice.next_of("5")[58], HasSubstr("order entry has ended"));
  EXPECT_TRUE(alice.closed());

  {  // The port is the same each day, as it would be in a file.
    const std::lock_guard lock(mutex_);
    config_.fix.listen = first;
  }
  time_.set("2026-11-23T09:30:00Z");
  ASSERT_TRUE(has_started(2));
  EXPECT_EQ(address_, first);
  alice.connect(first);
  alice.log_on("secret");
  EXPECT_EQ(alice.next()[35], "A") << "the numbers go on: no midnight was crossed";
  alice.send("35=F|11=A2|41=A1|54=1|55=AAPL|60=20260105-10:00:00");
  report = alice.next();
  EXPECT_EQ(report[35] + report[102], "91") << "nobody knows yesterday's order";
  alice.send(day_order("A1"));
  report = alice.next();
  EXPECT_EQ(report[150] + report[11], "0A1") << "its ClOrdID is free again";
  EXPECT_THAT(report[17], StartsWith("WB00B23-"));
}

class FixDays : public testing::Test {
 protected:
  void SetUp() override {
    venue_.config().order_entry.session_name = Alpha<10>::from("WB00B20");
    venue_.start();
  }
  FixNode venue_;
};

TEST_F(FixDays, AGatewayOfItsOwnLivesThroughTheNodesDays) {
  RawFixClient alice(venue_.address(), "FIX.4.4", "ALICE");
  alice.log_on("secret");
  ASSERT_EQ(alice.next()[35], "A");
  alice.send(day_order("A1"));
  EXPECT_EQ(alice.next()[150], "0");
  venue_.stop_node();
  EXPECT_EQ(alice.next()[35], "5");
  EXPECT_TRUE(alice.closed());
  venue_.config().order_entry.session_name = Alpha<10>::from("WB00B23");
  venue_.start_node();
  alice.connect(venue_.address());
  alice.log_on("secret");
  EXPECT_EQ(alice.next()[35], "A");
  alice.send(day_order("A1"));
  const RawMessage report = alice.next();
  EXPECT_EQ(report[150] + report[11], "0A1");
  EXPECT_THAT(report[17], StartsWith("WB00B23-"));
}

TEST_F(FixDays, NumbersBeginAgainAtMidnight) {
  {
    RawFixClient alice(venue_.address(), "FIX.4.4", "ALICE");
    alice.log_on("secret");
    ASSERT_EQ(alice.next()[34], "1");
    alice.send(day_order("A1"));
    EXPECT_EQ(alice.next()[34], "2");
  }
  venue_.stop_gateway();
  // What it has stored is of yesterday.
  const std::string session = venue_.store() + "/FIX.4.4-WIREBOOK-ALICE.session";
  ASSERT_TRUE(std::filesystem::exists(session));
  std::ofstream(session) << "20200101-00:00:01";
  venue_.start_gateway();
  RawFixClient alice(venue_.address(), "FIX.4.4", "ALICE");
  alice.log_on("secret");
  const RawMessage logon = alice.next();
  EXPECT_EQ(logon[35] + logon[34], "A1");
}

}  // namespace
}  // namespace wirebook::fix
