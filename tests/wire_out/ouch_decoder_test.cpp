// Goal: the field table says of all 25 OUCH 5.0 messages what PROTOCOLS 6.3 and 6.4 say, both ways,
// and no broken message is taken. Method: messages built from the table by field name, read back by
// the decoder and by the parser of wire_in; every truncation.
#include "wire_out/ouch_decoder.hpp"

#include <set>

#include <gtest/gtest.h>

#include "wirebook/wire/ouch50_in.hpp"
#include "wirebook/wire/ouch50_out.hpp"

#include "tests/wire_out/decided.hpp"
#include "wire_in/ouch_parser.hpp"

namespace wirebook::wire_out {
namespace {

namespace ouch = wire::ouch;
constexpr std::size_t length_bytes = 2;

std::size_t fields_end(const ouch::MessageInfo& info) {
  return info.bytes - (info.appendage_always ? length_bytes : 0);
}

/// A message whose byte i of field f is made of both, without tags.
WireBytes message_of(const ouch::MessageInfo& info) {
  WireBytes message = WireBytes().text(std::string_view(&info.type, 1));
  std::uint8_t number = 0;
  for (const ouch::FieldInfo& field : info.fields) {
    ++number;
    for (std::size_t i = 0; i < field.bytes; ++i)
      message.be(static_cast<std::uint64_t>(16 * number) + i, 1);
  }
  return info.appendage_always ? message.be(0, 2) : message;
}
/// The same with these tags.
WireBytes with_tags(const ouch::MessageInfo& info, Bytes tags) {
  const WireBytes message = message_of(info);
  return WireBytes().add(message.first(fields_end(info))).be(tags.size(), 2).add(tags);
}

template <class Check>
void for_each_message(Check check) {
  for (const auto& table : {std::span<const ouch::MessageInfo>(ouch::inbound_messages),
                            std::span<const ouch::MessageInfo>(ouch::outbound_messages)})
    for (const ouch::MessageInfo& info : table) {
      SCOPED_TRACE(info.name);
      check(table, info);
    }
}

TEST(OuchFields, cover_each_byte_once_and_have_names_of_their_own) {
  for_each_message([](auto table, const ouch::MessageInfo& info) {
    std::size_t end = 1;
    std::set<std::string_view> names;
    for (const ouch::FieldInfo& field : info.fields) {
      EXPECT_EQ(field.offset, end) << field.name;
      end += field.bytes;
      EXPECT_TRUE(names.insert(field.name).second) << field.name;
      EXPECT_EQ(field.type == ouch::FieldType::character, field.bytes == 1) << field.name;
    }
    EXPECT_EQ(end, fields_end(info));
    for (const ouch::MessageInfo& other : table)
      EXPECT_TRUE(&other == &info || (other.type != info.type && other.name != info.name));
  });
}

/// PROTOCOLS 6.3 and 6.4: bytes without tags.
TEST(OuchFields, lengths_are_those_of_the_specification) {
  const std::vector<std::pair<std::string, std::size_t>> inbound{
      {"enter", 47},       {"replace", 40}, {"cancel", 9},  {"modify", 10},
      {"mass_cancel", 19}, {"disable", 11}, {"enable", 11}, {"account_query", 1}};
  const std::vector<std::pair<std::string, std::size_t>> outbound{{"system_event", 10},
                                                                  {"accepted", 64},
                                                                  {"replaced", 68},
                                                                  {"canceled", 18},
                                                                  {"aiq_canceled", 32},
                                                                  {"executed", 36},
                                                                  {"broken_trade", 36},
                                                                  {"rejected", 29},
                                                                  {"cancel_pending", 13},
                                                                  {"cancel_reject", 13},
                                                                  {"priority_update", 30},
                                                                  {"modified", 18},
                                                                  {"restated", 16},
                                                                  {"mass_cancel_response", 27},
                                                                  {"disable_response", 19},
                                                                  {"enable_response", 19},
                                                                  {"account_query_response", 13}};
  const auto lengths = [](const auto& table) {
    std::vector<std::pair<std::string, std::size_t>> rows;
    for (const ouch::MessageInfo& info : table)
      rows.emplace_back(info.name, info.bytes);
    return rows;
  };
  EXPECT_EQ(lengths(ouch::inbound_messages), inbound);
  EXPECT_EQ(lengths(ouch::outbound_messages), outbound);
}

TEST(OuchDecoder, round_trip_of_every_message_with_and_without_tags) {
  for_each_message([](auto table, const ouch::MessageInfo& info) {
    const WireBytes tags =
        WireBytes().add(element(28, 7, 1)).add(element(99, "new")).add(element(2, "FIRM"));
    std::vector<WireBytes> forms{message_of(info), with_tags(info, {})};
    forms.push_back(with_tags(info, tags));
    for (const WireBytes& bytes : forms) {
      const auto message = decode_ouch(table, bytes);
      ASSERT_TRUE(message.has_value());
      EXPECT_EQ(&message->info(), &info);
      WireBytes again = WireBytes().text(std::string_view(&info.type, 1));
      for (const ouch::FieldInfo& field : info.fields)
        again.add(message->field(field));
      EXPECT_EQ(hex(again), hex(bytes.first(fields_end(info))));
      std::string told;
      message->for_each_tag([&](const ouch::TagInfo& tag, Bytes value) {
        EXPECT_EQ(value.size(), tag.value_bytes);
        (((told += tag.name) += '=') += hex(value)) += ' ';
      });
      const bool tagged = bytes.size() > info.bytes + length_bytes;
      EXPECT_EQ(told, tagged ? "user_ref_idx=07 firm=4649524D " : "");
    }
  });
}

TEST(OuchDecoder, takes_nothing_that_is_not_one_whole_message) {
  EXPECT_FALSE(decode_ouch(ouch::outbound_messages, {}).has_value());
  EXPECT_FALSE(decode_ouch(ouch::outbound_messages, WireBytes(64, 'z')).has_value());
  for_each_message([](auto table, const ouch::MessageInfo& info) {
    const WireBytes whole = with_tags(info, WireBytes().add(element(28, 7, 1)));
    ASSERT_TRUE(decode_ouch(table, whole).has_value());
    for (std::size_t bytes = 0; bytes < whole.size(); ++bytes) {
      const bool is_bare = !info.appendage_always && bytes == info.bytes;
      EXPECT_EQ(decode_ouch(table, whole.first(bytes)).has_value(), is_bare) << bytes;
    }
    EXPECT_FALSE(decode_ouch(table, WireBytes(whole).be(0, 1)).has_value()) << "bytes behind it";
    EXPECT_FALSE(decode_ouch(table, WireBytes(whole).set(fields_end(info), 2, 2)).has_value());
    EXPECT_FALSE(decode_ouch(table, WireBytes(whole).set(fields_end(info), 4, 2)).has_value());
    const auto takes = [&](const WireBytes& tags) {
      return decode_ouch(table, with_tags(info, tags)).has_value();
    };
    EXPECT_FALSE(takes(WireBytes().be(0, 1))) << "an element of no bytes";
    EXPECT_FALSE(takes(WireBytes().be(2, 1).be(28, 1))) << "an element cut off";
    EXPECT_FALSE(takes(element(2, "FIR"))) << "a value of another size";
    EXPECT_FALSE(takes(element(2, "FIRMS"))) << "a value of another size";
    EXPECT_TRUE(takes(element(99, ""))) << "an element of a tag that came later";
  });
}

/// By name from a message that the structs of the contract made: table and structs agree.
TEST(OuchDecoder, reads_what_the_encoder_wrote) {
  const Cause cause(EnterBody{.symbol = Symbol::from("AAPL"),
                              .cl_ord_id = ClOrdId::from("x1"),
                              .time_in_force = '0',
                              .display = 'Y',
                              .capacity = 'P',
                              .iso = 'N',
                              .cross_type = 'N'},
                    element(3, 100, 4));
  Event event = event_with({.kind = EventKind::accepted, .side = 'B', .state = 'L'});
  std::array<std::byte, ouch_message_bytes_max> out;
  const auto told = [&] {
    const Bytes bytes = Bytes(out).first(encode_ouch({.head = &event}, cause, out));
    const auto message = decode_ouch(ouch::outbound_messages, bytes);
    std::string text(message ? message->info().name : "nothing");
    if (!message)
      return text;
    for (const ouch::FieldInfo& field : message->info().fields) {
      const Bytes value = message->field(field);
      (text += ' ') += field.name;
      const bool is_text =
          field.type == ouch::FieldType::character || field.type == ouch::FieldType::alpha;
      text +=
          '=' + (is_text ? std::string(reinterpret_cast<const char*>(value.data()), value.size())
                         : std::to_string(load_big_endian(value)));
    }
    message->for_each_tag([&](const ouch::TagInfo& tag, Bytes value) {
      ((text += ' ') += tag.name) += '=' + std::to_string(load_big_endian(value));
    });
    return text;
  };
  EXPECT_EQ(told(),
            "accepted timestamp=34200000000001 user_ref_num=287454020 side=B quantity=500 "
            "symbol=AAPL     price=3201400 time_in_force=0 display=Y order_ref=72623859790382856 "
            "capacity=P iso=N cross_type=N order_state=L cl_ord_id=x1             min_qty=100");
  event = event_with({.kind = EventKind::executed, .code = 'R', .user_ref_idx = 5});
  event.match_number = 77;
  EXPECT_EQ(told(),
            "executed timestamp=34200000000001 user_ref_num=287454020 quantity=500 price=3201400 "
            "liquidity_flag=R match_number=77 user_ref_idx=5");
  event = event_with({.kind = EventKind::canceled, .code = 'U'});
  EXPECT_EQ(told(),
            "canceled timestamp=34200000000001 user_ref_num=287454020 quantity=500 reason=U");
  event = event_with({.kind = EventKind::rejected});
  event.reject_code = 0x0017;
  EXPECT_EQ(told(),
            "rejected timestamp=34200000000001 user_ref_num=287454020 reason=23 "
            "cl_ord_id=x1            ");
}

/// As captures of the venue have it: 18 bytes, no appendage.
TEST(OuchDecoder, canceled_of_18_bytes) {
  const WireBytes captured =
      WireBytes().text("C").be(34'200'123'456'789, 8).be(42, 4).be(100, 4).text("U");
  ASSERT_EQ(captured.size(), 18U);
  const auto message = decode_ouch(ouch::outbound_messages, captured);
  ASSERT_TRUE(message.has_value());
  EXPECT_EQ(message->info().name, "canceled");
  EXPECT_EQ(load_big_endian(message->field(message->info().fields[1])), 42U);
}

/// The parser of wire_in takes what the inbound rows describe, and so the rows describe what it
/// takes.
TEST(OuchFields, inbound_messages_are_what_the_parser_takes) {
  for (const ouch::MessageInfo& info : ouch::inbound_messages) {
    SCOPED_TRACE(info.name);
    wire_in::test::SlotSink sink;
    const WireBytes message = with_tags(info, element(28, 7, 1));
    ASSERT_TRUE(sink.writer.has_credit(group_slots_max));
    EXPECT_EQ(wire_in::parse_ouch(message, 1, TimeNs{1}, sink.writer), Outcome::ok);
    const std::vector<Slot> slots = sink.take();
    ASSERT_EQ(slots.size(), 2U);
    EXPECT_EQ(static_cast<char>(slots[0].tail.kind), info.type);
    const auto decoded = decode_ouch(ouch::inbound_messages, message);
    ASSERT_TRUE(decoded.has_value());
    for (const ouch::FieldInfo& field : info.fields) {
      const Bytes value = decoded->field(field);
      if (field.name == "user_ref_num") {
        EXPECT_EQ(load_big_endian(value), slots[0].enter.user_ref_num);
      } else if (field.name == "orig_user_ref_num") {
        EXPECT_EQ(load_big_endian(value), slots[0].replace.orig_user_ref_num);
      } else if (field.name == "quantity") {
        EXPECT_EQ(load_big_endian(value), slots[0].enter.quantity.raw);
      } else if (field.name == "cl_ord_id") {
        EXPECT_EQ(hex(value), hex(std::as_bytes(std::span(slots[0].enter.cl_ord_id.text))));
      } else if (field.name == "symbol") {
        EXPECT_EQ(hex(value), hex(std::as_bytes(std::span(slots[0].enter.symbol.text))));
      } else if (field.name == "firm") {
        EXPECT_EQ(hex(value), hex(std::as_bytes(std::span(slots[0].account.firm.text))));
      } else if (field.name == "side") {
        EXPECT_EQ(static_cast<char>(value[0]), slots[0].enter.side);
      } else if (field.name == "time_in_force") {
        EXPECT_EQ(static_cast<char>(value[0]), slots[0].enter.time_in_force);
      } else if (field.name == "display") {
        EXPECT_EQ(static_cast<char>(value[0]), slots[0].enter.display);
      } else if (field.name == "iso") {
        EXPECT_EQ(static_cast<char>(value[0]), slots[0].enter.iso);
      } else if (field.name == "capacity") {
        EXPECT_EQ(static_cast<char>(value[0]), slots[0].enter.capacity);
      } else if (field.name == "cross_type") {
        EXPECT_EQ(static_cast<char>(value[0]), slots[0].enter.cross_type);
      } else {
        EXPECT_EQ(field.name, "price");
        EXPECT_EQ(slots[0].enter.price, price_unrepresentable) << "more than 32 bits here";
      }
    }
  }
}

}  // namespace
}  // namespace wirebook::wire_out
