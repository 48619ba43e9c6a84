// Goal: each way in which a replay can go wrong has its exit code and says where.
// Method: one call for each.
#include <string>

#include "replay_fixture.hpp"

namespace wirebook::node {
namespace {

using namespace std::string_literals;

using ReplayUsage = ReplayTest;

const std::string query = R"({"type":"account_query"})"
                          "\n";
const std::string config =
    "[[instruments]]\nsymbol = \"AAPL\"\n\n"
    "[[sessions]]\nusername = \"ALICE\"\npassword = \"SECRET\"\nfirm = \"ACME\"\n";

TEST_F(ReplayUsage, BadLinesAreReportedCountedAndPassedOver) {
  EXPECT_EQ(
      run({.in = write("in", query + "nonsense\n\n" + query + "{\"type\":\"enter\"}\n" + query),
           .out_events = path("events"),
           .summary = path("summary")}),
      ExitCode::malformed);
  const std::string name = path("in");
  EXPECT_NE(err.find(name + ":2: "), std::string::npos) << err;
  EXPECT_NE(err.find(name + ":5: user_ref_num is missing"), std::string::npos) << err;
  EXPECT_NE(err.find(name + ": 2 parts were malformed"), std::string::npos) << err;
  EXPECT_TRUE(read("summary").starts_with(R"({"messages":3,"by_type":{"account_query":3},)"
                                          R"("anomalies":{"unknown_reference":0,"bad_line":2},)"))
      << read("summary");
}

TEST_F(ReplayUsage, AnAppendageThatFitsNoGroupIsABadLineToo) {
  std::string line =
      R"({"type":"enter","user_ref_num":1,"side":"B","quantity":1,"symbol":"A","price":"1")";
  for (const char* const tag : {"secondary_ord_ref_num", "min_qty", "max_floor", "random_reserves",
                                "expire_time", "display_quantity", "group_id", "user_ref_idx"})
    line += ",\"" + std::string(tag) + "\":1";
  for (const char* const tag :
       {"peg_offset", "discretion_price", "discretion_peg_offset", "display_price"})
    line += ",\"" + std::string(tag) + "\":\"1\"";
  for (const char* const tag :
       {"firm", "customer_type", "price_type", "discretion_price_type", "post_only", "route",
        "trade_now", "handle_inst", "bbo_weight_indicator", "shares_located", "locate_broker"})
    line += ",\"" + std::string(tag) + "\":\"N\"";
  EXPECT_EQ(run({.in = write("in", line + "}\n"), .summary = path("summary")}),
            ExitCode::malformed);
  EXPECT_NE(err.find(path("in") + ":1: ouch_appendage_too_long"), std::string::npos) << err;
  EXPECT_TRUE(read("summary").starts_with(R"({"messages":0,)")) << read("summary");
}

TEST_F(ReplayUsage, MalformedBlocksAreCounted) {
  // An unknown type, a message cut short, and a file that ends within a block.
  EXPECT_EQ(run({.in = write("in", ouch_block(1, "Q") + ouch_block(1, "z") + ouch_block(1, "X\0"s) +
                                       ouch_block(1, "Q").substr(0, 6)),
                 .in_format = ReplayFormat::ouch,
                 .summary = path("summary")}),
            ExitCode::malformed);
  EXPECT_TRUE(read("summary").starts_with(
      R"({"messages":1,"by_type":{"Q":1},"anomalies":{"unknown_reference":0,)"
      R"("ouch_unknown_type":1,"ouch_truncated":1,"file_truncated":1},)"))
      << read("summary");
  EXPECT_NE(err.find(": 3 parts were malformed"), std::string::npos) << err;
}

TEST_F(ReplayUsage, AMalformedMessageListsNothing) {
  EXPECT_EQ(run({.in = write("in", ouch_block(9, "O\0\0"s) + ouch_block(1, "Q")),
                 .dump_slots = path("slots")}),
            ExitCode::malformed);
  EXPECT_EQ(read("slots").size(), 2U * 64) << "session 1 comes up, and asks";
}

TEST_F(ReplayUsage, WithAConfigurationNothingElseIsListed) {
  const std::string enter = R"({"type":"enter","user_ref_num":)";
  const std::string in = write("in", enter +
                                         R"(1,"side":"B","quantity":1,"symbol":"MSFT","price":"1"})"
                                         "\n" +
                                         enter +
                                         R"(2,"side":"B","quantity":1,"symbol":"AAPL","price":"1"})"
                                         "\n"
                                         R"({"type":"account_query","session":2})"
                                         "\n");
  EXPECT_EQ(run({.in = in,
                 .config = write("node.toml", config),
                 .out_events = path("events"),
                 .summary = path("summary")}),
            ExitCode::ok)
      << err;
  const std::string events = read("events");
  EXPECT_TRUE(events.starts_with(
      R"({"session":1,"type":"rejected","timestamp":0,"user_ref_num":1,"reason":"0017",)"))
      << events;
  EXPECT_NE(events.find(R"("type":"accepted","timestamp":0,"user_ref_num":2)"), std::string::npos)
      << events;
  EXPECT_EQ(events.find(R"("session":2)"), std::string::npos) << events;
  const std::string summary = read("summary");
  EXPECT_NE(summary.find(R"("unknown_session":1)"), std::string::npos) << summary;
  EXPECT_EQ(summary.find("MSFT"), std::string::npos) << summary;
}

TEST_F(ReplayUsage, AWrongConfiguration) {
  EXPECT_EQ(run({.in = write("in", query), .config = write("node.toml", "nonsense = 1\n")}),
            ExitCode::configuration);
  EXPECT_NE(err.find("node.toml:1"), std::string::npos) << err;
}

TEST_F(ReplayUsage, FilesThatCannotBeReadOrWritten) {
  EXPECT_EQ(run({.in = path("missing")}), ExitCode::io);
  EXPECT_NE(err.find("missing"), std::string::npos) << err;
  EXPECT_EQ(run({.in = write("in", query), .out_events = path("no/such/folder")}), ExitCode::io);
  EXPECT_NE(err.find("no/such/folder"), std::string::npos) << err;
  EXPECT_EQ(run({.in = write("in", query), .summary = "/dev/full"}), ExitCode::io);
}

TEST_F(ReplayUsage, NoFileIsOverwrittenByAnother) {
  const std::string in = write("in", query);
  EXPECT_EQ(run({.in = in, .out_events = in}), ExitCode::usage);
  EXPECT_EQ(read("in"), query);
  EXPECT_EQ(run({.in = in, .out_events = path("out"), .out_bbo = path("out")}), ExitCode::usage);
}

TEST_F(ReplayUsage, AFeedHasNoOrderEntryToWrite) {
  const std::string in = write("in", itch_block("S" + std::string(10, '\0') + "O"));
  EXPECT_EQ(run({.in = in, .out_events = path("x")}), ExitCode::usage);
  EXPECT_EQ(run({.in = in, .out_ouch = path("x")}), ExitCode::usage);
  EXPECT_EQ(run({.in = in, .out_itch = path("x")}), ExitCode::usage);
  EXPECT_EQ(run({.in = in, .dump_slots = path("x")}), ExitCode::usage);
  EXPECT_FALSE(std::filesystem::exists(path("x")));
  EXPECT_EQ(run({.in = in, .out_bbo = path("x")}), ExitCode::ok) << err;
}

TEST_F(ReplayUsage, TheFormatIsToldFromTheBytes) {
  const std::string json = summary_of({.in = write("json", " \n" + query)});
  EXPECT_NE(json.find("account_query"), std::string::npos) << json;
  const std::string bad_first = summary_of({.in = write("json", "oops\n" + query)});
  EXPECT_NE(bad_first.find(R"("bad_line":1)"), std::string::npos) << bad_first;
  const std::string ouch = summary_of({.in = write("ouch", ouch_block(1, "Q"))});
  EXPECT_NE(ouch.find(R"("by_type":{"Q":1})"), std::string::npos) << ouch;
  const std::string itch =
      summary_of({.in = write("itch", itch_block("S" + std::string(10, '\0') + "O"))});
  EXPECT_NE(itch.find(R"("by_type":{"S":1})"), std::string::npos) << itch;
  EXPECT_EQ(run({.in = write("empty", "")}), ExitCode::ok) << err;
  EXPECT_EQ(run({.in = write("garbage", "\0\1\2\3\4\5\6\7"s)}), ExitCode::malformed);
  EXPECT_NE(err.find("--in-format"), std::string::npos) << err;
}

TEST_F(ReplayUsage, WithoutASummaryFilePeopleGetAShortOne) {
  EXPECT_EQ(run({.in = write("in", query)}), ExitCode::ok);
  EXPECT_NE(err.find("messages   1\n"), std::string::npos) << err;
  EXPECT_EQ(run({.in = write("in", query), .summary = path("summary")}), ExitCode::ok);
  EXPECT_EQ(err, "");
}

}  // namespace
}  // namespace wirebook::node
