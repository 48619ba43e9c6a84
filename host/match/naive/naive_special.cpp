// Special orders in the naive engine: one section of RULES.md a function.
#include <algorithm>
#include <cstdint>
#include <set>

#include "match/naive/naive_engine.hpp"
#include "match/naive/naive_values.hpp"

namespace wirebook::match {

using naive::is_one_of;
using wire::ouch::Tag;

// ── Terms ───────────────────────────────────────────────────────────────────────────────────────

/// What the message carries replaces what was in force.
OrderTerms NaiveEngine::read_terms(const naive::Appendage& appendage, OrderTerms terms) {
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
  return terms;
}

NaiveEngine::Code NaiveEngine::check_discretion(const Order& order) {
  const OrderTerms& terms = order.special.terms;
  if (!terms.has_discretion())
    return 0;
  if (terms.price_type != 'L')
    return 0x0011;
  if (!is_one_of(terms.discretion_type, "LPMR"))
    return 0x000F;
  if (is_market(order.price) || order.is_post_only() || terms.max_floor != 0)
    return 0x000F;
  if (terms.discretion_price == 0)
    return 0;
  const bool is_less = order.is_buy() ? terms.discretion_price < order.price.raw
                                      : terms.discretion_price > order.price.raw;
  return is_less || terms.discretion_price > price_limit_max.raw ? 0x000F : 0;
}

/// In ascending tag number: values in force that cannot be, letters that mean nothing.
NaiveEngine::Code NaiveEngine::check_terms(const Order& order, const naive::Appendage& appendage) {
  const OrderTerms& terms = order.special.terms;
  const auto sent = [&appendage](Tag tag, std::string_view letters) {
    return letters.find(appendage.find_char(tag).value_or(letters[0])) != std::string_view::npos;
  };
  const bool is_ioc = order.time_in_force == '3';
  if (terms.min_qty > order.open)
    return 0x000D;
  if (terms.min_qty != 0 && order.is_displayed() && !is_ioc)
    return 0x000D;
  if (terms.max_floor != 0 && !order.is_displayed() && !is_ioc &&
      (!is_market(order.price) || terms.price_type != 'L'))
    return 0x0004;
  if (terms.price_type == 'Q')
    return 0x0011;
  if (!is_one_of(terms.price_type, "LPMRm"))
    return 0x0005;
  if (is_one_of(terms.price_type, "Mm") && order.display != 'N')
    return 0x0003;
  if (const Code code = check_discretion(order); code != 0)
    return code;
  if (!sent(Tag::post_only, "PN"))
    return 0x000F;
  if (terms.random_reserves != 0 && terms.random_reserves >= terms.max_floor)
    return 0x0004;
  if (!sent(Tag::handle_inst, " "))
    return 0x000F;
  if (!sent(Tag::aiq_strategy, "*NYDOWRydowrZEPXS01245"))
    return 0x0040;
  return 0;
}

/// An Enter, or a Replace that goes on with the terms of its original.
void NaiveEngine::begin_special(Order& order, const naive::Appendage& appendage) const {
  OrderTerms terms = read_terms(appendage, order.special.terms);
  terms.time_in_force = order.time_in_force == '3' ? '0' : order.time_in_force;
  order.special = {};
  if (terms == OrderTerms{})
    return;  // a plain order
  order.special.terms = terms;
  order.special.first_ref = order.order_ref;
  order.special.expiry_ns = expiry_of(terms);
}

// ── Matching ────────────────────────────────────────────────────────────────────────────────────

/// All orders at whose price the order would trade, in their priority.
std::vector<NaiveEngine::Order*> NaiveEngine::contra_orders(const Order& order) {
  Instrument& instrument = instruments_.at(order.instrument);
  std::vector<Order*> orders;
  const auto add = [&](Price price, Level& level) {
    const Price furthest = order.reach.value_or(order.price);
    const bool is_within = order.is_buy() ? price <= furthest : price >= furthest;
    if (is_market(order.price) ? collar_admits(order, price) : is_within)
      for (Order& resting : level)
        orders.push_back(&resting);
  };
  if (order.is_buy())
    for (auto& [price, level] : instrument.asks)
      add(price, level);
  else
    for (auto side = instrument.bids.rbegin(); side != instrument.bids.rend(); ++side)
      add(side->first, side->second);
  return orders;
}

/// Whether the other side has as much as an order with a minimum quantity wants to begin.
bool NaiveEngine::finds_minimum(const Order& order) {
  std::uint32_t left = order.open;
  std::uint32_t found = 0;
  for (const Order* const resting : contra_orders(order)) {
    if (resting->minimum() > left)
      continue;
    const std::uint32_t shares = std::min(resting->open, left);
    const std::optional<Remedy> remedy = self_match(*resting, order);
    if (!remedy) {
      found += shares;
      left -= shares;
    } else if (remedy->decrements) {
      left -= shares;
    } else if (!remedy->ends_oldest) {
      break;  // the order itself would end here
    }
  }
  return found >= order.minimum();
}

/// The first of the other side that it has not passed by, again and again.
void NaiveEngine::match(Order& order) {
  if (!finds_minimum(order))
    return;
  std::set<OrderRef> passed;
  while (order.open != 0) {
    const std::vector<Order*> contra = contra_orders(order);
    const auto found = std::find_if(contra.begin(), contra.end(), [&](const Order* resting) {
      return !passed.contains(resting->order_ref);
    });
    if (found == contra.end())
      return;
    Order& resting = **found;
    if (resting.minimum() > order.open)
      passed.insert(resting.order_ref);
    else if (const std::optional<Remedy> remedy = self_match(resting, order))
      prevent(*remedy, resting, order);
    else
      trade(resting, order);
  }
}

/// Shares that are executed, or count as such.
void NaiveEngine::use_up(Order& order, std::uint32_t shares) {
  order.open -= shares;
  order.chain_executed += shares;
}

// ── Reserves ────────────────────────────────────────────────────────────────────────────────────

/// Shares go off an order, of the reserve first. Gives how many were not in reserve.
std::uint32_t NaiveEngine::take_off(Order& order, std::uint32_t shares) {
  const std::uint32_t reserved = std::min(order.special.reserve, shares);
  order.special.reserve -= reserved;
  order.open -= shares;
  return shares - reserved;
}

/// Shares were used up: the order may be at its end, or at the end of its slice.
void NaiveEngine::end_or_refresh(const Order& order) {
  if (order.open == 0)
    remove(order.order_ref);
  else if (order.slice() == 0)
    refresh(order);
}

/// The next slice is displayed, as a new order behind all others.
void NaiveEngine::refresh(const Order& used_up) {
  Order order = used_up;
  remove(order.order_ref);
  order.order_ref = next_order_ref();
  ++order.special.refreshes;
  order.special.reserve -= next_slice(order.special, reserve_seed_);
  insert(order);

  Event event = make_order_event(EventKind::restated, order);
  event.quantity = {order.slice()};
  event.price = order.price;
  event.tail.side = order.side;
  event.tail.code = 'R';
  publish_add(event, order);
  event.market_quantity = {order.slice()};
  pending_.push_back(event);
}

}  // namespace wirebook::match
