// Goal: what the exchange must publish (PROTOCOLS 9): for each event, which message goes to the
// owner and which to the market, with references that agree. Method: client bytes through parser,
// engine and encoders. A story reads "1A" for an A to session 1, "mE" for an E to the market.
#include <gtest/gtest.h>

#include "tests/wire_out/venue.hpp"

namespace wirebook::wire_out {
namespace {

std::string story(const std::vector<Sent>& messages) {
  std::string text;
  for (const Sent& sent : messages) {
    text += text.empty() ? "" : " ";
    text += sent.session == 0 ? std::string("m") : std::to_string(sent.session);
    text += sent.type();
  }
  return text;
}

class Published : public testing::Test {
 protected:
  Published() {
    venue_.instrument(1, "AAPL");
    venue_.session_up(1);
    venue_.session_up(2);
  }
  std::vector<Sent> enter(std::uint32_t session, const Order& order, Bytes tags = {}) {
    return venue_.client(session, enter_message(order, tags));
  }
  std::vector<Sent> replace(std::uint32_t session, std::uint32_t original, const Order& order) {
    return venue_.client(session, replace_message(original, order));
  }
  std::vector<Sent> cancel(std::uint32_t session, std::uint32_t number, std::uint32_t quantity) {
    return venue_.client(session, cancel_message(number, quantity));
  }

