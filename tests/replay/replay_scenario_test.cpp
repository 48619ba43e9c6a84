// Goal: what goes in as JSON lines comes out as the events that OUCH 5.0 and the rules ask for.
// Method: a scenario for each type of line, with the lines that are to come out written by hand.
#include <string>

#include "replay_fixture.hpp"

namespace wirebook::node {
namespace {

/// An accepted line; the parts that scenarios differ in.
std::string accepted(int session, int number, const std::string& side, int quantity,
                     const std::string& price, int order_ref, const std::string& rest = "",
                     std::uint64_t time_ns = 0) {
  return "{\"session\":" + std::to_string(session) +
         ",\"type\":\"accepted\",\"timestamp\":" + std::to_string(time_ns) +
         ",\"user_ref_num\":" + std::to_string(number) + ",\"side\":\"" + side +
         "\",\"quantity\":" + std::to_string(quantity) + R"(,"symbol":"AAPL","price":")" + price +
         R"(","time_in_force":"0","display":"Y","order_ref":)" + std::to_string(order_ref) +
         R"(,"capacity":"P","iso":"N","cross_type":"N","order_state":"L","cl_ord_id":"")" + rest +
         "}\n";
}
std::string executed(int session, int number, int quantity, const std::string& price, char flag,
                     int match, std::uint64_t time_ns = 0) {
  return "{\"session\":" + std::to_string(session) +
         ",\"type\":\"executed\",\"timestamp\":" + std::to_string(time_ns) +
         ",\"user_ref_num\":" + std::to_string(number) +
         ",\"quantity\":" + std::to_string(quantity) + ",\"price\":\"" + price +
         "\",\"liquidity_flag\":\"" + flag + "\",\"match_number\":" + std::to_string(match) + "}\n";
}
std::string canceled(int session, int number, int quantity, char reason) {
  return "{\"session\":" + std::to_string(session) +
         ",\"type\":\"canceled\",\"timestamp\":0,\"user_ref_num\":" + std::to_string(number) +
         ",\"quantity\":" + std::to_string(quantity) + ",\"reason\":\"" + reason + "\"}\n";
}
std::string rejected(int session, int number, const std::string& reason,
                     const std::string& cl_ord_id = "") {
  return "{\"session\":" + std::to_string(session) +
         ",\"type\":\"rejected\",\"timestamp\":0,\"user_ref_num\":" + std::to_string(number) +
         ",\"reason\":\"" + reason + "\",\"cl_ord_id\":\"" + cl_ord_id + "\"}\n";
}
std::string enter(int session, int number, const std::string& side, int quantity,
                  const std::string& price, const std::string& rest = "") {
  return "{\"session\":" + std::to_string(session) +
         ",\"type\":\"enter\",\"user_ref_num\":" + std::to_string(number) + ",\"side\":\"" + side +
         "\",\"quantity\":" + std::to_string(quantity) + R"(,"symbol":"AAPL","price":")" + price +
         "\"" + rest + "}\n";
}

using ReplayScenario = ReplayTest;

TEST_F(ReplayScenario, TheLineOfTheInterface) {
  EXPECT_EQ(
      events_of(R"({"session":1,"type":"enter","user_ref_num":1,"side":"B","quantity":100,)"
                R"("symbol":"AAPL","price":"320.1400","time_in_force":"0","display":"Y",)"
                R"("capacity":"P","cross_type":"N","cl_ord_id":"x1","time_ns":34200000000000})"
                "\n"),
      R"({"session":1,"type":"accepted","timestamp":34200000000000,"user_ref_num":1,"side":"B",)"
      R"("quantity":100,"symbol":"AAPL","price":"320.1400","time_in_force":"0","display":"Y",)"
      R"("order_ref":1,"capacity":"P","iso":"N","cross_type":"N","order_state":"L",)"
      R"("cl_ord_id":"x1"})"
      "\n");
}

TEST_F(ReplayScenario, ATradeTellsTheRestingSideFirst) {
  EXPECT_EQ(events_of(enter(1, 1, "S", 100, "10") + enter(2, 1, "B", 150, "10.5") +
                      enter(1, 2, "S", 60, "9")),
            accepted(1, 1, "S", 100, "10.0000", 1) + accepted(2, 1, "B", 150, "10.5000", 2) +
                executed(1, 1, 100, "10.0000", 'A', 1) + executed(2, 1, 100, "10.0000", 'R', 1) +
                accepted(1, 2, "S", 60, "9.0000", 3) + executed(2, 1, 50, "10.5000", 'A', 2) +
                executed(1, 2, 50, "10.5000", 'R', 2));
}

