// Goal: orders by FIX live and die as FIX says, with quantities that always add up.
// Method: FIX messages through the translator and the engine; a report is read as
// "ExecType/OrdStatus ClOrdID<OrigClOrdID OrderQty=CumQty+LeavesQty@AvgPx".
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "wirebook/wire/ouch50_out.hpp"

#include "tests/node/fix/fix_venue.hpp"

namespace wirebook::fix {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::string read(const Message& m) {
  if (m.type == "9")
    return "9/" + value(m, 39) + " " + value(m, 11) + "<" + value(m, 41) + " to " + value(m, 434) +
           " because " + value(m, 102);
  if (m.type == "r")
    return "r " + value(m, 11) + " " + value(m, 530) + "->" + value(m, 531);
  if (m.type == "j")
    return "j " + value(m, 372) + " because " + value(m, 380);
  if (m.type.empty())
    return "nothing";
  EXPECT_TRUE(adds_up(m)) << value(m, 38) << " " << value(m, 14) << " " << value(m, 151);
  std::string text = value(m, 150) + "/" + value(m, 39) + " " + value(m, 11);
  if (m.find(41))
    text += "<" + value(m, 41);
  text += " " + value(m, 38) + "=" + value(m, 14) + "+" + value(m, 151) + "@" + value(m, 6);
  if (m.find(103))
    text += " because " + value(m, 103);
  return text;
}

class FixOrders : public testing::Test {
 protected:
  std::vector<std::string> says(Party& party, const Message& message) {
    venue_.say(party, message);
    return hears(party);
  }
  std::vector<std::string> hears(Party& party) {
    std::vector<std::string> texts;
    for (const Message& message : std::exchange(party.heard, {})) {
      texts.push_back(read(message));
      last_ = message;
    }
    return texts;
  }
  /// Alice bids, and her replace is under way while bob takes some; what she hears of it.
  std::vector<std::string> race(const char* quantity, const char* taken, const char* replaced_by) {
    says(alice_, new_order("A1", "1", quantity, "150"));
    venue_.hold();
    says(bob_, new_order("B1", "2", taken, "150"));
    says(alice_, replace("A2", "A1", "1", replaced_by, "149"));
    venue_.release();
    return hears(alice_);
  }

