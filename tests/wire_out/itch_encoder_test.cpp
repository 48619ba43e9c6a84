// Goal: each ITCH 5.0 message that an event can publish has exactly the bytes of its specification.
// Method: expectations written by hand, field by field.
#include <gtest/gtest.h>

#include "tests/wire_out/decided.hpp"

namespace wirebook::wire_out {
namespace {

constexpr std::uint64_t order_ref = 0x0102'0304'0506'0708;

class ItchEncoding : public testing::Test {
 protected:
  ItchEncoding() {
    const Cause cause(InstrumentBody{.instrument = 0x0A0B, .symbol = Symbol::from("AAPL")});
    (void)itch_hex(encoder_, market('R'), cause);
  }

  static Event market(char letter, EventTail tail = {.kind = EventKind::market}) {
    tail.market = letter;
    Event event = event_with(tail);
    event.market_quantity = {120};
    return event;
  }
  std::string encoded(const Event& event) { return itch_hex(encoder_, event, cause_); }

  ItchEncoder encoder_;
  Cause cause_;
};

TEST_F(ItchEncoding, system_event) {
  Event event = market('S', {.kind = EventKind::market, .code = 'Q'});
  event.instrument = 0;
  const WireBytes expected = WireBytes().text("S").be(0, 4).be(0x1F1A'CED9'F001, 6).text("Q");
  ASSERT_EQ(expected.size(), 12U);
  EXPECT_EQ(encoded(event), hex(expected));
}

TEST_F(ItchEncoding, stock_directory) {
  const Cause cause(InstrumentBody{.instrument = 0x0A0B,
                                   .trading_state = 'T',
                                   .round_lot = 120,
                                   .symbol = Symbol::from("BRK.A")});
  const WireBytes expected = itch_start("R")
                                 .text("BRK.A", 8)
                                 .text("  ")
                                 .be(120, 4)
                                 .text("NCZ P ")
                                 .text("   ")
                                 .be(0, 4)
                                 .text("N");
  ASSERT_EQ(expected.size(), 39U);
  EXPECT_EQ(itch_hex(encoder_, market('R'), cause), hex(expected));
}

TEST_F(ItchEncoding, trading_action) {
  Event event = market('H', {.kind = EventKind::market, .code = 'H'});
  event.reason = {'L', 'U', 'D', 'P'};
  const WireBytes expected = itch_start("H").text("AAPL", 8).text("H ").text("LUDP");
  ASSERT_EQ(expected.size(), 25U);
  EXPECT_EQ(encoded(event), hex(expected));
  // Behind a definition there is no reason; on the wire that is spaces.
  event.reason = {};
  event.tail.code = 'T';
  EXPECT_EQ(encoded(event), hex(itch_start("H").text("AAPL", 8).text("T ").text("", 4)));
  event.reason = {'T', '1', ' ', ' '};
  EXPECT_EQ(encoded(event), hex(itch_start("H").text("AAPL", 8).text("T ").text("T1", 4)));
}

TEST_F(ItchEncoding, add_order_knows_buyers_and_sellers) {
  for (const auto& [side, letter] : {std::pair{'B', "B"}, {'S', "S"}, {'T', "S"}, {'E', "S"}}) {
    const Event event = market('A', {.kind = EventKind::accepted, .side = side});
    const WireBytes expected =
        itch_start("A").be(order_ref, 8).text(letter).be(120, 4).text("AAPL", 8).be(3'201'400, 4);
    ASSERT_EQ(expected.size(), 36U);
    EXPECT_EQ(encoded(event), hex(expected)) << side;
  }
}

TEST_F(ItchEncoding, add_order_with_attribution) {
  Event event = market('F', {.kind = EventKind::market, .side = 'E'});
  event.attribution = {'F', 'R', 'M', ' '};
  const WireBytes expected = itch_start("F")
                                 .be(order_ref, 8)
                                 .text("S")
                                 .be(120, 4)
                                 .text("AAPL", 8)
                                 .be(3'201'400, 4)
                                 .text("FRM ");
  ASSERT_EQ(expected.size(), 40U);
  EXPECT_EQ(encoded(event), hex(expected));
}

TEST_F(ItchEncoding, order_executed_with_and_without_price) {
  Event event = market('E', {.kind = EventKind::executed, .side = 'S', .code = 'A'});
  event.match_number = 0x0004'0000'0000'0005;
  const auto start = [](std::string_view letter) {
    return itch_start(letter).be(order_ref, 8).be(120, 4).be(0x0004'0000'0000'0005, 8);
  };
  ASSERT_EQ(start("E").size(), 31U);
  EXPECT_EQ(encoded(event), hex(start("E")));
  event.tail.market = 'C';
  EXPECT_EQ(encoded(event), hex(start("C").text("Y").be(3'201'400, 4)));
}

TEST_F(ItchEncoding, trade_names_neither_order_nor_side) {
  Event event = market('P', {.kind = EventKind::executed, .side = 'S', .code = 'J'});
  event.match_number = 0x0004'0000'0000'0005;
  const WireBytes expected = itch_start("P")
                                 .be(0, 8)
                                 .text("B")
                                 .be(120, 4)
                                 .text("AAPL", 8)
                                 .be(3'201'400, 4)
                                 .be(0x0004'0000'0000'0005, 8);
  ASSERT_EQ(expected.size(), 44U);
  EXPECT_EQ(encoded(event), hex(expected));
}

TEST_F(ItchEncoding, order_cancel_tells_what_the_market_saw) {
  const Event event = market('X', {.kind = EventKind::canceled, .code = 'U'});
  const WireBytes expected = itch_start("X").be(order_ref, 8).be(120, 4);
  ASSERT_EQ(expected.size(), 23U);
  EXPECT_EQ(encoded(event), hex(expected));
}

TEST_F(ItchEncoding, order_delete_names_the_order_that_ends) {
  Event event = market('D', {.kind = EventKind::canceled, .code = 'U'});
  event.orig_order_ref = 0x99;
  ASSERT_EQ(itch_start("D").be(order_ref, 8).size(), 19U);
  EXPECT_EQ(encoded(event), hex(itch_start("D").be(order_ref, 8)));
  event.tail.kind = EventKind::replaced;
  EXPECT_EQ(encoded(event), hex(itch_start("D").be(0x99, 8)));
}

TEST_F(ItchEncoding, order_replace) {
  Event event = market('U', {.kind = EventKind::replaced, .extension_count = 1, .side = 'B'});
  event.orig_order_ref = 0x99;
  const WireBytes expected =
      itch_start("U").be(0x99, 8).be(order_ref, 8).be(120, 4).be(3'201'400, 4);
  ASSERT_EQ(expected.size(), 35U);
  EXPECT_EQ(encoded(event), hex(expected));
}

TEST_F(ItchEncoding, broken_trade) {
  Event event = market('B', {.kind = EventKind::broken_trade, .extension_count = 1});
  event.match_number = 0x0004'0000'0000'0005;
  const WireBytes expected = itch_start("B").be(0x0004'0000'0000'0005, 8);
  ASSERT_EQ(expected.size(), 19U);
  EXPECT_EQ(encoded(event), hex(expected));
}

TEST_F(ItchEncoding, what_concerns_only_a_client_publishes_nothing) {
  EXPECT_EQ(encoded(market(0, {.kind = EventKind::rejected})), "");
  EXPECT_EQ(encoded(market(0, {.kind = EventKind::accepted})), "");
}

TEST_F(ItchEncoding, symbols_of_the_highest_and_the_lowest_locate) {
  for (const std::uint16_t locate : {std::uint16_t{1}, std::uint16_t{65'535}}) {
    const std::string symbol = "S" + std::to_string(locate);
    const Cause cause(InstrumentBody{.instrument = locate, .symbol = Symbol::from(symbol)});
    Event event = market('R');
    event.instrument = locate;
    (void)itch_hex(encoder_, event, cause);
    event.tail.market = 'A';
    EXPECT_EQ(encoded(event).substr(2 * 24, 16), hex(WireBytes().text(symbol, 8)));
  }
}

}  // namespace
}  // namespace wirebook::wire_out
