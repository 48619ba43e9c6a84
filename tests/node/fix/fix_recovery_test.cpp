// Goal: the stream alone rebuilds what FIX knows of its orders; what was asked for and lost is
// answered; a new day begins with nothing. Method: as fix_orders_test.cpp, with new translators.
#include <random>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/node/fix/fix_venue.hpp"

namespace wirebook::fix {
namespace {

std::string about(Party& party, const char* name) {
  const Order* const order = party.translator.orders().by_name(ClOrdId::from(name));
  if (!order)
    return "unknown";
  Occasion occasion;
  occasion.exec_type = 'I';
  std::string text;
  for (const Field& field : execution_report(*order, occasion).fields)
    text += std::to_string(field.tag) + "=" + field.value + " ";
  return text;
}

class FixRecovery : public testing::Test {
 protected:
  FixVenue venue_;
  Party& alice_ = venue_.party(0);
  Party& bob_ = venue_.party(1);
};

TEST_F(FixRecovery, TheStreamAloneRebuildsTheOrders) {
  venue_.say(alice_, new_order("A1", "1", "300", "150", {{111, "100"}, {528, "P"}}));
  venue_.say(bob_, new_order("B1", "2", "150", "149.5"));
  venue_.say(alice_, replace("A2", "A1", "1", "500", "149.75", {{111, "50"}}));
  venue_.say(alice_, new_order("A3", "1", "100", "140", {{59, "5"}, {18, "6"}}));
  venue_.say(alice_, new_order("A4", "1", "100", "140"));
  venue_.say(alice_, cancel("C4", "A4"));
  venue_.say(alice_, new_order("A5", "1", "100", "140", {{55, "NONE"}}));
  venue_.host(SlotKind::break_trade, AdminBody{.code = 'E', .match_number = 1});
  std::vector<std::string> before;
  for (const char* const name : {"A1", "A2", "A3", "A4"})
    before.push_back(about(alice_, name));
  alice_.heard.clear();

  venue_.restart(alice_);
  EXPECT_TRUE(alice_.heard.empty()) << "all of it was told before";
  std::vector<std::string> after;
  for (const char* const name : {"A1", "A2", "A3", "A4"})
    after.push_back(about(alice_, name));
  EXPECT_EQ(before, after);
  EXPECT_NE(about(alice_, "A5"), "unknown");

  // It goes on where the old one was.
  venue_.say(alice_, new_order("A1", "1", "100", "150"));
  EXPECT_EQ(value(venue_.hear(alice_), 103), "6");
  venue_.say(alice_, replace("A6", "A2", "1", "600", "149.75"));
  EXPECT_EQ(value(venue_.hear(alice_), 150), "5");
  venue_.say(alice_, new_order("A7", "1", "100", "140"));
  EXPECT_EQ(value(venue_.hear(alice_), 39), "0");
}

TEST_F(FixRecovery, WhatMayHaveBeenToldIsToldAsPossResend) {
  venue_.say(alice_, new_order("A1", "1", "300", "150"));
  alice_.heard.clear();
  venue_.restart(alice_, Tell::perhaps_told);
  const Message report = venue_.hear(alice_);
  EXPECT_EQ(value(report, 150), "0");
  EXPECT_TRUE(report.poss_resend);
}

TEST_F(FixRecovery, AnExecIdNamesItsPlaceInTheStream) {
  venue_.say(alice_, new_order("A1", "1", "300", "150"));
  const std::string id = value(venue_.hear(alice_), 17);
  EXPECT_EQ(Translator::sequence_of(id, "DAY1"), alice_.stream.size());
  EXPECT_EQ(Translator::sequence_of(id, "DAY"), 0U);
  EXPECT_EQ(Translator::sequence_of("DAY1-12-2", "DAY1"), 12U);
  for (const char* const other : {"", "DAY1", "DAY1-", "DAY1-x", "DAY1-1x", "R12-1", "DAY1-+1"})
    EXPECT_EQ(Translator::sequence_of(other, "DAY1"), 0U) << other;
}

TEST_F(FixRecovery, RequestsThatWereLostAreRefused) {
  venue_.say(alice_, new_order("A1", "1", "300", "150"));
  venue_.say(alice_, new_order("A2", "1", "300", "150"));
  alice_.heard.clear();
  venue_.hold();
  venue_.say(alice_, new_order("A3", "1", "300", "150"));
  venue_.say(alice_, replace("A4", "A1", "1", "200", "150"));
  venue_.say(alice_, cancel("C2", "A2"));
  venue_.say(alice_, message("q", {{11, "Q1"}, {530, "7"}}));
  venue_.lose();
  alice_.translator.on_link_lost();
  venue_.say(alice_, new_order("A5", "1", "300", "150"));
  const Message unavailable = venue_.hear(alice_);
  EXPECT_EQ(unavailable.type + value(unavailable, 380), "j4");

  venue_.log_in(alice_);
  std::vector<std::string> texts;
  while (!alice_.heard.empty()) {
    const Message m = venue_.hear(alice_);
    texts.push_back(m.type + " " + value(m, 11) + " " + value(m, 39) + value(m, 531));
  }
  EXPECT_THAT(texts, testing::UnorderedElementsAre("8 A3 8", "9 A4 0", "9 C2 0", "r Q1 0"));
  // The orders live on, and can be changed.
  venue_.say(alice_, replace("A6", "A1", "1", "200", "150"));
  EXPECT_EQ(value(venue_.hear(alice_), 150), "5");
  venue_.say(alice_, cancel("C3", "A2"));
  EXPECT_EQ(value(venue_.hear(alice_), 150), "4");
}

TEST_F(FixRecovery, WhatWasGivenUpAndComesAfterAllIsToldAndEnded) {
  venue_.hold();
  venue_.say(alice_, new_order("A1", "1", "300", "150"));
  const auto late = venue_.take_held();
  alice_.translator.on_link_lost();
  venue_.log_in(alice_);
  EXPECT_EQ(value(venue_.hear(alice_), 39), "8");
  venue_.ouch(alice_, late.front().second);
  EXPECT_EQ(value(venue_.hear(alice_), 39), "0");
  EXPECT_EQ(value(venue_.hear(alice_), 39), "4");
  venue_.say(alice_, new_order("A2", "1", "300", "150"));
  EXPECT_EQ(value(venue_.hear(alice_), 11), "A2") << "with a number that was not used";
}

TEST_F(FixRecovery, ANewDayBeginsWithNothing) {
  venue_.say(alice_, new_order("A1", "1", "300", "150"));
  alice_.heard.clear();
  alice_.translator.on_link_lost();
  venue_.log_in(alice_, "DAY2");
  EXPECT_EQ(about(alice_, "A1"), "unknown");
}

TEST_F(FixRecovery, BusinessOfAnotherChannelIsNotOurs) {
  // O of number 1 on channel 9: what the node says of it carries tag 28.
  venue_.say(alice_, new_order("A1", "1", "300", "150"));
  Terms terms;
  terms.symbol = Symbol::from("AAPL");
  terms.quantity = 100;
  terms.price = Price{1'400'000};
  ByteVector order = enter_message(terms, 1, ClOrdId::from("OTHER"));
  order[46] = std::byte{3};
  for (const unsigned byte : {2U, 28U, 9U})
    order.push_back(static_cast<std::byte>(byte));
  const std::string before = about(alice_, "A1");
  venue_.ouch(alice_, order);
  EXPECT_EQ(about(alice_, "OTHER"), "unknown");
  EXPECT_EQ(about(alice_, "A1"), before);
}

TEST_F(FixRecovery, AStreamOfGarbageIsSurvived) {
  std::mt19937 random(20260105);
  for (int i = 0; i < 20'000; ++i) {
    ByteVector bytes(random() % 80);
    for (std::byte& byte : bytes)
      byte = static_cast<std::byte>(random());
    if (!bytes.empty())
      bytes[0] = static_cast<std::byte>("SAUCDEBJPITMRXGKQ"[random() % 17]);
    venue_.node_says(alice_, bytes);
  }
  for (const Message& report : alice_.heard)
    EXPECT_TRUE(report.type != "8" || adds_up(report));
}

}  // namespace
}  // namespace wirebook::fix
