// Goal: [control] and [schedule] are read strictly, and what is wrong is named with its remedy.
// Method: whole files as text, and the exact messages that they earn.
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "node/config/config_parser.hpp"

namespace wirebook::node {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

TEST(DayConfig, EveryValueArrives) {
  const ConfigResult result = parse_config(R"(
[[instruments]]
symbol = "AAPL"
[engine]
shard = 7
[control]
socket = "/run/w/ctl"
mode = "0660"
user = "venue"
group = "desk"
connections = 3
audit = "/var/log/audit"
[schedule]
messages_start = "07:00"
system_start = "07:00:30"
market_open = "08:00:00.250"
market_close = "16:30"
system_end = "17:00"
messages_end = "17:05"
days = ["sat", "mon"]
holidays = ["2027-01-01", "2026-12-25"]
)",
                                           "n.toml");
  ASSERT_THAT(result.errors, ElementsAre());
  const ControlTable& control = result.config.control;
  EXPECT_EQ(control.socket, "/run/w/ctl");
  EXPECT_EQ(control.mode, 0660U);
  EXPECT_EQ(control.user, "venue");
  EXPECT_EQ(control.group, "desk");
  EXPECT_EQ(control.connections, 3U);
  EXPECT_EQ(control.audit, "/var/log/audit");
  EXPECT_EQ(result.config.engine.instruments, 65U);
  const ScheduleTable& schedule = result.config.schedule;
  EXPECT_TRUE(schedule.on);
  EXPECT_EQ(schedule.at_event('O'), time_of_day(7));
  EXPECT_EQ(schedule.at_event('S').raw, time_of_day(7).raw + 30'000'000'000);
  EXPECT_EQ(schedule.at_event('Q').raw, time_of_day(8).raw + 250'000'000);
  EXPECT_EQ(schedule.at_event('C'), time_of_day(17, 5));
  EXPECT_EQ(schedule.weekdays, 0b010'0001U);
  EXPECT_THAT(schedule.holidays, ElementsAre(20261225U, 20270101U));
  EXPECT_EQ(result.config.order_entry.session_name.view(), "WB07");
  // What check-config prints means the same.
  const ConfigResult again = parse_config(to_toml(result.config), "n.toml");
  EXPECT_THAT(again.errors, ElementsAre());
  EXPECT_EQ(to_toml(again.config), to_toml(result.config));
}

TEST(DayConfig, WithoutTheTablesThereIsNothing) {
  const NodeConfig config = parse_config("", "n.toml").config;
  EXPECT_FALSE(config.schedule.on);
  EXPECT_TRUE(config.control.socket.empty());
  EXPECT_EQ(config.engine.instruments, 0U);
  EXPECT_EQ(config.order_entry.session_name.view(), "WIREBOOK01");
  EXPECT_THAT(to_toml(config), Not(HasSubstr("[schedule]")));
}

struct WrongDay {
  const char* text;
  const char* error;
};
class DayConfigErrorTest : public testing::TestWithParam<WrongDay> {};

TEST_P(DayConfigErrorTest, NamesLineKeyAndRemedy) {
  EXPECT_THAT(parse_config(GetParam().text, "n.toml").errors,
              ElementsAre(testing::StartsWith(GetParam().error)));
}

INSTANTIATE_TEST_SUITE_P(
    All, DayConfigErrorTest,
    testing::Values(
        WrongDay{"[control]\nsocket = \"\"", "n.toml:2: control.socket: is empty"},
        WrongDay{"[control]\nsocket = \"s\"\nmode = \"0666\"",
                 "n.toml:3: control.mode: is \"0666\": anybody on this host could halt the market"},
        WrongDay{"[control]\nsocket = \"s\"\nmode = \"rw\"",
                 "n.toml:3: control.mode: is \"rw\", but must be a file's mode"},
        WrongDay{"[control]\ngroup = \"desk\"", "n.toml:2: control.group: has no effect"},
        WrongDay{"[control]\nsocket = \"s\"\nconnections = 0",
                 "n.toml:3: control.connections: is 0"},
        WrongDay{"[control]\nsockt = \"s\"", "n.toml:2: control.sockt: is not a key; did you mean"},
        WrongDay{"[schedule]\nmarket_open = \"9:30\"",
                 "n.toml:2: schedule.market_open: is \"9:30\", but must be a time of day"},
        WrongDay{"[schedule]\nmarket_open = \"24:00\"",
                 "n.toml:2: schedule.market_open: is \"24:00\""},
        WrongDay{"[schedule]\nmarket_open = \"09:30:0x\"", "n.toml:2: schedule.market_open: is"},
        WrongDay{"[schedule]\nmarket_open = \"16:00\"",
                 "n.toml:1: schedule: market_close, 16:00:00, must be later than market_open"},
        WrongDay{"[schedule]\ndays = [\"monday\"]", "n.toml:2: schedule.days: has \"monday\""},
        WrongDay{"[schedule]\ndays = []", "n.toml:2: schedule.days: has no day"},
        WrongDay{"[schedule]\ndays = \"mon\"",
                 "n.toml:2: schedule.days: is a string, but must be an"},
        WrongDay{"[schedule]\nholidays = [1]", "n.toml:2: schedule.holidays: has an integer in it"},
        WrongDay{"[schedule]\nholidays = [\"2026-02-30\"]",
                 "n.toml:2: schedule.holidays: has \"2026-02-30\""},
        WrongDay{"[order_entry]\nsession_name = \"MYDAY\"\n[schedule]\n",
                 "n.toml:1: order_entry: session_name is \"MYDAY\", but must have at most 4"}));

}  // namespace
}  // namespace wirebook::node
