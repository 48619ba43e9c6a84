// The orders of a saved state, and what is wrong with one that no engine could have.
#include <algorithm>
#include <limits>
#include <span>
#include <string_view>
#include <tuple>
#include <vector>

#include "wirebook/limits.hpp"

#include "match/book/order.hpp"
#include "match/rules/self_match.hpp"
#include "match/state/saved_reader.hpp"

namespace wirebook::match {

namespace {

SpecialOrder read_special(StateReader& reader) {
  SpecialOrder order;
  OrderTerms& terms = order.terms;
  terms.min_qty = reader.u32();
  terms.max_floor = reader.u32();
  terms.random_reserves = reader.u32();
  terms.expire_s = reader.u32();
  terms.peg_offset = static_cast<std::int32_t>(reader.u32());
  terms.discretion_offset = static_cast<std::int32_t>(reader.u32());
  terms.discretion_price = reader.u64();
  for (char* const letter : {&terms.time_in_force, &terms.price_type, &terms.discretion_type,
                             &terms.aiq_strategy, &terms.aiq_group[0], &terms.aiq_group[1]})
    *letter = reader.character();
  order.expiry_ns = reader.u64();
  order.first_ref = reader.u64();
  order.reserve = reader.u32();
  order.refreshes = reader.u32();
  order.cap = reader.u32();
  if (terms.is_ordinary())
    reader.fail();
  return order;
}

SavedOrder read_order(StateReader& reader) {
  SavedOrder order{};
  order.id.order_ref = reader.u64();
  order.id.session = reader.u16();
  order.id.user_ref_idx = reader.u8();
  order.id.user_ref_num = reader.u32();
  order.id.instrument = reader.u16();
  order.side = reader.character();
  order.terms.price = reader.u32();
  order.open = reader.u32();
  order.executed = reader.u32();
  order.terms.display = reader.character();
  order.terms.capacity = reader.character();
  order.terms.cross_type = reader.character();
  order.terms.firm = reader.alpha<4>();
  order.terms.group = reader.u16();
  order.cl_ord_id = reader.alpha<14>();
  order.tags.bytes_used = reader.u8();
  if (order.tags.bytes_used > order.tags.bytes.size())
    reader.fail();
  else
    reader.bytes(std::span(order.tags.bytes).first(order.tags.bytes_used));
  if (reader.boolean())
    order.special = read_special(reader);
  return order;
}

}  // namespace

bool SavedReader::read_orders() {
  const std::uint32_t count = reader_.u32();
  if (!fits("live orders", count, capacity_.orders))
    return false;
  for (std::size_t i = 0; i < count; ++i) {
    const SavedOrder order = read_order(reader_);
    if (reader_.failed())
      return false;
    std::string_view fault = fault_of(order);
    if (fault.empty())
      fault = place_fault(order);
    if (!fault.empty())
      return wrong_record("order", order.id.order_ref, fault);
    state_.orders.push_back(order);
  }
  return true;
}

std::string_view SavedReader::fault_of(const SavedOrder& order) const {
  if (!is_given(order.id.order_ref, state_.scalars.order_count))
    return "its reference was never given out";
  const SavedSession* const session = find_session(order.id.session);
  if (session == nullptr)
    return "its session is not known";
  const auto channel =
      std::find_if(session->channels.begin(), session->channels.end(),
                   [&](const SavedChannel& one) { return one.number == order.id.user_ref_idx; });
  if (order.id.user_ref_num == 0 || channel == session->channels.end() ||
      order.id.user_ref_num > channel->last_user_ref_num)
    return "its number was never used";
  if (!has_instrument(order.id.instrument))
    return "its instrument is not known";
  if (!is_one_of(order.side, "BSTE") || !is_one_of(order.terms.display, "YNA") ||
      !is_one_of(order.terms.capacity, "APRO") || order.terms.cross_type != 'N')
    return "a letter that no order has";
  if (!is_limit({order.terms.price}) && !(order.terms.price == 0 && order.special.terms.is_peg()))
    return "its price is no limit";
  if (order.open == 0 || order.open > quantity_max || order.executed > quantity_max - order.open)
    return "no order has so many shares, or so few";
  if (const std::string_view fault = special_fault(order); !fault.empty())
    return fault;
  return order.tags.is_sound() ? std::string_view() : "its tags are none that are kept";
}

/// An order expires if its time in force says so, later than now, and not later than it can.
bool SavedReader::expires_rightly(const SpecialOrder& order) const {
  if (order.terms.time_in_force != '6')
    return order.expiry_ns == 0;
  constexpr std::uint64_t never = std::numeric_limits<std::uint64_t>::max();
  const std::uint64_t now = state_.scalars.time_ns.raw;
  const std::uint64_t life = order.terms.expire_s * std::uint64_t{1'000'000'000};
  return order.terms.expire_s < 86'400 && order.expiry_ns <= now + std::min(life, never - now) &&
         (order.expiry_ns > now || order.expiry_ns == never);
}

std::string_view SavedReader::special_fault(const SavedOrder& order) const {
  const SpecialOrder& special = order.special;
  if (special.terms.is_ordinary())
    return {};
  if (!is_given(special.first_ref, state_.scalars.order_count) ||
      special.first_ref > order.id.order_ref)
    return "its first reference was never given out";
  const OrderTerms& terms = special.terms;
  if (!is_one_of(terms.time_in_force, "056E") || !is_self_match_strategy(terms.aiq_strategy))
    return "a letter that no order has";
  if (!expires_rightly(special))
    return "an expiry that no order has";
  const bool hidden = order.terms.display == 'N';
  if ((terms.min_qty != 0 && !hidden) || (terms.max_floor != 0 && hidden) ||
      (terms.random_reserves != 0 && terms.random_reserves >= terms.max_floor))
    return "terms that do not go together";
  if (terms.max_floor == 0 ? special.reserve != 0 || special.refreshes != 0
                           : std::uint64_t{terms.max_floor} + terms.random_reserves < order.open)
    return "more shares displayed, or in reserve, than its terms say";
  if (special.reserve > quantity_max - order.executed - order.open)
    return "no order has so many shares, or so few";
  return price_fault(order);
}

/// Of terms by which the engine makes prices.
std::string_view SavedReader::price_fault(const SavedOrder& order) {
  const OrderTerms& terms = order.special.terms;
  const bool is_midpoint = terms.price_type == 'M' || terms.price_type == 'm';
  if (!is_one_of(terms.price_type, "LPMRm") || !is_one_of(terms.discretion_type, "LPMR") ||
      (is_midpoint && order.terms.display != 'N'))
    return "a letter that no order has";
  const Price cap{order.special.cap};
  if (terms.is_peg() ? !is_limit(cap) && !is_market(cap) : cap.raw != 0)
    return "its cap is none";
  if (terms.has_discretion() &&
      (terms.price_type != 'L' || terms.discretion_price > price_limit_max.raw))
    return "its discretion is none";
  return {};
}

/// Orders ascend, and no buyer's price meets a seller's: unless one of them wants more shares than
/// the other has.
std::string_view SavedReader::place_fault(const SavedOrder& order) {
  if (!state_.orders.empty() && !lies_before(state_.orders.back(), order))
    return "out of its place";
  if (order.special.terms.min_qty != 0 || order.terms.price == 0)
    return {};  // one without a price waits off the book
  if (is_buy(order.side))
    best_buyer_ = {order.id.instrument, order.terms.price};
  else if (best_buyer_.first == order.id.instrument && best_buyer_.second >= order.terms.price)
    return "it should have traded";
  return {};
}

bool SavedReader::orders_are_unique() {
  std::vector<std::uint64_t> references;
  std::vector<std::tuple<std::uint32_t, std::uint8_t, std::uint32_t>> numbers;
  for (const SavedOrder& order : state_.orders) {
    references.push_back(order.id.order_ref);
    numbers.emplace_back(order.id.session, order.id.user_ref_idx, order.id.user_ref_num);
  }
  const auto repeats = [](auto& values) {
    std::sort(values.begin(), values.end());
    return std::adjacent_find(values.begin(), values.end()) != values.end();
  };
  return (!repeats(references) && !repeats(numbers)) || wrong("two orders have one number");
}

}  // namespace wirebook::match
