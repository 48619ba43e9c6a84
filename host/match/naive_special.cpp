// Special orders in the naive engine: one section of README.md a function.
#include <string_view>

#include "match/naive_engine.hpp"

namespace wirebook::match {

using wire::ouch::Tag;

/// An Enter, or a Replace that goes on with the terms of its original.
void NaiveEngine::begin_special(Order& order, const naive::Appendage& appendage) {
  OrderTerms terms = order.special.terms;
  terms.time_in_force = order.time_in_force == '3' ? '0' : order.time_in_force;
  terms.min_qty = appendage.find_u32(Tag::min_qty).value_or(terms.min_qty);
  terms.max_floor = appendage.find_u32(Tag::max_floor).value_or(terms.max_floor);
  terms.random_reserves = appendage.find_u32(Tag::random_reserves).value_or(terms.random_reserves);
  terms.expire_s = appendage.find_u32(Tag::expire_time).value_or(terms.expire_s);
  if (const auto offset = appendage.find_u32(Tag::peg_offset))
    terms.peg_offset = static_cast<std::int32_t>(*offset);
  if (const auto offset = appendage.find_u32(Tag::discretion_peg_offset))
    terms.discretion_offset = static_cast<std::int32_t>(*offset);
  terms.discretion_price =
      appendage.find_u64(Tag::discretion_price).value_or(terms.discretion_price);
  terms.price_type = appendage.find_char(Tag::price_type).value_or(terms.price_type);
  terms.discretion_type =
      appendage.find_char(Tag::discretion_price_type).value_or(terms.discretion_type);
  const char strategy = appendage.find_char(Tag::aiq_strategy).value_or(terms.aiq_strategy);
  terms.aiq_strategy = strategy == '*' ? 'N' : strategy;
  if (const naive::Element* const group = appendage.find(Tag::aiq_group_id))
    terms.aiq_group = {static_cast<char>(group->value[0]), static_cast<char>(group->value[1])};
  order.special = {};
  if (terms == OrderTerms{})
    return;  // a plain order
  order.special.terms = terms;
  order.special.first_ref = order.order_ref;
}

/// In ascending tag number: values in force that cannot be, letters that mean nothing.
NaiveEngine::Code NaiveEngine::check_terms(const Order& order, const naive::Appendage& appendage) {
  const OrderTerms& terms = order.special.terms;
  const auto sent = [&appendage](Tag tag, std::string_view letters) {
    return letters.find(appendage.find_char(tag).value_or(letters[0])) != std::string_view::npos;
  };
  if (terms.min_qty != 0)
    return 0x000D;
  if (terms.max_floor != 0)
    return 0x0004;
  if (terms.price_type != 'L')
    return std::string_view("PMRQm").find(terms.price_type) != std::string_view::npos ? 0x0011
                                                                                      : 0x0005;
  if (terms.discretion_price != 0)
    return 0x000F;
  if (!sent(Tag::post_only, "PN"))
    return 0x000F;
  if (terms.random_reserves != 0)
    return 0x0004;
  if (!sent(Tag::handle_inst, " "))
    return 0x000F;
  if (!sent(Tag::aiq_strategy, "N*"))
    return 0x0040;
  return 0;
}

}  // namespace wirebook::match
