// Goal: a slot's line says all of the slot: what replay makes of it is the same slot again.
// Method: lines through the reader and the parser into a ring, and back.
#include "node/json/json_slots.hpp"

#include <string>
#include <string_view>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "wirebook/assert.hpp"
#include "wirebook/limits.hpp"
#include "wirebook/outcome.hpp"

#include "node/json/json_orders.hpp"
#include "slot_ring/group.hpp"
#include "slot_ring/ring.hpp"
#include "wire_in/ouch_parser.hpp"

namespace wirebook::node {
namespace {

class JsonSlots : public testing::Test {
 protected:
  /// The line of the group that comes of `line`.
  std::string there_and_back(std::string_view line) {
    std::string padded(line);
    padded.resize(line.size() + json_padding_bytes);
    JsonOrder order;
    if (!orders_.read(std::string_view(padded).substr(0, line.size()), order))
      return orders_.error();
    WIREBOOK_ASSERT(writer_.has_credit(group_slots_max));
    if (is_order_entry(order.kind)) {
      if (wire_in::parse_ouch(order.message, order.session, order.time_ns, writer_) != Outcome::ok)
        return "not taken";
    } else {
      writer_.at() = order.slot;
      writer_.publish({.kind = order.kind});
    }
    const auto group = slot_ring::peek_group(reader_);
    std::string text;
    append_json_group(text, *group);
    reader_.release(group->slot_count());
    return text;
  }
  [[nodiscard]] std::string line_of(const Slot& slot) const {
    std::string text;
    append_json_group(text, {.head = &slot});
    return text;
  }

