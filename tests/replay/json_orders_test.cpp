// Goal: a line of JSON becomes exactly the OUCH bytes, or the slot, that it speaks of; a bad line
// says what is wrong and changes nothing. Method: every type against bytes written by hand.
#include "node/json/json_orders.hpp"

#include <optional>
#include <string>

#include <gtest/gtest.h>

namespace wirebook::node {
namespace {

using namespace std::string_literals;

class JsonOrders : public testing::Test {
 protected:
  /// The message's bytes, or nothing where the line is bad.
  std::optional<std::string> message(const std::string& line) {
    if (!read(line))
      return std::nullopt;
    return std::string(reinterpret_cast<const char*>(order.message.data()), order.message.size());
  }
  bool read(const std::string& line) {
    padded_ = line + std::string(json_padding_bytes, '}');
    return reader.read(std::string_view(padded_).substr(0, line.size()), order);
  }
  std::string error_of(const std::string& line) { return read(line) ? "" : reader.error(); }

  JsonOrderReader reader;
  JsonOrder order;

 private:
  std::string padded_;
};

TEST_F(JsonOrders, Enter) {
  EXPECT_EQ(message(R"({"session":7,"type":"enter","user_ref_num":1,"side":"B","quantity":100,)"
                    R"("symbol":"AAPL","price":"320.1400","time_in_force":"3","display":"A",)"
                    R"("capacity":"R","iso":"Y","cross_type":"O","cl_ord_id":"x1"})"),
            "O\0\0\0\1B\0\0\0\x64"s
            "AAPL    \0\0\0\0\0\x30\xD9\x78"s
            "3ARYOx1            \0\0"s);
  EXPECT_EQ(order.kind, SlotKind::enter);
  EXPECT_EQ(order.session, 7U);
}

TEST_F(JsonOrders, EnterTakesItsDefaults) {
  EXPECT_EQ(
      message(
          R"({"type":"enter","user_ref_num":258,"side":"S","quantity":1,"symbol":"B","price":"1"})"),
      "O\0\0\1\2S\0\0\0\1"s
      "B       \0\0\0\0\0\0\x27\x10"s
      "0YPNN              \0\0"s);
  EXPECT_EQ(order.session, 1U);
  EXPECT_EQ(order.time_ns, TimeNs{0});
}

TEST_F(JsonOrders, TagsRideBehindInTheOrderOfTheLine) {
  EXPECT_EQ(message(R"({"type":"enter","min_qty":100,"user_ref_num":1,"side":"B","quantity":1,)"
                    R"("symbol":"A","price":"1","firm":"LIME","peg_offset":"-0.0002",)"
                    R"("discretion_price":"2.5","post_only":"P","group_id":513,"user_ref_idx":9,)"
                    R"("aiq_group_id":"x"})"),
            "O\0\0\0\1B\0\0\0\1"s
            "A       \0\0\0\0\0\0\x27\x10"s
            "0YPNN              \0\x2A"s
            "\5\3\0\0\0\x64"s
            "\5\2LIME"s
            "\5\7\xFF\xFF\xFF\xFE"s
            "\x9\x9\0\0\0\0\0\0\x61\xA8"s
            "\2\xCP"s
            "\3\x18\2\1"s
            "\2\x1C\x9"s
            "\3\x1Ex "s);
}

TEST_F(JsonOrders, Replace) {
  EXPECT_EQ(message(R"({"type":"replace","orig_user_ref_num":1,"user_ref_num":2,"quantity":300,)"
                    R"("price":"214748.3647","cl_ord_id":"12345678901234","side":"T"})"),
            "U\0\0\0\1\0\0\0\2\0\0\1\x2C\0\0\0\0\x7F\xFF\xFF\xFF"s
            "0YN12345678901234\0\3\2\x1BT"s);
}

TEST_F(JsonOrders, CancelAndModify) {
  EXPECT_EQ(message(R"({"type":"cancel","user_ref_num":1,"quantity":0})"), "X\0\0\0\1\0\0\0\0"s);
  EXPECT_EQ(message(R"({"type":"cancel","user_ref_num":1,"quantity":0,"user_ref_idx":3})"),
            "X\0\0\0\1\0\0\0\0\0\3\2\x1C\3"s);
  EXPECT_EQ(message(R"({"type":"modify","user_ref_num":1,"side":"E","quantity":5})"),
            "M\0\0\0\1E\0\0\0\5"s);
}

TEST_F(JsonOrders, WhatConcernsAnAccount) {
  EXPECT_EQ(message(R"({"type":"mass_cancel","user_ref_num":4})"), "C\0\0\0\4            \0\0"s);
  EXPECT_EQ(message(R"({"type":"mass_cancel","user_ref_num":4,"firm":"LIME","symbol":"AAPL",)"
                    R"("side":"B"})"),
            "C\0\0\0\4LIMEAAPL    \0\3\2\x1B"s + "B");
  EXPECT_EQ(message(R"({"type":"disable","user_ref_num":5})"), "D\0\0\0\5    \0\0"s);
  EXPECT_EQ(message(R"({"type":"enable","user_ref_num":6,"firm":"AB"})"), "E\0\0\0\6AB  \0\0"s);
  EXPECT_EQ(message(R"({"type":"account_query"})"), "Q");
  EXPECT_EQ(message(R"({"type":"account_query","user_ref_idx":1})"), "Q\0\3\2\x1C\1"s);
}

TEST_F(JsonOrders, TheVenuesSide) {
  ASSERT_TRUE(read(R"({"type":"system_event","event_code":"S","time_ns":5})"));
  EXPECT_EQ(order.kind, SlotKind::system_event);
  EXPECT_EQ(order.slot.admin.code, 'S');
  EXPECT_EQ(order.slot.time_ns, TimeNs{5});
  ASSERT_TRUE(read(R"({"type":"system_event","code":"E"})"));
  EXPECT_EQ(order.slot.admin.code, 'E');

  for (const char* const line :
       {R"({"type":"trading_state","symbol":"AAPL","trading_state":"H","reason":"T1"})",
        R"({"type":"trading_state","symbol":"AAPL","state":"H","reason":"T1"})"}) {
    ASSERT_TRUE(read(line));
    EXPECT_EQ(order.slot.instrument.symbol, Symbol::from("AAPL"));
    EXPECT_EQ(order.slot.instrument.trading_state, 'H');
    EXPECT_EQ(order.slot.instrument.reason, Alpha<4>::from("T1"));
  }

  ASSERT_TRUE(read(R"({"type":"break_trade","match_number":18446744073709551615,"reason":"E"})"));
  EXPECT_EQ(order.slot.admin.match_number, ~std::uint64_t{0});
  EXPECT_EQ(order.slot.admin.code, 'E');

  ASSERT_TRUE(
      read(R"({"type":"session_up","session":3,"firm":"ACME","cancel_on_disconnect":false})"));
  EXPECT_EQ(order.slot.session.session, 3U);
  EXPECT_EQ(order.slot.session.firm, Firm::from("ACME"));
  EXPECT_EQ(order.slot.session.cancel_on_disconnect, 0);
  ASSERT_TRUE(read(R"({"type":"session_up","session":4})"));
  EXPECT_EQ(order.slot.session.cancel_on_disconnect, 1);

  ASSERT_TRUE(read(R"({"type":"kill","session":4})"));
  EXPECT_EQ(order.slot.session.session, 4U);
  ASSERT_TRUE(read(R"({"type":"kill","firm":"ACME"})"));
  EXPECT_EQ(order.slot.session.session, 0U);
  EXPECT_EQ(order.slot.session.firm, Firm::from("ACME"));

  ASSERT_TRUE(read(R"({"type":"clock","time_ns":77})"));
  EXPECT_EQ(order.kind, SlotKind::clock);
  EXPECT_EQ(order.slot.time_ns, TimeNs{77});
}

TEST_F(JsonOrders, SessionAndTimeAreInherited) {
  ASSERT_TRUE(read(R"({"type":"account_query","session":9,"time_ns":1000})"));
  ASSERT_TRUE(read(R"({"type":"account_query"})"));
  EXPECT_EQ(order.session, 9U);
  EXPECT_EQ(order.time_ns, TimeNs{1000});
  // A bad line leaves nothing to inherit.
  ASSERT_FALSE(read(R"({"type":"account_query","session":2,"time_ns":2000,"nonsense":1})"));
  ASSERT_TRUE(read(R"({"type":"account_query"})"));
  EXPECT_EQ(order.session, 9U);
  EXPECT_EQ(order.time_ns, TimeNs{1000});
}

TEST_F(JsonOrders, EveryTypeHasItsName) {
  for (const char* const name : {"enter", "replace", "cancel", "modify", "mass_cancel", "disable",
                                 "enable", "account_query", "system_event", "trading_state",
                                 "break_trade", "session_up", "session_down", "kill", "clock"}) {
    bool found = false;
    for (int kind = 0; kind < 256; ++kind)
      found |= json_type_name(static_cast<SlotKind>(kind)) == name;
    EXPECT_TRUE(found) << name;
  }
}

TEST_F(JsonOrders, WhatOuchCanCarryIsNoBadLine) {
  EXPECT_TRUE(
      read(R"({"type":"enter","user_ref_num":1,"side":"Z","quantity":0,"symbol":"","price":"0"})"));
  EXPECT_TRUE(read(R"({"type":"enter","user_ref_num":4294967295,"side":"B","quantity":4294967295,)"
                   R"("symbol":"no such","price":"1844674407370955.1615","route":"X"})"));
}

TEST_F(JsonOrders, BadLinesSayWhatIsWrong) {
  const auto enter = [](const std::string& rest) {
    return R"({"type":"enter","user_ref_num":1,"side":"B","symbol":"A",)" + rest + "}";
  };
  EXPECT_NE(error_of("nonsense"), "");
  EXPECT_NE(error_of(R"({"type":"account_query")"), "");
  EXPECT_NE(error_of(R"({"type":"account_query"} {})"), "");
  EXPECT_NE(error_of(R"({"type":"account_query"}x)"), "");
  EXPECT_EQ(error_of("[1]"), "no JSON object");
  EXPECT_EQ(error_of("{}"), "type is missing");
  EXPECT_EQ(error_of(R"({"type":1})"), "type is no string");
  EXPECT_EQ(error_of(R"({"type":"nonsense"})"), "unknown type nonsense");
  EXPECT_EQ(error_of(R"({"type":"clock","":1})"), "unknown key ");
  EXPECT_EQ(error_of(enter(R"("quantity":1,"price":"1","nonsense":1)")), "unknown key nonsense");
  EXPECT_EQ(error_of(enter(R"("quantity":1)")), "price is missing");
  EXPECT_EQ(error_of(enter(R"("price":"1")")), "quantity is missing");
  EXPECT_EQ(error_of(enter(R"("price":"1","quantity":"1")")), "quantity is no unsigned integer");
  EXPECT_EQ(error_of(enter(R"("price":"1","quantity":1.5)")), "quantity is no unsigned integer");
  EXPECT_EQ(error_of(enter(R"("price":"1","quantity":-1)")), "quantity does not fit");
  EXPECT_EQ(error_of(enter(R"("price":"1","quantity":4294967296)")), "quantity does not fit");
  EXPECT_EQ(error_of(enter(R"("price":1,"quantity":1)")), "price is no string");
  EXPECT_EQ(error_of(enter(R"("price":"1.00001","quantity":1)")),
            "price is no price of at most 4 decimals");
  EXPECT_EQ(error_of(enter(R"("price":"1","price":"1","quantity":1)")), "price is there twice");
  EXPECT_EQ(error_of(enter(R"("price":"1","quantity":1,"display":"YY")")),
            "display is not one character");
  EXPECT_EQ(error_of(enter(R"("price":"1","quantity":1,"cl_ord_id":"123456789012345")")),
            "cl_ord_id is too long");
  EXPECT_EQ(error_of(enter("\"price\":\"1\",\"quantity\":1,\"cl_ord_id\":\"\xC3\xA9\"")),
            "cl_ord_id is not ASCII");
  EXPECT_EQ(error_of(enter(R"("price":"1","quantity":1,"group_id":65536)")),
            "group_id does not fit");
  EXPECT_EQ(error_of(enter(R"("price":"1","quantity":1,"min_qty":1,"min_qty":1)")),
            "min_qty is there twice");
  EXPECT_EQ(error_of(R"({"type":"account_query","session":0})"), "session counts from 1");
  EXPECT_EQ(error_of(R"({"type":"account_query","session":65536})"), "session does not fit");
  EXPECT_EQ(error_of(R"({"type":"account_query","time_ns":"1"})"),
            "time_ns is no unsigned integer");
  EXPECT_EQ(error_of(R"({"type":"cancel","user_ref_num":1})"), "quantity is missing");
  EXPECT_EQ(error_of(R"({"type":"system_event"})"), "event_code is missing");
  EXPECT_EQ(error_of(R"({"type":"system_event","event_code":"S","code":"E"})"),
            "code is there twice");
  EXPECT_EQ(error_of(R"({"type":"system_event","event_code":"z"})"), "event_code is no such code");
  EXPECT_EQ(error_of(R"({"type":"trading_state","symbol":"A","state":"X"})"),
            "state is no such code");
  EXPECT_EQ(error_of(R"({"type":"session_up","cancel_on_disconnect":1})"),
            "cancel_on_disconnect is neither true nor false");
  EXPECT_EQ(error_of(R"({"type":"kill"})"), "a kill names either a session or a firm");
  EXPECT_EQ(error_of(R"({"type":"kill","session":1,"firm":"A"})"),
            "a kill names either a session or a firm");
}

TEST_F(JsonOrders, ALimitByTheNamesOfItsFields) {
  ASSERT_TRUE(
      read(R"({"type":"limit","session":3,"kind":"message_rate","window_ms":1000,"value":5})"));
  EXPECT_EQ(order.kind, SlotKind::limit);
  EXPECT_EQ(order.slot.limit.kind, LimitKind::message_rate);
  EXPECT_EQ(order.slot.limit.session, 3U);
  EXPECT_EQ(order.slot.limit.window_ms, 1000U);
  EXPECT_EQ(order.slot.limit.value, 5U);
  EXPECT_EQ(order.slot.limit.firm, Firm::from(""));

  ASSERT_TRUE(read(R"({"type":"limit","kind":2,"value":18446744073709551615})"));
  EXPECT_EQ(order.slot.limit.kind, LimitKind::max_quantity);
  EXPECT_EQ(order.slot.limit.session, 3U) << "that of the line before";

  ASSERT_TRUE(
      read(R"({"type":"limit","limit":"restricted","instrument":9,"firm":"ACME","value":1})"));
  EXPECT_EQ(order.slot.limit.instrument, 9U);
  EXPECT_EQ(order.slot.limit.firm, Firm::from("ACME"));
  EXPECT_EQ(order.slot.limit.session, 0U) << "no limit of a session";
  EXPECT_EQ(order.symbol, Symbol{});

  ASSERT_TRUE(read(R"({"type":"limit","kind":"collar","symbol":"AAPL","low":"9","high":"11.5"})"));
  EXPECT_EQ(order.slot.limit.value, 9'0000U | std::uint64_t{11'5000} << 32);
  EXPECT_EQ(order.symbol, Symbol::from("AAPL"));

