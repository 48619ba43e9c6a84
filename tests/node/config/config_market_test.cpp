// Goal: the tables of the feed arrive as they are written, are printed as they hold, and a line
// that cannot be meant is refused with its key. Method: small files as text.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "node/config/config_parser.hpp"

namespace wirebook::node {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr const char* whole = R"([[instruments]]
symbol = "AAPL"
[market_data]
send_to = "239.1.2.3:4000"
send_to_b = "239.1.2.4:4001"
multicast_interface = "127.0.0.1"
multicast_interface_b = "127.0.0.2"
pack_us = 50
rerequest = "127.0.0.1:4002"
rerequest_rate = 77
history_mib = 5
end_of_session_ms = 100
[[feed_accounts]]
username = "FEED"
password = "secret"
[market_data_tcp]
listen = "127.0.0.1:4003"
connections = 9
login_timeout_ms = 11
heartbeat_ms = 12
timeout_ms = 13
stalled_ms = 14
[glimpse]
listen = "0.0.0.0:4004"
open = true
)";

void expect_whole(const NodeConfig& config) {
  const MarketDataConfig& market = config.market_data;
  EXPECT_EQ(market.send_to_b, (Endpoint{0xEF010204, 4001}));
  EXPECT_EQ(market.multicast_interface_b, 0x7F000002U);
  EXPECT_EQ(market.pack_us, 50U);
  EXPECT_EQ(market.rerequest, (Endpoint{0x7F000001, 4002}));
  EXPECT_EQ(market.rerequest_rate, 77U);
  EXPECT_EQ(market.history_mib, 5U);
  EXPECT_EQ(market.end_of_session_ms, 100U);
  ASSERT_EQ(config.feed_accounts.size(), 1U);
  EXPECT_EQ(config.feed_accounts[0].username.view(), "FEED");
  EXPECT_EQ(config.market_data_tcp.listen, (Endpoint{0x7F000001, 4003}));
  EXPECT_FALSE(config.market_data_tcp.open);
  EXPECT_EQ(config.market_data_tcp.connections, 9U);
  EXPECT_EQ(config.market_data_tcp.login_timeout_ms, 11U);
  EXPECT_EQ(config.market_data_tcp.heartbeat_ms, 12U);
  EXPECT_EQ(config.market_data_tcp.timeout_ms, 13U);
  EXPECT_EQ(config.market_data_tcp.stalled_ms, 14U);
  EXPECT_EQ(config.glimpse.listen, (Endpoint{0, 4004}));
  EXPECT_TRUE(config.glimpse.open);
}

TEST(ConfigMarket, ValuesArriveAndArePrintedAsTheyHold) {
  const ConfigResult result = parse_config(whole, "n.toml");
  ASSERT_THAT(result.errors, ElementsAre());
  expect_whole(result.config);
  const std::string printed = to_toml(result.config);
  EXPECT_THAT(printed, testing::Not(HasSubstr("secret")));
  const ConfigResult again = parse_config(printed, "again.toml");
  ASSERT_THAT(again.errors, ElementsAre()) << printed;
  expect_whole(again.config);
}

TEST(ConfigMarket, WhatIsLeftOutOpensNothingAndLineBLeavesAsLineADoes) {
  const ConfigResult result = parse_config(
      "[[instruments]]\nsymbol = \"A\"\n[market_data]\nsend_to = \"239.1.2.3:4000\"\n"
      "send_to_b = \"239.1.2.4:4000\"\nmulticast_interface = \"127.0.0.1\"\n",
      "n.toml");
  ASSERT_THAT(result.errors, ElementsAre());
  EXPECT_FALSE(result.config.market_data.rerequest);
  EXPECT_FALSE(result.config.market_data_tcp.listen);
  EXPECT_FALSE(result.config.glimpse.listen);
  EXPECT_EQ(result.config.market_data.multicast_interface_b, 0x7F000001U);
}

struct WrongLine {
  const char* text;
  const char* error;
};

class ConfigMarketError : public testing::TestWithParam<WrongLine> {};

TEST_P(ConfigMarketError, SaysWhatIsWrong) {
  const std::string text = std::string("[[instruments]]\nsymbol = \"A\"\n") + GetParam().text;
  EXPECT_THAT(parse_config(text, "n.toml").errors, ElementsAre(HasSubstr(GetParam().error)));
}