TEST_F(ReplayScenario, TagsAreEchoed) {
  EXPECT_EQ(events_of(enter(1, 1, "B", 100, "10",
                            R"(,"firm":"LIME","group_id":7,"peg_offset":"-0.0100",)"
                            R"("customer_type":"R","user_ref_idx":2)")),
            accepted(1, 1, "B", 100, "10.0000", 1,
                     R"(,"firm":"LIME","group_id":7,"peg_offset":"-0.0100",)"
                     R"("customer_type":"R","user_ref_idx":2)"));
}

TEST_F(ReplayScenario, InvalidOrdersEarnTheirReject) {
  EXPECT_EQ(
      events_of(
          enter(1, 1, "Z", 100, "10", R"(,"cl_ord_id":"a")") + enter(1, 2, "B", 0, "10") +
          enter(1, 3, "B", 1, "0") + enter(1, 4, "B", 1, "1844674407370955.1615") +
          enter(1, 5, "B", 1, "1", R"(,"display":"Q")") +
          enter(1, 6, "B", 1, "1", R"(,"time_in_force":"9")") +
          enter(1, 7, "B", 1, "1", R"(,"cross_type":"O")") +
          enter(1, 8, "B", 1, "1", R"(,"min_qty":100)") +
          enter(1, 9, "B", 1, "1", R"(,"route":"X")") +
          R"({"type":"enter","user_ref_num":10,"side":"B","quantity":1,"symbol":"","price":"1"})"
          "\n"),
      rejected(1, 1, "0009", "a") + rejected(1, 2, "0013") + rejected(1, 3, "001D") +
          rejected(1, 4, "001D") + rejected(1, 5, "0003") + rejected(1, 6, "000F") +
          rejected(1, 7, "0014") + rejected(1, 8, "000D") + rejected(1, 9, "000F") +
          rejected(1, 10, "0017"));
}

TEST_F(ReplayScenario, ReplaceCancelModify) {
  EXPECT_EQ(
      events_of(
          enter(1, 1, "S", 100, "10") +
          R"({"type":"replace","orig_user_ref_num":1,"user_ref_num":2,"quantity":80,"price":"11","cl_ord_id":"r"})"
          "\n"
          R"({"type":"modify","user_ref_num":2,"side":"T","quantity":70})"
          "\n"
          R"({"type":"cancel","user_ref_num":2,"quantity":30})"
          "\n"
          R"({"type":"cancel","user_ref_num":2,"quantity":0})"
          "\n"
          R"({"type":"cancel","user_ref_num":2,"quantity":0})"
          "\n"),
      accepted(1, 1, "S", 100, "10.0000", 1) +
          R"({"session":1,"type":"replaced","timestamp":0,"orig_user_ref_num":1,)"
          R"("user_ref_num":2,"side":"S","quantity":80,"symbol":"AAPL","price":"11.0000",)"
          R"("time_in_force":"0","display":"Y","order_ref":2,"capacity":"P","iso":"N",)"
          R"("cross_type":"N","order_state":"L","cl_ord_id":"r"})"
          "\n"
          R"({"session":1,"type":"modified","timestamp":0,"user_ref_num":2,"side":"T",)"
          R"("quantity":70})"
          "\n" +
          canceled(1, 2, 40, 'U') + canceled(1, 2, 30, 'U'));
}

TEST_F(ReplayScenario, ImmediateOrCancel) {
  EXPECT_NE(events_of(enter(1, 1, "B", 100, "10", R"(,"time_in_force":"3")"))
                .find(canceled(1, 1, 100, 'I')),
            std::string::npos);
}

TEST_F(ReplayScenario, MassCancelDisableEnableQuery) {
  EXPECT_EQ(events_of(enter(1, 1, "B", 100, "10") + enter(1, 2, "S", 100, "11") +
                      R"({"type":"mass_cancel","user_ref_num":3,"symbol":"AAPL"})"
                      "\n"
                      R"({"type":"disable","user_ref_num":4})"
                      "\n" +
                      enter(1, 5, "B", 100, "10") +
                      R"({"type":"enable","user_ref_num":6})"
                      "\n"
                      R"({"type":"account_query"})"
                      "\n"),
            accepted(1, 1, "B", 100, "10.0000", 1) + accepted(1, 2, "S", 100, "11.0000", 2) +
                R"({"session":1,"type":"mass_cancel_response","timestamp":0,"user_ref_num":3,)"
                R"("firm":"","symbol":"AAPL"})"
                "\n" +
                canceled(1, 1, 100, 'U') + canceled(1, 2, 100, 'U') +
                R"({"session":1,"type":"disable_response","timestamp":0,"user_ref_num":4,)"
                R"("firm":""})"
                "\n" +
                rejected(1, 5, "000C") +
                R"({"session":1,"type":"enable_response","timestamp":0,"user_ref_num":6,)"
                R"("firm":""})"
                "\n"
                R"({"session":1,"type":"account_query_response","timestamp":0,)"
                R"("next_user_ref_num":7})"
                "\n");
}

