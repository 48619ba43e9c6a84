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

}  // namespace wirebook::match
