// Goal: wire integers read and write big-endian, and every OUCH tag is known by number and name.
// Method: bytes written out by hand.
#include <array>
#include <set>
#include <string>

#include <gtest/gtest.h>

#include "wirebook/wire/itch50.hpp"
#include "wirebook/wire/ouch50_in.hpp"
#include "wirebook/wire/ouch50_out.hpp"
#include "wirebook/wire/ouch50_tags.hpp"
#include "wirebook/wire/session.hpp"

namespace wirebook::wire {
namespace {

TEST(BigEndian, most_significant_byte_first) {
  const std::array<std::byte, 6> bytes{std::byte{1}, std::byte{2}, std::byte{3},
                                       std::byte{4}, std::byte{5}, std::byte{6}};
  EXPECT_EQ(view<Big16>(bytes.data()), 0x0102U);
  EXPECT_EQ(view<Big32>(bytes.data()), 0x01020304U);
  EXPECT_EQ(view<Big48>(bytes.data()), 0x010203040506U);
  EXPECT_EQ(Big48(0x010203040506U).low, 0x03040506U);
}

TEST(Tags, table_is_in_order_and_fits_a_mask) {
  unsigned last = 0;
  std::set<std::string_view> names;
  for (const ouch::TagInfo& info : ouch::tag_table) {
    EXPECT_GT(static_cast<unsigned>(info.tag), last);
    last = static_cast<unsigned>(info.tag);
    EXPECT_TRUE(names.insert(info.name).second);
    EXPECT_EQ(ouch::find_tag(static_cast<std::uint8_t>(info.tag)), &info);
  }
  EXPECT_LT(last, 32U);
  EXPECT_EQ(ouch::find_tag(8), nullptr);   // unused in OUCH 5.0
  EXPECT_EQ(ouch::find_tag(21), nullptr);  // unused in OUCH 5.0
}

TEST(Alpha, pads_and_trims) {
  EXPECT_EQ(Symbol::from("AAPL").view(), "AAPL");
  EXPECT_EQ(std::string(Symbol::from("AAPL").text.data(), 8), "AAPL    ");
  EXPECT_EQ(Firm::from("TOOLONG").view(), "TOOL");
}

}  // namespace
}  // namespace wirebook::wire