  Venue venue_;
};

// Where the numbers stand in the messages.
std::uint64_t accepted_ref(const Sent& sent) { return sent.number(36, 8); }
std::uint64_t replaced_ref(const Sent& sent) { return sent.number(40, 8); }
std::uint64_t executed_match(const Sent& sent) { return sent.number(26, 8); }
std::uint64_t itch_ref(const Sent& sent) { return sent.number(11, 8); }
char flag(const Sent& executed) { return static_cast<char>(executed.number(25, 1)); }

TEST_F(Published, displayed_order_that_rests) {
  const auto anonymous = enter(1, {.number = 1});
  ASSERT_EQ(story(anonymous), "1A mA");
  EXPECT_EQ(static_cast<char>(anonymous[0].number(47, 1)), 'L');
  EXPECT_EQ(itch_ref(anonymous[1]), accepted_ref(anonymous[0]));
  const auto attributed = enter(1, {.number = 2, .display = 'A'});
  ASSERT_EQ(story(attributed), "1A mF");
  EXPECT_EQ(itch_ref(attributed[1]), accepted_ref(attributed[0]));
  EXPECT_EQ(hex(Bytes(attributed[1].bytes).last(4)), hex(WireBytes().text("FRM ")));
}

TEST_F(Published, hidden_order_is_not_published) {
  const auto sent = enter(1, {.number = 1, .display = 'N'});
  ASSERT_EQ(story(sent), "1A");
  EXPECT_EQ(static_cast<char>(sent[0].number(35, 1)), 'N');
  EXPECT_EQ(story(cancel(1, 1, 50)), "1C");
  EXPECT_EQ(story(cancel(1, 1, 0)), "1C");
}

TEST_F(Published, incoming_order_that_executes_on_entry) {
  const auto resting = enter(1, {.number = 1, .quantity = 30});
  const auto hidden = enter(1, {.number = 2, .quantity = 20, .display = 'N'});
  const auto sent = enter(2, {.number = 1, .side = 'S', .quantity = 100});
  // Per fill the resting order's report, its ITCH message, then the incoming order's.
  ASSERT_EQ(story(sent), "2A 1E mE 2E 1E mP 2E mA");
  EXPECT_EQ(flag(sent[1]), 'A');
  EXPECT_EQ(flag(sent[3]), 'R');
  EXPECT_EQ(flag(sent[4]), 'J');
  EXPECT_EQ(itch_ref(sent[2]), accepted_ref(resting[0]));
  EXPECT_EQ(itch_ref(sent[5]), 0U) << "nothing tells which hidden order";
  // One trade, one number everywhere.
  EXPECT_EQ(executed_match(sent[1]), executed_match(sent[3]));
  EXPECT_EQ(sent[2].number(23, 8), executed_match(sent[1]));
  EXPECT_EQ(executed_match(sent[4]), executed_match(sent[6]));
  EXPECT_EQ(sent[5].number(36, 8), executed_match(sent[4]));
  EXPECT_NE(executed_match(sent[1]), executed_match(sent[4]));
  // The remainder, with the reference that the owner knows.
  EXPECT_EQ(itch_ref(sent[7]), accepted_ref(sent[0]));
  EXPECT_EQ(sent[7].number(20, 4), 50U);
}

TEST_F(Published, immediate_or_cancel_leaves_no_trace_in_the_book) {
  EXPECT_EQ(story(enter(1, {.number = 1, .time_in_force = '3'})), "1A 1C");
  enter(1, {.number = 2, .quantity = 10});
  const auto sent = enter(2, {.number = 1, .side = 'S', .time_in_force = '3'});
  ASSERT_EQ(story(sent), "2A 1E mE 2E 2C");
  EXPECT_EQ(sent[4].number(13, 4), 90U);
  EXPECT_EQ(static_cast<char>(sent[4].number(17, 1)), 'I');
}

TEST_F(Published, partial_and_full_cancel) {
  const auto added = enter(1, {.number = 1});
  const auto partial = cancel(1, 1, 70);
  ASSERT_EQ(story(partial), "1C mX");
  EXPECT_EQ(partial[0].bytes.size(), 18U);
  EXPECT_EQ(partial[0].number(13, 4), 30U);
  EXPECT_EQ(partial[1].number(19, 4), 30U);
  const auto full = cancel(1, 1, 0);
  ASSERT_EQ(story(full), "1C mD");
  EXPECT_EQ(itch_ref(full[1]), accepted_ref(added[0]));
}

TEST_F(Published, modify) {
  enter(1, {.number = 1, .side = 'S'});
  const auto smaller = [](char side, std::uint32_t quantity) {
    return WireBytes().text("M").be(1, 4).text(std::string(1, side)).be(quantity, 4);
  };
  EXPECT_EQ(story(venue_.client(1, smaller('S', 60))), "1M mX");
  EXPECT_EQ(story(venue_.client(1, smaller('T', 60))), "1M") << "a marking is the owner's matter";
}

TEST_F(Published, mass_cancel_kill_and_lost_connection) {
  const WireBytes all = WireBytes().text("C").be(9, 4).text("", 4).text("", 8).be(0, 2);
  const auto add_two = [&](std::uint32_t first) {
    enter(1, {.number = first});
    enter(1, {.number = first + 1, .display = 'N'});
  };
  add_two(1);
  EXPECT_EQ(story(venue_.client(1, all)), "1X 1C mD 1C");
  add_two(10);
  EXPECT_EQ(story(venue_.host(SlotKind::session_down, SessionBody{.session = 1})), "1C mD 1C");
  add_two(20);
  EXPECT_EQ(story(venue_.host(SlotKind::kill, SessionBody{.session = 1})), "1C mD 1C");
}

TEST_F(Published, reserve_order_that_is_refreshed) {
  const WireBytes floor = WireBytes().be(5, 1).be(5, 1).be(30, 4);
  const auto added = enter(1, {.number = 1}, floor);
  ASSERT_EQ(story(added), "1A mA");
  EXPECT_EQ(added[1].number(20, 4), 30U) << "the market sees the slice";
  const auto sent = enter(2, {.number = 1, .side = 'S', .quantity = 30});
  ASSERT_EQ(story(sent), "2A 1E mE 2E 1R mA");
  EXPECT_EQ(static_cast<char>(sent[4].number(13, 1)), 'R');
  // Tag 1 is the new reference, tag 22 the new slice.
  EXPECT_EQ(sent[4].number(14, 2), 16U);
  EXPECT_EQ(sent[4].number(17, 1), 1U);
  EXPECT_EQ(sent[4].number(18, 8), itch_ref(sent[5]));
  EXPECT_EQ(sent[4].number(27, 1), 22U);
  EXPECT_EQ(sent[4].number(28, 4), 30U);
  EXPECT_NE(itch_ref(sent[5]), itch_ref(added[1]));
  EXPECT_EQ(sent[5].number(20, 4), 30U);
}

TEST_F(Published, two_orders_of_one_owner) {
  const auto strategy = [](char letter) {
    return WireBytes().be(2, 1).be(29, 1).text(std::string(1, letter));
  };
  const auto added = enter(1, {.number = 1}, strategy('D'));
  const auto told = enter(2, {.number = 1, .side = 'S', .quantity = 60}, strategy('W'));
  ASSERT_EQ(story(told), "2A 1D mX 2D");
  EXPECT_EQ(told[1].bytes.size(), 32U);
  EXPECT_EQ(told[1].number(13, 4), 60U);
  EXPECT_EQ(told[1].number(18, 4), 60U);
  EXPECT_EQ(told[1].number(22, 8), 10'0000U);
  EXPECT_EQ(static_cast<char>(told[1].number(30, 1)), 'A');
  EXPECT_EQ(static_cast<char>(told[1].number(31, 1)), 'D');
  EXPECT_EQ(static_cast<char>(told[3].number(30, 1)), 'R');
  EXPECT_EQ(static_cast<char>(told[3].number(31, 1)), 'W');
  EXPECT_EQ(itch_ref(told[2]), itch_ref(added[1]));
  const auto ended = enter(2, {.number = 2, .side = 'S', .quantity = 40});
  EXPECT_EQ(story(ended), "2A 1D mD 2D");
  enter(1, {.number = 2}, strategy('Y'));
  const auto silent = enter(2, {.number = 3, .side = 'S'});
  ASSERT_EQ(story(silent), "2A 1C mD 2C");
  EXPECT_EQ(static_cast<char>(silent[1].number(17, 1)), 'Q');
}

TEST_F(Published, replace_of_a_displayed_order_that_stays_displayed) {
  const auto added = enter(1, {.number = 1});
  const auto sent = replace(1, 1, {.number = 2, .quantity = 80, .price = 11'0000});
  ASSERT_EQ(story(sent), "1U mU");
  EXPECT_EQ(itch_ref(sent[1]), accepted_ref(added[0]));
  EXPECT_EQ(sent[1].number(19, 8), replaced_ref(sent[0]));
  EXPECT_NE(replaced_ref(sent[0]), accepted_ref(added[0]));
  EXPECT_EQ(sent[1].number(27, 4), 80U);
}

TEST_F(Published, replace_that_trades_first) {
  enter(2, {.number = 1, .side = 'S', .quantity = 40, .price = 12'0000});
  const auto added = enter(1, {.number = 1});
  const auto sent = replace(1, 1, {.number = 2, .price = 12'0000});
  ASSERT_EQ(story(sent), "1U mD 2E mE 1E mA");
  EXPECT_EQ(itch_ref(sent[1]), accepted_ref(added[0]));
  EXPECT_EQ(itch_ref(sent[5]), replaced_ref(sent[0]));
  EXPECT_EQ(sent[5].number(20, 4), 60U);
}

TEST_F(Published, replace_that_changes_visibility) {
  const auto added = enter(1, {.number = 1});
  const auto hidden = replace(1, 1, {.number = 2, .display = 'N'});
  ASSERT_EQ(story(hidden), "1U mD");
  EXPECT_EQ(itch_ref(hidden[1]), accepted_ref(added[0]));
  const auto shown = replace(1, 2, {.number = 3, .display = 'Y'});
  ASSERT_EQ(story(shown), "1U mA");
  EXPECT_EQ(itch_ref(shown[1]), replaced_ref(shown[0]));
}

TEST_F(Published, post_only_order_that_would_trade) {
  enter(2, {.number = 1, .side = 'S'});
  const auto sent = enter(1, {.number = 1}, element(12, "P"));
  ASSERT_EQ(story(sent), "1A");
  EXPECT_EQ(static_cast<char>(sent[0].number(47, 1)), 'D');
}

TEST_F(Published, broken_trade) {
  enter(1, {.number = 1});
  const auto traded = enter(2, {.number = 1, .side = 'S'});
  ASSERT_EQ(story(traded), "2A 1E mE 2E");
  const std::uint64_t match = executed_match(traded[1]);
  const auto sent =
      venue_.host(SlotKind::break_trade, AdminBody{.code = 'E', .match_number = match});
  ASSERT_EQ(story(sent), "1B mB 2B");
  EXPECT_EQ(sent[0].number(13, 8), match);
  EXPECT_EQ(sent[1].number(11, 8), match);
  EXPECT_EQ(sent[2].number(13, 8), match);
  EXPECT_EQ(hex(Bytes(sent[2].bytes).subspan(22)), hex(WireBytes().text("id 1", 14)));
}

TEST_F(Published, halt_and_resume) {
  const auto set_state = [this](char state) {
    return venue_.host(
        SlotKind::trading_state,
        InstrumentBody{.instrument = 1, .trading_state = state, .reason = Alpha<4>::from("T1")});
  };
  EXPECT_EQ(story(set_state('H')), "mH");
  const auto refused = enter(1, {.number = 1});
  ASSERT_EQ(story(refused), "1J");
  EXPECT_EQ(refused[0].number(13, 2), 0x0007U);
  EXPECT_EQ(story(set_state('T')), "mH");
  EXPECT_EQ(story(enter(1, {.number = 2})), "1A mA");
}

TEST_F(Published, definition_of_an_instrument) {
  EXPECT_EQ(story(venue_.instrument(2, "MSFT")), "mR mH");
}

TEST_F(Published, start_and_end_of_the_day) {
  const auto system_event = [this](char code) {
    return story(venue_.host(SlotKind::system_event, AdminBody{.code = code}));
  };
  EXPECT_EQ(system_event('O'), "mS");
  EXPECT_EQ(system_event('S'), "mS 1S 2S");
  EXPECT_EQ(story(venue_.session_up(3)), "3S");
  EXPECT_EQ(system_event('Q'), "mS");
  EXPECT_EQ(system_event('E'), "mS 1S 2S 3S");
}

TEST_F(Published, account_requests_concern_no_market) {
  const auto request = [](std::string_view type) {
    return WireBytes().text(type).be(type == "D" ? 1 : 2, 4).text("FRM ").be(0, 2);
  };
  EXPECT_EQ(story(venue_.client(1, request("D"))), "1G");
  EXPECT_EQ(story(venue_.client(1, request("E"))), "1K");
  const auto sent = venue_.client(1, WireBytes().text("Q"));
  ASSERT_EQ(story(sent), "1Q");
  EXPECT_EQ(sent[0].number(9, 4), 3U);
}

/// Tags that the original sent hold for its replacements, and are told.
TEST_F(Published, replaced_tells_the_tags_in_force) {
  enter(1, {.number = 1}, WireBytes().add(element(12, "P")).add(element(2, "FIRM")));
  const auto sent = replace(1, 1, {.number = 2, .price = 9'0000});
  ASSERT_EQ(story(sent), "1U mU");
  EXPECT_EQ(hex(Bytes(sent[0].bytes).subspan(66)),
            hex(WireBytes().be(9, 2).add(element(2, "FIRM")).add(element(12, "P"))));
}

}  // namespace
}  // namespace wirebook::wire_out
