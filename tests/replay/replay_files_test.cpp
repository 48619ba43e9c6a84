// Goal: every format of input and output says the same, and says it again the same way.
// Method: one scenario in JSON lines and in hand-made OUCH blocks; files compared byte by byte.
#include <cstring>
#include <string>

#include "wirebook/crc32c.hpp"
#include "wirebook/slot.hpp"

#include "replay_fixture.hpp"

namespace wirebook::node {
namespace {

using namespace std::string_literals;

const std::string order_lines =
    R"({"session":1,"type":"enter","user_ref_num":1,"side":"S","quantity":100,"symbol":"AAPL","price":"10","min_qty":0,"firm":"LIME","cl_ord_id":"s"})"
    "\n\n"
    R"({"session":2,"type":"enter","user_ref_num":1,"side":"B","quantity":40,"symbol":"AAPL","price":"10"})"
    "\n  \r\n"
    R"({"session":1,"type":"replace","orig_user_ref_num":1,"user_ref_num":2,"quantity":300,"price":"11"})"
    "\n"
    R"({"session":1,"type":"cancel","user_ref_num":2,"quantity":200})";  // no line break at the end

const std::string blocks = ouch_block(1,
                                      "O\0\0\0\1S\0\0\0\x64"s
                                      "AAPL    \0\0\0\0\0\1\x86\xA0"s
                                      "0YPNNs             \0\xC"s
                                      "\5\3\0\0\0\0\5\2LIME"s) +
                           ouch_block(2,
                                      "O\0\0\0\1B\0\0\0\x28"s
                                      "AAPL    \0\0\0\0\0\1\x86\xA0"s
                                      "0YPNN              \0\0"s) +
                           ouch_block(1,
                                      "U\0\0\0\1\0\0\0\2\0\0\1\x2C\0\0\0\0\0\1\xAD\xB0"s
                                      "0YN              \0\0"s) +
                           ouch_block(1, "X\0\0\0\2\0\0\0\xC8"s);

class ReplayFiles : public ReplayTest {
 protected:
  /// Everything that order entry can write, under this name.
  ReplayOptions all_outputs(const std::string& in, const std::string& name) {
    return {.in = in,
            .out_events = path(name + ".jsonl"),
            .out_ouch = path(name + ".ouch"),
            .out_itch = path(name + ".itch"),
            .out_bbo = path(name + ".csv"),
            .dump_slots = path(name + ".slots"),
            .summary = path(name + ".json")};
  }
};

constexpr const char* extensions[] = {".jsonl", ".ouch", ".itch", ".csv", ".slots", ".json"};

TEST_F(ReplayFiles, TwoReplaysAreByteIdentical) {
  const std::string in = write("in", order_lines);
  ASSERT_EQ(run(all_outputs(in, "a")), ExitCode::ok) << err;
  ASSERT_EQ(run(all_outputs(in, "b")), ExitCode::ok) << err;
  for (const std::string extension : extensions) {
    EXPECT_FALSE(read("a" + extension).empty()) << extension;
    EXPECT_EQ(read("a" + extension), read("b" + extension)) << extension;
  }
}

TEST_F(ReplayFiles, JsonLinesAndOuchBlocksAreOneRoad) {
  ASSERT_EQ(run(all_outputs(write("in.jsonl", order_lines), "a")), ExitCode::ok) << err;
  ASSERT_EQ(run(all_outputs(write("in.ouch", blocks), "b")), ExitCode::ok) << err;
  for (const std::string extension : {".jsonl", ".ouch", ".itch", ".csv", ".slots"})
    EXPECT_EQ(read("a" + extension), read("b" + extension)) << extension;
}

TEST_F(ReplayFiles, OuchOutIsWhatTheEventsSay) {
  ASSERT_EQ(run({.in = write("in", order_lines), .out_ouch = path("ouch")}), ExitCode::ok) << err;
  const std::string accepted =
      "A\0\0\0\0\0\0\0\0\0\0\0\1S\0\0\0\x64"s
      "AAPL    \0\0\0\0\0\1\x86\xA0"s
      "0Y\0\0\0\0\0\0\0\1PNNLs             "s;
  const std::string ouch = read("ouch");
  EXPECT_EQ(ouch.substr(2, 4), "\0\0\0\1"s);
  EXPECT_EQ(ouch.substr(6, accepted.size()), accepted);
}

TEST_F(ReplayFiles, ItchOutDefinesThenFollows) {
  ASSERT_EQ(
      run({.in = write("in", order_lines), .out_itch = path("itch"), .summary = path("orders")}),
      ExitCode::ok)
      << err;
  std::string types;
  const std::string itch = read("itch");
  for (std::size_t at = 0; at < itch.size();) {
    const auto length = static_cast<std::size_t>(static_cast<unsigned char>(itch[at])) << 8 |
                        static_cast<unsigned char>(itch[at + 1]);
    types += itch[at + 2];
    EXPECT_EQ(itch.substr(at + 3, 2), "\0\1"s) << "locates are dense from 1";
    at += 2 + length;
  }
  EXPECT_EQ(types, "RHAEUX");

  // Who follows the feed has the same book.
  ASSERT_EQ(run({.in = path("itch"), .summary = path("feed")}), ExitCode::ok) << err;
  const std::string orders = read("orders");
  const std::string feed = read("feed");
  EXPECT_EQ(orders.substr(orders.find("\"trades\"")), feed.substr(feed.find("\"trades\"")));
}

TEST_F(ReplayFiles, SystemEventsAreTheOnlySourceOfS) {
  const std::string opened = R"({"type":"system_event","event_code":"O"})"
                             "\n" +
                             order_lines;
  ASSERT_EQ(run({.in = write("in", opened), .out_itch = path("itch")}), ExitCode::ok) << err;
  EXPECT_EQ(read("itch").substr(0, 14), "\0\xCS\0\0\0\0\0\0\0\0\0\0O"s);
}

TEST_F(ReplayFiles, DumpedSlotsAreSealed) {
  ASSERT_EQ(run({.in = write("in", order_lines), .dump_slots = path("slots")}), ExitCode::ok)
      << err;
  const std::string bytes = read("slots");
  std::string kinds;
  ASSERT_EQ(bytes.size() % slot_bytes, 0U);
  for (std::size_t i = 0; i < bytes.size() / slot_bytes; ++i) {
    Slot slot;
    std::memcpy(&slot, bytes.data() + i * slot_bytes, slot_bytes);
    EXPECT_TRUE(is_sealed(slot, i, 1)) << i;
    kinds += static_cast<char>(slot.tail.kind);
  }
  // Session, instrument, enter with its extension; the other session, enter; replace; cancel.
  EXPECT_EQ(kinds, "\x02\x06O\x01\x02OUX");
}

TEST_F(ReplayFiles, SummaryOfOrderEntry) {
  EXPECT_EQ(summary_of({.in = write("in", order_lines)}),
            R"({"messages":4,"by_type":{"enter":2,"replace":1,"cancel":1},)"
            R"("anomalies":{"unknown_reference":0},"trades":1,"volume":40,)"
            R"("books":{"AAPL":{"live_orders":1,"bid":null,)"
            R"("ask":{"price":"11.0000","quantity":160,"orders":1},)"
            R"("bid_levels":0,"ask_levels":1}}})"
            "\n");
  EXPECT_TRUE(summary_of({.in = write("in", blocks)})
                  .starts_with(R"({"messages":4,"by_type":{"O":2,"U":1,"X":1},)"));
}

TEST_F(ReplayFiles, ManyInstrumentsAreListed) {
  std::string many;
  for (int i = 1; i <= 300; ++i)
    many += R"({"type":"enter","user_ref_num":)" + std::to_string(i) +
            R"(,"side":"B","quantity":1,"symbol":"S)" + std::to_string(i) + "\",\"price\":\"1\"}\n";
  const std::string summary = summary_of({.in = write("in", many)});
  EXPECT_NE(summary.find(R"("S1":)"), std::string::npos);
  EXPECT_NE(summary.find(R"("S300":{"live_orders":1,)"), std::string::npos);
}

TEST_F(ReplayFiles, SymbolsThatNobodyCouldListAreRejected) {
  const auto enter = [](int number, const std::string& symbol) {
    return R"({"type":"enter","user_ref_num":)" + std::to_string(number) +
           R"(,"side":"B","quantity":1,"symbol":")" + symbol + "\",\"price\":\"1\"}\n";
  };
  EXPECT_EQ(run({.in = write("in", enter(1, "") + enter(2, " A") + enter(3, "A\\u0001")),
                 .out_events = path("events")}),
            ExitCode::ok);
  const std::string events = read("events");
  std::size_t rejects = 0;
  for (std::size_t at = 0; (at = events.find(R"("reason":"0017")", at)) != std::string::npos; ++at)
    ++rejects;
  EXPECT_EQ(rejects, 3U) << events;
}

}  // namespace
}  // namespace wirebook::node