TEST_F(ReplayScenario, AMassCancelOfMoreOrdersThanTheEventRingHolds) {
  constexpr int orders = 3000;
  std::string lines;
  std::string expected;
  for (int number = 1; number <= orders; ++number) {
    lines += enter(1, number, "B", 100, "10");
    expected += accepted(1, number, "B", 100, "10.0000", number);
  }
  lines += R"({"type":"mass_cancel","user_ref_num":3001})"
           "\n" +
           enter(1, 3002, "B", 100, "10");
  expected += R"({"session":1,"type":"mass_cancel_response","timestamp":0,"user_ref_num":3001,)"
              R"("firm":"","symbol":""})"
              "\n";
  for (int number = 1; number <= orders; ++number)
    expected += canceled(1, number, 100, 'U');
  expected += accepted(1, 3002, "B", 100, "10.0000", orders + 1);
  EXPECT_EQ(events_of(lines), expected);
}

TEST_F(ReplayScenario, SystemEventsAndTradingState) {
  EXPECT_EQ(
      events_of(
          R"({"type":"session_up","session":1,"firm":"ACME"})"
          "\n"
          R"({"type":"system_event","event_code":"S","time_ns":5})"
          "\n"
          R"({"type":"trading_state","symbol":"AAPL","trading_state":"H"})"
          "\n"
          R"({"type":"enter","user_ref_num":1,"side":"B","quantity":1,"symbol":"AAPL","price":"1"})"
          "\n"
          R"({"type":"system_event","code":"E","time_ns":6})"
          "\n"
          R"({"type":"enter","user_ref_num":2,"side":"B","quantity":1,"symbol":"AAPL","price":"1"})"
          "\n"),
      R"({"session":1,"type":"system_event","timestamp":5,"event_code":"S"})"
      "\n"
      R"({"session":1,"type":"rejected","timestamp":5,"user_ref_num":1,"reason":"0007",)"
      R"("cl_ord_id":""})"
      "\n"
      R"({"session":1,"type":"system_event","timestamp":6,"event_code":"E"})"
      "\n"
      R"({"session":1,"type":"rejected","timestamp":6,"user_ref_num":2,"reason":"0002",)"
      R"("cl_ord_id":""})"
      "\n");
}

TEST_F(ReplayScenario, ALimitBySymbolListsIt) {
  EXPECT_EQ(events_of(R"({"type":"limit","kind":"collar","symbol":"AAPL","low":"9","high":"11"})"
                      "\n"
                      R"({"type":"limit","session":1,"kind":"max_quantity","value":100})"
                      "\n" +
                      enter(1, 1, "B", 100, "11.0001") + enter(1, 2, "B", 101, "10") +
                      enter(1, 3, "B", 100, "10.0000") +
                      R"({"type":"limit","kind":"restricted","instrument":1,"value":1})"
                      "\n" +
                      enter(1, 4, "B", 100, "10.0000")),
            rejected(1, 1, "0021") + rejected(1, 2, "0031") +
                accepted(1, 3, "B", 100, "10.0000", 1) + rejected(1, 4, "0022"));
}

TEST_F(ReplayScenario, ADayWithItsPhasesAndAnExpiry) {
  const auto phase = [](char code) {
    return std::string(R"({"type":"system_event","event_code":")") + code + "\"}\n";
  };
  const std::string told =
      events_of(enter(1, 1, "B", 100, "10.0000") +
                enter(1, 2, "B", 100, "9.0000", R"(,"time_in_force":"6","expire_time":2)") +
                enter(1, 3, "B", 100, "8.0000", R"(,"time_in_force":"5")") + phase('S') +
                phase('Q') + phase('M') + enter(1, 4, "B", 1, "7.0000") +
                R"({"type":"clock","time_ns":2000000000})"
                "\n" +
                phase('E'));
  const std::string system = R"({"session":1,"type":"system_event","timestamp":)";
  EXPECT_TRUE(told.ends_with(
      system + "0,\"event_code\":\"S\"}\n" + canceled(1, 1, 100, 'E') + rejected(1, 4, "002E") +
      R"({"session":1,"type":"canceled","timestamp":2000000000,"user_ref_num":2,"quantity":100,)"
      R"("reason":"T"})"
      "\n" +
      system + "2000000000,\"event_code\":\"E\"}\n" +
      R"({"session":1,"type":"canceled","timestamp":2000000000,"user_ref_num":3,"quantity":100,)"
      R"("reason":"T"})"
      "\n"))
      << told;
}