  FixVenue venue_;
  Party& alice_ = venue_.party(0);
  Party& bob_ = venue_.party(1);
  Message last_;
};

TEST_F(FixOrders, ANewOrderIsReportedWithItsTerms) {
  EXPECT_THAT(says(alice_, new_order("A1", "1", "300", "150.25", {{528, "P"}, {18, "6"}})),
              ElementsAre("0/0 A1 300=0+300@0"));
  EXPECT_EQ(value(last_, 37), "1");
  EXPECT_EQ(value(last_, 55), "AAPL");
  EXPECT_EQ(value(last_, 54), "1");
  EXPECT_EQ(value(last_, 40), "2");
  EXPECT_EQ(value(last_, 44), "150.25");
  EXPECT_EQ(value(last_, 59), "0");
  EXPECT_EQ(value(last_, 18), "6");
  EXPECT_EQ(value(last_, 528), "P");
  EXPECT_EQ(value(last_, 60), "20260105-10:00:00.000");
  EXPECT_THAT(value(last_, 17), testing::StartsWith("DAY1-"));
}

TEST_F(FixOrders, FillsAddUpOnBothSides) {
  says(alice_, new_order("A1", "1", "300", "150"));
  says(alice_, new_order("A2", "1", "100", "149"));
  EXPECT_THAT(
      says(bob_, new_order("B1", "2", "350", "149")),
      ElementsAre("0/0 B1 350=0+350@0", "F/1 B1 350=300+50@150", "F/2 B1 350=350+0@149.857143"));
  EXPECT_EQ(value(last_, 32), "50");
  EXPECT_EQ(value(last_, 31), "149");
  EXPECT_EQ(value(last_, 851), "2");
  EXPECT_THAT(hears(alice_), ElementsAre("F/2 A1 300=300+0@150", "F/1 A2 100=50+50@149"));
  EXPECT_EQ(value(last_, 851), "1");
}

TEST_F(FixOrders, AnImmediateOrderEndsWithWhatItDidNotGet) {
  says(alice_, new_order("A1", "1", "100", "150"));
  EXPECT_THAT(says(bob_, new_order("B1", "2", "300", "150", {{59, "3"}})),
              ElementsAre("0/0 B1 300=0+300@0", "F/1 B1 300=100+200@150", "4/4 B1 300=100+0@150"));
}

TEST_F(FixOrders, FillOrKillIsAllOrNothing) {
  says(alice_, new_order("A1", "1", "100", "150"));
  EXPECT_THAT(says(bob_, new_order("B1", "2", "101", "150", {{59, "4"}})),
              ElementsAre("0/0 B1 101=0+101@0", "4/4 B1 101=0+0@0"));
  EXPECT_EQ(value(last_, 59), "4");
  EXPECT_THAT(says(bob_, new_order("B2", "2", "100", "150", {{59, "4"}})),
              ElementsAre("0/0 B2 100=0+100@0", "F/2 B2 100=100+0@150"));
}

TEST_F(FixOrders, AMarketOrderHasNoPrice) {
  says(alice_, new_order("A1", "1", "100", "150"));
  EXPECT_THAT(says(bob_, new_order("B1", "2", "100", "-", {{40, "1"}})),
              ElementsAre("0/0 B1 100=0+100@0", "F/2 B1 100=100+0@150"));
  EXPECT_EQ(value(last_, 40), "1");
  EXPECT_FALSE(last_.find(44));
}

TEST_F(FixOrders, PostOnlyThatWouldTradeIsCanceled) {
  says(alice_, new_order("A1", "1", "100", "150"));
  EXPECT_THAT(says(bob_, new_order("B1", "2", "100", "150", {{18, "6"}})),
              ElementsAre("0/0 B1 100=0+100@0", "4/4 B1 100=0+0@0"));
  EXPECT_THAT(value(last_, 58), HasSubstr("post only"));
}

TEST_F(FixOrders, TheEnginesRejectsAreReportedWithReasonAndText) {
  EXPECT_THAT(says(alice_, new_order("A1", "1", "100", "150", {{55, "NONE"}})),
              ElementsAre("8/8 A1 100=0+0@0 because 1"));
  EXPECT_THAT(value(last_, 58), HasSubstr("invalid symbol (OUCH 0017)"));
  EXPECT_THAT(says(alice_, new_order("A2", "1", "100", "150", {{55, "HALT"}})),
              ElementsAre("8/8 A2 100=0+0@0 because 0"));
  EXPECT_THAT(says(alice_, new_order("A3", "1", "100", "150", {{110, "100"}})),
              ElementsAre("8/8 A3 100=0+0@0 because 13"));
}

TEST_F(FixOrders, WhatCannotBeSaidInOuchIsRejectedAtOnce) {
  EXPECT_THAT(says(alice_, new_order("A1", "1", "0", "150")),
              ElementsAre("8/8 A1 0=0+0@0 because 13"));
  EXPECT_THAT(says(alice_, new_order("FIFTEENLETTERS!", "1", "100", "150")),
              ElementsAre("8/8 FIFTEENLETTERS! 100=0+0@0 because 99"));
  EXPECT_THAT(value(last_, 58), HasSubstr("1 to 14"));
  EXPECT_THAT(says(alice_, new_order("-", "1", "100", "150")), ElementsAre("j D because 5"));
  EXPECT_TRUE(alice_.translator.orders().by_name(ClOrdId::from("A1")) == nullptr);
}

TEST_F(FixOrders, AClOrdIdIsTakenOnce) {
  says(alice_, new_order("A1", "1", "100", "150"));
  EXPECT_THAT(says(alice_, new_order("A1", "1", "200", "151")),
              ElementsAre("8/8 A1 200=0+0@0 because 6"));
  says(alice_, cancel("C1", "A1"));
  EXPECT_THAT(says(alice_, new_order("C1", "1", "200", "151")),
              ElementsAre("8/8 C1 200=0+0@0 because 6"));
  EXPECT_THAT(says(bob_, new_order("A1", "1", "100", "150")), ElementsAre("0/0 A1 100=0+100@0"));
}

TEST_F(FixOrders, APossResendOfAKnownOrderIsAnsweredByItsStatus) {
  says(alice_, new_order("A1", "1", "100", "150"));
  Message again = new_order("A1", "1", "100", "150");
  again.poss_resend = true;
  EXPECT_THAT(says(alice_, again), ElementsAre("I/0 A1 100=0+100@0"));
  Message fresh = new_order("A2", "1", "100", "150");
  fresh.poss_resend = true;
  EXPECT_THAT(says(alice_, fresh), ElementsAre("0/0 A2 100=0+100@0"));
}

TEST_F(FixOrders, ACancelEndsTheOrder) {
  says(alice_, new_order("A1", "1", "300", "150"));
  says(bob_, new_order("B1", "2", "100", "150"));
  hears(alice_);
  EXPECT_THAT(says(alice_, cancel("C1", "A1")), ElementsAre("4/4 C1<A1 300=100+0@150"));
}

TEST_F(FixOrders, CancelsThatCannotBeAreRefused) {
  EXPECT_THAT(says(alice_, cancel("C1", "NONE")), ElementsAre("9/8 C1<NONE to 1 because 1"));
  says(alice_, new_order("A1", "1", "100", "150"));
  EXPECT_THAT(says(alice_, cancel("A1", "A1")), ElementsAre("9/0 A1<A1 to 1 because 6"));
  says(alice_, cancel("C2", "A1"));
  EXPECT_THAT(says(alice_, cancel("C3", "A1")), ElementsAre("9/4 C3<A1 to 1 because 0"));
  EXPECT_THAT(says(alice_, cancel("-", "A1")), ElementsAre("9/4 -<A1 to 1 because 0"));
  Message nameless = cancel("X", "A1");
  nameless.fields.erase(nameless.fields.begin());
  EXPECT_THAT(says(alice_, nameless), ElementsAre("j F because 5"));
}

TEST_F(FixOrders, ACancelThatComesTooLateIsRefused) {
  says(alice_, new_order("A1", "1", "100", "150"));
  venue_.hold();
  says(bob_, new_order("B1", "2", "100", "150"));
  says(alice_, cancel("C1", "A1"));
  venue_.release();
  EXPECT_THAT(hears(alice_), ElementsAre("F/2 A1 100=100+0@150", "9/2 C1<A1 to 1 because 0"));
}

TEST_F(FixOrders, OneRequestAtATime) {
  says(alice_, new_order("A1", "1", "100", "150"));
  venue_.hold();
  says(alice_, replace("A2", "A1", "1", "200", "150"));
  EXPECT_THAT(says(alice_, cancel("C1", "A1")), ElementsAre("9/0 C1<A1 to 1 because 3"));
  venue_.release();
  EXPECT_THAT(hears(alice_), ElementsAre("5/0 A2<A1 200=0+200@0"));
}

TEST_F(FixOrders, AReplaceGoesOnWithTheChain) {
  says(alice_, new_order("A1", "1", "300", "150"));
  says(bob_, new_order("B1", "2", "100", "150"));
  hears(alice_);
  EXPECT_THAT(says(alice_, replace("A2", "A1", "1", "500", "149.5")),
              ElementsAre("5/1 A2<A1 500=100+400@150"));
  EXPECT_EQ(value(last_, 44), "149.5");
  EXPECT_EQ(value(last_, 37), "1") << "OrderID is that of the whole chain";
  EXPECT_THAT(says(alice_, replace("A3", "A1", "1", "600", "149.5")),
              ElementsAre("9/1 A3<A1 to 2 because 1"));
  EXPECT_THAT(says(bob_, new_order("B2", "2", "400", "149.5")),
              ElementsAre("0/0 B2 400=0+400@0", "F/2 B2 400=400+0@149.5"));
  EXPECT_THAT(hears(alice_), ElementsAre("F/2 A2 500=500+0@149.6"));
  EXPECT_THAT(says(alice_, replace("A4", "A2", "1", "900", "149.5")),
              ElementsAre("9/2 A4<A2 to 2 because 0"));
}

TEST_F(FixOrders, AReplaceByFillOrKillIsOfWhatIsOpen) {
  says(alice_, new_order("A1", "1", "300", "150"));
  says(bob_, new_order("B1", "2", "100", "150"));
  says(bob_, new_order("B2", "2", "200", "151"));
  hears(alice_);
  EXPECT_THAT(says(alice_, replace("A2", "A1", "1", "300", "151", {{59, "4"}})),
              ElementsAre("5/1 A2<A1 300=100+200@150", "F/2 A2 300=300+0@150.666667"));
  EXPECT_EQ(value(last_, 59), "4");
}

TEST_F(FixOrders, AReplaceMayTradeAtOnce) {
  says(alice_, new_order("A1", "1", "300", "150"));
  says(bob_, new_order("B1", "2", "300", "151"));
  EXPECT_THAT(says(bob_, replace("B2", "B1", "2", "400", "150")),
              ElementsAre("5/0 B2<B1 400=0+400@0", "F/1 B2 400=300+100@150"));
}

TEST_F(FixOrders, AReplaceSaysAllTermsAnew) {
  says(alice_, new_order("A1", "1", "300", "150", {{111, "100"}}));
  EXPECT_THAT(says(alice_, replace("A2", "A1", "1", "300", "150")),
              ElementsAre("5/0 A2<A1 300=0+300@0"));
  EXPECT_FALSE(last_.find(111)) << "the floor is gone: the replace did not have one";
  says(alice_, replace("A3", "A2", "1", "300", "150", {{111, "0"}, {110, "200"}}));
  EXPECT_EQ(value(last_, 110), "200");
  EXPECT_EQ(value(last_, 111), "0");
  says(alice_, replace("A4", "A3", "1", "300", "-", {{40, "P"}, {18, "R"}, {211, "-0.01"}}));
  EXPECT_EQ(value(last_, 40), "P");
  EXPECT_EQ(value(last_, 18), "R");
  EXPECT_EQ(value(last_, 211), "-0.01");
  EXPECT_FALSE(last_.find(110));
}

TEST_F(FixOrders, ReplacesThatCannotBeAreRefused) {
  says(alice_, new_order("A1", "2", "300", "150"));
  says(bob_, new_order("B1", "1", "100", "150"));
  hears(alice_);
  const auto refused = [&](const char* name, std::vector<Field> more, const char* quantity) {
    const auto heard = says(alice_, replace(name, "A1", "2", quantity, "150", std::move(more)));
    EXPECT_THAT(heard, ElementsAre(std::string("9/1 ") + name + "<A1 to 2 because 99"));
    return value(last_, 58);
  };
  EXPECT_THAT(refused("R1", {}, "100"), HasSubstr("more than what is executed"));
  EXPECT_THAT(refused("R2", {{55, "MSFT"}}, "300"), HasSubstr("Symbol"));
  EXPECT_THAT(refused("R3", {{54, "1"}}, "300"), HasSubstr("Side"));
  EXPECT_THAT(refused("R4", {{528, "P"}}, "300"), HasSubstr("OrderCapacity"));
  EXPECT_THAT(refused("R5", {}, "x"), HasSubstr("OrderQty"));
  EXPECT_THAT(says(alice_, replace("R6", "A1", "5", "300", "150")),
              ElementsAre("5/1 R6<A1 300=100+200@150"));
  EXPECT_EQ(value(last_, 54), "5");
}

TEST_F(FixOrders, AReplaceThatRacesWithAFillShowsWhatIsLeft) {
  EXPECT_THAT(race("300", "100", "300"),
              ElementsAre("F/1 A1 300=100+200@150", "5/1 A2<A1 300=100+200@150"));
}

TEST_F(FixOrders, AReplaceWithNothingLeftToExposeEndsTheOrder) {
  EXPECT_THAT(
      race("300", "200", "200"),
      ElementsAre("F/1 A1 300=200+100@150", "4/4 A1 300=200+0@150", "9/4 A2<A1 to 2 because 99"));
}

TEST_F(FixOrders, AReplaceThatComesTooLateIsRefused) {
  EXPECT_THAT(race("100", "100", "300"),
              ElementsAre("F/2 A1 100=100+0@150", "9/2 A2<A1 to 2 because 0"));
}

TEST_F(FixOrders, AStatusTellsWhereAnOrderIs) {
  says(alice_, new_order("A1", "1", "300", "150"));
  says(alice_, replace("A2", "A1", "1", "400", "150"));
  EXPECT_THAT(says(alice_, message("H", {{11, "A2"}, {55, "AAPL"}, {54, "1"}, {790, "S1"}})),
              ElementsAre("I/0 A2 400=0+400@0"));
  EXPECT_EQ(value(last_, 790), "S1");
  EXPECT_THAT(says(alice_, message("H", {{11, "A1"}})), ElementsAre("I/0 A2 400=0+400@0"));
  EXPECT_THAT(says(alice_, message("H", {{11, "ZZ"}, {55, "AAPL"}, {54, "1"}})),
              ElementsAre("I/8 ZZ =0+0@0 because 5"));
  venue_.hold();
  says(alice_, new_order("A3", "1", "100", "150"));
  EXPECT_THAT(says(alice_, message("H", {{11, "A3"}})), ElementsAre("I/A A3 100=0+100@0"));
}

TEST_F(FixOrders, AMassCancelEndsWhatItNames) {
  says(alice_, new_order("A1", "1", "100", "150"));
  says(alice_, new_order("A2", "2", "100", "160"));
  says(alice_, new_order("A3", "1", "100", "150", {{55, "MSFT"}}));
  EXPECT_THAT(says(alice_, message("q", {{11, "Q1"}, {530, "1"}, {55, "AAPL"}, {54, "1"}})),
              ElementsAre("r Q1 1->1", "4/4 A1 100=0+0@0"));
  EXPECT_THAT(says(alice_, message("q", {{11, "Q2"}, {530, "7"}})),
              ElementsAre("r Q2 7->7", "4/4 A2 100=0+0@0", "4/4 A3 100=0+0@0"));
  EXPECT_THAT(says(alice_, message("q", {{11, "Q3"}, {530, "3"}})), ElementsAre("r Q3 3->0"));
  EXPECT_EQ(value(last_, 532), "99");
  EXPECT_THAT(says(alice_, message("q", {{11, "Q4"}, {530, "1"}})), ElementsAre("r Q4 1->0"));
}

TEST_F(FixOrders, AnOrderWhoseTimeIsOverExpires) {
  says(alice_, new_order("A1", "1", "100", "150", {{59, "6"}, {126, "20260105-10:00:05"}}));
  EXPECT_EQ(value(last_, 126), "20260105-10:00:05.000");
  venue_.pass(5 * ns_a_second);
  venue_.host(SlotKind::clock, AdminBody{});
  EXPECT_THAT(hears(alice_), ElementsAre("C/C A1 100=0+0@0"));
}

TEST_F(FixOrders, DayOrdersExpireWithTheMarket) {
  says(alice_, new_order("A1", "1", "100", "150"));
  venue_.host(SlotKind::system_event, AdminBody{.code = 'M'});
  EXPECT_THAT(hears(alice_), ElementsAre("C/C A1 100=0+0@0"));
}

TEST_F(FixOrders, CancelOnDisconnectIsUnsolicited) {
  says(alice_, new_order("A1", "1", "100", "150"));
  venue_.host(SlotKind::session_down, SessionBody{.session = 1});
  EXPECT_THAT(hears(alice_), ElementsAre("4/4 A1 100=0+0@0"));
  EXPECT_THAT(value(last_, 58), HasSubstr("connection ended"));
}

TEST_F(FixOrders, ABustedTradeIsTakenBackAndItsSharesStayAway) {
  says(alice_, new_order("A1", "1", "300", "150"));
  says(bob_, new_order("B1", "2", "100", "150"));
  const std::string sold = value(last_, 17);
  says(bob_, new_order("B2", "2", "100", "150"));
  hears(alice_);
  venue_.host(SlotKind::break_trade, AdminBody{.code = 'E', .match_number = 1});
  EXPECT_THAT(hears(alice_), ElementsAre("H/1 A1 300=100+100@150"));
  EXPECT_EQ(value(last_, 32), "100");
  EXPECT_THAT(hears(bob_), ElementsAre("H/4 B1 100=0+0@0"));
  EXPECT_EQ(value(last_, 19), sold);
  EXPECT_THAT(says(alice_, replace("A2", "A1", "1", "400", "150")),
              ElementsAre("5/1 A2<A1 400=100+200@150"));
}

TEST_F(FixOrders, ARefreshedReserveIsRestated) {
  says(alice_, new_order("A1", "1", "300", "150", {{111, "100"}}));
  says(bob_, new_order("B1", "2", "100", "150"));
  EXPECT_THAT(hears(alice_), ElementsAre("F/1 A1 300=100+200@150", "D/1 A1 300=100+200@150"));
  EXPECT_EQ(value(last_, 378), "8");
}

TEST_F(FixOrders, APegThatMovesIsRestated) {
  says(alice_, new_order("A1", "1", "100", "150"));
  says(bob_, new_order("B1", "1", "100", "-", {{40, "P"}, {18, "R"}}));
  says(alice_, new_order("A2", "1", "100", "151"));
  EXPECT_THAT(hears(bob_), ElementsAre("D/0 B1 100=0+100@0"));
  EXPECT_EQ(value(last_, 378), "3");
}

ByteVector canceled_by_self_match(std::uint32_t number, std::uint32_t shares) {
  wire::ouch_out::OrderCanceled canceled;
  canceled.timestamp = std::uint64_t{36'000} * 1'000'000'000;
  canceled.user_ref_num = number;
  canceled.quantity = shares;
  canceled.reason = 'Q';
  const auto* const begin = reinterpret_cast<const std::byte*>(&canceled);
  return {begin, begin + sizeof canceled};
}

TEST_F(FixOrders, APartSelfMatchPreventionTookIsRestatedAndStaysAway) {
  says(alice_, new_order("A1", "1", "300", "150"));
  venue_.node_says(alice_, canceled_by_self_match(1, 100));
  EXPECT_THAT(hears(alice_), ElementsAre("D/0 A1 200=0+200@0"));
  EXPECT_EQ(value(last_, 378), "5");
  venue_.hold();
  says(alice_, replace("A2", "A1", "1", "250", "150"));
  EXPECT_EQ(alice_.translator.orders().by_name(ClOrdId::from("A1"))->decremented, 100U);
  venue_.lose();
}

TEST_F(FixOrders, WhatIsNotTakenHereIsSaidSo) {
  EXPECT_THAT(says(alice_, message("AF", {{584, "x"}})), ElementsAre("j AF because 3"));
  EXPECT_THAT(says(alice_, message("V", {{262, "x"}})), ElementsAre("j V because 3"));
}

TEST_F(FixOrders, FiftySpTwoSpeaksOfDisplayQtyAndMatches) {
  alice_.translator.speak(Version::fix50sp2);
  says(alice_, new_order("A1", "1", "300", "150", {{1138, "100"}}));
  EXPECT_EQ(value(last_, 1138), "100");
  EXPECT_FALSE(last_.find(111));
  says(bob_, new_order("B1", "2", "50", "150"));
  EXPECT_FALSE(last_.find(880)) << "4.4 has no TrdMatchID here";
  hears(alice_);
  EXPECT_EQ(value(last_, 880), "1");
  says(alice_, message("q", {{11, "Q1"}, {530, "7"}}));
  EXPECT_FALSE(last_.find(1369));
}

}  // namespace
}  // namespace wirebook::fix
