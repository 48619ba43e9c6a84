// Goal: each of the 17 outbound OUCH 5.0 messages has exactly the bytes of its specification, and
// says of the client's own words what it must. Method: expectations written by hand, field by
// field.
#include <gtest/gtest.h>

#include "tests/wire_out/decided.hpp"

namespace wirebook::wire_out {
namespace {

const EnterBody enter{.session = 3,
                      .symbol = Symbol::from("AAPL"),
                      .user_ref_num = 0x11223344,
                      .quantity = {500},
                      .price = {3'201'400},
                      .cl_ord_id = ClOrdId::from("order 1"),
                      .side = 'T',
                      .time_in_force = '0',
                      .display = 'A',
                      .capacity = 'R',
                      .iso = 'Y',
                      .cross_type = 'N'};

const ReplaceBody replacement{.session = 3,
                              .orig_user_ref_num = 7,
                              .user_ref_num = 0x11223344,
                              .quantity = {500},
                              .price = {3'201'400},
                              .cl_ord_id = ClOrdId::from("order 2"),
                              .time_in_force = '3',
                              .display = 'N',
                              .iso = 'N'};

/// Everything of an Order Accepted before its appendage length.
WireBytes accepted_fields() {
  return ouch_start("A")
      .text("T")
      .be(500, 4)
      .text("AAPL", 8)
      .be(3'201'400, 8)
      .text("0A")
      .be(0x0102'0304'0506'0708, 8)
      .text("RYNL")
      .text("order 1", 14);
}
Event accepted(std::uint8_t user_ref_idx = 0) {
  return event_with({.kind = EventKind::accepted,
                     .market = 'F',
                     .side = 'T',
                     .state = 'L',
                     .user_ref_idx = user_ref_idx});
}

TEST(OuchEncoder, accepted) {
  const Cause cause(enter);
  const WireBytes expected = accepted_fields().be(0, 2);
  ASSERT_EQ(expected.size(), 64U);
  EXPECT_EQ(ouch_hex(accepted(), cause), hex(expected));
}

TEST(OuchEncoder, accepted_repeats_the_tags_that_it_has_as_they_were_sent) {
  const WireBytes firm = element(2, "FIRM");
  const WireBytes minimum = element(3, 0, 4);
  const WireBytes broker = element(26, "BRKR");  // an Order Accepted has no LocateBroker
  const WireBytes channel = element(28, 9, 1);
  const WireBytes group = element(24, 0xBEEF, 2);
  const Cause cause(enter, WireBytes().add(group).add(broker).add(channel).add(minimum).add(firm));
  // In the order in which they were sent, but the channel comes last.
  const WireBytes tags = WireBytes().add(group).add(minimum).add(firm).add(channel);
  EXPECT_EQ(ouch_hex(accepted(9), cause), hex(accepted_fields().be(tags.size(), 2).add(tags)));
  // Channel 0 may be named, and is not repeated.
  const Cause other(enter, WireBytes().add(element(28, 0, 1)).add(firm));
  EXPECT_EQ(ouch_hex(accepted(), other), hex(accepted_fields().be(6, 2).add(firm)));
}

TEST(OuchEncoder, accepted_with_every_tag_once_across_two_extension_slots) {
  WireBytes sent;
  WireBytes repeated;
  const auto add = [&](unsigned tag, std::size_t bytes, bool is_repeated) {
    const WireBytes one = element(tag, 0xA0 + tag, bytes);
    sent.add(one);
    if (is_repeated)
      repeated.add(one);
  };
  for (const unsigned tag : {2U, 3U, 5U, 7U, 11U, 13U, 15U})
    add(tag, 4, true);
  add(9, 8, true);
  add(26, 4, false);
  for (const unsigned tag : {4U, 6U, 10U, 12U, 16U, 17U, 25U, 29U})
    add(tag, 1, true);
  for (const unsigned tag : {24U, 30U})
    add(tag, 2, true);
  sent.add(element(28, 1, 1));
  repeated.add(element(28, 1, 1));
  ASSERT_EQ(sent.size(), 93U);
  const Cause cause(enter, sent);
  EXPECT_EQ(ouch_hex(accepted(1), cause),
            hex(accepted_fields().be(repeated.size(), 2).add(repeated)));
}

TEST(OuchEncoder, replaced_takes_from_the_replace_what_it_says_and_the_rest_from_its_extension) {
  const Cause cause(replacement, element(28, 2, 1));
  const WireBytes kept = WireBytes().add(element(2, "FIRM")).add(element(12, "P"));
  EventExtension extension{};
  extension.symbol = Symbol::from("MSFT");
  extension.capacity = 'O';
  extension.cross_type = 'N';
  extension.bytes_used = static_cast<std::uint8_t>(kept.size());
  std::memcpy(extension.bytes.data(), Bytes(kept).data(), kept.size());
  Event event = event_with({.kind = EventKind::replaced,
                            .extension_count = 1,
                            .market = 'U',
                            .side = 'E',
                            .state = 'D',
                            .user_ref_idx = 2});
  event.orig_order_ref = 0x99;
  const WireBytes expected = ouch_start("U", false)
                                 .be(7, 4)
                                 .be(0x11223344, 4)
                                 .text("E")
                                 .be(500, 4)
                                 .text("MSFT", 8)
                                 .be(3'201'400, 8)
                                 .text("3N")
                                 .be(0x0102'0304'0506'0708, 8)
                                 .text("ONND")
                                 .text("order 2", 14)
                                 .be(6 + 3 + 3, 2)
                                 .add(kept)
                                 .add(element(28, 2, 1));
  ASSERT_EQ(expected.size(), 68U + 12);
  EXPECT_EQ(ouch_hex({.head = &event, .extension = &extension}, cause), hex(expected));
}

TEST(OuchEncoder, canceled_is_18_bytes_without_a_channel) {
  const Cause cause;
  const WireBytes bare = ouch_start("C").be(500, 4).text("U");
  ASSERT_EQ(bare.size(), 18U);
  EXPECT_EQ(ouch_hex(event_with({.kind = EventKind::canceled, .code = 'U'}), cause), hex(bare));
}

/// Messages that have an appendage only to name the channel, if that is not 0.
TEST(OuchEncoder, optional_appendage_only_with_a_channel) {
  const Cause cause(enter, element(2, "FIRM"));
  EventExtension extension{};
  std::memcpy(extension.bytes.data(), "order 9       ", 14);
  extension.bytes_used = 14;
  const auto check = [&](EventTail tail, const WireBytes& bare, std::size_t bytes,
                         std::uint64_t union_number = 0, std::uint16_t reject_code = 0) {
    ASSERT_EQ(bare.size(), bytes);
    Event event = event_with(tail);
    event.match_number = union_number;
    event.reject_code = reject_code;
    const EventGroup group{.head = &event, .extension = &extension};
    EXPECT_EQ(ouch_hex(group, cause), hex(bare));
    event.tail.user_ref_idx = 255;
    EXPECT_EQ(ouch_hex(group, cause), hex(WireBytes(bare).be(3, 2).add(element(28, 255, 1))));
  };
  check({.kind = EventKind::canceled, .code = 'I'}, ouch_start("C").be(500, 4).text("I"), 18);
  check({.kind = EventKind::aiq_canceled, .code = 'R', .state = 'y'},
        ouch_start("D").be(500, 4).text("Q").be(300, 4).be(3'201'400, 8).text("Ry"), 32, 300);
  check({.kind = EventKind::broken_trade, .extension_count = 1, .code = 'X'},
        ouch_start("B").be(0x0004'0000'0000'0005, 8).text("X").text("order 9", 14), 36,
        0x0004'0000'0000'0005);
  check({.kind = EventKind::rejected}, ouch_start("J").be(0x001D, 2).text("order 1", 14), 29, 0,
        0x001D);
  check({.kind = EventKind::cancel_pending}, ouch_start("P"), 13);
  check({.kind = EventKind::cancel_reject}, ouch_start("I"), 13);
  check({.kind = EventKind::priority_update, .market = 'U'},
        ouch_start("T").be(3'201'400, 8).text("Y").be(0x0102'0304'0506'0708, 8), 30, 0x42);
  check({.kind = EventKind::modified, .side = 'E'}, ouch_start("M").text("E").be(500, 4), 18);
  check({.kind = EventKind::account_query_response}, ouch_start("Q"), 13);
}

TEST(OuchEncoder, rejected_replace_names_the_replaces_own_id) {
  const Cause cause(replacement);
  Event event = event_with({.kind = EventKind::rejected});
  event.reject_code = 7;
  EXPECT_EQ(ouch_hex(event, cause), hex(ouch_start("J").be(7, 2).text("order 2", 14)));
}

TEST(OuchEncoder, executed_always_has_an_appendage_length) {
  const Cause cause(enter, element(2, "FIRM"));
  Event event = event_with({.kind = EventKind::executed, .market = 'E', .side = 'S', .code = 'A'});
  event.match_number = 0x0004'0000'0000'0005;
  const WireBytes fields =
      ouch_start("E").be(500, 4).be(3'201'400, 8).text("A").be(0x0004'0000'0000'0005, 8);
  EXPECT_EQ(ouch_hex(event, cause), hex(WireBytes(fields).be(0, 2)));
  ASSERT_EQ(fields.size(), 34U);
  event.tail.user_ref_idx = 1;
  EXPECT_EQ(ouch_hex(event, cause), hex(WireBytes(fields).be(3, 2).add(element(28, 1, 1))));
}

TEST(OuchEncoder, modified_repeats_locate_tags) {
  const WireBytes located = element(25, "Y");
  const WireBytes broker = element(26, "BRKR");
  const Cause cause(ReduceBody{.session = 3, .user_ref_num = 0x11223344, .side = 'T'},
                    WireBytes().add(located).add(element(28, 4, 1)).add(broker));
  const Event event = event_with({.kind = EventKind::modified, .side = 'T', .user_ref_idx = 4});
  EXPECT_EQ(ouch_hex(event, cause), hex(ouch_start("M")
                                            .text("T")
                                            .be(500, 4)
                                            .be(3 + 6 + 3, 2)
                                            .add(located)
                                            .add(broker)
                                            .add(element(28, 4, 1))));
}

/// A cancel, modify or account request is not rejected for such an appendage, but what goes out
/// must be well formed.
TEST(OuchEncoder, repeats_no_tag_that_matching_did_not_read) {
  const WireBytes bare = ouch_start("M").text("T").be(500, 4);
  const auto modified = [&](Bytes appendage) {
    const Cause cause(ReduceBody{.side = 'T'}, appendage);
    return ouch_hex(event_with({.kind = EventKind::modified, .side = 'T'}), cause);
  };
  const WireBytes located = element(25, "Y");
  EXPECT_EQ(modified(element(25, "YY")), hex(bare)) << "a value of another size";
  EXPECT_EQ(modified(WireBytes().add(located).add(element(25, "N"))),
            hex(WireBytes(bare).be(3, 2).add(located)))
      << "the first one counts";
  EXPECT_EQ(modified(WireBytes().add(element(25, "")).add(located)),
            hex(WireBytes(bare).be(3, 2).add(located)))
      << "the first one of its size counts";
  EXPECT_EQ(modified(WireBytes().add(located).be(0, 1)), hex(bare)) << "an element of no bytes";
  EXPECT_EQ(modified(WireBytes().add(located).be(9, 1).be(26, 1)), hex(bare)) << "one cut off";
  EXPECT_EQ(modified(WireBytes().add(element(200, "Y")).add(element(2, "FIRM"))), hex(bare))
      << "tags of other messages";
}

TEST(OuchEncoder, restated) {
  const Cause cause(enter);
  Event event = event_with({.kind = EventKind::restated, .market = 'A', .code = 'R'});
  event.market_quantity = {100};
  EXPECT_EQ(ouch_hex(event, cause), hex(ouch_start("R")
                                            .text("R")
                                            .be(10 + 6, 2)
                                            .add(element(1, 0x0102'0304'0506'0708, 8))
                                            .add(element(22, 100, 4))));
  event.tail = {.kind = EventKind::restated, .code = 'P', .user_ref_idx = 3};
  EXPECT_EQ(ouch_hex(event, cause), hex(ouch_start("R")
                                            .text("P")
                                            .be(10 + 3, 2)
                                            .add(element(23, 3'201'400, 8))
                                            .add(element(28, 3, 1))));
}

TEST(OuchEncoder, mass_cancel_response_repeats_the_request) {
  const AccountBody request{
      .symbol = Symbol::from("MSFT"), .user_ref_num = 0x11223344, .firm = Firm::from("FRM")};
  const WireBytes group = element(24, 5, 2);
  const WireBytes side = element(27, "S");
  const Event event = event_with({.kind = EventKind::mass_cancel_response, .user_ref_idx = 6});
  const WireBytes fields = ouch_start("X").text("FRM", 4).text("MSFT", 8);
  ASSERT_EQ(fields.size(), 25U);
  const Cause cause(request, WireBytes().add(side).add(element(28, 6, 1)).add(group));
  EXPECT_EQ(ouch_hex(event, cause),
            hex(WireBytes(fields).be(10, 2).add(side).add(group).add(element(28, 6, 1))));
  const Cause bare(request);
  EXPECT_EQ(ouch_hex(event_with({.kind = EventKind::mass_cancel_response}), bare),
            hex(WireBytes(fields).be(0, 2)));
}

TEST(OuchEncoder, disable_and_enable_responses) {
  const Cause cause(AccountBody{.user_ref_num = 0x11223344, .firm = Firm::from("FIRM")});
  for (const auto& [kind, letter] :
       {std::pair{EventKind::disable_response, "G"}, std::pair{EventKind::enable_response, "K"}}) {
    const WireBytes fields = ouch_start(letter).text("FIRM");
    ASSERT_EQ(fields.size(), 17U);
    EXPECT_EQ(ouch_hex(event_with({.kind = kind}), cause), hex(WireBytes(fields).be(0, 2)));
    EXPECT_EQ(ouch_hex(event_with({.kind = kind, .user_ref_idx = 8}), cause),
              hex(WireBytes(fields).be(3, 2).add(element(28, 8, 1))));
  }
}

TEST(OuchEncoder, system_event_never_has_an_appendage) {
  const Cause cause(AdminBody{.code = 'E'});
  const WireBytes expected = ouch_start("S", false).text("E");
  ASSERT_EQ(expected.size(), 10U);
  EXPECT_EQ(ouch_hex(event_with({.kind = EventKind::system_event, .code = 'E'}), cause),
            hex(expected));
}

TEST(OuchEncoder, what_is_for_the_market_tells_no_client) {
  const Cause cause;
  EXPECT_EQ(ouch_hex(event_with({.kind = EventKind::market, .market = 'A'}), cause), "");
}

TEST(OuchEncoder, the_prices_that_mean_market_keep_their_value) {
  const Cause cause(enter);
  Event event = accepted();
  event.price = price_market;
  EXPECT_EQ(ouch_hex(event, cause).substr(2 * 26, 16), "000000007FFFFFFF");
}

}  // namespace
}  // namespace wirebook::wire_out