INSTANTIATE_TEST_SUITE_P(
    All, ConfigMarketError,
    testing::Values(
        WrongLine{"[market_data]\nsend_to_b = \"239.0.0.1:0\"", "send_to_b: has port 0"},
        WrongLine{"[market_data]\nsend_to = \"1.2.3.4:5\"\nsend_to_b = \"1.2.3.4:5\"",
                  "send_to_b: is 1.2.3.4:5, and so is send_to"},
        WrongLine{"[market_data]\nmulticast_interface_b = \"127.0.0.1\"",
                  "multicast_interface_b: has no effect"},
        WrongLine{"[market_data]\nsend_to_b = \"127.0.0.1:26400\"",
                  "n.toml:4: market_data.send_to_b: is 127.0.0.1:26400, and order_entry.listen is "
                  "127.0.0.1:26400: the node would hear itself"},
        WrongLine{
            "[order_entry]\nlisten = \"0.0.0.0:5\"\n[market_data]\nrerequest = \"127.0.0.1:5\"",
            "n.toml:6: market_data.rerequest: is 127.0.0.1:5, and order_entry.listen is "
            "0.0.0.0:5: two servers cannot share a port"},
        WrongLine{
            "[soup]\nlisten = \"127.0.0.1:26402\"\n[fix]",
            "n.toml:4: soup.listen: is 127.0.0.1:26402, and fix.listen is 127.0.0.1:26402: two "
            "servers cannot share a port"},
        WrongLine{"[glimpse]\nlisten = \"127.0.0.1:7\"\nopen = true\n[market_data_tcp]\nlisten = "
                  "\"127.0.0.1:7\"\nopen = true",
                  "n.toml:4: glimpse.listen: is 127.0.0.1:7, and market_data_tcp.listen is "
                  "127.0.0.1:7: two servers cannot share a port"},
        WrongLine{
            "[fix]\nlisten = \"127.0.0.1:7\"\norder_entry = \"127.0.0.1:7\"",
            "n.toml:5: fix.order_entry: is 127.0.0.1:7, and fix.listen is 127.0.0.1:7: FIX would "
            "be its own client"},
        WrongLine{"[market_data]\nrerequest = \"239.0.0.1:5\"", "rerequest: is a multicast group"},
        WrongLine{"[market_data]\nrerequest_rate = 5", "rerequest_rate: has no effect"},
        WrongLine{"[market_data]\nrerequest = \"1.2.3.4:5\"\nrerequest_rate = 0",
                  "rerequest_rate: is 0, but must be"},
        WrongLine{"[market_data]\npack_us = 1000001", "pack_us: is 1000001, but must be"},
        WrongLine{"[market_data_tcp]\nlisten = \"127.0.0.1:1\"",
                  "market_data_tcp.listen: nobody could log in"},
        WrongLine{"[glimpse]\nlisten = \"127.0.0.1:1\"", "glimpse.listen: nobody could log in"},
        WrongLine{"[glimpse]\ntimeout_ms = 100", "glimpse.timeout_ms: the timeout, 100 ms"},
        WrongLine{"[glimpse]\nport = 7", "glimpse.port"},
        WrongLine{"[[feed_accounts]]\nusername = \"A\"", "needs either password or password_hash"},
        WrongLine{"[[feed_accounts]]\nusername = \"A\"\npassword_hash = \"x\"",
                  "password_hash: is no hash"}));

TEST(ConfigMarket, TheSamePortIsFreeElsewhere) {
  for (const char* const text :
       {"[soup]\nlisten = \"127.0.0.1:26400\"",  // TCP, and order entry is UDP
        "[soup]\nlisten = \"127.0.0.1:7\"\n[fix]\nlisten = \"127.0.0.2:7\"",
        "[soup]\nlisten = \"127.0.0.1:0\"\n[fix]\nlisten = \"127.0.0.1:0\""})
    EXPECT_THAT(
        parse_config(std::string("[[instruments]]\nsymbol = \"A\"\n") + text, "n.toml").errors,
        testing::IsEmpty())
        << text;
}

}  // namespace
}  // namespace wirebook::node
