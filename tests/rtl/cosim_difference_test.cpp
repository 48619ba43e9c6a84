// Goal: one wrong bit in a slot of either parser is found, and the report says where: which frame,
// which message, which byte, which field. Method: each bit of each kind of slot turned in turn, on
// the kernel's side and on the software's, between the parsers and the comparison.
#include <cctype>

#include <gtest/gtest.h>

#include "hw-sim/harness/cosim.hpp"
#include "wire_messages.hpp"

namespace wirebook::rtl {
namespace {

using hw_sim::Cosim;
using hw_sim::field_at;
using hw_sim::FrameMaker;

// By hand, from include/wirebook/slot.hpp and the documents of ITCH and OUCH.
struct Known {
  SlotKind kind;
  std::size_t first, last;
  std::string_view field;
};
constexpr std::array known{
    Known{SlotKind::enter, 0, 7, "time_ns"},
    Known{SlotKind::enter, 8, 9, "instrument"},
    Known{SlotKind::enter, 10, 10, "appendage_bytes"},
    Known{SlotKind::enter, 11, 11, "reserved"},
    Known{SlotKind::enter, 12, 15, "session"},
    Known{SlotKind::enter, 16, 23, "symbol"},
    Known{SlotKind::enter, 24, 27, "user_ref_num"},
    Known{SlotKind::enter, 28, 31, "quantity"},
    Known{SlotKind::enter, 32, 35, "price"},
    Known{SlotKind::enter, 36, 49, "cl_ord_id"},
    Known{SlotKind::enter, 50, 50, "side"},
    Known{SlotKind::enter, 51, 51, "time_in_force"},
    Known{SlotKind::enter, 52, 52, "display"},
    Known{SlotKind::enter, 53, 53, "capacity"},
    Known{SlotKind::enter, 54, 54, "iso"},
    Known{SlotKind::enter, 55, 55, "cross_type"},
    Known{SlotKind::enter, 56, 56, "kind"},
    Known{SlotKind::enter, 57, 57, "extension_count"},
    Known{SlotKind::enter, 58, 58, "flags"},
    Known{SlotKind::enter, 59, 59, "reserved"},
    Known{SlotKind::enter, 60, 63, "crc32c"},
    Known{SlotKind::replace, 16, 19, "orig_user_ref_num"},
    Known{SlotKind::replace, 20, 23, "reserved"},
    Known{SlotKind::replace, 50, 50, "reserved"},
    Known{SlotKind::replace, 54, 54, "iso"},
    Known{SlotKind::cancel, 28, 31, "quantity"},
    Known{SlotKind::cancel, 32, 49, "reserved"},
    Known{SlotKind::modify, 50, 50, "side"},
    Known{SlotKind::modify, 51, 55, "reserved"},
    Known{SlotKind::mass_cancel, 16, 23, "symbol"},
    Known{SlotKind::mass_cancel, 28, 31, "firm"},
    Known{SlotKind::account_query, 32, 55, "reserved"},
    Known{SlotKind::extension, 8, 55, "appendage"},
    Known{SlotKind::gap, 10, 10, "cause"},
    Known{SlotKind::gap, 11, 11, "stream"},
    Known{SlotKind::gap, 16, 23, "first_sequence"},
    Known{SlotKind::gap, 24, 31, "count"},
    Known{feed_kind('A'), 8, 9, "instrument"},
    Known{feed_kind('A'), 10, 11, "time_ns_high"},
    Known{feed_kind('A'), 12, 15, "time_ns_low"},
    Known{feed_kind('A'), 16, 23, "order_ref"},
    Known{feed_kind('A'), 24, 31, "symbol"},
    Known{feed_kind('A'), 32, 35, "quantity"},
    Known{feed_kind('A'), 36, 39, "price"},
    Known{feed_kind('F'), 40, 43, "attribution"},
    Known{feed_kind('A'), 44, 44, "side"},
    Known{feed_kind('A'), 45, 55, "reserved"},
    Known{feed_kind('C'), 24, 31, "match_number"},
    Known{feed_kind('C'), 40, 40, "printable"},
    Known{feed_kind('U'), 24, 31, "new_order_ref"},
    Known{feed_kind('U'), 36, 39, "price"},
    Known{feed_kind('U'), 60, 63, "crc32c"},
    // Verbatim: byte 11 of the message lies in byte 16.
    Known{feed_kind('S'), 16, 16, "event_code"},
    Known{feed_kind('S'), 17, 55, "reserved"},
    Known{feed_kind('R'), 26, 29, "round_lot_size"},
    Known{feed_kind('R'), 43, 43, "inverse_indicator"},
    Known{feed_kind('P'), 24, 24, "side"},
    Known{feed_kind('P'), 29, 36, "stock"},
    Known{feed_kind('P'), 41, 48, "match_number"},
    Known{feed_kind('P'), 49, 55, "reserved"},
    Known{feed_kind('I'), 54, 54, "price_variation"},
    Known{feed_kind('I'), 55, 55, "reserved"},
    Known{feed_kind('O'), 49, 52, "upper_collar"},
};

TEST(SlotFields, are_those_of_the_contract) {
  for (const Known& row : known)
    for (std::size_t byte = row.first; byte <= row.last; ++byte)
      EXPECT_EQ(field_at(row.kind, byte), row.field)
          << hw_sim::kind_name(row.kind) << " byte " << byte;
}

class CosimDifference : public testing::Test {
 protected:
  /// Sends frames that make `slots` slots each, and turns each bit of slot `index` of them.
  /// `message` is what the report has to say about where it came from.
  void expect_each_bit_told(SlotKind kind, std::size_t slots, std::size_t index,
                            const std::string& message, const std::function<WireBytes()>& make) {
    for (std::size_t bit = 0; bit < 8 * slot_bytes; ++bit) {
      const bool in_kernel = (bit + bit / 8) % 2 == 0;
      std::size_t slot = 0;
      std::string values;
      cosim.on_compare = [&](Slot& kernel, Slot& software) {
        ASSERT_EQ(std::memcmp(&kernel, &software, slot_bytes), 0);
        if (slot++ != index)
          return;
        ASSERT_EQ(software.tail.kind, kind);
        values =
            value_of(kernel, bit, in_kernel) + ", software " + value_of(software, bit, !in_kernel);
        reinterpret_cast<unsigned char*>(in_kernel ? &kernel : &software)[bit / 8] ^=
            static_cast<unsigned char>(1U << bit % 8);
      };
      const WireBytes frame = make();
      cosim.send({frame, false});
      cosim.idle(40);
      ASSERT_EQ(slot, slots);
      const std::string text = cosim.take_difference();
      const SlotKind named = bit / 8 != 56 || in_kernel ? kind : turned(kind, bit % 8);
      const std::string place = hw_sim::kind_name(named) + ", byte " + std::to_string(bit / 8) +
                                " (" + std::string(field_at(named, bit / 8)) + "): kernel " +
                                values;
      EXPECT_NE(text.find(place), std::string::npos) << place << "\nis not in\n" << text;
      const std::string where = "frame " + std::to_string(cosim.frames_sent()) + ", slot " +
                                std::to_string(index) + " of it" + message + ":\n" +
                                hw_sim::hex(frame);
      EXPECT_NE(text.find(where), std::string::npos) << where << "\nis not in\n" << text;
      if (HasFailure())
        return;
      ++told;
    }
  }

