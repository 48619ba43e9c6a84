// The day of the naive engine: its phases, and the orders that end with time.
#include <limits>

#include "match/naive/naive_engine.hpp"

namespace wirebook::match {

using wire::ouch::Tag;

void NaiveEngine::system_event(const AdminBody& body) {
  Event event = make_event(EventKind::market);
  event.tail.market = 'S';
  event.tail.code = body.code;
  pending_.push_back(event);
  switch (body.code) {
    case 'S':
      phase_ = 'S';
      day_is_open_ = true;
      for (const auto& [number, session] : sessions_)
        emit_system_event(number, 'S');
      break;
    case 'Q':
      if (phase_ == 'E')
        break;
      phase_ = 'Q';
      day_had_market_hours_ = true;
      break;
    case 'M':
      if (phase_ == 'E')
        break;
      phase_ = 'M';
      end_orders(false);
      break;
    case 'E':
      phase_ = 'E';
      day_is_open_ = false;
      for (const auto& [number, session] : sessions_)
        emit_system_event(number, 'E');
      if (day_had_market_hours_)
        end_orders(true);
      day_had_market_hours_ = false;
      break;
    default:
      break;
  }
}

/// Day orders, or all, in ascending order reference.
void NaiveEngine::end_orders(bool all) {
  std::vector<OrderRef> refs;
  for (const auto& [ref, order] : live_orders_)
    refs.push_back(ref);
  for (const OrderRef ref : refs) {
    Order& order = *live_orders_.at(ref);
    const bool is_day_order = order.special.terms.time_in_force == '0';
    if (is_day_order || all)
      reduce(order, order.open, is_day_order ? 'E' : 'T');
  }
}

/// Check 8.
NaiveEngine::Code NaiveEngine::check_time_in_force(char letter) const {
  switch (letter) {
    case '0':
      return phase_ == 'M' ? 0x002E : 0;
    case '3':
    case '5':
    case '6':
      return 0;
    case 'E':
      return phase_ == 'M' ? 0 : 0x002D;
    default:
      return 0x000F;
  }
}

/// Of an order with time in force 6; `kept_s` is what held before.
bool NaiveEngine::expires_rightly(const naive::Appendage& appendage, std::uint32_t kept_s) {
  const std::uint32_t seconds = appendage.find_u32(Tag::expire_time).value_or(kept_s);
  return 1 <= seconds && seconds <= 86'399;
}

std::uint64_t NaiveEngine::expiry_of(const OrderTerms& terms) const {
  if (terms.time_in_force != '6')
    return 0;
  const std::uint64_t life = std::uint64_t{terms.expire_s} * 1'000'000'000;
  const bool ends = time_ns_.raw + life >= time_ns_.raw;  // time itself does
  return ends ? time_ns_.raw + life : std::numeric_limits<std::uint64_t>::max();
}

/// Orders whose time has come, by expiry and order reference.
void NaiveEngine::expire() {
  while (!expiries_.empty() && expiries_.begin()->first <= time_ns_.raw) {
    Order& order = *live_orders_.at(expiries_.begin()->second);
    reduce(order, order.open, 'T');
  }
}

}  // namespace wirebook::match
