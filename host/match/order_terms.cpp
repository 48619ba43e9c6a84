#include "match/order_terms.hpp"

#include <type_traits>

namespace wirebook::match {

using wire::ouch::Tag;

void OrderTerms::merge(const OrderTags& tags) {
  if (!tags.has_any())
    return;
  const auto take = [&tags](Tag tag, auto& value) {
    if (tags.has(tag))
      value = static_cast<std::remove_reference_t<decltype(value)>>(tags.value(tag));
  };
  take(Tag::min_qty, min_qty);
  take(Tag::max_floor, max_floor);
  take(Tag::random_reserves, random_reserves);
  take(Tag::expire_time, expire_s);
  take(Tag::peg_offset, peg_offset);
  take(Tag::discretion_price, discretion_price);
  take(Tag::discretion_peg_offset, discretion_offset);
  take(Tag::price_type, price_type);
  take(Tag::discretion_price_type, discretion_type);
  take(Tag::aiq_strategy, aiq_strategy);
  if (aiq_strategy == '*')
    aiq_strategy = 'N';
  if (tags.has(Tag::aiq_group_id)) {
    const std::uint64_t letters = tags.value(Tag::aiq_group_id);
    aiq_group = {static_cast<char>(letters >> 8), static_cast<char>(letters)};
  }
}

namespace {

constexpr std::uint16_t ok = 0;

std::uint16_t refuse_price_type(char type) {
  if (type == 'L')
    return ok;
  return type == 'P' || type == 'M' || type == 'R' || type == 'Q' || type == 'm' ? 0x0011 : 0x0005;
}

}  // namespace

std::uint16_t refuse_terms(const OrderTags& tags, const OrderTerms& terms,
                           const OrderShape& /*shape*/) {
  const auto sends_other_than = [&tags](Tag tag, char one, char other) {
    return tags.has(tag) && tags.character(tag) != one && tags.character(tag) != other;
  };
  if (terms.min_qty != 0)
    return 0x000D;
  if (terms.max_floor != 0)
    return 0x0004;
  if (const std::uint16_t code = refuse_price_type(terms.price_type))
    return code;
  if (terms.discretion_price != 0)
    return 0x000F;
  if (sends_other_than(Tag::post_only, 'P', 'N'))
    return 0x000F;
  if (terms.random_reserves != 0)
    return 0x0004;
  if (sends_other_than(Tag::handle_inst, ' ', ' '))
    return 0x000F;
  if (sends_other_than(Tag::aiq_strategy, 'N', '*'))
    return 0x0040;
  return ok;
}

}  // namespace wirebook::match