  ASSERT_TRUE(read(R"({"type":"limit","kind":"reference_price","instrument":1,"price":"10"})"));
  EXPECT_EQ(order.slot.limit.value, 10'0000U);
  EXPECT_EQ(order.symbol, Symbol{});
}

TEST_F(JsonOrders, ALimitThatIsNone) {
  EXPECT_EQ(error_of(R"({"type":"limit","value":1})"), "kind is missing");
  EXPECT_EQ(error_of(R"({"type":"limit","kind":"speed"})"), "kind is no kind of limit");
  EXPECT_EQ(error_of(R"({"type":"limit","kind":""})"), "kind is no kind of limit");
  EXPECT_EQ(error_of(R"({"type":"limit","kind":256})"), "kind does not fit");
  EXPECT_EQ(error_of(R"({"type":"limit","kind":1,"instrument":65536})"), "instrument does not fit");
  EXPECT_EQ(error_of(R"({"type":"limit","kind":1,"window_ms":-1})"), "window_ms does not fit");
  EXPECT_EQ(error_of(R"({"type":"limit","kind":1,"high":"429496.7296"})"), "high does not fit");
  EXPECT_EQ(error_of(R"({"type":"limit","kind":1,"symbol":"A","symbol":"A"})"),
            "symbol is there twice");
  EXPECT_EQ(error_of(R"({"type":"limit","kind":1,"quantity":1})"), "unknown key quantity");
}

}  // namespace
}  // namespace wirebook::node