  const wire_in::FrameIngressConfig config = [] {
    auto all = FrameMaker(1, 0).config();
    all.wanted.set();
    return all;
  }();
  Cosim cosim{{}, config};
  Messages messages{1};
  std::uint64_t sequence = 1;
  std::size_t told = 0;

 private:
  static SlotKind turned(SlotKind kind, std::size_t bit) {
    return static_cast<SlotKind>(static_cast<unsigned>(kind) ^ 1U << bit);
  }
  static std::string value_of(const Slot& slot, std::size_t bit, bool is_turned) {
    std::byte value = std::as_bytes(std::span(&slot, 1))[bit / 8];
    if (is_turned)
      value ^= static_cast<std::byte>(1U << bit % 8);
    return hw_sim::hex(std::span(&value, 1));
  }
};

TEST_F(CosimDifference, tells_of_each_bit_of_each_feed_slot) {
  for (const char type : itch_types)
    ASSERT_NO_FATAL_FAILURE(
        expect_each_bit_told(feed_kind(type), 1, 0, ", message 0 at byte 64",
                             [&] { return feed_frame(config, sequence++, {messages.itch(type)}); }))
        << type;
  EXPECT_EQ(told, itch_types.size() * 512);
}

TEST_F(CosimDifference, tells_of_each_bit_of_each_order_and_of_its_appendage) {
  for (const char type : ouch_types)
    ASSERT_NO_FATAL_FAILURE(
        expect_each_bit_told(static_cast<SlotKind>(type), 1, 0, ", message 0 at byte 43",
                             [&] { return order_frame(config, messages.ouch(type, 0)); }))
        << type;
  for (const std::size_t index : {1U, 2U})
    ASSERT_NO_FATAL_FAILURE(
        expect_each_bit_told(SlotKind::extension, 3, index, ", message 0 at byte 43",
                             [&] { return order_frame(config, messages.ouch('O', 60)); }));
  EXPECT_EQ(told, (ouch_types.size() + 2) * 512);
}

TEST_F(CosimDifference, tells_of_each_bit_of_a_gap_and_of_what_follows_it) {
  cosim.send({feed_frame(config, sequence, {messages.itch('A')}), false});
  cosim.idle(40);
  ASSERT_TRUE(cosim.good());
  const auto make = [&] {
    return feed_frame(config, sequence += 5,
                      {messages.itch('D'), messages.noise('z', 2), messages.itch('E')});
  };
  ASSERT_NO_FATAL_FAILURE(expect_each_bit_told(SlotKind::gap, 3, 0, "", make));
  ASSERT_NO_FATAL_FAILURE(
      expect_each_bit_told(feed_kind('E'), 3, 2, ", message 2 at byte 89", make));
  EXPECT_EQ(told, 2U * 512);
}

TEST_F(CosimDifference, says_nothing_where_nothing_was_turned) {
  for (const char type : itch_types)
    cosim.send({feed_frame(config, sequence++, {messages.itch(type)}), false});
  cosim.finish();
  EXPECT_EQ(cosim.difference(), "");
  EXPECT_EQ(cosim.slots(), itch_types.size());
}

}  // namespace
}  // namespace wirebook::rtl
