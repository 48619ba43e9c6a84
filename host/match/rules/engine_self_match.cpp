// Two orders of one owner that would trade, and do not.
#include "match/engine_core.hpp"

namespace wirebook::match {

/// What happens instead of the trade; nothing if it may be.
std::optional<SelfMatchRemedy> EngineCore::self_match(std::uint32_t resting,
                                                      std::uint32_t order) const {
  if ((book_.order(resting).special & special_fill) == 0)
    return std::nullopt;
  const OrderTerms& theirs = special(resting).terms;
  if (theirs.aiq_strategy == 'N')
    return std::nullopt;
  const OrderTerms ours = terms_of(order);
  if (ours.aiq_group != theirs.aiq_group ||
      !is_oneself(scope_of(theirs.aiq_strategy), records_[resting].firm, records_[order].firm))
    return std::nullopt;
  return remedy_between(theirs.aiq_strategy, ours.aiq_strategy);
}

bool EngineCore::is_oneself(SelfMatchScope scope, Firm a, Firm b) const {
  if (a == b || scope == SelfMatchScope::firm)
    return a == b;
  const auto is_same = [](std::uint32_t one, std::uint32_t other) {
    return one != 0 && one == other;
  };
  return (scope != SelfMatchScope::affiliate &&
          is_same(limits_.organization(a), limits_.organization(b))) ||
         (scope != SelfMatchScope::organization &&
          is_same(limits_.affiliate(a), limits_.affiliate(b)));
}

/// True if the resting order displays anew.
bool EngineCore::prevent(SelfMatchRemedy remedy, std::uint32_t resting, std::uint32_t order,
                         std::uint32_t shares) {
  OrderNode& node = book_.order(order);
  switch (remedy) {
    case SelfMatchRemedy::cancel_oldest:
      cancel_whole(resting, 'Q');
      return false;
    case SelfMatchRemedy::cancel_newest: {
      if (incoming_.origin == Origin::discretion) {
        cancel_whole(order, 'Q');
        node.open = 0;  // it is gone: nothing more to trade
        return false;
      }
      Event& event = fresh();
      event.quantity = {node.open};
      publish_owned(event, order, {.kind = EventKind::canceled, .code = 'Q'});
      node.open = 0;
      return false;
    }
    default:
      report_decrement(resting, shares, {records_[resting].price}, remedy, 'A');
      report_decrement(order, shares, {records_[resting].price}, remedy, 'R');
      take(order, shares);
      return use_up(resting, shares);
  }
}

void EngineCore::report_decrement(std::uint32_t order, std::uint32_t shares, Price price,
                                  SelfMatchRemedy remedy, char flag) {
  Event& event = fresh();
  event.quantity = {shares};
  EventTail tail{.kind = EventKind::canceled, .code = 'Q'};
  if (remedy == SelfMatchRemedy::decrement_told) {
    event.match_number = shares;  // that did not trade
    event.price = price;
    tail.kind = EventKind::aiq_canceled;
    tail.code = flag;
    tail.state = terms_of(order).aiq_strategy;
  }
  if (flag == 'A' || incoming_.origin == Origin::discretion)
    name_reduction(event, order, shares, tail);
  publish_owned(event, order, tail);
}

}  // namespace wirebook::match
