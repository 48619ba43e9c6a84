// OUCH 5.0: the tags that may stand in an appendage.
//
// Shapes: an appendage is a run of elements: u8 length of what follows (1 + value), u8 tag, value.
// Threads: constants. Errors: none. Specification: OUCH 5.0, tag-value elements.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace wirebook::wire::ouch {

enum class Tag : std::uint8_t {
  secondary_ord_ref_num = 1,
  firm = 2,
  min_qty = 3,
  customer_type = 4,
  max_floor = 5,
  price_type = 6,
  peg_offset = 7,
  discretion_price = 9,
  discretion_price_type = 10,
  discretion_peg_offset = 11,
  post_only = 12,
  random_reserves = 13,
  route = 14,
  expire_time = 15,
  trade_now = 16,
  handle_inst = 17,
  bbo_weight_indicator = 18,
  display_quantity = 22,
  display_price = 23,
  group_id = 24,
  shares_located = 25,
  locate_broker = 26,
  side = 27,
  user_ref_idx = 28,
  aiq_strategy = 29,
  aiq_group_id = 30,
};

enum class TagType : std::uint8_t { character, alpha, unsigned_integer, price, signed_price };

struct TagInfo {
  Tag tag;
  std::string_view name;  ///< snake case, as in the JSON lines
  std::uint8_t value_bytes;
  TagType type;
};

inline constexpr std::array tag_table{
    TagInfo{Tag::secondary_ord_ref_num, "secondary_ord_ref_num", 8, TagType::unsigned_integer},
    TagInfo{Tag::firm, "firm", 4, TagType::alpha},
    TagInfo{Tag::min_qty, "min_qty", 4, TagType::unsigned_integer},
    TagInfo{Tag::customer_type, "customer_type", 1, TagType::character},
    TagInfo{Tag::max_floor, "max_floor", 4, TagType::unsigned_integer},
    TagInfo{Tag::price_type, "price_type", 1, TagType::character},
    TagInfo{Tag::peg_offset, "peg_offset", 4, TagType::signed_price},
    TagInfo{Tag::discretion_price, "discretion_price", 8, TagType::price},
    TagInfo{Tag::discretion_price_type, "discretion_price_type", 1, TagType::character},
    TagInfo{Tag::discretion_peg_offset, "discretion_peg_offset", 4, TagType::signed_price},
    TagInfo{Tag::post_only, "post_only", 1, TagType::character},
    TagInfo{Tag::random_reserves, "random_reserves", 4, TagType::unsigned_integer},
    TagInfo{Tag::route, "route", 4, TagType::alpha},
    TagInfo{Tag::expire_time, "expire_time", 4, TagType::unsigned_integer},
    TagInfo{Tag::trade_now, "trade_now", 1, TagType::character},
    TagInfo{Tag::handle_inst, "handle_inst", 1, TagType::character},
    TagInfo{Tag::bbo_weight_indicator, "bbo_weight_indicator", 1, TagType::character},
    TagInfo{Tag::display_quantity, "display_quantity", 4, TagType::unsigned_integer},
    TagInfo{Tag::display_price, "display_price", 8, TagType::price},
    TagInfo{Tag::group_id, "group_id", 2, TagType::unsigned_integer},
    TagInfo{Tag::shares_located, "shares_located", 1, TagType::character},
    TagInfo{Tag::locate_broker, "locate_broker", 4, TagType::alpha},
    TagInfo{Tag::side, "side", 1, TagType::character},
    TagInfo{Tag::user_ref_idx, "user_ref_idx", 1, TagType::unsigned_integer},
    TagInfo{Tag::aiq_strategy, "aiq_strategy", 1, TagType::character},
    TagInfo{Tag::aiq_group_id, "aiq_group_id", 2, TagType::alpha},
};

/// The row of `tag_table` for a tag byte, or null where OUCH 5.0 has no such tag.
constexpr const TagInfo* find_tag(std::uint8_t tag) {
  for (const TagInfo& info : tag_table)
    if (static_cast<std::uint8_t>(info.tag) == tag)
      return &info;
  return nullptr;
}

/// A set of tags as a bit mask; every tag number is below 32.
template <class... Tags>
constexpr std::uint32_t tag_set(Tags... tags) {
  return ((std::uint32_t{1} << static_cast<unsigned>(tags)) | ... | 0U);
}
constexpr bool contains(std::uint32_t set, std::uint8_t tag) {
  return tag < 32 && (set >> tag & 1);
}

}  // namespace wirebook::wire::ouch
