// Goal: a control line becomes one request, or is refused with what is wrong in it.
// Method: lines, and the line that their request stands for; lines, and the whole text they earn.
#include "node/control/control_request.hpp"

#include <string>

#include <gtest/gtest.h>

#include "node/control/control_lines.hpp"

namespace wirebook::node {
namespace {

struct Line {
  std::string text;
  std::string means;  ///< as `to_line` has it
};

class ControlRequestTest : public testing::TestWithParam<Line> {};

TEST_P(ControlRequestTest, MeansWhatItSays) {
  ControlRequest request;
  EXPECT_EQ(parse_control_request(GetParam().text, request), "");
  EXPECT_EQ(to_line(request), GetParam().means);
  ControlRequest again;
  EXPECT_EQ(parse_control_request(GetParam().means, again), "");
  EXPECT_EQ(to_line(again), GetParam().means);
}

INSTANTIATE_TEST_SUITE_P(
    All, ControlRequestTest,
    testing::Values(
        Line{"status", "status"}, Line{"  HELP ", "help"}, Line{"Sessions", "sessions"},
        Line{"instruments", "instruments"}, Line{"schedule", "schedule"},
        Line{"halt AAPL", "halt AAPL"}, Line{"Halt AAPL T1", "halt AAPL T1"},
        Line{"halt all LUDP", "halt all LUDP"}, Line{"pause *", "pause all"},
        Line{"halt ALL", "halt ALL"}, Line{"quote aapl", "quote aapl"},
        Line{"resume AAPL", "resume AAPL"}, Line{"event q", "event Q"},
        Line{"add TSLA", "add TSLA lot 100 state T"},
        Line{"add TSLA state h lot 10", "add TSLA lot 10 state H"}, Line{"break 17", "break 17 S"},
        Line{"break 18446744073709551615 e", "break 18446744073709551615 E"},
        Line{"cancel session ALICE", "cancel session ALICE"},
        Line{"disable firm ACME", "disable firm ACME"},
        Line{"kill session ALICE", "disable session ALICE"},
        Line{"kill firm ACME", "kill firm ACME"}, Line{"enable firm ACME", "enable firm ACME"},
        Line{"disconnect session a", "disconnect session a"},
        Line{"limit max_quantity session ALICE value 500",
             "limit max_quantity session ALICE value 500"},
        Line{"limit message_rate value 10 window 1000 session A",
             "limit message_rate session A window 1000 value 10"},
        Line{"limit message_rate session A off", "limit message_rate session A off"},
        Line{"limit message_rate session A value 0", "limit message_rate session A off"},
        Line{"limit collar instrument AAPL off", "limit collar instrument AAPL off"},
        Line{"limit restricted instrument AAPL value 1",
             "limit restricted instrument AAPL value 1"},
        Line{"limit restricted instrument AAPL firm ACME off",
             "limit restricted instrument AAPL firm ACME off"},
        Line{"limit collar instrument AAPL low 1.5 high 2",
             "limit collar instrument AAPL low 1.5000 high 2.0000"},
        Line{"limit reference_price instrument AAPL price 320.14",
             "limit reference_price instrument AAPL value 3201400"},
        Line{"limit exposure firm ACME value 1000000", "limit exposure firm ACME value 1000000"},
        Line{"limit reserve_seed value 7", "limit reserve_seed value 7"}));

class ControlRefusalTest : public testing::TestWithParam<Line> {};

TEST_P(ControlRefusalTest, SaysWhatIsWrong) {
  ControlRequest request;
  EXPECT_EQ(parse_control_request(GetParam().text, request), GetParam().means);
}

constexpr const char* kinds =
    "; it is: limit restricted|max_quantity|max_notional|fat_finger|collar|message_rate|"
    "duplicate_rate|exposure|reference_price|organization|affiliate|reserve_seed ...";
constexpr const char* max_quantity =
    "; it is: limit max_quantity session USERNAME value SHARES|off";
constexpr const char* collar = "; it is: limit collar instrument SYMBOL low PRICE high PRICE|off";
constexpr const char* halt = "; it is: halt SYMBOL|all [REASON]";
constexpr const char* add = "; it is: add SYMBOL [lot N] [state T|H|P|Q]";
constexpr const char* break_trade = "; it is: break MATCH_NUMBER [E|C|S|X]";

INSTANTIATE_TEST_SUITE_P(
    All, ControlRefusalTest,
    testing::Values(
        Line{"", "the line is empty; try help"}, Line{"   ", "the line is empty; try help"},
        Line{"stop", "\"stop\" is nothing that can be asked for; try help"},
        Line{"status now", "\"now\" is too much; it is: status"},
        Line{"halt", std::string("symbol is missing") + halt},
        Line{"halt TOOLONGNAME",
             std::string("symbol \"TOOLONGNAME\" is longer than 8 characters") + halt},
        Line{"halt AAPL LUDPX", std::string("reason \"LUDPX\" is longer than 4 characters") + halt},
        Line{"halt AAPL T1 T2", std::string("\"T2\" is too much") + halt},
        Line{"event", "event is missing: one of SQME; it is: event S|Q|M|E"},
        Line{"event O", "event \"O\" is none of SQME; it is: event S|Q|M|E"},
        Line{"event SQ", "event \"SQ\" is none of SQME; it is: event S|Q|M|E"},
        Line{"add TSLA lot 0", std::string("lot \"0\" is no number from 1 to 999999") + add},
        Line{"add TSLA lot -1", std::string("lot \"-1\" is no number from 1 to 999999") + add},
        Line{"add TSLA color red", std::string("\"color\"?") + add},
        Line{"break 0",
             std::string("match number \"0\" is no number from 1 to 18446744073709551615") +
                 break_trade},
        Line{"break 18446744073709551616",
             std::string("match number \"18446744073709551616\" is no number from 1 to "
                         "18446744073709551615") +
                 break_trade},
        Line{"break 1 Z", std::string("reason \"Z\" is none of ECSX") + break_trade},
        Line{"kill ALICE", "whom?; it is: kill session USERNAME|firm FIRM"},
        Line{"kill firm", "firm is missing; it is: kill session USERNAME|firm FIRM"},
        Line{"cancel session TOOLONG",
             "session \"TOOLONG\" is longer than 6 characters; it is: cancel session "
             "USERNAME|firm FIRM"},
        Line{"limit", std::string("the kind is missing") + kinds},
        Line{"limit speed", std::string("\"speed\" is no kind of limit") + kinds},
        Line{"limit max_quantity value 5",
             std::string("max_quantity needs session") + max_quantity},
        Line{"limit max_quantity session A firm B value 5",
             std::string("max_quantity has no firm") + max_quantity},
        Line{"limit max_quantity session A",
             std::string("max_quantity needs a value") + max_quantity},
        Line{"limit max_quantity session A value 5 off",
             std::string("value, price, low and high, and off exclude each other") + max_quantity},
        Line{"limit max_quantity session A session B value 5",
             std::string("session is there twice") + max_quantity},
        Line{"limit max_quantity session A for 5", std::string("\"for\"?") + max_quantity},
        Line{"limit max_quantity session A low 1 high 2",
             std::string("max_quantity has no low") + max_quantity},
        Line{"limit message_rate session A value 5",
             "message_rate needs window; it is: limit message_rate session USERNAME window MS "
             "value MESSAGES|off"},
        Line{"limit max_quantity session A value 5 window 9",
             std::string("max_quantity has no window") + max_quantity},
        Line{"limit collar instrument AAPL low 1", std::string("collar needs high") + collar},
        Line{"limit collar instrument AAPL value 1", std::string("collar needs low") + collar},
        Line{"limit collar instrument AAPL low 1.23456 high 2",
             std::string("low \"1.23456\" is no price of at most 4 decimals, up to 429496.7295") +
                 collar},
        Line{"limit exposure value 1",
             "exposure needs firm; it is: limit exposure firm FIRM value UNITS|off"},
        Line{std::string("halt AAPL\0T1", 12), "the line is not printable ASCII"},
        Line{"halt \xC3\x84", "the line is not printable ASCII"},
        Line{"halt\tAAPL", "the line is not printable ASCII"},
        Line{std::string(257, 'x'), "the line is longer than 256 bytes"}));

TEST(ControlHelp, NamesVerbsAndKinds) {
  const std::string_view help = control_help();
  EXPECT_NE(help.find("halt SYMBOL|all [REASON]"), std::string_view::npos);
  EXPECT_NE(help.find("limit collar instrument SYMBOL low PRICE high PRICE|off"),
            std::string_view::npos);
  EXPECT_NE(help.find("limit reserve_seed"), std::string_view::npos);
}

void put(ControlLines& lines, std::string_view bytes) {
  const std::span<char> room = lines.room();
  ASSERT_LE(bytes.size(), room.size());
  std::copy(bytes.begin(), bytes.end(), room.begin());
  lines.filled(bytes.size());
}

TEST(ControlLines, GivesWholeLinesHoweverTheyCome) {
  ControlLines lines;
  put(lines, "sta");
  EXPECT_FALSE(lines.next());
  put(lines, "tus\r\nhalt AAPL\n\nre");
  EXPECT_EQ(lines.next(), "status");
  EXPECT_EQ(lines.next(), "halt AAPL");
  EXPECT_EQ(lines.next(), "");
  EXPECT_FALSE(lines.next());
  put(lines, "sume\n");
  EXPECT_EQ(lines.next(), "resume");
  EXPECT_FALSE(lines.spoilt());
}

TEST(ControlLines, ALineThatIsTooLongSpoilsTheConnection) {
  ControlLines lines;
  put(lines, "status\n" + std::string(control_line_bytes_max, 'x'));
  EXPECT_EQ(lines.next(), "status");
  EXPECT_FALSE(lines.next());
  EXPECT_FALSE(lines.spoilt());
  put(lines, "xx\nstatus\n");
  EXPECT_FALSE(lines.next());
  EXPECT_TRUE(lines.spoilt());
  EXPECT_FALSE(lines.next());
}

}  // namespace
}  // namespace wirebook::node
