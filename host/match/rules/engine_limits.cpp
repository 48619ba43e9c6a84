// The limit slot, and what the engine tells its limits of orders.
#include "match/engine_core.hpp"

namespace wirebook::match {

void EngineCore::set_limit(const LimitBody& body) {
  if (!LimitTable::is_sound(body)) {
    ++counters_.ignored_slot;
    return;
  }
  switch (body.kind) {
    case LimitKind::max_quantity:
    case LimitKind::max_notional:
    case LimitKind::message_rate:
    case LimitKind::duplicate_rate:
      if (find_session(body.session) != nullptr)
        limits_.set_session(body);
      return;
    case LimitKind::restricted:
    case LimitKind::fat_finger:
    case LimitKind::collar:
    case LimitKind::reference_price:
      if (body.instrument >= instruments_.size() || instruments_[body.instrument].is_defined == 0)
        ++counters_.unknown_instrument;
      else if (!limits_.set_instrument(body))
        ++counters_.capacity_reject;
      return follow_anew();
    case LimitKind::exposure:
    case LimitKind::organization:
    case LimitKind::affiliate:
      if (!limits_.set_firm(body, [&] { return open_amount(body.firm); }))
        ++counters_.capacity_reject;
      return follow_anew();
    case LimitKind::reserve_seed:
      reserve_seed_ = body.value;
      return;
    default:
      ++counters_.ignored_slot;
  }
}

/// Of a live order, in whole currency units, by the price that its client named.
std::uint64_t EngineCore::order_amount(std::uint32_t order) const {
  const bool is_peg =
      (book_.order(order).special & special_price) != 0 && special(order).terms.is_peg();
  return LimitTable::amount(is_peg ? special(order).cap : records_[order].price,
                            open_shares(order));
}

/// Walks all live orders: once a firm.
std::uint64_t EngineCore::open_amount(Firm firm) const {
  std::uint64_t sum = 0;
  for (std::size_t session = 1; session < sessions_.size(); ++session)
    for (std::uint32_t order = first_order(sessions_[session]); order != 0;
         order = next_order(order))
      if (records_[order].firm == firm)
        sum += order_amount(order);
  return sum;
}

std::uint16_t EngineCore::refuse_limits(const EnterBody& body, Firm firm,
                                        std::uint16_t locate) const {
  return limits_.refuse({.session = body.session,
                         .firm = firm,
                         .instrument = locate,
                         .buys = is_buy(body.side),
                         .quantity = body.quantity.raw,
                         .price = body.price,
                         .exposed = body.quantity.raw,
                         .freed = 0,
                         .replaces = false});
}

std::uint16_t EngineCore::refuse_limits(const ReplaceBody& body, std::uint32_t original) const {
  const OrderNode& node = book_.order(original);
  const std::uint32_t executed = std::min(node.executed, body.quantity.raw);
  return limits_.refuse({.session = body.session,
                         .firm = records_[original].firm,
                         .instrument = node.instrument,
                         .buys = is_buy(node.side),
                         .quantity = body.quantity.raw,
                         .price = body.price,
                         .exposed = body.quantity.raw - executed,
                         .freed = order_amount(original),
                         .replaces = true});
}

/// Both firms have traded so much.
void EngineCore::count_traded(std::uint32_t resting, std::uint32_t incoming, std::uint32_t price,
                              std::uint32_t shares) {
  const std::uint64_t amount = LimitTable::amount(price, shares);
  limits_.traded(records_[resting].firm, amount);
  limits_.traded(records_[incoming].firm, amount);
}

}  // namespace wirebook::match