TEST_F(ReplayScenario, BreakTrade) {
  EXPECT_EQ(events_of(enter(1, 1, "S", 100, "10") + enter(2, 1, "B", 100, "10") +
                      R"({"type":"break_trade","match_number":1,"reason":"E"})"
                      "\n"
                      R"({"type":"break_trade","match_number":1})"
                      "\n"),
            accepted(1, 1, "S", 100, "10.0000", 1) + accepted(2, 1, "B", 100, "10.0000", 2) +
                executed(1, 1, 100, "10.0000", 'A', 1) + executed(2, 1, 100, "10.0000", 'R', 1) +
                R"({"session":1,"type":"broken_trade","timestamp":0,"user_ref_num":1,)"
                R"("match_number":1,"reason":"E","cl_ord_id":""})"
                "\n"
                R"({"session":2,"type":"broken_trade","timestamp":0,"user_ref_num":1,)"
                R"("match_number":1,"reason":"E","cl_ord_id":""})"
                "\n");
}

TEST_F(ReplayScenario, SessionDownAndKill) {
  EXPECT_EQ(events_of(R"({"type":"session_up","session":2,"cancel_on_disconnect":false})"
                      "\n" +
                      enter(1, 1, "B", 100, "10") + enter(2, 1, "B", 100, "9") +
                      enter(3, 1, "B", 100, "8") +
                      R"({"type":"session_down","session":1})"
                      "\n"
                      R"({"type":"session_down","session":2})"
                      "\n"
                      R"({"type":"kill","session":3})"
                      "\n" +
                      enter(3, 2, "B", 100, "8")),
            accepted(1, 1, "B", 100, "10.0000", 1) + accepted(2, 1, "B", 100, "9.0000", 2) +
                accepted(3, 1, "B", 100, "8.0000", 3) + canceled(1, 1, 100, 'Z') +
                canceled(3, 1, 100, 'S') + rejected(3, 2, "000C"));
}

TEST_F(ReplayScenario, AKillOfASessionNotSeenYetHolds) {
  EXPECT_EQ(events_of(R"({"type":"kill","session":5})"
                      "\n" +
                      enter(5, 1, "B", 100, "8")),
            rejected(5, 1, "000C"));
}

TEST_F(ReplayScenario, ClockMovesTimeForward) {
  const std::string query = R"({"type":"account_query")";
  EXPECT_EQ(events_of(R"({"type":"clock","time_ns":100})"
                      "\n" +
                      query + "}\n" + query + ",\"time_ns\":50}\n" + query + ",\"time_ns\":150}\n"),
            R"({"session":1,"type":"account_query_response","timestamp":100,"next_user_ref_num":1})"
            "\n"
            R"({"session":1,"type":"account_query_response","timestamp":100,"next_user_ref_num":1})"
            "\n"
            R"({"session":1,"type":"account_query_response","timestamp":150,"next_user_ref_num":1})"
            "\n");
}

TEST_F(ReplayScenario, BboHasOneRowAMessageWhereTheBestChanged) {
  EXPECT_EQ(bbo_of(R"({"type":"clock","time_ns":7})"
                   "\n" +
                   enter(1, 1, "B", 100, "10") +                             // best
                   enter(1, 2, "B", 100, "9") +                              // behind it
                   enter(1, 3, "B", 50, "10") +                              // more at best
                   enter(1, 4, "B", 50, "11", R"(,"display":"N")") +         // hidden
                   enter(1, 5, "S", 30, "12") +                              // the other side
                   enter(2, 1, "S", 170, "10", R"(,"time_in_force":"3")") +  // two fills, one row
                   R"({"type":"mass_cancel","session":1,"user_ref_num":6})"
                   "\n"),
            "7,AAPL,10.0000,100,,\n"
            "7,AAPL,10.0000,150,,\n"
            "7,AAPL,10.0000,150,12.0000,30\n"
            "7,AAPL,10.0000,30,12.0000,30\n"
            "7,AAPL,,,,\n");
}

}  // namespace
}  // namespace wirebook::node
