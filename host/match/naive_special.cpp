// Special orders in the naive engine: one section of README.md a function.
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

}  // namespace wirebook::match