  slot_ring::Ring<Slot> ring_{ring_slots_min};
  slot_ring::Writer<Slot> writer_{ring_};
  slot_ring::Reader<Slot> reader_{ring_};
  JsonOrderReader orders_;
};

TEST_F(JsonSlots, OrderEntryAndTheVenuesSideComeBackAsTheyWent) {
  std::uint64_t sequence = 0;
  for (
      const std::string_view rest : {
          R"("type":"session_up","session":7,"time_ns":1,"firm":"ACME","cancel_on_disconnect":false)",
          R"("type":"system_event","time_ns":2,"event_code":"Q")",
          R"("type":"trading_state","time_ns":3,"symbol":"AAPL","trading_state":"H","reason":"T1")",
          R"("type":"enter","session":7,"time_ns":4,"user_ref_num":1,"side":"B","quantity":100,)"
          R"("symbol":"AAPL","price":"320.1400","time_in_force":"0","display":"Y","capacity":"P",)"
          R"("iso":"N","cross_type":"N","cl_ord_id":"a \"1\"")",
          R"("type":"replace","session":7,"time_ns":5,"orig_user_ref_num":1,"user_ref_num":2,)"
          R"("quantity":90,"price":"0.0001","time_in_force":"3","display":"N","iso":"Y",)"
          R"("cl_ord_id":"","side":"S")",
          R"("type":"cancel","session":7,"time_ns":6,"user_ref_num":2,"quantity":10)",
          R"("type":"modify","session":7,"time_ns":7,"user_ref_num":2,"side":"T","quantity":5)",
          R"("type":"mass_cancel","session":7,"time_ns":8,"user_ref_num":3,"firm":"ACME","symbol":"")",
          R"("type":"disable","session":7,"time_ns":9,"user_ref_num":4,"firm":"ACME")",
          R"("type":"enable","session":7,"time_ns":10,"user_ref_num":5,"firm":"ACME")",
          R"("type":"account_query","session":7,"time_ns":11)",
          R"("type":"break_trade","time_ns":12,"match_number":18446744073709551615,"reason":"E")",
          R"("type":"kill","session":7,"time_ns":13)",
          R"("type":"kill","time_ns":14,"firm":"ACME")",
          R"("type":"session_down","session":7,"time_ns":15)",
          R"("type":"clock","time_ns":16)",
          R"("type":"limit","session":7,"time_ns":17,"kind":"message_rate","instrument":0,)"
          R"("firm":"","window_ms":1000,"value":5)",
          R"("type":"limit","time_ns":18,"kind":"collar","instrument":3,"firm":"","window_ms":0,)"
          R"("value":42949672960001)",
          R"("type":"limit","time_ns":19,"kind":200,"instrument":65535,"firm":"ACME",)"
          R"("window_ms":4294967295,"value":18446744073709551615)",
      }) {
    const std::string line =
        "{\"sequence\":" + std::to_string(reader_.sequence()) + "," + std::string(rest) + "}";
    // A kill of a firm names no session, and so it must not be inherited as one.
    EXPECT_EQ(there_and_back(line), line + "\n");
    EXPECT_GT(reader_.sequence(), sequence++);
  }
}

TEST_F(JsonSlots, AllTagsOverTwoExtensions) {
  const std::string line =
      R"({"sequence":0,"type":"enter","session":1,"time_ns":0,"user_ref_num":1,"side":"B",)"
      R"("quantity":100,"symbol":"A","price":"1.0000","time_in_force":"0","display":"Y",)"
      R"("capacity":"P","iso":"N","cross_type":"N","cl_ord_id":"","secondary_ord_ref_num":1,)"
      R"("firm":"F","min_qty":2,"max_floor":3,"peg_offset":"-0.0100","discretion_price":"2.0000",)"
      R"("discretion_peg_offset":"0.0100","random_reserves":4,"route":"R","expire_time":5,)"
      R"("display_quantity":6,"locate_broker":"L","aiq_group_id":"G"})";
  EXPECT_EQ(there_and_back(line), line + "\n");
}

TEST_F(JsonSlots, AnAppendageThatIsNoTagsIsThereInHex) {
  Slot head{};
  head.enter = EnterBody{.appendage_bytes = 3, .session = 1};
  head.tail = {.kind = SlotKind::enter, .extension_count = 1};
  Slot extension{};
  extension.extension = ExtensionBody{};
  extension.extension.appendage[0] = std::byte{0xFE};
  SlotGroup group{.head = &head};
  group.extensions[0] = &extension;
  std::string text;
  append_json_group(text, group);
  EXPECT_THAT(text, testing::HasSubstr(R"("appendage":"fe0000"})"));

  // A tag whose key the line has already: side, twice.
  extension.extension.appendage = {std::byte{2}, std::byte{27}, std::byte{'B'}};
  text.clear();
  append_json_group(text, group);
  EXPECT_THAT(text, testing::HasSubstr(R"("appendage":"021b42"})"));
}

TEST_F(JsonSlots, OtherKindsSayTheirBodies) {
  Slot slot{};
  slot.time_ns = TimeNs{9};
  slot.instrument = {.instrument = 2,
                     .trading_state = 'T',
                     .round_lot = 100,
                     .symbol = Symbol::from("AAPL"),
                     .reason = Alpha<4>::from("")};
  slot.tail = {.kind = SlotKind::instrument};
  EXPECT_EQ(line_of(slot), R"({"sequence":0,"type":"instrument","time_ns":9,"instrument":2,)"
                           R"("symbol":"AAPL","trading_state":"T","round_lot":100})"
                           "\n");
  slot.gap = {.cause = GapCause::ring_full, .stream = 1, .first_sequence = 5, .count = 3};
  slot.tail = {.kind = SlotKind::gap};
  EXPECT_EQ(line_of(slot), R"({"sequence":0,"type":"gap","time_ns":9,"cause":2,"stream":1,)"
                           R"("first_sequence":5,"count":3})"
                           "\n");
  slot.digest = {.covered_sequence = 16'384, .digest = 5};
  slot.tail = {.kind = SlotKind::digest};
  EXPECT_EQ(line_of(slot), R"({"sequence":0,"type":"digest","time_ns":9,)"
                           R"("covered_sequence":16384,"digest":5})"
                           "\n");
  slot.feed_execute = {
      .order_ref = 7, .match_number = 8, .quantity = {9}, .price = {10'000}, .printable = 'Y'};
  slot.tail = {.kind = feed_kind('C')};
  EXPECT_EQ(line_of(slot), R"({"sequence":0,"type":"itch_C","time_ns":9,"instrument":0,)"
                           R"("order_ref":7,"quantity":9,"match_number":8,"printable":"Y",)"
                           R"("price":"1.0000"})"
                           "\n");
  slot.tail = {.kind = static_cast<SlotKind>(0x1F)};
  EXPECT_THAT(line_of(slot), testing::HasSubstr(R"("type":"kind_1f")"));
}

}  // namespace
}  // namespace wirebook::node
