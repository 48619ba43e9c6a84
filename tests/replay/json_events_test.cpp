// Goal: each OUCH message to a client becomes the line of JSON that replay/README.md promises.
// Method: every type from bytes written by hand after OUCH 5.0.
#include "node/json/json_events.hpp"

#include <string>

#include <gtest/gtest.h>

namespace wirebook::node {
namespace {

using namespace std::string_literals;

std::string line_of(const std::string& message, std::uint32_t session = 1) {
  std::string out;
  append_json_event(out, session, std::as_bytes(std::span(message)));
  return out;
}

const std::string time_9 = "\0\0\0\0\0\0\0\x9"s;
const std::string price_320_14 = "\0\0\0\0\0\x30\xD9\x78"s;

TEST(JsonEvents, SystemEvent) {
  EXPECT_EQ(line_of("S" + time_9 + "S", 65'535),
            R"({"session":65535,"type":"system_event","timestamp":9,"event_code":"S"})"
            "\n");
}

TEST(JsonEvents, AcceptedWithTags) {
  EXPECT_EQ(line_of("A" + time_9 + "\0\0\0\1B\0\0\0\x64"s + "AAPL    " + price_320_14 + "0Y" +
                    "\0\0\0\0\0\0\0\7"s + "PNNLx1            " + "\0\x17"s + "\5\2LIME"s +
                    "\5\7\xFF\xFF\xFF\xFE"s + "\3\x18\2\1"s + "\2\4 "s + "\3\x1E**"s),
            R"({"session":1,"type":"accepted","timestamp":9,"user_ref_num":1,"side":"B",)"
            R"("quantity":100,"symbol":"AAPL","price":"320.1400","time_in_force":"0",)"
            R"("display":"Y","order_ref":7,"capacity":"P","iso":"N","cross_type":"N",)"
            R"("order_state":"L","cl_ord_id":"x1","firm":"LIME","peg_offset":"-0.0002",)"
            R"("group_id":513,"customer_type":" ","aiq_group_id":"**"})"
            "\n");
}

TEST(JsonEvents, Replaced) {
  EXPECT_EQ(line_of("U" + time_9 + "\0\0\0\1\0\0\0\2S\0\0\0\x64"s + "AAPL    " + price_320_14 +
                    "3N" + "\0\0\0\0\0\0\0\x8"s + "ANND              " + "\0\0"s),
            R"({"session":1,"type":"replaced","timestamp":9,"orig_user_ref_num":1,)"
            R"("user_ref_num":2,"side":"S","quantity":100,"symbol":"AAPL","price":"320.1400",)"
            R"("time_in_force":"3","display":"N","order_ref":8,"capacity":"A","iso":"N",)"
            R"("cross_type":"N","order_state":"D","cl_ord_id":""})"
            "\n");
}

TEST(JsonEvents, CanceledBareAndInAChannel) {
  EXPECT_EQ(line_of("C" + time_9 + "\0\0\0\1\0\0\0\x64U"s),
            R"({"session":1,"type":"canceled","timestamp":9,"user_ref_num":1,"quantity":100,)"
            R"("reason":"U"})"
            "\n");
  EXPECT_EQ(line_of("C" + time_9 + "\0\0\0\1\0\0\0\x64U\0\3\2\x1C\5"s),
            R"({"session":1,"type":"canceled","timestamp":9,"user_ref_num":1,"quantity":100,)"
            R"("reason":"U","user_ref_idx":5})"
            "\n");
}

TEST(JsonEvents, AiqCanceled) {
  EXPECT_EQ(line_of("D" + time_9 + "\0\0\0\1\0\0\0\2Q\0\0\0\3"s + price_320_14 + "Ay"),
            R"({"session":1,"type":"aiq_canceled","timestamp":9,"user_ref_num":1,)"
            R"("decrement_shares":2,"reason":"Q","qty_prevented_from_trading":3,)"
            R"("execution_price":"320.1400","liquidity_flag":"A","aiq_strategy":"y"})"
            "\n");
}

TEST(JsonEvents, ExecutedAndBroken) {
  EXPECT_EQ(
      line_of("E" + time_9 + "\0\0\0\1\0\0\0\2"s + price_320_14 + "A" + "\0\0\0\0\0\0\0\3\0\0"s),
      R"({"session":1,"type":"executed","timestamp":9,"user_ref_num":1,"quantity":2,)"
      R"("price":"320.1400","liquidity_flag":"A","match_number":3})"
      "\n");
  EXPECT_EQ(line_of("B" + time_9 + "\0\0\0\1"s + "\0\0\0\0\0\0\0\3"s + "E" + "x1            "),
            R"({"session":1,"type":"broken_trade","timestamp":9,"user_ref_num":1,)"
            R"("match_number":3,"reason":"E","cl_ord_id":"x1"})"
            "\n");
}

TEST(JsonEvents, RejectCodesAreFourHexDigits) {
  EXPECT_EQ(line_of("J" + time_9 + "\0\0\0\1\0\x1D"s + "a\"b           "),
            R"({"session":1,"type":"rejected","timestamp":9,"user_ref_num":1,"reason":"001D",)"
            R"("cl_ord_id":"a\"b"})"
            "\n");
}

TEST(JsonEvents, PendingRejectedPriorityModifiedRestated) {
  EXPECT_EQ(line_of("P" + time_9 + "\0\0\0\1"s),
            R"({"session":1,"type":"cancel_pending","timestamp":9,"user_ref_num":1})"
            "\n");
  EXPECT_EQ(line_of("I" + time_9 + "\0\0\0\1"s),
            R"({"session":1,"type":"cancel_reject","timestamp":9,"user_ref_num":1})"
            "\n");
  EXPECT_EQ(line_of("T" + time_9 + "\0\0\0\1"s + price_320_14 + "Y" + "\0\0\0\0\0\0\0\7"s),
            R"({"session":1,"type":"priority_update","timestamp":9,"user_ref_num":1,)"
            R"("price":"320.1400","display":"Y","order_ref":7})"
            "\n");
  EXPECT_EQ(line_of("M" + time_9 + "\0\0\0\1T\0\0\0\x64"s),
            R"({"session":1,"type":"modified","timestamp":9,"user_ref_num":1,"side":"T",)"
            R"("quantity":100})"
            "\n");
  EXPECT_EQ(line_of("R" + time_9 + "\0\0\0\1R\0\x10"s + "\5\x16\0\0\0\x64"s + "\x9\1"s +
                    "\0\0\0\0\0\0\0\7"s),
            R"({"session":1,"type":"restated","timestamp":9,"user_ref_num":1,"reason":"R",)"
            R"("display_quantity":100,"secondary_ord_ref_num":7})"
            "\n");
}

TEST(JsonEvents, AccountResponses) {
  EXPECT_EQ(line_of("X" + time_9 + "\0\0\0\1"s + "LIME        " + "\0\3\2\x1B"s + "B"),
            R"({"session":1,"type":"mass_cancel_response","timestamp":9,"user_ref_num":1,)"
            R"("firm":"LIME","symbol":"","side":"B"})"
            "\n");
  EXPECT_EQ(line_of("G" + time_9 + "\0\0\0\1"s + "    " + "\0\0"s),
            R"({"session":1,"type":"disable_response","timestamp":9,"user_ref_num":1,"firm":""})"
            "\n");
  EXPECT_EQ(line_of("K" + time_9 + "\0\0\0\1"s + "LIME" + "\0\0"s),
            R"({"session":1,"type":"enable_response","timestamp":9,"user_ref_num":1,)"
            R"("firm":"LIME"})"
            "\n");
  EXPECT_EQ(line_of("Q" + time_9 + "\0\0\0\1"s),
            R"({"session":1,"type":"account_query_response","timestamp":9,)"
            R"("next_user_ref_num":1})"
            "\n");
}

}  // namespace
}  // namespace wirebook::node
